"""An answer to a question that was asked: what it says of that field, and of others.

The question tells what a bare "20k" or "twelve" means. An answer in other words than expected is
kept whole; one that speaks of something else is no answer (`strays`).
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from evigate.language.deadlines import deadlines
from evigate.language.money import amounts
from evigate.language.numbers import QuantityKind, quantities
from evigate.language.words import folded_words
from evigate.studio import fields
from evigate.studio.extraction import Found
from evigate.studio.extraction.rates import rate
from evigate.studio.session.conflicts import shown
from evigate.studio.session.strays import is_firm, is_stray

DONT_KNOW = "I don't know"
LATER = "Decide later"
BOTH = "Both, with a condition"
RIGHT = "Yes, that is right"
WRONG = "No, something is wrong"
ESCAPES = (DONT_KNOW, LATER)
NONE = "none"
YES, NO = "Yes", "No"

_NONE = re.compile(
    r"\s*(?:no\s*,\s*)?(?:no(?:ne|thing|pe)?|none\s+of\s+(?:these|them)|nothing(?:\s+(?:comes\s+to\s+mind|special|of\s+(?:that|the)\s+(?:kind|sort)|like\s+that|sensitive|at\s+all|sensitive\s+at\s+all))?|not\s+really|no\s+deadline|nobody(?:\s+else)?|n/?a)\s*[.!]*\s*",
    re.I,
)
_CORRECTION = re.compile(
    r"\s*(?:no\s*,|no\s*[-–—]|actually\b|i\s+meant\b|correction\b|sorry\s*,|wait\s*,|rather\b)",
    re.I,
)
_LIST_SPLIT = re.compile(r"\s*(?:[,;\n]|\s+(?:and|&)\s+|^\s*[-*•]\s*)\s*", re.M)
_OF_THEM = re.compile(r"\b(?P<count>\d{1,6})\s+(?:of\s+(?:them|us)|in\s+(?:all|total))\b")
_LEVELS = {"not at all": "novice", "they manage": "intermediate", "very": "expert"}
_LONG = 400
# How sure an answer to just this question is: of what was taken from 138 invented answers of nine
# kinds over a dozen trades, 105 of 108 were meant so (tests/conformance/elicitation/ORIGIN.md).
ANSWERED = 0.95
SAID_OUTRIGHT = 0.95
GUESSED = 0.6
PART_WORDS = 8
NEAR_WORDS = 8
# Lists whose parts are described rather than named.
_DESCRIBED = frozenset(
    {fields.JOBS, fields.EXISTING_SYSTEMS, fields.SENSITIVE_DATA, fields.CORE_ENTITIES,
     fields.OUT_OF_SCOPE, fields.ROLES_AND_ACCESS, fields.INTEGRATIONS}
)  # fmt: skip
# Fields whose answer is a short list of names rather than a sentence.
_NAMES = frozenset(
    {fields.SECONDARY_USERS, fields.CORE_ENTITIES, fields.EXISTING_SYSTEMS, fields.INTEGRATIONS,
     fields.TECHNICAL_CONSTRAINTS, fields.JOBS, fields.OUT_OF_SCOPE, fields.SENSITIVE_DATA}
)  # fmt: skip


def is_correction(text: str) -> bool:
    """Say whether a message takes something back ("No, …", "Actually …")."""
    return _CORRECTION.match(text) is not None


def answer_claims(
    key: str,
    text: str,
    found: Sequence[Found],
    choices: Sequence[str] = (),
    *,
    is_meant: bool = False,
    about: str = "",
) -> list[Found]:
    """
    Return what an answer says of the field that was asked, in order of place.

    Args:
        key: the field that was asked.
        text: the answer.
        found: what the extractor read from the same text.
        choices: what the card offered.
        is_meant: the words are surely for this field, so something always comes of them.
        about: the thing that a bare share is of.
    """
    chosen = _chosen(key, text, choices)
    if chosen:
        return chosen
    if _NONE.fullmatch(text):
        denied = NO if YES in choices else NONE
        return [_whole(key, text, denied, "decision", SAID_OUTRIGHT)]
    read = _typed(key, text, about)
    if read:
        return read
    own = [each for each in found if each.field_path == key]
    # What was only guessed of a whole description is no sign that the answer is about this.
    is_read = any(each.confidence > GUESSED for each in own)
    if own and (is_meant or is_read or not _strays(key, text, found)):
        # It answers a question about just this, so it is surer than a remark in passing.
        sure = [replace(each, confidence=max(each.confidence, ANSWERED)) for each in own]
        return [*sure, *_beside(key, text, found)]
    if not is_meant and _strays(key, text, found):
        return []
    near = _near_choice(key, text, choices)
    if near:
        return near
    if key in _NAMES and len(text) <= _LONG:
        return _names(key, text)
    return [_whole(key, text, None, "fact", ANSWERED)]


def as_measures(found: Sequence[Found]) -> list[Found]:
    """Return what an answer about success says, its refusals ("no failed audit") as measures."""
    refused = {
        (each.start, each.end): each
        for each in found
        if each.rule == "refusal" and each.field_path == fields.DEALBREAKERS
    }
    kept = [
        each for each in found if each.rule != "refusal" or (each.start, each.end) not in refused
    ]
    told = [each for each in kept if each.field_path == fields.MEASURES]
    made = [
        replace(each, field_path=fields.MEASURES, value=each.quote)
        for each in refused.values()
        if not any(one.start <= each.start and each.end <= one.end for one in told)
    ]
    return [*kept, *made]


def numbered(key: str, text: str, own: Sequence[Found]) -> list[Found]:
    """Return how many the people are that an answer names ("the coaches, about 40 of them")."""
    match = _OF_THEM.search(text)
    if key not in {fields.PRIMARY_USER, fields.SECONDARY_USERS} or match is None or not own:
        return []
    value = {"count": int(match["count"]), "of": shown(own[0].value), "text": match[0]}
    return [
        Found(fields.EXPECTED_SCALE, value, "fact", ANSWERED, match[0], *match.span(), "answer")
    ]


def _strays(key: str, text: str, found: Sequence[Found]) -> bool:
    return is_stray(key, text, [each for each in found if each.field_path != key])


def corrected(text: str, found: Sequence[Found]) -> list[Found]:
    """Return the budget or the date that someone takes back for another, if no rule read it."""
    said = {each.field_path for each in found}
    if said & {fields.BUDGET, fields.TIMELINE}:
        return []
    return _typed(fields.TIMELINE, text)


def _beside(key: str, text: str, found: Sequence[Found]) -> list[Found]:
    """Return the parts of a list that the rules did not know, beside those that they did."""
    if key not in _DESCRIBED or len(text) > _LONG:
        return []
    told = [(each.start, each.end) for each in found if each.field_path == key or is_firm(each)]
    return [
        each
        for each in _names(key, text)
        if len(each.quote.split()) <= PART_WORDS
        and not any(start < each.end and each.start < end for start, end in told)
    ]


def _near_choice(key: str, text: str, choices: Sequence[str]) -> list[Found]:
    """Return the one choice whose words an answer holds, if it is one and the answer is short."""
    words = set(folded_words(text))
    if not choices or len(words) > NEAR_WORDS:
        return []
    held = [each for each in choices if set(folded_words(each)) <= words]
    if len(held) != 1:
        return []
    return [_whole(key, text, _value_of(key, held[0]), "decision", ANSWERED)]


def _chosen(key: str, text: str, choices: Sequence[str]) -> list[Found]:
    """Return the choices that an answer names, if it names nothing else."""
    known = {each.casefold(): each for each in choices if each not in ESCAPES}
    parts = [text.strip()] if text.strip().casefold() in known else _lines(text)
    if not parts or any(part.casefold() not in known for part in parts):
        return []
    claims = []
    at = 0
    for part in parts:
        start = text.index(part, at)
        at = start + len(part)
        label = known[part.casefold()]
        value = label if YES in choices else _value_of(key, label)
        claims.append(Found(key, value, "decision", 1.0, part, start, at, "choice"))
    return claims


def _value_of(key: str, choice: str) -> str:
    if _NONE.fullmatch(choice) or (
        choice.casefold() == "not at all" and key == fields.CURRENT_SOLUTION
    ):
        return NONE
    if key == fields.TECHNICAL_LEVEL:
        return _LEVELS.get(choice.casefold(), choice)
    return choice


def _typed(key: str, text: str, about: str = "") -> list[Found]:
    """Read a bare amount, date, number or share as what was asked for."""
    if about:
        shares = [each for each in quantities(text) if each.kind is QuantityKind.PERCENT]
        if len(shares) == 1:
            told = rate(shares[0].value, about, text.strip())
            return [_whole(key, text, told, "fact", ANSWERED)]
    if key == fields.BUDGET:
        for amount in amounts(text, is_asked=True)[:1]:
            number = (
                int(amount.amount) if amount.amount == int(amount.amount) else float(amount.amount)
            )
            value = {"amount": number, "currency": amount.currency or None, "text": amount.text}
            return [
                Found(key, value, "fact", ANSWERED, amount.text, amount.start, amount.end, "answer")
            ]
    if key == fields.TIMELINE:
        dated = sorted(deadlines(text), key=lambda each: not (each.date or each.count))
        for when in dated[:1]:
            said: dict[str, object] = {"text": when.text}
            if when.date:
                said["date"] = when.date
            if when.count:
                said["within"] = {"count": when.count, "unit": when.unit}
            return [Found(key, said, "fact", ANSWERED, when.text, when.start, when.end, "answer")]
    if key == fields.EXPECTED_SCALE:
        numbers = [each for each in quantities(text) if each.kind is QuantityKind.NUMBER]
        if len(numbers) == 1 and len(text.split()) <= 3:
            one = numbers[0]
            counted = {
                "count": float(one.value) if "." in one.value else int(one.value),
                "of": "users",
                "text": text.strip(),
            }
            return [_whole(key, text, counted, "fact", ANSWERED)]
    return []


def _names(key: str, text: str) -> list[Found]:
    claims = []
    at = 0
    for part in _lines(text):
        start = text.index(part, at)
        at = start + len(part)
        claims.append(Found(key, part, "fact", ANSWERED, part, start, at, "answer"))
    return claims


def _lines(text: str) -> list[str]:
    return [part for part in (each.strip(" .\t-*•") for each in _LIST_SPLIT.split(text)) if part]


def _whole(key: str, text: str, value: object, kind: str, confidence: float) -> Found:
    quote = text.strip()
    start = text.index(quote)
    told = " ".join(quote.split()) if value is None else value
    return Found(key, told, kind, confidence, quote, start, start + len(quote), "answer")  # type: ignore[arg-type]
