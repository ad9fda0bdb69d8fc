"""Who may bring kits, and who may let a plan be applied."""

from evigate.kernel.access import OWNER_ONLY, Permission

KIT_WRITE = Permission("studio.kit_write", OWNER_ONLY)
KIT_APPROVE = Permission("studio.kit_approve", OWNER_ONLY)
PERMISSIONS = (KIT_WRITE, KIT_APPROVE)
