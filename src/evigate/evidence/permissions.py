"""Who may do what with stores of evidence."""

from evigate.kernel.access import EVERY_ROLE, OWNER_ONLY, WRITERS, Permission

READ = Permission("evidence.read", EVERY_ROLE)
WRITE = Permission("evidence.write", WRITERS)
DELETE = Permission("evidence.delete", OWNER_ONLY)
PERMISSIONS = (READ, WRITE, DELETE)
