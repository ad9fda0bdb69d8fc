"""How far a bundle is what its specification says: 0 to 100, with what is missing named.

Pure. Each part of the specification is looked for in the files themselves. A share of a part (nine
of ten attributes) counts as that share. A requirement about records or rights is as far there as
they are; every other counts once a test or the code names it, for nothing less says that somebody
built it. What a specification has none of is left out of the sum.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evigate.studio.kits.evidence_of_code import CodeEvidence, evidence_of, plain_name

Payload = Mapping[str, Any]
# What each kind of part weighs; shares of what is in the specification.
WEIGHTS: Mapping[str, int] = {
    "requirement": 30,
    "record": 20,
    "call": 20,
    "right": 15,
    "step": 10,
    "quality": 5,
}
TITLES: Mapping[str, str] = {
    "requirement": "Requirements",
    "record": "Records",
    "call": "Calls",
    "right": "Rights",
    "step": "Steps of lives",
    "quality": "Qualities",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that was looked for; `share` is how far it is there, 0..1."""

    kind: str
    key: str
    share: float
    told: str


@dataclass(frozen=True, slots=True)
class Convergence:
    """The score with all that it rests on; `unread` are files that could not be parsed."""

    score: int
    parts: tuple[Part, ...]
    unread: tuple[str, ...]

    @property
    def missing(self) -> tuple[Part, ...]:
        """Return what is not there, or not whole, in the order of the kinds."""
        return tuple(each for each in self.parts if each.share < 1)

    def of_kind(self, kind: str) -> tuple[Part, ...]:
        """Return the parts of a kind."""
        return tuple(each for each in self.parts if each.kind == kind)


def convergence(spec: Payload, files: Mapping[str, bytes]) -> Convergence:
    """
    Hold a bundle's files against a specification.

    Args:
        spec: a specification's document.
        files: the bundle by path; an empty one scores 0.

    Returns:
        The score, rounded down, so that 100 means that nothing is missing; 0 for a specification
        that has nothing to look for.
    """
    code = evidence_of(files)
    records = {each["key"]: _record(each, spec, code) for each in spec["entities"]}
    rights = [_right(each, code) for each in spec["permissions"]]
    parts = [
        *_requirements(spec, code, records, rights),
        *records.values(),
        *(_call(each, code) for each in spec["endpoints"]),
        *rights,
        *_steps(spec, code),
    ]
    return Convergence(_score(parts), tuple(parts), tuple(code.unread))


def _score(parts: Sequence[Part]) -> int:
    total = known = 0.0
    for kind, weight in WEIGHTS.items():
        own = [each.share for each in parts if each.kind == kind]
        if own:
            total += weight
            known += weight * sum(own) / len(own)
    # The smallest part that is missing keeps it below 100; a hair of rounding must not.
    return int(100 * known / total + 1e-9) if total else 0


def _requirements(
    spec: Payload, code: CodeEvidence, records: Mapping[str, Part], rights: Sequence[Part]
) -> Iterator[Part]:
    for each in spec["requirements"]:
        kind = "quality" if each["kind"] == "quality" else "requirement"
        named = code.named_in_code.get(each["id"])
        if named is not None:
            yield Part(kind, each["id"], 1.0, f"{named} names it")
        elif each["kind"] in ("data", "access") and each["traces"]["entities"]:
            yield _structural(each, records, rights)
        elif (prose := code.named_in_prose.get(each["id"])) is not None:
            yield Part(
                kind, each["id"], 0.0, f"it stands in {prose} alone; no code or test names it"
            )
        else:
            yield Part(kind, each["id"], 0.0, "no file names it")


def _structural(requirement: Payload, records: Mapping[str, Part], rights: Sequence[Part]) -> Part:
    """Return how far what a requirement of data or access is about is there."""
    traced = set(requirement["traces"]["entities"])
    if requirement["kind"] == "data":
        own = [records[key].share for key in sorted(traced) if key in records]
    else:
        own = [each.share for each in rights if each.key.partition(": ")[2] in traced]
    share = sum(own) / len(own) if own else 0.0
    told = f"{len(own)} parts that it is about are there by {share:.0%}"
    return Part("requirement", requirement["id"], share, told)


def _record(entity: Payload, spec: Payload, code: CodeEvidence) -> Part:
    wanted = {name: plain_name(name) for name in spec["schemas"][entity["schema"]]["properties"]}
    names = {plain_name(entity["key"]), plain_name(entity["schema"])}
    held = [code.records[name] for name in names if name in code.records]
    if not held:
        return Part("record", entity["key"], 0.0, "no table or class has its name")
    has = set.union(*held)
    own = {plain_name(each["name"]): each["name"] for each in entity["fields"]}
    # A reference may be kept under its own name or under that of its id.
    gone = [
        name for name, plain in wanted.items()
        if plain not in has and not any(f in has for f in own if plain in (f"{f}id", f"{f}ids"))
        and name not in ("id", "state")
    ]  # fmt: skip
    share = 1 - len(gone) / len(wanted)
    told = f"without {', '.join(gone)}" if gone else "whole"
    return Part("record", entity["key"], share, told)


def _call(call: Payload, code: CodeEvidence) -> Part:
    told = f"{call['method'].upper()} {call['path']}"
    is_there = (call["method"], call["path"]) in code.routes
    if not is_there and plain_name(call["id"]) in code.functions:
        is_there = True
    return Part(
        "call", call["id"], float(is_there), told if is_there else f"nothing serves or makes {told}"
    )


def _right(right: Payload, code: CodeEvidence) -> Part:
    key = f"{right['role']}: {right['entity']}"
    wanted = set(right["actions"])
    limits = {name.removeprefix("resource.") for name in right["condition"] or {}}
    for named, held in code.rights:
        if named == (right["role"], right["entity"]) and wanted <= held:
            gone = sorted(limits - {each.removeprefix("resource.") for each in held})
            if gone:
                return Part(
                    "right", key, 0.0, f"it is there without its limit to {', '.join(gone)}"
                )
            return Part("right", key, 1.0, "whole")
    return Part("right", key, 0.0, f"nothing lets them {', '.join(sorted(wanted))}")


def _steps(spec: Payload, code: CodeEvidence) -> Iterator[Part]:
    for entity in spec["entities"]:
        machine = entity["machine"]
        for step in machine["steps"] if machine else ():
            key = f"{entity['key']}: {step['start']} to {step['end']}"
            is_there = (step["start"], step["end"]) in code.steps
            yield Part("step", key, float(is_there), "whole" if is_there else "no such step")


def plain_convergence(found: Convergence) -> dict[str, Any]:
    """Return a score as plain values, for JSON."""
    return {
        "score": found.score,
        "kinds": [
            {
                "kind": kind,
                "title": TITLES[kind],
                "found": sum(each.share == 1 for each in found.of_kind(kind)),
                "total": len(found.of_kind(kind)),
            }
            for kind in WEIGHTS
            if found.of_kind(kind)
        ],
        "missing": [
            {"kind": e.kind, "key": e.key, "share": round(e.share, 2), "told": e.told}
            for e in found.missing
        ],
        "unread": list(found.unread),
    }
