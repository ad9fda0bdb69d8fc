"""The requirements that people stated themselves: wishes, access, rules, qualities, connections.

Pure. The words of a claim stand in its requirement as they were said.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evigate.studio import fields
from evigate.studio.extraction.words import is_verb
from evigate.studio.specification.models import Criterion, Requirement, Said, Snapshot, System
from evigate.studio.specification.roles import Limit, Role
from evigate.studio.specification.stating import (
    USUAL,
    covering,
    distinct,
    has_number,
    is_connected,
    is_elsewhere,
    is_offered,
    is_said,
    of_claim,
)
from evigate.studio.specification.things import counts_people
from evigate.studio.specification.wording import listed, lower_first, sentence, spoken

SOURCES_MAX = 6
NO_SUCH_THING = Criterion(
    "any address with the id of something that is not theirs",
    "one who may not see it asks",
    "they are told that there is no such thing",
)
REFUSED_VALUE = Criterion("", "another value is given", "it is refused and the values are named")
WORKS_BOTH_WAYS = Criterion(
    "an account at the service", "the connection is tried", "it works both ways"
)


@dataclass(frozen=True, slots=True)
class Quality:
    """How claims of a field are worded, and how one sees that they are met."""

    family: str
    words: str
    criterion: Criterion


QUALITIES: Mapping[str, Quality] = {
    fields.TECHNICAL_CONSTRAINTS: Quality(
        "constraint",
        "the system shall meet this technical condition",
        Criterion("this condition", "the finished system is tried", "all main work can be done"),
    ),
    fields.EXPECTED_SCALE: Quality(
        "scale",
        "the system shall carry this load",
        Criterion("records and users of this number", "the main work is done", "nothing is lost"),
    ),
    fields.COUNTS: Quality(
        "scale",
        "the system shall carry this load",
        Criterion("this number", "it is entered and used", "nothing is lost"),
    ),
    fields.MEASURES: Quality(
        "measure",
        "the system shall record what is needed to measure this",
        Criterion("the figure before", "the report is opened", "it shows the figure now beside it"),
    ),
}


def wish_requirements(snapshot: Snapshot) -> Iterator[Requirement]:
    """Yield what people want to do and no chosen feature covers."""
    for claim in snapshot.claims_of(fields.JOBS, fields.FEATURES):
        if not is_said(claim) or covering(snapshot, claim) or is_offered(snapshot, claim):
            continue
        if is_elsewhere(snapshot, claim, fields.ROLES_AND_ACCESS, fields.MEASURES):
            continue
        shown = lower_first(claim.shown)
        do = "" if is_verb(shown.split(" ")[0]) else "do this: "
        is_job = claim.field == fields.JOBS
        text = f"let its users {do}{shown}" if is_job else f"offer {shown}"
        then = f"this is done: {shown}" if is_job else f"{shown} is there and works"
        criterion = Criterion("a user who may", "they use the system", then)
        words = f"the system shall {text}"
        yield of_claim(snapshot, claim, "FR", "functional", "wish", words, [criterion], USUAL)


def access_requirements(
    snapshot: Snapshot, roles: Sequence[Role], limits: Sequence[Limit]
) -> Iterator[Requirement]:
    """Yield who may see what, as it was said; a limit is tested in lists and by id."""
    limited = {each.claim.id: each for each in limits}
    for claim in distinct(snapshot, fields.ROLES_AND_ACCESS, fields.DEALBREAKERS, fields.RULES):
        limit = limited.get(claim.id)
        if limit is None and claim.field != fields.ROLES_AND_ACCESS:
            continue
        text = f"the system shall enforce this for every page and every call: {claim.shown}"
        criteria = [NO_SUCH_THING] if limit is None else [_limited(limit, roles), NO_SUCH_THING]
        yield of_claim(snapshot, claim, "AC", "access", "access", text, criteria, "must")


def rule_requirements(snapshot: Snapshot, limits: Sequence[Limit]) -> Iterator[Requirement]:
    """Yield what must always or never be so, and the lists of values that there are."""
    taken = {each.claim.shown.casefold() for each in limits}
    taken |= {each.shown.casefold() for each in snapshot.claims_of(fields.ROLES_AND_ACCESS)}
    for claim in distinct(snapshot, fields.DEALBREAKERS, fields.RULES):
        is_left_out = is_elsewhere(snapshot, claim, fields.OUT_OF_SCOPE)
        if claim.shown.casefold() not in taken and not is_left_out:
            yield _rule(snapshot, claim)
    for claim in snapshot.claims_of(fields.ENUMERATIONS):
        if not counts_people(claim):
            text = f"the system shall know exactly these: {claim.shown}"
            criteria = [REFUSED_VALUE]
            yield of_claim(snapshot, claim, "BR", "rule", "list", text, criteria, "must")


def quality_requirements(snapshot: Snapshot) -> Iterator[Requirement]:
    """Yield what data are private, and under which conditions and loads it works."""
    for claim in distinct(snapshot, fields.SENSITIVE_DATA):
        yield _private(snapshot, claim)
    for path, quality in QUALITIES.items():
        for claim in distinct(snapshot, path):
            is_rule = path == fields.TECHNICAL_CONSTRAINTS and is_elsewhere(
                snapshot, claim, fields.DEALBREAKERS
            )
            if not is_rule:
                yield _quality(snapshot, claim, quality)


def system_requirements(snapshot: Snapshot) -> Iterator[Requirement]:
    """Yield which systems of others it works with: those that were named, and kinds of service."""
    for system in snapshot.systems:
        if system.sources:
            yield _system(system)
    for claim in distinct(snapshot, fields.INTEGRATIONS):
        if not is_connected(snapshot, claim):
            text = f"the system shall be connected to a service for this: {claim.shown}"
            criteria = [WORKS_BOTH_WAYS]
            yield of_claim(snapshot, claim, "IN", "integration", "service", text, criteria, USUAL)


def _limited(limit: Limit, roles: Sequence[Role]) -> Criterion:
    titles = {role.key: role.title for role in roles}
    of = f"another {spoken(limit.thing)}" if limit.thing else "somebody else"
    who = lower_first(listed([titles[each] for each in limit.roles]) or "a user")
    return Criterion(f"what belongs to {of}", f"{who} look at any list", "nothing of it is in it")


def _rule(snapshot: Snapshot, claim: Said) -> Requirement:
    rank = "must" if claim.field == fields.DEALBREAKERS else USUAL
    text = f"the system shall keep to this rule: {claim.shown}"
    when = "anything is done that the rule speaks of"
    criterion = Criterion("", when, f"it holds: {claim.shown}")
    return of_claim(snapshot, claim, "BR", "rule", "rule", text, [criterion], rank)


def _private(snapshot: Snapshot, claim: Said) -> Requirement:
    shown = lower_first(claim.shown)
    text = (
        "the system shall show data of this kind only to those whose role needs it,"
        f" and record who looked: {shown}"
    )
    criterion = Criterion(
        f"a record with data of this kind ({shown})",
        "one without that right asks for it",
        "it is not shown, and the attempt is recorded",
    )
    return of_claim(snapshot, claim, "DP", "data", "private", text, [criterion], "must")


def _quality(snapshot: Snapshot, claim: Said, quality: Quality) -> Requirement:
    return of_claim(
        snapshot,
        claim,
        "NF",
        "quality",
        quality.family,
        f"{quality.words}: {claim.shown}",
        [quality.criterion],
        USUAL,
        metric=claim.shown if has_number(claim.quote) else None,
    )


def _system(system: System) -> Requirement:
    uses = listed([lower_first(use.rstrip(".")) for _, _, use in system.operations])
    works = Criterion(
        f"an account at {system.title}",
        "the connection is tried",
        f"what is needed of it works: {uses}",
    )
    fails = Criterion(
        f"{system.title} does not answer",
        "something is to be sent to it",
        "nothing is lost, it is tried again, and somebody is told",
    )
    return Requirement(
        key=f"system/{system.key}",
        family=f"system/{system.key}",
        prefix="IN",
        kind="integration",
        title=f"Connection: {system.title}",
        text=sentence(f"the system shall work together with {system.title}"),
        criteria=(works, fails),
        priority=USUAL,
        basis="said",
        sources=system.sources[:SOURCES_MAX],
    )
