"""A specification as one Word document: what somebody reads on paper, and signs."""

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import docx
from docx.document import Document

from evigate.studio.specification.export_markdown import OVERVIEW, TITLES, criteria_lines
from evigate.studio.specification.kinds import quotes_of
from evigate.studio.specification.wording import spoken

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
    document.add_heading(payload["name"], 0)
    document.add_paragraph(standing)
    _overview(document, payload)
    _requirements(document, payload)
    _entities(document, payload)
    _permissions(document, payload)
    _lists(document, payload)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _overview(document: Document, payload: Payload) -> None:
    for name, title in OVERVIEW.items():
        if payload["overview"][name]:
            document.add_heading(title, 1)
            _bullets(document, [each["text"] for each in payload["overview"][name]])
    document.add_heading("Who uses it", 1)
    _bullets(document, [f"{p['title']}: {p['summary'] or 'as named'}" for p in payload["personas"]])


def _requirements(document: Document, payload: Payload) -> None:
    document.add_heading("Requirements", 1)
    for kind, title in TITLES.items():
        of_kind = [each for each in payload["requirements"] if each["kind"] == kind]
        if of_kind:
            document.add_heading(title, 2)
        for each in of_kind:
            paragraph = document.add_paragraph()
            paragraph.add_run(f"{each['id']} ").bold = True
            paragraph.add_run(each["text"])
            said = document.add_paragraph()
            said.add_run(f"{each['priority']}; said: {quotes_of(each)}").italic = True
            _bullets(document, criteria_lines(each))


def _entities(document: Document, payload: Payload) -> None:
    document.add_heading("Records", 1)
    for each in payload["entities"]:
        document.add_heading(each["title"], 2)
        rows = [
            (spoken(f["name"]), f["type"], "required" if f["is_required"] else "")
            for f in each["fields"]
        ]
        _table(document, ("Attribute", "Type", ""), rows)
        if each["machine"]:
            steps = each["machine"]["steps"]
            lives = [
                (spoken(s["start"]), spoken(s["end"]), s["trigger"], spoken(s["actor"]))
                for s in steps
            ]
            _table(document, ("From", "To", "When", "By"), lives)


def _permissions(document: Document, payload: Payload) -> None:
    titles = {each["key"]: each["title"] for each in payload["personas"]}
    things = {each["key"]: each["title"] for each in payload["entities"]}
    document.add_heading("Permissions", 1)
    rows = [
        (
            titles[each["role"]],
            things[each["entity"]],
            ", ".join(spoken(action) for action in each["actions"]),
            "; ".join(each["because"]) or ("their own" if each["condition"] else "all"),
        )
        for each in payload["permissions"]
    ]
    _table(document, ("Role", "Record", "May", "Where"), rows)


def _lists(document: Document, payload: Payload) -> None:
    sections: Mapping[str, Sequence[str]] = {
        "Runbook": [step for each in payload["runbook"] for step in each["steps"]],
        "Assumptions": [f"{each['text']} {each['why']}" for each in payload["assumptions"]],
        "Open": [each["text"] for each in payload["open_questions"]],
    }
    for title, lines in sections.items():
        if lines:
            document.add_heading(title, 1)
            _bullets(document, lines)


def _bullets(document: Document, lines: Sequence[str]) -> None:
    for line in lines:
        document.add_paragraph(line, style="List Bullet")


def _table(document: Document, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    if not rows:
        return
    table = document.add_table(rows=1, cols=len(head), style="Light Grid Accent 1")
    for cell, text in zip(table.rows[0].cells, head, strict=True):
        cell.text = text
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
