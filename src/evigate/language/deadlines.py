"""When something is to be done, as people say it: "in three months", "by Easter", "Q2", "31.12.2026".

A phrase is kept as it was written beside what can be read off it without knowing the day it was
written on: a date, or a span from now. What depends on the calendar of a year ("before Easter") is
left as words.
"""

import re
from dataclasses import dataclass

from evigate.language.numbers import ORDINAL_WORDS, ORDINALS, QuantityKind, quantities

_NUMBER = (
    r"(?:\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen"
    r"|eighteen|twenty|few|couple\s+of)"
)
_UNIT = r"(?:day|week|month|quarter|year|wk|mth|yr)s?"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
# "The first of June"; without "of" it is more often the first who may.
_WORDED = rf"(?:{ORDINAL_WORDS})\s+of\s+{_MONTH}(?:,?\s+\d{{4}})?"
_SEASON = (
    r"(?:(?:spring|summer|autumn|fall|winter|christmas|easter)"
    r"\s+(?:holidays?|break|semester|term|season|programme|program|market)|half[-\s]?term|spring|summer|autumn|fall|winter|christmas|xmas|easter|new\s+year(?:['’]s)?|thanksgiving"
    r"|black\s+friday|ramadan|halloween|school\s+year|semester|season|term|holidays?)"
)
_DATE = (
    rf"(?:{_WORDED}|\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}[./]\d{{1,2}}[./](?:\d{{4}}|\d{{2}})"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?\s+{_MONTH}(?:,?\s+\d{{4}})?"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?!\d)(?:,?\s+\d{{4}})?|{_MONTH}(?:,?\s+\d{{4}})?"
    rf"|(?:q[1-4]|h[12])(?:\s*/?\s*\d{{4}})?|20\d\d)"
)
_PERIOD = (
    rf"(?:(?:the\s+)?(?:very\s+)?(?:end|middle|start|beginning|close)\s+of\s+(?:the\s+|this\s+|next\s+)?"
    rf"(?:{_DATE}|year|month|week|quarter|{_SEASON})"
    rf"|(?:the\s+)?(?:next|this|coming)\s+(?:week|month|quarter|year|{_SEASON}|{_MONTH})"
    rf"|year[-\s]end|(?:the\s+)?(?:start\s+of\s+)?(?:{_SEASON})(?:\s+\d{{4}})?"
    rf"(?:\s+(?:opens?|starts?|begins?)\s+(?:on\s+|in\s+)?{_DATE})?|{_DATE})"
)
_SPAN = (
    rf"(?:{_NUMBER}(?:\s*(?:-|–|to|or)\s*{_NUMBER})?|half\s+a|the\s+next\s+{_NUMBER})"
    rf"[\s-]+(?:\w+\s+)?{_UNIT}"
)
_AIM = (
    r"(?:(?:go(?:es)?|going|be|launch(?:ed)?|ship(?:ped)?|ready|live|start(?:ing|s)?(?:\s+of\s+(?:the\s+)?(?:term|season|year|semester))?|in\s+(?:place|use)|available|deliver(?:ed|y)?"
    r"|(?:planned|scheduled|targeted|foreseen|set)(?=\s+for\b)|roll-?out|kick-?off|start\s+date|finish(?:ed)?|done|complete[d]?|needed|need\s+it|up\s+and\s+running|running|opening|open"
    r"|deadline|due|go[-\s]live|launch\s+date|timeline|release)\s*(?:date)?\s*(?::|is|by)?\s*)"
)
_PHRASE = re.compile(
    rf"""\b(?!(?:go(?:es|ing)?\s+)?on\s+(?:holiday|vacation)s?\b)(?:
    (?P<aim>deadline\s*:\s*[^.;:\n]{{1,50}}?,\s*{_DATE}|{_AIM}(?:on\s+|by\s+|in\s+|within\s+|before\s+|until\s+|from\s+|after\s+|for\s+|at\s+|no\s+later\s+than\s+)?(?:the\s+)?
        (?:the\s+latest\s+)?(?:{_SPAN}(?:\s+time)?|{_PERIOD}))
    |(?P<by>(?:by|before|until|no\s+later\s+than|not\s+later\s+than|at\s+the\s+latest\s+(?:by|in)|till)
        \s+(?:(?:the|our)\s+(?:[a-z-]+\s+){{1,3}}(?:on|in)\s+(?:the\s+)?{_DATE}|(?:the\s+)?{_PERIOD}))
    |(?P<within>(?:with)?in\s+(?:the\s+next\s+|about\s+|around\s+|under\s+|less\s+than\s+|roughly\s+)?
        {_SPAN}(?:\s+time)?|over\s+the\s+next\s+{_SPAN}|{_NUMBER}\s+{_UNIT}\s+from\s+now
        |we\s+have\s+{_SPAN}|{_SPAN}\s+deadline)
    |(?P<on>(?:on|from|in|after|as\s+of|starting)\s+(?:the\s+)?(?:{_PERIOD}))
    |(?P<bare>(?:next|this|coming)\s+(?:week|month|quarter|year|spring|summer|autumn|winter))
    |(?P<soon>asap|as\s+soon\s+as\s+possible|right\s+away|immediately|no\s+(?:rush|hurry|deadline)
        |urgent(?:ly)?|yesterday)
    )(?!\w)""",
    re.VERBOSE | re.IGNORECASE,
)
_SPAN_PARTS = re.compile(rf"(?P<count>{_NUMBER}|half\s+a)[\s-]+(?:\w+\s+)?(?P<unit>{_UNIT})", re.I)
_WORDED_PARTS = re.compile(rf"(?P<day>{ORDINAL_WORDS})(?P<month>\s+of\s+{_MONTH})", re.I)
_DOTTED = re.compile(r"\b(\d{1,2})[./](\d{1,2})[./](\d{4})\b")
_UNITS = {"d": "day", "w": "week", "m": "month", "q": "quarter", "y": "year"}


@dataclass(frozen=True, slots=True)
class Deadline:
    """
    A time by which, or from which.

    `shape` is "aim" (with a word for being finished), "by", "within", "on", "bare" ("next month") or
    "soon": the first two are deadlines, "within", "on" and "bare" may also be habits, which the caller decides by what stands
    around them. `date` is "2027-03-31", "2027-03" or "--09-01", else empty; `count` and `unit` are
    a span from now, else empty.
    """

    text: str
    start: int
    end: int
    shape: str
    date: str
    count: str
    unit: str


def deadlines(text: str) -> tuple[Deadline, ...]:
    """Return the phrases of time to come of a text, in order, none overlapping."""
    return tuple(_deadline(match) for match in _PHRASE.finditer(text))


def _in_figures(match: re.Match[str]) -> str:
    return f"{ORDINALS[match['day'].casefold()]}{match['month']}"


def _deadline(match: re.Match[str]) -> Deadline:
    words = match[0]
    plain = _WORDED_PARTS.sub(_in_figures, words)
    dates = [each.value for each in quantities(plain) if each.kind is QuantityKind.DATE]
    dotted = _DOTTED.search(words)
    if dotted is not None and int(dotted[2]) <= 12:
        # Day first, as most of the world writes it with full stops.
        dates = [f"{dotted[3]}-{int(dotted[2]):02d}-{int(dotted[1]):02d}"]
    span = _SPAN_PARTS.search(words) if not dates else None
    return Deadline(
        text=words,
        start=match.start(),
        end=match.end(),
        shape=str(match.lastgroup),
        date=dates[0] if dates else "",
        count=_count(span["count"]) if span else "",
        unit=_UNITS[span["unit"][0].casefold()] if span else "",
    )


def _count(written: str) -> str:
    low = written.casefold()
    if low in {"a", "an"}:
        return "1"
    if low.startswith(("few", "couple", "half")):
        return {"f": "3", "c": "2", "h": "0.5"}[low[0]]
    found = quantities(low)
    return found[0].value if found else low
