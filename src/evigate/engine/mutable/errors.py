"""The ways in which a mutable table can fail."""

from evigate.base.errors import Code, Kind

E_MUTABLE_MISSING = Code(
    "E_MUTABLE_MISSING", Kind.NOT_FOUND, 404, "List the mutable tables, or create it."
)
E_MUTABLE_EXISTS = Code(
    "E_MUTABLE_EXISTS", Kind.CONFLICT, 409, "Use the table that is there, or choose another name."
)
E_MUTABLE_NAME = Code(
    "E_MUTABLE_NAME",
    Kind.INVALID,
    422,
    "Use letters, digits and underscores, 63 at most, no digit first and no reserved word.",
)
E_MUTABLE_SCHEMA = Code(
    "E_MUTABLE_SCHEMA", Kind.INVALID, 422, "Correct the columns, the key or the indexes."
)
E_MUTABLE_LIMIT = Code("E_MUTABLE_LIMIT", Kind.LIMIT, 413, "Use fewer or smaller parts at a time.")
E_MUTABLE_SQL = Code(
    "E_MUTABLE_SQL",
    Kind.INVALID,
    422,
    "Use INSERT, UPDATE, DELETE or SELECT over the tenant's mutable tables, and plain functions.",
)
E_MUTABLE_PARAMETER = Code(
    "E_MUTABLE_PARAMETER",
    Kind.INVALID,
    422,
    "Give a value for each parameter of the statement.",
)
E_MUTABLE_BUSY = Code(
    "E_MUTABLE_BUSY",
    Kind.UNAVAILABLE,
    503,
    "Try again when other statements have ended.",
    True,
)
E_ROW_COLUMN = Code("E_ROW_COLUMN", Kind.INVALID, 422, "Use the table's columns; describe it.")
E_ROW_TYPE = Code(
    "E_ROW_TYPE", Kind.INVALID, 422, "Give values that the column's type holds exactly."
)
E_ROW_NULL = Code("E_ROW_NULL", Kind.INVALID, 422, "Give the column a value in every row.")
E_ROW_DUPLICATE = Code("E_ROW_DUPLICATE", Kind.CONFLICT, 409, "Use another key, or upsert the row.")
E_ROW_CONFLICT = Code(
    "E_ROW_CONFLICT",
    Kind.CONFLICT,
    409,
    "Nothing was written: run the whole transaction again, on what it now reads.",
    True,
)

CODES: tuple[Code, ...] = (
    E_MUTABLE_MISSING,
    E_MUTABLE_EXISTS,
    E_MUTABLE_NAME,
    E_MUTABLE_SCHEMA,
    E_MUTABLE_LIMIT,
    E_MUTABLE_SQL,
    E_MUTABLE_PARAMETER,
    E_MUTABLE_BUSY,
    E_ROW_COLUMN,
    E_ROW_TYPE,
    E_ROW_NULL,
    E_ROW_DUPLICATE,
    E_ROW_CONFLICT,
)
