"""Sentences that say what a term means, with the places of the term and of what is said of it.

Five shapes are known: "X is a Y that …", "X refers to Y", "Y is called X", "X, a Y …, does …" and a
glossary line "X: Y". The parser's noun phrases say where a term begins and ends. A shape alone
proves no definition ("The dog is a problem"), so a `Definition` is a candidate with its shape
named; whoever uses it asks for more.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from evigate.language.models import Parsed, Sentence, Span
from evigate.language.words import STOP_WORDS, fold

TERM_WORDS_MAX = 5
DEFINIENS_WORDS_MIN = 3


class DefinitionShape(StrEnum):
    """How the sentence is built; in the order of how far it can be trusted."""

    REFERS = "refers"  # X refers to, means, is defined as Y
    CALLED = "called"  # Y is called, known as, termed X
    GLOSSARY = "glossary"  # X: Y
    COPULA = "copula"  # X is a Y that
    APPOSITION = "apposition"  # X, a Y, does


@dataclass(frozen=True, slots=True)
class Definition:
    """A term and what a sentence says it is; all offsets count in the parsed text."""

    term: str
    term_start: int
    term_end: int
    definiens: str
    definiens_start: int
    definiens_end: int
    sentence_start: int
    sentence_end: int
    shape: DefinitionShape
    is_plural: bool


_ASIDE = r"\s*(?:\([^()]{1,60}\)\s*|,\s+or\s+[^,]{1,40},\s*)?"
_REFERS = re.compile(
    rf"{_ASIDE}\s*(?:(?:also|generally|usually|often|simply)\s+)?(?:refers?\s+to|means?|denotes?|"
    r"(?:is|are|can\s+be|may\s+be)\s+(?:\w+ly\s+)?(?:defined|described|thought\s+of)\s+as|"
    r"(?:is|are)\s+(?:the|a)\s+(?:term|name|word)\s+(?:used\s+)?(?:for|to\s+describe)|"
    r"describes?|(?:occurs?|happens?|takes?\s+place)\s+when|is\s+when)\s+"
)
_COPULA = re.compile(
    rf"{_ASIDE}\s*(?:is|are)\s+(?=(?:an?|the|any|one\s+of|those|types?|kinds?|[a-z]+)\b)"
)
_CALLED = re.compile(
    r"(?:\b(?:called|termed|named|dubbed|known\s+as|referred\s+to\s+as|labell?ed)|"
    r"\b(?:the\s+term\s+for\s+this\s+is))\s+(?:as\s+)?(?:(?:an?|the)\s+)?[\"“'‘]?$"
)
_CALLED_VERB = re.compile(
    r"(?P<link>[,\s]+(?:(?:which|that)\s+)?(?:(?:is|are|was|were|has\s+been|have\s+been)\s+)?"
    r"(?:\w+ly\s+)?(?:also\s+)?(?:\w+ly\s+)?(?:called|termed|named|dubbed|known\s+as|"
    r"referred\s+to\s+as|labell?ed)\s+(?:(?:an?|the)\s+)?[\"“'‘]?)$"
)
_APPOSITION = re.compile(r"^\s*,\s+(?=(?:an?|the|any|one\s+of)\s)")
_GLOSSARY = re.compile(
    r"^(?P<term>[^\W\d_][\w’' /()-]{1,60}?)\s*(?::|\s[–—-])\s+(?P<is>\S.{10,})$", re.M
)

# "The term osmosis": the noun announces the term and is no part of it.
NAMING_NOUNS = frozenset({"term", "word"})


def definitions(parsed: Parsed) -> tuple[Definition, ...]:
    """
    Return the definitions of a text in order of the sentence, then of the term.

    Terms are given without their article and have at most `TERM_WORDS_MAX` words; pronouns and
    phrases with a possessive are no terms. At most one definition per term place.
    """
    found = [one for sentence in parsed.sentences for one in _of_sentence(sentence, parsed.text)]
    found.extend(_glossary(parsed.text))
    first: dict[int, Definition] = {}
    for one in found:
        first.setdefault(one.term_start, one)
    return tuple(sorted(first.values(), key=lambda one: (one.sentence_start, one.term_start)))


def bare_term(sentence: Sentence, chunk: Span) -> tuple[int, int] | None:
    """
    Return the chunk's offsets without articles, numbers and stop words in front.

    None when nothing is left, when a pronoun, a possessive or a clause stands in it, or when it
    has more than `TERM_WORDS_MAX` words.
    """
    tokens = list(sentence.tokens[chunk.first : chunk.last])
    while tokens and (
        tokens[0].pos in {"DET", "PRON", "NUM", "PUNCT", "CCONJ", "ADP", "SYM", "ADV"}
        or fold(tokens[0].text) in STOP_WORDS
        or (len(tokens) > 1 and fold(tokens[0].text) in NAMING_NOUNS)
    ):
        tokens.pop(0)
    while tokens and tokens[-1].pos in {"PUNCT", "SYM", "DET"}:
        tokens.pop()
    if not tokens or tokens[-1].pos not in {"NOUN", "PROPN", "VERB", "ADJ"}:
        return None
    if any(token.pos == "PRON" or token.tag in {"POS", "WP", "PRP$"} for token in tokens):
        return None
    count = sum(token.pos != "PUNCT" for token in tokens)
    return (tokens[0].start, tokens[-1].end) if count <= TERM_WORDS_MAX else None


def _of_sentence(sentence: Sentence, text: str) -> Iterator[Definition]:
    for chunk in sentence.chunks:
        term = bare_term(sentence, chunk)
        if term is None:
            continue
        found = (
            _subject_first(sentence, chunk, term, text)
            or _called(sentence, term, text)
            or _apposition(sentence, chunk, term, text)
        )
        if found is not None:
            yield found


def _subject_first(
    sentence: Sentence, chunk: Span, term: tuple[int, int], text: str
) -> Definition | None:
    """Read "X is a Y" and "X refers to Y", where X is the subject of the main verb."""
    head = sentence.tokens[chunk.last - 1]
    main = sentence.tokens[head.head]
    if not head.dep.startswith("nsubj") or sentence.tokens[main.head] is not main:
        return None
    end = sentence.end
    for pattern, shape in (
        (_REFERS, DefinitionShape.REFERS),
        (_COPULA, DefinitionShape.COPULA),
    ):
        match = pattern.match(text, chunk.end, end)
        if match and not (shape is DefinitionShape.COPULA and not _has_kind(sentence, match.end())):
            return _made(sentence, text, term, (match.end(), end), shape)
    return None


def _has_kind(sentence: Sentence, start: int) -> bool:
    """Say whether a noun phrase begins where the definiens does: a kind, not a property."""
    return any(
        chunk.start == start and sentence.tokens[chunk.last - 1].dep in {"attr", "ROOT", "dobj"}
        for chunk in sentence.chunks
    )


def _called(sentence: Sentence, term: tuple[int, int], text: str) -> Definition | None:
    """Read "Y is called X"; what stands before the verb is the definiens."""
    before = text[sentence.start : term[0]]
    if not _CALLED.search(before):
        return None
    link = _CALLED_VERB.search(before)
    stop = sentence.start + (link.start() if link else len(before))
    after = text[term[1] : sentence.end]
    start = sentence.start
    # "This is called X, in which …": a pronoun says nothing, what follows does.
    if stop - start < 12 and len(after.split()) > DEFINIENS_WORDS_MIN:
        start, stop = term[1], sentence.end
    return _made(sentence, text, term, (start, stop), DefinitionShape.CALLED)


def _apposition(
    sentence: Sentence, chunk: Span, term: tuple[int, int], text: str
) -> Definition | None:
    match = _APPOSITION.match(text[chunk.end : sentence.end])
    if match is None:
        return None
    start = chunk.end + match.end()
    kind = next((one for one in sentence.chunks if one.start == start), None)
    if kind is None or sentence.tokens[kind.last - 1].dep != "appos":
        return None
    stop = text.find(",", kind.end, sentence.end)
    return _made(
        sentence,
        text,
        term,
        (start, stop if stop > 0 else sentence.end),
        DefinitionShape.APPOSITION,
    )


def _glossary(text: str) -> Iterator[Definition]:
    for match in _GLOSSARY.finditer(text):
        if len(match["term"].split()) > TERM_WORDS_MAX or len(match["is"].split()) < 3:
            continue
        yield Definition(
            term=match["term"],
            term_start=match.start("term"),
            term_end=match.end("term"),
            definiens=match["is"],
            definiens_start=match.start("is"),
            definiens_end=match.end("is"),
            sentence_start=match.start(),
            sentence_end=match.end(),
            shape=DefinitionShape.GLOSSARY,
            is_plural=False,
        )


def _made(
    sentence: Sentence,
    text: str,
    term: tuple[int, int],
    definiens: tuple[int, int],
    shape: DefinitionShape,
) -> Definition | None:
    said = text[definiens[0] : definiens[1]].strip(" \n\t,;")
    start = text.find(said, definiens[0]) if said else definiens[0]
    body = said.rstrip(".!?")
    if len(body.split()) < DEFINIENS_WORDS_MIN:
        return None
    last = next(token for token in reversed(sentence.tokens) if token.end <= term[1])
    return Definition(
        term=text[term[0] : term[1]],
        term_start=term[0],
        term_end=term[1],
        definiens=body,
        definiens_start=start,
        definiens_end=start + len(body),
        sentence_start=sentence.start,
        sentence_end=sentence.end,
        shape=shape,
        is_plural=last.tag in {"NNS", "NNPS"},
    )
