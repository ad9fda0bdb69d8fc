"""GIFT, written: Moodle's text format, one question a paragraph.

What GIFT has no place for (objective, hint, rubric, sources) stands in a comment before the
question as JSON, which other readers pass over and ours takes up again. Ids and tags are written
the way Moodle reads them.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from evigate.learning.exchange.models import ExchangeItem, identifier_of
from evigate.learning.items.kinds import question_of
from evigate.learning.items.payloads import (
    BLANK,
    ClozeItem,
    MatchingItem,
    McqItem,
    Payload,
    ShortAnswerItem,
    TrueFalseItem,
)

COMMENT = "// @evigate "
_SPECIAL = "\\~=#{}:"


def write(items: Sequence[ExchangeItem], title: str) -> bytes:
    """Return the questions in UTF-8, in a category of the title."""
    category = f"$CATEGORY: {' '.join(title.replace('/', '//').split())}" if title.strip() else ""
    blocks = [category, *(_question(item) for item in items)]
    return ("\n\n".join(block for block in blocks if block) + "\n").encode("utf-8", "replace")


def escape(text: str) -> str:
    """Return a text with what GIFT would read as its own marked, on one line."""
    marked = "".join(f"\\{mark}" if mark in _SPECIAL else mark for mark in text)
    return marked.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def _question(item: ExchangeItem) -> str:
    payload = item.payload
    known = json.dumps(_aside(item), ensure_ascii=True, separators=(",", ":"))
    tags = "".join(f" [tag:{_plain(tag)}]" for tag in item.tags)
    name = escape(" ".join(question_of(payload).split())[:60].strip()) or "question"
    before, after = _around(payload)
    answers = "\n".join(f"\t{line}" for line in _answers(payload))
    body = f"{{\n{answers}\n}}" if answers else "{}"
    named = f"// [id:{_plain(identifier_of(item))}]{tags}"
    return f"{COMMENT}{known}\n{named}\n::{name}::{before}{body}{after}"


def _aside(item: ExchangeItem) -> dict[str, Any]:
    """Return what GIFT has no place for, empty values left out."""
    payload = item.payload
    whole = {
        "kind": item.kind,
        "identifier": identifier_of(item),
        "difficulty": item.difficulty,
        "tags": list(item.tags),
        "citations": [asdict(one) for one in item.citations],
        "concept": payload.concept,
        "objective": payload.objective,
        "section": list(payload.section),
        "hint": payload.hint,
    }
    if isinstance(payload, ShortAnswerItem):
        whole["accepted"] = list(payload.accepted)
        whole["rubric"] = [line.model_dump() for line in payload.rubric]
        whole["explanation"] = payload.explanation
    if isinstance(payload, TrueFalseItem) and payload.key:
        whole["correction"] = payload.correction
    return {name: value for name, value in whole.items() if value}


def _around(payload: Payload) -> tuple[str, str]:
    """Return the text before and after the answers, each with its form."""
    stem = str(getattr(payload, "stem", ""))
    if isinstance(payload, ClozeItem):
        before, after = stem.split(BLANK)
        return f"[plain]{escape(before)}", escape(after)
    return f"[plain]{escape(stem)} ", ""


def _answers(payload: Payload) -> Iterator[str]:
    match payload:
        case McqItem():
            for option in payload.options:
                feedback = f"#{escape(option.feedback)}" if option.feedback else ""
                mark = "=" if option.id == payload.key else "~"
                yield f"{mark}{escape(option.text)}{feedback}"
        case TrueFalseItem():
            # The first feedback is for a wrong answer.
            wrong = f"#{escape(payload.correction)}" if not payload.key else ""
            yield ("TRUE" if payload.key else "FALSE") + wrong
        case ClozeItem():
            yield from (f"={escape(text)}" for text in (payload.key, *payload.accepted))
        case MatchingItem():
            for pair in payload.pairs:
                yield f"={_side(pair.left)} -> {_side(pair.right)}"
    last = payload.key if isinstance(payload, ShortAnswerItem) else payload.explanation
    if last:
        yield f"####{escape(last)}"


def _side(text: str) -> str:
    # An arrow in a side would part it again; GIFT has no escape for it.
    return escape(text.replace("->", "→"))


def _plain(text: str) -> str:
    return " ".join(text.replace("]", ")").replace("[", "(").split())
