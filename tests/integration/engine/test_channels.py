"""Channels: declared, added to, never changed; and contributions with their provenance."""

import pyarrow as pa
import pytest
from tests.integration.engine.conftest import documents

from evigate.base.errors import EvigateError
from evigate.engine.engine import Engine


def test_the_seeds_channels_are_there_for_everybody(db: Engine, other: Engine) -> None:
    names = [(each.name, each.priority) for each in db.channels.list()]
    assert names == [
        ("vector", 1),
        ("inference", 2),
        ("bm25", 3),
        ("conformal", 4),
        ("uncertainty", 5),
    ]
    assert dict(db.channels.list()[2].columns) == {"bm25_score": "Float32", "bm25_rank": "Int64"}
    db.channels.declare("clicks", priority=2, columns={"click_rate": "Float64"})
    assert [each.name for each in db.channels.list()][1:3] == ["clicks", "inference"]
    assert "clicks" not in [each.name for each in other.channels.list()]
    other.channels.declare("clicks", priority=9, columns={"click_rate": "Int32"})


def test_columns_are_only_added(db: Engine) -> None:
    db.channels.declare("clicks", priority=6, columns={"rate": "Float64"})
    grown = db.channels.add_columns("clicks", {"seen": "Int64"})
    assert list(grown.columns) == ["rate", "seen"]
    assert list(db.channels.list()[-1].columns) == ["rate", "seen"]
    for call, code in (
        (lambda: db.channels.add_columns("clicks", {"rate": "Int32"}), "E_CHANNEL_COLUMN"),
        (lambda: db.channels.add_columns("clicks", {"x": "Decimal"}), "E_CHANNEL_COLUMN"),
        (lambda: db.channels.add_columns("vector", {"x": "Int32"}), "E_CHANNEL_MISSING"),
        (lambda: db.channels.declare("clicks", priority=1, columns={}), "E_CHANNEL_EXISTS"),
        (lambda: db.channels.declare("bm25", priority=1, columns={}), "E_CHANNEL_EXISTS"),
        (lambda: db.channels.declare("Bad name", priority=1, columns={}), "E_CHANNEL_NAME"),
    ):
        with pytest.raises(EvigateError) as refusal:
            call()
        assert refusal.value.code.name == code
    with pytest.raises(EvigateError, match="declared Float64"):
        db.channels.add_columns("clicks", {"rate": "Int32"})


def test_a_contribution_fills_its_rows_and_says_who_spoke(db: Engine) -> None:
    db.sources.add("docs", documents(5), key="id")
    db.embed("docs", columns=["title"], model="wordllama")
    db.channels.declare("clicks", priority=0, columns={"rate": "Float64", "seen": "Int64"})
    hits = db.search("docs", "wing", k=3)
    first, second, third = hits["id"].to_pylist()
    rows = pa.table({"id": [third, first, "unknown"], "rate": [0.5, 0.25, 1.0]})
    told = db.channels.contribute(hits, "clicks", rows)
    assert told.column_names[:7] == [
        "id", "score", "retrieved_by", "annotated_by", "rate", "seen", "similarity",
    ]  # fmt: skip
    assert told["rate"].to_pylist() == [0.25, None, 0.5]
    assert told["seen"].to_pylist() == [None, None, None]
    assert told["annotated_by"].to_pylist() == [["clicks"], [], ["clicks"]]
    assert told["retrieved_by"].to_pylist() == [["vector"]] * 3
    labels = pa.table({"id": [second], "inference_task": ["ner"], "inference_confidence": [0.9]})
    both = db.channels.contribute(told, "inference", labels)
    assert both["annotated_by"].to_pylist() == [["clicks"], ["inference"], ["clicks"]]
    assert both["inference_task"].to_pylist() == [None, "ner", None]
    found = db.channels.contribute(hits, "bm25", pa.table({"id": [first]}), is_retrieval=True)
    assert found["retrieved_by"].to_pylist()[0] == ["vector", "bm25"]


@pytest.mark.parametrize(
    "rows",
    [
        {"id": ["a", "a"], "rate": [1.0, 2.0]},
        {"id": ["a"], "oops": [1.0]},
        {"id": ["a"], "rate": ["much"]},
        {"key": ["a"], "rate": [1.0]},
    ],
)
def test_contributions_that_do_not_fit_are_refused(
    db: Engine, rows: dict[str, list[object]]
) -> None:
    db.sources.add("docs", documents(5), key="id")
    db.embed("docs", columns=["title"], model="wordllama")
    db.channels.declare("clicks", priority=0, columns={"rate": "Float64"})
    with pytest.raises(EvigateError) as refusal:
        db.channels.contribute(db.search("docs", "wing", k=2), "clicks", pa.table(rows))
    assert refusal.value.code.name == "E_CHANNEL_ROWS"
