"""Extraction: what a person wrote, as claims, each with the words it rests on.

What enters is a text; what leaves are typed values with literal quotes and offsets. Always true:
`text[start:end]` is the quote; what is refused is never a requirement; the same text gives the same
claims; a text that speaks to the machine moves nothing.
"""

from evigate.studio.extraction.domains import GENERAL
from evigate.studio.extraction.extract import by_field, extract, is_literal
from evigate.studio.extraction.models import Extraction, Found, Kind

__all__ = ["GENERAL", "Extraction", "Found", "Kind", "by_field", "extract", "is_literal"]
