"""Claims read by a model: behind the schema and the verification of those found offline.

What enters: a parsed paper and a tenant's choice of a model. What leaves: claims whose quotes were
found on their pages, and what was dropped and why. Always true: a document's words are no
instruction, and a claim whose quote or number is not printed where it says is not kept.
"""

from evigate.papers.by_model.reader import CLAIM_READER, ReadClaim, ReaderOutput
from evigate.papers.by_model.reading import ModelClaims, is_model_chosen, read_by_model

__all__ = [
    "CLAIM_READER",
    "ModelClaims",
    "ReadClaim",
    "ReaderOutput",
    "is_model_chosen",
    "read_by_model",
]
