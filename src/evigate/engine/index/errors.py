"""The ways in which an index segment can be refused, at writing, at opening or at asking."""

from evigate.base.errors import Code, Kind

E_SEGMENT_CORRUPT = Code(
    "E_SEGMENT_CORRUPT",
    Kind.BUG,
    500,
    "Rebuild the segment from its table; searches answer exactly until then.",
)
E_SEGMENT_FORMAT = Code(
    "E_SEGMENT_FORMAT",
    Kind.CONFLICT,
    409,
    "Upgrade Evigate, or rebuild the segment from its table.",
)
E_SEGMENT_LIBRARY = Code(
    "E_SEGMENT_LIBRARY",
    Kind.CONFLICT,
    409,
    "Rebuild the segment from its table: another version of the index library wrote it.",
)
E_SEGMENT_EXISTS = Code(
    "E_SEGMENT_EXISTS", Kind.CONFLICT, 409, "Write under a new segment id; segments never change."
)
E_VECTORS_INVALID = Code(
    "E_VECTORS_INVALID",
    Kind.INVALID,
    422,
    "Correct the named row: vectors are finite, of one width, and not zero under cosine.",
)
E_KEYS_INVALID = Code(
    "E_KEYS_INVALID", Kind.INVALID, 422, "Give each row a key of its own; none may be null."
)
E_INDEX_INVALID = Code(
    "E_INDEX_INVALID", Kind.INVALID, 422, "Correct the named option of the index."
)
E_VECTOR_QUERY_INVALID = Code(
    "E_VECTOR_QUERY_INVALID",
    Kind.INVALID,
    422,
    "Send a finite vector of the table's width, not zero under cosine.",
)
E_QUERY_INVALID = Code(
    "E_QUERY_INVALID",
    Kind.INVALID,
    422,
    "Correct the query, or leave `strict` off so that it is read as plain words.",
)

CODES: tuple[Code, ...] = (
    E_SEGMENT_CORRUPT,
    E_SEGMENT_FORMAT,
    E_SEGMENT_LIBRARY,
    E_SEGMENT_EXISTS,
    E_VECTORS_INVALID,
    E_KEYS_INVALID,
    E_INDEX_INVALID,
    E_VECTOR_QUERY_INVALID,
    E_QUERY_INVALID,
)
