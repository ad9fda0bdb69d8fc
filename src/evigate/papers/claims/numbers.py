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
_SPREAD = re.compile(rf"(?:±|\+/-|\+-)\s?{_DIGITS}\s?%?")
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
        None where the cell is not numeric at all, an empty list where it is a dash or alike.
    """
    cleaned = _cleaned(text)
    if is_blank(cleaned):
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


def _cleaned(text: str) -> str:
    text = text.strip()
    bare = text.strip("()[]")
    if text.startswith("(") and text.endswith(")") and NUMBER.fullmatch(bare):
        return bare
    text = _SPREAD.sub("", text)
    text = _BRACKET.sub("", text) if text[:1] not in "([" else text
    for mark in _MARKS:
        text = text.replace(mark, "")
    text = _SCALE_WORD.sub(lambda match: match[1][0].upper(), text)
    return text.strip().strip(",;")


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
