"""A paragraph made ready for the rules: words with their places, sentences, clauses, what is refused.

The rules see a shadow of the text in lower case that has the same length, so an offset in one is
the same offset in the other. A list's lines are sentences of their own; a wrapped line is not.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from evigate.studio.extraction.lexicon import AUXILIARIES, MODALS, NO_NAMES, PRONOUNS
from evigate.studio.extraction.words import is_verb

CHARACTERS_READ = 30_000
SUBJECT_CHARACTERS = 120
# Sixty characters without a blank are no word, and twelve blanks are one: patterns would try every
# part of such a run, in time that grows with its square. The mark stands for nothing any rule reads.
_RUN = re.compile(r"\S{60,}|\s{12,}")
INERT = "¦"

_TOKEN = re.compile(
    r"[^\W\d_]+(?:['’][^\W\d_]+)*(?:-[^\W\d_]+)*|\d+(?:[.,'’]\d+)*\w*|[^\w\s]", re.UNICODE
)
_BULLET = re.compile(r"[ \t]*(?:[-*•–·+>]|\(?\d{1,2}[.)]|\(?[a-h]\)|\[[ x]?\])[ \t]+")
_INLINE_ITEM = re.compile(r"(?<=[\w.,;:)])\s+(?=\(?(?P<number>\d{1,2})[.)]\s+[A-Za-z])")
_NUMBERED = re.compile(r"(?<!\w)(?P<number>\d{1,2})[.)][ \t]+\Z")
_LINE_END = re.compile(r"\n")
_SENTENCE_END = re.compile(r"[.!?]+['\"”’)\]]*(?=\s)")
_SHORT = re.compile(
    r"\b(?:e\.g|i\.e|approx|ca|vs|mr|mrs|ms|dr|incl|excl|max|min|st|inc|ltd|resp|nr|tel|z\.b|bzw"
    r"|[b-hj-z])\.$"
)
# Where a clause ends: what follows has a subject of its own.
_CUT = re.compile(
    r";|:(?=\s)|\s[-–—]\s|--|,(?=\s)|\s(?=(?:but|so|because|while|whereas|although|and)\s)", re.I
)
_LEAD = re.compile(r"(?:and|but|so|because)\s+(?:also\s+)?")
_SUBJECT = re.compile(
    r"^[\s,]*(?:(?:and|but|so|because|while|whereas|although|that|then)[\s,]+){0,3}"
    r"(?:we|i|they|it|he|she|you|this|that|there|nobody|everyone|everything|half|most|some"
    r"|(?:the|our|my|their|each|every|all|a|an|no)\s+\w+|\w+s|\w+-\w+s|staff|people)\s+"
    r"(?:\w+ly\s+|also\s+|still\s+|only\s+|never\s+|always\s+)?(?P<verb>[a-z'’]+)",
    re.I,
)
_SPEAKS_TO_MACHINE = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b[^.\n]{0,40}\b(?:previous|prior|above|earlier|all|your|any)\b"
    r"[^.\n]{0,30}\b(?:instructions?|prompts?|rules?|messages?|directions?)"
    r"|\bsystem\s+prompt\b|\byou\s+are\s+(?:now\s+)?(?:an?\s+)?(?:ai|assistant|pirate|language\s+model|chatgpt|dan)\b"
    r"|\bmark\b[^.\n]{0,40}\b(?:satisfied|approved|complete)\b|\boutput\s*[:{]|\{\s*[\"']",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or mark; `low` is it in lower case with straight quotes.

    `is_name` says that the text writes the word large, within a sentence and wherever it stands.
    """

    low: str
    start: int
    end: int
    is_name: bool = False

    @property
    def is_word(self) -> bool:
        """Say whether it is letters."""
        return self.low[0].isalpha()


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of text with a subject and a verb of its own, or a whole sentence without."""

    start: int
    end: int
    sentence_start: int
    sentence_end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A text made ready; what speaks to a machine instead of stating a need has no clauses."""

    text: str
    shadow: str
    sentences: tuple[tuple[int, int], ...]
    clauses: tuple[Clause, ...]
    refused: tuple[tuple[int, int], ...] = field(default=())
    names: frozenset[str] = frozenset()

    def tokens(self, start: int, end: int) -> list[Token]:
        """Return the tokens of a stretch, in order."""
        return [
            Token(match[0], match.start(), match.end(), match[0] in self.names)
            for match in _TOKEN.finditer(self.shadow, start, end)
        ]

    def clause_at(self, place: int) -> Clause:
        """Return the clause that holds a place, or an empty one there."""
        for clause in self.clauses:
            if clause.start <= place < clause.end:
                return clause
        return Clause(place, place, place, place)

    def is_read(self, place: int) -> bool:
        """Say whether a place is in a sentence that the rules read."""
        return any(start <= place < end for start, end in self.sentences)


def read(text: str) -> Reading:
    """Return a text made ready; characters past `CHARACTERS_READ` are not read."""
    shadow = _RUN.sub(_inert, shadow_of(text[:CHARACTERS_READ]))
    kept: list[tuple[int, int]] = []
    refused: list[tuple[int, int]] = []
    for start, end in _sentences(shadow):
        (refused if _SPEAKS_TO_MACHINE.search(shadow, start, end) else kept).append((start, end))
    clauses = tuple(clause for bound in kept for clause in _clauses(shadow, *bound))
    return Reading(text, shadow, tuple(kept), clauses, tuple(refused), _names(text, kept))


def _names(text: str, sentences: list[tuple[int, int]]) -> frozenset[str]:
    """Return the words, in lower case, that are written large within sentences and never small."""
    large: set[str] = set()
    small: set[str] = set()
    for start, end in sentences:
        words = list(_TOKEN.finditer(text, start, min(end, CHARACTERS_READ)))
        for before, match in itertools.pairwise(words):
            word = match[0]
            if word[0].islower():
                small.add(word.lower())
            elif word[1:].islower() and before[0] not in {":", '"', "-", "•", "("}:
                large.add(word.lower())
    return frozenset(large - small - NO_NAMES)


def shadow_of(text: str) -> str:
    """Return the text in lower case, character for character."""
    plain = text.replace("’", "'").replace("‘", "'").replace("`", "'")
    # A letter whose lower case is two characters would move every offset after it.
    return "".join(low if len(low := mark.lower()) == 1 else mark for mark in plain)


def _inert(run: re.Match[str]) -> str:
    words = run[0]
    if not words[0].isspace():
        return INERT * len(words)
    edge = "\n" if "\n" in words else " "
    return edge + INERT * (len(words) - 2) + edge


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a stretch without the blanks, bullets and marks around it; empty stays empty."""
    while start < end and (text[start].isspace() or text[start] in ",;:.-–—•*·>|"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in ",;:.-–—!"):
        end -= 1
    return start, end


def _blocks(shadow: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches that no sentence crosses: paragraphs, and the items of lists."""
    start = 0
    length = len(shadow)
    for match in [*_LINE_END.finditer(shadow), None]:
        end = match.start() if match else length
        after = match.end() if match else length
        line = shadow[max(start, shadow.rfind("\n", start, end) + 1) : end] if end > start else ""
        is_wrapped = (
            match is not None
            and len(line) > 55
            and line.rstrip()[-1:] not in {".", "!", "?", ":", ";"}
            and not _BULLET.match(shadow, after)
            and shadow[after : after + 1] not in {"", "\n"}
        )
        if is_wrapped:
            continue
        bullet = _BULLET.match(shadow, start)
        yield (bullet.end() if bullet else start), end
        start = after


def _sentences(shadow: str) -> Iterator[tuple[int, int]]:
    for start, end in _blocks(shadow):
        block = shadow[start:end]
        cuts = [0, *_inline_items(shadow, start, end), len(block)]
        for first, last in itertools.pairwise(cuts):
            item = _BULLET.match(block, first) if len(cuts) > 2 else None
            begin = start + (item.end() if item else first)
            yield from _split(shadow, begin, start + last)


def _inline_items(shadow: str, start: int, end: int) -> list[int]:
    """Return how far into a block the items of a list within a line begin: "1. … 2. …".

    Their numbers run on; one that only ends a sentence ("from 12 to 2. We …") begins no item.
    """
    leading = _NUMBERED.search(shadow, max(0, start - 6), start)
    expected = int(leading["number"]) + 1 if leading else 1
    starts = []
    for match in _INLINE_ITEM.finditer(shadow, start, end):
        if int(match["number"]) == expected:
            starts.append(match.end() - start)
            expected += 1
    return starts if leading or len(starts) > 1 else []


def _split(shadow: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the sentences of a block; in the shadow no capital tells where one begins."""
    first = start
    for match in _SENTENCE_END.finditer(shadow, start, end):
        if match[0][0] == "." and _SHORT.search(
            shadow[max(first, match.start() - 12) : match.start() + 1]
        ):
            continue
        if first < match.end():
            yield first, match.end()
        first = match.end()
    if shadow[first:end].strip():
        yield first, end


def _clauses(shadow: str, start: int, end: int) -> Iterator[Clause]:
    cuts = [start]
    for match in _CUT.finditer(shadow, start, end):
        rest = shadow[match.end() : min(end, match.end() + SUBJECT_CHARACTERS)]
        if shadow[match.start()] == ";" or _has_subject(rest):
            cuts.append(match.end())
    cuts.append(end)
    for first, last in itertools.pairwise(cuts):
        left, right = trimmed(shadow, first, last)
        if lead := _LEAD.match(shadow, left, right):
            left = lead.end()
        if left < right:
            yield Clause(left, right, start, end)


def _has_subject(rest: str) -> bool:
    match = _SUBJECT.match(rest)
    if match is None:
        return False
    verb = match["verb"]
    subject = rest[: match.start("verb")].split()[-1:]
    is_pronoun = bool(subject) and subject[0] in PRONOUNS
    return verb in AUXILIARIES or verb in MODALS or is_pronoun or is_verb(verb)
