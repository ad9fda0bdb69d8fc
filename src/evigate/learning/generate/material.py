"""A document read once for all generators: sentences with places, key terms, meanings, sections.

The lines of its prose are parsed as one text, so no sentence runs over a line, and each keeps where
it stands: chunk, section, what is before it. What is no matter to be learned (exercises, reference
lists, objectives, captions, tables, code) is left out before anything is parsed.
"""

import bisect
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from evigate.language.detect import detect_language
from evigate.language.models import Parsed, Sentence
from evigate.language.parser import parse
from evigate.language.terms import Term, key_terms
from evigate.language.weights import Weights, is_common
from evigate.language.words import content_stems, fold, stems
from evigate.learning.generate import phrases
from evigate.learning.generate.meanings import Meaning, bare_name, glossary_meanings, meanings_of
from evigate.learning.generate.models import Cited, Limits, SourceChunk, SourceText
from evigate.learning.generate.sentences import (
    Surroundings,
    known_people,
    refusal,
    subject_chunk,
)

# One key term per so many words is asked for; a textbook's glossary has one per 100 to 200.
WORDS_PER_TERM = 30
TERMS_MIN = 12
EXERCISE_LINES_MIN = 3
# A single word that is rarer, and that the text names so often, is a thing of its own.
RARE_RANK, RARE_PLACES_MIN = 10_000, 3
# So many letters are enough to tell the language by.
SAMPLE_CHARACTERS = 4_000


# Dates and amounts make no terms.
COUNTED = frozenset({"DATE", "TIME", "CARDINAL", "ORDINAL", "PERCENT", "QUANTITY", "MONEY"})


@dataclass(frozen=True, slots=True)
class Fact:
    """
    A sentence that can stand alone.

    `terms` are the key terms in it, each with its offsets in the sentence's text; `is_fit` is False
    for one that only its neighbours explain, which may be cited but makes no stem.
    """

    sentence: Sentence
    chunk: int
    order: int
    terms: tuple[tuple[Term, int, int], ...]
    refused: str | None
    position: float

    @property
    def text(self) -> str:
        """Return the sentence as it stands in its chunk."""
        return self.sentence.text.strip()

    @property
    def matter(self) -> str:
        """Return what the sentence is about, in its own words: a key term, a name, its subject."""
        if self.terms:
            return self.terms[0][0].text
        named = [one.text for one in self.sentence.entities if one.label not in COUNTED]
        chunk = subject_chunk(self.sentence)
        found = [*named, *([chunk.text] if chunk is not None else [])]
        bare = (re.sub(r"^(?:the|an?)\s+", "", one.strip(), flags=re.I) for one in found)
        return next((one for one in bare if content_stems(one)), "")


@dataclass(frozen=True, slots=True)
class Material:
    """What is known of a document before anything is made of it."""

    source: SourceText
    lines: tuple[tuple[int, str], ...]
    parsed: Parsed
    facts: tuple[Fact, ...]
    terms: tuple[Term, ...]
    meanings: tuple[Meaning, ...]
    weights: Weights
    refused: Counter[str]
    proper: frozenset[str]

    @property
    def fit(self) -> tuple[Fact, ...]:
        """Return the facts that can stand alone, in order."""
        return tuple(fact for fact in self.facts if fact.refused is None)

    def chunk(self, fact: Fact) -> SourceChunk:
        """Return the chunk that a fact stands in."""
        return self.source.chunks[fact.chunk]

    def cite(self, chunk: int, quote: str) -> Cited:
        """Return a citation of a chunk; the quote must stand in it."""
        cited = self.source.chunks[chunk]
        assert quote in cited.text, "a quote is taken from its chunk"
        return Cited(self.source.document_id, cited.sha256, cited.page, quote)

    def section(self, chunk: int) -> tuple[str, ...]:
        """Return the headings above a chunk."""
        return self.source.chunks[chunk].heading_path


def read_source(
    source: SourceText,
    limits: Limits,
    on_progress: Callable[[int, int], None] | None = None,
) -> Material:
    """
    Read a document; one without prose in English gives a material without facts.

    Args:
        on_progress: told how much of the text was parsed, and of how much, in pieces.
    """
    lines = tuple(_lines(source))
    text = "\n\n".join(line for _, line in lines)
    if not _is_english(text):
        return Material(
            source, lines, Parsed(text, ()), (), (), (), Weights(0, {}), Counter(), frozenset()
        )
    parsed = parse(text, on_progress=on_progress)
    weights = Weights.of_texts(chunk.text for chunk in source.chunks if chunk.kind == "prose")
    marked = (*source.marked, *(bare_name(term) for term, _ in source.glossary))
    wanted = min(limits.terms, max(TERMS_MIN, len(text.split()) // WORDS_PER_TERM))
    terms = key_terms(parsed, limit=wanted, weights=weights, marked=marked)
    facts = tuple(_facts(parsed, lines, terms))
    meanings = (
        *glossary_meanings(source),
        *meanings_of(
            parsed,
            {fact.sentence.start: fact for fact in facts},
            {term.key: term for term in terms},
        ),
    )
    refused = Counter(fact.refused for fact in facts if fact.refused)
    return Material(
        source, lines, parsed, facts, terms, _first(meanings), weights, refused, _proper(parsed)
    )


def _first(meanings: tuple[Meaning, ...]) -> tuple[Meaning, ...]:
    """Keep for each term its best meaning; the earlier of equals, in order of the text."""
    best: dict[tuple[str, ...], Meaning] = {}
    for one in meanings:
        known = best.get(one.key)
        if known is None or one.trust > known.trust:
            best[one.key] = one
    return tuple(sorted(best.values(), key=lambda one: (one.chunk, one.key)))


def is_skipped(path: tuple[str, ...]) -> bool:
    """Say whether what stands under these headings is no matter to be learned."""
    return any(phrases.SKIPPED_HEADINGS.match(part.strip()) for part in path)


def _lines(source: SourceText) -> Iterator[tuple[int, str]]:
    glossary = {stems(f"{term} {meaning}") for term, meaning in source.glossary}
    for number, chunk in enumerate(source.chunks):
        if chunk.kind != "prose" or is_skipped(chunk.heading_path):
            continue
        lines = chunk.text.split("\n")
        if sum(bool(phrases.EXERCISE_LINE.match(line)) for line in lines) >= EXERCISE_LINES_MIN:
            continue
        for line in lines:
            if line.strip() and stems(line) not in glossary:
                yield number, line


def _is_english(text: str) -> bool:
    """Say whether the text is in English as far as can be told; a few words pass."""
    middle = max(0, len(text) // 2 - SAMPLE_CHARACTERS // 2)
    found = {detect_language(text[at : at + SAMPLE_CHARACTERS]) for at in (0, middle)}
    return bool(found & {"en", "unknown"})


def _facts(
    parsed: Parsed, lines: tuple[tuple[int, str], ...], terms: tuple[Term, ...]
) -> Iterator[Fact]:
    starts = _line_starts(lines)
    places = sorted((start, end, term) for term in terms for start, end in term.places)
    begins = [place[0] for place in places]
    own_terms = frozenset(term.key for term in terms if _is_own(term))
    chunks = [lines[bisect.bisect_right(starts, each.start) - 1][0] for each in parsed.sentences]
    around = Surroundings(own_terms, known_people(parsed.sentences, chunks))
    total = max(1, len(parsed.sentences))
    for order, sentence in enumerate(parsed.sentences):
        at = bisect.bisect_right(starts, sentence.start) - 1
        chunk, line = lines[at]
        own = replace(
            around,
            before=line[: sentence.start - starts[at]],
            after=line[sentence.end - starts[at] :],
        )
        inside = _inside(places, begins, sentence)
        yield Fact(sentence, chunk, order, inside, refusal(sentence, own), order / total)


def _is_own(term: Term) -> bool:
    """Say whether a term can be named bare, as "the hypothalamus" can and "the enzyme" cannot."""
    is_rare = not is_common(term.text, within=RARE_RANK) and len(term.places) >= RARE_PLACES_MIN
    return term.is_marked or term.is_defined or len(term.key) > 1 or is_rare


def _proper(parsed: Parsed) -> frozenset[str]:
    """Return the words, folded, that the text writes with a capital inside its sentences."""
    upper: Counter[str] = Counter()
    lower: Counter[str] = Counter()
    for sentence in parsed.sentences:
        for token in sentence.tokens[1:]:
            (upper if token.text[:1].isupper() else lower)[fold(token.text)] += 1
    return frozenset(word for word, count in upper.items() if count > lower[word])


def _line_starts(lines: tuple[tuple[int, str], ...]) -> list[int]:
    starts, at = [], 0
    for _, line in lines:
        starts.append(at)
        at += len(line) + 2
    return starts


def _inside(
    places: list[tuple[int, int, Term]], begins: list[int], sentence: Sentence
) -> tuple[tuple[Term, int, int], ...]:
    """Return the sentence's terms, of overlapping ones the longest, with offsets in its text."""
    first = bisect.bisect_left(begins, sentence.start)
    last = bisect.bisect_left(begins, sentence.end)
    kept: list[tuple[int, int, Term]] = []
    for start, end, term in sorted(places[first:last], key=lambda p: (p[0] - p[1], p[0])):
        if all(end <= other[0] or start >= other[1] for other in kept):
            kept.append((start, end, term))
    shift = sentence.start
    return tuple((term, start - shift, end - shift) for start, end, term in sorted(kept,
                 key=lambda p: p[0]))  # fmt: skip
