"""Who may do what with papers."""

from evigate.kernel.access import EVERY_ROLE, OWNER_ONLY, WRITERS, Permission

READ = Permission("papers.read", EVERY_ROLE)
WRITE = Permission("papers.write", WRITERS)
RUN = Permission("papers.run", WRITERS)
DELETE = Permission("papers.delete", OWNER_ONLY)
# A story is told to learners as well; the gate and the database see to it that it was judged.
STORIES = Permission("papers.stories", EVERY_ROLE | {"learner"})
PERMISSIONS = (READ, WRITE, RUN, DELETE, STORIES)
