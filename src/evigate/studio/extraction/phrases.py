"""Stretches of words inside a clause: what a verb acts on, and how far that reaches."""

from collections.abc import Sequence
from dataclasses import dataclass

from evigate.language.plurals import singular
from evigate.studio.extraction.lexicon import (
    ADVERBS,
    AUXILIARIES,
    CONJUNCTIONS,
    DETERMINERS,
    MODALS,
    PREPOSITIONS,
    PRONOUNS,
    word_set,
)
from evigate.studio.extraction.reading import Token
from evigate.studio.extraction.words import is_base_verb, is_thing, is_verb

JOB_WORDS_MAX = 14
_JOINS = frozenset({"and", "or", "&", "then", "+"})
_STOPS = word_set(
    """
    so because when while if which who that whose where but since until unless although without
    whereas whoever whatever whichever everybody
    """
)
_SUBJECTS = frozenset({"they", "we", "i", "he", "she", "you", "it"})


@dataclass(frozen=True, slots=True)
class NounPhrase:
    """A noun with what stands before it; indices into the tokens it was read from."""

    first: int
    last: int
    head: str


def noun_phrase(tokens: Sequence[Token], at: int) -> NounPhrase | None:
    """Return the noun phrase that begins at a token, determiners left off; None where none does."""
    while at < len(tokens) and _leads(tokens[at]):
        at += 1
    first = at
    while at < len(tokens) and tokens[at].is_word and not _ends_phrase(tokens[at].low):
        at += 1
    while at > first and (tokens[at - 1].low in ADVERBS or tokens[at - 1].low.endswith("ly")):
        at -= 1
    if at == first:
        return None
    head = tokens[at - 1].low.removesuffix("'s")
    return NounPhrase(first, at, singular(head)) if is_thing(head) or at - first > 1 else None


def phrase_end(tokens: Sequence[Token], verb: int) -> int:
    """
    Return the index after the last token of what a verb says: its objects and where, not why.

    "enter grades and absences" goes on over "and", "enter grades and upload files" does not; a
    comma goes on only in a list of things that an "and" closes.
    """
    at = verb + 1
    limit = min(len(tokens), verb + JOB_WORDS_MAX + 1)
    while at < limit:
        token = tokens[at]
        if token.low in _JOINS:
            if (
                at + 1 >= len(tokens)
                or tokens[at + 1].low in _STOPS
                or _begins_verb(tokens, at + 1)
                or begins_clause(tokens, at + 1)
                or _begins_other(tokens, at + 1)
            ):
                break
        elif token.low == ",":
            if not _continues_list(tokens, at):
                break
        elif token.low == "/":
            pass
        elif (
            (not token.is_word and not token.low[0].isdigit())
            or (token.low in _SUBJECTS and at > verb + 1 and begins_clause(tokens, at))
            or (
                token.low in _STOPS
                or token.low in MODALS
                or (token.low in AUXILIARIES and at > verb + 1)
            )
        ):
            break
        at += 1
    while at > verb + 1 and (
        (tokens[at - 1].low in PREPOSITIONS and not _is_particle(tokens, at - 1))
        or tokens[at - 1].low in {"the", "a", "an", ","}
    ):
        at -= 1
    return at


def _is_particle(tokens: Sequence[Token], at: int) -> bool:
    """Say whether a word belongs to the verb before what it acts on ("pick them up")."""
    return tokens[at].low in {"up", "off", "over", "in", "on"} and tokens[at - 1].low in PRONOUNS


def _begins_other(tokens: Sequence[Token], at: int) -> bool:
    """Say whether somebody else with work of their own stands here ("finance to trigger …")."""
    for place in range(at + 1, min(at + 4, len(tokens) - 1)):
        if tokens[place].low == "to":
            return is_base_verb(tokens[place + 1].low) and not is_verb(tokens[at].low)
        if not tokens[place].is_word or tokens[place].low in PREPOSITIONS:
            return False
    return False


def begins_clause(tokens: Sequence[Token], at: int) -> bool:
    """Say whether a subject with its verb begins at a token ("the girls write", "they are")."""
    first = at
    while at < len(tokens) and at < first + 5 and (tokens[at].is_word or tokens[at].low == "'"):
        low = tokens[at].low
        if low == "'":  # "customers' numbers are private"
            at += 1
            continue
        if at > first and (low in MODALS or low in AUXILIARIES or low in {"never", "always"}):
            return True
        before_low = tokens[at - 1].low if at > first else ""
        if before_low and (before_low not in DETERMINERS or before_low == "both") and is_verb(low):
            before = tokens[at - 1].low
            is_plural = singular(before) != before or before in _SUBJECTS or before == "both"
            if (is_plural and is_base_verb(low)) or (
                not is_plural and low.endswith("s") and tokens[first].low in DETERMINERS
            ):
                return True
        if low in PREPOSITIONS and low != "of":
            return False
        at += 1
    return False


def objects(tokens: Sequence[Token], first: int, last: int) -> list[NounPhrase]:
    """Return the noun phrases between two tokens, in order; those behind a preposition too."""
    found = []
    at = first
    while at < last:
        token = tokens[at]
        if token.is_word and (not _ends_phrase(token.low) or token.low in DETERMINERS):
            phrase = noun_phrase(tokens[:last], at)
            if phrase is not None and phrase.last > at:
                found.append(phrase)
                at = phrase.last
                continue
        at += 1
    return found


def _leads(token: Token) -> bool:
    return token.low in DETERMINERS or token.low in ADVERBS or token.low[0].isdigit()


def _ends_phrase(low: str) -> bool:
    return (
        low in PREPOSITIONS
        or low in CONJUNCTIONS
        or low in PRONOUNS
        or low in MODALS
        or low in AUXILIARIES
    )


def _begins_verb(tokens: Sequence[Token], at: int) -> bool:
    low = tokens[at].low
    if low in ADVERBS or low.endswith("ly") or low == "to":
        return at + 1 < len(tokens) and is_verb(tokens[at + 1].low)
    if low in PRONOUNS or low in AUXILIARIES or low in MODALS:
        return True
    if not is_verb(low):
        return False
    following = tokens[at + 1].low if at + 1 < len(tokens) else ""
    # "orders and reviews" names two things, "and review orders" is another verb.
    return is_base_verb(low) or (
        not (following in PREPOSITIONS or following in {"", ".", ",", ")"}) and low.endswith("s")
    )


def _continues_list(tokens: Sequence[Token], comma: int) -> bool:
    """Say whether a comma stands in a list of things that "and" or "or" closes."""
    at = comma + 1
    words = 0
    while at < len(tokens) and at < comma + 16:
        low = tokens[at].low
        if words == 0 and (
            low in _JOINS
            or _begins_verb(tokens, at)
            or low in DETERMINERS | PRONOUNS | PREPOSITIONS
        ):
            return low in _JOINS and at + 1 < len(tokens) and not _begins_verb(tokens, at + 1)
        if low in _JOINS:
            return at + 1 < len(tokens) and not _begins_verb(tokens, at + 1)
        if low == ",":
            words = 0
        elif (
            not tokens[at].is_word
            or low in MODALS
            or low in AUXILIARIES
            or words > 3
            or (words == 0 and begins_clause(tokens, at))
        ):
            return False
        else:
            words += 1
        at += 1
    return False
