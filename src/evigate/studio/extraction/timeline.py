"""When a project is to be there: the one time of a text that is most surely its date.

A time that tells of a habit ("cancel within 5 days"), of the past or of what is measured is none.
"""

import re
from collections.abc import Iterator
from typing import Any

from evigate.language.deadlines import Deadline, deadlines
from evigate.studio.extraction.models import Found
from evigate.studio.extraction.reading import Reading
from evigate.studio.fields import TIMELINE

_HABIT = re.compile(
    r"\b(?:reply|respond|answer|alert|cancel|refund|remind|notif|deliver(?:ed)?\s+to|pick(?:ed)?\s+up|book|pay|expire|each|every|per)\w*\b"
)
_PLANS = re.compile(
    r"\b(?:live|launch|ready|need|deadline|start|finish|done|complete|deliver|go|ship|by|version|mvp|release|first\s+(?:test|run|show|game|session|event|day)|pilot\w*|trial|timeline|want|must|replaced?|fix|running(?!\s+out)|roll\s*out|open|project|prototype|acceptance|award|require[sd]?|use|using|used)\w*\b"
)
_GOAL = re.compile(r"\s*(?:(?:the|our)\s+)?(?:goal|target|aim|objective|success|kpi)s?\b")
# "Delivered within six weeks after contract award."
_AWARDED = re.compile(
    r"\s*(?:after|from|of)\s+(?:the\s+)?(?:contract|award|order|signature|signing|approval|kick)"
)
# "Orders placed by Friday" tells of a habit.
_PLACED = re.compile(r"\b\w+s\s+(?:placed|made|sent|received|handed\s+in|entered|booked)\s+$")
_WANTED = re.compile(
    r"\b(?:(?:want|need|like|expect)\s+(?:it|this|that)\s+(?:live\s+|ready\s+)?"
    r"|(?:want|like|plan|hope|intend|have)\s+to\s+(?:start|begin|try|test|use|launch|pilot|go\s+live|switch)\s+(?:(?:it|this|out|over|with|using)\s+){0,3})$"
)
# "I'd like a first run next Thursday".
_FIRST = re.compile(r"\b(?:first|trial|test|dry)\s+(?:run|version|test|try|round|demo)\s+$")
# "By Friday" alone dates what is planned, "usable by Friday" says so itself.
_BY_DAY = re.compile(r"(?:by|before|until|in)\b")
_AT_ONCE = re.compile(r"right\s+away|immediately|yesterday")
_BEGINS = re.compile(
    r"\b(?:launch|pilot|start|begin|go|live|open|roll|release|try|trial|test|use)\w*\b"
)


def timeline_claims(reading: Reading) -> Iterator[Found]:
    """Yield the time by which it is to be there: the surest of the text, the first of equals."""
    best: tuple[float, Deadline] | None = None
    for each in deadlines(reading.shadow):
        if not reading.is_read(each.start):
            continue
        sure = _deadline_sureness(reading, each)
        if sure and (best is None or sure > best[0]):
            best = (sure, each)
    if best is None:
        return
    sure, each = best
    quote = reading.text[each.start : each.end]
    value: dict[str, Any] = {"text": quote}
    if each.date:
        value["date"] = each.date
    if each.count:
        value["within"] = {"count": each.count, "unit": each.unit}
    yield Found(TIMELINE, value, "fact", sure, quote, each.start, each.end, "deadline")


def _deadline_sureness(reading: Reading, each: Deadline) -> float:
    clause = reading.clause_at(each.start)
    around = reading.shadow[max(clause.start, each.start - 60) : each.start]
    behind = reading.shadow[each.end : each.end + 24]
    if each.shape == "aim" and _AWARDED.match(behind):
        return 0.9
    if re.match(r"\s*(?:before|prior|after|in\s+advance|notice|old|ago|rule)", behind):
        return 0.0
    if each.shape == "aim":
        return 0.9
    if each.shape == "event":
        return 0.65
    if each.shape in {"near", "ahead"}:
        return _near_sureness(reading.shadow, each, around)
    if each.shape == "bare" and (_WANTED.search(around) or _FIRST.search(around)):
        return 0.75
    # "Goal: waste down by half within a year" says how much, and not when it is to be there.
    if each.shape == "within" and _GOAL.match(reading.shadow, clause.sentence_start):
        return 0.0
    if _stands_alone(reading.shadow, each):
        return 0.7
    if each.unit == "day" and _HABIT.search(around):
        return 0.0
    if each.shape == "by":
        return 0.0 if _HABIT.search(around) and not each.date else 0.8
    if each.shape == "soon" and not _AT_ONCE.match(each.text):
        return 0.7
    is_planned = _PLANS.search(around) is not None
    # "The nurse dictates it right away" tells of work; "we need it right away" of a date.
    if each.shape == "soon":
        return 0.7 if is_planned or not around.strip() else 0.0
    if each.shape == "within":
        return 0.75 if is_planned and not _HABIT.search(around) else 0.0
    if each.text.startswith("after"):
        is_planned = _BEGINS.search(around) is not None
    is_past = re.search(r"\b(?:since|last|was|were|had|audit|founded|opened|started)\b", around)
    return (
        0.7
        if (is_planned and not is_past and re.match(r"(?:from|as|start|on|in|after)", each.text))
        else 0.0
    )


def _near_sureness(shadow: str, each: Deadline, around: str) -> float:
    """Return how surely a day so near, or an occasion to come, dates what is planned."""
    beside = f"{around} {shadow[each.end : each.end + 40]}"
    is_due = _PLANS.search(beside) or not _BY_DAY.match(each.text)
    is_habit = _HABIT.search(beside) or _PLACED.search(around)
    return 0.8 if is_due and not is_habit else 0.0


def _stands_alone(shadow: str, each: Deadline) -> bool:
    """Say whether a time is all that stands between two marks ("500 bucks, next month")."""
    before = shadow[: each.start].rstrip(" \t")[-1:]
    after = shadow[each.end :].lstrip(" \t")[:1]
    is_wished = re.match(
        r"\s+(?:would\s+be|is\s+(?:fine|ok|the\s+latest)|at\s+the\s+latest)", shadow[each.end :]
    )
    ends = after in {"", ",", ";", "\n", ".", "!"} or is_wished is not None
    return before in {"", ",", ";", "\n", "."} and ends
