"""How many there are of something: a count keeps its number and its noun ("five predefined users").

A number that is a rate, a bound or a share says so in what it counts; dates, money and ordinals
count nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from evigate.language.numbers import Quantity, QuantityKind, quantities
from evigate.language.plurals import singular
from evigate.studio.extraction.lexicon import (
    ADVERBS,
    CONJUNCTIONS,
    FUNCTION,
    MODALS,
    PREPOSITIONS,
    PRODUCTS,
    word_set,
)
from evigate.studio.extraction.reading import Reading, Token
from evigate.studio.extraction.words import is_base_verb, is_verb, person_of

COUNTS_MAX = 60
_TIME_UNITS = frozenset({"s", "ms", "min", "h", "d", "wk", "mo", "yr"})
_NOT_COUNTED = FUNCTION | word_set(
    """
    am pm oclock st nd rd th x version phase percent per day days week weeks month months year
    years hour hours minute minutes second seconds hrs mins euro euros dollars dollar pounds k
    eur usd gbp chf max maximum tops total of time times way next after grand bucks quid million years-old
    """
)
_SPANS = frozenset(
    f"{unit}{end}" for unit in ("day", "week", "month", "year", "hour") for end in ("", "s")
)
_BOUND = re.compile(
    r"(?:up\s+to|at\s+most|max(?:imum|\.)?(?:\s+of)?|no\s+more\s+than|not\s+more\s+than|at\s+least|min(?:imum|\.)?(?:\s+of)?|more\s+than|over"
    r"|about|around|roughly|approx(?:imately|\.)?|ca\.?|some|nearly|almost|fewer\s+than|less\s+than|under)\s*[≈~]?\s*$"
)
_LIMIT = re.compile(
    r"(?:up\s+to|at\s+most|max(?:imum|\.)?(?:\s+of)?|(?:no|not)\s+more\s+than|at\s+least|min(?:imum|\.)?(?:\s+of)?"
    r"|(?:more|less|fewer|longer|shorter|later)\s+than|over|under|above|below|within|every)\s*$"
)
_PER_UNIT = re.compile(
    r"\s*(?:/|\s(?:an?|per|each|every)\s)\s*(?P<unit>yr|year|month|week|day|hour|mo|wk)\b"
)
_PER_NAMES = {"yr": "year", "mo": "month", "wk": "week"}
_LONG_UNITS = frozenset({"wk", "mo", "yr"})
_SHORT_UNITS = frozenset({"s", "ms", "min", "h"})
_PER_STRICT = re.compile(
    r"\s*(?:/\s*|(?:a|an|per|each|every)\s+)(?P<unit>day|week|month|year|hour|minute|second|event|night|quarter|season)(?!\w)"
)
_PER_ADVERB = re.compile(r"\s*(?P<adverb>daily|weekly|monthly|yearly|annually|hourly)(?!\w)")
_ADVERB_UNITS = {
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "yearly": "year",
    "annually": "year",
    "hourly": "hour",
}
_GROWTH = re.compile(
    r"\s*(?:by\s+)?(?:next\s+year|later(?!\s+than)|in\s+(?:the\s+)?(?:\w+\s+)?(?:years?|months?|future)|after\s+(?:a|one|two|the\s+first)\s+\w+|soon|within\s+(?:a|one|two|\w+)\s+(?:years?|months?)|(?:by\s+)?20\d\d)"
)
_GROWN = re.compile(
    r"\b(?:later|eventually|then|afterwards)(?:\s+on)?,?\s+(?:maybe|perhaps|up\s+to|about|some)?\s*$"
)
# "Scope 1, 2 and 3 emissions", "phase 2": a number that names one of several counts nothing.
_LABELS = re.compile(
    r"\b(?:scope|phase|version|level|step|stage|class|grade|type|tier|part|chapter|section|article|room"
    r"|wcag|iso|ios|android|windows|python|tls|page|zone|line|number|no\.|nr\.?|option|release|sprint|act|group)s?\s+(?:\d+\s*(?:,|and|or|to|&|-|–)\s*)*$"
)
# "A third examiner" is one more and no share; "a jury of seven scores each" counts the jury.
_ORDINALS = frozenset({"third", "a third", "half", "a half", "quarter", "a quarter", "fifth"})
_BODY = re.compile(
    r"\b(?P<body>jury|team|crew|panel|board|committee|staff|band|choir|group|family|club|squad|fleet)s?\s+of\s+(?:\w+\s+(?:to|or)\s+)?$"
)
# "Thirty-odd members", "500+ users".
_ODD = re.compile(r"(?:\+|-?\s?(?:odd|something|some|plus)(?=\s)|-?ish\b)")
_OF_WHOM = re.compile(r"\bof\s+(?:whom|which|these|them)\s+(?:only\s+|about\s+|some\s+)?$")


@dataclass(frozen=True, slots=True)
class Count:
    """A number of things: `per` a unit of time or nothing; `of` is the noun as it was written.

    A measure that is a limit ("at most 2 hours") counts no thing: its `head` is empty.
    """

    count: int | float
    of: str
    head: str
    per: str
    bound: str
    start: int
    end: int
    is_growth: bool


def counts(reading: Reading) -> list[Count]:
    """Return the counted things, in order; money, shares and dates are none.

    A span of time or a length is one where it is a limit ("max 25 days/yr", "within 50 km").
    """
    found: list[Count] = []
    for quantity in quantities(reading.shadow):
        if not reading.is_read(quantity.start):
            continue
        if may := _may(reading, quantity):
            found.extend(_of_these(reading, *may, found))
        if quantity.kind is not QuantityKind.NUMBER:
            continue
        if quantity.unit in _TIME_UNITS or (quantity.unit and quantity.unit not in {"m"}):
            if limit := _limit(reading.shadow, quantity):
                found.append(limit)
            continue
        count = _count(reading, quantity.start, quantity.end, quantity.value, found)
        if count is not None and not _is_article(reading.shadow, quantity.start, quantity.text):
            found.append(count)
    return found[:COUNTS_MAX]


def _count(
    reading: Reading, start: int, end: int, written: str, before: Sequence[Count]
) -> Count | None:
    shadow = reading.shadow
    sentence_end = next(last for first, last in reading.sentences if first <= start < last)
    odd = _ODD.match(shadow, end)
    tokens = reading.tokens(odd.end() if odd else end, min(sentence_end, end + 60))
    number = Decimal(written)
    amount: int | float = int(number) if number == number.to_integral_value() else float(number)
    bound = _bound(shadow, start)
    preceding = shadow[max(0, start - 2) : start]
    if preceding.endswith(("$", "€", "£", "/", "%", "#", "q", ":")) or shadow[end : end + 1] in {
        "%",
        "€",
        "$",
        "£",
    }:
        return None
    if counted := _of_these(reading, start, end, number, before):
        return counted[0]
    is_share = shadow[start:end] in _ORDINALS and not shadow[end:].startswith(" of ")
    if is_share or not amount or _LABELS.search(shadow, max(0, start - 40), start):
        return None
    grown = _GROWTH.match(shadow, end)
    if before and start - before[-1].end < 40 and _GROWN.search(shadow, before[-1].end, start):
        return Count(amount, before[-1].of, before[-1].head, "", bound, start, end, True)
    if grown and before and start - before[-1].end < 25:
        last = before[-1]
        return Count(amount, last.of, last.head, "", bound, start, grown.end(), True)
    body = _BODY.search(shadow, max(0, start - 24), start)
    if body and tokens and _acts_here(tokens[0]):
        return Count(amount, body["body"], body["body"], "", bound, body.start(), end, False)
    taken = _counted(tokens)
    if not taken:
        return None
    if (
        body
        and len(taken) == 1
        and is_base_verb(taken[0].low)
        and body[0].startswith(body["body"] + "s")
    ):
        return None  # "teams of two to six answer": so many in each, and none of them counted
    noun_end = taken[-1].end
    head = singular(taken[-1].low.removesuffix("'s"))
    if head in PRODUCTS and len(taken) == 1 and amount == 1:
        return None
    per = _PER_STRICT.match(shadow, noun_end) or _PER_ADVERB.match(shadow, noun_end)
    unit = ""
    if per:
        groups = per.groupdict()
        unit = groups.get("unit") or _ADVERB_UNITS[groups["adverb"]]
    of = shadow[taken[0].start : noun_end]
    after = per.end() if per else noun_end
    is_growth = _GROWTH.match(shadow, after) is not None
    begin = (
        start - len(bound) - 1
        if bound and shadow[start - len(bound) - 1 : start].startswith(bound)
        else start
    )
    return Count(amount, of, head, unit, bound, begin, after, is_growth)


def _acts_here(token: Token) -> bool:
    """Say whether the word behind a number is rather a verb ("a crew of nine loses hours")."""
    return token.low.endswith("s") and is_verb(token.low) and not person_of(token.low)


def _may(reading: Reading, quantity: Quantity) -> tuple[int, int, Decimal] | None:
    """Return the number of a date that is none: "18 may drive the engine"."""
    words = reading.text[quantity.start : quantity.end]
    number = words.removesuffix(" may")
    if quantity.kind is not QuantityKind.DATE or number == words or not number.isdigit():
        return None
    following = reading.tokens(quantity.end, min(len(reading.shadow), quantity.end + 40))[:1]
    if not following or not (
        is_verb(following[0].low) or following[0].low in {"be", "not", "only"}
    ):
        return None
    return quantity.start, quantity.start + len(number), Decimal(number)


def _of_these(
    reading: Reading, start: int, end: int, number: Decimal, before: Sequence[Count]
) -> list[Count]:
    """Return a number of what was counted just before ("62 people, of whom 18"), if it is one."""
    if not before or not _OF_WHOM.search(reading.shadow, max(0, start - 20), start):
        return []
    last = before[-1]
    return [Count(int(number), last.of, last.head, "", "", start, end, False)]


def _limit(shadow: str, quantity: Quantity) -> Count | None:
    """Return a measure that is a limit; a span of weeks or more is one only in every so long."""
    if quantity.text.endswith(("pound", "pounds")):
        return None
    bound = _LIMIT.search(shadow, max(0, quantity.start - 22), quantity.start)
    per = _PER_UNIT.match(shadow, quantity.end)
    if bound is None or (quantity.unit in _LONG_UNITS and per is None):
        return None
    # "within 24 hours" limits an answer; "within 10 days" dates a delivery.
    is_dated = quantity.unit in _TIME_UNITS - _SHORT_UNITS and bound[0].startswith("within")
    if is_dated and per is None:
        return None
    number = Decimal(quantity.value)
    amount: int | float = int(number) if number == number.to_integral_value() else float(number)
    of = quantity.text.lstrip("0123456789., -").split()[-1]
    end = per.end() if per else quantity.end
    unit = _PER_NAMES.get(per["unit"], per["unit"]) if per else ""
    return Count(amount, of, "", unit, bound[0].strip(), bound.start(), end, False)


def _counted(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens of the noun that a number counts, adjectives before it included."""
    taken: list[Token] = []
    for token in tokens[:5]:
        low = token.low
        if taken and low in _SPANS:  # "2 working days" is a span of time
            return []
        if (
            not token.is_word
            or low in _NOT_COUNTED
            or (taken and (low in MODALS or low in ADVERBS))
        ):
            break
        if taken and is_verb(low) and singular(taken[-1].low) != taken[-1].low:
            break
        if taken and person_of(taken[-1].low) and singular(taken[-1].low) != taken[-1].low:
            break
        if taken and singular(taken[-1].low) != taken[-1].low and low not in {"orders"}:
            break
        taken.append(token)
    while taken and (taken[-1].low in CONJUNCTIONS or taken[-1].low in PREPOSITIONS):
        taken.pop()
    if taken and taken[-1].low.endswith(("ed", "ly")) and len(taken) > 1:
        taken.pop()
    return taken


def _is_article(shadow: str, start: int, text: str) -> bool:
    """Say whether "one" is no number: "one of", "another one", "pick one"."""
    if text != "one":
        return False
    return bool(
        re.match(
            r"one\s+(?:of|another|day|by|that|who|which|way|place|thing)\b",
            shadow[start : start + 16],
        )
    ) or not (start == 0 or shadow[start - 1] in " (\n,")


def _bound(shadow: str, start: int) -> str:
    match = _BOUND.search(shadow, max(0, start - 22), start)
    return match[0].strip() if match else ""
