"""Which things a project keeps records of: those of the library that were named, and one's own.

Pure. A thing of the library comes in by words that name it, or with another that cannot be without
it; a thing that the library does not know is kept by its name alone, and that is said.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from evigate.language.words import contains_phrase
from evigate.studio import fields
from evigate.studio.library import Entity, Library, match_entities
from evigate.studio.library.models import PLAIN_TYPES
from evigate.studio.specification.models import Field, Said, Source, Step, Thing, ThingRule
from evigate.studio.specification.wording import identifier, noun_key, spoken, stemmed

THINGS_MAX = 40
OWN_STATES = frozenset({"status", "state", "stage", "column", "phase", "step"})
# Where these fields claim the same words, they name no thing that records are kept of.
_NO_THINGS = frozenset(
    {fields.PRIMARY_USER, fields.SECONDARY_USERS, fields.FEATURES, fields.INTEGRATIONS}
)
NUMBERS = frozenset(
    {
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "twenty",
        "half",
        "hundred",
        "thousand",
        "twice",
        "dozen",
    }
)
_BEFORE_VERBS = frozenset(
    {
        "i",
        "we",
        "you",
        "they",
        "to",
        "can",
        "could",
        "will",
        "would",
        "should",
        "must",
        "may",
        "not",
    }
)
# Attributes that every record has, whatever else is kept of it.
NAME = Field("name", "text", (), True)


def things_of(
    library: Library,
    domains: Sequence[str],
    claims: Sequence[Said],
    messages: Mapping[str, str],
) -> tuple[Thing, ...]:
    """
    Return what a project keeps records of, in the order of the library, one's own last.

    Args:
        domains: the trades, surest first.
        claims: the accepted ones.
        messages: what people said and did not take back, by id.

    Returns:
        At most `THINGS_MAX`; a field that refers to something that is not kept is left out.
    """
    pool = {e.key: (e, d) for d in reversed(domains) for e in _entities(library, d)}
    named = _named(library, domains, messages)
    own: list[Said] = []
    for claim in claims:
        if claim.field == fields.CORE_ENTITIES:
            key = _entity_of(claim.shown, [entity for entity, _ in pool.values()])
            if key is None:
                own.append(claim)
            else:
                named.setdefault(key, []).insert(0, source_of(claim))
    kept = _with_needed(pool, {key: named[key] for key in pool if key in named})
    things = [_thing(*pool[key], sources, came) for key, (sources, came) in kept.items()]
    things += _own_things(own, things, claims, messages)
    things = [_with_stated(each, things, claims, messages) for each in things[:THINGS_MAX]]
    there = {each.key for each in things}
    return tuple(_without_strays(each, there, set(pool)) for each in things)


def source_of(claim: Said, *, via: str = "") -> Source:
    """Return a claim as a source."""
    return Source("claim", claim.id, claim.message, claim.quote, claim.start, claim.end, via)


def mentions(text: str, thing: Thing) -> bool:
    """Say whether a text names a thing by its title, its key or another name."""
    said = stemmed(text)
    return any(contains_phrase(said, stemmed(name)) for name in thing.named)


def _entities(library: Library, domain: str) -> Sequence[Entity]:
    found = library.domain(domain)
    return found.entities if found else ()


def _named(
    library: Library, domains: Sequence[str], messages: Mapping[str, str]
) -> dict[str, list[Source]]:
    found: dict[str, list[Source]] = {}
    for message, text in messages.items():
        for domain in domains:
            for match in match_entities(text, domain, library):
                for hit in [each for each in match.hits if not _is_verb(text, each.start)][:1]:
                    source = Source("message", message, message, hit.quote, hit.start, hit.end)
                    found.setdefault(match.key, []).append(source)
    return found


def _is_verb(text: str, start: int) -> bool:
    """Say whether the word there is what somebody does: "we run", "phone to book"."""
    before = text[:start].lower().split()[-1:]
    return bool(before) and before[0] in _BEFORE_VERBS


def _entity_of(said: str, entities: Iterable[Entity]) -> str | None:
    """Return the entity whose name the last words of a noun are; None for none."""
    words = stemmed(said)
    for entity in entities:
        for name in _names(entity):
            wanted = stemmed(name)
            if wanted and words[-len(wanted) :] == wanted:
                return entity.key
    return None


def _names(entity: Entity) -> tuple[str, ...]:
    return tuple(dict.fromkeys([entity.title, spoken(entity.key), *entity.synonyms]))


def _with_needed(
    pool: Mapping[str, tuple[Entity, str]], named: Mapping[str, list[Source]]
) -> dict[str, tuple[list[Source], str]]:
    """Return what is named and what that cannot be without, in the order of the library."""
    kept: dict[str, tuple[list[Source], str]] = {key: (named[key], "") for key in named}
    waiting = list(named)
    while waiting:
        key = waiting.pop(0)
        for each in pool[key][0].attributes:
            target = each.of[0] if each.of else ""
            is_needed = each.is_required and each.type in ("ref", "list") and target in pool
            if is_needed and target not in kept:
                kept[target] = ([replace(s, via=key) for s in kept[key][0]], key)
                waiting.append(target)
    return {key: kept[key] for key in pool if key in kept}


def _thing(entity: Entity, domain: str, sources: Sequence[Source], came_with: str) -> Thing:
    unique = {each.quote.casefold(): each for each in reversed(sources)}
    ordered = [each for each in sources if unique[each.quote.casefold()] is each]
    return Thing(
        key=entity.key,
        title=entity.title,
        summary=entity.summary,
        basis="library",
        domain=domain,
        named=_names(entity),
        fields=tuple(Field(a.name, a.type, a.of, a.is_required) for a in entity.attributes),
        sensitive=tuple(entity.sensitive),
        states=tuple(entity.states),
        initial=entity.initial,
        ends=tuple(entity.ends),
        steps=tuple(Step(t.start, t.end, t.trigger, t.actor) for t in entity.transitions),
        rules=tuple(ThingRule(r.text, r.must, tuple(r.apart)) for r in entity.rules),
        sources=tuple(ordered),
        came_with=came_with,
    )


def _own_things(
    claims: Sequence[Said],
    things: Sequence[Thing],
    every: Sequence[Said],
    messages: Mapping[str, str],
) -> Iterator[Thing]:
    taken = {each.key for each in things}
    named = {part for t in things for f in t.fields for part in (f.name, f.name.rpartition("_")[2])}
    for claim in claims:
        key = noun_key(claim.shown)
        is_known = not key or key in taken or key.replace("-", "_") in named
        is_verb = _is_verb(messages.get(claim.message, ""), claim.start)
        if is_known or is_verb or _is_other(claim, every):
            continue
        taken.add(key)
        title = spoken(key).capitalize()
        yield Thing(
            key=key,
            title=title,
            summary="",
            basis="said",
            domain="",
            named=tuple(dict.fromkeys([title, claim.shown])),
            fields=(NAME,),
            sensitive=(),
            states=(),
            initial="",
            ends=(),
            steps=(),
            rules=(),
            sources=(source_of(claim),),
        )


def _is_other(claim: Said, every: Sequence[Said]) -> bool:
    """Say whether a noun is a person, an offer, a connection, a kind of value, or what one does."""
    if noun_key(claim.shown) in PLAIN_TYPES:
        return True
    said = claim.shown.casefold()
    if any(e.field == fields.JOBS and e.shown.casefold().split(" ")[0] == said for e in every):
        return True
    return any(
        each.field in _NO_THINGS and (overlaps(each, claim) or is_alike(each.shown, claim.shown))
        for each in every
    )


def overlaps(one: Said, other: Said) -> bool:
    """Say whether two claims share words of a message."""
    return one.message == other.message and one.start < other.end and other.start < one.end


def is_alike(one: str, other: str) -> bool:
    """Say whether two nouns are the same but for number."""
    return noun_key(one) == noun_key(other)


def _with_stated(
    thing: Thing, things: Sequence[Thing], claims: Sequence[Said], messages: Mapping[str, str]
) -> Thing:
    """Return a thing with the states that somebody listed for it, in place of the library's."""
    for claim in claims:
        value = claim.value
        if claim.field != fields.ENUMERATIONS or not isinstance(value, dict):
            continue
        of, values = str(value.get("of") or ""), [str(each) for each in value.get("values", ())]
        if counts_people(claim):
            continue
        last = noun_key(of).rpartition("-")[2]
        if len(values) < 2 or _nearest(claim, things, messages) != thing.key:
            continue
        if last in OWN_STATES:
            return _of_states(thing, values, claim)
        name = identifier(of) if of else "kind"
        options = tuple(dict.fromkeys(identifier(each) for each in values))
        rest = tuple(each for each in thing.fields if each.name != name)
        return replace(thing, fields=(*rest, Field(name, "enum", options, True)))
    return thing


def counts_people(claim: Said) -> bool:
    """Say whether a list tells how many there are of each, rather than which values there are."""
    of = str(claim.value.get("of") or "") if isinstance(claim.value, dict) else ""
    first = of.lower().split(" ")[0]
    return first[:1].isdigit() or first in NUMBERS


def _nearest(claim: Said, things: Sequence[Thing], messages: Mapping[str, str]) -> str | None:
    """Return the thing that a list is said to be of ("parcel states"), or stands nearest to.

    Nearest is what is named last before the list, else the first after it.
    """
    of = str(claim.value.get("of") or "") if isinstance(claim.value, dict) else ""
    owner = noun_key(of.rpartition(" ")[0])
    owning = [each.key for each in things if owner in {noun_key(name) for name in each.named}]
    if owning:
        return owning[0]
    text = messages.get(claim.message, "")
    before, after = text[: claim.start], text[claim.end :]
    places: list[tuple[int, str]] = []
    for thing in things:
        for name in thing.named:
            at = before.lower().rfind(name.lower())
            if at >= 0:
                places.append((at, thing.key))
    if places:
        return max(places)[1]
    return next((each.key for each in things if mentions(after, each)), None)


def _of_states(thing: Thing, values: Sequence[str], claim: Said) -> Thing:
    states = tuple(dict.fromkeys(identifier(each) for each in values))
    steps = tuple(
        Step(one, other, f"moved to {spoken(other)}", "")
        for one in states
        for other in states
        if one != other
    )
    return replace(
        thing,
        basis="said",
        states=states,
        initial=states[0],
        ends=(),
        steps=steps,
        sources=(*thing.sources, source_of(claim)),
    )


def _without_strays(thing: Thing, there: set[str], known: set[str]) -> Thing:
    def holds(each: Field) -> bool:
        target: Any = each.of[0] if each.of else ""
        is_entity = each.type == "ref" or (each.type == "list" and target in known)
        return not is_entity or target in there

    return replace(thing, fields=tuple(each for each in thing.fields if holds(each)))
