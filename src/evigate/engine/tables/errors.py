"""The ways in which a result table can fail."""

from evigate.base.errors import Code, Kind

E_TABLE_MISSING = Code(
    "E_TABLE_MISSING", Kind.NOT_FOUND, 404, "List the tables, or make this one first."
)
E_TABLE_EXISTS = Code(
    "E_TABLE_EXISTS", Kind.CONFLICT, 409, "Choose another name, or refresh the table that is there."
)
E_TABLE_NAME = Code(
    "E_TABLE_NAME",
    Kind.INVALID,
    422,
    "Use letters, digits and underscores, 63 at most, no digit first.",
)
E_TABLE_CONFLICT = Code(
    "E_TABLE_CONFLICT",
    Kind.CONFLICT,
    409,
    "Another writer has published a version meanwhile: call the verb again, on the new version.",
    True,
)
E_TABLE_NOT_READY = Code(
    "E_TABLE_NOT_READY", Kind.CONFLICT, 409, "The table has no version yet: finish making it."
)
E_TABLE_DAMAGED = Code(
    "E_TABLE_DAMAGED",
    Kind.BUG,
    500,
    "Files are missing or changed: run verify, then recompute the table or read an older version.",
)
E_TABLE_KIND = Code(
    "E_TABLE_KIND", Kind.INVALID, 422, "Name a table of the kind that the verb works on."
)
E_VERSION_MISSING = Code(
    "E_VERSION_MISSING",
    Kind.NOT_FOUND,
    404,
    "List the table's versions; old ones may have expired.",
)
E_NOT_RECOMPUTABLE = Code(
    "E_NOT_RECOMPUTABLE",
    Kind.CONFLICT,
    409,
    "The table was imported, or made by something that is no longer here: import it again.",
)
E_DEPENDENCY_CYCLE = Code(
    "E_DEPENDENCY_CYCLE",
    Kind.CONFLICT,
    409,
    "Remove one of the tables that derive from each other.",
)
E_DISK_FULL = Code(
    "E_DISK_FULL",
    Kind.UNAVAILABLE,
    507,
    "Free space where the data directory is, then try again.",
    True,
)

CODES: tuple[Code, ...] = (
    E_TABLE_MISSING,
    E_TABLE_EXISTS,
    E_TABLE_NAME,
    E_TABLE_CONFLICT,
    E_TABLE_NOT_READY,
    E_TABLE_DAMAGED,
    E_TABLE_KIND,
    E_VERSION_MISSING,
    E_NOT_RECOMPUTABLE,
    E_DEPENDENCY_CYCLE,
    E_DISK_FULL,
)
