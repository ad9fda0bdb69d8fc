"""The codes of features."""

from evigate.base.errors import Code, Kind

E_BOARD_NOT_FOUND = Code(
    "E_BOARD_NOT_FOUND", Kind.NOT_FOUND, 404, "Find the project's candidates first."
)
E_FEATURE_NOT_FOUND = Code(
    "E_FEATURE_NOT_FOUND", Kind.NOT_FOUND, 404, "List the board, or add a feature of your own."
)
E_FEATURE_EXCLUDED = Code(
    "E_FEATURE_EXCLUDED", Kind.CONFLICT, 409, "Drop the other of the two, then choose this one."
)
E_FEATURE_NEEDED = Code(
    "E_FEATURE_NEEDED", Kind.CONFLICT, 409, "Drop what needs it first, or keep it."
)
E_FEATURE_STALE = Code(
    "E_FEATURE_STALE",
    Kind.CONFLICT,
    409,
    "Compare your change with what stands there now, and send it again with the present version.",
)
E_FEATURE_INVALID = Code("E_FEATURE_INVALID", Kind.INVALID, 422, "Correct what the message names.")
E_SEED_NOT_FOUND = Code("E_SEED_NOT_FOUND", Kind.NOT_FOUND, 404, "List the board's seeds.")
CODES = (
    E_BOARD_NOT_FOUND,
    E_FEATURE_NOT_FOUND,
    E_FEATURE_EXCLUDED,
    E_FEATURE_NEEDED,
    E_FEATURE_STALE,
    E_FEATURE_INVALID,
    E_SEED_NOT_FOUND,
)
