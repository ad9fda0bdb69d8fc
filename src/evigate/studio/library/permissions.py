"""Who may do what with the library: all read it; a changed rule changes what everyone is asked."""

from evigate.kernel.access import EVERY_ROLE, OWNER_ONLY, Permission

LIBRARY_READ = Permission("library.read", EVERY_ROLE)
LIBRARY_WRITE = Permission("library.write", OWNER_ONLY)
PERMISSIONS = (LIBRARY_READ, LIBRARY_WRITE)
