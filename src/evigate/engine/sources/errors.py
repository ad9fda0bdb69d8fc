"""The ways in which a source can be refused or fail."""

from evigate.base.errors import Code, Kind

E_SOURCE_NAME = Code(
    "E_SOURCE_NAME",
    Kind.INVALID,
    422,
    "Use a letter or underscore, then letters, digits and underscores, at most 63 in all.",
)
E_SOURCE_TARGET = Code(
    "E_SOURCE_TARGET", Kind.INVALID, 422, "Give a table, a path, a URL or a DSN of a kind named."
)
E_SOURCE_EMPTY = Code(
    "E_SOURCE_EMPTY", Kind.NOT_FOUND, 404, "Check the path or URL: it must match a file."
)
E_SOURCE_FORMAT = Code(
    "E_SOURCE_FORMAT", Kind.INVALID, 422, "Say format= with one of the formats that are named."
)
E_SOURCE_OPTION = Code(
    "E_SOURCE_OPTION", Kind.INVALID, 422, "Leave the option out, or correct it as the message says."
)
E_SOURCE_DRIFT = Code(
    "E_SOURCE_DRIFT", Kind.CONFLICT, 409, "Make the files alike, or register them apart."
)
E_SOURCE_CORRUPT = Code(
    "E_SOURCE_CORRUPT", Kind.INVALID, 422, "Write the named file again; it cannot be read."
)
E_SOURCE_UNREACHABLE = Code(
    "E_SOURCE_UNREACHABLE",
    Kind.UPSTREAM,
    502,
    "Check the address, the credentials and that the server runs.",
    True,
)
E_SOURCE_TABLE = Code("E_SOURCE_TABLE", Kind.NOT_FOUND, 404, "Name a table that the database has.")
E_SOURCE_COLUMN = Code("E_SOURCE_COLUMN", Kind.INVALID, 422, "Name a column that the source has.")
E_SOURCE_KEY = Code(
    "E_SOURCE_KEY", Kind.INVALID, 422, "Name a key column without nulls or duplicates."
)
E_SOURCE_TENANT_COLUMN = Code(
    "E_SOURCE_TENANT_COLUMN", Kind.INVALID, 422, "Name a column of text, whole numbers or UUIDs."
)
E_SOURCE_CHANGED = Code(
    "E_SOURCE_CHANGED", Kind.CONFLICT, 409, "Refresh the source, then ask again.", True
)

CODES: tuple[Code, ...] = (
    E_SOURCE_NAME,
    E_SOURCE_TARGET,
    E_SOURCE_EMPTY,
    E_SOURCE_FORMAT,
    E_SOURCE_OPTION,
    E_SOURCE_DRIFT,
    E_SOURCE_CORRUPT,
    E_SOURCE_UNREACHABLE,
    E_SOURCE_TABLE,
    E_SOURCE_COLUMN,
    E_SOURCE_KEY,
    E_SOURCE_TENANT_COLUMN,
    E_SOURCE_CHANGED,
)
