"""Who is told by their work: whoever enters, books, signs or weighs something is a person.

Words for people that no list knows ("setters put in a new route", "the storeman signs the sheet")
are found by verbs that only people do. What software and things do with the same verbs ("the page
lists", "sensors record") is told apart by their subject.
"""

from collections.abc import Sequence

from evigate.language.plurals import singular
from evigate.studio.extraction.lexicon import (
    ADVERBS,
    AGENTIVE,
    AUXILIARIES,
    DETERMINERS,
    ENTITIES,
    FUNCTION,
    GENERIC,
    MODALS,
    NO_AGENTS,
    PRODUCTS,
    PRONOUNS,
)
from evigate.studio.extraction.reading import Token
from evigate.studio.extraction.words import is_verb, verb_of

# A subject is no longer than this: "the late shift lead".
SUBJECT_WORDS = 4
_BEGINS = frozenset({",", ";", ":", "-", "–", "—", "and", "but", "so", "where", "while", "that", "then", "if", "(", "when", "or"})  # fmt: skip
# Who stands for people told before: "each day they note the rain".
_ALL = frozenset({"they", "both"})
_KNOWN = FUNCTION | PRODUCTS | GENERIC | ENTITIES | NO_AGENTS
_SKIPPED = ADVERBS - {"not", "never"}
_TAKEN = DETERMINERS | PRONOUNS
_NOT_TAKEN = FUNCTION | MODALS | AUXILIARIES
_NO_ENDINGS = (
    "tion", "sion", "ment", "ness", "ity", "age", "ing", "ware", "ence", "ance", "sis", "graph", "gram",
    "ism", "ship", "ly", "ed", "ure",
)  # fmt: skip


def works(tokens: Sequence[Token], at: int) -> int | None:
    """
    Return the index of the verb of the unknown person whose name ends at a token; None for none.

    Args:
        tokens: of one sentence.
        at: the token that may be the last word of who acts.

    Returns:
        The verb's index where a verb of people's work agrees with the word, acts on something, and
        the words before begin the clause.
    """
    low = tokens[at].low
    if low in _ALL:
        is_told = at + 2 < len(tokens) and tokens[at + 1].low in AGENTIVE
        return at + 1 if is_told and _takes(tokens, at + 2) else None
    if not _may_act(low) or not _leads_clause(tokens, at):
        return None
    verb = at + 1
    while verb < len(tokens) and tokens[verb].low in _SKIPPED:
        verb += 1
    if verb + 1 >= len(tokens) or not _agrees(tokens, at, tokens[verb].low):
        return None
    return verb if _takes(tokens, verb + 1) else None


def _may_act(low: str) -> bool:
    if low in _KNOWN or not low.isalpha():
        return False
    base = singular(low)
    return (
        len(base) > 2
        and base not in _KNOWN
        and not (low == base and is_verb(low))
        and not base.endswith(_NO_ENDINGS)
    )


def _agrees(tokens: Sequence[Token], at: int, verb: str) -> bool:
    low = tokens[at].low
    base = verb_of(verb)
    if base not in AGENTIVE:
        return False
    if singular(low) != low:
        return verb == base
    has_article = any(
        each.low in {"the", "a", "an", "each", "every", "our", "my", "their", "her", "his"}
        for each in tokens[max(0, at - 2) : at]
    )
    return has_article and verb != base and verb.endswith("s")


def _leads_clause(tokens: Sequence[Token], at: int) -> bool:
    """Say whether what ends at a token begins its clause: nothing but its own words before it."""
    for place in range(at - 1, max(-1, at - SUBJECT_WORDS - 1), -1):
        low = tokens[place].low
        if low in _BEGINS:
            return True
        if low in DETERMINERS:
            return place == 0 or tokens[place - 1].low in _BEGINS or not tokens[place - 1].is_word
        if low in FUNCTION or not tokens[place].is_word or is_verb(low):
            return False
    return at <= SUBJECT_WORDS


def _takes(tokens: Sequence[Token], at: int) -> bool:
    """Say whether what a verb acts on begins at a token: a thing, a number, a question."""
    low = tokens[at].low
    if low in _TAKEN or low[0].isdigit():
        return True
    if low in {"what", "which", "who", "whether", "when", "how", "up", "in", "out", "off", "on"}:
        return at + 1 < len(tokens) and tokens[at + 1].is_word
    return tokens[at].is_word and low not in _NOT_TAKEN and not is_verb(low)
