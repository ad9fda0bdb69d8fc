"""Shares of something: "deposit 30 %", "a commission of 5%", "20 % discount".

The noun beside the number is what it is a share of or a share called so; a number without one says
nothing that could be compared later.
"""

import re
from collections.abc import Iterator
from typing import Any

from evigate.language.numbers import QuantityKind, quantities
from evigate.language.plurals import singular
from evigate.studio.extraction.lexicon import EMPTY_VERBS, word_set
from evigate.studio.extraction.models import Found
from evigate.studio.extraction.reading import Reading
from evigate.studio.extraction.words import is_thing
from evigate.studio.fields import COUNTS

PERCENT = "%"
# What happens to a share; what it is of comes later, or is not said.
_NO_NOUNS = EMPTY_VERBS | word_set(
    "take takes took pay pays paid charge charges by reduce increase"
)
_BEFORE = re.compile(
    r"(?P<of>[a-z][a-z-]+)\s*(?::|=|\bof\b|\bis\b|\bare\b|\bat\b|\bshould be\b|\bmust be\b|\bto\b|\bwill be\b)?"
    r"\s*(?:about|around|roughly|only|just|set at|now)?\s*$"
)
_AFTER = re.compile(r"\s*(?P<of>[a-z][a-z-]+)")


def rate_claims(reading: Reading) -> Iterator[Found]:
    """Yield each share that has a noun beside it, in order of place."""
    for quantity in quantities(reading.text):
        if quantity.kind is not QuantityKind.PERCENT or not reading.is_read(quantity.start):
            continue
        before = _BEFORE.search(reading.shadow[: quantity.start])
        after = _AFTER.match(reading.shadow, quantity.end)
        start, end = quantity.start, quantity.end
        if after and is_thing(after["of"]):
            of, end = after["of"], after.end("of")
        elif before and is_thing(before["of"]) and before["of"] not in _NO_NOUNS:
            of, start = before["of"], before.start("of")
        else:
            continue
        quote = reading.text[start:end]
        yield Found(
            COUNTS,
            rate(quantity.value, singular(of), quote),
            "fact",
            0.9,
            quote,
            start,
            end,
            "rate",
        )


def rate(value: str, of: str, text: str) -> dict[str, Any]:
    """Return a share as a value: its number, its unit, what it is of, and its words."""
    number = float(value)
    return {
        "count": int(number) if number.is_integer() else number,
        "unit": PERCENT,
        "of": of,
        "text": text,
    }
