"""Which of many phrases stand in a text, and whether the text wants them or rules them out.

A phrase is compared by the stems of its words, next to each other and in order; "a + b" asks for
both in one sentence, in any order. A phrase ruled out ("no login", "without payments") is found and
marked, never dropped, so that a caller can say what was excluded. "We have no booking system" is a
lack, not an exclusion, and "no-shows" is a word.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product

from evigate.language.words import Word, folded_words, split_sentences, stem, words

# A sentence holding one phrase many times says it no more than a few times.
PLACES_MAX = 4
_EXCLUDES = re.compile(
    r"(?:(?<!have )(?<!has )(?<!had )(?<!is )(?<!are )(?<!there's )(?<!with )"
    r"\bno\b(?!\s*\.)(?![\s-]*shows?\b)(?!\s+(?:longer|one|idea|more|way|matter)\b)"
    r"|\bwithout\b|\bexclud(?:e|es|ing)\b|\brather than\b|\binstead of\b|\bexcept\b"
    r"|\b(?:not|n['’]t|never|nor)\s+(?:\w+\s+)?(?:needs?|wants?|requires?|includes?|build|offer|"
    r"support|interested in|an?\b|about|going to (?:need|want|have))"
    r"|\bnot\s+(?=\w+(?:[,.;]|$))|\bskip(?:ping)?\b|\bleave out\b)",
    re.IGNORECASE,
)
_NEEDS_NOT = re.compile(r"\b(?:do|does|did|will|would|should|must|need)(?:n['’]t| not)\s+"
                        r"(?:need|want|require|include|have to have|be)\b", re.I)  # fmt: skip
_CLAUSE_END = re.compile(
    r"[.;:!?\n]|\b(?:but|although|though|however|whereas|while|because)\b", re.IGNORECASE
)
_AFTER = re.compile(
    r"^[^.;!?\n]{0,40}?\b(?:(?:is|are)\s+)?(?:out of scope|not (?:needed|required|wanted|in scope)"
    r"|(?:can|will) (?:wait|come later))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase in a text: `quote` is `text[start:end]`; excluded when the text rules it out."""

    phrase: str
    quote: str
    start: int
    end: int
    is_excluded: bool


@dataclass(frozen=True, slots=True)
class _Part:
    """One run of stems of a phrase: which entry's phrase it belongs to, and which part it is."""

    stems: tuple[str, ...]
    phrase: str
    number: int


class PhraseIndex:
    """Phrases under names, ready to be looked for.

    Args:
        phrases: pairs of a name and its phrases; a name may come twice, a phrase under many names.
        known_stems: stems that were worked out before, by folded word; the rest are worked out now.
    """

    def __init__(
        self,
        phrases: Iterable[tuple[str, Iterable[str]]],
        *,
        known_stems: Mapping[str, str] | None = None,
    ) -> None:
        known = known_stems or {}
        self._parts: dict[str, list[_Part]] = defaultdict(list)
        self._names: dict[str, list[str]] = defaultdict(list)
        self._sizes: dict[str, int] = {}
        for name, each in phrases:
            for phrase in each:
                if phrase not in self._sizes:
                    self._add(phrase, known)
                self._names[phrase].append(name)

    def names_of(self, phrase: str) -> int:
        """Return under how many names a phrase stands; a phrase of many says less of each."""
        return len(set(self._names[phrase]))

    def find(self, text: str) -> dict[str, list[Hit]]:
        """Return the hits in a text by name, in the order of the text, none inside another."""
        found: dict[str, list[Hit]] = defaultdict(list)
        scopes = excluded_scopes(text)
        spoken = words(text)
        for start, end in split_sentences(text):
            sentence = [word for word in spoken if start <= word.start < end]
            for phrase, places in self._in_sentence(sentence).items():
                for first, last in places:
                    is_out = any(a <= first < b for a, b in scopes) or bool(
                        _AFTER.match(text[last : last + 80])
                    )
                    hit = Hit(phrase, text[first:last], first, last, is_out)
                    for name in self._names[phrase]:
                        found[name].append(hit)
        return {name: _longest(hits) for name, hits in sorted(found.items())}

    def _add(self, phrase: str, known: Mapping[str, str]) -> None:
        parts = [tuple(stems_of(part, known)) for part in phrase.split(" + ")]
        self._sizes[phrase] = len(parts)
        for number, stems in enumerate(parts):
            if stems:
                self._parts[stems[0]].append(_Part(stems, phrase, number))

    def _in_sentence(self, sentence: list[Word]) -> dict[str, list[tuple[int, int]]]:
        places: dict[str, dict[int, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
        for at, word in enumerate(sentence):
            for part in self._parts.get(word.stem, ()):
                size = len(part.stems)
                run = sentence[at : at + size]
                if len(run) == size and all(
                    one.stem == two for one, two in zip(run, part.stems, strict=True)
                ):
                    places[part.phrase][part.number].append((run[0].start, run[-1].end))
        return {
            phrase: _joined(by_part)
            for phrase, by_part in places.items()
            if len(by_part) == self._sizes[phrase]
        }


def stems_of(phrase: str, known: Mapping[str, str] | None = None) -> list[str]:
    """Return the stems of a phrase's words in order, looked up where they are known."""
    found = known or {}
    return [found.get(folded) or stem(folded) for folded in folded_words(phrase)]


def excluded_scopes(text: str) -> list[tuple[int, int]]:
    """Return the stretches of a text that a word of exclusion governs, each to its clause's end."""
    scopes = []
    for pattern in (_EXCLUDES, _NEEDS_NOT):
        for match in pattern.finditer(text):
            stop = _CLAUSE_END.search(text, match.end())
            scopes.append((match.end(), stop.start() if stop else len(text)))
    return scopes


def _longest(hits: list[Hit]) -> list[Hit]:
    """Return the hits that lie in no other: "loyalty" says nothing beside "loyalty points"."""
    kept: list[Hit] = []
    for hit in sorted(set(hits), key=lambda hit: (hit.start, -hit.end, hit.phrase)):
        is_same = bool(kept) and (hit.start, hit.end) == (kept[-1].start, kept[-1].end)
        if is_same or not kept or hit.end > max(each.end for each in kept):
            kept.append(hit)
    return kept


def _joined(by_part: Mapping[int, list[tuple[int, int]]]) -> list[tuple[int, int]]:
    """Return the stretches that hold one place of each part; of one part, its places."""
    if len(by_part) == 1:
        return next(iter(by_part.values()))[:PLACES_MAX]
    choices = product(*(places[:1] for places in by_part.values()))
    return [(min(a for a, _ in each), max(b for _, b in each)) for each in choices]
