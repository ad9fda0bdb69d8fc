"""The codes of phases."""

from evigate.base.errors import Code, Kind

E_PHASE_STALE = Code(
    "E_PHASE_STALE",
    Kind.CONFLICT,
    409,
    "Look at where the project stands now, and decide again with the present version.",
)
E_GATE_CLOSED = Code(
    "E_GATE_CLOSED", Kind.CONFLICT, 409, "Do what the checklist still names, then advance."
)
E_PHASE_INVALID = Code(
    "E_PHASE_INVALID", Kind.INVALID, 422, "Name an earlier phase, and give a reason."
)
CODES = (E_PHASE_STALE, E_GATE_CLOSED, E_PHASE_INVALID)
