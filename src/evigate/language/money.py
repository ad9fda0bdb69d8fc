"""Amounts of money as people write them: "€15,000", "about 20k", "5 grand", "1.2m USD".

A bare number is an amount only when it has a currency or a word for one, or when the caller says
that money is what was asked for ("budget about 20k"). Values are exact decimals; of a range
("80-100k EUR") the upper end is taken.
"""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "fr.": "CHF"}
_WORDS = {
    "usd": "USD",
    "us$": "USD",
    "dollar": "USD",
    "dollars": "USD",
    "bucks": "USD",
    "eur": "EUR",
    "euro": "EUR",
    "euros": "EUR",
    "gbp": "GBP",
    "pound": "GBP",
    "pounds": "GBP",
    "quid": "GBP",
    "chf": "CHF",
    "francs": "CHF",
    "sfr": "CHF",
    "inr": "INR",
    "rupees": "INR",
    "yen": "JPY",
    "jpy": "JPY",
    "aud": "AUD",
    "cad": "CAD",
    "sek": "SEK",
    "nok": "NOK",
    "dkk": "DKK",
    "pln": "PLN",
}
_SCALES = {
    "k": 1_000,
    "grand": 1_000,
    "thousand": 1_000,
    "m": 1_000_000,
    "mn": 1_000_000,
    "mio": 1_000_000,
    "million": 1_000_000,
    "bn": 1_000_000_000,
    "billion": 1_000_000_000,
}
_CURRENCY = "|".join(sorted((re.escape(word) for word in _WORDS), key=len, reverse=True))
_SCALE = "|".join(sorted(_SCALES, key=len, reverse=True))
_NUMBER = r"\d{1,3}(?:[,.'’ ]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_AMOUNT = re.compile(
    rf"""(?<![\w.,])
    (?:(?P<sign>[$€£¥₹])\s?|(?P<before>{_CURRENCY})\s?)?
    (?:(?P<low>\d[\d,.]*)\s?(?:k\s?)?(?:-|–|to)\s?[$€£¥₹]?(?=[\d,.]+\s?(?:(?:{_SCALE})\b|[$€£¥₹]|{_CURRENCY})))?
    (?P<number>{_NUMBER})
    (?:(?P<dash>,-|,—|\.-))?
    (?:\s?(?P<scale>{_SCALE})(?![a-z]))?
    (?:\s?(?P<after>[$€£¥₹]|(?:{_CURRENCY})(?![a-z])))?
    (?!\w|[.,]\d)""",
    re.VERBOSE | re.IGNORECASE,
)
# "A hundred pounds", "two thousand", "five hundred euros": the scale says that it is a sum.
_COUNTS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "a couple of": 2, "three": 3, "a few": 3, "four": 4,
    "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
    "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "eighty": 80,
}  # fmt: skip
_WORD_SCALES = {"hundred": 100, "thousand": 1_000, "grand": 1_000, "million": 1_000_000}
_COUNT = "|".join(sorted(_COUNTS, key=len, reverse=True))
_IN_WORDS = re.compile(rf"\b(?:hundred|thousand|grand|million|{_CURRENCY})\b", re.IGNORECASE)
_WORDED = re.compile(
    rf"""(?<![\w-])(?P<count>{_COUNT})
    (?:\s+(?P<scale>hundred|thousand|grand|million)(?:\s+(?P<above>thousand))?)?
    (?:\s+(?P<after>{_CURRENCY}))?(?![\w-])""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount with its offsets; `currency` is an ISO 4217 code, empty where none is written."""

    text: str
    start: int
    end: int
    amount: Decimal
    currency: str


def amounts(text: str, *, is_asked: bool = False) -> tuple[Amount, ...]:
    """
    Return the amounts of money of a text in order.

    Args:
        text: any text.
        is_asked: numbers without a currency count too, as in an answer to "what may it cost?".
    """
    found = [_amount(match, is_asked=is_asked) for match in _AMOUNT.finditer(text)]
    if _IN_WORDS.search(text):
        found += [_worded(match, is_asked=is_asked) for match in _WORDED.finditer(text)]
    return tuple(sorted((each for each in found if each is not None), key=lambda one: one.start))


def _worded(match: re.Match[str], *, is_asked: bool) -> Amount | None:
    """Return an amount in words; one without a currency is any number unless money was asked."""
    if not match["after"] and not (match["scale"] and (is_asked or match["scale"] == "grand")):
        return None
    value = Decimal(_COUNTS[match["count"].casefold()])
    for scale in (match["scale"], match["above"]):
        value *= _WORD_SCALES[scale.casefold()] if scale else 1
    currency = _WORDS[match["after"].casefold()] if match["after"] else ""
    return Amount(match[0], match.start(), match.end(), value, currency)


def _amount(match: re.Match[str], *, is_asked: bool) -> Amount | None:
    written = (match["sign"] or match["before"] or match["after"] or "").casefold()
    scale = (match["scale"] or "").casefold()
    if not written and not is_asked and scale != "grand":
        return None
    try:
        value = Decimal(_plain(match["number"])) * _SCALES.get(scale, 1)
    except InvalidOperation:
        return None
    currency = _SIGNS.get(written) or _WORDS.get(written, "")
    return Amount(match[0], match.start(), match.end(), value, currency)


def _plain(number: str) -> str:
    """Return a written number with a point and no separators: the last short group is cents."""
    groups = re.split(r"[,.'’ ]", number)
    if len(groups) > 1 and len(groups[-1]) < 3:
        return "".join(groups[:-1]) + "." + groups[-1]
    return "".join(groups)
