"""Whether two short answers are the same: in letters, in value, or but for a slip of the pen.

Case, accents, articles, marks and blanks do not count, nor does the ending of a word. Numbers
compare as values, with their units, however they are written; a number is never misspelt.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from evigate.language.numbers import Quantity, QuantityKind, quantities
from evigate.language.words import fold, words
from evigate.learning.spelling import is_contrast, is_word, strokes, strokes_allowed

ARTICLES = frozenset({"a", "an", "the"})
# What a length, mass, volume or time is in one unit of its sort, so that 5 km is 5,000 m.
UNITS: dict[str, tuple[str, Decimal]] = {
    unit: (sort, Decimal(size))
    for sort, sizes in {
        "length": "nm 1e-9 um 1e-6 mm .001 cm .01 m 1 km 1000 in .0254 ft .3048 mi 1609.344",
        "mass": "mg 1e-6 g .001 kg 1 t 1000 lb .45359237",
        "volume": "ml .001 l 1",
        "time": "ms .001 s 1 min 60 h 3600 d 86400 wk 604800",
    }.items()
    for unit, size in re.findall(r"(\S+) (\S+)", sizes)
}


@dataclass(frozen=True, slots=True)
class Same:
    """What an answer is the same as, how surely in 0..1, and why, for the learner."""

    expected: str
    confidence: float
    reason: str


def same(answer: str, accepted: Sequence[str]) -> Same | None:
    """Return the first of the accepted answers that this one is, the surest way first; or None."""
    for way in (_exactly, _in_value, _in_form, _but_for_spelling):
        for expected in accepted:
            found = way(answer, expected)
            if found is not None:
                return found
    return None


def plain(text: str) -> tuple[str, ...]:
    """Return the folded words of a text without its articles, unless it has nothing else."""
    folded = tuple(word.folded for word in words(text))
    return tuple(word for word in folded if word not in ARTICLES) or folded


def _exactly(answer: str, expected: str) -> Same | None:
    given, wanted = plain(answer), plain(expected)
    equal = given == wanted if given or wanted else answer.strip() == expected.strip()
    # Signs and symbols are no words: "-5" and "5", "C" and "C++" are not the same.
    if not equal or _marks(answer) != _marks(expected):
        return None
    return Same(expected, 1.0, "That is right.")


def _in_value(answer: str, expected: str) -> Same | None:
    given, wanted = quantities(answer), quantities(expected)
    if len(given) != len(wanted) or not wanted:
        return None
    if not all(_equal(one, two) for one, two in zip(given, wanted, strict=True)):
        return None
    if plain(_without(answer, given)) != plain(_without(expected, wanted)):
        return None
    return Same(expected, 1.0, f"That is right: the same value as {expected!r}.")


def _in_form(answer: str, expected: str) -> Same | None:
    given = [word.stem for word in words(answer) if word.folded not in ARTICLES]
    wanted = [word.stem for word in words(expected) if word.folded not in ARTICLES]
    if not wanted or given != wanted or _marks(answer) != _marks(expected):
        return None
    return Same(expected, 0.95, f"That is right, in another form of {expected!r}.")


def _but_for_spelling(answer: str, expected: str) -> Same | None:
    given, wanted = plain(answer), plain(expected)
    if not given or not wanted:
        return None
    if len(given) != len(wanted) or _marks(answer) != _marks(expected):
        # A word written as two, or two as one, is a slip as well.
        given, wanted = ("".join(given),), ("".join(wanted),)
        if given != wanted or len(wanted[0]) < 5 or any(mark.isdigit() for mark in wanted[0]):
            return None
        return Same(expected, 0.9, f"That is right; it is written {expected!r}.")
    if not all(_slip(one, two) for one, two in zip(given, wanted, strict=True)):
        return None
    return Same(expected, 0.85, f"Taken as right but for the spelling: it is {expected!r}.")


def _slip(given: str, wanted: str) -> bool:
    if given == wanted:
        return True
    most = strokes_allowed(wanted)
    if (
        not most
        or is_word(given)
        or is_contrast(given, wanted)
        or not (given.isalpha() and wanted.isalpha())
    ):
        return False
    return strokes(given, wanted, most=most) <= most


def _marks(text: str) -> str:
    """Return the marks that change what a text names: signs, operators, primes."""
    return re.sub(
        r"[^+−<>=≤≥≠±*/^°%$€£¥#]|(?<=\w)[*/](?=\W|$)", "", re.sub(r"(?<!\w)-(?=\d)", "−", text)
    )


def _equal(one: Quantity, two: Quantity) -> bool:
    if one.kind is QuantityKind.DATE or two.kind is QuantityKind.DATE:
        return one.value == two.value
    if {one.kind, two.kind} & {QuantityKind.PERCENT, QuantityKind.MONEY} and one.kind != two.kind:
        # "40" for "40 %" is right where the blank leaves the sign to the learner.
        return bool(one.value == two.value and {one.kind, two.kind} & {QuantityKind.NUMBER})
    if one.unit in UNITS and two.unit in UNITS:
        (sort, size), (other_sort, other_size) = UNITS[one.unit], UNITS[two.unit]
        return sort == other_sort and Decimal(one.value) * size == Decimal(two.value) * other_size
    return one.value == two.value and (one.unit == two.unit or not one.unit or not two.unit)


def _without(text: str, found: Sequence[Quantity]) -> str:
    """Return what stands around the quantities; a unit that was read belongs to its quantity."""
    parts, at = [], 0
    for each in found:
        parts.append(text[at : each.start])
        at = each.end
    return fold(" ".join((*parts, text[at:])))
