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
_UNIT = r"(?:day|week|fortnight|month|quarter|year|wk|mth|yr)s?"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
# "The first of June"; without "of" it is more often the first who may.
_WORDED = rf"(?:{ORDINAL_WORDS})\s+of\s+{_MONTH}(?:,?\s+\d{{4}})?"
_SEASON = (
    r"(?:(?:spring|summer|autumn|fall|winter|christmas|easter)"
    r"\s+(?:holidays?|break|semester|term|season|programme|program|market)|half[-\s]?term|spring|summer|autumn|fall|winter|christmas|xmas|easter|new\s+year(?:['’]s)?|thanksgiving"
    r"|black\s+friday|ramadan|halloween|advent|carnival|(?:new\s+)?school\s+year|semester|season|term|holidays?"
    r"|(?:(?:spring|summer|winter|autumn)\s+)?recess|harvest|lambing|first\s+(?:frost|snow)|back\s+to\s+school)"
)
_DATE = (
    rf"(?:{_WORDED}|\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}[./]\d{{1,2}}[./](?:\d{{4}}|\d{{2}})"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?\s+{_MONTH}(?:,?\s+\d{{4}})?"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?!\d)(?:,?\s+\d{{4}})?|{_MONTH}(?:,?\s+\d{{4}})?"
    rf"|(?:q[1-4]|h[12])(?:\s*/?\s*\d{{4}})?|20\d\d)"
)
# "Early March", "mid-May", "late summer".
_PART = r"(?:(?:early|late|mid)(?:\s+in)?[\s-]+)"
_PERIOD = (
    rf"(?:(?:the\s+)?(?:very\s+)?(?:end|middle|start|beginning|close)\s+of\s+(?:the\s+|this\s+|next\s+)?"
    rf"(?:{_DATE}|(?:(?:fiscal|financial|tax|school|academic|calendar|business|[a-z]+)\s+)?year|month|week|quarter|{_SEASON})"
    rf"|(?:calendar\s+)?week\s+\d{{1,2}}|(?:the\s+)?(?:first|second|third|fourth|last)\s+week\s+of\s+{_MONTH}"
    rf"|(?:the\s+)?(?:next|this|coming)\s+(?:week|month|quarter|year|{_SEASON}|{_MONTH})"
    rf"|year[-\s]end|(?:the\s+)?turn\s+of\s+the\s+year|(?:the\s+)?(?:first|second|third|fourth|last|final|next)\s+(?:quarter|half)(?:\s+of\s+(?:the\s+year|next\s+year|20\d\d))?"
    rf"|(?:the\s+)?{_PART}(?:{_MONTH}|{_SEASON})(?:\s+\d{{4}})?|(?:the\s+)?(?:start\s+of\s+)?(?:{_SEASON})(?:\s+\d{{4}})?"
    rf"(?:\s+(?:opens?|starts?|begins?)\s+(?:on\s+|in\s+)?{_DATE})?|{_DATE})"
)
_SPAN = (
    rf"(?:{_NUMBER}(?:\s*(?:-|–|to|or)\s*{_NUMBER})?|half\s+a|the\s+next\s+{_NUMBER})"
    rf"[\s-]+(?:\w+\s+)?{_UNIT}"
)
_DAYS = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_WEEKDAY = rf"(?:(?:next|this|coming)\s+)?{_DAYS}"
# A day so near that only its name is said: it dates what is to be ready, and nothing else.
_DAY = (
    rf"(?:{_WEEKDAY}(?!s)|tomorrow|tonight|(?:the|this|next)\s+weekend|the\s+\d{{1,2}}(?:st|nd|rd|th)"
    r"|(?:the\s+)?end\s+of\s+(?:the\s+day|business|play)|eod|eow)"
)
_READY = r"(?:ready|live|usable|working|running|done|finished|launch(?:ed)?|ship(?:ped)?|deploy(?:ed)?|deliver(?:ed)?|online|up|completed?|needed|(?:need|want)\s+(?:it|this|that|something|a\s+\w+))"
# "I'd demo it to the board on the 9th."
_SHOWN = r"(?:(?:demo|present|pitch|show|launch|need)\s+(?:it|this)|go(?:es)?\s+live)"
# Occasions that a thing is made for: their day is the day it must be there.
_EVENT = (
    r"(?:wedding|tournament|championships?|camp|conference|congress|convention|festival|fair|premiere|opening|launch|exhibition|election|vote|referendum|audit|inspection|exams?|finals|match|race|regatta|marathon"
    r"|concert|gala|hackathon|show|demo|sprint|retreat|workshop|trip|move|merger|migration|season|term|semester|school|reading|harvest|next\s+(?:one|edition|round|event|meeting|drive|sale)|council|board|jury|assembly)"
)
_ENDING = (
    r"(?:(?:contract|licen[cs]e|lease|support|funding|grant|subscription|agreement|rental|warranty)\s+(?:[\w,.]+\s+){0,5}?(?:ends?|expires?|runs\s+out|stops?|lapses)"
    r"|we\s+(?:meet(?:\s+again)?|move\s+(?:in|into|to|out|house|offices?|premises)|relocate|reopen|merge)(?:\s+\w+){0,4}?|[a-z]+\s+(?:retires|(?:is\s+)?leaving\s+us|leaves\s+us|goes\s+on\s+(?:parental\s+|maternity\s+)?leave|is\s+switched\s+off))"
)
_AIM = (
    r"(?:(?:go(?:es)?|going|be(?:\s+there)?|launch(?:ed)?|ship(?:ped)?|ready|live|start(?:ing|s)?(?:\s+of\s+(?:the\s+)?(?:term|season|year|semester))?|in\s+(?:place|use)|available|deliver(?:ed|y)?"
    r"|(?:planned|scheduled|targeted|foreseen|set)(?=\s+for\b)|roll-?out|kick-?off|start\s+date|finish(?:ed)?|done|complete[d]?|needed|need\s+it|up\s+and\s+running|running|opening|open"
    r"|deadline|due|go[-\s]live|launch\s+date|timeline|release|acceptance|completion|hand-?over|(?<!the\s)introduction|in\s+production|time\s?frame|duration|rollout|in\s+service|pencilled\s+in)\s*(?:date)?\s*(?::|is|by)?\s*)"
)
_PHRASE = re.compile(
    rf"""\b(?!(?:go(?:es|ing)?\s+)?on\s+(?:holiday|vacation)s?\b)(?:
    (?P<aim>deadline\s*:\s*[^.;:\n]{{1,50}}?,\s*{_DATE}|{_AIM}(?:on\s+|by\s+|in\s+|within\s+|before\s+|until\s+|from\s+|after\s+|for\s+|at\s+|with\s+|no\s+later\s+than\s+)?(?:the\s+)?
        (?:the\s+latest\s+)?(?:{_SPAN}(?:\s+time)?|{_PERIOD}))
    |(?P<by>(?:by|before|until|no\s+later\s+than|not\s+later\s+than|at\s+the\s+latest\s+(?:by|in)|till)
        \s+(?:(?:the|our)\s+(?:[a-z-]+\s+){{1,3}}(?:on|in)\s+(?:the\s+)?{_DATE}|(?:the\s+)?{_PERIOD}))
    |(?P<near>{_READY}\s+(?:[\w']+\s+){{0,3}}?(?:by|before|until|till|for)\s+{_DAY}|{_SHOWN}\s+(?:[\w']+\s+){{0,4}}?on\s+{_DAY}|(?:by|before|until)\s+{_DAY})
    |(?P<event>(?:{_EVENT}(?:'s|\s+(?:itself\s+)?(?:is|are|takes?\s+place|starts?|begins?|opens?|meets?|happens|falls))|{_ENDING})\s+(?:again\s+)?(?:already\s+)?(?:on\s+|in\s+|at\s+|by\s+)?(?:about\s+|around\s+)?(?:the\s+)?{_PERIOD}|(?:the|our|an|next)\s+{_EVENT}\s+in\s+{_MONTH})
    |(?P<ahead>in\s+time\s+for\s+(?:the\s+|our\s+|my\s+)?(?:(?:[\w'-]+\s+){{0,2}}?{_EVENT}|{_PERIOD})(?:\s+(?:in|on)\s+{_DATE})?|(?:before|until)\s+(?:the\s+|our\s+|my\s+)(?:next\s+|new\s+|annual\s+|first\s+|[\w-]+\s+)?{_EVENT}(?:\s+(?:opens|starts|begins))?(?!\w))
    |(?P<within>(?:with)?in\s+(?:the\s+next\s+|about\s+|around\s+|under\s+|less\s+than\s+|roughly\s+)?
        {_SPAN}(?:\s+time)?|within\s+(?:the|this)\s+(?:week|month|quarter|year|season|semester)|(?:with)?in\s+a\s+fortnight|over\s+the\s+next\s+{_SPAN}|{_NUMBER}\s+{_UNIT}\s+from\s+now
        |(?:we|i)(?:\s+have|'ve(?:\s+got)?)\s+(?:only\s+|about\s+|exactly\s+)?{_SPAN}(?!\s+(?:of|old|ago|before|in)\b)|{_SPAN}\s+deadline)
    |(?P<on>(?:on|from|in|after|as\s+of|starting)\s+(?:the\s+)?(?:{_PERIOD}))
    |(?P<bare>{_PART}{_MONTH}|(?:next|this|coming)\s+(?:week|month|quarter|year|spring|summer|autumn|winter|{_DAYS})|q[1-4](?:\s*/?\s*\d{{4}})?
        |{_PERIOD}(?=\s+(?:would\s+(?:be|suit)|at\s+the\s+latest|is\s+(?:fine|ideal|the\s+latest))))
    |(?P<soon>asap|as\s+soon\s+as\s+possible|as\s+early\s+as\s+possible|(?:the\s+)?sooner\s+(?:the|is)\s+better|right\s+away|immediately|no\s+(?:rush|hurry|deadline)
        |urgent(?:ly)?|yesterday)
    )(?!\w)""",
    re.VERBOSE | re.IGNORECASE,
)
_SPAN_PARTS = re.compile(rf"(?P<count>{_NUMBER}|half\s+a)[\s-]+(?:\w+\s+)?(?P<unit>{_UNIT})", re.I)
_WORDED_PARTS = re.compile(rf"(?P<day>{ORDINAL_WORDS})(?P<month>\s+of\s+{_MONTH})", re.I)
_DOTTED = re.compile(r"\b(\d{1,2})[./](\d{1,2})[./](\d{4})\b")
_UNITS = {"d": "day", "f": "fortnight", "w": "week", "m": "month", "q": "quarter", "y": "year"}


@dataclass(frozen=True, slots=True)
class Deadline:
    """
    A time by which, or from which.

    `shape` is "aim" (with a word for being finished), "near" (a day of this week), "event" (the day
    of an occasion), "ahead" ("in time for the fair"), "by", "within", "on", "bare" ("next month") or
    "soon". An aim is a deadline; the others may also be habits, which the caller decides by what
    stands around them. `date` is "2027-03-31", "2027-03" or "--09-01", else empty; `count` and `unit` are
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
