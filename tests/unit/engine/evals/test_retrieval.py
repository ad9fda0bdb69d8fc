"""Retrieval measures against numbers worked out by hand."""

import math

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evigate.base.errors import EvigateError
from evigate.engine.evals.judgments import read_judgments
from evigate.engine.evals.models import Examined
from evigate.engine.evals.ranking import (
    Answers,
    evaluate_ranking,
    one_by_one,
    ranking_measures,
)
from evigate.engine.evals.retrieval import latency_measures, score_rankings


def one(ranking: list[str], grades: dict[str, int], k: int) -> dict[str, float]:
    return score_rankings({"q": ranking}, {"q": grades}, k=k)["q"]


def test_two_of_three_relevant_in_the_first_three() -> None:
    found = one(["a", "x", "b"], {"a": 1, "b": 1, "c": 1}, 3)
    assert found["recall"] == pytest.approx(2 / 3)
    assert found["precision"] == pytest.approx(2 / 3)
    assert found["mrr"] == 1
    # AP = (1/1 + 2/3) / 3
    assert found["map"] == pytest.approx(5 / 9)
    assert found["hit_rate"] == 1


def test_recall_at_several_depths() -> None:
    found = one(["a", "x", "b", "y", "c", "z"], {"a": 1, "b": 1, "c": 1}, 10)
    depths = [found[f"recall_at_{depth}"] for depth in (1, 3, 5, 10)]
    assert depths == pytest.approx([1 / 3, 2 / 3, 1, 1])
    assert set(one(["a"], {"a": 1}, 4)) == {
        *("recall", "precision", "mrr", "ndcg", "map", "hit_rate", "recall_at_1", "recall_at_3")
    }


def test_ndcg_has_the_ideal_of_all_judgments() -> None:
    # Relevant at places 1, 2 and 5 of four: (1 + 1/log2 3 + 1/log2 6) / (1 + 1/log2 3 + 1/2 + 1/log2 5)
    found = one(["a", "b", "x", "y", "c"], dict.fromkeys("abcd", 1), 10)
    assert found["ndcg"] == pytest.approx(0.787702, abs=5e-7)
    assert [found[f"recall_at_{n}"] for n in (1, 3, 5, 10)] == [0.25, 0.5, 0.75, 0.75]
    assert found["precision"] == pytest.approx(0.3)


def test_gain_is_linear_in_the_grade() -> None:
    # Gains 1, 3 instead of 3, 1: (1 + 3/log2 3) / (3 + 1/log2 3)
    found = one(["low", "high"], {"high": 3, "low": 1}, 10)
    assert found["ndcg"] == pytest.approx((1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3)))
    assert one(["high", "low"], {"high": 3, "low": 1}, 10)["ndcg"] == 1


def test_a_duplicate_counts_once_and_keeps_its_places() -> None:
    found = one(["a", "a", "b"], {"a": 1, "b": 1}, 3)
    assert (found["recall"], found["precision"]) == (1, pytest.approx(2 / 3))
    # b stands third: (1 + 1/log2 4) / (1 + 1/log2 3)
    assert found["ndcg"] == pytest.approx(1.5 / (1 + 1 / math.log2(3)))
    assert one(["x", "x", "a"], {"a": 1}, 3)["mrr"] == pytest.approx(1 / 3)


def test_answers_beyond_k_and_missing_ones_do_not_count() -> None:
    assert one(["x", "y", "a"], {"a": 1}, 2)["recall"] == 0
    assert one(["a"], {"a": 1}, 5)["precision"] == pytest.approx(0.2)
    assert one([], {"a": 1}, 5)["mrr"] == 0


@pytest.mark.parametrize("grades", [{}, {"a": 0}])
def test_where_nothing_is_relevant_everything_is_zero(grades: dict[str, int]) -> None:
    assert set(one(["a", "b"], grades, 10).values()) == {0.0}


def test_ids_may_be_anything() -> None:
    odd = ["a\0b", "a\0c", "", "\ud800", "x y\n"]
    grades = dict.fromkeys(odd[1:], 1)
    assert one(odd, grades, 5)["recall"] == 1
    assert one(odd[:1], grades, 5)["recall"] == 0


def plainly(ranking: list[str], grades: dict[str, int], k: int) -> dict[str, float]:
    """The definitions read out, duplicates at their best place."""
    seen: set[str] = set()
    gains = []
    for document in ranking[:k]:
        gains.append(0 if document in seen else grades.get(document, 0))
        seen.add(document)
    relevant = sum(grade > 0 for grade in grades.values())
    hits = [gain > 0 for gain in gains]
    ideal = sorted(grades.values(), reverse=True)[:k]
    precisions = [sum(hits[: n + 1]) / (n + 1) for n, hit in enumerate(hits) if hit]

    def dcg(values: list[int]) -> float:
        return sum(value / math.log2(place + 2) for place, value in enumerate(values))

    return {
        "recall": sum(hits) / relevant if relevant else 0,
        "precision": sum(hits) / k,
        "mrr": 1 / (hits.index(True) + 1) if any(hits) else 0,
        "ndcg": dcg(gains) / dcg(ideal) if relevant else 0,
        "map": sum(precisions) / relevant if relevant else 0,
        "hit_rate": float(any(hits)),
    }


@given(
    ranking=st.lists(st.sampled_from("abcdefgh"), max_size=12),
    grades=st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 4), max_size=6),
    k=st.integers(1, 12),
)
def test_any_ranking_scores_as_the_definitions_read(
    ranking: list[str], grades: dict[str, int], k: int
) -> None:
    expected = plainly(ranking, grades, k)
    found = one(ranking, grades, k)
    assert {name: found[name] for name in expected} == pytest.approx(expected, abs=1e-9)
    assert all(0 <= value <= 1 + 1e-12 for value in found.values())


def test_the_mean_is_over_queries_and_of_none_it_is_zero() -> None:
    assert ranking_measures([{"recall": 1.0}, {"recall": 0.0}])["recall"] == 0.5
    assert set(ranking_measures([]).values()) == {0.0}
    assert set(ranking_measures([])) == {"recall", "precision", "mrr", "ndcg", "map", "hit_rate"}


def test_latencies_have_a_mean_and_quantiles() -> None:
    found = latency_measures([1.0, 2.0, 3.0, 10.0])
    assert found["latency_ms_mean"] == 4
    assert found["latency_ms_p50"] == 2.5
    assert found["latency_ms_max"] == 10
    # Place 0.95 x 3 = 2.85 between the third and the fourth.
    assert found["latency_ms_p95"] == pytest.approx(8.95)


JUDGED = pa.table(
    {
        "query_id": [1, 1, 2, 3],
        "query_text": ["one", "one", "two", "three"],
        "relevant_id": pa.array([10, 11, 12, None], pa.int64()),
        "grade": [2, 1, 1, 1],
        "lang": ["en", "en", "en", None],
    }
)


def test_an_eval_asks_each_query_once_and_sums_up_its_cohorts() -> None:
    judged = read_judgments(JUDGED, ["lang"])
    asked: list[str] = []

    def answer(queries: list[str], k: int) -> Answers:
        asked.extend(queries)
        return Answers([["10", "11"], ["x", "12"], ["y"]][: len(queries)], [1.0, 2.0, 3.0])

    outcome = evaluate_ranking(judged, answer, k=2, examined=Examined(model="m@1"))  # type: ignore[arg-type]
    assert asked == ["one", "two", "three"]
    assert outcome.examined.model == "m@1"
    assert outcome.summary.metrics["recall"] == pytest.approx(2 / 3)
    assert outcome.summary.metrics["mrr"] == pytest.approx(0.5)
    assert outcome.summary.metrics["latency_ms_p50"] == 2
    assert outcome.details == {"nothing_relevant_count": 1, "nothing_found_count": 0}
    (unknown, english) = outcome.cohorts
    assert (unknown.value, unknown.summary.count) == ("(none)", 1)
    assert (english.value, english.summary.metrics["mrr"]) == ("en", 0.75)
    low, high = english.summary.intervals["mrr"].lower, english.summary.intervals["mrr"].upper
    assert (low, high) == (0.5, 1.0)


def test_time_is_taken_of_each_query_and_not_of_the_first_opening() -> None:
    calls: list[str] = []
    answers = one_by_one(lambda query, k: calls.append(query) or [query])(["a", "b"], 3)  # type: ignore[func-returns-value]
    assert calls == ["a", "a", "b"]
    assert answers.rankings == [["a"], ["b"]]
    assert len(answers.latencies_ms) == 2 and min(answers.latencies_ms) >= 0


def changed(**columns: list[object]) -> pa.Table:
    table = JUDGED
    for name, values in columns.items():
        place = table.schema.get_field_index(name)
        table = table.set_column(place, name, pa.array(values))
    return table


@pytest.mark.parametrize(
    ("table", "code", "words"),
    [
        (JUDGED.drop_columns(["relevant_id"]), "E_EVAL_COLUMNS", "'relevant_id'"),
        (JUDGED.slice(0, 0), "E_EVAL_NOTHING", "no judgments"),
        (changed(query_id=[1, None, 2, 3]), "E_EVAL_ROWS", "Row 1"),
        (changed(query_text=["one", "other", "two", "three"]), "E_EVAL_ROWS", "'1'"),
        (changed(lang=["en", "de", "en", "en"]), "E_EVAL_ROWS", "'1'"),
        (changed(relevant_id=[10, 10, 12, 13]), "E_EVAL_ROWS", "'10'"),
        (changed(grade=[2, -1, 1, 1]), "E_EVAL_ROWS", "-1"),
        (changed(grade=[2, 0.5, 1, 1]), "E_EVAL_ROWS", "0.5"),
        (changed(grade=[2, None, 1, 1]), "E_EVAL_ROWS", "Row 1"),
        (changed(grade=["2", "high", "1", "1"]), "E_EVAL_COLUMNS", "'grade'"),
        (changed(query_id=["a", "b" * 501, "c", "d"]), "E_EVAL_ROWS", "'bbb"),
        (changed(query_id=["a", "b\0", "c", "d"]), "E_EVAL_ROWS", "Row 1"),
        (changed(query_id=[1.0, 2.0, 3.0, float("inf")]), "E_EVAL_COLUMNS", "'query_id'"),
        (changed(query_id=[[1], [1], [2], [3]]), "E_EVAL_COLUMNS", "'query_id'"),
    ],
)
def test_judgments_that_make_no_sense_are_refused(table: pa.Table, code: str, words: str) -> None:
    with pytest.raises(EvigateError) as refusal:
        read_judgments(table, ["lang"])
    assert refusal.value.code.name == code
    assert words in str(refusal.value)


def test_ids_read_alike_whatever_their_type_and_order() -> None:
    as_float = JUDGED.set_column(2, "relevant_id", pa.array([10.0, 11.0, 12.0, None]))
    with_nan = JUDGED.set_column(2, "relevant_id", pa.array([10.0, 11.0, 12.0, math.nan]))
    assert read_judgments(with_nan).grades == read_judgments(JUDGED).grades
    coded = JUDGED.set_column(1, "query_text", JUDGED["query_text"].dictionary_encode())
    assert read_judgments(coded).golden == read_judgments(JUDGED).golden
    shuffled = JUDGED.take([3, 2, 0, 1])
    whole = read_judgments(JUDGED)
    assert read_judgments(as_float).golden == whole.golden == read_judgments(shuffled).golden
    assert whole.grades == {"1": {"10": 2, "11": 1}, "2": {"12": 1}, "3": {}}
    assert whole.golden.size == 4
    renamed = JUDGED.rename_columns(
        ["query_id", "query_text", "relevant_id", "relevance_grade", "x"]
    )
    assert read_judgments(renamed).golden == whole.golden
    other = read_judgments(changed(grade=[2, 1, 2, 1]))
    assert other.golden.digest != whole.golden.digest
