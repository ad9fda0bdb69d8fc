"""Permissions on the house as a whole."""

from evigate.kernel.access import OWNER_ONLY, Permission

EXPORT = Permission("house.export", OWNER_ONLY)
PERMISSIONS = (EXPORT,)
