"""Who may do what with papers."""

from evigate.kernel.access import EVERY_ROLE, OWNER_ONLY, WRITERS, Permission

READ = Permission("papers.read", EVERY_ROLE)
WRITE = Permission("papers.write", WRITERS)
RUN = Permission("papers.run", WRITERS)
DELETE = Permission("papers.delete", OWNER_ONLY)
PERMISSIONS = (READ, WRITE, RUN, DELETE)
