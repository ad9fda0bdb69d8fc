"""Laws: what a program can be held to of a requirement, said so that a kit can make and test it.

Pure. A law is of one requirement. Its kind comes from the library, which says of a criterion what
shows it, or follows from what the requirement is; its particulars come from this specification. A
requirement for which they are not there has no law, and is left to people.

- account: someone who is deactivated is let in no longer, and their records stay.
- apart: of one `by`, no two records of `entity` overlap from `start` to `end`.
- chain: whoever takes an entry out of the history is found out.
- free: the time that a record of `entity` was moved away from can be taken.
- last: the last user of `role` is not deactivated.
- life: records of `entity` take exactly the steps of their machine.
- load: `count` records of `entity`, or users of `role`, are kept and found again.
- own: each of `rights` reaches only what is theirs.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from evigate.language.numbers import quantities
from evigate.language.words import contains_phrase
from evigate.studio.specification.models import Requirement, Snapshot, Thing
from evigate.studio.specification.roles import Right
from evigate.studio.specification.wording import sentence, spoken, stemmed

Json = dict[str, Any]
LOAD_MAX = 20_000
USERS_MAX = 2_000
OWNER = "owner"
# Where what is counted ends: "bookings | a week", "crates | in three weeks".
_AFTER = frozenset({"a", "an", "per", "each", "every", "in", "within", "at", "from", "and", "or"})


def laws_of(
    snapshot: Snapshot, requirements: Sequence[Requirement], rights: Sequence[Right]
) -> list[Json]:
    """Return the laws in the order of their requirements, at most one of each."""
    found = []
    for each in requirements:
        kind = each.law or _implied(snapshot, each, rights)
        particulars = _particulars(kind, snapshot, each, rights) if kind else None
        if particulars is not None:
            found.append({"requirement": each.id, "kind": kind, **particulars})
    return found


def _implied(snapshot: Snapshot, each: Requirement, rights: Sequence[Right]) -> str:
    if each.family == "scale":
        return "load"
    if each.family == "rule" and _told_life(snapshot, each) is not None:
        return "life"
    limits = {text for right in rights for text in right.limits}
    if each.kind == "access" and any(sentence(text) in each.text for text in limits):
        return "own"
    if each.kind == "decision" and any(each.text.endswith(f"? {sentence(t)}") for t in limits):
        return "own"
    # A wish in the words of a limit, "see their own loans", is that limit once more.
    words = set(stemmed(each.title))
    is_own = each.kind == "functional" and "own" in each.title.lower().split(" ")
    return "own" if is_own and any(words <= set(stemmed(text)) for text in limits) else ""


def _particulars(
    kind: str, snapshot: Snapshot, each: Requirement, rights: Sequence[Right]
) -> Mapping[str, Any] | None:
    match kind:
        case "account" | "chain":
            return {}
        case "last":
            return {"role": OWNER} if any(right.role == OWNER for right in rights) else None
        case "apart" | "free":
            return next(_apart(snapshot, each), None)
        case "own":
            held = [{"role": r.role, "entity": r.thing} for r in rights if _is_own(r, each)]
            return {"rights": held} if held else None
        case "life":
            thing = _told_life(snapshot, each)
            return None if thing is None else {"entity": thing.key}
    return _load(snapshot, each, rights)


def _apart(snapshot: Snapshot, each: Requirement) -> Iterator[Json]:
    for thing in snapshot.things:
        columns = {f.name: f"{f.name}_id" if f.type in ("ref", "user") else f.name
                   for f in thing.fields}  # fmt: skip
        for rule in thing.rules:
            if rule.apart and thing.key in each.entities:
                by, start, end = (columns[name] for name in rule.apart)
                yield {"entity": thing.key, "by": by, "start": start, "end": end}


def _is_own(right: Right, each: Requirement) -> bool:
    """Say whether a right is limited by what a requirement speaks of."""
    if not right.condition:
        return False
    if any(sentence(text) in each.text for text in right.limits):
        return True
    owners = {f"{key.replace('-', '_')}_id" for key in each.entities}
    columns = {path.removeprefix("resource.") for path in right.condition}
    return right.thing in each.entities or bool(owners & columns)


def _told_life(snapshot: Snapshot, each: Requirement) -> Thing | None:
    """Return the thing whose states a rule lists in their order, with its name; else None."""
    words = stemmed(each.text)
    for thing in snapshot.things:
        if thing.key not in each.entities or len(thing.states) < 2:
            continue
        places = [_place(words, stemmed(spoken(state))) for state in thing.states]
        if -1 not in places and places == sorted(places):
            return thing
    return None


def _place(words: Sequence[str], wanted: Sequence[str]) -> int:
    size = len(wanted)
    spots = (at for at in range(len(words)) if tuple(words[at : at + size]) == tuple(wanted))
    return next(spots, -1)


def _load(snapshot: Snapshot, each: Requirement, rights: Sequence[Right]) -> Json | None:
    text = each.title.rstrip(".")
    counted = quantities(text)
    if not counted or not counted[0].value.isdigit() or int(counted[0].value) > LOAD_MAX:
        return None
    after = text[counted[0].end :].split()
    end = next((at for at, word in enumerate(after) if word.lower() in _AFTER), len(after))
    said = stemmed(" ".join(after[:end]))
    count = {"count": int(counted[0].value)}
    for thing in snapshot.things:
        if any(_ends_in(said, name) for name in thing.named):
            return {**count, "entity": thing.key}
    roles = dict.fromkeys(right.role for right in rights)
    role = next((key for key in roles if _ends_in(said, spoken(key))), None)
    return {**count, "role": role} if role and count["count"] <= USERS_MAX else None


def _ends_in(said: Sequence[str], name: str) -> bool:
    wanted = stemmed(name)
    return bool(wanted) and contains_phrase(said[-len(wanted) :], wanted)
