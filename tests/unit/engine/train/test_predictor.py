"""A predictor finds what can be known, says how sure it is, and keeps its promise."""

import math

import numpy as np
import pytest

from evigate.base.errors import EvigateError
from evigate.engine.train.errors import E_TRAIN_DATA
from evigate.engine.train.predictor import (
    Kernel,
    References,
    check_levels,
    crps_of,
    fit_kernel,
    nearest,
    predict,
    quantile_of,
    residuals,
    share,
    spread,
)


def world(count: int, seed: int, noise: float = 0.2, width: int = 8):
    """Values that are smooth in the vectors, and noise of known size."""
    draw = np.random.default_rng(seed)
    vectors = draw.standard_normal((count, width))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    truth = 3 * vectors[:, 0] + 2 * vectors[:, 1] * vectors[:, 2]
    return vectors.astype(np.float32), truth + noise * draw.standard_normal(count)


@pytest.mark.parametrize("kind", ["normal", "heavy", "skewed"])
def test_intervals_hold_as_often_as_promised_on_rows_never_seen(kind: str) -> None:
    vectors, values = world(1_600, seed=1)
    draw = np.random.default_rng(2)
    if kind == "heavy":
        values = values + 0.4 * draw.standard_t(2.5, len(values))
    if kind == "skewed":
        values = values + draw.exponential(0.6, len(values))
    known = References(vectors[:500], values[:500])
    kernel = fit_kernel(known, k=24, seed=0)
    errors = residuals(predict(known, kernel, vectors[500:800], k=24), values[500:800])
    told, truth = predict(known, kernel, vectors[800:], k=24), values[800:]
    for lower, upper in ((0.05, 0.95), (0.1, 0.9), (0.25, 0.75)):
        low = told.means + told.deviations * quantile_of(errors, lower)
        high = told.means + told.deviations * quantile_of(errors, upper)
        covered = float(((low <= truth) & (truth <= high)).mean())
        # 300 calibrate and 800 judge: three deviations of both together.
        room = 3 * math.sqrt((upper - lower) * (1 - upper + lower) * (1 / 300 + 1 / 800))
        assert abs(covered - (upper - lower)) < room, (kind, lower, covered)


def test_means_are_near_the_truth_and_deviations_near_the_noise() -> None:
    vectors, values = world(900, seed=4)
    known = References(vectors[:600], values[:600])
    kernel = fit_kernel(known, k=32, seed=0)
    told = predict(known, kernel, vectors[600:], k=32)
    wrong = told.means - values[600:]
    assert np.sqrt(np.mean(wrong**2)) < 0.45 * values.std()
    errors = residuals(told, values[600:])
    assert 0.75 < spread(errors) < 1.25


def test_far_from_every_reference_the_doubt_is_the_priors() -> None:
    draw = np.random.default_rng(0)
    near = np.eye(8)[0] + 0.05 * draw.standard_normal((200, 8))
    near /= np.linalg.norm(near, axis=1, keepdims=True)
    known = References(near.astype(np.float32), 10 * near[:, 1] + 5)
    kernel = fit_kernel(known, k=16, seed=0)
    there = predict(known, kernel, near[:1].astype(np.float32), k=16)
    away = predict(known, kernel, -np.eye(8)[:1].astype(np.float32), k=16)
    assert away.deviations[0] > 3 * there.deviations[0]
    assert away.means[0] == pytest.approx(known.values.mean(), abs=0.2)


def test_one_reference_by_hand() -> None:
    known = References(np.array([[1.0, 0.0]], np.float32), np.array([3.0]))
    kernel = Kernel(mean=1.0, variance=4.0, length=1.0, noise=1.0)
    told = predict(known, kernel, np.array([[0.0, 1.0]], np.float32), k=1)
    # The squared distance is 2, so the likeness is exp(-1); inner is 1 + 1.
    likeness = math.exp(-1)
    assert told.means[0] == pytest.approx(1 + likeness / 2 * 2)
    assert told.deviations[0] == pytest.approx(math.sqrt(4 * (2 - likeness**2 / 2)))


def test_a_reference_is_never_predicted_from_itself() -> None:
    vectors, values = world(60, seed=5)
    known = References(vectors, values)
    own = np.arange(60)
    places, squares = nearest(known, vectors, 10, skipped=own)
    assert not (places == own[:, None]).any()
    assert (np.diff(squares, axis=1) >= 0).all()
    kernel = Kernel(0.0, 1.0, 0.7, 0.01)
    apart = predict(known, kernel, vectors, k=10, skipped=own)
    others = References(vectors[1:], values[1:])
    assert apart.means[0] == pytest.approx(predict(others, kernel, vectors[:1], k=10).means[0])


def test_quantiles_by_hand() -> None:
    errors = np.arange(1.0, 10.0)  # nine: ranks are of ten
    assert quantile_of(errors, 0.9) == 9
    assert quantile_of(errors, 0.91) == math.inf
    assert quantile_of(errors, 0.5) == 5
    assert quantile_of(errors, 0.1) == 1
    assert quantile_of(errors, 0.09) == -math.inf


def test_crps_of_a_normal_forecast_by_hand() -> None:
    # At the mean it is sigma (sqrt(2) - 1) / sqrt(pi).
    found = crps_of(np.zeros(1), np.full(1, 2.0), np.zeros(1))
    assert found[0] == pytest.approx(2 * (math.sqrt(2) - 1) / math.sqrt(math.pi))
    far = crps_of(np.zeros(1), np.ones(1), np.full(1, 50.0))
    assert far[0] == pytest.approx(50 - 1 / math.sqrt(math.pi))


def test_shares_are_apart_and_few_rows_are_refused() -> None:
    parts = share(200, references_max=100, seed=0)
    lists = [parts.references, parts.calibration, parts.judging]
    assert [len(each) for each in lists] == [100, 30, 30]
    assert len(set(np.concatenate(lists))) == 160
    with pytest.raises(EvigateError) as refusal:
        share(20, references_max=100, seed=0)
    assert refusal.value.code is E_TRAIN_DATA


def test_levels_are_ascending_probabilities() -> None:
    assert check_levels([0.05, 0.5])
    for wrong in ([], [0.0], [1.0], [0.5, 0.5], [0.9, 0.1], [float("nan")]):
        assert not check_levels(wrong)
