"""Generation: learning items drawn from a document's own sentences, without a model's key.

What enters is one document's chunks in order, with its marked terms and glossary; what leaves are
drafts with literal quotes, the document's topics, concept map and study plan, and how much of the
text they cover. Always true: the same input gives the same output, no network is asked, and text
is data here, never an instruction.
"""

from evigate.learning.generate.build import generate
from evigate.learning.generate.models import (
    Cited,
    DraftItem,
    Embed,
    Generated,
    Limits,
    Objective,
    Progress,
    SourceChunk,
    SourceText,
)
from evigate.learning.generate.source import source_of

__all__ = [
    "Cited",
    "DraftItem",
    "Embed",
    "Generated",
    "Limits",
    "Objective",
    "Progress",
    "SourceChunk",
    "SourceText",
    "generate",
    "source_of",
]
