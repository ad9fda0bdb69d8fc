"""An item as the fields of a form, and back: one pair of functions for every kind. Pure.

What a field cannot say is left to the item's model: the form only turns lines into lists and finds
letters, so that the model's own words say what is wrong.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from evigate.gate import CitationRow, NewCitation
from evigate.learning.items.payloads import BLANK, OPTIONS_MAX

LETTERS = "ABCDEFGH"
CITATIONS_OFFERED = 3
_POINTS = re.compile(r"(\d+)\s*:\s*(.*)")


def fields_of(kind: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a kind's form; those of an empty form for an empty payload."""
    common = {name: payload.get(name, "") for name in ("stem", "concept", "explanation", "hint")}
    match kind:
        case "learning.mcq_item":
            given = {each["id"]: each for each in payload.get("options", ())}
            options = [
                {
                    "id": letter,
                    "text": given.get(letter, {}).get("text", ""),
                    "feedback": given.get(letter, {}).get("feedback", ""),
                }
                for letter in LETTERS[:OPTIONS_MAX]
            ]
            return {**common, "options": options, "key": payload.get("key", "A")}
        case "learning.true_false_item":
            is_true = payload.get("key", True)
            return {**common, "is_true": is_true, "correction": payload.get("correction", "")}
        case "learning.cloze_item" | "learning.short_answer_item":
            rubric = [f"{each['points']}: {each['text']}" for each in payload.get("rubric", ())]
            accepted = "\n".join(payload.get("accepted", ()))
            key = payload.get("key", "")
            return {**common, "key": key, "accepted": accepted, "rubric": "\n".join(rubric)}
        case "learning.flashcard":
            return {**common, "front": payload.get("front", ""), "back": payload.get("back", "")}
        case "learning.ordering_item":
            said = {each["id"]: each["text"] for each in payload.get("steps", ())}
            steps = [said[each] for each in payload.get("key", ())]
            return {**common, "steps": "\n".join(steps)}
        case _:
            pairs = [f"{each['left']} = {each['right']}" for each in payload.get("pairs", ())]
            return {**common, "pairs": "\n".join(pairs)}


def payload_of(kind: str, form: Mapping[str, str], old: Mapping[str, Any]) -> dict[str, Any]:
    """Return the payload that a form says; what the form does not show stays as it was in `old`."""
    values: dict[str, Any] = {
        name: form.get(name, "").strip() for name in ("concept", "explanation", "hint")
    }
    values["objective"] = old.get("objective", "")
    values["section"] = list(old.get("section", ()))
    if kind != "learning.flashcard":
        values["stem"] = form.get("stem", "").strip()
    return values | _own_parts(kind, form)


def _own_parts(kind: str, form: Mapping[str, str]) -> dict[str, Any]:
    match kind:
        case "learning.mcq_item":
            options = [
                {
                    "id": letter,
                    "text": form.get(f"option_{letter}", "").strip(),
                    "feedback": form.get(f"feedback_{letter}", "").strip(),
                }
                for letter in LETTERS[:OPTIONS_MAX]
                if form.get(f"option_{letter}", "").strip()
            ]
            return {"options": options, "key": form.get("key", "")}
        case "learning.true_false_item":
            correction = form.get("correction", "").strip()
            return {"key": form.get("is_true") == "true", "correction": correction}
        case "learning.cloze_item":
            return {"key": form.get("key", "").strip(), "accepted": _lines(form, "accepted")}
        case "learning.short_answer_item":
            rubric = [_rubric(line) for line in _lines(form, "rubric")]
            key = form.get("key", "").strip()
            return {"key": key, "accepted": _lines(form, "accepted"), "rubric": rubric}
        case "learning.flashcard":
            return {"front": form.get("front", "").strip(), "back": form.get("back", "").strip()}
        case "learning.ordering_item":
            return _steps(_lines(form, "steps"))
        case _:
            return {"pairs": _pairs(_lines(form, "pairs"))}


def _steps(texts: Sequence[str]) -> dict[str, Any]:
    """Return steps lettered by their texts, so that the letters tell nothing of the order."""
    letters = {text: _letter(at) for at, text in enumerate(sorted(set(texts)))}
    steps = [{"id": letters[text], "text": text} for text in sorted(set(texts))]
    return {"steps": steps, "key": [letters[text] for text in texts]}


def _pairs(lines: Sequence[str]) -> list[dict[str, str]]:
    pairs = []
    for at, line in enumerate(lines):
        left, _, right = line.partition("=")
        pairs.append({"id": _letter(at), "left": left.strip(), "right": right.strip()})
    return pairs


def _letter(at: int) -> str:
    # Beyond the alphabet the model refuses the number of parts anyway.
    return chr(ord("A") + min(at, 25))


def _rubric(line: str) -> dict[str, Any]:
    found = _POINTS.fullmatch(line)
    return {"text": found[2], "points": int(found[1])} if found else {"text": line, "points": 1}


def _lines(form: Mapping[str, str], name: str) -> list[str]:
    return [line.strip() for line in form.get(name, "").splitlines() if line.strip()]


def citation_fields(rows: Sequence[CitationRow]) -> list[dict[str, Any]]:
    """Return the fields of an item's quotes, with empty ones for more."""
    found = [
        {"quote": row.quote, "document_id": str(row.document_id), "page": row.page} for row in rows
    ]
    empty = {"quote": "", "document_id": "", "page": 1}
    return found + [empty] * max(1, CITATIONS_OFFERED - len(found))


def citations_of_form(form: Mapping[str, str], old: Sequence[CitationRow]) -> list[NewCitation]:
    """Return the quotes of a form, in order; one as it was keeps the chunk it was taken from.

    A quote without a fit document or page is left out; the gate then misses it and says so.
    """
    known = {(row.quote, str(row.document_id)): row for row in old}
    found = []
    for at in range(len(old) + CITATIONS_OFFERED):
        quote = form.get(f"quote_{at}", "").replace("\r\n", "\n").strip()
        document = form.get(f"document_{at}", "")
        page = form.get(f"page_{at}", "1")
        if not quote or not _is_id(document):
            continue
        row = known.get((quote, document))
        digest = row.chunk_sha256 if row else ""
        found.append(
            NewCitation(UUID(document), quote, digest, int(page) if page.isdecimal() else 1)
        )
    return found


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def blank_hint() -> str:
    """Return what a person has to know of blanks."""
    return f"The blank is {len(BLANK)} underscores: {BLANK}"
