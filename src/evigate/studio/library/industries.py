"""Industries by NAICS 2022: all codes with titles, searched by words, and mapped to domains.

Titles are the U.S. Census Bureau's. People do not speak like titles, so a cross-walk of trade words
("dog groomer", "plumber") leads to codes too; those words are ours. A code's parents are its
prefixes, and what is said of a parent holds for its children at 0.8 for each level between.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from math import log

import orjson

from evigate.language.words import STOP_WORDS
from evigate.studio.library.phrases import Hit, PhraseIndex, stems_of

PER_LEVEL = 0.8
FULL_DIGITS = 6
# Words of nearly every title, which tell no industry from another.
_DULL = frozenset(("other", "all", "except", "services", "service", "miscellaneous", "general"))


@dataclass(frozen=True, slots=True)
class Industry:
    """A NAICS code of two to six digits and its title; sector 31-33 is `31`, `32` and `33`."""

    code: str
    title: str

    @property
    def is_full(self) -> bool:
        """Say whether it is one of the national industries, of six digits."""
        return len(self.code) == FULL_DIGITS


@dataclass(frozen=True, slots=True)
class IndustryMatch:
    """An industry that a text speaks of; the score is in 0..1, the hits are trade words."""

    code: str
    title: str
    score: float
    hits: tuple[Hit, ...]


class Industries:
    """The codes, a search over their titles, and the cross-walk of trade words."""

    def __init__(self, titles: Mapping[str, str], trades: Mapping[str, str]) -> None:
        self._titles = dict(titles)
        self._trades = dict(trades)
        self._index: PhraseIndex | None = None
        self._by_stem: dict[str, set[str]] | None = None

    def __len__(self) -> int:
        return len(self._titles)

    @property
    def trades(self) -> Mapping[str, str]:
        """Return the cross-walk: a trade's words and its code."""
        return self._trades

    def get(self, code: str) -> Industry | None:
        """Return the industry of a code; None when NAICS 2022 has no such code."""
        title = self._titles.get(code)
        return Industry(code, title) if title is not None else None

    def all(self, *, is_full_only: bool = False) -> list[Industry]:
        """Return the industries in the order of their codes."""
        return [
            Industry(code, title)
            for code, title in sorted(self._titles.items())
            if not is_full_only or len(code) == FULL_DIGITS
        ]

    def parents(self, code: str) -> list[Industry]:
        """Return the industries that a code lies in, nearest first."""
        found = (self.get(code[:size]) for size in range(len(code) - 1, 1, -1))
        return [each for each in found if each is not None]

    def relevance(self, code: str, mapped: Mapping[str, float]) -> float:
        """Return how much a mapping of codes says of one: its own figure, or a parent's, less."""
        for size in range(len(code), 1, -1):
            share = mapped.get(code[:size])
            if share is not None:
                return share * PER_LEVEL ** (len(code) - size)
        return 0.0

    def match(self, text: str) -> list[IndustryMatch]:
        """Return the industries whose trade words stand in a text, surest first."""
        if self._index is None:
            self._index = PhraseIndex((code, (words,)) for words, code in self._trades.items())
        found = []
        for code, hits in self._index.find(text).items():
            kept = tuple(hit for hit in hits if not hit.is_excluded)
            if kept:
                longest = max(len(hit.phrase.split()) for hit in kept)
                score = 1.0 if longest > 1 else 0.8
                found.append(IndustryMatch(code, self._titles[code], score, kept))
        return sorted(found, key=lambda each: (-each.score, each.hits[0].start, each.code))

    def search(self, query: str, *, limit: int = 20) -> list[Industry]:
        """
        Return industries for a query, best first.

        A query of digits finds the codes that begin so. Otherwise the cross-walk comes first, then
        titles by their rare words; ties go to the fuller code, then to the smaller one.
        """
        if re.fullmatch(r"\d{1,6}", query.strip()):
            start = query.strip()
            return [each for each in self.all() if each.code.startswith(start)][:limit]
        scores: dict[str, float] = {}
        wanted = [each for each in stems_of(query) if each not in STOP_WORDS]
        table = self._stems()
        for each in set(wanted):
            codes = table.get(each, set())
            for code in codes:
                title_length = len(self._titles[code].split())
                rarity = log(len(self._titles) / len(codes)) / (3 + title_length) ** 0.5
                scores[code] = scores.get(code, 0.0) + rarity
        for match in self.match(query):
            scores[match.code] = scores.get(match.code, 0.0) + 100 * match.score
        ranked = sorted(scores, key=lambda code: (-scores[code], -len(code), code))
        return [Industry(code, self._titles[code]) for code in ranked[:limit]]

    def _stems(self) -> Mapping[str, set[str]]:
        if self._by_stem is None:
            table: dict[str, set[str]] = {}
            for code, title in self._titles.items():
                for each in stems_of(title):
                    if each not in STOP_WORDS and each not in _DULL:
                        table.setdefault(each, set()).add(code)
            self._by_stem = table
        return self._by_stem


@lru_cache(maxsize=1)
def industries() -> Industries:
    """Return the packaged industries, read once."""
    root = files("evigate.studio.library") / "content" / "industries"
    titles: dict[str, str] = {}
    for code, title in orjson.loads((root / "naics_2022.json").read_bytes()).items():
        # Manufacturing is "31-33": each of the numbers is a parent of its own codes.
        first, _, last = code.partition("-")
        titles |= {str(number): title for number in range(int(first), int(last or first) + 1)}
    trades = {}
    for line in (root / "trades.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            words, code = line.split("\t")
            trades[words] = code
    return Industries(titles, trades)
