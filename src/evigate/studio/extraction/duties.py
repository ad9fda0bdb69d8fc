"""Who does what, where several people are told apart: the rows of a matrix of roles.

"Members reserve a tool, the warden marks returns": what each does is what each may do, until
somebody says otherwise; so it is an inference, and less sure than what is said of rights outright.
One person's work alone tells nothing of roles.
"""

from collections.abc import Iterator, Sequence

from evigate.studio.extraction.announced import DOES
from evigate.studio.extraction.models import Found, Job
from evigate.studio.extraction.people import Person
from evigate.studio.extraction.reading import Reading
from evigate.studio.fields import ROLES_AND_ACCESS

SURE = 0.6
# Whoever is only spoken of in general has no role.
_NOBODY = frozenset({"person", "user", "team", "someone", "family", "child", "kid"})


def duty_claims(
    reading: Reading, people: Sequence[Person], jobs: Sequence[Job], told: Sequence[Found]
) -> Iterator[Found]:
    """
    Yield what each role does, in order of place, where several people are told apart.

    Args:
        reading: the text.
        people: who is mentioned.
        jobs: the work that is asked for.
        told: what is said of rights outright; what overlaps it is not said again.
    """
    rows: list[tuple[Person, Job]] = []
    for job in jobs:
        actor = _actor(reading, people, job)
        if actor is not None and job.verb != "need" and not any(actor == each for each, _ in rows):
            rows.append((actor, job))
    is_apart = len({actor.name for actor, _ in rows}) > 1
    others = {each.name for each in people} - _NOBODY
    for actor, job in rows:
        # One who acts beside others who are only named: "the vet may look at it" says what is theirs.
        if not is_apart and not (len(others) > 1 and job.confidence > DOES):
            continue
        start, end = actor.start, job.end
        if actor.name in _NOBODY or any(each.start < end and start < each.end for each in told):
            continue
        quote = reading.text[start:end]
        value = " ".join(quote.split())
        yield Found(ROLES_AND_ACCESS, value, "inference", SURE, quote, start, end, "duty")


def _actor(reading: Reading, people: Sequence[Person], job: Job) -> Person | None:
    """Return who is said to do the work: the nearest before it in its sentence who acts."""
    sentence = reading.clause_at(job.start).sentence_start
    before = [each for each in people if sentence <= each.start < job.start and each.acts]
    return before[-1] if before and before[-1].end <= job.start else None
