"""What follows from the requirements: how each is tested, in which order to build, how to run it.

Pure. A test is named by its requirement and number, so it moves only with that.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from evigate.studio.specification.contracts import Endpoint
from evigate.studio.specification.models import Requirement, Snapshot
from evigate.studio.specification.roles import Right, Role
from evigate.studio.specification.wording import gherkin, listed, plural, spoken

Json = dict[str, Any]
FOUNDATION = "TASK-FOUNDATION"
RANKS = ("must", "should", "could")


def tests_of(
    requirements: Sequence[Requirement], endpoints: Sequence[Endpoint], rights: Sequence[Right]
) -> list[Json]:
    """Return the test plan: each criterion once, then what roles are refused, then wrong steps."""
    found = [
        {
            "id": f"T-{each.id}-{number}",
            "kind": "acceptance",
            "requirement": each.id,
            "endpoint": None,
            "steps": gherkin(criterion),
        }
        for each in requirements
        for number, criterion in enumerate(each.criteria, start=1)
    ]
    by_thing = {r.entities[0]: r.id for r in requirements if r.key.startswith("data/keep-")}
    for each in endpoints:
        found += _refusals(each, by_thing.get(each.thing), rights)
    return found


def _refusals(each: Endpoint, requirement: str | None, rights: Sequence[Right]) -> Iterator[Json]:
    """Yield the tests of what a call must refuse: records of others, and steps that are none."""
    thing = spoken(each.thing)
    if each.id.startswith("get_"):
        for right in rights:
            if right.thing == each.thing and right.role in each.roles and right.condition:
                steps = (
                    f"Given a {thing} outside of what a {spoken(right.role)} may see\n"
                    "When they ask for it by its id\nThen the answer is 404"
                )
                name = f"T-OWN-{each.id}-{right.role}"
                yield _test(name, "access", requirement, each.id, steps)
    if each.action.startswith("to_"):
        state = spoken(each.action.removeprefix("to_"))
        steps = (
            f"Given a {thing} in a state from which no step leads to {state}\n"
            f"When it is asked to become {state}\n"
            "Then the answer is 409 and it is as before"
        )
        yield _test(f"T-STEP-{each.id}", "life", requirement, each.id, steps)


def _test(id_: str, kind: str, requirement: str | None, endpoint: str, steps: str) -> Json:
    plain = id_.upper().replace("_", "-")
    return {
        "id": plain,
        "kind": kind,
        "requirement": requirement,
        "endpoint": endpoint,
        "steps": steps,
    }


def tasks_of(snapshot: Snapshot, requirements: Sequence[Requirement]) -> list[Json]:
    """Return the task graph: records and access first, then features, each after what it needs."""
    chosen = {each.key for each in snapshot.features}
    first = [r.id for r in requirements if not r.features]
    graph = [
        {
            "id": FOUNDATION,
            "title": "Records, roles and access",
            "feature": None,
            "effort": max(1, len(snapshot.things)),
            "needs": [],
            "requirements": first,
        }
    ]
    for feature in snapshot.features:
        needs = [_task(key) for key in feature.depends if key in chosen]
        graph.append(
            {
                "id": _task(feature.key),
                "title": feature.title,
                "feature": feature.key,
                "effort": feature.effort,
                "needs": needs or [FOUNDATION],
                "requirements": [r.id for r in requirements if feature.key in r.features],
            }
        )
    return graph


def _task(key: str) -> str:
    return f"TASK-{key.upper()}"


def runbook_of(snapshot: Snapshot, roles: Sequence[Role]) -> list[Json]:
    """Return what somebody does to set it up, to keep it running and to mend it, by section."""
    sections = {
        "Before the start": [*_before(snapshot, roles)],
        "Every day": [*_daily(snapshot)],
        "Every week": [
            "Restore last night's copy into an empty place, and count the records.",
            *(f"{s.title}: mind its limits. {s.limits}" for s in snapshot.systems),
        ],
        "When something is wrong": [*_mending(snapshot)],
    }
    return [{"title": title, "steps": steps} for title, steps in sections.items()]


def _before(snapshot: Snapshot, roles: Sequence[Role]) -> Iterator[str]:
    for system in snapshot.systems:
        yield from (f"{system.title}: {step}" for step in system.setup)
        if system.secrets:
            secrets = ", ".join(map(spoken, system.secrets))
            yield f"Put in the vault, never in a file: {secrets} of {system.title}."
    if roles:
        titles = listed([role.title for role in roles])
        yield f"Make an account for each who works with it; the roles are {titles}."


def _daily(snapshot: Snapshot) -> Iterator[str]:
    yield "Look at what failed and was tried again; nothing waits longer than a day."
    for thing in snapshot.things:
        if thing.states and thing.ends:
            several = plural(spoken(thing.key))
            yield f"Look at the {several} that stay in “{spoken(thing.initial)}”."


def _mending(snapshot: Snapshot) -> Iterator[str]:
    for system in snapshot.systems:
        yield f"{system.title} does not answer: what is to be sent waits; tell who depends on it."
    yield "A wrong step was taken: move it on by a step that there is; no state is set by hand."
    for thing in snapshot.things:
        if thing.sensitive:
            private = ", ".join(map(spoken, thing.sensitive))
            yield (
                f"Somebody saw what they should not ({thing.title}: {private}): close the account,"
                " look at who looked, tell the owner."
            )


def served_by(
    requirements: Sequence[Requirement], endpoints: Sequence[Endpoint]
) -> Mapping[str, list[str]]:
    """Return the requirements' ids by the calls' ids; see `calls_of`."""
    found: dict[str, list[str]] = {each.id: [] for each in endpoints}
    for requirement in requirements:
        for call in calls_of(requirement, endpoints):
            found[call].append(requirement.id)
    return found


def calls_of(requirement: Requirement, endpoints: Sequence[Endpoint]) -> list[str]:
    """
    Return the calls that serve a requirement, in their order.

    All of a thing's serve the requirement that keeps it, and what says who may see what; the
    others are served by making, reading and listing the things that they speak of.
    """
    mine = [each for each in endpoints if each.thing in requirement.entities]
    if requirement.key.startswith("data/keep-"):
        return [each.id for each in mine]
    if requirement.kind == "access":
        return [each.id for each in endpoints if each.action == "read"]
    return [
        each.id for each in mine if each.action in ("create", "read") or _named(each, requirement)
    ]


def _named(endpoint: Endpoint, requirement: Requirement) -> bool:
    state = spoken(endpoint.action.removeprefix("to_"))
    return endpoint.action.startswith("to_") and state in requirement.text.lower()
