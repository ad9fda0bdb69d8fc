"""Matching: terms with their meanings, people with what they did, from one part of the text.

Pairs come from one section where it has enough, else from neighbours, so that they are of one
matter and no pair is told by its topic alone. Meanings that name another pair's term are left out.
"""

import re
from collections.abc import Iterator

from evigate.language.words import contains_phrase, stems
from evigate.learning.generate.drafts import capital, draft
from evigate.learning.generate.material import Fact, Material
from evigate.learning.generate.meanings import Meaning
from evigate.learning.generate.models import Cited, DraftItem

KIND = "learning.matching_item"
PAIRS_MIN, PAIRS_MAX = 4, 6
SIDE_MAX = 200
TRUST_MIN = 0.8

_DEED = re.compile(
    r"\b(?:developed|proposed|discovered|invented|founded|established|introduced|described|coined|"
    r"published|created|formulated|demonstrated|designed|wrote|led|pioneered|identified|built|argued|"
    r"observed|won|signed|became|suggested|showed|conducted)\b"
)


def matchings(material: Material) -> Iterator[DraftItem]:
    """Yield one item for each stretch of sections with enough pairs, terms first, then people."""
    trusted = [one for one in material.meanings if one.trust >= TRUST_MIN]
    for group in _groups(material, trusted):
        yield _terms(material, group)
    people = list(_deeds(material))
    for first in range(0, len(people) - PAIRS_MIN + 1, PAIRS_MAX):
        yield _people(material, people[first : first + PAIRS_MAX])


def _groups(material: Material, meanings: list[Meaning]) -> Iterator[list[Meaning]]:
    """Yield runs of four to six pairs under one heading of the second level."""
    by_part: dict[tuple[str, ...], list[Meaning]] = {}
    for one in meanings:
        if len(one.said) <= SIDE_MAX:
            by_part.setdefault(material.section(one.chunk)[:2], []).append(one)
    for found in by_part.values():
        for first in range(0, len(found), PAIRS_MAX):
            group = _apart(found[first : first + PAIRS_MAX])
            if len(group) >= PAIRS_MIN:
                yield group


def _apart(group: list[Meaning]) -> list[Meaning]:
    """Leave out meanings that name a term of the group."""
    return [
        one
        for one in group
        if not any(contains_phrase(stems(one.said), other.key) for other in group)
    ]


def _terms(material: Material, group: list[Meaning]) -> DraftItem:
    pairs = [(capital(one.term), f"{capital(one.said)}.") for one in group]
    cites = tuple(material.cite(one.chunk, one.quote) for one in group)
    stem = "Match each term with what it means."
    return _item(material, stem, pairs, cites, group[0].chunk, 0.85)


def _people(material: Material, group: list[tuple[Fact, str, str]]) -> DraftItem:
    pairs = [(name, deed) for _, name, deed in group]
    cites = tuple(material.cite(fact.chunk, fact.text) for fact, _, _ in group)
    stem = "Match each person with what the text says of them."
    return _item(material, stem, pairs, cites, group[0][0].chunk, 0.7)


def _item(
    material: Material,
    stem: str,
    pairs: list[tuple[str, str]],
    cites: tuple[Cited, ...],
    chunk: int,
    quality: float,
) -> DraftItem:
    return draft(
        material,
        KIND,
        fields={
            "stem": stem,
            "pairs": [
                {"id": "ABCDEFGH"[n], "left": left, "right": right}
                for n, (left, right) in enumerate(pairs)
            ],
        },
        concept="",
        citations=cites,
        chunk=chunk,
        answer=" ".join(left for left, _ in pairs),
        question=stem,
        quality=quality,
    )


def _deeds(material: Material) -> Iterator[tuple[Fact, str, str]]:
    """Yield (sentence, person, deed) where a person in full is the subject of what they did."""
    seen: set[str] = set()
    for fact in material.fit:
        first = next(iter(fact.sentence.entities), None)
        if first is None or first.label != "PERSON" or first.first or first.last < 2:
            continue
        rest = fact.sentence.text[first.end - fact.sentence.start :].strip()
        rest = re.sub(r"^\([^()]*\)\s*", "", rest)
        name = first.text
        if _DEED.match(rest) and len(rest) <= SIDE_MAX and name not in seen:
            seen.add(name)
            yield fact, name, capital(rest)
