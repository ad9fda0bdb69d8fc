"""The things a text is about: entities, how many there are, lists of states, rules, features.

Entities are what work acts on, what is counted and what comes back; a count keeps its number and
its noun ("five predefined users"); an enumeration is a noun with its list, or a run of states.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from evigate.language.numbers import Quantity, QuantityKind, quantities
from evigate.language.plurals import singular
from evigate.studio.extraction.lexicon import (
    ADVERBS,
    CONJUNCTIONS,
    ENTITIES,
    FUNCTION,
    GENERIC,
    MODALS,
    NOMINALS,
    PREPOSITIONS,
    PRODUCTS,
    word_set,
)
from evigate.studio.extraction.lexicon import (
    FEATURES as FEATURE_WORDS,
)
from evigate.studio.extraction.models import Found, Job
from evigate.studio.extraction.people import Person
from evigate.studio.extraction.reading import Reading, Token, trimmed
from evigate.studio.extraction.refusals import Refusal
from evigate.studio.extraction.words import is_base_verb, is_thing, is_verb, person_of
from evigate.studio.fields import (
    CORE_ENTITIES,
    COUNTS,
    ENUMERATIONS,
    EXPECTED_SCALE,
    FEATURES,
    RULES,
)

ENTITIES_MAX = 25
COUNTS_MAX = 60
MENTIONS_MIN = 2
SCALE_FROM = 20
_TIME_UNITS = frozenset({"s", "ms", "min", "h", "d", "wk", "mo", "yr"})
_NOT_COUNTED = FUNCTION | word_set(
    """
    am pm oclock st nd rd th x version phase percent per day days week weeks month months year
    years hour hours minute minutes second seconds hrs mins euro euros dollars dollar pounds k
    eur usd gbp chf max maximum tops total of time times way next after grand bucks quid million years-old
    """
)
_SPANS = frozenset(
    f"{unit}{end}" for unit in ("day", "week", "month", "year", "hour") for end in ("", "s")
)
_BOUND = re.compile(
    r"(?:up\s+to|at\s+most|max(?:imum|\.)?(?:\s+of)?|no\s+more\s+than|not\s+more\s+than|at\s+least|min(?:imum|\.)?(?:\s+of)?|more\s+than|over"
    r"|about|around|roughly|approx(?:imately|\.)?|ca\.?|some|nearly|almost|fewer\s+than|less\s+than|under)\s*[≈~]?\s*$"
)
_LIMIT = re.compile(
    r"(?:up\s+to|at\s+most|max(?:imum|\.)?(?:\s+of)?|(?:no|not)\s+more\s+than|at\s+least|min(?:imum|\.)?(?:\s+of)?"
    r"|(?:more|less|fewer|longer|shorter|later)\s+than|over|under|above|below|within|every)\s*$"
)
_PER_UNIT = re.compile(
    r"\s*(?:/|\s(?:an?|per|each|every)\s)\s*(?P<unit>yr|year|month|week|day|hour|mo|wk)\b"
)
_PER_NAMES = {"yr": "year", "mo": "month", "wk": "week"}
_LONG_UNITS = frozenset({"wk", "mo", "yr"})
_SHORT_UNITS = frozenset({"s", "ms", "min", "h"})
_PER = re.compile(
    r"(?:\s+\w+){0,1}?\s*(?:/|\s+(?:a|an|per|each|every)\s+|\s+)(?P<unit>day|week|month|year|hour|minute|second|event|night|quarter|season)(?!\w)|\s+(?P<adverb>daily|weekly|monthly|yearly|annually|hourly)"
)
_PER_STRICT = re.compile(
    r"\s*(?:/\s*|(?:a|an|per|each|every)\s+)(?P<unit>day|week|month|year|hour|minute|second|event|night|quarter|season)(?!\w)"
)
_PER_ADVERB = re.compile(r"\s*(?P<adverb>daily|weekly|monthly|yearly|annually|hourly)(?!\w)")
_ADVERB_UNITS = {
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "yearly": "year",
    "annually": "year",
    "hourly": "hour",
}
_GROWTH = re.compile(
    r"\s*(?:by\s+)?(?:next\s+year|later(?!\s+than)|in\s+(?:the\s+)?(?:\w+\s+)?(?:years?|months?|future)|after\s+(?:a|one|two|the\s+first)\s+\w+|soon|within\s+(?:a|one|two|\w+)\s+(?:years?|months?)|(?:by\s+)?20\d\d)"
)
_GROWN = re.compile(
    r"\b(?:later|eventually|then|afterwards)(?:\s+on)?,?\s+(?:maybe|perhaps|up\s+to|about|some)?\s*$"
)
# Words for software too, which are things where work acts on them ("list a tool").
_HANDLED = frozenset({"tool", "product", "service", "program", "package", "game"})
_SCALED = word_set(
    """
    user customer client member patient student pupil volunteer employee worker agent
    therapist lawyer engineer donor visitor guest subscriber participant driver resident
    household tenant staff seat site salon shop store branch location warehouse hotel room
    school office building machine sensor vehicle car bike unit booking order appointment
    reservation transaction movement shipment parcel delivery delivery invoice ticket message
    event call request visit inspection question product item sku article tool record document
    page photo file property apartment flat listing class course session table plant animal
    device teacher trainer family person company supplier donation pre-order
    """
)
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
_PASSIVE = re.compile(
    r"(?<!\w)(?:is|are|can\s+be|should\s+be|must\s+be|will\s+be|gets?|may\s+be|has\s+to\s+be)\s+(?:\w+ly\s+|automatically\s+|also\s+|then\s+|always\s+|never\s+)?(?P<verb>(?!(?:right|bright|light|tight|slight|straight|old|cold|bold|wild|mild|own|brown|down|open|often|even|green|golden|wooden|about|without|present|urgent|different|important|current|recent|absent|silent|patient|efficient|convenient|independent|permanent|frequent|relevant|convinced|interested|need|indeed)\b)[\w-]+(?:ed|wn|nt|pt|en|ut|ght|ld))\b"
)
_MADE = re.compile(r"\b[a-z]{3,}ings\b")
# "Scope 1, 2 and 3 emissions", "phase 2": a number that names one of several counts nothing.
_LABELS = re.compile(
    r"\b(?:scope|phase|version|level|step|stage|class|grade|type|tier|part|chapter|section|article|room"
    r"|wcag|iso|ios|android|windows|python|tls|page|zone|line|number|no\.|nr\.?|option|release|sprint|act|group)s?\s+(?:\d+\s*(?:,|and|or|to|&|-|–)\s*)*$"
)
# "A third examiner" is one more and no share; "a jury of seven scores each" counts the jury.
_ORDINALS = frozenset({"third", "a third", "half", "a half", "quarter", "a quarter", "fifth"})
_BODY = re.compile(
    r"\b(?P<body>jury|team|crew|panel|board|committee|staff|band|choir|group|family|club|squad|fleet)s?\s+of\s+(?:\w+\s+(?:to|or)\s+)?$"
)
_OF_WHOM = re.compile(r"\bof\s+(?:whom|which|these|them)\s+(?:only\s+|about\s+|some\s+)?$")
_RULE_WORDS = re.compile(
    r"(?<!\w)(?:if|when(?:ever)?|unless|until|at\s+least|at\s+most|up\s+to|max(?:imum)?|each\s+\w+\s+(?:has|can|must)|every\s+\w+\s+(?:has|needs|must)|before|within)\s"
)


@dataclass(frozen=True, slots=True)
class Count:
    """A number of things: `per` a unit of time or nothing; `of` is the noun as it was written.

    A measure that is a limit ("at most 2 hours") counts no thing: its `head` is empty.
    """

    count: int | float
    of: str
    head: str
    per: str
    bound: str
    start: int
    end: int
    is_growth: bool


def counts(reading: Reading) -> list[Count]:
    """Return the counted things, in order; money, shares and dates are none.

    A span of time or a length is one where it is a limit ("max 25 days/yr", "within 50 km").
    """
    found: list[Count] = []
    for quantity in quantities(reading.shadow):
        if not reading.is_read(quantity.start):
            continue
        if may := _may(reading, quantity):
            found.extend(_of_these(reading, *may, found))
        if quantity.kind is not QuantityKind.NUMBER:
            continue
        if quantity.unit in _TIME_UNITS or (quantity.unit and quantity.unit not in {"m"}):
            if limit := _limit(reading.shadow, quantity):
                found.append(limit)
            continue
        count = _count(reading, quantity.start, quantity.end, quantity.value, found)
        if count is not None and not _is_article(reading.shadow, quantity.start, quantity.text):
            found.append(count)
    return found[:COUNTS_MAX]


def count_claims(reading: Reading, found: Sequence[Count]) -> Iterator[Found]:
    """Yield each count, and again as the scale to expect where it says how much is to come."""
    for count in found:
        quote = reading.text[count.start : count.end]
        value: dict[str, Any] = {"count": count.count, "of": count.of, "text": quote}
        if count.per:
            value["per"] = count.per
        if count.bound:
            value["bound"] = count.bound
        place = (quote, count.start, count.end)
        yield Found(COUNTS, value, "fact", 0.9, *place, "count")
        if count.head and (count.per or count.is_growth or _is_scale(count)):
            yield Found(EXPECTED_SCALE, value, "fact", 0.8, *place, "scale")


def entity_claims(
    reading: Reading,
    jobs: Sequence[Job],
    counted: Sequence[Count],
    people: Sequence[Person],
    refused: Sequence[Refusal],
    skipped: Sequence[tuple[int, int]],
) -> Iterator[Found]:
    """Yield the things the text is about, in order of weight; ties by place."""
    weights: Counter[str] = Counter()
    places: dict[str, tuple[int, int]] = {}
    # "Paintings" is a thing, and so is each "painting" beside it; "painting" alone is work.
    made = {singular(each) for each in _MADE.findall(reading.shadow)} - GENERIC

    def note(name: str, start: int, end: int, weight: float) -> None:
        if any(each.start <= start < each.end for each in refused):
            return
        if any(first <= start < last for first, last in skipped):
            return
        weights[name] += weight  # type: ignore[assignment]
        places.setdefault(name, (start, end))

    for start, end in reading.sentences:
        before = ""
        found = reading.tokens(start, end)
        for token, following in zip(found, [*found[1:], None], strict=True):
            is_done = before == "to" or before in MODALS or _asks(token, following)
            is_made = singular(token.low) in made
            if token.is_word and is_thing(token.low) and (is_made or not _is_idle(token.low)):
                name = singular(token.low.removesuffix("'s"))
                # "to book" is something done, and no book.
                if not (is_done and is_verb(token.low)):
                    note(name, token.start, token.end, 0.7 if name in ENTITIES else 0.34)
            before = token.low
    for job in jobs:
        tokens = reading.tokens(job.start, job.end)
        for head in job.heads:
            for token in tokens:
                if singular(token.low) == head and _may_be_entity(head):
                    note(head, token.start, token.end, 1.0)
                    break
        if job.verb in NOMINALS and tokens:
            note(NOMINALS[job.verb], tokens[0].start, tokens[0].end, 0.8)
    for count in counted:
        at = reading.shadow.find(count.head, count.start, count.end)
        if count.head and at >= 0 and (is_thing(count.head) or count.head in PRODUCTS):
            note(
                count.head,
                at,
                count.end
                if singular(reading.shadow[at : count.end]) == count.head
                else at + len(count.head),
                1.0,
            )
    for person in people:
        note(person.name, person.start, person.end, 0.7)
    ranked = sorted(weights, key=lambda name: (-weights[name], places[name][0]))
    for name in [each for each in ranked if weights[each] >= 0.65][:ENTITIES_MAX]:
        start, end = places[name]
        confidence = 0.85 if weights[name] >= 1.6 else 0.75 if weights[name] >= 1 else 0.6
        yield Found(
            CORE_ENTITIES, name, "fact", confidence, reading.text[start:end], start, end, "entity"
        )


def _asks(token: Token, following: Token | None) -> bool:
    """Say whether a verb is followed by a question ("records how many sprouted")."""
    asked = {"how", "whether", "what", "who", "when", "which"}
    return following is not None and following.low in asked and is_verb(token.low)


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


def rule_claims(reading: Reading, refused: Sequence[Refusal]) -> Iterator[Found]:
    """Yield what the text states of its things: "albums are grouped by date"."""
    for clause in reading.clauses:
        words = reading.shadow[clause.start : clause.end]
        match = _PASSIVE.search(words)
        if match is None or len(words.split()) < 4 or match.start() == 0:
            continue
        if re.match(r"(?:we|i|it|this|that|there|they|he|she|you|who|which|what)\b", words):
            continue
        if any(clause.start <= each.start < clause.end for each in refused):
            continue
        quote = reading.text[clause.start : clause.end]
        yield Found(RULES, quote, "fact", 0.75, quote, clause.start, clause.end, "passive")


def feature_claims(reading: Reading, refused: Sequence[Refusal]) -> Iterator[Found]:
    """Yield the features the text names, each at its first mention that is not refused."""
    states = state_places(reading)
    for name, pattern in FEATURE_WORDS.items():
        for match in pattern.finditer(reading.shadow):
            start, end = match.span()
            if not reading.is_read(start) or _is_refused(refused, start):
                continue
            if any(first <= start < last for first, last in states):
                continue
            yield Found(FEATURES, name, "fact", 0.7, reading.text[start:end], start, end, "feature")
            break


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


def _count(
    reading: Reading, start: int, end: int, written: str, before: Sequence[Count]
) -> Count | None:
    shadow = reading.shadow
    sentence_end = next(last for first, last in reading.sentences if first <= start < last)
    tokens = reading.tokens(end, min(sentence_end, end + 60))
    number = Decimal(written)
    amount: int | float = int(number) if number == number.to_integral_value() else float(number)
    bound = _bound(shadow, start)
    preceding = shadow[max(0, start - 2) : start]
    if preceding.endswith(("$", "€", "£", "/", "%", "#", "q", ":")) or shadow[end : end + 1] in {
        "%",
        "€",
        "$",
        "£",
    }:
        return None
    if counted := _of_these(reading, start, end, number, before):
        return counted[0]
    is_share = shadow[start:end] in _ORDINALS and not shadow[end:].startswith(" of ")
    if is_share or not amount or _LABELS.search(shadow, max(0, start - 40), start):
        return None
    grown = _GROWTH.match(shadow, end)
    if before and start - before[-1].end < 40 and _GROWN.search(shadow, before[-1].end, start):
        return Count(amount, before[-1].of, before[-1].head, "", bound, start, end, True)
    if grown and before and start - before[-1].end < 25:
        last = before[-1]
        return Count(amount, last.of, last.head, "", bound, start, grown.end(), True)
    body = _BODY.search(shadow, max(0, start - 24), start)
    if body and tokens and _acts_here(tokens[0]):
        return Count(amount, body["body"], body["body"], "", bound, body.start(), end, False)
    taken = _counted(tokens)
    if not taken:
        return None
    if (
        body
        and len(taken) == 1
        and is_base_verb(taken[0].low)
        and body[0].startswith(body["body"] + "s")
    ):
        return None  # "teams of two to six answer": so many in each, and none of them counted
    noun_end = taken[-1].end
    head = singular(taken[-1].low.removesuffix("'s"))
    if head in PRODUCTS and len(taken) == 1 and amount == 1:
        return None
    per = _PER_STRICT.match(shadow, noun_end) or _PER_ADVERB.match(shadow, noun_end)
    unit = ""
    if per:
        groups = per.groupdict()
        unit = groups.get("unit") or _ADVERB_UNITS[groups["adverb"]]
    of = shadow[taken[0].start : noun_end]
    after = per.end() if per else noun_end
    is_growth = _GROWTH.match(shadow, after) is not None
    begin = (
        start - len(bound) - 1
        if bound and shadow[start - len(bound) - 1 : start].startswith(bound)
        else start
    )
    return Count(amount, of, head, unit, bound, begin, after, is_growth)


def _acts_here(token: Token) -> bool:
    """Say whether the word behind a number is rather a verb ("a crew of nine loses hours")."""
    return token.low.endswith("s") and is_verb(token.low) and not person_of(token.low)


def _may(reading: Reading, quantity: Quantity) -> tuple[int, int, Decimal] | None:
    """Return the number of a date that is none: "18 may drive the engine"."""
    words = reading.text[quantity.start : quantity.end]
    number = words.removesuffix(" may")
    if quantity.kind is not QuantityKind.DATE or number == words or not number.isdigit():
        return None
    following = reading.tokens(quantity.end, min(len(reading.shadow), quantity.end + 40))[:1]
    if not following or not (
        is_verb(following[0].low) or following[0].low in {"be", "not", "only"}
    ):
        return None
    return quantity.start, quantity.start + len(number), Decimal(number)


def _of_these(
    reading: Reading, start: int, end: int, number: Decimal, before: Sequence[Count]
) -> list[Count]:
    """Return a number of what was counted just before ("62 people, of whom 18"), if it is one."""
    if not before or not _OF_WHOM.search(reading.shadow, max(0, start - 20), start):
        return []
    last = before[-1]
    return [Count(int(number), last.of, last.head, "", "", start, end, False)]


def _is_scale(count: Count) -> bool:
    """Say whether a count says how much is to come: people, sites, or many of a thing."""
    is_many = count.count >= SCALE_FROM and is_thing(count.head) and not count.bound
    return count.head in _SCALED or person_of(count.head) is not None or is_many


def _limit(shadow: str, quantity: Quantity) -> Count | None:
    """Return a measure that is a limit; a span of weeks or more is one only in every so long."""
    if quantity.text.endswith(("pound", "pounds")):
        return None
    bound = _LIMIT.search(shadow, max(0, quantity.start - 22), quantity.start)
    per = _PER_UNIT.match(shadow, quantity.end)
    if bound is None or (quantity.unit in _LONG_UNITS and per is None):
        return None
    # "within 24 hours" limits an answer; "within 10 days" dates a delivery.
    is_dated = quantity.unit in _TIME_UNITS - _SHORT_UNITS and bound[0].startswith("within")
    if is_dated and per is None:
        return None
    number = Decimal(quantity.value)
    amount: int | float = int(number) if number == number.to_integral_value() else float(number)
    of = quantity.text.lstrip("0123456789., -").split()[-1]
    end = per.end() if per else quantity.end
    unit = _PER_NAMES.get(per["unit"], per["unit"]) if per else ""
    return Count(amount, of, "", unit, bound[0].strip(), bound.start(), end, False)


def _counted(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens of the noun that a number counts, adjectives before it included."""
    taken: list[Token] = []
    for token in tokens[:5]:
        low = token.low
        if taken and low in _SPANS:  # "2 working days" is a span of time
            return []
        if (
            not token.is_word
            or low in _NOT_COUNTED
            or (taken and (low in MODALS or low in ADVERBS))
        ):
            break
        if taken and is_verb(low) and singular(taken[-1].low) != taken[-1].low:
            break
        if taken and person_of(taken[-1].low) and singular(taken[-1].low) != taken[-1].low:
            break
        if taken and singular(taken[-1].low) != taken[-1].low and low not in {"orders"}:
            break
        taken.append(token)
    while taken and (taken[-1].low in CONJUNCTIONS or taken[-1].low in PREPOSITIONS):
        taken.pop()
    if taken and taken[-1].low.endswith(("ed", "ly")) and len(taken) > 1:
        taken.pop()
    return taken


def _is_article(shadow: str, start: int, text: str) -> bool:
    """Say whether "one" is no number: "one of", "another one", "pick one"."""
    if text != "one":
        return False
    return bool(
        re.match(
            r"one\s+(?:of|another|day|by|that|who|which|way|place|thing)\b",
            shadow[start : start + 16],
        )
    ) or not (start == 0 or shadow[start - 1] in " (\n,")


def _bound(shadow: str, start: int) -> str:
    match = _BOUND.search(shadow, max(0, start - 22), start)
    return match[0].strip() if match else ""


def _may_be_entity(head: str) -> bool:
    return head in _HANDLED or (is_thing(head) and not _is_idle(head))


def _is_idle(low: str) -> bool:
    """Say whether a word names no thing of its own: a verb, a modifier, a person's part."""
    base = singular(low)
    if person_of(low):
        return False
    if base in ENTITIES:
        return False
    if low.endswith("ings"):
        return base in GENERIC
    if base in GENERIC or low.endswith(("ing", "ive", "ful", "ous", "able", "ible", "ant", "ally")):
        return True
    return (is_base_verb(low) or low.endswith("ed")) and base not in set(NOMINALS.values()) | {
        "record",
        "review",
        "order",
        "file",
        "class",
        "grade",
        "shift",
        "task",
        "post",
        "note",
        "message",
        "document",
        "invoice",
        "offer",
        "bill",
        "plan",
        "test",
        "question",
        "match",
        "design",
        "model",
        "claim",
        "visit",
        "event",
        "share",
        "photograph",
        "map",
        "list",
        "report",
    }


def _is_refused(refused: Sequence[Refusal], place: int) -> bool:
    return any(each.start <= place < each.end for each in refused)
