"""Wrong options that a learner might take: other terms of the document, like the key but not right.

Candidates are the document's key terms of the key's own sort (person, place or plain term; one or
many). They are ranked by likeness of meaning, of the company they keep in the text, by a shared
head noun, section and length. Left out is what could be right, too: a synonym, a broader or
narrower term, a term of the same sentence, or one of which the document says what the stem says.

Source:
    the mix of signs and its weights are those measured in the reference on generation, where it
    finds a human author's distractor among its first ten for 37 % of keys.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evigate.language.names import abbreviations
from evigate.language.similarity import coverage
from evigate.language.terms import Term, term_key
from evigate.language.weights import is_common
from evigate.language.words import contains_phrase, content_stems, stems
from evigate.learning.generate import phrases
from evigate.learning.generate.cloze import RARE_WORDS, is_term
from evigate.learning.generate.kinds import kinds
from evigate.learning.generate.material import Fact, Material
from evigate.learning.generate.meanings import looks_plural
from evigate.learning.generate.models import Embed

SYNONYM_COSINE = 0.86
LENGTH_RATIO_MAX = 2.5
LENGTH_SLACK = 8
# A sentence that covers so much of the stem says of the candidate what the stem says of the key.
SECOND_KEY_COVERAGE = 0.6
CANDIDATES_TRIED = 40
# "Blood sugar levels" beside "blood glucose levels".
ALIKE_SHARE_MIN = 2 / 3
# A word that is not rare is a term of the text where it keeps coming back.
ESTABLISHED_MIN = 3

_ENDING = re.compile(r"(tion|sion|ment|ing|sis|ism|ity|ness|ance|ence|ist|er|or)s?$")
_ONE = re.compile(r"\b(?:an?|each|every|another|one)\s+$", re.IGNORECASE)
_SAME = re.compile(
    r"\b(?:also|otherwise|sometimes|often|commonly|formerly|simply)\s+(?:called|known|termed|"
    r"referred)|\bsynonym|\bi\.e\.|\balso,|\bor\s+simply\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A term that may be an option: its form, sort and number, and where it stands."""

    term: Term
    text: str
    sort: str
    is_plural: bool
    is_counted: bool
    orders: frozenset[int]
    company: Mapping[str, float]
    section: tuple[str, ...]


class Pool:
    """A document's terms, ready to be offered beside a key; made once, asked for every item."""

    def __init__(self, material: Material, embed: Embed | None) -> None:
        self._material = material
        self._facts = {fact.order: fact for fact in material.facts}
        self._entries = tuple(_entries(material))
        self._index = {entry.term.key: n for n, entry in enumerate(self._entries)}
        self._vectors = _vectors([entry.text for entry in self._entries], embed)
        self._synonyms = _synonyms(material)
        self._kinds = frozenset(frozenset(pair) for pair in kinds(material))
        self.meant = {one.key: one for one in material.meanings}
        self._heads = {one.key: stems(one.said) for one in material.meanings}
        self._stems = {order: stems(fact.text) for order, fact in self._facts.items()}

    def entry(self, key: tuple[str, ...]) -> Entry | None:
        """Return what is known of a term."""
        number = self._index.get(key)
        return self._entries[number] if number is not None else None

    def rivals(
        self, key: tuple[str, ...], text: str, stem: str, *, is_plural: bool, context: str = ""
    ) -> list[tuple[float, Entry]]:
        """
        Return what may stand beside a key, best first with a score in about 0..1.

        Args:
            key: the stems of the key's term.
            text: the key as it will be shown.
            stem: the question without the key; no rival stands in it, nor in `context`.
            is_plural: rivals agree with the key in number.
            context: the source sentence.
        """
        own = self.entry(key)
        said = stems(f"{stem} {context}")
        ranked = sorted(
            ((self._score(own, key, entry), entry) for entry in self._entries
             if self._may(own, key, text, entry, said, is_plural)),
            key=lambda pair: (-pair[0], pair[1].text),
        )  # fmt: skip
        asked = set(content_stems(stem))
        kept: list[tuple[float, Entry]] = []
        for score, entry in ranked[:CANDIDATES_TRIED]:
            near = any(_overlap(entry.term.key, other.term.key) for _, other in kept)
            if not near and not self._is_said(entry, asked):
                kept.append((score, entry))
        return kept

    def _may(
        self,
        own: Entry | None,
        key: tuple[str, ...],
        text: str,
        entry: Entry,
        said: tuple[str, ...],
        is_plural: bool,
    ) -> bool:
        other = entry.term.key
        if _overlap(key, other) or entry.is_plural != is_plural:
            return False
        if own is not None and own.sort != entry.sort:
            return False
        longer, shorter = sorted((len(text), len(entry.text)), reverse=True)
        if longer > LENGTH_RATIO_MAX * shorter and longer - shorter > LENGTH_SLACK:
            return False
        if (text.isupper() and len(text) > 1) != (entry.text.isupper() and len(entry.text) > 1):
            return False
        pair = frozenset((key, other))
        if own is not None and _may_be_same(own, entry):
            return False
        if contains_phrase(said, other) or pair in self._synonyms or pair in self._kinds:
            return False
        # What is explained by the other is a kind of it.
        narrower = contains_phrase(self._heads.get(other, ()), key)
        return not narrower and not contains_phrase(self._heads.get(key, ()), other)

    def _score(self, own: Entry | None, key: tuple[str, ...], entry: Entry) -> float:
        if own is None:
            return 0.25 * (key[-1] == entry.term.key[-1]) + 0.02 * entry.term.score
        like = self._likeness(own, entry)
        score = 0.5 * like + 0.5 * _cosine(own.company, entry.company)
        score += 0.25 * (key[-1] == entry.term.key[-1]) + 0.15 * (own.section == entry.section)
        score += 0.1 * (len(key) == len(entry.term.key))
        score += 0.15 * (_form(own.text) == _form(entry.text))
        score += 0.1 * (own.is_counted == entry.is_counted)
        score += 0.1 * (entry.term.is_defined or entry.term.is_marked)
        return score + 0.04 * math.log1p(len(entry.orders)) if like < SYNONYM_COSINE else 0.0

    def _likeness(self, own: Entry, entry: Entry) -> float:
        if self._vectors is None:
            shared = set(own.term.key) & set(entry.term.key)
            return len(shared) / max(len(own.term.key), len(entry.term.key))
        one, other = (self._vectors[self._index[each.term.key]] for each in (own, entry))
        return float(one @ other)

    def _is_said(self, entry: Entry, asked: set[str]) -> bool:
        """Say whether the document states of a candidate what the stem asks for."""
        left = asked - set(entry.term.key)
        said = [self._stems[order] for order in sorted(entry.orders)]
        said.append(self._heads.get(entry.term.key, ()))
        return any(coverage(left, each) >= SECOND_KEY_COVERAGE for each in said)


def _form(text: str) -> str:
    """Return how the last word is made: a doing or state by its ending, else a thing."""
    found = _ENDING.search(text)
    return found[1] if found else ""


def _overlap(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Say whether one term's words are all among the other's: broader, narrower or the same."""
    return set(one) <= set(other) or set(other) <= set(one)


def _may_be_same(one: Entry, other: Entry) -> bool:
    """Say whether two long names differ by a word, and no sentence tells the two apart."""
    left, right = set(one.term.key), set(other.term.key)
    shared = len(left & right) / max(len(left), len(right))
    return ALIKE_SHARE_MIN <= shared < 1 and not one.orders & other.orders


def _entries(material: Material) -> Iterator[Entry]:
    places: dict[tuple[str, ...], list[tuple[Fact, int, int]]] = {}
    for fact in material.facts:
        for term, start, end in fact.terms:
            if not _is_cited(fact, start):
                places.setdefault(term.key, []).append((fact, start, end))
    meant = {one.key for one in material.meanings}
    for term in material.terms:
        found = places.get(term.key, [])
        if not found or not (term.key in meant or is_term(term)):
            continue
        if any(mark.isdigit() for mark in term.text.split("-")[0]):
            continue
        if not (term.key in meant or _is_established(term)):
            continue
        signs = [_signs(fact, end) for fact, _, end in found]
        company: Counter[str] = Counter()
        for fact, _, _ in found:
            company.update(set(content_stems(fact.text)) - set(term.key))
        weighed = {stem: n * material.weights.weight(stem) for stem, n in company.items()}
        sort, is_plural = Counter(signs).most_common(1)[0][0]
        # "IQ tests", met mostly as "IQ test", fits neither one nor many.
        if looks_plural(term.text) and not is_plural:
            continue
        yield Entry(
            term, term.text, sort, is_plural, any(_has_article(*each) for each in found),
            frozenset(fact.order for fact, _, _ in found),
            weighed, material.section(found[0][0].chunk),
        )  # fmt: skip


def _is_established(term: Term) -> bool:
    """Say whether a term is more than a word that the text lets fall in passing ("backyard")."""
    if term.is_marked or term.is_defined or len(term.key) > 1:
        return True
    return len(term.places) >= ESTABLISHED_MIN or not is_common(term.text, within=RARE_WORDS)


def _is_cited(fact: Fact, start: int) -> bool:
    """Say whether a place is in a citation's brackets, where terms are authors."""
    spans = phrases.BRACKETED.finditer(fact.sentence.text)
    return any(span.start() <= start < span.end() for span in spans)


def _has_article(fact: Fact, start: int, end: int) -> bool:
    """Say whether a place speaks of one of many ("a lock"), not of a stuff or a state."""
    return bool(_ONE.search(fact.sentence.text[:start]))


def _signs(fact: Fact, end: int) -> tuple[str, bool]:
    """Return what sort of thing a term is at one place, and whether it is plural there."""
    stop = fact.sentence.start + end
    last = next((t for t in reversed(fact.sentence.tokens) if t.end <= stop), None)
    if last is None:
        return "term", False
    if last.pos not in {"NOUN", "PROPN"} and last.tag != "VBG":
        return "quality", False
    named = last.entity if last.entity in {"PERSON", "GPE", "LOC"} and last.pos == "PROPN" else ""
    return named or "term", last.tag in {"NNS", "NNPS"}


def _vectors(texts: list[str], embed: Embed | None) -> npt.NDArray[np.float32] | None:
    if embed is None or not texts:
        return None
    rows = np.asarray(embed(texts), dtype=np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths == 0, 1, lengths), dtype=np.float32)


def _cosine(left: Mapping[str, float], right: Mapping[str, float]) -> float:
    if len(right) < len(left):
        left, right = right, left
    product = sum(left[stem] * right[stem] for stem in sorted(left.keys() & right.keys()))
    sizes = [math.sqrt(sum(v * v for _, v in sorted(each.items()))) for each in (left, right)]
    return product / (sizes[0] * sizes[1]) if all(sizes) else 0.0


def _synonyms(material: Material) -> frozenset[frozenset[tuple[str, ...]]]:
    """Return pairs of terms that the document calls by each other's name."""
    found = {
        frozenset((term_key(one.short), term_key(one.long)))
        for one in abbreviations(material.parsed.text)
    }
    for fact in material.facts:
        if _SAME.search(fact.text):
            keys = [term.key for term, _, _ in fact.terms]
            found.update(frozenset((a, b)) for a in keys for b in keys if a != b)
    return frozenset(found)
