"""The codes of moving projects."""

from evigate.base.errors import Code, Kind

E_PROJECT_FILE_INVALID = Code(
    "E_PROJECT_FILE_INVALID",
    Kind.INVALID,
    422,
    "Give a file of `evigate studio project export`, as it was written.",
)
E_PROJECT_THERE = Code(
    "E_PROJECT_THERE",
    Kind.CONFLICT,
    409,
    "The project is here already; look at it, or import it into another tenant.",
)
E_PROJECT_BUSY = Code(
    "E_PROJECT_BUSY",
    Kind.CONFLICT,
    409,
    "Wait until what is under way has ended.",
    is_retryable=True,
)
CODES = (E_PROJECT_FILE_INVALID, E_PROJECT_THERE, E_PROJECT_BUSY)
