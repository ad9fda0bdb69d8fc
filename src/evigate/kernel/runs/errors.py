"""The error codes of runs as such; what else a run may end with is its room's."""

from evigate.base.errors import Code, Kind

E_RUN_CANCELLED = Code(
    "E_RUN_CANCELLED", Kind.CONFLICT, 409, "Start the run again when you want its result."
)

CODES: tuple[Code, ...] = (E_RUN_CANCELLED,)
