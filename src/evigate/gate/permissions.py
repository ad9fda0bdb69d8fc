"""Who may look at drafts, make them, review them, decide on them, and set the rules.

A worker drafts and evaluates, and never decides; a learner holds none of these.
"""

from evigate.kernel.access import EVERY_ROLE, OWNER_ONLY, WRITERS, Permission

READ = Permission("gate.read", EVERY_ROLE)
EVALUATE = Permission("gate.evaluate", WRITERS)
REVIEW = Permission("gate.review", frozenset({"owner", "editor"}))
DECIDE = Permission("gate.decide", OWNER_ONLY)
GOVERN = Permission("gate.govern", OWNER_ONLY)
PERMISSIONS = (READ, EVALUATE, REVIEW, DECIDE, GOVERN)
