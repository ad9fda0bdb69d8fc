"""What choosing a feature brings with it, and what it cannot stand beside.

Pure. A feature is described by what it depends on and excludes: the library's for one that is not
chosen yet, and what was kept at the choice for one that is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


class Linked(Protocol):
    """A feature with its links, from the library or from the board."""

    @property
    def key(self) -> str:
        """Return its key."""
        ...

    @property
    def title(self) -> str:
        """Return its title."""
        ...

    @property
    def depends(self) -> Sequence[str]:
        """Return the keys of what it needs."""
        ...

    @property
    def excludes(self) -> Sequence[str]:
        """Return the keys of what cannot be beside it."""
        ...


@dataclass(frozen=True, slots=True)
class Needed:
    """A feature that comes along because others need it."""

    key: str
    by: tuple[str, ...]


def closure(
    keys: Iterable[str], features: Mapping[str, Linked], *, present: Iterable[str] = ()
) -> list[Needed]:
    """
    Return what the features need and is not there, what is needed first before what needs it.

    A key that `features` does not know is returned too, for the caller to refuse. A circle ends at
    its first member; ties are in the order of `depends`.
    """
    asked = list(keys)
    there = {*present, *asked}
    found: dict[str, list[str]] = {}
    open_: set[str] = set()

    def visit(key: str) -> None:
        open_.add(key)
        for needed in features[key].depends if key in features else ():
            if needed in found:
                found[needed].append(key)
            elif needed not in there and needed not in open_:
                visit(needed)
                found[needed] = [key]
        open_.discard(key)

    for key in asked:
        visit(key)
    return [Needed(key, tuple(by)) for key, by in found.items()]


def clashes(one: Iterable[Linked], others: Iterable[Linked]) -> list[tuple[str, str]]:
    """Return the titles of each pair that cannot be together, in the order given."""
    rest = list(others)
    return [
        (each.title, other.title)
        for each in one
        for other in rest
        if each.key != other.key and (other.key in each.excludes or each.key in other.excludes)
    ]


@dataclass(frozen=True, slots=True)
class CycleEdge:
    """A dependency that closes a circle: `key` needs `needs`, and `path` leads back."""

    key: str
    needs: str
    path: tuple[str, ...]


def dependency_order(features: Sequence[Linked]) -> tuple[list[str], list[CycleEdge]]:
    """
    Return the keys so that what is needed comes first, and the edges that had to be left out.

    Otherwise the given order holds. A dependency on what is not among them counts for nothing.
    """
    by_key = {each.key: each for each in features}
    order: list[str] = []
    dropped: list[CycleEdge] = []
    path: list[str] = []

    def visit(key: str) -> None:
        path.append(key)
        for needed in by_key[key].depends:
            if needed in path:
                dropped.append(CycleEdge(key, needed, tuple(path[path.index(needed) :])))
            elif needed in by_key and needed not in order:
                visit(needed)
        path.pop()
        order.append(key)

    for each in features:
        if each.key not in order:
            visit(each.key)
    return order, dropped
