"""A parsed document as generation takes it: its chunks, its bold terms, its glossary."""

from collections.abc import Iterator
from uuid import UUID

from evigate.evidence import Chunk, ParsedDocument, StoredChunk, chunk_document
from evigate.learning.generate.models import SourceChunk, SourceText

# A longer bold run is a sentence that is stressed, not a term.
MARKED_WORDS_MAX = 5


def source_of(
    document_id: UUID,
    document: ParsedDocument,
    chunks: tuple[StoredChunk, ...] | None = None,
) -> SourceText:
    """
    Return a document as a source.

    Args:
        document_id: what citations will name.
        document: its parsed bytes.
        chunks: its rows, where there are some; else it is cut here, which gives the same.
    """
    rows = tuple(_of_row(row) for row in chunks) if chunks is not None else None
    cut = rows if rows is not None else tuple(_of_chunk(one) for one in chunk_document(document))
    return SourceText(
        document_id=document_id,
        chunks=cut,
        title=document.title or "",
        marked=tuple(dict.fromkeys(_marked(document))),
        glossary=tuple((entry.term, entry.meaning) for entry in document.glossary),
    )


def _of_row(row: StoredChunk) -> SourceChunk:
    return SourceChunk(row.sha256, row.text, row.page, row.heading_path, row.kind)


def _of_chunk(chunk: Chunk) -> SourceChunk:
    return SourceChunk(chunk.digest, chunk.text, chunk.page, chunk.heading_path, chunk.kind)


def _marked(document: ParsedDocument) -> Iterator[str]:
    for page in document.pages:
        for block in page.blocks:
            if block.kind not in ("paragraph", "list_item"):
                continue
            for mark in block.marks:
                text = " ".join(page.text[mark.start : mark.end].split()).strip(" .,:;")
                is_whole = mark.end - mark.start >= block.end - block.start
                is_short = 0 < len(text.split()) <= MARKED_WORDS_MAX
                if mark.kind == "bold" and is_short and not is_whole:
                    yield text
