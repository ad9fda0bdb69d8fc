"""What a single word can be: a verb in some form, a person, a thing; and numbers in words."""

import re
from functools import lru_cache

from evigate.language.plurals import singular
from evigate.studio.extraction.lexicon import (
    FUNCTION,
    GENERIC,
    NOT_PERSONS,
    PERSONS,
    VERBS,
)

_IRREGULAR_VERBS = {
    "bought": "buy",
    "sold": "sell",
    "sent": "send",
    "kept": "keep",
    "wrote": "write",
    "writes": "write",
    "paid": "pay",
    "went": "go",
    "lost": "lose",
    "made": "make",
    "took": "take",
    "gave": "give",
    "got": "get",
    "says": "say",
    "costs": "cost",
    "cost": "cost",
    "goes": "go",
    "lose": "lose",
    "loses": "lose",
    "has": "have",
    "does": "do",
    "run": "run",
    "ran": "run",
    "wants": "want",
    "want": "want",
    "need": "need",
    "needs": "need",
    "forget": "forget",
    "miss": "miss",
    "come": "come",
    "comes": "come",
    "see": "see",
    "saw": "see",
    "speak": "speak",
    "waste": "waste",
    "spend": "spend",
    "approves": "approve",
}
# "Fisherman", "gatekeeper", "deckhand": what somebody is called by what they are or do.
_BY_ENDING = re.compile(
    r"[a-z]{3,}(?:man|woman|keeper|worker|master|smith|hand(?<=(?:deck|farm|mill)hand)|hand(?<=stagehand))"
)
_NO_PERSONS = frozenset({"human", "german", "roman", "norman", "ottoman", "talisman", "caiman"})
PERSON_ENDINGS = ("er", "or", "ist", "ian", "ant", "ent", "ee", "eer")


@lru_cache(maxsize=20_000)
def verb_of(word: str) -> str | None:
    """Return the base form of a verb that is known, in whatever form it stands; else None."""
    if word in VERBS:
        return word
    if word in _IRREGULAR_VERBS:
        return _IRREGULAR_VERBS[word]
    for ending, restored in (
        ("ies", "y"),
        ("es", ""),
        ("es", "e"),
        ("s", ""),
        ("ied", "y"),
        ("ed", ""),
        ("ed", "e"),
        ("ing", ""),
        ("ing", "e"),
    ):
        if word.endswith(ending):
            base = word[: -len(ending)] + restored
            if base in VERBS:
                return base
            if len(base) > 3 and base[-1] == base[-2] and base[:-1] in VERBS:
                return base[:-1]
    return None


def is_verb(word: str) -> bool:
    """Say whether a word is a known verb in some form."""
    return verb_of(word) is not None


def is_base_verb(word: str) -> bool:
    """Say whether a word is a known verb in its base form."""
    return word in VERBS or _IRREGULAR_VERBS.get(word) == word


@lru_cache(maxsize=20_000)
def person_of(word: str) -> str | None:
    """Return the singular of a word for a person that is known, else None."""
    base = singular(word)
    if base in PERSONS:
        return base
    if base == "person":
        return "person"
    if _BY_ENDING.fullmatch(base) and base not in _NO_PERSONS:
        return base
    # "co-worker", "driver-owner": the last part decides.
    tail = base.rpartition("-")[2]
    return base if tail != base and tail in PERSONS else None


def may_be_person(word: str) -> bool:
    """Say whether a plural looks like people by its ending ("borrowers", "climbers")."""
    base = singular(word)
    return (
        word != base
        and "-" not in base
        and base.endswith(PERSON_ENDINGS)
        and not base.endswith("ment")
        and len(base) > 5
        and base not in NOT_PERSONS
        and base not in GENERIC
    )


def is_thing(word: str) -> bool:
    """Say whether a word may name a thing of the domain."""
    base = singular(word)
    return (
        base.isalpha()
        and len(base) > 2
        and base not in FUNCTION
        and base not in GENERIC
        and not base.endswith("ly")
    )
