"""The ways in which a search can be refused."""

from evigate.base.errors import Code, Kind

E_SEARCH_INVALID = Code(
    "E_SEARCH_INVALID", Kind.INVALID, 422, "Correct the named part of the search request."
)
E_SEARCH_NO_INDEX = Code(
    "E_SEARCH_NO_INDEX",
    Kind.NOT_FOUND,
    404,
    "Embed or index the source first, or search in a mode that it has.",
)
E_ROW_KEY_UNKNOWN = Code(
    "E_ROW_KEY_UNKNOWN", Kind.NOT_FOUND, 404, "Name a row that the embedding table holds."
)
E_RERANK_FAILED = Code(
    "E_RERANK_FAILED",
    Kind.UPSTREAM,
    502,
    "Give a reranker that returns one finite score for each text.",
)

CODES: tuple[Code, ...] = (
    E_SEARCH_INVALID,
    E_SEARCH_NO_INDEX,
    E_ROW_KEY_UNKNOWN,
    E_RERANK_FAILED,
)
