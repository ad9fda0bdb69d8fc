"""Learning's error codes."""

from evigate.base.errors import Code, Kind

E_MODULE_NOT_FOUND = Code("E_MODULE_NOT_FOUND", Kind.NOT_FOUND, 404, "List the modules.")
E_MODULE_AMBIGUOUS = Code(
    "E_MODULE_AMBIGUOUS", Kind.INVALID, 422, "Name the module by its id instead of its title."
)
E_MODULE_CYCLE = Code(
    "E_MODULE_CYCLE", Kind.INVALID, 422, "Take away a prerequisite that leads back to the module."
)
E_MODULE_EMPTY = Code(
    "E_MODULE_EMPTY", Kind.CONFLICT, 409, "Add a document with sentences to read, then build."
)
E_OBJECTIVE_NOT_FOUND = Code("E_OBJECTIVE_NOT_FOUND", Kind.NOT_FOUND, 404, "List the objectives.")
E_ITEM_NOT_FOUND = Code("E_ITEM_NOT_FOUND", Kind.NOT_FOUND, 404, "List the module's items.")
E_ITEM_INVALID = Code(
    "E_ITEM_INVALID", Kind.INVALID, 422, "Hold to the kind's schema; the message says where not."
)
E_ITEM_NOT_APPROVED = Code(
    "E_ITEM_NOT_APPROVED", Kind.CONFLICT, 409, "Go on to the next item; this one left the bank."
)
E_SESSION_NOT_FOUND = Code("E_SESSION_NOT_FOUND", Kind.NOT_FOUND, 404, "Start a session.")
E_SESSION_OVER = Code("E_SESSION_OVER", Kind.CONFLICT, 409, "Start another session.")
E_SESSION_NOT_ASKED = Code(
    "E_SESSION_NOT_ASKED", Kind.CONFLICT, 409, "Answer the item that the session asks now."
)
E_ANSWER_INVALID = Code(
    "E_ANSWER_INVALID", Kind.INVALID, 422, "Give the answer the shape that the item's kind asks."
)
E_BANK_EMPTY = Code(
    "E_BANK_EMPTY", Kind.CONFLICT, 409, "Build the module's bank, or approve what waits for review."
)
E_EXCHANGE_FORMAT = Code(
    "E_EXCHANGE_FORMAT", Kind.INVALID, 422, "Name the format that the file is of."
)
E_EXCHANGE_LIMIT = Code("E_EXCHANGE_LIMIT", Kind.LIMIT, 413, "Split it into smaller files.")
E_BUILD_NOT_FOUND = Code("E_BUILD_NOT_FOUND", Kind.NOT_FOUND, 404, "List the module's builds.")
E_BUILD_NO_ITEMS = Code(
    "E_BUILD_NO_ITEMS",
    Kind.INVALID,
    422,
    "Add a document of whole sentences in English, or ask for other kinds of items.",
)
E_BUILD_NOT_PAUSED = Code(
    "E_BUILD_NOT_PAUSED", Kind.CONFLICT, 409, "Follow the build, or start another one."
)

CODES: tuple[Code, ...] = (
    E_MODULE_NOT_FOUND,
    E_MODULE_AMBIGUOUS,
    E_MODULE_CYCLE,
    E_MODULE_EMPTY,
    E_OBJECTIVE_NOT_FOUND,
    E_ITEM_NOT_FOUND,
    E_ITEM_INVALID,
    E_ITEM_NOT_APPROVED,
    E_SESSION_NOT_FOUND,
    E_SESSION_OVER,
    E_SESSION_NOT_ASKED,
    E_ANSWER_INVALID,
    E_BANK_EMPTY,
    E_EXCHANGE_FORMAT,
    E_EXCHANGE_LIMIT,
    E_BUILD_NOT_FOUND,
    E_BUILD_NO_ITEMS,
    E_BUILD_NOT_PAUSED,
)
