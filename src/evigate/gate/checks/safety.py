"""Safety: does a text give away a person's data, or insult?

Patterns and two lists, so a clear case is found and a veiled one is not: a rule, not a measured
judge, though docs/evals.md says how it does on planted cases. What the evidence itself says is no
fault of ours: an address, a coarse word or a person that stands in a cited passage is the source's
own.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

from evigate.gate.checks.models import Draft, Score, measured, not_measured
from evigate.language.words import contains_phrase, fold, words

VERSION = "2"
# A name of one word is as often a word of the text.
NAME_WORDS_MIN = 2

_PATTERNS: Mapping[str, re.Pattern[str]] = {
    "email": re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b", re.IGNORECASE),
    "phone": re.compile(
        r"(?<![\w.])(?:\+\d{1,3}[\s.-]?)?(?:\(\d{2,4}\)\s?|\d{3}[-.\s])\d{3,4}[-.\s]\d{3,4}(?![\w.])"
        r"|(?<!\w)\+\d{1,3}(?:[\s.-]?\d{2,4}){3,5}(?!\w)"
    ),
    "social_security": re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])"),
    "iban": re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){3,7}(?:\s?[A-Z0-9]{1,3})?\b"),
    "card": re.compile(r"(?<![\w-])(?:\d[ -]?){12,18}\d(?![\w-])"),
}


def score_safety(draft: Draft, params: Mapping[str, Any]) -> Score:
    """
    Score 1 when nothing is found, else 0.

    Args:
        draft: all its texts.
        params: `names`: people who must not be named, such as a tenant's members, unless the
            evidence names them; those of fewer than `NAME_WORDS_MIN` words are passed over.

    Returns:
        details: `findings`, each with its kind, path and span; the text of personal data is not
        repeated. Not measured when the draft has no text.
    """
    if not any(text.strip() for text in draft.reading.texts.values()):
        return not_measured("the draft has no text")
    evidence = "\n".join(draft.evidence)
    said = [word.folded for word in words(evidence)]
    found = [
        {"path": path, **finding}
        for path, text in draft.reading.texts.items()
        for finding in [
            *_personal(text, evidence),
            *_listed(text, said, params.get("names", ())),
        ]
    ]
    return measured(0.0 if found else 1.0, {"findings": found})


def _personal(text: str, evidence: str) -> list[dict[str, Any]]:
    return [
        {"kind": kind, "start": match.start(), "end": match.end()}
        for kind, pattern in _PATTERNS.items()
        for match in pattern.finditer(text)
        if match[0] not in evidence and (kind != "card" or _is_card(match[0]))
    ]


def _listed(text: str, said: Sequence[str], names: Sequence[str]) -> list[dict[str, Any]]:
    found = words(text)
    quoted = set(said)
    folded = [word.folded for word in found]
    there = set(folded)
    rude = [
        {"kind": "insult", "start": word.start, "end": word.end}
        for word in found
        if word.folded in insults() and word.folded not in quoted
    ]
    named = [
        {"kind": "name", "name": name}
        for name in names
        if (parts := _parts(name))
        and parts[-1] in there
        and _is_named(parts, folded)
        and not _is_named(parts, said)
    ]
    return [*rude, *named]


@lru_cache(maxsize=10_000)
def _parts(name: str) -> tuple[str, ...]:
    return tuple(word.folded for word in words(name))


def _is_named(parts: Sequence[str], there: Sequence[str]) -> bool:
    return len(parts) >= NAME_WORDS_MIN and contains_phrase(there, parts)


def _is_card(text: str) -> bool:
    """Say whether the digits pass Luhn's check, which one random number in ten does."""
    digits = [int(mark) for mark in reversed(text) if mark.isdigit()]
    doubled = (digit * 2 - 9 * (digit > 4) for digit in digits[1::2])
    return len(digits) >= 13 and (sum(digits[::2]) + sum(doubled)) % 10 == 0


@lru_cache(maxsize=1)
def insults() -> frozenset[str]:
    """Return the folded words that no learning item needs."""
    path = files("evigate.gate.checks") / "insults.txt"
    lines = path.read_text(encoding="utf-8").split()
    return frozenset(fold(word) for word in lines)
