"""Who may do what in learning: a teacher builds and reviews, a learner practises.

A learner's own practice needs `PRACTISE` alone; what others did needs `WATCH`.
"""

from evigate.kernel.access import EVERY_ROLE, OWNER_ONLY, WRITERS, Permission

LEARNER = "learner"

READ = Permission("learning.read", EVERY_ROLE)
WRITE = Permission("learning.write", WRITERS)
DELETE = Permission("learning.delete", OWNER_ONLY)
PRACTISE = Permission("learning.practise", EVERY_ROLE | {LEARNER})
WATCH = Permission("learning.watch", frozenset({"owner", "editor", "worker"}))
PERMISSIONS = (READ, WRITE, DELETE, PRACTISE, WATCH)
