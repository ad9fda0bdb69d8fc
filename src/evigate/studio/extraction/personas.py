"""Whom a text is for: who of the people it names is the main user, and who the others are.

Who acts most, and whose work is wished for first, is the main user. Where nobody is named it is
whoever is spoken of in general ("people who …"), or who asks.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from evigate.studio.extraction.lexicon import WEAK_PERSONS
from evigate.studio.extraction.models import Found, Job, Kind
from evigate.studio.extraction.people import Person
from evigate.studio.extraction.reading import Reading
from evigate.studio.extraction.telling import first_wish
from evigate.studio.fields import PRIMARY_USER, SECONDARY_USERS

SECONDARY_MAX = 12
# Whose work a text wishes for first is whom it is for; below what "lets clerks" says of them.
FIRST_WISHED = 1.5


def persona_claims(
    reading: Reading, found: Sequence[Person], done: Sequence[Job] = ()
) -> Iterator[Found]:
    """Yield the primary user, who acts most, and the others; ties go to who comes first."""
    scores: dict[str, float] = defaultdict(float)
    first: dict[str, Person] = {}
    for person in found:
        scores[person.name] += person.acts + (0.2 if person.name in scores else 0.4)
        best = first.get(person.name)
        if best is None or person.acts > best.acts:
            first[person.name] = person
    for job in done:
        sentence = reading.clause_at(job.start).sentence_start
        actors = [each for each in found if sentence <= each.start < job.start and each.acts]
        # What someone must not go beyond is a limit and no work of theirs.
        if actors and " only " not in f" {job.value} ":
            scores[actors[-1].name] += 0.5
    if (wisher := _first_wished(reading, found, done)) is not None:
        scores[wisher.name] += FIRST_WISHED
    # A name that ends another's ("manager", "product manager") is the same person.
    for name in list(scores):
        for other in list(scores):
            if other != name and other.endswith(" " + name) and name in scores:
                scores[other] += scores.pop(name)
                break
    ranked = sorted(scores, key=lambda name: (-scores[name], first[name].start))
    known = [name for name in ranked if name not in WEAK_PERSONS or scores[name] >= 1.5]
    for position, name in enumerate(known[: SECONDARY_MAX + 1]):
        person = first[name]
        confidence = 0.85 if scores[name] >= 2 else 0.7 if scores[name] >= 1 else 0.6
        if not person.is_known:
            confidence -= 0.1
        quote = reading.text[person.start : person.end]
        path = SECONDARY_USERS if position else PRIMARY_USER
        kind: Kind = "fact" if scores[name] >= 1 else "inference"
        yield Found(
            path, name, kind, round(confidence, 2), quote, person.start, person.end, "person"
        )
    if not known:
        yield from _asker(reading)


def _first_wished(reading: Reading, found: Sequence[Person], done: Sequence[Job]) -> Person | None:
    """Return who does the first work that is wished for; what is told before it is no wish."""
    wish = first_wish(reading)
    for job in sorted(done, key=lambda each: each.start):
        sentence = reading.clause_at(job.start).sentence_start
        if wish is None or sentence < wish:
            continue
        actors = [each for each in found if sentence <= each.start < job.start and each.acts]
        return actors[-1] if actors else None
    return None


def _asker(reading: Reading) -> Iterator[Found]:
    """Yield the person who asks, where nobody else is named and the text speaks of itself."""
    for pattern, name, confidence in (
        (r"\bpeople\b|\banyone\b|\beveryone\b|\banybody\b|\beverybody\b", "person", 0.5),
        (r"\b(?:me|my|i)\b", "the person asking", 0.5),
        (r"\b(?:we|us|our)\b", "the asking team", 0.45),
        (r"\byou\b", "whoever uses it", 0.4),
    ):
        for start, end in reading.sentences:
            match = re.search(pattern, reading.shadow[start:end])
            if match:
                begin, last = start + match.start(), start + match.end()
                quote = reading.text[begin:last]
                yield Found(
                    PRIMARY_USER, name, "inference", confidence, quote, begin, last, "asker"
                )
                return
