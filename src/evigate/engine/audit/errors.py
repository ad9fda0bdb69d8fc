"""The ways in which the audit can fail."""

from evigate.base.errors import Code, Kind

E_AUDIT_RECORD = Code(
    "E_AUDIT_RECORD", Kind.NOT_FOUND, 404, "List recent records; old ones are never removed."
)

CODES: tuple[Code, ...] = (E_AUDIT_RECORD,)
