"""The ways in which a channel can fail."""

from evigate.base.errors import Code, Kind

E_CHANNEL_MISSING = Code(
    "E_CHANNEL_MISSING", Kind.NOT_FOUND, 404, "List the channels, or declare this one first."
)
E_CHANNEL_EXISTS = Code(
    "E_CHANNEL_EXISTS", Kind.CONFLICT, 409, "Add columns to the channel that is there."
)
E_CHANNEL_NAME = Code(
    "E_CHANNEL_NAME", Kind.INVALID, 422, "Use a-z, 0-9 and underscores, 64 at most, a letter first."
)
E_CHANNEL_COLUMN = Code(
    "E_CHANNEL_COLUMN",
    Kind.CONFLICT,
    409,
    "Add each column once, of a type among Float32, Float64, Int32, Int64, Utf8 and Boolean.",
)
E_CHANNEL_ROWS = Code(
    "E_CHANNEL_ROWS", Kind.INVALID, 422, "Give each key once, with the channel's own columns."
)

CODES: tuple[Code, ...] = (
    E_CHANNEL_MISSING,
    E_CHANNEL_EXISTS,
    E_CHANNEL_NAME,
    E_CHANNEL_COLUMN,
    E_CHANNEL_ROWS,
)
