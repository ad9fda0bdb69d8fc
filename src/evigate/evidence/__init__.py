"""Evidence: modules and their documents, parsed into text with places, searched as passages.

What enters: bytes that someone calls a document. What leaves: typed pages, words and boxes, rows
that say which module owns them, and passages that answer a question. Always true: a quote that this
room confirms stands on the page it names; a store's `evidence_version` is a hash over its
documents' contents.
"""

from evigate.evidence.api import evidence_router
from evigate.evidence.chunks import Chunk, chunk_document
from evigate.evidence.commands import search_command, stores_app
from evigate.evidence.fetch import fetch_url
from evigate.evidence.imports import TakenIn, add_file, add_folder, add_url
from evigate.evidence.models import (
    ChunkChange,
    Document,
    ModuleOfOne,
    NewDocument,
    PutDocument,
    Store,
    StoredChunk,
)
from evigate.evidence.pages import TEMPLATES as EVIDENCE_TEMPLATES
from evigate.evidence.pages import evidence_pages
from evigate.evidence.parsing.documents import parse_document
from evigate.evidence.parsing.models import (
    Block,
    Box,
    GlossaryEntry,
    Mark,
    Page,
    ParsedDocument,
    Word,
)
from evigate.evidence.parsing.pdf import read_pdf, render_page
from evigate.evidence.parsing.pdf_pages import (
    Bullets,
    Heading,
    PaperBlock,
    Paragraph,
    Table,
    pdf_of,
)
from evigate.evidence.parsing.quotes import find_quote, quote_is_on_page
from evigate.evidence.passages import get_chunks, list_chunks, write_chunks
from evigate.evidence.service import (
    create_module,
    delete_module,
    evidence_version,
    put_document,
    register_blob,
    remove_document,
    replace_document,
)
from evigate.evidence.stores import StoreService, add_store
from evigate.evidence.uploads import read_upload
from evigate.evidence.wiring import PERMISSIONS, jobs

__all__ = [
    "EVIDENCE_TEMPLATES",
    "PERMISSIONS",
    "Block",
    "Box",
    "Bullets",
    "Chunk",
    "ChunkChange",
    "Document",
    "GlossaryEntry",
    "Heading",
    "Mark",
    "ModuleOfOne",
    "NewDocument",
    "Page",
    "PaperBlock",
    "Paragraph",
    "ParsedDocument",
    "PutDocument",
    "Store",
    "StoreService",
    "StoredChunk",
    "Table",
    "TakenIn",
    "Word",
    "add_file",
    "add_folder",
    "add_store",
    "add_url",
    "chunk_document",
    "create_module",
    "delete_module",
    "evidence_pages",
    "evidence_router",
    "evidence_version",
    "fetch_url",
    "find_quote",
    "get_chunks",
    "jobs",
    "list_chunks",
    "parse_document",
    "pdf_of",
    "put_document",
    "quote_is_on_page",
    "read_pdf",
    "read_upload",
    "register_blob",
    "remove_document",
    "render_page",
    "replace_document",
    "search_command",
    "stores_app",
    "write_chunks",
]
