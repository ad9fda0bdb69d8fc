"""What of a specification stands on paper, and in which order: one Word document, one PDF.

Pure: blocks that either is made of.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from evigate.evidence import Bullets, Heading, PaperBlock, Paragraph, Table, pdf_of
from evigate.studio.specification.export_markdown import OVERVIEW, TITLES, criteria_lines
from evigate.studio.specification.kinds import quotes_of
from evigate.studio.specification.wording import spoken

Payload = Mapping[str, Any]


def pdf_document(payload: Payload, standing: str) -> bytes:
    """Return a specification as a PDF; the same version gives the same bytes."""
    return pdf_of(paper_of(payload, standing), f"{payload['name']}  ·  {standing}")


def paper_of(payload: Payload, standing: str) -> list[PaperBlock]:
    """Return what stands on paper, beginning with what the version is."""
    return [
        Heading(payload["name"], 0),
        _plain(standing),
        *_overview(payload),
        *_requirements(payload),
        *_entities(payload),
        *_permissions(payload),
        *_lists(payload),
    ]


def _overview(payload: Payload) -> Iterator[PaperBlock]:
    for name, title in OVERVIEW.items():
        if payload["overview"][name]:
            yield Heading(title, 1)
            yield Bullets(tuple(each["text"] for each in payload["overview"][name]))
    yield Heading("Who uses it", 1)
    yield Bullets(
        tuple([f"{p['title']}: {p['summary'] or 'as named'}" for p in payload["personas"]])
    )


def _requirements(payload: Payload) -> Iterator[PaperBlock]:
    yield Heading("Requirements", 1)
    for kind, title in TITLES.items():
        of_kind = [each for each in payload["requirements"] if each["kind"] == kind]
        if of_kind:
            yield Heading(title, 2)
        for each in of_kind:
            yield Paragraph(((f"{each['id']} ", "bold"), (each["text"], "plain")))
            yield Paragraph(((f"{each['priority']}; said: {quotes_of(each)}", "italic"),))
            yield Bullets(tuple(criteria_lines(each)))


def _entities(payload: Payload) -> Iterator[PaperBlock]:
    yield Heading("Records", 1)
    for each in payload["entities"]:
        yield Heading(each["title"], 2)
        rows = [
            (spoken(f["name"]), f["type"], "required" if f["is_required"] else "")
            for f in each["fields"]
        ]
        yield from _table(("Attribute", "Type", ""), rows)
        if each["machine"]:
            steps = each["machine"]["steps"]
            lives = [
                (spoken(s["start"]), spoken(s["end"]), s["trigger"], spoken(s["actor"]))
                for s in steps
            ]
            yield from _table(("From", "To", "When", "By"), lives)


def _permissions(payload: Payload) -> Iterator[PaperBlock]:
    titles = {each["key"]: each["title"] for each in payload["personas"]}
    things = {each["key"]: each["title"] for each in payload["entities"]}
    yield Heading("Permissions", 1)
    rows = [
        (
            titles[each["role"]],
            things[each["entity"]],
            ", ".join(spoken(action) for action in each["actions"]),
            "; ".join(each["because"]) or ("their own" if each["condition"] else "all"),
        )
        for each in payload["permissions"]
    ]
    yield from _table(("Role", "Record", "May", "Where"), rows)


def _lists(payload: Payload) -> Iterator[PaperBlock]:
    sections: Mapping[str, Sequence[str]] = {
        "Runbook": [step for each in payload["runbook"] for step in each["steps"]],
        "Assumptions": [f"{each['text']} {each['why']}" for each in payload["assumptions"]],
        "Open": [each["text"] for each in payload["open_questions"]],
    }
    for title, lines in sections.items():
        if lines:
            yield Heading(title, 1)
            yield Bullets(tuple(lines))


def _plain(text: str) -> Paragraph:
    return Paragraph(((text, "plain"),))


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[PaperBlock]:
    if rows:
        yield Table(head, tuple(rows))
