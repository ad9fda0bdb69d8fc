"""What a printed number says: its value digit for digit, its unit, and what clings to it.

A cell such as "93.5% ± 0.2", "84.8/88.9", "1,024", "38.5 (-0.4)" or "81.2†" is read into values;
the spread, the gain in brackets and the footnote mark are not values.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
NUMBER = re.compile(
    rf"(?P<approx>[≈~∼<>≥≤])?\s?(?:(?P<sign>[+\-–↑↓▲▼])\s?)?(?P<digits>{_DIGITS})"
    r"(?P<exponent>[eE][+-]?\d{1,3})?(?P<unit>\s?%)?(?P<scale>[KMBGTkmb](?![A-Za-z0-9]))?"
)
_MARKS = "*†‡∗§¶⋆♯♠♦♣♥•⋄◦⇤⇑⇓"
_SPREAD = re.compile(rf"(?:±|\+/-|\+-)\s?(?:\d+,\d+|{_DIGITS})\s?%?")
# "98,0" and "1.024,5": one or two digits after a comma are no thousands, nor is what follows 0.
_DECIMAL_COMMA = re.compile(
    r"(?<![\d.,])(?P<whole>\d{1,3}(?:\.\d{3})+|\d+)(?:,(?P<part>\d{1,2})|(?<=\b0),(?P<long>\d{3,}))"
    r"(?![\d.,])"
)
# Marks of footnotes set as raised figures, or as a raised letter beside the number.
_RAISED = re.compile(r"(?<=[\d%])(?:\s?[¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉ]+|\s[a-h])$")
_RANGE = re.compile(rf"{_DIGITS}\s?%?\s?(?:[–—-]|to)\s?{_DIGITS}\s?%?")
_SCALE_WORD = re.compile(r"\s(million|billion|thousand)s?$", re.I)
_BRACKET = re.compile(r"[(\[][^()\[\]]*[)\]]?")
_EMPTY = frozenset(
    {"-", "–", "—", "--", "---", "n/a", "na", "none", "", "/", "?", "x", "×", "✓", "✗"}
)


@dataclass(frozen=True, slots=True)
class PrintedNumber:
    """A number as printed: 93.75 with `is_percent` for "93.75%"; `scale` keeps "M" of "21M"."""

    value: Decimal
    is_percent: bool
    scale: str | None
    decimals: int
    has_sign: bool


def parse_number(text: str) -> PrintedNumber | None:
    """Read a text that is one number and nothing else but marks and brackets, or return None."""
    cleaned = _cleaned(text)
    match = NUMBER.fullmatch(cleaned)
    return _printed(match) if match else None


def parse_cell(text: str) -> list[PrintedNumber] | None:
    """Read the values of a table cell.

    Returns:
        The numbers in order: one, or several where "/" parts them; an empty part is skipped.
        None where the cell is not numeric at all, an empty list where it is a dash or alike, or a
        range, which is no one value.
    """
    cleaned = _cleaned(text)
    if is_blank(cleaned) or _RANGE.fullmatch(cleaned):
        return []
    parts = [part.strip() for part in cleaned.split("/")]
    numbers: list[PrintedNumber] = []
    for part in parts:
        match = NUMBER.fullmatch(part)
        if match:
            numbers.append(_printed(match))
        elif not is_blank(part):
            return None
    return numbers


def parts_of_cell(text: str) -> list[PrintedNumber | None]:
    """Read a cell parted by "/", keeping the place of each part; None where one is blank."""
    parts = [part.strip() for part in _cleaned(text).split("/")]
    matches = [NUMBER.fullmatch(part) for part in parts]
    return [_printed(match) if match else None for match in matches]


def is_blank(text: str) -> bool:
    """Say whether a cell's text stands for "no value"."""
    return text.strip().lower() in _EMPTY


def is_range(text: str) -> bool:
    """Say whether a cell prints a range: a result's cell, and no one value."""
    return bool(_RANGE.fullmatch(_cleaned(text)))


def _cleaned(text: str) -> str:
    text = text.strip()
    bare = text.strip("()[]")
    if text.startswith("(") and text.endswith(")") and NUMBER.fullmatch(bare):
        return bare
    text = _SPREAD.sub("", text)
    text = _BRACKET.sub("", text) if text[:1] not in "([" else text
    for mark in _MARKS:
        text = text.replace(mark, "")
    text = _RAISED.sub("", text.rstrip())
    text = _DECIMAL_COMMA.sub(_with_point, text)
    text = _SCALE_WORD.sub(lambda match: match[1][0].upper(), text)
    return text.strip().strip(",;")


def _with_point(match: re.Match[str]) -> str:
    return f"{match['whole'].replace('.', '')}.{match['part'] or match['long']}"


def _printed(match: re.Match[str]) -> PrintedNumber:
    digits = match["digits"].replace(",", "")
    sign = "-" if match["sign"] and match["sign"] in "-–" else ""
    exponent = match["exponent"] or ""
    return PrintedNumber(
        value=Decimal(f"{sign}{digits}{exponent}"),
        is_percent=bool(match["unit"]),
        scale=match["scale"],
        decimals=len(digits.partition(".")[2]),
        has_sign=bool(match["sign"]),
    )
