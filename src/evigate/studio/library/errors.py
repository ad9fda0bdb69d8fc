"""The library's codes."""

from evigate.base.errors import Code, Kind

E_LIBRARY_INVALID = Code(
    "E_LIBRARY_INVALID",
    Kind.INVALID,
    422,
    "Correct the entry that the message names; `evigate studio library check` lists all findings.",
)
E_LIBRARY_NOT_FOUND = Code(
    "E_LIBRARY_NOT_FOUND", Kind.NOT_FOUND, 404, "List the library; check kind and key."
)
E_LIBRARY_STALE = Code(
    "E_LIBRARY_STALE",
    Kind.CONFLICT,
    409,
    "Compare your entry with the present one, and send it again with the present version.",
)
CODES = (E_LIBRARY_INVALID, E_LIBRARY_NOT_FOUND, E_LIBRARY_STALE)
