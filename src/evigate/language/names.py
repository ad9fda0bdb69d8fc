"""Names by their capital letters, and the abbreviations that a text explains.

No model is asked, so a name is a run of capitalised words: good enough to ask whether the evidence
has it too, which is what the checks need. The parser's entities say what sort of name it is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from evigate.language.weights import is_common
from evigate.language.words import STOP_WORDS, fold, split_sentences, words

# A sentence's first word has a capital letter anyway; only a rare one is taken for a name there.
COMMON_WORDS = 6_000
# Two forms of a name ("Italy", "Italian") share at least so many letters.
SHARED_LETTERS_MIN = 4

_NAME = re.compile(
    r"(?:[^\W\d_a-z][\w’']*(?:[-–]\w+)*\.?)(?:\s+(?:(?:of|the|de|la|van|von|der|du|al)\s+)*"
    r"(?:[A-ZÀ-Þ][\w’']*(?:[-–]\w+)*))*"
)
_ABBREVIATION = re.compile(r"\(\s*([A-Z][A-Za-z0-9-]{1,9}?)s?\s*\)")
_NEVER = {"i", "i'm", "i've", "i'd", "i'll"}


@dataclass(frozen=True, slots=True)
class Name:
    """A run of capitalised words with its offsets; `parts` are its words, folded."""

    text: str
    start: int
    end: int
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """A short form and the words that the text explains it by, each with its place."""

    short: str
    long: str
    start: int
    end: int


def names(text: str) -> tuple[Name, ...]:
    """
    Return the names of a text in order.

    A sentence's first word counts only inside a longer name or when it is rare; a text all in
    capitals or all in lower case has no names that can be told.
    """
    if text == text.upper() or text == text.lower():
        return ()
    found: list[Name] = []
    for start, end in split_sentences(text):
        for match in _NAME.finditer(text, start, end):
            name = _name(match, is_first=not any(m.isalnum() for m in text[start : match.start()]))
            if name is not None:
                found.append(name)
    return tuple(found)


def missing_parts(name: Name, evidence_words: frozenset[str], expansions: frozenset[str]) -> bool:
    """
    Say whether the evidence lacks the name: none of its words, or not its last one, stands there.

    Args:
        name: from `names`.
        evidence_words: the evidence's words, folded.
        expansions: short forms the evidence spells out, folded; these count as present.
    """
    parts = [part for part in name.parts if part not in STOP_WORDS and len(part) > 1]
    if not parts:
        return False
    return not (
        _is_there(parts[-1], evidence_words) or all(part in expansions for part in parts)
    ) or (len(parts) > 1 and not any(_is_there(part, evidence_words) for part in parts[:-1]))


def unsupported_names(claim: str, evidence: Sequence[str]) -> tuple[Name, ...]:
    """
    Return the claim's names that the evidence does not have, in order.

    Case and accents do not matter, forms with the same beginning agree ("Italy", "Italian"), and
    an abbreviation agrees with the initials of words that stand next to each other.
    """
    there = frozenset(word.folded for text in evidence for word in words(text))
    short = frozenset(fold(initials) for text in evidence for initials in _initials(text))
    return tuple(name for name in names(claim) if missing_parts(name, there, short))


def abbreviations(text: str) -> tuple[Abbreviation, ...]:
    """
    Return the pairs "long form (SF)" of a text in order.

    Each letter of the short form must begin one of the words just before it, in order; small words
    ("of", "and") may stand between.

    Source:
        after Schwartz & Hearst, PSB 2003, with whole initials instead of any letters.
    """
    found: list[Abbreviation] = []
    for match in _ABBREVIATION.finditer(text):
        long_start = _long_form(text, match)
        if long_start is not None:
            long = text[long_start : match.start()].strip()
            found.append(Abbreviation(match[1], long, long_start, match.end()))
    return tuple(found)


def _long_form(text: str, match: re.Match[str]) -> int | None:
    """Return where the words begin whose initials are the short form."""
    letters = [letter for letter in fold(match[1]) if letter.isalpha()]
    # A small word takes no letter, so as many again may stand between.
    before = words(text[max(0, match.start() - 200) : match.start()])[-2 * len(letters) :]
    offset = max(0, match.start() - 200)
    start = None
    for word in reversed(before):
        if not letters:
            break
        if word.folded.startswith(letters[-1]):
            letters.pop()
            start = word.start + offset
        elif word.folded not in STOP_WORDS:
            return None
    return start if not letters else None


def _name(match: re.Match[str], *, is_first: bool) -> Name | None:
    parts = words(match[0])
    if not parts:
        return None
    skip = 0
    lead = parts[0].folded
    if lead in STOP_WORDS or lead in _NEVER:
        skip = 1
    elif is_first and len(parts) == 1 and not parts[0].text[1:2].isupper():
        skip = 1 if is_common(lead, within=COMMON_WORDS) else 0
    kept = [*parts[skip:]]
    while kept and (kept[0].folded in STOP_WORDS or kept[0].text[0].islower()):
        kept.pop(0)
    if not kept or (len(kept) == 1 and len(kept[0].folded) < 2):
        return None
    start, end = match.start() + kept[0].start, match.start() + kept[-1].end
    return Name(match.string[start:end], start, end, tuple(word.folded for word in kept))


def _is_there(part: str, evidence: frozenset[str]) -> bool:
    if part in evidence:
        return True
    if len(part) <= SHARED_LETTERS_MIN:
        return False
    size = max(SHARED_LETTERS_MIN, len(part) - 3)
    return any(other.startswith(part[:size]) and abs(len(other) - len(part)) <= 4
               for other in evidence)  # fmt: skip


def _initials(text: str) -> list[str]:
    """Return the initials of every run of two to six words, small words skipped or not."""
    found: list[str] = []
    for start, end in split_sentences(text):
        every = [word for word in words(text[start:end]) if word.folded[0].isalpha()]
        for kept in (every, [word for word in every if word.is_content]):
            first = "".join(word.folded[0] for word in kept)
            found.extend(
                first[at : at + n] for n in range(2, 7) for at in range(len(first) - n + 1)
            )
    return found
