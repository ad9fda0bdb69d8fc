"""Evidence: modules and their documents, parsed into text with places.

What enters: bytes that someone calls a document. What leaves: typed pages, words and boxes, and
rows that say which module owns them. Always true: a quote that this room confirms stands on the
page it names; a store's `evidence_version` is a hash over its documents' contents.
"""

from evigate.evidence.fetch import fetch_url
from evigate.evidence.models import ModuleOfOne, NewDocument
from evigate.evidence.parsing.models import Box, Page, ParsedDocument, Word
from evigate.evidence.parsing.pdf import read_pdf, render_page
from evigate.evidence.parsing.quotes import find_quote, quote_is_on_page
from evigate.evidence.service import (
    create_module,
    delete_module,
    evidence_version,
    register_blob,
)

__all__ = [
    "Box",
    "ModuleOfOne",
    "NewDocument",
    "Page",
    "ParsedDocument",
    "Word",
    "create_module",
    "delete_module",
    "evidence_version",
    "fetch_url",
    "find_quote",
    "quote_is_on_page",
    "read_pdf",
    "register_blob",
    "render_page",
]
