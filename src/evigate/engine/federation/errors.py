"""The ways in which a question in SQL can fail."""

from evigate.base.errors import Code, Kind

E_SQL_INVALID = Code(
    "E_SQL_INVALID", Kind.INVALID, 422, "Correct the statement; only SELECT is understood here."
)
E_SQL_UNKNOWN_RELATION = Code(
    "E_SQL_UNKNOWN_RELATION",
    Kind.NOT_FOUND,
    404,
    "Check the name; information_schema.tables lists what there is.",
)
E_SQL_FORBIDDEN = Code(
    "E_SQL_FORBIDDEN",
    Kind.DENIED,
    403,
    "Register the data as a source and name the source; files and settings are out of reach.",
)
E_SQL_PARAMETER = Code(
    "E_SQL_PARAMETER", Kind.INVALID, 422, "Give a value for each parameter the statement names."
)
E_SQL_TIMEOUT = Code(
    "E_SQL_TIMEOUT", Kind.LIMIT, 408, "Narrow the statement, or raise the time limit."
)
E_SQL_MEMORY = Code(
    "E_SQL_MEMORY", Kind.LIMIT, 413, "Narrow the statement, or raise the memory limit."
)
E_SQL_ROWS = Code("E_SQL_ROWS", Kind.LIMIT, 413, "Add a LIMIT, stream the result, or raise it.")
E_SQL_CANCELLED = Code("E_SQL_CANCELLED", Kind.CONFLICT, 409, "Send it again if still wanted.")
E_SQL_EXTENSION = Code(
    "E_SQL_EXTENSION", Kind.UNAVAILABLE, 503, "Install the extra that the message names."
)
E_SQL_UPSTREAM = Code(
    "E_SQL_UPSTREAM", Kind.UPSTREAM, 502, "Check that the source can be reached and read.", True
)
E_ASOF_INVALID = Code(
    "E_ASOF_INVALID", Kind.INVALID, 422, "Correct the named argument of the as-of join."
)
E_ASOF_AMBIGUOUS = Code(
    "E_ASOF_AMBIGUOUS",
    Kind.CONFLICT,
    409,
    "Name a tie-break column that differs between the facts of one instant.",
)

CODES: tuple[Code, ...] = (
    E_SQL_INVALID,
    E_SQL_UNKNOWN_RELATION,
    E_SQL_FORBIDDEN,
    E_SQL_PARAMETER,
    E_SQL_TIMEOUT,
    E_SQL_MEMORY,
    E_SQL_ROWS,
    E_SQL_CANCELLED,
    E_SQL_EXTENSION,
    E_SQL_UPSTREAM,
    E_ASOF_INVALID,
    E_ASOF_AMBIGUOUS,
)
