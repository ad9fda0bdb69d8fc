"""Boot's error codes."""

from evigate.base.errors import Code, Kind

E_PORT_TAKEN = Code(
    "E_PORT_TAKEN", Kind.UNAVAILABLE, 503, "Choose another with --port, or 0 for a free one."
)

CODES: tuple[Code, ...] = (E_PORT_TAKEN,)
