"""A specification as one Word document: what somebody reads on paper, and signs."""

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import docx
from docx.document import Document

from evigate.evidence import Bullets, Heading, PaperBlock, Paragraph, Table
from evigate.studio.specification.export_paper import paper_of

Payload = Mapping[str, Any]
# A document's own dates would make two exports of one version differ.
STAMP = datetime(1980, 1, 1, tzinfo=UTC)


def word_document(payload: Payload, standing: str) -> bytes:
    """Return the document's bytes; the times in its zip are the moment's."""
    document = docx.Document()
    document.core_properties.title = payload["name"]
    document.core_properties.author = ""
    document.core_properties.created = STAMP
    document.core_properties.modified = STAMP
    for block in paper_of(payload, standing):
        _add(document, block)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _add(document: Document, block: PaperBlock) -> None:
    match block:
        case Heading(text, level):
            document.add_heading(text, level)
        case Paragraph(runs):
            paragraph = document.add_paragraph()
            for text, face in runs:
                run = paragraph.add_run(text)
                run.bold, run.italic = face == "bold" or None, face == "italic" or None
        case Bullets(lines):
            for line in lines:
                document.add_paragraph(line, style="List Bullet")
        case Table(head, rows):
            _table(document, head, rows)


def _table(document: Document, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(rows=1, cols=len(head), style="Light Grid Accent 1")
    for cell, text in zip(table.rows[0].cells, head, strict=True):
        cell.text = text
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
