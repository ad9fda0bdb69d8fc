"""CSV: one row an item, for a spreadsheet. It is written, not read.

Columns, in order: `COLUMNS`. Several values in a cell stand on lines of their own: accepted
answers, rubric lines ("2 | text"), steps in their right order, pairs ("left | right"), headings,
tags. A cell that a spreadsheet would take for a formula begins with an apostrophe.
"""

import csv
import io
from collections.abc import Iterable, Sequence

from evigate.learning.exchange.models import ExchangeItem, identifier_of
from evigate.learning.items.kinds import answer_of, question_of
from evigate.learning.items.payloads import MatchingItem, McqItem, OrderingItem

COLUMNS = (
    "identifier",
    "kind",
    "question",
    "answer",
    "option_a",
    "option_b",
    "option_c",
    "option_d",
    "option_e",
    "feedback_a",
    "feedback_b",
    "feedback_c",
    "feedback_d",
    "feedback_e",
    "key",
    "accepted",
    "rubric",
    "steps",
    "pairs",
    "correction",
    "explanation",
    "hint",
    "concept",
    "objective",
    "section",
    "difficulty",
    "tags",
    "quote",
    "page",
    "document",
)
# What Excel, LibreOffice or Google Sheets may run when a cell begins with it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write(items: Sequence[ExchangeItem], title: str) -> bytes:
    """Return the items as UTF-8 with a byte order mark, by which Excel knows the encoding."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for item in items:
        writer.writerow({name: _safe(value) for name, value in _row(item).items()})
    return file.getvalue().encode("utf-8-sig", "replace")


def _row(item: ExchangeItem) -> dict[str, str]:
    payload = item.payload
    first = item.citations[0] if item.citations else None
    row = {
        "identifier": identifier_of(item),
        "kind": item.kind.removeprefix("learning."),
        "question": question_of(payload),
        "answer": answer_of(payload),
        "accepted": _lines(getattr(payload, "accepted", ())),
        "rubric": _lines(f"{each.points} | {each.text}" for each in getattr(payload, "rubric", ())),
        "correction": str(getattr(payload, "correction", "")),
        "explanation": payload.explanation,
        "hint": payload.hint,
        "concept": payload.concept,
        "objective": payload.objective,
        "section": _lines(payload.section),
        "difficulty": item.difficulty or "",
        "tags": _lines(item.tags),
        "quote": first.quote if first else "",
        "page": str(first.page) if first and first.page is not None else "",
        "document": first.document if first else "",
    }
    if isinstance(payload, McqItem):
        for letter, option in zip("abcde", payload.options, strict=False):
            row[f"option_{letter}"] = option.text
            row[f"feedback_{letter}"] = option.feedback
            if option.id == payload.key:  # columns are lettered by place
                row["key"] = letter.upper()
    elif isinstance(payload, OrderingItem):
        texts = {step.id: step.text for step in payload.steps}
        row["steps"] = _lines(texts[each] for each in payload.key)
    elif isinstance(payload, MatchingItem):
        row["pairs"] = _lines(f"{pair.left} | {pair.right}" for pair in payload.pairs)
    return row


def _lines(values: Iterable[str]) -> str:
    return "\n".join(" ".join(value.split()) for value in values)


def _safe(value: str) -> str:
    return f"'{value}" if value.startswith(FORMULA) else value
