"""Which steps several agents have, and what they remember: worked by hand, and laws."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evigate.agents import estimate_tokens
from evigate.agents.concert.memory import Remembered, compact
from evigate.agents.concert.models import Part, Strategy, Work
from evigate.agents.concert.strategies import steps_of

A, B, C = (Part(f"agent.{name}", name) for name in "abc")
LEAD = Part("agent.lead", "lead")


def names(work: Work) -> dict[str, tuple[str, ...]]:
    return {each.name: each.after for each in steps_of(work)}


def test_each_strategy_says_who_reads_whom() -> None:
    assert names(Work(Strategy.PARALLEL, (A, B))) == {"01.a": (), "02.b": ()}
    assert names(Work(Strategy.SEQUENTIAL, (A, B, C))) == {
        "01.a": (), "02.b": ("01.a",), "03.c": ("01.a", "02.b"),
    }  # fmt: skip
    grouped = tuple(Part(e.agent, e.role, group=g) for g in ("x", "y") for e in (A, B))
    assert names(Work(Strategy.HIERARCHICAL, grouped, lead=LEAD)) == {
        "01.x.a": (), "02.x.b": (), "03.y.a": (), "04.y.b": (),
        "lead.x": ("01.x.a", "02.x.b"), "lead.y": ("03.y.a", "04.y.b"),
        "lead": ("lead.x", "lead.y"),
    }  # fmt: skip
    assert names(Work(Strategy.DEBATE, (A, B), lead=LEAD, rounds=2)) == {
        "00.a": (), "00.b": (),
        "01.a": ("00.a", "00.b"), "01.b": ("00.b", "00.a"),
        "02.a": ("00.a", "01.b"), "02.b": ("00.b", "01.a"),
        "judge": ("00.a", "00.b", "01.a", "01.b", "02.a", "02.b"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("strategy", "parts", "values", "told"),
    [
        (Strategy.PARALLEL, (), {}, "1 to 64 agents"),
        (Strategy.DEBATE, (A, B, C), {"lead": LEAD}, "two debate"),
        (Strategy.DEBATE, (A, B), {}, "needs a lead"),
        (Strategy.DEBATE, (A, B), {"lead": LEAD, "rounds": 9}, "1 to 5 rounds"),
        (Strategy.HIERARCHICAL, (A,), {}, "needs a lead"),
    ],
)
def test_work_that_cannot_be_is_named(
    strategy: Strategy, parts: tuple[Part, ...], values: dict[str, Any], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        steps_of(Work(strategy, parts, **values))


def test_work_reads_back_as_it_was_written() -> None:
    work = Work(Strategy.DEBATE, (A, Part("x", "b", {"n": 1}, passages=("p",))), lead=LEAD)
    assert Work.of(work.to_json()) == work


MESSAGES = st.lists(
    st.builds(
        Remembered,
        st.sampled_from(["user", "assistant", "system"]),
        st.text(min_size=1, max_size=400),
        st.booleans(),
    ),
    max_size=12,
)


@given(MESSAGES, st.integers(0, 600))
def test_memory_keeps_what_is_pinned_and_the_newest_in_order(
    messages: list[Remembered], most: int
) -> None:
    kept = compact(messages, most)
    pinned = [each for each in messages if each.is_pinned]
    assert [each for each in kept if each.is_pinned] == pinned
    total = sum(each.tokens for each in kept)
    assert total <= max(most, sum(each.tokens for each in pinned))
    own = [each for each in kept if not each.metadata]
    places = iter(messages)
    assert all(any(one is each for one in places) for each in own)
    assert compact(kept, most) == kept
    if sum(each.tokens for each in messages) <= most:
        assert kept == messages


def test_what_gives_way_leaves_a_line_each() -> None:
    messages = [Remembered("user", f"message {n} " + "word " * 60) for n in range(6)]
    kept = compact(messages, 3 * messages[0].tokens)
    assert kept[-1] is messages[-1] and len(kept) < 6
    summary = kept[0]
    gone = 6 - (len(kept) - 1)
    assert summary.metadata == {"messages": gone, "is_summary": True}
    assert summary.content.startswith(
        f"{gone} earlier messages are left out here.\n- user: message 0"
    )
    assert estimate_tokens(summary.content) == summary.tokens
    # What was summed up is counted on when that gives way too.
    again = compact([*kept, *messages], 3 * messages[0].tokens)
    assert again[0].metadata["messages"] == 12 - (len(again) - 1)
