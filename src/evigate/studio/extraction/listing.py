"""What a text lists: a noun with its list, or a run of states ("To Do, In Progress, Done")."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from evigate.language.plurals import singular
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
    r"(?P<of>[\w-]+(?:\s+[\w-]+)?),?\s+(?:such\s+as|like|including|e\.g\.)\s+(?P<items>[\w' -]{2,30}(?:,\s*[\w' -]{2,30})*,?\s+(?:and|or)\s+[\w' -]{2,30})"
)
_ARROWS = re.compile(r"(?P<items>[\w ]{2,30}(?:\s*(?:->|→|=>|>)\s*[\w ]{2,30}){2,})")
_STATES = re.compile(
    r"(?P<of>(?:\b(?:an?|the|each|every)\s+)?\b(?!(?:it|they|we|this|that|there|which|who)\b)[\w-]+)\s+(?:is|are|can\s+be|may\s+be|is\s+either|will\s+be)\s+(?:either\s+)?"
    r"(?P<items>[\w-]+(?:\s\w+)?(?:,\s*[\w-]+(?:\s\w+){0,2})*,?\s+or\s+[\w-]+)"
)
_CHOSEN = re.compile(
    r"(?P<items>[a-z][\w-]+(?:,\s*[a-z][\w-]+)+,?\s+or\s+[a-z][\w-]+)(?=\s+(?P<of>[a-z][\w-]+))"
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
    _INTRODUCED,
    _CONSIST,
    _SUCH_AS,
    _STATES,
    _CHOSEN,
    _HEADED,
    _ARROWS,
    _SLASHED,
)
_MARKS = {_PARENTHESISED: ("(",), _ARROWS: (">", "→"), _SLASHED: ("/",)}
_STATE_HEADS = frozenset(
    {"status", "statuses", "state", "states", "stage", "stages", "column", "columns"}
)
_STATE_WORDS = frozenset(
    {"to do", "todo", "doing", "done", "new", "open", "closed", "in progress", "in review", "blocked",
     "backlog", "draft", "submitted", "pending", "approved", "rejected", "refused", "declined",
     "cancelled", "canceled", "failed", "delivered", "shipped", "completed", "archived", "paused",
     "active", "waiting", "ready", "fixed", "resolved", "removed", "paid", "overdue"}
)  # fmt: skip
_LEAD = re.compile(r"(?:(?:across|with|in|of|the|a|an|by|for|to|into|has|have|and|or)\s+)+")
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
            values = [each.strip(" .\"'“”") for each in _SPLIT.split(reading.text[start:end])]
            values = [each.removeprefix("or ").removeprefix("and ") for each in values if each]
            if len(values) < 2 or any(len(each.split()) > 5 for each in values):
                continue
            if pattern is _SLASHED and not all(each.isalpha() and len(each) > 2 for each in values):
                continue
            seen.append((start, end))
            of = match.groupdict().get("of") or ""
            lead = _LEAD.match(of)
            begin = match.start("of") + (lead.end() if lead else 0) if of else start
            last = match.end()
            begin, last = trimmed(reading.text, begin, last)
            named = reading.text[begin : match.end("of")].strip() if of else ""
            if pattern is _OWN_STATES:
                named = f"{singular(named.casefold())} states"
            value = {"of": named, "values": values}
            yield Found(
                ENUMERATIONS, value, "fact", 0.85, reading.text[begin:last], begin, last, "list"
            )


@lru_cache(maxsize=8)
def state_places(reading: Reading) -> tuple[tuple[int, int], ...]:
    """Return where the states of something are listed: "In Progress" names no feature."""
    found = []
    for pattern, text in _enumerating(reading):
        for match in pattern.finditer(text):
            of = (match.groupdict().get("of") or "").casefold().split()
            values = {each.strip(" .\"'").casefold() for each in _SPLIT.split(match["items"])}
            is_named = pattern in {_OWN_STATES, _PASSED} or bool(set(of) & _STATE_HEADS)
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
