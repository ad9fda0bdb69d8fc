"""The codes of the context."""

from evigate.base.errors import Code, Kind

E_CONTEXT_BUDGET = Code(
    "E_CONTEXT_BUDGET",
    Kind.INVALID,
    422,
    "Give a most of tokens, fewer that are kept back, and kinds ranked 0 to 10.",
)
E_CONTEXT_NOT_FOUND = Code(
    "E_CONTEXT_NOT_FOUND", Kind.NOT_FOUND, 404, "List the project's pieces and requests."
)
E_CONTEXT_CURRENT = Code(
    "E_CONTEXT_CURRENT", Kind.CONFLICT, 409, "Change something, or ask what rests on a piece."
)
CODES = (E_CONTEXT_BUDGET, E_CONTEXT_NOT_FOUND, E_CONTEXT_CURRENT)
