"""Kinds of artifact: each registers its schema, which checks read it and how, how it is shown, and
how two of it are compared.

The gate knows payloads only through these; a room brings its kinds by value, `boot` gathers them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from evigate.base.errors import EvigateError
from evigate.gate.checks import EvalType, Reading
from evigate.gate.errors import E_KIND_UNKNOWN, E_SUITE_INVALID

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference of two payloads: where, and what stood there before and after."""

    path: str
    before: Any
    after: Any


def diff_payloads(before: Payload, after: Payload) -> list[Change]:
    """Return the differences of two payloads by path, in the order of the paths.

    Objects and lists are compared part by part; a part that only one of them has is None in the
    other.
    """
    one, other = dict(_leaves(before, "")), dict(_leaves(after, ""))
    return [
        Change(path, one.get(path), other.get(path))
        for path in sorted({*one, *other})
        if one.get(path) != other.get(path)
    ]


def _leaves(value: Any, path: str) -> Iterable[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key in value:
            yield from _leaves(value[key], f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple) and value:
        for number, each in enumerate(value):
            yield from _leaves(each, f"{path}[{number}]")
    else:
        yield path, value


@dataclass(frozen=True, slots=True)
class ArtifactKind:
    """What the gate knows of a kind.

    `checks` are those that find something to judge in it, beside a person's review. `read` takes
    any payload; `render` gives Markdown for people, and raises ValueError for what does not hold to
    the schema. `edit_href` is the address where a person edits a draft, with {artifact_id} in it;
    empty where the room has no such page. `levels` says how hard each word for an artifact's
    difficulty is, 1 to 5. `concept_kind` is the kind whose approved artifacts hold a module's
    concepts, as the tags of their reading; empty where there is none.
    """

    name: str
    title: str
    schema: Payload
    checks: frozenset[EvalType]
    read: Callable[[Payload], Reading]
    render: Callable[[Payload], str]
    diff: Callable[[Payload, Payload], list[Change]] = diff_payloads
    edit_href: str = ""
    levels: Mapping[str, int] = field(default_factory=dict)
    concept_kind: str = ""


class Kinds:
    """The kinds that the rooms registered."""

    def __init__(self, kinds: Iterable[ArtifactKind]) -> None:
        self._kinds = {kind.name: kind for kind in kinds}

    def __iter__(self) -> Iterator[ArtifactKind]:
        return iter(self._kinds.values())

    def find(self, name: str) -> ArtifactKind | None:
        """Return a kind, or None where no room registered it."""
        return self._kinds.get(name)

    def get(self, name: str) -> ArtifactKind:
        """Return a kind.

        Raises:
            EvigateError[E_KIND_UNKNOWN]: no room registered it.
        """
        if name not in self._kinds:
            message = f"No kind is named {name!r}; there are {', '.join(sorted(self._kinds))}."
            raise EvigateError(E_KIND_UNKNOWN, message)
        return self._kinds[name]

    def admit(self, name: str, eval_types: Iterable[str]) -> None:
        """Let a suite of these checks judge a kind; one that no room registered takes any.

        Raises:
            EvigateError[E_SUITE_INVALID]: the kind gives a check nothing to judge.
        """
        kind = self.find(name)
        if kind is None:
            return
        idle = sorted(set(eval_types) - kind.checks - {EvalType.HUMAN_REVIEW})
        if idle:
            message = (
                f"{kind.title} ({name}) gives {', '.join(idle)} nothing to judge; it is judged by "
                f"{', '.join(sorted(kind.checks))} and HUMAN_REVIEW. Leave the others out."
            )
            raise EvigateError(E_SUITE_INVALID, message)
