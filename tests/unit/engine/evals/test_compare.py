"""Comparisons: truly paired, of shared queries, the same in any order."""

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from evigate.engine.evals.compare import compare_runs, paired_significance
from evigate.engine.evals.intervals import bootstrap_mean, intervals_of, resamples_of


def rows(values: list[float], name: str = "recall") -> dict[str, dict[str, float]]:
    return {f"q{n}": {name: value} for n, value in enumerate(values)}


def test_a_run_beside_itself_differs_by_nothing() -> None:
    run = rows([0.1, 0.9, 0.4])
    baseline, same = compare_runs([("one", run), ("two", run)])
    assert baseline.deltas == []
    (delta,) = same.deltas
    assert (delta.absolute, delta.relative) == (0, 0)
    assert delta.significance is not None
    assert delta.significance.p_value == 1
    assert (delta.significance.lower, delta.significance.upper) == (0, 0)


def test_deltas_are_absolute_and_relative() -> None:
    _, better = compare_runs([("one", rows([0.2, 0.2])), ("two", rows([0.3, 0.3]))])
    (delta,) = better.deltas
    assert (delta.absolute, delta.relative) == (pytest.approx(0.1), pytest.approx(0.5))
    _, from_none = compare_runs([("one", rows([0.0, 0.0])), ("two", rows([0.0, 1.0]))])
    assert (from_none.deltas[0].absolute, from_none.deltas[0].relative) == (0.5, None)


def test_without_a_shared_query_nothing_is_significant() -> None:
    apart = {"other": {"recall": 1.0}}
    _, found = compare_runs([("one", rows([0.5])), ("two", apart)])
    assert found.shared_count == 0
    assert found.deltas[0].significance is None
    assert found.deltas[0].absolute == 0.5


def test_only_shared_queries_that_have_the_measure_are_compared() -> None:
    one = {"a": {"recall": 0.0}, "b": {"recall": 1.0}, "c": {"recall": None}}
    two = {"b": {"recall": 0.5}, "c": {"recall": 1.0}, "d": {"recall": 1.0, "mrr": 1.0}}
    _, found = compare_runs([("one", one), ("two", two)])
    assert found.shared_count == 2
    (delta,) = found.deltas
    assert (delta.metric, delta.baseline, delta.value) == ("recall", 1.0, 0.5)


def test_the_p_value_of_few_queries_is_that_of_all_sign_flips() -> None:
    # All five differences are positive: 2 of 32 flips have a mean as far from 0.
    found = paired_significance(np.array([0.1, 0.2, 0.3, 0.4, 0.5]))
    assert found.p_value == pytest.approx(2 / 32)
    assert paired_significance(np.array([0.1, 0.1, 0.1])).p_value == pytest.approx(2 / 8)
    assert paired_significance(np.array([0.5])).p_value == 1
    assert paired_significance(np.full(3_000, 0.1)).p_value == 0
    # Of +1, +1, -1 no flip's mean is nearer to 0: |sum| is 1 or 3.
    assert paired_significance(np.array([1.0, 1.0, -1.0])).p_value == 1


def test_small_steady_gains_are_found_where_an_unpaired_test_sees_none() -> None:
    rng = np.random.default_rng(11)
    base = rng.uniform(0, 1, 60)
    better = base + rng.normal(0.02, 0.01, 60)
    found = paired_significance(better - base)
    assert found.p_value < 0.001
    assert found.lower > 0
    assert mannwhitneyu(base, better).pvalue > 0.3


def test_chance_is_called_chance_about_as_often_as_promised() -> None:
    rng = np.random.default_rng(13)
    called = [paired_significance(rng.normal(size=12)).p_value <= 0.05 for _ in range(200)]
    # Binomial(200, 0.05): 10 expected, 2 or fewer and 20 or more are both below 1 %.
    assert 3 <= sum(called) <= 20


def test_order_changes_nothing() -> None:
    values = np.random.default_rng(17).normal(0.1, 1, 40)
    found = paired_significance(values)
    assert paired_significance(values[::-1]) == found
    assert paired_significance(np.random.default_rng(1).permutation(values)) == found
    one = {f"q{n}": {"m": v} for n, v in enumerate(values)}
    two = dict(reversed(one.items()))
    other = rows([0.5] * 40, "m")
    assert compare_runs([("a", other), ("b", one)]) == compare_runs([("a", other), ("b", two)])


def test_many_queries_are_tested_by_the_mean_alone_and_agree() -> None:
    rng = np.random.default_rng(19)
    few = rng.normal(0.05, 1, 2_000)
    more = np.append(few, few[:1])
    assert paired_significance(more).p_value == pytest.approx(
        paired_significance(few).p_value, abs=0.015
    )


def test_an_interval_holds_the_mean_about_as_often_as_promised() -> None:
    rng = np.random.default_rng(23)
    held = 0
    for _ in range(200):
        interval = bootstrap_mean(rng.normal(1.0, 1.0, 50), resamples=400)
        held += interval.lower <= 1.0 <= interval.upper
    # 95 % in the limit; the percentile interval of 50 values holds a little less.
    assert 178 <= held <= 199


def test_intervals_are_of_the_rows_that_have_the_measure() -> None:
    found = intervals_of([{"a": 1.0, "b": None}, {"a": 0.0}, {"b": 2.0}])
    assert (found["a"].lower, found["a"].upper) == (0, 1)
    assert (found["b"].lower, found["b"].upper) == (2, 2)
    assert intervals_of([]) == {}


def test_large_samples_are_drawn_less_often() -> None:
    assert resamples_of(100) == 10_000
    assert resamples_of(10_000) == 4_000
    assert resamples_of(10**7) == 400
