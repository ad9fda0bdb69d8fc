"""What the document says its terms mean, each with how far the saying can be trusted.

The language room finds candidates by shape; here those are kept whose definiens is a kind with
something that sets it apart ("a tissue that ..."), said in a sentence that stands alone. A glossary
that the document itself gives is trusted most. A copula is trusted least: "X is a Y of Z" may state
a property, which no rule of form can tell from a definition.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evigate.language.definitions import Definition, DefinitionShape, definitions
from evigate.language.models import Parsed, Sentence
from evigate.language.terms import Term, term_key
from evigate.language.words import content_stems
from evigate.learning.generate import phrases
from evigate.learning.generate.models import SourceText

if TYPE_CHECKING:
    from evigate.learning.generate.material import Fact

GLOSSARY_TRUST = 1.0
LEAKING_TRUST = 0.6
TRUST: Mapping[DefinitionShape, float] = {
    DefinitionShape.REFERS: 0.95,
    DefinitionShape.CALLED: 0.9,
    DefinitionShape.GLOSSARY: 0.85,
    DefinitionShape.COPULA: 0.6,
}
# For a copula speaks that the term is one of the document's key terms, and that the sentence is
# where the text first names it or that it is marked; else it is likely a property.
KEY_TERM_BONUS = 0.15
FIRST_BONUS = 0.15
# "a process that …", "a set of rules used to …": a kind and what sets it apart.
APART_BONUS = 0.1
CONTENT_MIN = 3
WORDS_MIN, WORDS_MAX = 4, 34

# "The first stage is …" names a place in a list, not a thing.
_ORDINAL = re.compile(r"^(?:first|second|third|fourth|fifth|final|last|next|other|main)\b", re.I)
# Kinds that say nothing of what a thing is.
_EMPTY_KIND = re.compile(
    r"^(?:an?|the|any)?\s*(?:\w+\s+){0,2}?(?:examples?|parts?|reasons?|results?|ways?|issues?|problems?|"
    r"questions?|goals?|purposes?|aims?|lots?|keys?|focus|challenges?|concerns?|topics?|factors?|"
    r"signs?|symptoms?|cases?|matters?|facts?|times?|members?|consequences?|differences?|majority|"
    r"number|variety|product|subject|author|founder|winner|best|most|more|less|least|largest|smallest|"
    r"first|last|only|same|main|major|primary|common|important|popular|lead(?:ing)?)\b",
    re.IGNORECASE,
)
_KIND = re.compile(r"^(?:an?|the|any|those|[a-z]+ing|[a-z]+s)\b", re.IGNORECASE)
_APART = re.compile(
    r"^(?:an?|the|any)\s+(?:[\w-]+\s+){1,5}?(?:that|which|who|whose|where|used|caused|designed|made|"
    r"characteri[sz]ed|consisting|composed|containing|responsible|(?:in|by|for|through)\s+which)\b",
    re.IGNORECASE,
)
# "Exercise promotes growth: the …" is a sentence, not a term with its meaning.
_FINITE = frozenset({"VBZ", "VBP", "VBD", "MD"})
_NAMING = frozenset({"call", "term", "name", "dub", "know", "refer", "label"})
_RELATED = re.compile(
    r"\b(?:of|in|for|from|with|by|to|on|between|used|that|which|who|whose|where|when)\b",
    re.IGNORECASE,
)
# Where a definiens goes on to another matter.
_TURN = re.compile(
    r"\s*(?:;|,\s+(?:but|so|yet|although|though|whereas|while|because|since|however|thus)\b|"
    r"\s[–—]\s|,\s+and\s+(?:it|they|is|are|was|were|has|have|can|may)\b|"
    r"\s+and\s+(?:it|they|is|are|was|were|has|have)\b|"
    r",?\s+(?:and|while|whereas)\s+[\w-]+(?:\s+[\w-]+){0,3}\s+(?:means|refers|is|are)\b).*$",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """
    A term and what the document says of it.

    `said` is the definiens without a full stop; `verb` what stands between the two ("refers to"),
    empty for a glossary; `quote` the whole sentence in its chunk; `order` the sentence's place, or
    None for a glossary's line.
    """

    key: tuple[str, ...]
    term: str
    said: str
    verb: str
    shape: DefinitionShape
    quote: str
    chunk: int
    order: int | None
    is_plural: bool
    trust: float
    section: tuple[str, ...] = ()


def glossary_meanings(source: SourceText) -> Iterator[Meaning]:
    """Yield the document's own pairs whose lines are found in one of its chunks."""
    for term, meaning in source.glossary:
        name = bare_name(term)
        said = re.sub(r"^\([^()]*\)\s*", "", meaning).strip().rstrip(".")
        if len(content_stems(said)) < CONTENT_MIN - 1 or not term_key(name):
            continue
        for number, chunk in enumerate(source.chunks):
            quote = _pair_in(chunk.text, term, meaning)
            if quote is not None:
                # A meaning that is made of its term's own words explains little.
                own = set(content_stems(name))
                trust = LEAKING_TRUST if own <= set(content_stems(said)) else GLOSSARY_TRUST
                yield Meaning(
                    term_key(name), name, said, "", DefinitionShape.GLOSSARY,
                    quote, number, None, looks_plural(name), trust, chunk.heading_path,
                )  # fmt: skip
                break


def bare_name(term: str) -> str:
    """Return a glossary's term without its short form or other remark in brackets."""
    return re.sub(r"\s*\([^()]*\)$", "", term.strip()) or term


def meanings_of(
    parsed: Parsed, facts: Mapping[int, "Fact"], terms: Mapping[tuple[str, ...], Term]
) -> Iterator[Meaning]:
    """
    Yield what running text says of terms, in order; a term may come twice.

    Args:
        parsed: the text.
        facts: its sentences by where they start.
        terms: the key terms by their stems.
    """
    for one in definitions(parsed):
        fact = facts.get(one.sentence_start)
        if fact is None or one.shape not in TRUST or fact.refused not in (None, "length"):
            continue
        found = _read(one, fact, terms.get(term_key(one.term)))
        if found is not None:
            yield found


def _read(one: Definition, fact: "Fact", term: Term | None) -> Meaning | None:
    sentence = fact.sentence
    last = next(token for token in reversed(sentence.tokens) if token.end <= one.term_end)
    if (last.pos not in {"NOUN", "PROPN"} and last.tag != "VBG") or _ORDINAL.match(one.term):
        return None
    inside = [t for t in sentence.tokens if one.term_start <= t.start and t.end <= one.term_end]
    if one.shape is DefinitionShape.GLOSSARY and any(t.tag in _FINITE for t in inside):
        return None
    is_key = term is not None
    is_first = term is not None and (
        term.is_marked or not term.places or term.places[0][0] >= one.sentence_start
    )
    if one.shape is DefinitionShape.CALLED:
        span = _named_subject(sentence, one)
        said, verb = (span, "is called") if span else ("", "")
    else:
        said = one.definiens
        verb = sentence.text[one.term_end - sentence.start : one.definiens_start - sentence.start]
    said = tidy(said)
    verb = " ".join(re.sub(r"\([^()]*\)|,.*?,", " ", verb).split())
    if not _tells(said, one, is_key=is_key) or len(verb.split()) > 5:
        return None
    is_apart = one.shape is DefinitionShape.COPULA and bool(_APART.search(said))
    trust = TRUST[one.shape] + KEY_TERM_BONUS * is_key + FIRST_BONUS * is_first
    trust += APART_BONUS * is_apart
    return Meaning(
        term_key(one.term), one.term, said, verb, one.shape, fact.text, fact.chunk, fact.order,
        one.is_plural, min(trust, GLOSSARY_TRUST - 0.01),
    )  # fmt: skip


def tidy(said: str) -> str:
    """Return a definiens without citations and without what goes on to another matter."""
    bare = phrases.BRACKETED.sub("", said)
    return _TURN.sub("", bare).strip(" ,;.")


def _tells(said: str, one: Definition, *, is_key: bool) -> bool:
    count = len(said.split())
    own = set(content_stems(one.term))
    left = [stem for stem in content_stems(said) if stem not in own]
    if not WORDS_MIN <= count <= WORDS_MAX or len(left) < CONTENT_MIN:
        return False
    # "The thin upper layer" does not say of what.
    if len(left) <= CONTENT_MIN and not _RELATED.search(said):
        return False
    if _gives_away(one.term, said) or phrases.VAGUE.match(said):
        return False
    if one.shape is DefinitionShape.COPULA:
        return is_key and bool(_KIND.match(said)) and not _EMPTY_KIND.match(said) and count > 4
    return True


def _gives_away(term: str, said: str) -> bool:
    """
    Say whether a definiens holds its own term, so that it explains nothing.

    Of several words the last may come back: short-term memory is a memory that is short-lived.
    """
    stems_of = list(dict.fromkeys(content_stems(term)))
    telling = stems_of[:-1] if len(stems_of) > 1 else stems_of
    return bool(set(telling) & set(content_stems(said)))


def _named_subject(sentence: Sentence, one: Definition) -> str:
    """Return the subject of "Y is called X" where X ends the clause; else nothing."""
    root = sentence.root
    index = sentence.tokens.index(root)
    subject = next((t for t in sentence.tokens if t.head == index and t.dep == "nsubjpass"), None)
    # A clause before the subject is no part of what is named.
    starts = sentence.tokens[0].dep in {"det", "nsubjpass", "amod", "compound", "nummod"}
    if subject is None or not starts:
        return ""
    passive = [t for t in sentence.tokens if t.head == index and t.dep == "auxpass"]
    if root.lemma.lower() not in _NAMING or not passive or passive[0].start > one.term_start:
        return ""
    after = sentence.text[one.term_end - sentence.start :].strip(" .\"”’'")
    between = sentence.text[root.end - sentence.start : one.term_start - sentence.start]
    if (after and not after.startswith(("(", ","))) or len(between.split()) > 3:
        return ""
    return sentence.text[: passive[0].start - sentence.start].strip()


def _pair_in(text: str, term: str, meaning: str) -> str | None:
    """Return the lines of a chunk that hold a glossary pair, as they stand."""
    at = text.find(meaning)
    if at < 0:
        return None
    before = text[:at].rstrip(" \n:–—-*•")
    if not before.endswith(term):
        return None
    return text[len(before) - len(term) : at + len(meaning)]


def looks_plural(term: str) -> bool:
    """Say whether a term's last word ends as plurals do."""
    last = term.split()[-1].lower()
    return last.endswith("s") and not last.endswith(("ss", "us", "is"))
