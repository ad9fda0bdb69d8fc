"""From a frozen snapshot to a specification: one document, the same bytes for the same snapshot.

Pure: no clock, no chance, no order that a set or a database gave. The document is JSON; its
canonical form and hash are `evigate.base.canonical`'s.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from evigate.studio import fields
from evigate.studio.specification.asyncapi import asyncapi_of
from evigate.studio.specification.contracts import (
    Endpoint,
    endpoints_of,
    schema_name,
    thing_schema,
)
from evigate.studio.specification.laws import laws_of
from evigate.studio.specification.models import Open, Requirement, Said, Snapshot, Source, Thing
from evigate.studio.specification.openapi import openapi_of
from evigate.studio.specification.proof import calls_of, runbook_of, served_by, tasks_of, tests_of
from evigate.studio.specification.register import with_ids
from evigate.studio.specification.requirements import requirements_of, unsaid
from evigate.studio.specification.roles import (
    OUTSIDE,
    Right,
    Role,
    is_idle,
    limits_of,
    rights_of,
    roles_of,
    with_owners,
)
from evigate.studio.specification.stating import is_connected, is_said
from evigate.studio.specification.things import source_of
from evigate.studio.specification.wording import plural, spoken

FORMAT = "1"
OVERVIEW: Mapping[str, tuple[str, ...]] = {
    "problem": (fields.CORE_PROBLEM, fields.PAIN_POINTS),
    "today": (fields.CURRENT_SOLUTION, fields.EXISTING_SYSTEMS),
    "why_now": (fields.TRIGGER_EVENT,),
    "cost_of_it": (fields.PROBLEM_IMPACT,),
    "measures": (fields.MEASURES,),
    "limits": (fields.TIMELINE, fields.BUDGET, fields.TECHNICAL_CONSTRAINTS),
    "out_of_scope": (fields.OUT_OF_SCOPE,),
}
Json = dict[str, Any]


def compile_specification(snapshot: Snapshot) -> Json:
    """
    Return the specification of a snapshot.

    Requirements come in the order of the document: features by what needs what, then what was said,
    things, qualities, systems, decisions. Sections without content are empty lists.
    """
    snapshot = with_owners(snapshot)
    roles = roles_of(snapshot)
    limits = limits_of(snapshot, roles)
    rights = rights_of(snapshot, roles, limits)
    requirements = with_ids(requirements_of(snapshot, roles, limits), snapshot.known)
    endpoints = endpoints_of(snapshot, rights)
    tests = tests_of(requirements, endpoints, rights)
    tasks = tasks_of(snapshot, requirements)
    known = {each.key: each for each in snapshot.things}
    return {
        "format": FORMAT,
        "name": snapshot.name,
        "style": snapshot.style,
        "overview": {name: _values(snapshot, paths) for name, paths in OVERVIEW.items()},
        "personas": [_persona(snapshot, role) for role in roles],
        "glossary": [_term(each) for each in sorted(snapshot.things, key=lambda t: t.title)],
        "features": [_feature(snapshot, each.key, requirements) for each in snapshot.features],
        "requirements": [_requirement(each, endpoints, tests, tasks) for each in requirements],
        "entities": [_entity(each) for each in snapshot.things],
        "permissions": [_right(each) for each in rights],
        "endpoints": [
            {**_plain(asdict(each)), "requirements": ids}
            for each, ids in zip(
                endpoints, served_by(requirements, endpoints).values(), strict=True
            )
        ],
        "openapi": openapi_of(snapshot, endpoints, rights, served_by(requirements, endpoints)),
        "asyncapi": asyncapi_of(snapshot),
        "schemas": {schema_name(each.key): thing_schema(each, known) for each in snapshot.things},
        "integrations": [_plain(asdict(s)) for s in snapshot.systems],
        "design": _plain(snapshot.looks) if snapshot.looks else None,
        "laws": laws_of(snapshot, requirements, rights),
        "tests": tests,
        "tasks": tasks,
        "runbook": runbook_of(snapshot, roles),
        "practices": [_plain(asdict(each)) for each in snapshot.practices],
        "assumptions": list(_assumptions(snapshot, roles)),
        "open_questions": [_plain(asdict(each)) for each in _open(snapshot)],
        "evidence": {key: snapshot.evidence[key] for key in _cited(snapshot, requirements, roles)},
    }


def _requirement(
    each: Requirement, endpoints: Sequence[Endpoint], tests: Sequence[Json], tasks: Sequence[Json]
) -> Json:
    return {
        "id": each.id,
        "key": each.key,
        "family": each.family,
        "kind": each.kind,
        "title": each.title,
        "text": each.text,
        "criteria": [asdict(criterion) for criterion in each.criteria],
        "priority": each.priority,
        "basis": each.basis,
        "metric": each.metric,
        "sources": [asdict(source) for source in each.sources],
        "roots": list(each.roots),
        "traces": {
            "features": list(each.features),
            "entities": list(each.entities),
            "endpoints": calls_of(each, endpoints),
            "tests": [test["id"] for test in tests if test["requirement"] == each.id],
            "tasks": [task["id"] for task in tasks if each.id in task["requirements"]],
        },
    }


def _values(snapshot: Snapshot, paths: Sequence[str]) -> list[Json]:
    return [
        {"field": each.field, "text": each.shown, "source": asdict(source_of(each))}
        for each in snapshot.claims_of(*paths)
    ]


def _persona(snapshot: Snapshot, role: Role) -> Json:
    first = snapshot.claims_of(fields.PRIMARY_USER)
    is_first = any(source.id == claim.id for claim in first for source in role.sources)
    of_all: Sequence[Said] = snapshot.claims_of(fields.TECHNICAL_LEVEL)
    return {
        "key": role.key,
        "title": role.title,
        "summary": role.summary,
        "basis": "said" if role.is_said or role.sources else "library",
        "is_primary": is_first,
        "technical_level": of_all[-1].shown if of_all and is_first else None,
        "wants": [c.shown for c in snapshot.claims_of(fields.JOBS)] if is_first else [],
        "sources": [asdict(source) for source in role.sources],
    }


def _term(thing: Thing) -> Json:
    also = [name for name in thing.named if name.lower() != thing.title.lower()]
    meaning = (
        thing.summary or f"What people here call a {spoken(thing.key)}; nobody said more of it."
    )
    return {"term": thing.title, "meaning": meaning, "also": also, "entity": thing.key}


def _feature(snapshot: Snapshot, key: str, requirements: Sequence[Requirement]) -> Json:
    each = next(f for f in snapshot.features if f.key == key)
    return {
        "key": each.key,
        "title": each.title,
        "summary": each.summary,
        "importance": each.importance,
        "effort": each.effort,
        "origin": each.origin,
        "notes": each.notes,
        "needs": list(each.depends),
        "sources": [asdict(source) for source in each.sources],
        "requirements": [r.id for r in requirements if key in r.features],
    }


def _entity(thing: Thing) -> Json:
    return {
        "key": thing.key,
        "title": thing.title,
        "schema": schema_name(thing.key),
        "summary": thing.summary,
        "basis": thing.basis,
        "fields": [_plain(asdict(each)) for each in thing.fields],
        "sensitive": list(thing.sensitive),
        "rules": [_plain(asdict(each)) for each in thing.rules],
        "machine": {
            "states": list(thing.states),
            "initial": thing.initial,
            "ends": list(thing.ends),
            "steps": [asdict(step) for step in thing.steps],
        }
        if thing.states
        else None,
        "sources": [asdict(source) for source in thing.sources],
        "came_with": thing.came_with,
    }


def _right(right: Right) -> Json:
    return {
        "role": right.role,
        "entity": right.thing,
        "actions": list(right.actions),
        "condition": _plain(right.condition) if right.condition else None,
        "because": list(right.limits),
    }


def _assumptions(snapshot: Snapshot, roles: Sequence[Role]) -> Iterator[Json]:
    """Yield what nobody said: each with what it rests on instead."""
    for each in snapshot.assumed:
        yield _assumption(f"answer/{each.key}", each.text, each.why)
    for feature in unsaid(snapshot):
        text = f"“{feature.title}” is built. {feature.summary}"
        why = "It was chosen on the board, and nothing that was said asks for it."
        yield _assumption(f"feature/{feature.key}", text, why)
    for thing in snapshot.things:
        if thing.states and thing.basis == "library":
            states = ", ".join(map(spoken, thing.states))
            text = f"{thing.title}: its life goes through {states}; what is kept is as stated."
            yield _assumption(f"entity/{thing.key}", text, f"So it is usual in {thing.domain}.")
        elif thing.states:
            text = f"{thing.title}: it may go from any of its states to any other."
            yield _assumption(
                f"entity/{thing.key}", text, "The states were listed; no order was said."
            )
        for name in thing.added:
            text = f"Each {spoken(thing.key)} is of one {spoken(name)}."
            why = "Who may see what is limited to it, and nothing else says where one belongs."
            yield _assumption(f"owner/{thing.key}-{name}", text, why)
        for number, rule in enumerate(thing.rules, start=1):
            why = f"So it is usual in {thing.domain}."
            yield _assumption(f"rule/{thing.key}-{number}", f"{thing.title}: {rule.text}", why)
        if not thing.steps:
            text = f"{thing.title}: may be entered and changed by everybody who works with it."
            yield _assumption(f"access/{thing.key}", text, "Nobody said who may.")
    for role in roles:
        if not role.sources:
            text = f"There are people with the role “{role.title}”. {role.summary}"
            yield _assumption(f"role/{role.key}", text, "They do steps that the library knows.")
    for role in roles:
        if is_idle(role, snapshot.things):
            text = f"“{role.title}”: sees what is kept, and enters what has no other author."
            yield _assumption(f"idle/{role.key}", text, "Nobody said what they do.")
        if role.key in OUTSIDE and any(t.key == role.key for t in snapshot.things):
            text = f"“{role.title}”: sees only what is of them, unless something else was said."
            yield _assumption(f"own/{role.key}", text, "It is the careful choice.")
    for practice in snapshot.practices:
        for number, step in enumerate(practice.steps, start=1):
            why = f"The pattern “{practice.title}” was applied on the plan."
            yield _assumption(f"practice/{practice.key}-{number}", step, why)


def _assumption(key: str, text: str, why: str) -> Json:
    return {"key": key, "text": text.strip(), "why": why}


def _open(snapshot: Snapshot) -> Iterator[Open]:
    yield from snapshot.open
    for thing in snapshot.things:
        if thing.basis == "said" and not thing.states:
            several = plural(spoken(thing.key))
            text = (
                f"What is kept of {several} beside their name, and which states do they go through?"
            )
            yield Open(f"entity/{thing.key}", text, False)
    for claim in snapshot.claims_of(fields.EXISTING_SYSTEMS, fields.INTEGRATIONS):
        if is_said(claim) and not is_connected(snapshot, claim):
            text = f"“{claim.shown}”: is it replaced, kept or connected, and by which provider?"
            yield Open(f"system/{claim.root}", text, False)


def _cited(
    snapshot: Snapshot, requirements: Sequence[Requirement], roles: Sequence[Role]
) -> list[str]:
    sources: list[Source] = [s for r in requirements for s in r.sources]
    sources += [s for each in roles for s in each.sources]
    sources += [s for each in snapshot.things for s in each.sources]
    sources += [s for each in snapshot.features for s in each.sources]
    sources += [s for each in snapshot.systems for s in each.sources]
    sources += [source_of(c) for paths in OVERVIEW.values() for c in snapshot.claims_of(*paths)]
    return sorted({each.text for each in sources})


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
