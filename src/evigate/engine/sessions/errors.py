"""The ways in which an ephemeral session can fail."""

from evigate.base.errors import Code, Kind

E_SESSION_CLOSED = Code(
    "E_SESSION_CLOSED", Kind.CONFLICT, 409, "Open another session; its tables are gone."
)
E_SESSION_TENANT = Code("E_SESSION_TENANT", Kind.DENIED, 403, "Act as a tenant to open a session.")
E_SESSION_TIMEOUT = Code(
    "E_SESSION_TIMEOUT", Kind.INVALID, 422, "Give a time-out between a tenth of a second and a day."
)
E_SESSION_LIMIT = Code("E_SESSION_LIMIT", Kind.LIMIT, 429, "Close a session first.", True)

CODES: tuple[Code, ...] = (
    E_SESSION_CLOSED,
    E_SESSION_TENANT,
    E_SESSION_TIMEOUT,
    E_SESSION_LIMIT,
)
