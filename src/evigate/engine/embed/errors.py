"""The ways in which making an embedding or a text table can fail."""

from evigate.base.errors import Code, Kind

E_EMBED_COLUMNS = Code(
    "E_EMBED_COLUMNS", Kind.INVALID, 422, "Name columns of the source that hold text."
)
E_EMBED_KEY = Code(
    "E_EMBED_KEY", Kind.INVALID, 422, "Give the source a key when it is added, or name one here."
)
E_EMBED_NOTHING = Code(
    "E_EMBED_NOTHING", Kind.INVALID, 422, "Check the source and the columns: no row could be used."
)
E_EMBED_CANCELLED = Code(
    "E_EMBED_CANCELLED", Kind.CONFLICT, 409, "Call the verb again: what is done is not done twice."
)
CODES: tuple[Code, ...] = (
    E_EMBED_COLUMNS,
    E_EMBED_KEY,
    E_EMBED_NOTHING,
    E_EMBED_CANCELLED,
)
