"""Where a text says no: negating words and the stretch of text that each one governs.

A rule, not a parse: a negating word governs what follows it up to the end of its clause (a comma,
semicolon or full stop, or "but"). That is wrong for "not only", which negates nothing and is left
out. Words negated by a prefix ("unable") are words of their own and compare as such.

Source:
    the window rule of NegEx, Chapman et al., J. Biomed. Inform. 2001.
"""

import re
from dataclasses import dataclass

from evigate.language.words import Word, words

_CUE = re.compile(
    r"\b(?:not(?!\s+(?:only|just|merely|simply))|cannot|[a-z]+n['’]t|no(?!\s*\.)|never|none|nobody|"
    r"nothing|nowhere|neither|nor|without|hardly|scarcely|rarely|seldom|lacks?|lacking|lacked|"
    r"fails?\s+to|failed\s+to|failing\s+to|rather\s+than|instead\s+of|unable\s+to|except|"
    r"no\s+longer)\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[.;:!?]|,|\b(?:but|although|though|however|whereas|while)\b", re.I)


@dataclass(frozen=True, slots=True)
class Negation:
    """A negating word with its offsets; what it governs ends at `scope_end`."""

    cue: str
    start: int
    end: int
    scope_end: int


def negations(text: str) -> tuple[Negation, ...]:
    """Return the negating words of a text in order, each with the end of its clause."""
    found = []
    for match in _CUE.finditer(text):
        stop = _CLAUSE_END.search(text, match.end())
        found.append(
            Negation(match[0], match.start(), match.end(), stop.start() if stop else len(text))
        )
    return tuple(found)


def negated_words(text: str) -> tuple[Word, ...]:
    """Return the content words that a negation governs, in order."""
    scopes = negations(text)
    return tuple(
        word
        for word in words(text)
        if word.is_content and any(one.end <= word.start < one.scope_end for one in scopes)
    )


def negated_stems(text: str) -> frozenset[str]:
    """Return the stems of `negated_words`."""
    return frozenset(word.stem for word in negated_words(text))


def contradicted_words(claim: str, evidence: str) -> tuple[Word, ...]:
    """
    Return the claim's content words that one text negates and the other affirms.

    A word is compared only when it stands in both and is not used both ways by either, so a text
    that weighs both sides contradicts nothing.

    Args:
        claim: one statement.
        evidence: the sentence it is compared with.
    """
    claimed, claimed_not = _two_ways(claim)
    known, known_not = _two_ways(evidence)
    turned = ((claimed - claimed_not) & (known_not - known)) | (
        (claimed_not - claimed) & (known - known_not)
    )
    return tuple(word for word in words(claim) if word.is_content and word.stem in turned)


def _two_ways(text: str) -> tuple[frozenset[str], frozenset[str]]:
    scopes = negations(text)
    affirmed: set[str] = set()
    denied: set[str] = set()
    for word in words(text):
        if not word.is_content or any(one.start <= word.start < one.end for one in scopes):
            continue
        governed = any(one.end <= word.start < one.scope_end for one in scopes)
        (denied if governed else affirmed).add(word.stem)
    return frozenset(affirmed), frozenset(denied)
