"""Evidence: modules and their documents, parsed into text with places, searched as passages.

What enters: bytes that someone calls a document. What leaves: typed pages, words and boxes, rows
that say which module owns them, and passages that answer a question. Always true: a quote that this
room confirms stands on the page it names; a store's `evidence_version` is a hash over its
documents' contents.
"""

from evigate.evidence.api import evidence_router
from evigate.evidence.commands import search_command, stores_app
from evigate.evidence.fetch import fetch_url
from evigate.evidence.models import ModuleOfOne, NewDocument
from evigate.evidence.pages import TEMPLATES as EVIDENCE_TEMPLATES
from evigate.evidence.pages import evidence_pages
from evigate.evidence.parsing.models import Box, Page, ParsedDocument, Word
from evigate.evidence.parsing.pdf import read_pdf, render_page
from evigate.evidence.parsing.quotes import find_quote, quote_is_on_page
from evigate.evidence.service import (
    create_module,
    delete_module,
    evidence_version,
    register_blob,
)
from evigate.evidence.stores import StoreService
from evigate.evidence.uploads import read_upload
from evigate.evidence.wiring import PERMISSIONS, jobs

__all__ = [
    "EVIDENCE_TEMPLATES",
    "PERMISSIONS",
    "Box",
    "ModuleOfOne",
    "NewDocument",
    "Page",
    "ParsedDocument",
    "StoreService",
    "Word",
    "create_module",
    "delete_module",
    "evidence_pages",
    "evidence_router",
    "evidence_version",
    "fetch_url",
    "find_quote",
    "jobs",
    "quote_is_on_page",
    "read_pdf",
    "read_upload",
    "register_blob",
    "render_page",
    "search_command",
    "stores_app",
]
