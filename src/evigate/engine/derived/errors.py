"""The ways in which making a derived table can fail."""

from evigate.base.errors import Code, Kind

E_DERIVE_INVALID = Code(
    "E_DERIVE_INVALID", Kind.INVALID, 422, "Correct the named argument; the verb's text lists them."
)
E_DERIVE_EDGES = Code(
    "E_DERIVE_EDGES", Kind.INVALID, 422, "Name a relation whose edges join rows of the table."
)

CODES: tuple[Code, ...] = (E_DERIVE_INVALID, E_DERIVE_EDGES)
