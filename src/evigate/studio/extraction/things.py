"""The things a text is about: what work acts on, what is counted and what comes back; rules, features."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from evigate.language.plurals import singular
from evigate.studio.extraction.counting import Count
from evigate.studio.extraction.lexicon import (
    ENTITIES,
    GENERIC,
    MODALS,
    NOMINALS,
    PRODUCTS,
)
from evigate.studio.extraction.lexicon import (
    FEATURES as FEATURE_WORDS,
)
from evigate.studio.extraction.listing import state_places
from evigate.studio.extraction.models import Found, Job
from evigate.studio.extraction.people import Person
from evigate.studio.extraction.reading import Reading, Token
from evigate.studio.extraction.refusals import Refusal
from evigate.studio.extraction.words import is_base_verb, is_thing, is_verb, person_of
from evigate.studio.fields import (
    CORE_ENTITIES,
    FEATURES,
    RULES,
)

ENTITIES_MAX = 25
# Words for software too, which are things where work acts on them ("list a tool").
_HANDLED = frozenset({"tool", "product", "service", "program", "package", "game"})
_PASSIVE = re.compile(
    r"(?<!\w)(?:is|are|can\s+be|should\s+be|must\s+be|will\s+be|gets?|may\s+be|has\s+to\s+be)\s+(?:\w+ly\s+|automatically\s+|also\s+|then\s+|always\s+|never\s+)?(?P<verb>(?!(?:right|bright|light|tight|slight|straight|old|cold|bold|wild|mild|own|brown|down|open|often|even|green|golden|wooden|about|without|present|urgent|different|important|current|recent|absent|silent|patient|efficient|convenient|independent|permanent|frequent|relevant|convinced|interested|need|indeed)\b)[\w-]+(?:ed|wn|nt|pt|en|ut|ght|ld))\b"
)
_MADE = re.compile(r"\b[a-z]{3,}ings\b")


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
