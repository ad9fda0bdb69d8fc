"""Drafts for the tests of the checks: a sound item, and ways to break it."""

from dataclasses import replace
from typing import Any

from evigate.gate.checks import Citation, Draft, Option, Reading

PASSAGE = (
    "Mitochondria are the organelles that produce most of the cell's ATP. They were first described "
    "by Albert von Kölliker in 1857. A liver cell holds about 2,000 mitochondria. Ribosomes build "
    "proteins from amino acids. Mitochondria do not hold chlorophyll."
)
QUOTE = "Mitochondria are the organelles that produce most of the cell's ATP."
SCHEMA = {
    "type": "object",
    "properties": {"stem": {"type": "string"}},
    "required": ["stem"],
    "additionalProperties": False,
}


def item(**changes: Any) -> Draft:
    """Return a sound item on mitochondria; fields of the draft or of its reading may be changed."""
    stem = "Which organelles produce most of the cell's ATP?"
    options = (
        Option("A", "Mitochondria", True),
        Option("B", "Ribosomes", False),
        Option("C", "Lysosomes", False),
        Option("D", "Vacuoles", False),
    )
    reading = Reading(
        kind="mcq",
        texts={"stem": stem},
        question=stem,
        answer="Mitochondria",
        options=options,
        claims=("Mitochondria produce most of the cell's ATP.",),
        tags=("mitochondria", "ATP"),
        difficulty=3,
    )
    own = {name: changes.pop(name) for name in list(changes) if name in Draft.__slots__}
    reading = replace(reading, **changes)
    start = PASSAGE.index(QUOTE)
    citations = (Citation(QUOTE, PASSAGE, "doc", "sha", 1, start, start + len(QUOTE), ("Cells",)),)
    draft = Draft({"stem": stem}, SCHEMA, reading, citations)
    return replace(draft, **own)


def options(*texts: str, key: int = 0) -> tuple[Option, ...]:
    """Return options A, B, C …, of which the one at `key` is the key."""
    return tuple(Option("ABCDEFGH"[n], text, n == key) for n, text in enumerate(texts))
