"""What differs between two specifications, by requirement, and what a change would do.

Pure. A requirement is changed when its words do: where a quote stands, and which claim holds it, is
no difference. A version goes up by its first part where something was taken away, by its second
where something was added or worded otherwise, by its third for the rest.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any, Literal

from evigate.gate.kinds import Change
from evigate.studio.specification.compiler import compile_specification
from evigate.studio.specification.models import Said, Snapshot, Source

Payload = Mapping[str, Any]
FIRST_VERSION = "1.0.0"
_WORDED = ("title", "text", "priority", "metric", "kind")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words of a changed text: kept, taken away or added."""

    text: str
    how: Literal["kept", "gone", "new"]


@dataclass(frozen=True, slots=True)
class Changed:
    """A requirement that both have, with what differs and its text word by word."""

    id: str
    title: str
    fields: tuple[str, ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Two specifications by requirement; `sections` names other parts that differ."""

    added: tuple[Mapping[str, Any], ...]
    removed: tuple[Mapping[str, Any], ...]
    changed: tuple[Changed, ...]
    endpoints_added: tuple[str, ...]
    endpoints_removed: tuple[str, ...]
    entities_added: tuple[str, ...]
    entities_removed: tuple[str, ...]
    sections: tuple[str, ...]

    @property
    def part(self) -> Literal["major", "minor", "patch", "none"]:
        """Return which part of the version goes up."""
        if self.removed or self.endpoints_removed or self.entities_removed:
            return "major"
        if self.added or self.changed or self.endpoints_added or self.entities_added:
            return "minor"
        return "patch" if self.sections else "none"


def diff_specifications(before: Payload, after: Payload) -> Difference:
    """Return what differs, each list in the order of the document that has it."""
    old = {each["id"]: each for each in before["requirements"]}
    new = {each["id"]: each for each in after["requirements"]}
    both = [each for each in after["requirements"] if each["id"] in old]
    compared = [_changed(old[each["id"]], each) for each in both]
    calls = ([e["id"] for e in before["endpoints"]], [e["id"] for e in after["endpoints"]])
    things = ([e["key"] for e in before["entities"]], [e["key"] for e in after["entities"]])
    return Difference(
        added=tuple(each for each in after["requirements"] if each["id"] not in old),
        removed=tuple(each for each in before["requirements"] if each["id"] not in new),
        changed=tuple(each for each in compared if each is not None),
        endpoints_added=_only(calls[1], calls[0]),
        endpoints_removed=_only(calls[0], calls[1]),
        entities_added=_only(things[1], things[0]),
        entities_removed=_only(things[0], things[1]),
        sections=tuple(
            name for name in after if name != "requirements" and before.get(name) != after[name]
        ),
    )


def next_version(version: str | None, difference: Difference | None) -> str:
    """Return the version after one; the first where there is none before."""
    if version is None or difference is None:
        return FIRST_VERSION
    major, minor, patch = map(int, version.split("."))
    if difference.part == "major":
        return f"{major + 1}.0.0"
    return (
        f"{major}.{minor + 1}.0" if difference.part == "minor" else f"{major}.{minor}.{patch + 1}"
    )


def gate_changes(before: Payload, after: Payload) -> list[Change]:
    """Return the differences as the gate shows them: by requirement, then other parts by name."""
    found = diff_specifications(before, after)
    old = {each["id"]: each for each in before["requirements"]}
    new = {each["id"]: each for each in after["requirements"]}
    changes = [Change(f"requirements.{each['id']}", None, each["text"]) for each in found.added]
    changes += [Change(f"requirements.{each['id']}", each["text"], None) for each in found.removed]
    changes += [
        Change(
            f"requirements.{each.id}.{name}", _field(old[each.id], name), _field(new[each.id], name)
        )
        for each in found.changed
        for name in each.fields
    ]
    changes += [Change(name, "differs", "differs") for name in found.sections]
    return sorted(changes, key=lambda each: each.path)


def without_statement(snapshot: Snapshot, claim_id: str) -> Snapshot:
    """Return a snapshot as if a claim's words had not been said, nor what was read inside them."""
    return without_claims(snapshot, [each.id for each in _within(snapshot, claim_id)])


def with_statement(snapshot: Snapshot, claim_id: str, text: str) -> Snapshot:
    """Return a snapshot as if a claim's words were `text`; what was read inside them is gone."""
    asked = next(each for each in snapshot.claims if each.id == claim_id)
    inside = _within(snapshot, claim_id)
    same = [each.id for each in inside if (each.start, each.end) == (asked.start, asked.end)]
    changed = without_claims(snapshot, [each.id for each in inside if each.id not in same])
    for each in same:
        changed = with_claim(changed, each, text)
    return changed


def _within(snapshot: Snapshot, claim_id: str) -> list[Said]:
    """Return the claims whose quotes lie within that of a claim, itself among them."""
    asked = next(each for each in snapshot.claims if each.id == claim_id)
    return [
        each
        for each in snapshot.claims
        if each.message == asked.message and asked.start <= each.start and each.end <= asked.end
    ]


def without_claims(snapshot: Snapshot, claims: Sequence[str]) -> Snapshot:
    """Return a snapshot as if claims had not been made; what rests on nothing else goes too."""
    gone = set(claims)
    spans = [each for each in snapshot.claims if each.id in gone]

    def stays(source: Source) -> bool:
        if source.kind == "claim":
            return source.id not in gone
        return not any(
            source.text == each.message and source.start < each.end and each.start < source.end
            for each in spans
        )

    left = replace(snapshot, claims=tuple(each for each in snapshot.claims if each.id not in gone))
    left = _with_sources(left, lambda several: tuple(filter(stays, several)))
    there = {each.key for each in left.things if each.sources}
    kept = tuple(t for t in left.things if t.sources and (not t.came_with or t.came_with in there))
    return replace(left, things=kept, systems=tuple(s for s in left.systems if s.sources))


def with_claim(snapshot: Snapshot, claim_id: str, text: str) -> Snapshot:
    """Return a snapshot as if a claim read otherwise: `text` stands for its value and its quote."""
    found = next(each for each in snapshot.claims if each.id == claim_id)
    message = f"changed:{claim_id}"
    said = replace(
        found, value=text, shown=text, quote=text, start=0, end=len(text), message=message
    )

    def now(source: Source) -> Source:
        if source.kind != "claim" or source.id != claim_id:
            return source
        return replace(source, text=message, quote=text, start=0, end=len(text))

    claims = tuple(said if each.id == claim_id else each for each in snapshot.claims)
    evidence = {**snapshot.evidence, message: text}
    changed = replace(snapshot, claims=claims, evidence=evidence)
    return _with_sources(changed, lambda several: tuple(map(now, several)))


def impact_of(present: Payload, snapshot: Snapshot) -> Difference:
    """Return what would differ from the present specification if the snapshot were compiled."""
    return diff_specifications(present, compile_specification(snapshot))


def _with_sources(
    snapshot: Snapshot, change: Callable[[tuple[Source, ...]], tuple[Source, ...]]
) -> Snapshot:
    return replace(
        snapshot,
        features=tuple(replace(each, sources=change(each.sources)) for each in snapshot.features),
        things=tuple(replace(each, sources=change(each.sources)) for each in snapshot.things),
        systems=tuple(replace(each, sources=change(each.sources)) for each in snapshot.systems),
    )


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> Changed | None:
    names = [name for name in _WORDED if old[name] != new[name]]
    names += [name for name in ("criteria", "quotes") if _field(old, name) != _field(new, name)]
    if not names:
        return None
    return Changed(new["id"], new["title"], tuple(names), tuple(_pieces(old["text"], new["text"])))


def _field(requirement: Mapping[str, Any], name: str) -> Any:
    if name == "quotes":
        return sorted({each["quote"] for each in requirement["sources"]})
    return requirement[name]


def _pieces(old: str, new: str) -> list[Piece]:
    one, other = old.split(" "), new.split(" ")
    found = []
    for how, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if how == "equal":
            found.append(Piece(" ".join(one[a:b]), "kept"))
            continue
        if b > a:
            found.append(Piece(" ".join(one[a:b]), "gone"))
        if d > c:
            found.append(Piece(" ".join(other[c:d]), "new"))
    return found


def _only(these: Sequence[str], those: Sequence[str]) -> tuple[str, ...]:
    left = set(those)
    return tuple(each for each in these if each not in left)
