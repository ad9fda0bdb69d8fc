"""Calibration measures against closed forms, numerical integrals and uniform PITs."""

import math

import numpy as np
import pyarrow as pa
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from evigate.base.errors import EvigateError
from evigate.engine.evals.calibration import (
    adaptive_ece,
    calibration_measures,
    score_gaussian,
    score_samples,
)
from evigate.engine.evals.forecasting import ForecastColumns, evaluate_forecasts


def array(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float64)


@pytest.mark.parametrize(("mean", "deviation", "actual"), [(0, 1, 0), (1, 2, -1.5), (3, 0.5, 3.2)])
def test_the_gaussian_crps_is_the_integral_that_defines_it(
    mean: float, deviation: float, actual: float
) -> None:
    found = score_gaussian(array(mean), array(deviation), array(actual))

    def gap(x: float) -> float:
        return float((norm.cdf(x, mean, deviation) - (x >= actual)) ** 2)

    low, high = mean - 12 * deviation, mean + 12 * deviation
    expected = quad(gap, low, actual)[0] + quad(gap, actual, high)[0]
    assert found.crps[0] == pytest.approx(expected, abs=1e-6)
    assert found.nll[0] == pytest.approx(-norm.logpdf(actual, mean, deviation))
    assert found.pit[0] == pytest.approx(norm.cdf(actual, mean, deviation))


def test_the_standard_case_is_known() -> None:
    # (sqrt 2 - 1) / sqrt pi; log(2 pi) / 2; 2 x 1.644854
    found = score_gaussian(array(0), array(1), array(0))
    assert found.crps[0] == pytest.approx((math.sqrt(2) - 1) / math.sqrt(math.pi))
    assert found.nll[0] == pytest.approx(0.9189385)
    assert found.width[0] == pytest.approx(3.2897073)


def test_the_sample_crps_is_the_mean_of_all_pairs() -> None:
    rng = np.random.default_rng(3)
    samples, actual = rng.normal(size=(4, 7)), rng.normal(size=4)
    found = score_samples(samples, actual)
    for row in range(4):
        x, y = samples[row], actual[row]
        expected = np.abs(x - y).mean() - np.abs(x[:, None] - x[None, :]).mean() / 2
        assert found.crps[row] == pytest.approx(expected)


def test_samples_of_a_normal_score_as_the_normal_does() -> None:
    rng = np.random.default_rng(5)
    actual = rng.normal(size=200)
    drawn = score_samples(rng.normal(size=(200, 4_000)), actual)
    exact = score_gaussian(np.zeros(200), np.ones(200), actual)
    assert drawn.crps == pytest.approx(exact.crps, abs=0.07)
    assert drawn.crps.mean() == pytest.approx(exact.crps.mean(), abs=0.005)
    assert drawn.nll == pytest.approx(exact.nll, abs=0.2)
    assert drawn.width.mean() == pytest.approx(exact.width.mean(), abs=0.05)


def test_the_calibration_error_is_none_for_uniform_values_and_half_for_a_point() -> None:
    assert adaptive_ece((np.arange(100) + 0.5) / 100) == pytest.approx(0)
    # All at 0: the mean of the uniform quantiles, 1/2.
    assert adaptive_ece(np.zeros(100)) == pytest.approx(0.5)
    # All at 1/2: the mean over bins of |1/2 - their middle|, a quarter.
    assert adaptive_ece(np.full(100, 0.5)) == pytest.approx(0.25)
    assert adaptive_ece(array(0.25)) == pytest.approx(0.25)
    shuffled = np.random.default_rng(1).permutation((np.arange(97) + 0.5) / 97)
    assert adaptive_ece(shuffled) == pytest.approx(0)


def test_overconfidence_shows_in_error_and_coverage() -> None:
    actual = np.random.default_rng(7).normal(size=5_000)
    honest = calibration_measures(score_gaussian(np.zeros(5_000), np.ones(5_000), actual))
    bold = calibration_measures(score_gaussian(np.zeros(5_000), np.full(5_000, 0.4), actual))
    assert honest["coverage"] == pytest.approx(0.9, abs=0.02)
    assert honest["adaptive_ece"] < 0.02 < 0.1 < bold["adaptive_ece"]
    assert bold["coverage"] < 0.6
    assert bold["sharpness"] < honest["sharpness"]
    assert honest["crps"] < bold["crps"]


def table(count: int = 6) -> pa.Table:
    return pa.table(
        {
            "id": [f"r{n}" for n in range(count)],
            "actual": [0.1 * n for n in range(count)],
            "mean": [0.0] * count,
            "std": [1.0] * count,
            "draws": [[-1.0, 0.0, 1.0]] * count,
            "kind": ["a", "b"] * (count // 2),
        }
    )


def test_forecasts_are_scored_a_row_and_a_cohort() -> None:
    columns = ForecastColumns(key="id", cohorts=["kind"])
    found = evaluate_forecasts(table(), columns)
    assert [row.id for row in found.rows] == [f"r{n}" for n in range(6)]
    assert {each.value: each.summary.count for each in found.cohorts} == {"a": 3, "b": 3}
    assert set(found.summary.metrics) == {"crps", "nll", "adaptive_ece", "sharpness", "coverage"}
    assert set(found.summary.intervals) == {"crps", "nll", "sharpness", "coverage"}
    sampled = evaluate_forecasts(table(), ForecastColumns(samples="draws"))
    assert [row.id for row in sampled.rows] == [str(n) for n in range(6)]


def test_flat_samples_have_no_likelihood() -> None:
    flat = table().set_column(4, "draws", pa.array([[1.0, 1.0]] * 6))
    found = evaluate_forecasts(flat, ForecastColumns(samples="draws"))
    assert found.summary.metrics["nll"] is None
    assert found.rows[0].metrics["nll"] is None
    assert "nll" not in found.summary.intervals


def test_forecasts_that_make_no_sense_are_refused() -> None:
    def refused(given: pa.Table, columns: ForecastColumns, level: float = 0.9) -> str:
        with pytest.raises(EvigateError) as refusal:
            evaluate_forecasts(given, columns, level=level)
        return refusal.value.code.name

    plain = ForecastColumns()
    assert refused(table().drop_columns(["std"]), plain) == "E_EVAL_COLUMNS"
    assert refused(table().slice(0, 0), plain) == "E_EVAL_NOTHING"
    assert refused(table(), plain, level=1.0) == "E_EVAL_OPTION"
    zero = table().set_column(3, "std", pa.array([1.0, 0.0, 1, 1, 1, 1]))
    assert refused(zero, plain) == "E_EVAL_ROWS"
    unknown = table().set_column(1, "actual", pa.array([1.0, None, 1, 1, 1, float("nan")]))
    assert refused(unknown, plain) == "E_EVAL_ROWS"
    ragged = table().set_column(4, "draws", pa.array([[1.0, 2.0]] * 5 + [[1.0]]))
    assert refused(ragged, ForecastColumns(samples="draws")) == "E_EVAL_ROWS"
    assert refused(table(), ForecastColumns(samples="mean")) == "E_EVAL_COLUMNS"
    assert refused(table(), ForecastColumns(key="kind")) == "E_EVAL_ROWS"
