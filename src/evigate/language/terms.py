"""Key terms: the noun phrases that a text is about, best first.

Candidates are noun phrases and their endings ("operant conditioning chamber" also offers
"conditioning chamber" and "chamber"). What makes a key term of a candidate: that it comes back,
that it is rare in English and in the rest of the material, that it has more than one word, and
above all that the text says what it means. Marks that the source itself has set (bold, headings, a
glossary) are given by the caller and outrank everything.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from evigate.language.definitions import NAMING_NOUNS, DefinitionShape, definitions
from evigate.language.models import Parsed, Sentence, Span, Token
from evigate.language.names import abbreviations
from evigate.language.weights import BACKGROUND, Weights
from evigate.language.words import STOP_WORDS, fold, stems

TERM_WORDS_MAX = 4
# How much each sign is worth beside frequency x rarity, which is about 1 to 3 for a key term.
# Chosen on the glossaries of 60 sections of OpenStax Psychology 2e (P@10 .49, R@20 .63); halving or
# doubling all of them changes P@10 by less than .01.
SHAPE_BONUS: Mapping[DefinitionShape, float] = {
    DefinitionShape.REFERS: 3.0,
    DefinitionShape.CALLED: 3.0,
    DefinitionShape.GLOSSARY: 3.0,
    DefinitionShape.COPULA: 1.8,
    DefinitionShape.APPOSITION: 0.75,
}
MULTIWORD_FACTOR = 1.7
# An author who gives a term an abbreviation means to use it.
ABBREVIATED_BONUS = 1.0
MARKED_BONUS = 10.0
# A person is seldom what a text teaches; in textbooks most are authors that are cited.
PERSON_FACTOR = 0.3


_CITED = re.compile(
    r"(?:[,\s]+(?:&|and)\s+[A-Z][\w’'-]+|\s+et\s+al\.?|,)*[,\s]*\(?\s*(?:1[89]|20)\d\d"
)


@dataclass(frozen=True, slots=True)
class Term:
    """
    A key term.

    `text` is its commonest form, `key` its stems (what two terms are compared by), `places` the
    (start, end) of each occurrence found in a noun phrase, in order; a marked term may have none.
    """

    text: str
    key: tuple[str, ...]
    score: float
    places: tuple[tuple[int, int], ...]
    is_defined: bool
    is_marked: bool


@dataclass(slots=True)
class _Candidate:
    forms: Counter[str] = field(default_factory=Counter)
    places: list[tuple[int, int]] = field(default_factory=list)
    # How often it stood alone as the whole phrase, rather than as the ending of a longer one.
    whole: int = 0
    # How often it was, or was part of, a person's name.
    person: int = 0
    bonus: float = 0.0
    is_marked: bool = False


def key_terms(
    parsed: Parsed,
    *,
    limit: int = 30,
    weights: Weights = BACKGROUND,
    marked: Iterable[str] = (),
) -> tuple[Term, ...]:
    """
    Return the key terms of a text, best first; equal scores in order of the key.

    Args:
        parsed: the text of one chapter or section; a few hundred words or more.
        limit: at most so many.
        weights: how rare words are, best counted over the whole body of material.
        marked: terms that the source sets apart itself (bold, headings, glossary entries).

    Returns:
        Fewer than `limit` when the text has fewer noun phrases; an ending of a longer term is left
        out when it hardly stands without it.
    """
    candidates = _candidates(parsed)
    _add_definitions(parsed, candidates)
    for text in marked:
        key = stems(text)
        if key and len(text) > 1:
            candidate = candidates.setdefault(key, _Candidate())
            candidate.is_marked = True
            candidate.forms[text.strip()] += 1 if not candidate.forms else 0
    _join_abbreviations(parsed, candidates)
    _take_from_endings(candidates)
    terms = [
        _term(key, candidate, weights)
        for key, candidate in candidates.items()
        if candidate.places or candidate.is_marked
    ]
    ranked = sorted(terms, key=lambda term: (-term.score, term.key))
    return tuple(ranked[:limit])


def term_key(text: str) -> tuple[str, ...]:
    """Return what two terms are compared by: the stems of their words."""
    return stems(text)


def _candidates(parsed: Parsed) -> dict[tuple[str, ...], _Candidate]:
    found: dict[tuple[str, ...], _Candidate] = {}
    for sentence in parsed.sentences:
        for chunk in sentence.chunks:
            for number, tokens in enumerate(_endings(sentence, chunk)):
                start, end = tokens[0].start, tokens[-1].end
                text = parsed.text[start:end]
                key = stems(text)
                if not key:
                    continue
                candidate = found.setdefault(key, _Candidate())
                candidate.forms[_shown(text, tokens)] += 1
                candidate.places.append((start, end))
                candidate.whole += number == 0
                candidate.person += _is_person(tokens, parsed.text)
    return found


def _endings(sentence: Sentence, chunk: Span) -> list[Sequence[Token]]:
    """Return the chunk's endings that may be terms, longest first."""
    tokens = list(sentence.tokens[chunk.first : chunk.last])
    while tokens and tokens[-1].pos in {"PUNCT", "SYM", "DET"}:
        tokens.pop()
    # A gerund ends a noun phrase as a noun does, whatever the tagger calls it ("conditioning").
    if not tokens or not (tokens[-1].pos in {"NOUN", "PROPN"} or tokens[-1].tag == "VBG"):
        return []
    found: list[Sequence[Token]] = []
    for first in range(max(0, len(tokens) - 2 * TERM_WORDS_MAX), len(tokens)):
        ending = tokens[first:]
        words = [token for token in ending if token.pos != "PUNCT"]
        if len(words) > TERM_WORDS_MAX or not _may_begin(ending[0]):
            continue
        if first and tokens[first - 1].text == "-":
            continue
        if len(words) > 1 and fold(words[0].text) in NAMING_NOUNS:
            continue
        if any(not _may_stand(token) for token in ending):
            continue
        found.append(ending)
    return found


def _is_person(tokens: Sequence[Token], text: str) -> bool:
    """Say whether the phrase names a person, or an author beside the year of a work."""
    if any(token.entity == "PERSON" for token in tokens):
        return True
    return tokens[-1].pos == "PROPN" and bool(_CITED.match(text, tokens[-1].end))


def _may_begin(token: Token) -> bool:
    return token.pos in {"NOUN", "PROPN", "ADJ", "VERB"} and fold(token.text) not in STOP_WORDS


def _may_stand(token: Token) -> bool:
    if token.tag in {"POS", "PRP$", "JJR", "JJS"}:
        return False
    if token.text in {"-", "–", "/"}:
        return True
    return (
        token.pos in {"NOUN", "PROPN", "ADJ", "VERB", "NUM", "X"}
        and any(mark.isalpha() for mark in token.text)
        and len(token.text) > 1
        and fold(token.text) not in STOP_WORDS
    )


def _shown(text: str, tokens: Sequence[Token]) -> str:
    """Return the text in lower case unless a part of it is a name or an abbreviation."""
    if any(token.pos == "PROPN" or token.text[1:] != token.text[1:].lower() for token in tokens):
        return text
    return text.lower()


def _add_definitions(parsed: Parsed, candidates: dict[tuple[str, ...], _Candidate]) -> None:
    for one in definitions(parsed):
        key = stems(one.term)
        if not key or len(key) > TERM_WORDS_MAX + 1:
            continue
        candidate = candidates.setdefault(key, _Candidate())
        if not candidate.places:
            candidate.places.append((one.term_start, one.term_end))
            candidate.forms[one.term] += 1
            candidate.whole += 1
        candidate.bonus = max(candidate.bonus, SHAPE_BONUS[one.shape])


def _join_abbreviations(parsed: Parsed, candidates: dict[tuple[str, ...], _Candidate]) -> None:
    """Count the times a term was written short ("SCN") for the term itself."""
    for one in abbreviations(parsed.text):
        short = candidates.get(stems(one.short))
        long = candidates.get(stems(one.long))
        if short is None or long is None or short is long or short.is_marked:
            continue
        long.places.extend(short.places)
        long.whole += short.whole
        long.bonus = max(long.bonus, short.bonus, ABBREVIATED_BONUS)
        del candidates[stems(one.short)]


def _take_from_endings(candidates: dict[tuple[str, ...], _Candidate]) -> None:
    """Leave to a longer term what is its own: an ending keeps only the times it stood alone."""
    for key, candidate in list(candidates.items()):
        if candidate.whole == 0 and not candidate.is_marked and not candidate.bonus:
            longest = max(
                (len(other) for other in candidates if other[-len(key) :] == key), default=0
            )
            if longest > len(key):
                del candidates[key]


def _term(key: tuple[str, ...], candidate: _Candidate, weights: Weights) -> Term:
    rarity = sum(weights.weight(stem) for stem in key) / len(key)
    frequency = math.log1p(candidate.whole + 0.3 * (len(candidate.places) - candidate.whole))
    factor = MULTIWORD_FACTOR if len(key) > 1 else 1.0
    score = factor * rarity * (frequency + candidate.bonus)
    if candidate.person > len(candidate.places) / 2:
        score *= PERSON_FACTOR
    form = min(candidate.forms, key=lambda text: (-candidate.forms[text], text))
    return Term(
        text=form,
        key=key,
        score=round(score + MARKED_BONUS * candidate.is_marked, 6),
        places=tuple(sorted(candidate.places)),
        is_defined=candidate.bonus > 0,
        is_marked=candidate.is_marked,
    )
