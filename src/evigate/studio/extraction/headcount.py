"""Numbers that stand apart from what they count: in brackets, behind a body, or before "of us".

"Berth holders (612)", "a lab of seven", "volunteers, seventy of them".
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from evigate.language.numbers import Quantity, QuantityKind, quantities
from evigate.language.plurals import singular
from evigate.studio.extraction.counting import Count
from evigate.studio.extraction.lexicon import FUNCTION
from evigate.studio.extraction.reading import Reading
from evigate.studio.extraction.words import person_of

_REACH = 60
_ABOUT = r"(?:about|around|roughly|approx\.?|ca\.?|some|currently|now|up\s+to|over|nearly|almost)"
# "Berth holders (612)", "line workers (about 110)", "employees of the mill (480, …".
_BRACKET = re.compile(
    rf"(?P<noun>[a-z][a-z-]+)(?P<of>\s+(?:of|in|at)\s+(?:the\s+|our\s+)?[a-z-]+)?\s+\((?:(?P<bound>{_ABOUT})\s+)?$"
)
_CLOSED = re.compile(r"\s*[),]")
# "A lab of seven that …", "our crew of 14".
_BODY = re.compile(
    r"\b(?:an?|our|the|my)\s+(?:[\w-]+\s+)?(?P<body>jury|team|crew|panel|board|committee|band|choir|group|family|club|squad|fleet|lab|laboratory|practice|office|firm|shop|studio|company|department|household|workshop|practice|ensemble|cooperative|flock|herd)\s+of\s+(?:only\s+|about\s+|some\s+|around\s+)?$"
)
_ENDED = re.compile(r"\s*(?:[.,;:!?)\n]|$|(?:that|who|which|with|and|in|at|on|plus|we|from|but)\b)")
# "Volunteers, seventy of them", "the six of us".
_OF_THEM = re.compile(r"\s+of\s+(?P<whom>them|us)\b")
_BEFORE_THEM = re.compile(rf"(?:,\s*|\bthe\s+|\ball\s+|\bare\s+|\(|\s[-–]\s)(?:{_ABOUT}\s+)?$")
_NOUN = re.compile(r"[a-z][a-z-]{3,}")
_YEARS = (1900, 2100)


def counts_apart(reading: Reading, found: Sequence[Count]) -> Iterator[Count]:
    """Yield the counts whose noun does not follow the number; none that is found already."""
    taken = [(each.start, each.end) for each in found]
    for quantity in quantities(reading.shadow):
        is_number = quantity.kind is QuantityKind.NUMBER and not quantity.unit
        if not is_number or not reading.is_read(quantity.start):
            continue
        if any(start < quantity.end and quantity.start < end for start, end in taken):
            continue
        count = (
            _bracketed(reading.shadow, quantity)
            or _of_body(reading.shadow, quantity)
            or _of_them(reading.shadow, quantity, taken)
        )
        if count is not None:
            yield count


def _number(quantity: Quantity) -> int:
    return int(Decimal(quantity.value))


def _bracketed(shadow: str, quantity: Quantity) -> Count | None:
    match = _BRACKET.search(shadow, max(0, quantity.start - _REACH), quantity.start)
    if match is None or not _CLOSED.match(shadow, quantity.end):
        return None
    noun, number = match["noun"], _number(quantity)
    is_plural = singular(noun) != noun or noun in {"staff", "people"}
    is_year = _YEARS[0] < number < _YEARS[1] and "," not in quantity.text
    if not is_plural or is_year or number < 2 or noun in FUNCTION:
        return None
    return Count(
        number, noun, singular(noun), "", match["bound"] or "", match.start(), quantity.end, False
    )


def _of_body(shadow: str, quantity: Quantity) -> Count | None:
    match = _BODY.search(shadow, max(0, quantity.start - _REACH), quantity.start)
    if match is None or not _ENDED.match(shadow, quantity.end) or _number(quantity) < 2:
        return None
    body = match["body"]
    return Count(_number(quantity), "people", body, "", "", match.start(), quantity.end, False)


def _of_them(shadow: str, quantity: Quantity, taken: Sequence[tuple[int, int]]) -> Count | None:
    match = _OF_THEM.match(shadow, quantity.end)
    begin = max(0, quantity.start - _REACH)
    if match is None or not _BEFORE_THEM.search(shadow, begin, quantity.start):
        return None
    # "Twelve boats, two of them broken" counts a part.
    if _number(quantity) < 2 or any(begin <= start < quantity.start for start, _ in taken):
        return None
    words = [each[0] for each in _NOUN.finditer(shadow, begin, quantity.start)]
    nouns = [each for each in words if singular(each) != each or person_of(each)]
    of = "people" if match["whom"] == "us" else (nouns or words or [""])[-1]
    if not of:
        return None
    return Count(_number(quantity), of, singular(of), "", "", quantity.start, match.end(), False)
