"""OpenFGA's sample stores, translated into policies of ours: the same answers where they can be said.

327 assertions in 32 stores. What cannot be said is named below, store by store, with how many of its
assertions meet the word that the language of conditions lacks.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.conformance.access.openfga_policies import Inexpressible, Store

STORES = Path(__file__).parent / "openfga" / "stores"
INEXPRESSIBLE = {
    "condition-data-types": {"condition": 18},
    "ip-based-access": {"condition": 2},
}


@dataclass(frozen=True)
class Assertion:
    """One check; `extra` are tuples of its test alone."""

    id: str
    store: Path
    user: str
    relation: str
    thing: str
    context: Any
    extra: tuple[Any, ...]
    expected: bool

    @property
    def name(self) -> str:
        return str(self.store.relative_to(STORES)).removesuffix("/store.fga.yaml")


@cache
def store_of(path: Path) -> Store:
    return Store(path)


def assertions() -> Iterator[Assertion]:
    for path in sorted(STORES.rglob("*.fga.yaml")):
        for test in store_of(path).tests:
            for check in test.get("check") or ():
                users = check.get("users") or [check["user"]]
                things = check.get("objects") or [check["object"]]
                for user in users:
                    for thing in things:
                        for relation, expected in check["assertions"].items():
                            name = f"{path.parent.name}-{path.stem}-{user}-{relation}-{thing}"
                            yield Assertion(
                                name, path, user, relation, thing, check.get("context") or {},
                                tuple(test.get("tuples") or ()), expected,
                            )  # fmt: skip


ALL = list(assertions())


def asked(each: Assertion) -> bool | str:
    """Return the answer, or the word that is missing."""
    try:
        store, extra = store_of(each.store), list(each.extra)
        return store.may(each.user, each.relation, each.thing, extra, each.context)
    except Inexpressible as error:
        return str(error)


def test_the_stores_hold_as_many_assertions_as_their_origin_says() -> None:
    assert len(ALL) == 327


def test_what_can_be_said_is_answered_as_openfga_does() -> None:
    wrong, missing = [], Counter[tuple[str, str]]()
    right = 0
    for each in ALL:
        found = asked(each)
        if isinstance(found, str):
            missing[each.name, found] += 1
        elif found is each.expected:
            right += 1
        else:
            wrong.append(each.id)
    assert wrong == []
    counted: dict[str, dict[str, int]] = {}
    for (name, word), count in sorted(missing.items()):
        counted.setdefault(name, {})[word] = count
    assert counted == INEXPRESSIBLE
    assert right == 307
