"""Terms and meanings that a document itself pairs, in a section that says so.

Where the format has definitions they are known already; here a glossary's paragraphs are read, as
"term: meaning", as a bold term with its meaning after it, or as a term on a line of its own.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from evigate.evidence.parsing.models import Block, GlossaryEntry, Page, ParsedDocument

TERM_WORDS_MAX = 8
MEANING_WORDS_MIN = 2

_SECTION = re.compile(
    r"^(?:[\d.]+\s+)?(?:chapter\s+)?(?:glossary|key\s+terms?|key\s+words|keywords|vocabulary|"
    r"definitions?|terms\s+to\s+know|important\s+terms|terminology)\b",
    re.I,
)
_PAIR = re.compile(r"^(?P<term>[^:–—]{2,80}?)\s*(?::|\s[–—-]\s|[–—])\s*(?P<meaning>\S.*)$", re.S)


def with_glossary(document: ParsedDocument) -> ParsedDocument:
    """Return the document with the pairs of its glossary sections, after those it had."""
    known = {(entry.page, entry.start) for entry in document.glossary}
    found = [
        entry
        for page in document.pages
        for entry in _entries(page)
        if (entry.page, entry.start) not in known
    ]
    return replace(document, glossary=(*document.glossary, *found))


def _entries(page: Page) -> Iterator[GlossaryEntry]:
    for block in page.blocks:
        is_text = block.kind in ("paragraph", "list_item")
        if is_text and any(_SECTION.match(name) for name in block.path):
            entry = _pair(page, block)
            if entry is not None:
                yield entry


def _pair(page: Page, block: Block) -> GlossaryEntry | None:
    text = page.text[block.start : block.end]
    lead = next((mark for mark in block.marks if mark.kind == "bold"), None)
    if lead is not None and lead.start == block.start and lead.end < block.end:
        cut = lead.end - block.start
        term, meaning = text[:cut], text[cut:]
    elif (pair := _PAIR.match(text)) is not None:
        term, meaning = pair["term"], pair["meaning"]
    else:
        return None
    term = " ".join(term.split()).strip(" :–—-•*")
    meaning = " ".join(meaning.split()).lstrip(" :–—-")
    is_pair = 0 < len(term.split()) <= TERM_WORDS_MAX and len(meaning.split()) >= MEANING_WORDS_MIN
    return GlossaryEntry(term, meaning, page.number, block.start, block.end) if is_pair else None
