"""Numbers, percentages, amounts, dates and spelled-out numbers, in one normal form.

"1,000", "one thousand" and "1000" are the same value; "50 %" and "fifty percent" the same
percentage; "4 July 1776", "July 4, 1776" and "1776-07-04" the same day. Values are exact decimals,
so that equality means equality. Roman numerals and formulas are left alone.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache


class QuantityKind(StrEnum):
    """What a number counts as when two are compared."""

    NUMBER = "number"
    PERCENT = "percent"
    MONEY = "money"
    DATE = "date"
    ORDINAL = "ordinal"
    DECADE = "decade"


@dataclass(frozen=True, slots=True)
class Quantity:
    """
    A number as it stands in a text.

    `value` is the normal form two quantities are compared by: a plain decimal, or for a date
    "1776-07-04", "1776-07" or "--07-04". `unit` is a normalised unit or currency, or empty.
    `is_spelled` says that it was written in words.
    """

    text: str
    start: int
    end: int
    kind: QuantityKind
    value: str
    unit: str
    is_spelled: bool


# Decimal arithmetic keeps 28 digits; a longer number has no digits after the point that matter.
EXACT_DIGITS_MAX = 20

_SMALL = {
    word: number
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    word: 10 * number
    for number, word in enumerate(
        [
            "twenty",
            "thirty",
            "forty",
            "fifty",
            "sixty",
            "seventy",
            "eighty",
            "ninety",
        ],
        start=2,
    )
}
_SCALES = {
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
    "billion": 1_000_000_000,
    "trillion": 1_000_000_000_000,
}
_SHORT_SCALES = {"k": 1_000, "m": 1_000_000, "mn": 1_000_000, "bn": 1_000_000_000, "b": 10**9}
ORDINALS = {
    word: number
    for number, word in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "thirteenth",
            "fourteenth",
            "fifteenth",
            "sixteenth",
            "seventeenth",
            "eighteenth",
            "nineteenth",
            "twentieth",
        ],
        start=1,
    )
} | {"twenty-first": 21}
_FRACTIONS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "tenth": 10}
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}
_UNITS = {
    name: unit
    for unit, names in {
        "m": "m metre metres meter meters",
        "km": "km kilometre kilometres kilometer kilometers",
        "cm": "cm centimetre centimetres centimeter centimeters",
        "mm": "mm millimetre millimetres millimeter millimeters",
        "um": "µm μm micrometre micrometres micrometer micrometers microns micron",
        "nm": "nm nanometre nanometres nanometer nanometers",
        "mi": "mi mile miles",
        "ft": "ft foot feet",
        "in": "inch inches",
        "kg": "kg kilogram kilograms",
        "g": "g gram grams",
        "mg": "mg milligram milligrams",
        "lb": "lb lbs pound pounds",
        "t": "tonne tonnes ton tons",
        "l": "l litre litres liter liters",
        "ml": "ml millilitre millilitres milliliter milliliters",
        "s": "s sec second seconds",
        "ms": "ms millisecond milliseconds",
        "min": "min minute minutes",
        "h": "h hr hrs hour hours",
        "d": "day days",
        "wk": "week weeks",
        "mo": "month months",
        "yr": "yr yrs year years",
        "°C": "°c",
        "°F": "°f",
        "Hz": "hz hertz",
    }.items()
    for name in names.split()
}

_DIGITS = r"\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
_SPELLED = "|".join(sorted({*_SMALL, *_TENS, *_SCALES}, key=len, reverse=True))
ORDINAL_WORDS = "|".join(sorted(ORDINALS, key=len, reverse=True))
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_SCALE = "|".join(_SCALES)
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
_PATTERN = re.compile(
    rf"""
    (?P<iso>(?<!\d)(?P<iy>\d{{4}})-(?P<im>0[1-9]|1[0-2])-(?P<id>[0-2]\d|3[01])(?!\d))
    |(?P<dmy>\b(?P<d1>[0-3]?\d)(?:st|nd|rd|th)?(?:\s+of)?\s+(?P<m1>{_MONTH})\.?
        (?:,?\s+(?P<y1>\d{{4}}))?\b)
    |(?P<mdy>\b(?P<m2>{_MONTH})\.?\s+(?P<d2>[0-3]?\d)(?:st|nd|rd|th)?(?!\d)
        (?:,?\s+(?P<y2>\d{{4}}))?\b)
    |(?P<my>\b(?P<m3>{_MONTH})\.?,?\s+(?:of\s+)?(?P<y3>\d{{4}})\b)
    |(?P<decade>\b(?P<dec>\d{{3}}0)['’]?s\b)
    |(?P<ordinal>\b(?:\d+(?:st|nd|rd|th)|{ORDINAL_WORDS})\b)
    |(?P<fraction>\b(?:(?P<top>{_SPELLED}|a)[-\s]+)(?P<bottom>half|third|quarter|fifth|tenth)s?\b)
    |(?P<plain>(?P<money>[$€£¥]\s?)?(?<![\w.])(?P<sign>[−-](?=\d)(?<![\w)]-))?
        (?:(?P<digits>{_DIGITS})(?:[-\s]?(?P<scale>{_SCALE})\b|(?P<short>k|mn?|bn?)\b)?
          |(?P<spelled>\b(?:{_SPELLED})\b(?:[-\s]+(?:and\s+)?(?:{_SPELLED})\b)*))
        (?:\s?(?P<percent>%|percent\b|per\s+cent\b|percentage\s+points?\b)
          |[-\s]?(?P<unit>{_UNIT})(?!\w))?)
    """,
    re.VERBOSE | re.IGNORECASE,
)


# Several rules look at the same message.
@lru_cache(maxsize=64)
def quantities(text: str) -> tuple[Quantity, ...]:
    """
    Return the quantities of a text in order, none overlapping.

    A word after a number is its unit only when it is a known unit; "5 apples" is the number 5. The
    digits of a word ("H2O", "B12") are no number.
    """
    return tuple(_quantity(match) for match in _PATTERN.finditer(text))


def is_supported(quantity: Quantity, evidence: Iterable[Quantity]) -> bool:
    """
    Say whether the evidence has the same value.

    Units must agree when both are known; a percentage never supports a plain number, nor an amount
    of money a percentage. A month or a year is supported by a date within it, never the reverse,
    and an ordinal by the number ("the 3rd" by "3").
    """
    return any(_supports(quantity, other) for other in evidence)


def unsupported(claim: str, evidence: Sequence[str]) -> tuple[Quantity, ...]:
    """
    Return the claim's quantities that stand nowhere in the evidence, in order.

    A spelled-out "one", and ordinals in words, are left out: they are articles and connectives
    ("one of the first") far more often than counts.
    """
    known = [quantity for text in evidence for quantity in quantities(text)]
    return tuple(
        quantity
        for quantity in quantities(claim)
        if not _is_idle(quantity) and not is_supported(quantity, known)
    )


def _is_idle(quantity: Quantity) -> bool:
    return quantity.is_spelled and (quantity.value == "1" or quantity.kind is QuantityKind.ORDINAL)


def _supports(claim: Quantity, other: Quantity) -> bool:
    if claim.kind is QuantityKind.DATE or other.kind is QuantityKind.DATE:
        return _date_supports(claim, other)
    if claim.value != other.value:
        return False
    if claim.unit and other.unit and claim.unit != other.unit:
        return False
    kinds = {claim.kind, other.kind}
    loose = {QuantityKind.NUMBER, QuantityKind.ORDINAL, QuantityKind.DECADE}
    return len(kinds) == 1 or kinds <= loose or kinds == {QuantityKind.NUMBER, QuantityKind.MONEY}


def _date_supports(claim: Quantity, other: Quantity) -> bool:
    """Compare dates part by part; a bare number of four digits may be a year."""
    wanted, given = claim.value.split("-"), other.value.split("-")
    if claim.kind is not QuantityKind.DATE:
        return claim.kind is QuantityKind.NUMBER and claim.value in given[:1]
    if other.kind is not QuantityKind.DATE:
        return False
    if claim.value.startswith("--"):
        return other.value.endswith(claim.value[2:]) and other.value.count("-") >= 2
    return given[: len(wanted)] == wanted


def _quantity(match: re.Match[str]) -> Quantity:
    if match["plain"]:
        return _plain(match)
    if match["fraction"]:
        return _made(match, QuantityKind.NUMBER, _fraction(match), is_spelled=True)
    if match["ordinal"]:
        text = match["ordinal"].lower()
        digits = re.match(r"\d+", text)
        value = digits[0] if digits else str(ORDINALS[text])
        return _made(match, QuantityKind.ORDINAL, value, is_spelled=not digits)
    if match["decade"]:
        return _made(match, QuantityKind.DECADE, match["dec"])
    return _made(match, QuantityKind.DATE, _date(match))


def _date(match: re.Match[str]) -> str:
    if match["iso"]:
        return match["iso"]
    year = match["y1"] or match["y2"] or match["y3"]
    month = _MONTHS[(match["m1"] or match["m2"] or match["m3"]).lower()]
    day = match["d1"] or match["d2"]
    parts = [year or "-", f"{month:02d}"]
    if day:
        parts.append(f"{int(day):02d}")
    return "-".join(parts)


def _fraction(match: re.Match[str]) -> str:
    top = match["top"].lower()
    above = 1 if top == "a" else _spelled_value([top])
    return _normal(Decimal(above) / _FRACTIONS[match["bottom"].lower()])


def _plain(match: re.Match[str]) -> Quantity:
    if match["digits"]:
        value = Decimal(match["digits"].replace(",", "").replace(" ", ""))
        scale = (match["scale"] or "").lower()
        factor = _SCALES.get(scale, _SHORT_SCALES.get((match["short"] or "").lower(), 1))
        # Multiplying rounds to the digits that arithmetic keeps, so a long number is left alone.
        value = value if factor == 1 else value * factor
    else:
        parts = re.split(r"[-\s]+", match["spelled"].lower())
        value = Decimal(_spelled_value([part for part in parts if part != "and"]))
    if match["sign"]:
        value = value.copy_negate()
    kind, unit = QuantityKind.NUMBER, ""
    if match["percent"]:
        kind = QuantityKind.PERCENT
    elif match["unit"]:
        unit = _UNITS[match["unit"].lower()]
    if match["money"]:
        kind, unit = QuantityKind.MONEY, match["money"].strip()
    return _made(match, kind, _normal(value), unit=unit, is_spelled=bool(match["spelled"]))


def _spelled_value(parts: Sequence[str]) -> int:
    """Add up a number in words: below a scale things add, a scale multiplies what stands before."""
    total = current = 0
    for part in parts:
        if part in _SCALES:
            current = max(current, 1) * _SCALES[part]
            if part != "hundred":
                total, current = total + current, 0
        else:
            current += _SMALL.get(part, _TENS.get(part, 0))
    return total + current


def _normal(value: Decimal) -> str:
    text = f"{value if value.adjusted() > EXACT_DIGITS_MAX else round(value, 6):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _made(
    match: re.Match[str],
    kind: QuantityKind,
    value: str,
    *,
    unit: str = "",
    is_spelled: bool = False,
) -> Quantity:
    text = match[0].rstrip(" -")
    return Quantity(text, match.start(), match.start() + len(text), kind, value, unit, is_spelled)
