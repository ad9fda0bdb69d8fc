"""The engine's own codes; its sub-rooms have theirs, and `wiring.py` gathers all of them."""

from evigate.base.errors import Code, Kind

E_SOURCE_MISSING = Code(
    "E_SOURCE_MISSING", Kind.NOT_FOUND, 404, "List the sources, or add this one first."
)
E_SOURCE_EXISTS = Code(
    "E_SOURCE_EXISTS", Kind.CONFLICT, 409, "Say replace=True to register it anew under this name."
)
E_SOURCE_REFERENCED = Code(
    "E_SOURCE_REFERENCED",
    Kind.CONFLICT,
    409,
    "Drop the tables that were made from it first, or say cascade=True.",
)
E_MODEL_MISSING = Code(
    "E_MODEL_MISSING", Kind.NOT_FOUND, 404, "List the models, or register this one first."
)
E_MODEL_EXISTS = Code(
    "E_MODEL_EXISTS", Kind.CONFLICT, 409, "Register it under another name or version."
)
E_MODEL_REFERENCED = Code(
    "E_MODEL_REFERENCED", Kind.CONFLICT, 409, "Drop what was made with it first."
)
E_MODEL_CANDIDATE = Code(
    "E_MODEL_CANDIDATE",
    Kind.CONFLICT,
    409,
    "Evaluate it beside its base with db.train.evaluate, then db.train.promote it.",
)
E_SEARCH_AMBIGUOUS = Code(
    "E_SEARCH_AMBIGUOUS", Kind.INVALID, 422, "Say which table to search with table= or text_table=."
)
E_SEARCH_NO_MODEL = Code(
    "E_SEARCH_NO_MODEL",
    Kind.INVALID,
    422,
    "Give a vector: the table's vectors were imported without a model that could make one.",
)
E_TENANT_MISSING = Code(
    "E_TENANT_MISSING", Kind.NOT_FOUND, 404, "Name a tenant that you belong to."
)
E_ENGINE_CLOSED = Code("E_ENGINE_CLOSED", Kind.CONFLICT, 409, "Connect again.")

CODES: tuple[Code, ...] = (
    E_SOURCE_MISSING,
    E_SOURCE_EXISTS,
    E_SOURCE_REFERENCED,
    E_MODEL_MISSING,
    E_MODEL_EXISTS,
    E_MODEL_REFERENCED,
    E_MODEL_CANDIDATE,
    E_SEARCH_AMBIGUOUS,
    E_SEARCH_NO_MODEL,
    E_TENANT_MISSING,
    E_ENGINE_CLOSED,
)
