"""Closure, exclusions and order of features, by hand-made ones."""

from dataclasses import dataclass

from evigate.studio.features.board import slug
from evigate.studio.features.closure import CycleEdge, Needed, clashes, closure, dependency_order


@dataclass(frozen=True)
class Given:
    key: str
    depends: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return self.key.upper()


def test_what_is_needed_comes_first_and_once() -> None:
    features = {
        each.key: each
        for each in (Given("a", ("b", "c")), Given("b", ("d",)), Given("c", ("d",)), Given("d"))
    }
    # d is needed by b, which needs it first, and by c too.
    assert closure(["a"], features) == [
        Needed("d", ("b", "c")), Needed("b", ("a",)), Needed("c", ("a",))
    ]  # fmt: skip
    assert closure(["a"], features, present=["b", "c"]) == []


def test_a_circle_ends_and_an_unknown_need_is_named() -> None:
    features = {each.key: each for each in (Given("a", ("b",)), Given("b", ("a", "gone")))}
    assert closure(["a"], features) == [Needed("gone", ("b",)), Needed("b", ("a",))]


def test_either_of_two_may_say_that_they_exclude_each_other() -> None:
    one, other = Given("one"), Given("other", excludes=("one",))
    assert clashes([one], [one, other]) == [("ONE", "OTHER")]
    assert clashes([one], [one, Given("third")]) == []


def test_the_order_leaves_out_the_edge_that_closes_a_circle() -> None:
    features = [Given("a", ("b",)), Given("b", ("c",)), Given("c", ("a",)), Given("d")]
    order, dropped = dependency_order(features)
    assert order == ["c", "b", "a", "d"]
    assert dropped == [CycleEdge("c", "a", ("a", "b", "c"))]


def test_a_title_makes_a_key() -> None:
    assert slug("3 Groomer's commission — report!") == "groomer-s-commission-report"
    assert slug("Übersicht") == "ubersicht"
    assert slug("…") == ""
