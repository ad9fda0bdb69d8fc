"""Who uses the system and who may do what: personas, roles, and the matrix of permissions.

Pure. Who does a step in the library may do it here; whoever creates, changes or moves a thing may
read it and what refers to it. What somebody said of "only their own" becomes a condition on rows,
in the house's rule language, for the roles that the sentence names.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from evigate.language.words import contains_phrase
from evigate.studio import fields
from evigate.studio.specification.models import SYSTEM, Field, Said, Snapshot, Source, Thing
from evigate.studio.specification.things import source_of
from evigate.studio.specification.wording import noun_key, spoken, stemmed

_OWN = re.compile(
    r"\b(?:only|just)\s+(?:see\s+|read\s+|change\s+)?(?:their|his|her|its|my|our)\s+own\b"
    r"(?:\s+(?P<noun>[a-z][a-z-]*))?|\btheir own (?P<after>[a-z][a-z-]*) only\b",
    re.I,
)
NO_NOUN = frozenset({"and", "or", "but", "so", "records", "data", "things", "stuff", "one", "ones"})
OWNER = "kept_by"
# What people and records belong to; "their own" of anything else is the record that is theirs.
CONTAINERS = frozenset(
    {"site", "salon", "branch", "store", "shop", "clinic", "practice", "office", "location", "team",
     "department", "school", "region", "company", "organisation", "organization", "warehouse",
     "restaurant", "hotel", "studio", "plant", "unit", "building", "workspace", "depot", "ward"}
)  # fmt: skip
# Words for all who work there, and the roles of the library that do not.
STAFF = frozenset(
    {"staff", "employee", "team", "worker", "colleague", "crew", "personnel", "staff-member"}
)
OUTSIDE = frozenset(
    {"client", "patient", "learner", "guardian", "customer", "guest", "shipper", "consignee",
     "user", "friend", "player", "tenant", "shopper", "subscriber-admin", "member", "fundraiser",
     "requester", "donor", "owner", "contractor", "supplier"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Role:
    """A role; `is_said` where somebody named it, else it is the library's."""

    key: str
    title: str
    summary: str
    is_said: bool
    names: tuple[str, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """A claim that limits what roles see: the roles, and what is theirs or what they are of."""

    claim: Said
    roles: tuple[str, ...]
    thing: str | None
    is_container: bool


@dataclass(frozen=True, slots=True)
class Right:
    """What a role may do to a thing; `condition` is over `resource` and `user`, None for all."""

    role: str
    thing: str
    actions: tuple[str, ...]
    condition: Mapping[str, Any] | None
    limits: tuple[str, ...]


def roles_of(snapshot: Snapshot) -> tuple[Role, ...]:
    """Return who uses the system: those who were named first, then who does a step of a thing."""
    found: dict[str, Role] = {}
    everyone: list[Said] = []
    for claim in snapshot.claims_of(fields.PRIMARY_USER, fields.SECONDARY_USERS):
        key = _role_key(claim.shown, snapshot)
        if not key or key in found:
            continue
        if key not in snapshot.roles and any(
            t.key == key or key in map(noun_key, t.named) for t in snapshot.things
        ):
            # What records are kept of, and no library knows as somebody, uses nothing.
            continue
        if key in STAFF:
            everyone.append(claim)
            continue
        summary = snapshot.roles.get(key, "")
        names = tuple(dict.fromkeys([claim.shown, spoken(key)]))
        title = claim.shown[:1].upper() + claim.shown[1:]
        found[key] = Role(key, title, summary, True, names, (source_of(claim),))
    for actor in _actors(snapshot.things):
        if actor in snapshot.roles and actor not in found:
            names = (spoken(actor),)
            title = spoken(actor).capitalize()
            found[actor] = Role(actor, title, snapshot.roles[actor], False, names, ())
    for claim in everyone:
        _join(found, claim)
    return tuple(found.values())


def _join(found: dict[str, Role], claim: Said) -> None:
    """Let a word for all who work there stand for their roles, or be one where there are none."""
    key, source = noun_key(claim.shown), source_of(claim)
    workers = [each for each in found.values() if each.key not in OUTSIDE and not each.is_said]
    for each in workers:
        names = (*each.names, claim.shown)
        found[each.key] = replace(each, names=names, sources=(*each.sources, source))
    if not workers:
        title = claim.shown[:1].upper() + claim.shown[1:]
        found[key] = Role(key, title, "", True, (claim.shown,), (source,))


def limits_of(snapshot: Snapshot, roles: Sequence[Role]) -> tuple[Limit, ...]:
    """Return what was said of who sees only what is theirs, each sentence once."""
    found: dict[str, Limit] = {}
    for claim in snapshot.claims_of(fields.ROLES_AND_ACCESS, fields.DEALBREAKERS, fields.RULES):
        match = _OWN.search(claim.shown)
        if match is None or claim.shown.casefold() in found:
            continue
        noun = noun_key(match["noun"] or match["after"] or "")
        target = None if noun in NO_NOUN else _thing_key(noun, snapshot.things)
        # Who is limited stands before the limit: "therapists see only their own patients".
        said = stemmed(claim.shown[: match.start()])
        named = [r.key for r in roles if any(contains_phrase(said, stemmed(n)) for n in r.names)]
        who = named or [role.key for role in roles]
        is_container = bool({noun, target} & CONTAINERS)
        found[claim.shown.casefold()] = Limit(claim, tuple(who), target, is_container)
    return tuple(found.values())


def rights_of(
    snapshot: Snapshot, roles: Sequence[Role], limits: Sequence[Limit]
) -> tuple[Right, ...]:
    """Return the matrix, role by role in their order, things in theirs; without empty cells."""
    return tuple(
        right
        for role in roles
        for thing in snapshot.things
        if (right := _right(role, thing, snapshot, roles, limits)) is not None
    )


def actors_of(thing: Thing, roles: Sequence[Role], end: str, start: str | None = None) -> list[str]:
    """Return who may move a thing to a state: the step's actor, or everyone who may change it."""
    keys = [role.key for role in roles]
    steps = [s for s in thing.steps if s.end == end and start in (None, s.start)]
    actors = [s.actor for s in steps if s.actor in keys]
    if not actors and any(not step.actor for step in steps):
        return keys
    return list(dict.fromkeys(actors))


def path_to(thing: Thing, owner: str) -> str | None:
    """
    Return the attribute by which a thing's records are of an owner.

    `id` for the owner itself, `site_id` for a reference; None where none leads there. What is
    reached over another record has a reference of its own (`with_owners`): a guard reads one row.
    """
    if thing.key == owner:
        return "id"
    for each in thing.fields:
        if each.type == "ref" and each.of == (owner,):
            return f"{each.name}_id"
    return None


def with_owners(snapshot: Snapshot) -> Snapshot:
    """
    Return a snapshot in which every thing that is limited says whose or what it is of.

    A reference is added to what belongs to the owner through another record, and to what has
    private attributes where somebody limits who sees what; without it no limit could be kept.
    """
    roles = roles_of(snapshot)
    limits = limits_of(snapshot, roles)
    things = list(snapshot.things)
    there = {each.key for each in things}
    for limit in limits:
        for at, thing in enumerate(things):
            if limit.thing == thing.key and not limit.is_container:
                things[at] = _with_field(thing, Field(OWNER, "user", (), True))
    containers = [x.thing for x in limits if x.is_container and x.thing in there]
    for target in dict.fromkeys(each for each in containers if each is not None):
        _refer(things, target, is_private_enough=True)
    for role in roles:
        if role.key in OUTSIDE and role.key in there:
            _refer(things, role.key, is_private_enough=False)
    return replace(snapshot, things=tuple(things))


def _refer(things: list[Thing], owner: str, *, is_private_enough: bool) -> None:
    """Add references to an owner, in place, until nothing reaches it over another record alone."""
    is_changed = True
    while is_changed:
        is_changed = False
        for at, thing in enumerate(things):
            is_due = _reaches(thing, owner, things) or (is_private_enough and thing.sensitive)
            if path_to(thing, owner) is None and is_due:
                added = Field(owner.replace("-", "_"), "ref", (owner,), True)
                things[at] = _with_field(thing, added)
                is_changed = is_changed or things[at] is not thing


def _reaches(thing: Thing, owner: str, things: Sequence[Thing]) -> bool:
    """Say whether a record that must be there leads to the owner."""
    known = {each.key: each for each in things}
    return any(
        path_to(known[each.of[0]], owner) not in (None, "id")
        for each in thing.fields
        if each.type == "ref" and each.is_required and each.of[0] in known
    )


def _with_field(thing: Thing, added: Field) -> Thing:
    if added.name in {each.name for each in thing.fields}:
        return thing
    return replace(thing, fields=(*thing.fields, added), added=(*thing.added, added.name))


def _right(
    role: Role, thing: Thing, snapshot: Snapshot, roles: Sequence[Role], limits: Sequence[Limit]
) -> Right | None:
    creators = _creators(thing, roles)
    if path_to(thing, role.key) not in (None, "id") and any(
        step.actor == role.key for step in thing.steps
    ):
        # Whoever a record is of, and who has a say in it, asks for it themselves.
        creators = [*creators, role.key]
    steps = [
        step for step in thing.steps if role.key in actors_of(thing, roles, step.end, step.start)
    ]
    actions: list[str] = []
    if role.key in creators:
        actions += ["create", "read", "update"]
    elif steps:
        actions += ["read", "update"]
    elif _reads(role, thing, snapshot, roles) or (is_idle(role, snapshot.things) and thing.sources):
        actions += ["read"]
    if not actions:
        return None
    actions += sorted({f"to_{step.end}" for step in steps})
    held = [each for each in limits if role.key in each.roles]
    condition = _condition(role, thing, held)
    texts = tuple(each.claim.shown for each in held)
    return Right(role.key, thing.key, tuple(actions), condition, texts if condition else ())


def _condition(role: Role, thing: Thing, limits: Sequence[Limit]) -> Mapping[str, Any] | None:
    parts: dict[str, Any] = {}
    for limit in limits:
        if limit.thing is None and (name := path_to(thing, role.key)):
            parts[f"resource.{name}"] = {"$eq": {"$ref": f"user.{role.key.replace('-', '_')}_id"}}
        elif limit.thing is not None and not limit.is_container:
            if thing.key == limit.thing:
                parts[f"resource.{OWNER}_id"] = {"$eq": {"$ref": "user.id"}}
        elif limit.thing is None:
            continue
        elif (path := path_to(thing, limit.thing)) is not None:
            attribute = f"{limit.thing.replace('-', '_')}_id"
            parts[f"resource.{path}"] = {"$eq": {"$ref": f"user.{attribute}"}}
    if not parts and role.key in OUTSIDE and (name := path_to(thing, role.key)):
        parts[f"resource.{name}"] = {"$eq": {"$ref": f"user.{role.key.replace('-', '_')}_id"}}
    return parts or None


def _creators(thing: Thing, roles: Sequence[Role]) -> list[str]:
    keys = [role.key for role in roles]
    first = [s.actor for s in thing.steps if s.start == thing.initial and s.actor in keys]
    every = [s.actor for s in thing.steps if s.actor in keys]
    named = [role.key for role in roles if role.is_said]
    inside = [key for key in named if key not in OUTSIDE]
    return list(dict.fromkeys(first or every)) or inside or named or keys


def _reads(role: Role, thing: Thing, snapshot: Snapshot, roles: Sequence[Role]) -> bool:
    """Say whether a role reads a thing because what it works with refers to it."""
    for other in snapshot.things:
        refers = any(f.type in ("ref", "list") and thing.key in f.of for f in other.fields)
        is_mine = role.key in _creators(other, roles) or any(
            step.actor == role.key for step in other.steps
        )
        if refers and is_mine:
            return True
    return False


def is_idle(role: Role, things: Sequence[Thing]) -> bool:
    """Say whether somebody named a role that the library knows no step of."""
    return role.is_said and not any(step.actor == role.key for t in things for step in t.steps)


def _actors(things: Sequence[Thing]) -> Iterable[str]:
    return dict.fromkeys(s.actor for t in things for s in t.steps if s.actor and s.actor != SYSTEM)


def _role_key(said: str, snapshot: Snapshot) -> str:
    key = noun_key(said)
    if key in snapshot.roles:
        return key
    wanted = stemmed(said)
    for role in snapshot.roles:
        thing = next((each for each in snapshot.things if each.key == role), None)
        names = [spoken(role), *(thing.named if thing else ())]
        if any(stemmed(name) == wanted for name in names):
            return role
    return key


def _thing_key(noun: str, things: Sequence[Thing]) -> str | None:
    if not noun:
        return None
    wanted = stemmed(spoken(noun))
    return next((t.key for t in things for n in t.named if stemmed(n) == wanted), noun)
