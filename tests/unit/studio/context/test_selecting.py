"""What fits into a context: laws that hold for any pieces, and a few worked by hand."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from evigate.agents import estimate_tokens
from evigate.studio.context.cascade import closure, dependents, in_order
from evigate.studio.context.models import Held, Piece, Section
from evigate.studio.context.selecting import LEFT_OUT_TOKENS, select

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def held(
    key: str, *texts: str, links: dict[str, str] | None = None, kind: str = "doc", age: int = 0
) -> Held:
    sections = tuple(Section(f"part {n}", text) for n, text in enumerate(texts))
    piece = Piece(kind, key, key.title(), sections, links or {})  # type: ignore[arg-type]
    digest, tokens = key.ljust(64, "0"), estimate_tokens(piece.content)
    return Held(UUID(int=len(key)), piece, digest, tokens, 1, BEGAN - timedelta(days=age), None)


KEYS = [f"k{n}" for n in range(8)]
HOW = st.sampled_from(["imports", "references", "extends", "includes"])


@st.composite
def projects(draw: st.DrawFn) -> list[Held]:
    keys = draw(st.lists(st.sampled_from(KEYS), unique=True))
    return [
        held(
            key,
            *draw(st.lists(st.text(max_size=300), min_size=1, max_size=4)),
            links={k: how for k, how in draw(st.dictionaries(st.sampled_from(KEYS), HOW)).items() if k != key},
            kind=draw(st.sampled_from(["doc", "spec", "test"])),
            age=draw(st.integers(0, 3)),
        )
        for key in keys
    ]  # fmt: skip


@given(projects(), st.integers(0, 800), st.text(max_size=40), st.lists(st.sampled_from(KEYS)))
def test_a_context_keeps_within_its_room_whole_and_the_same(
    found: list[Held], room: int, query: str, wanted: list[str]
) -> None:
    made = select(found, room=room, query=query, wanted=wanted, kinds={"spec": 10})
    assert made.tokens == estimate_tokens(made.text) <= room
    assert select(found[::-1], room=room, query=query, wanted=wanted, kinds={"spec": 10}) == made
    lines = {each.key: each for each in made.lines}
    assert set(lines) == {each.piece.key for each in found}
    for each in found:
        if lines[each.piece.key].state == "out":
            assert lines[each.piece.key].tokens == 0 and lines[each.piece.key].why
        else:
            assert f"[{each.piece.kind} {each.piece.key}" in made.text
            needed = [
                k for k, how in each.piece.links.items() if how != "references" and k in lines
            ]
            assert all(lines[key].state != "out" for key in needed)


@given(
    st.dictionaries(st.sampled_from(KEYS), st.sets(st.sampled_from(KEYS))), st.sampled_from(KEYS)
)
def test_a_change_reaches_each_once_after_what_it_rests_on(
    links: dict[str, set[str]], changed: str
) -> None:
    order = dependents({changed}, links)
    assert len(order) == len(set(order)) and changed not in order
    # Reached is exactly what rests on it by some way: looked for in the other direction.
    assert set(order) == {
        key for key in links if key != changed and changed in closure(key, links, KEYS)
    }
    for place, key in enumerate(order):
        later = set(order[place + 1 :])
        for on in links[key] & later:
            # What comes later although this rests on it stands in a circle with it.
            assert key in closure(on, links, KEYS)


def test_a_circle_waits_for_what_it_rests_on() -> None:
    links = {"k0": {"k1", "k3"}, "k1": {"k0"}, "k3": {"k5", "k2"}, "k5": {"k3"}}
    assert dependents({"k2"}, links) == ["k3", "k5", "k0", "k1"]


def test_a_circle_is_gone_through_once_from_its_smallest() -> None:
    links = {"a": {"c"}, "b": {"a"}, "c": {"b", "root"}, "after": {"b"}}
    # root reaches c, and by the circle a and b; after comes when b is done.
    assert dependents({"root"}, links) == ["a", "b", "after", "c"]
    assert in_order({"a"}, {"a": {"a"}}) == ["a"]


def test_what_was_asked_for_goes_first_then_kind_then_words_then_newness() -> None:
    found = [
        held("old", "about trains", age=9),
        held("new", "about trains"),
        held("spec", "about trains", kind="spec", age=9),
        held("named", "nothing of it", age=9),
        held("boat", "a boat with sails", age=9),
    ]
    made = select(found, room=10_000, query="boats", wanted=["named"], kinds={"spec": 10})
    assert [each.key for each in made.lines] == ["named", "boat", "spec", "new", "old"]


def test_a_piece_is_cut_at_its_sections_and_says_so() -> None:
    long = held("long", "trains " * 40, "a boat " * 40, "planes " * 40)
    room = estimate_tokens("a boat " * 40) + LEFT_OUT_TOKENS + 60
    made = select([long], room=room, query="which boat")
    (line,) = made.lines
    assert (line.state, line.why) == ("part", "1 of 3 sections fit")
    assert "a boat" in made.text and "trains" not in made.text
    assert "(Left out here: 2 of 3 sections: part 0; part 2.)" in made.text


def test_a_piece_without_what_it_needs_is_told_why() -> None:
    found = [held("small", "x", links={"big": "includes"}, kind="spec"), held("big", "word " * 400)]
    made = select(found, room=150, kinds={"spec": 10})
    assert {each.key: each.why for each in made.lines}["small"] == (
        "needs big, and there is no room for that"
    )
    freed = [held("small", "x", links={"big": "references"}, kind="spec"), found[1]]
    assert select(freed, room=150, kinds={"spec": 10}).lines[0].state == "whole"
