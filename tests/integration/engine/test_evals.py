"""Evals over real sources, searches and models: kept, compared, and each tenant's own."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.integration.engine.conftest import documents

from evigate.base.errors import EvigateError
from evigate.base.ids import new_uuid
from evigate.engine.engine import Engine

COLUMNS = ["title", "text"]
TOPICS = ("slipstream wing", "boundary layer plate", "heat conduction", "buckling shells", "pasta")


def judgments(count: int = 5) -> pa.Table:
    """Five queries, each answered by the documents of its title."""
    rows = [
        {
            "query_id": f"q{topic}",
            "query_text": TOPICS[topic],
            "relevant_id": f"d{n:04d}",
            "grade": 2 if n < 5 else 1,
            "field": "food" if topic == 4 else "physics",
        }
        for topic in range(count)
        for n in range(topic, 30, 5)
    ]
    return pa.Table.from_pylist(rows)


def filled(db: Engine) -> None:
    db.sources.add("docs", documents(30), key="id")
    db.embed("docs", columns=COLUMNS, model="wordllama")
    db.index("docs", columns=COLUMNS)


def refused(code: str, call: Any, *args: Any, **options: Any) -> EvigateError:
    with pytest.raises(EvigateError) as refusal:
        call(*args, **options)
    assert refusal.value.code.name == code, refusal.value
    return refusal.value


def test_a_retrieval_run_is_kept_with_what_it_looked_at(db: Engine) -> None:
    filled(db)
    db.sources.add("judged", judgments())
    run = db.evals.retrieval("docs", "judged", k=6, mode="lexical", cohorts=["field"])
    # Each title's six documents hold words that no other title has.
    assert run.metrics is not None
    assert run.metrics["recall"] == run.metrics["precision"] == 1
    assert run.metrics["hit_rate"] == run.metrics["map"] == 1
    assert run.metrics["latency_ms_p50"] > 0
    assert (run.count, run.golden_source, run.golden_size, run.k) == (5, "judged", 30, 6)
    assert (run.table, run.table_version) == ("docs_words", 1)
    assert run.source_version == db.sources.describe("docs").version
    assert {(each.value, each.summary.count) for each in run.cohorts} == {
        ("food", 1),
        ("physics", 4),
    }
    assert run.details["tables"] == {"docs_words": 1}
    both = db.evals.retrieval("docs", "judged", k=6)
    assert both.details["tables"] == {"docs_vectors": 1, "docs_words": 1}
    assert db.evals.get(str(run.id)) == run
    rows = db.evals.per_query(str(run.id))
    assert rows["query_id"].to_pylist() == [f"q{n}" for n in range(5)]
    assert rows["recall"].to_pylist() == [1.0] * 5
    assert rows["cohort_field"].to_pylist()[4] == "food"
    vectors = db.evals.retrieval("docs", judgments(), k=6, mode="vector", exact=True)
    assert (vectors.table, vectors.model, vectors.golden_source) == (
        *("docs_vectors", "wordllama@1"),
        None,
    )
    assert vectors.golden_digest == run.golden_digest
    since = db.evals.retrieval(
        "docs", judgments(), k=6, mode="lexical", where="year >= $y", params={"y": 1940}
    )
    assert since.config["params"] == {"y": 1940}
    assert vectors.config == {"mode": "vector", "exact": True, "cohorts": []}


def test_runs_are_compared_query_by_query(db: Engine) -> None:
    filled(db)
    good = db.evals.retrieval("docs", judgments(), k=6, mode="lexical")
    poor = db.evals.retrieval("docs", judgments(), k=6, mode="lexical", where="year < 1950")
    less = db.evals.retrieval("docs", judgments(3), k=6, mode="lexical")
    found = db.evals.compare([str(good.id), str(good.id), str(poor.id), str(less.id)])
    assert [each.run for each in found] == [str(each.id) for each in (good, good, poor, less)]
    baseline, same, worse, fewer = found
    assert baseline.deltas == []
    recall = {each.metric: each for each in worse.deltas}["recall"]
    # Two of each six documents are left: all five queries lose two thirds.
    assert recall.absolute == pytest.approx(-2 / 3)
    assert recall.relative == pytest.approx(-2 / 3)
    assert recall.significance is not None
    assert recall.significance.p_value == pytest.approx(2 / 32)
    assert recall.significance.upper < 0
    itself = {each.metric: each.significance for each in same.deltas}["ndcg"]
    assert itself is not None and itself.p_value == 1
    assert (fewer.shared_count, fewer.is_same_golden, worse.is_same_golden) == (3, False, True)
    refused("E_EVAL_COMPARE", db.evals.compare, [str(good.id)])


def test_tables_of_one_source_are_compared(db: Engine) -> None:
    filled(db)
    db.models.add_callable("blind", lambda texts: [[1.0, float(len(t) % 3)] for t in texts])
    db.embed("docs", columns=COLUMNS, model="blind", name="docs_blind")
    tables = ["docs_blind", "docs_vectors"]
    first, second = db.evals.compare_tables("docs", judgments(), tables=tables, k=6)
    assert [db.evals.get(each.run).table for each in (first, second)] == tables
    assert {each.metric: each.absolute for each in second.deltas}["ndcg"] > 0


def test_a_run_that_fails_is_kept_with_its_error(db: Engine) -> None:
    filled(db)
    refused("E_SOURCE_MISSING", db.evals.retrieval, "nope", judgments())
    refused("E_EVAL_COLUMNS", db.evals.retrieval, "docs", judgments().drop_columns(["query_text"]))
    refused("E_EVAL_OPTION", db.evals.retrieval, "docs", judgments(), k=0)
    refused("E_EVAL_OPTION", db.evals.retrieval, "docs", judgments(), mode="psychic")
    refused("E_SQL_UNKNOWN_RELATION", db.evals.retrieval, "docs", "nope")
    runs = db.evals.list()
    assert [each.status for each in runs] == ["failed"] * 5
    assert all(each.metrics is None and each.completed_at for each in runs)
    assert [each.error["code"] for each in runs if each.error] == [
        "E_SQL_UNKNOWN_RELATION",
        "E_EVAL_OPTION",
        "E_EVAL_OPTION",
        "E_EVAL_COLUMNS",
        "E_SOURCE_MISSING",
    ]
    good = db.evals.retrieval("docs", judgments(1), k=3)
    refused("E_EVAL_COMPARE", db.evals.compare, [str(good.id), str(runs[0].id)])
    assert db.evals.per_query(str(runs[0].id)).num_rows == 0


def test_a_foreign_error_is_kept_without_its_words(db: Engine) -> None:
    from evigate.engine.evals.models import EvalType, Plan

    def fail() -> Any:
        raise RuntimeError("password=hunter2")

    plan = Plan(EvalType.RETRIEVAL, "docs", None, 10, {})
    with pytest.raises(RuntimeError):
        db.evals._service.run(db.subject, plan, fail)
    assert db.evals.list()[0].error == {"code": "E_BUG", "message": "RuntimeError"}


def test_a_run_whose_process_died_is_failed_in_the_end(db: Engine, other: Engine) -> None:
    from evigate.engine.evals import store
    from evigate.engine.evals.models import EvalType, Plan

    plan = Plan(EvalType.CALIBRATION, None, None, None, {})
    old, young = new_uuid(), new_uuid()
    for each in (db, other):
        with db.core.database.tx(each.subject) as tx:
            store.insert_run(tx, old, plan)
            store.insert_run(tx, young, plan)
            tx.connection.execute(
                "UPDATE engine.eval_runs SET created_at = now() - interval '25 hours' WHERE id = %s",
                (old,),
            )
    db.evals.calibration(pa.table({"actual": [0.0], "mean": [0.0], "std": [1.0]}))
    found = db.evals.get(str(old))
    assert found.status == "failed" and found.error is not None
    assert found.error["code"] == "E_EVAL_ABANDONED"
    assert db.evals.get(str(young)).status == "running"
    assert other.evals.get(str(old)).status == "running"


def test_runs_are_listed_newest_first_in_pages_and_removed(db: Engine) -> None:
    forecasts = pa.table({"actual": [0.0, 1.0], "mean": [0.0, 0.5], "std": [1.0, 1.0]})
    ids = [str(db.evals.calibration(forecasts).id) for _ in range(3)]
    assert [str(each.id) for each in db.evals.list(limit=2)] == [ids[2], ids[1]]
    assert [str(each.id) for each in db.evals.list(before=ids[1])] == [ids[0]]
    assert db.evals.list(type="retrieval") == []
    assert len(db.evals.list(type="calibration")) == 3
    db.evals.remove(ids[0])
    refused("E_EVAL_MISSING", db.evals.get, ids[0])
    refused("E_EVAL_MISSING", db.evals.per_query, ids[0])
    refused("E_EVAL_MISSING", db.evals.remove, ids[0])
    refused("E_EVAL_MISSING", db.evals.get, "not-an-id")
    refused("E_EVAL_OPTION", db.evals.list, type="poetry")
    refused("E_EVAL_OPTION", db.evals.list, limit=0)


def test_tenants_see_their_own_runs_alone(db: Engine, other: Engine) -> None:
    filled(db)
    mine = db.evals.retrieval("docs", judgments(), k=3)
    assert other.evals.list() == []
    for call in (other.evals.get, other.evals.per_query, other.evals.remove):
        refused("E_EVAL_MISSING", call, str(mine.id))
    refused("E_EVAL_MISSING", other.evals.compare, [str(mine.id), str(mine.id)])
    forecasts = pa.table({"actual": [0.0], "mean": [0.0], "std": [1.0]})
    theirs = other.evals.calibration(forecasts)
    assert [each.id for each in db.evals.list()] == [mine.id]
    assert [each.id for each in other.evals.list()] == [theirs.id]
    refused("E_SQL_UNKNOWN_RELATION", other.evals.calibration, "docs")


def test_a_classifier_is_scored_on_labelled_rows(db: Engine, tmp_path: Path) -> None:
    labels = ["food" if n % 5 == 4 else "physics" for n in range(10)]
    table = documents(10).append_column("label", pa.array([*labels[:9], None]))
    path = tmp_path / "docs.parquet"
    pq.write_table(table, path)
    db.sources.add("docs", str(path), key="id")
    db.models.add_callable(
        "guess",
        lambda texts: [
            {"label": "food" if "plate" in t or "pasta" in t else "physics"} for t in texts
        ],
        task="classification",
    )
    run = db.evals.inference("guess", "docs", columns=["text"], task="classification")
    assert run.metrics is not None
    # Documents 1 and 6 speak of a flat plate; document 9 has no label: 7 of 9.
    assert run.metrics["accuracy"] == pytest.approx(7 / 9)
    assert run.details["unlabelled_count"] == 1
    assert run.details["classes"]["food"]["precision"] == pytest.approx(1 / 3)
    assert run.details["classes"]["food"]["recall"] == 1
    assert (run.model, run.golden_size, run.type) == ("guess@1", 9, "inference")
    golden = pa.table({"id": ["d0001", "d0004"], "truth": ["physics", "food"]})
    apart = db.evals.inference(
        "guess", "docs", columns=["text"], golden=golden, label_column="truth"
    )
    assert apart.metrics is not None and apart.metrics["accuracy"] == 0.5
    refused("E_EVAL_TASK", db.evals.inference, "guess", "docs", columns=["text"], task="ner")
    refused("E_EVAL_TASK", db.evals.inference, "minilm", "docs", columns=["text"])
    refused("E_EVAL_COLUMNS", db.evals.inference, "guess", documents(3), columns=["text"])


def test_forecasts_of_a_relation_are_scored_beside_a_golden_one(db: Engine) -> None:
    rows = 40
    forecasts = pa.table(
        {
            "id": [f"r{n}" for n in range(rows)],
            "mean": [float(n) for n in range(rows)],
            "std": [1.0] * rows,
            "season": ["wet", "dry"] * (rows // 2),
        }
    )
    db.sources.add("forecasts", forecasts, key="id")
    outcomes = pa.table(
        {"id": [f"r{n}" for n in range(rows)], "actual": [n + 0.5 for n in range(rows)]}
    )
    run = db.evals.calibration("forecasts", golden=outcomes.slice(10), cohorts=["season"])
    assert run.metrics is not None and run.count == 30
    assert run.metrics["coverage"] == 1
    # All z are 1/2: CRPS = (2 Phi(.5) - 1)/2 + 2 phi(.5) - 1/sqrt pi
    assert run.metrics["crps"] == pytest.approx(0.33140, abs=1e-4)
    assert {each.value for each in run.cohorts} == {"wet", "dry"}
    assert db.evals.per_query(str(run.id))["query_id"].to_pylist()[0] == "r10"


def test_conformal_verbs_speak_json(db: Engine) -> None:
    sets = db.evals.conformalize([[0.9, 0.1]] * 3, [0] * 3, [[0.6, 0.4]])
    assert (sets.threshold, sets.sets) == (None, [[0, 1]])
    sets = db.evals.conformalize([[0.9, 0.1]] * 9, [0] * 9, [[0.95, 0.05]], method="lac")
    assert (sets.threshold, sets.sets) == (pytest.approx(0.1), [[0]])
    refused("E_EVAL_OPTION", db.evals.conformalize, [[1.0]], [0], [[1.0]], method="guess")
    wide = db.evals.conformalize_interval([1.0], [2.0], [5.0])
    assert (wide.threshold, wide.lower, wide.upper) == (None, [None], [None])
    line = [float(n) for n in range(9)]
    near = db.evals.conformalize_interval(line, [n + 1 for n in line], [5.0])
    assert (near.threshold, near.lower, near.upper) == (1, [4], [6])
    cqr = db.evals.conformalize_cqr(line, line, [n + 2 for n in line], [5.0], [6.0])
    assert (cqr.threshold, cqr.lower, cqr.upper) == (2, [3], [8])


def test_ten_thousand_queries_are_kept_and_read(db: Engine) -> None:
    rows = 10_000
    forecasts = pa.table({"actual": [0.1] * rows, "mean": [0.0] * rows, "std": [1.0] * rows})
    run = db.evals.calibration(forecasts)
    found = db.evals.per_query(str(run.id))
    assert found.num_rows == rows
    assert len(set(found["query_id"].to_pylist())) == rows
