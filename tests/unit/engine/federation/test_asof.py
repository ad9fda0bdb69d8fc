"""As-of joins; every expectation is read off the small tables by eye."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from evigate.base.errors import EvigateError
from evigate.engine.federation.asof import AsofJoin
from evigate.engine.federation.session import SqlSession

Make = Callable[..., SqlSession]
SPINE = pa.table({"g": ["a", "a", "b", None, "a"], "t": [5, None, 5, 5, 1]})
FACTS = pa.table({"g": ["a", "a", "a", "b", None], "t": [3, 5, 7, 9, 5], "x": [30, 50, 70, 90, 0]})


def joined(session: SqlSession, column: str = "x", /, **named: Any) -> list[Any]:
    given = {
        "spine": "spine",
        "facts": "facts",
        "spine_by": ["g"],
        "spine_time": "t",
        "facts_by": ["g"],
        "facts_time": "t",
        "project": ["x"],
        **named,
    }
    with session.asof_join(AsofJoin(**given)) as stream:
        return list(stream.read_all()[column].to_pylist())


@pytest.mark.parametrize(
    ("direction", "boundary", "x"),
    [
        ("backward", "inclusive", [50, None, None, None, None]),
        ("backward", "exclusive", [30, None, None, None, None]),
        ("forward", "inclusive", [50, None, 90, None, 30]),
        ("forward", "exclusive", [70, None, 90, None, 30]),
        ("nearest", "inclusive", [50, None, 90, None, 30]),
        # 3 and 7 are equally near to 5: the past one.
        ("nearest", "exclusive", [30, None, 90, None, 30]),
    ],
)
def test_directions_and_boundaries(
    make: Make, direction: str, boundary: str, x: list[int | None]
) -> None:
    session = make(spine=SPINE, facts=FACTS)
    assert joined(session, direction=direction, boundary=boundary) == x


def test_tolerance_is_inclusive(make: Make) -> None:
    session = make(spine=SPINE, facts=FACTS)
    # b's fact is 4 steps ahead, a's first 2.
    assert joined(session, direction="forward", tolerance_steps=4) == [50, None, 90, None, 30]
    assert joined(session, direction="forward", tolerance_steps=3) == [50, None, None, None, 30]
    assert joined(session, direction="nearest", tolerance_steps=0) == [50, None, None, None, None]


def test_durations_on_moments(make: Make) -> None:
    noon = datetime(2020, 1, 1, 12, tzinfo=UTC)
    spine = pa.table({"g": ["a"], "t": [noon]})
    facts = pa.table({"g": ["a"], "t": [noon - timedelta(seconds=10)], "x": [1]})
    session = make(spine=spine, facts=facts)
    assert joined(session, tolerance=timedelta(seconds=10)) == [1]
    assert joined(session, tolerance=timedelta(seconds=9)) == [None]


def test_no_keys_make_one_group(make: Make) -> None:
    facts = pa.table({"t": [4, 2], "x": [40, 20]})
    session = make(spine=pa.table({"t": [1, 3, 9]}), facts=facts)
    assert joined(session, spine_by=[], facts_by=[]) == [None, 20, 40]


def test_two_keys_pair_in_order(make: Make) -> None:
    spine = pa.table({"g": ["a", "a"], "h": [1, 2], "t": [5, 5]})
    facts = pa.table({"k": ["a", "a"], "l": [2, 1], "t": [5, 5], "x": [2, 1]})
    session = make(spine=spine, facts=facts)
    assert joined(session, spine_by=["g", "h"], facts_by=["k", "l"]) == [1, 2]


def test_facts_of_one_instant_need_a_tie_break_only_where_they_matter(make: Make) -> None:
    facts = pa.table({"g": ["a"] * 3, "t": [5, 5, 9], "x": [1, 2, 3], "seq": [7, 8, 1]})
    session = make(spine=pa.table({"g": ["a"], "t": [6]}), facts=facts)
    with pytest.raises(EvigateError) as caught:
        joined(session)
    assert caught.value.code.name == "E_ASOF_AMBIGUOUS" and "5" in caught.value.message
    assert joined(session, tie_break="seq") == [2]
    assert joined(session, direction="forward") == [3]
    assert joined(session, tolerance_steps=0) == [None]


def test_a_shared_tie_break_decides_nothing_and_a_null_one_comes_last(make: Make) -> None:
    spine = pa.table({"g": ["a"], "t": [6]})
    shared = pa.table({"g": ["a", "a"], "t": [5, 5], "x": [1, 2], "seq": [7, 7]})
    with pytest.raises(EvigateError, match="AMBIGUOUS"):
        joined(make(spine=spine, facts=shared), tie_break="seq")
    some = pa.table({"g": ["a", "a"], "t": [5, 5], "x": [1, 2], "seq": [None, 1]})
    assert joined(make(spine=spine, facts=some), tie_break="seq") == [2]


def test_the_spine_keeps_every_row_and_its_order(make: Make) -> None:
    count = 20_000
    spine = pa.table({"t": [(number * 7919) % count for number in range(count)]})
    facts = pa.table({"t": list(range(0, count, 3)), "x": list(range(0, count, 3))})
    session = make(spine=spine, facts=facts)
    expected = [value - value % 3 for value in spine["t"].to_pylist()]
    assert joined(session, spine_by=[], facts_by=[]) == expected


def test_the_join_is_sorted_and_no_loop(make: Make) -> None:
    session = make(spine=SPINE, facts=FACTS)
    plan = session.sql("EXPLAIN FROM spine s ASOF LEFT JOIN facts f ON s.g = f.g AND s.t >= f.t")
    assert "ASOF_JOIN" in plan["plan"][0].as_py()


def test_without_facts_every_row_is_unmatched(make: Make) -> None:
    session = make(spine=SPINE, facts=FACTS.slice(0, 0))
    assert joined(session) == [None] * 5


def test_columns_of_one_name_get_a_prefix(make: Make) -> None:
    session = make(spine=SPINE, facts=FACTS)
    join = AsofJoin("spine", "facts", ["g"], "t", ["g"], "t")
    with session.asof_join(join) as stream:
        assert stream.schema.names == ["g", "t", "facts_t", "x"]


def test_it_is_a_table_function_too(make: Make) -> None:
    session = make(spine=SPINE, facts=FACTS)
    found = session.sql(
        "SELECT x FROM asof_join('spine', 'facts', 'g', 't', 'g', 't', direction := 'forward') "
        "WHERE x IS NOT NULL ORDER BY x"
    )
    assert found["x"].to_pylist() == [30, 50, 90]
    with pytest.raises(EvigateError, match="'sideways'"):
        session.sql("FROM asof_join('spine', 'facts', 'g', 't', 'g', 't', sideways := 1)")


@pytest.mark.parametrize(
    ("named", "word"),
    [
        ({"direction": "up"}, "direction"),
        ({"boundary": "open"}, "boundary"),
        ({"spine_by": ["f"], "facts_by": ["f"]}, "floats"),
        ({"spine_by": ["g"], "facts_by": ["x"]}, "by"),
        ({"spine_by": []}, "facts_by"),
        ({"spine_time": "f", "facts_time": "f"}, "time"),
        ({"spine_time": "nope"}, "nope"),
        ({"tolerance": timedelta(1)}, "tolerance"),
        ({"tolerance_steps": -1}, "tolerance_steps"),
        ({"tie_break": "nope"}, "tie_break"),
        ({"project": ["nope"]}, "project"),
        ({"project": ["x", "x"]}, "twice"),
    ],
)
def test_bad_arguments_are_named(make: Make, named: dict[str, Any], word: str) -> None:
    floats = pa.array([0.5] * 5)
    session = make(spine=SPINE.append_column("f", floats), facts=FACTS.append_column("f", floats))
    with pytest.raises(EvigateError, match=word) as caught:
        joined(session, **named)
    assert caught.value.code.name == "E_ASOF_INVALID"


@pytest.mark.parametrize("direction", ["backward", "forward", "nearest"])
@pytest.mark.parametrize("boundary", ["inclusive", "exclusive"])
def test_many_rows_agree_with_a_search_by_hand(make: Make, direction: str, boundary: str) -> None:
    random = np.random.default_rng(11)
    spine = [(int(g), int(t)) for g, t in random.integers(0, [6, 400], (800, 2))]
    facts = sorted({(int(g), int(t)) for g, t in random.integers(0, [6, 400], (300, 2))})
    tables = {
        "spine": pa.table({"g": [g for g, _ in spine], "t": [t for _, t in spine]}),
        "facts": pa.table({"g": [g for g, _ in facts], "t": [t for _, t in facts]}),
    }
    session = make(**tables)
    found = joined(
        session, "facts_t", direction=direction, boundary=boundary, tolerance_steps=9, project=["t"]
    )
    expected = []
    for group, moment in spine:
        gaps = [
            (abs(t - moment), t > moment, t)
            for g, t in facts
            if g == group
            and abs(t - moment) <= 9
            and (boundary == "inclusive" or t != moment)
            and (direction != "backward" or t <= moment)
            and (direction != "forward" or t >= moment)
        ]
        expected.append(min(gaps)[2] if gaps else None)
    assert found == expected
