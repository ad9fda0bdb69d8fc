"""What a text lists: a noun with its list, or a run of states ("To Do, In Progress, Done")."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from evigate.language.plurals import singular
from evigate.studio.extraction.kinds import (
    FROM_TO,
    LIST,
    MARKS,
    SPLIT_STEPS,
    TOLD,
    is_list,
    tells_states,
)
from evigate.studio.extraction.models import Found
from evigate.studio.extraction.reading import Reading, trimmed
from evigate.studio.extraction.refusals import Refusal
from evigate.studio.fields import ENUMERATIONS

_LIST = r"(?P<items>[^().;:\n]{2,40}(?:(?:,|\s*/|\s*->|\s*→)\s*[^().;:,\n]{1,40})+(?:,?\s+(?:and|or)\s+[^().;:,\n]{1,40})?)"
_PARENTHESISED = re.compile(
    rf"(?P<of>[\w'’-]+(?:\s+[\w'’-]+){{0,2}})\s*\((?:e\.?g\.?,?\s+|i\.?e\.?,?\s+|such\s+as\s+|like\s+|either\s+)?{_LIST}\)"
)
_INTRODUCED = re.compile(
    rf"(?P<of>(?:status(?:es)?|states?|stages?|columns?|roles?|types?|categories|kinds?|levels?|priorit(?:y|ies)|sizes?|options?|phases?|plans?|fields?|steps?|sections?|modules?|languages?|tiers?|modes?|themes?|formats?|grades?|ranks?)(?:\s+of\s+(?:an?\s+|the\s+|each\s+)?\w+|\s+\w+)?)"
    rf"\s*(?::|\bare\b|\blike\b|such\s+as|including|namely|–|-)\s*{_LIST}"
)
_SUCH_AS = re.compile(
    rf"(?P<of>[\w-]+(?:\s+[\w-]+)?),?\s+(?:such\s+as|like|including|e\.g\.)\s+(?P<items>{LIST})"
)
_ARROWS = re.compile(r"(?P<items>[\w ]{2,30}(?:\s*(?:->|→|=>|>)\s*[\w ]{2,30}){2,})")
_STATES = re.compile(
    r"(?P<of>(?:\b(?:an?|the|each|every)\s+)?\b(?!(?:it|they|we|this|that|there|which|who)\b)[\w-]+)\s+(?:is|are|can\s+be|may\s+be|is\s+either|will\s+be)\s+(?:either\s+)?"
    r"(?P<items>[\w-]+(?:\s\w+)?(?:,\s*[\w-]+(?:\s\w+){0,2})*,?\s+or\s+(?:(?:being|in|on|out\s+of|not)\s+)?[\w-]+)"
)
_CHOSEN = re.compile(
    r"(?P<items>[a-z][\w-]+(?:,\s*[a-z][\w-]+)+,?\s+or\s+[a-z][\w-]+)(?=\s+(?P<of>(?!(?:of|in|at|on|to|by|for|with|from|and|or|when|if)\b)[a-z][\w-]+))"
)
# "Belts: white, yellow, green": a heading of one or two words with its short names, to the end.
_HEADED = re.compile(
    r"(?:^|(?<=[.!?\n]\s)|(?<=\n))(?P<of>(?!(?:requirements?|features?|needs?|goals?|constraints?|limits?|systems?|integrations?|details|questions?|tasks?|notes?|existing|users?|roles?|deadlines?)\b)[a-z-]+(?:\s[a-z-]+)?(?<!s)s)"
    r"\s*:\s*(?P<items>[a-z][\w-]*(?:\s[\w-]+)?(?:,\s*(?:(?:and|or)\s+)?[a-z][\w-]*(?:\s[\w-]+)?){2,}(?:,?\s+(?:and|or)\s+[a-z][\w-]*(?:\s[\w-]+)?)?)(?=\s*(?:[.\n;]|$))",
    re.MULTILINE,
)
_SLASHED = re.compile(r"(?<![\w/:.])(?P<items>[a-z][\w-]+(?:/[a-z][\w-]+){1,5})(?![\w/])")
_CONSIST = re.compile(r"(?P<of>roles?|users?)\s*:\s*(?P<items>[\w -]+(?:,\s*[\w -]+)+)")
_CAPITALS = r"[A-Z]\w+(?:\s[A-Z]\w+)?(?:,\s*[A-Z]\w+(?:\s[A-Z]\w+)?)+(?:,?\s*(?:and|or)\s+[A-Z]\w+(?:\s[A-Z]\w+)?)?"
_NAMED_STATES = re.compile(
    rf"(?P<of>\b(?:status(?:es)?|states?|stages?|columns?|phases?|priorities|levels?))\s*:?\s+(?P<items>{_CAPITALS})"
)
_CAPITAL_STATES = re.compile(rf"(?P<of>\b[\w-]+)\s+(?:is|are)\s+(?P<items>{_CAPITALS})")
# "Tickets move through New, Triaged and Closed": names written large need no word for states.
_PASSED = re.compile(
    rf"(?P<of>\b[\w-]+)\s+(?:moves?|goes?|go|pass(?:es)?|runs?|flows?|progress(?:es)?|transitions?)\s+(?:through|from|between)\s+(?P<items>{_CAPITALS})"
)
# "A parcel has the states registered, in transit and delivered": whose they are stands before.
_OWN_STATES = re.compile(
    rf"(?P<of>\b[\w-]+)\s+(?:has|have|goes\s+through|go\s+through|passes\s+through|is\s+in\s+one\s+of|moves\s+through)"
    rf"\s+(?:one\s+of\s+)?(?:the\s+)?(?:following\s+)?(?:states|statuses|stages)\s*:?\s+{_LIST}"
)
_SHADOWED = (
    _OWN_STATES,
    _PARENTHESISED,
    _SUCH_AS,
    _INTRODUCED,
    _CONSIST,
    _STATES,
    _CHOSEN,
    _HEADED,
    _ARROWS,
    *TOLD,
    _SLASHED,
)
_MARKS = {**MARKS, _PARENTHESISED: ("(",), _ARROWS: (">", "→"), _SLASHED: ("/",)}
_STATE_HEADS = frozenset(
    {"status", "statuses", "state", "states", "stage", "stages", "column", "columns"}
)
_STATE_WORDS = frozenset(
    {"to do", "todo", "doing", "done", "new", "open", "closed", "in progress", "in review", "blocked",
     "backlog", "draft", "submitted", "pending", "approved", "rejected", "refused", "declined",
     "cancelled", "canceled", "failed", "delivered", "shipped", "completed", "archived", "paused",
     "active", "waiting", "ready", "fixed", "resolved", "removed", "paid", "overdue"}
)  # fmt: skip
# "Small, medium or large bags": words that grade what follows them.
_GRADES = frozenset(
    {"low", "medium", "normal", "high", "urgent", "small", "large", "big", "easy", "moderate", "hard",
     "difficult", "red", "yellow", "green", "blue", "amber", "orange", "black", "white", "gold",
     "silver", "bronze", "daily", "weekly", "monthly", "yearly", "public", "private", "internal",
     "external", "junior", "senior", "hot", "cold", "full", "half", "short", "long", "light", "dark"}
)  # fmt: skip
_TELLS = re.compile(r"\b(?:is|are|was|does|has|have)\b", re.IGNORECASE)
_LEAD = re.compile(r"(?:(?:across|under|with|in|of|the|a|an|by|for|to|into|has|have|and|or)\s+)+")
_SPLIT = re.compile(r"\s*(?:,\s*(?:and|or)\s+|,|\s->\s?|->|→|=>|\s>\s|/|\s+(?:and|or)\s+)\s*")


def enumeration_claims(reading: Reading, refused: Sequence[Refusal]) -> Iterator[Found]:
    """Yield the lists of states, kinds or roles that the text gives in full."""
    seen: list[tuple[int, int]] = []
    for pattern, text in _enumerating(reading):
        for match in pattern.finditer(text):
            start, end = match.span("items")
            if not reading.is_read(start) or any(a < end and start < b for a, b in seen):
                continue
            if any(each.start <= start < each.end for each in refused):
                continue
            values = _values(pattern, reading.text[start:end])
            if not _is_enumerated(pattern, match.groupdict().get("of") or "", values):
                continue
            seen.append((start, end))
            yield _listed(reading, pattern, match, values)


def _values(pattern: re.Pattern[str], items: str) -> list[str]:
    split = SPLIT_STEPS if pattern is FROM_TO else _SPLIT
    values = [each.strip(" .\"'“”‘’") for each in split.split(items)]
    return [each.removeprefix("or ").removeprefix("and ") for each in values if each]


def _is_enumerated(pattern: re.Pattern[str], of: str, values: Sequence[str]) -> bool:
    """Say whether what a pattern found are values, and no sentence with commas."""
    if len(values) < 2 or any(len(each.split()) > 5 or _TELLS.search(each) for each in values):
        return False
    if pattern is _SLASHED:
        return all(each.isalpha() and len(each) > 2 for each in values)
    if pattern is _CHOSEN:
        return len(_GRADES.intersection(values)) > 1
    return pattern not in TOLD or is_list(pattern, of, values)


def _listed(
    reading: Reading, pattern: re.Pattern[str], match: re.Match[str], values: list[str]
) -> Found:
    start, last = match.start("items"), match.end()
    of = match.groupdict().get("of") or ""
    lead = _LEAD.match(of)
    begin = match.start("of") + (lead.end() if lead else 0) if of else start
    if pattern is _CHOSEN:  # what it is of comes behind
        begin, last = start, match.end("of")
    begin, last = trimmed(reading.text, begin, last)
    named = of if pattern is _CHOSEN else reading.text[begin : match.end("of")] if of else ""
    if pattern is _OWN_STATES:
        named = f"{singular(named.strip().casefold())} states"
    value = {"of": named.strip(), "values": values}
    return Found(ENUMERATIONS, value, "fact", 0.85, reading.text[begin:last], begin, last, "list")


@lru_cache(maxsize=8)
def state_places(reading: Reading) -> tuple[tuple[int, int], ...]:
    """Return where the states of something are listed: "In Progress" names no feature."""
    found = []
    for pattern, text in _enumerating(reading):
        for match in pattern.finditer(text):
            of = (match.groupdict().get("of") or "").casefold().split()
            values = {each.strip(" .\"'").casefold() for each in _SPLIT.split(match["items"])}
            is_named = pattern in {_OWN_STATES, _PASSED} or bool(set(of) & _STATE_HEADS)
            if pattern in TOLD:
                is_named = tells_states(pattern) and is_list(pattern, " ".join(of), [*values])
            if is_named or len(values & _STATE_WORDS) > 1:
                found.append(match.span("items"))
    return tuple(found)


def _enumerating(reading: Reading) -> Iterator[tuple[re.Pattern[str], str]]:
    """Yield each pattern of a list with the text to hold it against; two need to see capitals."""
    for pattern in _SHADOWED:
        # A list in brackets needs a bracket: looking for its first words is dear.
        if any(mark in reading.shadow for mark in _MARKS.get(pattern, ("",))):
            yield pattern, reading.shadow
    for pattern in (_NAMED_STATES, _CAPITAL_STATES, _PASSED):
        yield pattern, reading.text[: len(reading.shadow)]
