"""Item flaws: ten rules of item writing that a text alone can break.

Source:
    the rules are a choice from Haladyna, Downing & Rodriguez, Applied Measurement in Education
    15(3), 2002; the bounds are ours, set so that nine in ten items of OpenStax break none.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from evigate.gate.checks.models import Draft, Option, Score, measured, not_measured
from evigate.language.numbers import quantities
from evigate.language.words import STOP_WORDS, fold, words

VERSION = "1"
COST = 0.25
STEM_WORDS_MAX = 60
LONGEST_RATIO = 2.0
LONGEST_LEAD_CHARACTERS = 30
REPEATED_WORDS_MIN = 3

_NEGATIVE = re.compile(r"\b(?:not|except|never|least)\b", re.IGNORECASE)
_EMPHASISED = re.compile(r"\b(?:NOT|EXCEPT|NEVER|LEAST)\b|[*_](?:not|except|never|least)[*_]")
_ASKS_NEGATIVELY = re.compile(
    r"\b(?:which|what)\b[^.?!]*\b(?:is|are|was|were|do|does|did|would|will|has|have|can)\s+not\b"
    r"|\bexcept\b|\bleast\s+likely\b|\bwhich\b[^.?!]*\bnever\b",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"^(?:\w+\s+){0,2}(?:usually|often|sometimes|frequently|generally|occasionally|rarely|seldom)"
    r"\s*\.?$",
    re.IGNORECASE,
)
_ABSOLUTE = re.compile(
    r"\b(?:always|never|must\s+always|in\s+all\s+cases|under\s+no\s+circumstances)\b", re.IGNORECASE
)
_NONE_OF = re.compile(
    r"\b(?:none|all)\s+of\s+(?:the\s+)?(?:above|these)\b|^both\s+a\s+and\s+b$", re.I
)
_ARTICLE = re.compile(r"\b(a|an)\s*(?:_{2,}|\.{3,}|…|:)?\s*[.?:]?\s*$", re.IGNORECASE)

Rule = Callable[[str, tuple[Option, ...]], str | None]


def score_flaws(draft: Draft, params: Mapping[str, Any]) -> Score:
    """
    Score a question by the rules it breaks: 1 for none, a quarter less for each.

    A rule, not a measured judge: it finds these ten flaws and no others.

    Args:
        draft: with a question; rules about options need options.
        params: none.

    Returns:
        details: `flaws`, each with the rule's name and a sentence. Not measured without a question.
    """
    question = draft.reading.question
    if question is None:
        return not_measured("the draft asks no question")
    flaws = [
        {"rule": name, "message": message}
        for name, rule in RULES.items()
        if (message := rule(question, draft.reading.options))
    ]
    return measured(max(0.0, 1.0 - COST * len(flaws)), {"flaws": flaws})


def _longest_is_key(question: str, options: tuple[Option, ...]) -> str | None:
    key = next((one for one in options if one.is_key), None)
    others = [len(one.text) for one in options if not one.is_key]
    if key is None or not others:
        return None
    longest = max(others)
    stands_out = len(key.text) > LONGEST_RATIO * longest
    if stands_out and len(key.text) - longest > LONGEST_LEAD_CHARACTERS:
        return "the key is by far the longest option"
    return None


def _grammatical_cue(question: str, options: tuple[Option, ...]) -> str | None:
    found = _ARTICLE.search(question)
    if found is None or not options or "a(n)" in question.lower():
        return None
    wants_vowel = found[1].lower() == "an"
    fits = [one for one in options if (fold(one.text)[:1] in "aeiou") == wants_vowel]
    if fits and len(fits) < len(options) and all(one.is_key for one in fits):
        return f"only the key fits the article {found[1]!r} at the end of the stem"
    return None


def _negative_stem(question: str, options: tuple[Option, ...]) -> str | None:
    if _ASKS_NEGATIVELY.search(question) and not _EMPHASISED.search(question):
        return "the stem asks for what is not so without emphasis on the word"
    return None


def _vague_option(question: str, options: tuple[Option, ...]) -> str | None:
    if any(_VAGUE.search(one.text) for one in options):
        return "an option is a vague quantity, such as often or usually"
    return None


def _double_negative(question: str, options: tuple[Option, ...]) -> str | None:
    asks = _ASKS_NEGATIVELY.search(question)
    if asks and any(_NEGATIVE.search(one.text) for one in options):
        return "the stem is negated and so is an option"
    return None


def _absolute_option(question: str, options: tuple[Option, ...]) -> str | None:
    absolute = [one for one in options if _ABSOLUTE.search(one.text)]
    if absolute and len(absolute) < len(options) and not any(one.is_key for one in absolute):
        return "only wrong options say always, never or the like"
    return None


def _number_order(question: str, options: tuple[Option, ...]) -> str | None:
    values = []
    for one in options:
        found = quantities(one.text)
        # "12 pairs" is a number to be ordered, "type 2 diabetes in 1990" is not.
        if len(found) != 1 or len(words(one.text)) > 2 or "-" in found[0].value[1:]:
            return None
        values.append(float(found[0].value.replace("--", "")))
    if len(values) >= 3 and values not in (sorted(values), sorted(values, reverse=True)):
        return "the options are numbers and not in order"
    return None


def _long_stem(question: str, options: tuple[Option, ...]) -> str | None:
    count = len(words(question))
    return f"the stem has {count} words" if count > STEM_WORDS_MAX else None


def _repeated_words(question: str, options: tuple[Option, ...]) -> str | None:
    """Find the words that every option begins with and that belong into the stem."""
    parts = [[fold(word.text) for word in words(one.text)] for one in options]
    if len(parts) < 3:
        return None
    shared = 0
    for column in zip(*parts, strict=False):
        if len(set(column)) > 1:
            break
        shared += 1
    if shared >= REPEATED_WORDS_MIN and any(word not in STOP_WORDS for word in parts[0][:shared]):
        return f"every option begins with {' '.join(parts[0][:shared])!r}"
    return None


def _none_of_the_above(question: str, options: tuple[Option, ...]) -> str | None:
    if any(_NONE_OF.search(one.text) for one in options):
        return "an option is all or none of the above"
    return None


RULES: Mapping[str, Rule] = {
    "longest_is_key": _longest_is_key,
    "grammatical_cue": _grammatical_cue,
    "negative_stem": _negative_stem,
    "vague_option": _vague_option,
    "double_negative": _double_negative,
    "absolute_option": _absolute_option,
    "number_order": _number_order,
    "long_stem": _long_stem,
    "repeated_words": _repeated_words,
    "none_of_the_above": _none_of_the_above,
}
