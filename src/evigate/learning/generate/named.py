"""Items on names: who did it, where, in what or as what, and in which year.

A name that a sentence gives is left out of it. People and places are chosen among the names of
their sort that the document uses nearest by; bodies, events and other things of several words are
to be recalled, since what the parser throws together there makes no fair rivals. A name counts only
as far as the text itself writes it as one, with capitals, and mostly as the same sort: a parser of
news finds companies in any textbook.
"""

import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evigate.language.models import Sentence, Token
from evigate.language.weights import background_weight
from evigate.language.words import content_stems, fold, stems
from evigate.learning.generate.choices import KIND, RIVALS, options_of
from evigate.learning.generate.cloze import (
    CONTENT_MIN,
    IDF_FULL,
    VAGUE_COST,
    clean_stem,
    vagueness,
)
from evigate.learning.generate.cloze import KIND as CLOZE
from evigate.learning.generate.drafts import draft, section_hint, term_hint
from evigate.learning.generate.material import Fact, Material
from evigate.learning.generate.models import DraftItem
from evigate.learning.generate.shared import is_shared
from evigate.learning.items.payloads import BLANK

# So many of a sort are needed, that their rivals are not always the same three.
NAMES_MIN = 4
# Who, where and when are fair questions, but seldom the best ones.
NAME_QUALITY, YEAR_QUALITY = 0.62, 0.6
# What stands in more of the sentences is what the whole text is about.
EVERYWHERE_SHARE, EVERYWHERE_MIN = 0.06, 8

_SORTS = {
    "PERSON": "person", "GPE": "place",
    "LOC": "thing", "FAC": "thing", "ORG": "thing", "EVENT": "thing", "LAW": "thing",
}  # fmt: skip
# Quarters of the compass are written as names, too, and are none to be asked for.
_QUARTERS = frozenset("north south east west centre center orient".split())  # noqa: SIM905
_CHOSEN = frozenset({"person", "place"})
_WORD = re.compile(r"\w+")
_SMALL = re.compile(r"\b[a-z]+\b")
_PARTICLES = frozenset({"van", "von", "de", "of", "the", "la", "der", "y", "and", "for", "in"})
_PERSON_PARTICLES = frozenset({"van", "von", "de", "of", "the", "la", "der"})
YEAR = re.compile(r"(?<![\d–-])(?<!\d[,.])(1[0-9]\d\d|20[0-4]\d)(?!\d|[,.]\d|[%–-]|s\b)")
# "in early _____", "on 12 June _____", "since _____".
_DATED = re.compile(
    rf"\b(?:in|on|since|by|until|after|before)\s+(?:[\w-]+,?\s+){{0,3}}{BLANK}", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Named:
    """A name at one place: the fact, its text, its sort, and where it stands in the sentence."""

    fact: Fact
    text: str
    sort: str
    start: int


def people_and_years(material: Material) -> Iterator[DraftItem]:
    """Yield who, where, what body or event, and which year, where enough of each are named."""
    yield from _names(material)
    yield from _years(material)


def _names(material: Material) -> Iterator[DraftItem]:
    found = [one for fact in material.facts for one in _named(fact)]
    found = _true(material, found)
    sort_of = _sorts(found)
    bound = max(EVERYWHERE_MIN, EVERYWHERE_SHARE * len(material.facts))
    counts = Counter(one.text for one in found)
    for sort in sorted(set(sort_of.values())):
        own = [one for one in found if sort_of[one.text] == sort]
        everyone = list(dict.fromkeys(one.text for one in own))
        if len(everyone) < NAMES_MIN:
            continue
        nearby = _Nearby(material, everyone) if sort in _CHOSEN else None
        together = Counter(one.fact.order for one in own)
        for one in own:
            is_alone = together[one.fact.order] == 1
            if one.fact.refused is None and (is_alone or sort != "person"):
                item = _of_name(material, one, nearby)
                if item is not None and counts[one.text] <= bound:
                    yield item


def _true(material: Material, found: list[_Named]) -> list[_Named]:
    """Leave out plain words, terms that are explained, and people taken for places."""
    explained = {term.key for term in material.terms if term.is_defined}
    plain = set(_SMALL.findall(material.parsed.text))
    people, places = Counter[str](), Counter[str]()
    for fact in material.facts:
        for entity in fact.sentence.entities:
            counts = people if entity.label == "PERSON" else places
            counts[entity.text.split()[-1]] += 1
    return [
        one
        for one in found
        if not all(word.lower() in plain for word in _WORD.findall(one.text))
        and (one.sort != "person" or stems(one.text) not in explained)
        and (one.sort == "person" or people[one.text] <= places[one.text])
    ]


def _sorts(found: Sequence[_Named]) -> dict[str, str]:
    """Return for each name the sort that it mostly has."""
    votes: dict[str, Counter[str]] = {}
    for one in found:
        votes.setdefault(one.text, Counter())[one.sort] += 1
    return {text: min(each, key=lambda s: (-each[s], s)) for text, each in votes.items()}


def _of_name(material: Material, one: _Named, nearby: "_Nearby | None") -> DraftItem | None:
    """Return a choice among the names nearby, or without those a cloze; None if it says little."""
    fact, name = one.fact, one.text
    text = fact.sentence.text
    stem = clean_stem(f"{text[: one.start]}{BLANK}{text[one.start + len(name) :]}")
    others = nearby.others(fact, name, stem) if nearby else []
    if stem.count(BLANK) != 1 or not _says_enough(stem, name):
        return None
    if stem.startswith(BLANK) and is_shared(stem):
        return None
    # "Citadel of Warsaw" is half told where the rest speaks of Warsaw.
    if set(content_stems(name)) & set(content_stems(stem)):
        return None
    if nearby and len(others) < RIVALS:
        return None
    hint = section_hint(material.section(fact.chunk), name) if nearby else term_hint(name)
    return draft(
        material,
        KIND if nearby else CLOZE,
        fields=options_of(stem, name, others) if nearby else {"stem": stem, "key": name},
        concept=name,
        citations=(material.cite(fact.chunk, fact.text),),
        chunk=fact.chunk,
        answer=name,
        question=stem,
        quality=NAME_QUALITY + 0.1 * stem.startswith(BLANK) - VAGUE_COST * vagueness(fact.text),
        hint=hint,
    )


def _named(fact: Fact) -> Iterator[_Named]:
    """Yield the names of a sentence that can be left out of it."""
    sentence = fact.sentence
    people = _full_names(fact)
    for entity in sentence.entities:
        sort = _SORTS.get(entity.label)
        if sort is None:
            continue
        if sort == "person":
            if entity.text not in people or not _is_free(sentence, entity.first, entity.last):
                continue
            yield _Named(fact, entity.text, sort, entity.start - sentence.start)
        else:
            first = entity.first + (fold(sentence.tokens[entity.first].text) == "the")
            if first < entity.last and _is_name(sentence, first, entity.last, sort):
                start = sentence.tokens[first].start - sentence.start
                stop = sentence.tokens[entity.last - 1].end - sentence.start
                yield _Named(fact, sentence.text[start:stop], sort, start)


def _is_name(sentence: Sentence, first: int, last: int, sort: str) -> bool:
    """Say whether tokens are a whole name that stands free; a thing's has several plain words."""
    tokens = sentence.tokens[first:last]
    before = sentence.text[: tokens[0].start - sentence.start]
    text = sentence.text[tokens[0].start - sentence.start : tokens[-1].end - sentence.start]
    capital = [token.text[:1].isupper() or token.text in _PARTICLES for token in tokens]
    plain = [re.fullmatch(r"(?:[^\W\d_][\W]?)?[^\WA-Z\d_]*", token.text) for token in tokens]
    return (
        all(capital)
        and all(plain)
        and (len(tokens) > 1 or (sort == "place" and fold(text) not in _QUARTERS))
        and tokens[-1].pos == "PROPN"
        and before.count("(") == before.count(")")
        and before[-1:] in {"", " "}
        and _is_free(sentence, first, last)
    )


def _is_free(sentence: Sentence, first: int, last: int) -> bool:
    """Say whether no name goes on before or after these tokens, and they stand in no list."""
    tokens = sentence.tokens
    before = tokens[first - 1] if first else None
    after = tokens[last] if last < len(tokens) else None
    further = tokens[last + 1] if last + 1 < len(tokens) else None
    if any(tokens[n].dep == "conj" for n in range(first, last)):
        return False
    if any(t.dep in {"conj", "cc"} and first <= t.head < last for t in tokens):
        return False
    if before is not None and (_joins(before) or (first > 1 and _links(tokens, first))):
        return False
    if after is None:
        return True
    goes_on = further is not None and further.text[:1].isupper() and further.pos == "PROPN"
    joined = after.text.lower() in _PARTICLES and goes_on
    return not (joined or _joins(after) or after.tag == "POS" or after.pos in {"NOUN", "ADJ"})


def _joins(token: Token) -> bool:
    """Say whether a token beside a name is a part of it."""
    return token.text in {"-", "–", "/", "&"} or (token.pos == "PROPN" and token.text != ",")


def _links(tokens: tuple[Token, ...], first: int) -> bool:
    """Say whether a name before reaches over a small word: "Battle of _____"."""
    return tokens[first - 1].text.lower() in _PARTICLES - {"in", "the"} and (
        tokens[first - 2].pos == "PROPN"
    )


def _full_names(fact: Fact) -> list[str]:
    """Return the people named in full outside brackets; an initial in front is a citation's."""
    found = []
    for entity in fact.sentence.entities:
        tokens = fact.sentence.tokens[entity.first : entity.last]
        before = fact.sentence.text[: entity.start - fact.sentence.start]
        # "C.S. Lau" is how a text names whom it cites.
        is_full = len(tokens) > 1 and len(tokens[0].text) > 2 and "." not in tokens[0].text
        is_plain = is_full and all(
            token.text.replace(".", "").replace("-", "").isalpha()
            and (token.text[:1].isupper() or token.text in _PERSON_PARTICLES)
            for token in tokens
        )
        if entity.label == "PERSON" and is_plain and before.count("(") == before.count(")"):
            found.append(entity.text)
    return found


class _Nearby:
    """Where names stand, so that the nearest are found without reading it all again."""

    def __init__(self, material: Material, everyone: Sequence[str]) -> None:
        self._stems = {name: frozenset(stems(name)) for name in everyone}
        by_word: dict[str, list[Fact]] = {}
        for fact in material.facts:
            for word in set(_WORD.findall(fact.text)):
                by_word.setdefault(word, []).append(fact)
        self._places = sorted(
            (fact.order, name)
            for name in everyone
            for fact in by_word.get(_WORD.findall(name)[0], ())
            if name in fact.text
        )
        self._orders = [order for order, _ in self._places]

    def others(self, fact: Fact, name: str, stem: str) -> list[str]:
        """Return three other names, those that stand nearest first and then by name."""
        taken = self._stems[name] | set(stems(stem))
        kept: list[str] = []
        for other in self._outward(fact.order):
            if not self._stems[other] & taken:
                kept.append(other)
                taken |= self._stems[other]
                if len(kept) == RIVALS:
                    break
        return kept

    def _outward(self, order: int) -> Iterator[str]:
        """Yield names from nearest to farthest, those equally far in alphabetical order."""
        right = bisect_left(self._orders, order)
        left = right - 1
        while left >= 0 or right < len(self._orders):
            below = order - self._orders[left] if left >= 0 else math.inf
            above = self._orders[right] - order if right < len(self._orders) else math.inf
            distance, names = min(below, above), set()
            while left >= 0 and order - self._orders[left] == distance:
                names.add(self._places[left][1])
                left -= 1
            while right < len(self._orders) and self._orders[right] - order == distance:
                names.add(self._places[right][1])
                right += 1
            yield from sorted(names)


def _years(material: Material) -> Iterator[DraftItem]:
    """Yield the year of an event where a sentence names just one outside brackets."""
    known = years_of(material)
    for fact in material.fit:
        text = clean_stem(fact.text)
        found = YEAR.findall(text)
        if len(found) != 1 or "(" in text:
            continue
        stem = YEAR.sub(BLANK, text, count=1)
        if not any(t.entity == "DATE" and found[0] in t.text for t in fact.sentence.tokens):
            continue
        if not _says_enough(stem, found[0]) or not _DATED.search(stem):
            continue
        others = other_years(known, int(found[0]))
        yield draft(
            material,
            KIND,
            fields=options_of(stem, found[0], others, is_sorted=True),
            concept=fact.matter,
            citations=(material.cite(fact.chunk, fact.text),),
            chunk=fact.chunk,
            answer=found[0],
            question=stem,
            quality=YEAR_QUALITY,
            tags=tuple(term.text for term, _, _ in fact.terms),
            hint=section_hint(material.section(fact.chunk), found[0]),
        )


def years_of(material: Material) -> frozenset[int]:
    """Return the years that a document names."""
    return frozenset(int(found) for found in YEAR.findall(material.parsed.text))


def other_years(known: frozenset[int], year: int) -> list[str]:
    """Return three years near the key, the document's own first; some before it, some after."""
    near = sorted((y for y in known if 2 < abs(y - year) <= 40), key=lambda y: (abs(y - year), y))
    # The key would stand out as the middle if the rest were always on both sides.
    shift = 1 + sum(map(int, str(year))) % 3
    made = [year + step * 6 for step in (-shift, 4 - shift, -shift - 1, 5 - shift) if step]
    kept: list[int] = []
    for each in (*near[:2], *made):
        if each not in kept and each != year and len(kept) < RIVALS:
            kept.append(each)
    return [str(each) for each in kept]


def _says_enough(stem: str, key: str) -> bool:
    rest = [s for s in content_stems(stem.replace(BLANK, " ")) if s not in set(stems(fold(key)))]
    mass = sum(background_weight(each) for each in sorted(set(rest)))
    return len(rest) >= CONTENT_MIN and mass > IDF_FULL / 2
