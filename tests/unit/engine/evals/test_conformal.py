"""Conformal sets and intervals: thresholds by hand, coverage as promised."""

import math

import numpy as np
import pytest

from evigate.base.errors import EvigateError
from evigate.engine.evals.conformal import (
    ConformalMethod,
    conformal_threshold,
    conformalize,
    conformalize_cqr,
    conformalize_interval,
)

SIZES = (1_000, 10_000, 100_000)


def near(size: int) -> float:
    """Four deviations of a coverage over 20 000 rows and a calibration set of this size."""
    return 4 * math.sqrt(0.09 / size + 0.09 / 20_000)


def classes(size: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of six classes and a class drawn from each."""
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet([0.7] * 6, size)
    labels = (rng.random(size)[:, None] > probabilities.cumsum(axis=1)).sum(axis=1)
    return probabilities, np.minimum(labels, 5)


@pytest.mark.parametrize(
    ("count", "alpha", "rank"),
    [(9, 0.1, 9), (19, 0.1, 18), (100, 0.1, 91), (9, 0.3, 7), (9, 0.7, 3), (19, 0.05, 19)],
)
def test_the_threshold_is_the_score_of_that_rank(count: int, alpha: float, rank: int) -> None:
    scores = np.random.default_rng(2).permutation(np.arange(1.0, count + 1))
    assert conformal_threshold(scores, alpha) == rank


@pytest.mark.parametrize(("count", "alpha"), [(8, 0.1), (0, 0.1), (18, 0.05), (98, 0.01)])
def test_too_few_rows_promise_nothing(count: int, alpha: float) -> None:
    assert count < math.ceil(1 / alpha) - 1
    assert conformal_threshold(np.arange(float(count)), alpha) == math.inf
    assert conformal_threshold(np.arange(float(math.ceil(1 / alpha) - 1)), alpha) < math.inf


def test_too_few_rows_give_the_full_set_and_the_whole_line() -> None:
    found = conformalize([[0.9, 0.1]] * 3, [0, 0, 0], [[0.99, 0.01]], alpha=0.1)
    assert found.threshold == math.inf and found.is_member.all()
    wide = conformalize_interval([1.0], [1.0], [5.0], alpha=0.1)
    assert (wide.lower[0], wide.upper[0]) == (-math.inf, math.inf)
    cqr = conformalize_cqr([1.0], [2.0], [1.0], [5.0], [6.0], alpha=0.1)
    assert (cqr.lower[0], cqr.upper[0]) == (-math.inf, math.inf)


CALIBRATION = [[0.6, 0.3, 0.1], [0.2, 0.7, 0.1], [0.1, 0.4, 0.5], [0.25, 0.5, 0.25]]
TRUTH = [0, 1, 1, 0]
NEW = [[0.5, 0.3, 0.2], [0.34, 0.33, 0.33], [0.98, 0.01, 0.01]]


def members(found: np.ndarray) -> list[list[int]]:
    return [np.flatnonzero(row).tolist() for row in found]


def test_sets_by_hand() -> None:
    # alpha 0.4: the third smallest of four scores.
    # LAC: 0.4, 0.3, 0.6, 0.75 -> 0.6: classes of probability 0.4 or more.
    lac = conformalize(CALIBRATION, TRUTH, NEW, alpha=0.4, method=ConformalMethod.LAC)
    assert lac.threshold == pytest.approx(0.6)
    assert members(lac.is_member) == [[0], [], [0]]
    # APS: 0.6, 0.7, 0.9, 0.75 (class 0 before the equal class 2) -> 0.75.
    aps = conformalize(CALIBRATION, TRUTH, NEW, alpha=0.4)
    assert aps.threshold == pytest.approx(0.75)
    assert members(aps.is_member) == [[0], [0, 1], []]
    # RAPS, 0.1 for each rank beyond the first: 0.6, 0.7, 1.0, 0.85 -> 0.85.
    raps = conformalize(
        CALIBRATION, TRUTH, NEW, alpha=0.4, method=ConformalMethod.RAPS, penalty=0.1
    )
    assert raps.threshold == pytest.approx(0.85)
    assert members(raps.is_member) == [[0], [0, 1], []]
    steep = conformalize(
        CALIBRATION, TRUTH, NEW, alpha=0.4, method=ConformalMethod.RAPS, penalty=0.5
    )
    # 0.6, 0.7, 1.4, 1.25 -> 1.25: the second class of row 1 has 0.67 + 0.5, the third 2.0.
    assert steep.threshold == pytest.approx(1.25)
    assert members(steep.is_member) == [[0], [0, 1], [0]]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("method", list(ConformalMethod))
def test_sets_hold_the_class_as_often_as_promised(method: ConformalMethod, size: int) -> None:
    probabilities, labels = classes(size, 29)
    new, truth = classes(20_000, 31)
    found = conformalize(probabilities, labels, new, alpha=0.1, method=method)
    coverage = found.is_member[np.arange(20_000), truth].mean()
    # RAPS scores tie little; none of the three may fall short, nor hold much more.
    assert coverage == pytest.approx(0.9, abs=near(size) + 0.005)


@pytest.mark.parametrize("size", SIZES)
def test_intervals_hold_the_number_as_often_as_promised(size: int) -> None:
    rng = np.random.default_rng(37)
    truth, new = rng.normal(size=size), rng.normal(size=20_000)
    found = conformalize_interval(np.zeros(size), truth, np.zeros(20_000), alpha=0.1)
    assert found.threshold == pytest.approx(1.645, abs=0.2)
    assert ((found.lower <= new) & (new <= found.upper)).mean() == pytest.approx(
        0.9, abs=near(size)
    )
    spread = rng.uniform(0.5, 2, size)
    actual = spread * rng.normal(size=size)
    other = rng.uniform(0.5, 2, 20_000)
    outcome = other * rng.normal(size=20_000)
    # The quantiles given are too narrow; the intervals are not.
    moved = conformalize_cqr(-spread, spread, actual, -other, other, alpha=0.1)
    assert moved.threshold > 0
    assert ((moved.lower <= outcome) & (outcome <= moved.upper)).mean() == pytest.approx(
        0.9, abs=near(size)
    )


def test_quantiles_that_are_too_wide_are_drawn_in_but_never_crossed() -> None:
    actual = np.linspace(-1, 1, 99)
    found = conformalize_cqr(
        np.full(99, -10.0), np.full(99, 10.0), actual, [-10.0, 3.0], [10.0, 4.0], alpha=0.1
    )
    assert found.threshold < -8
    assert (found.lower[1], found.upper[1]) == (3.5, 3.5)
    assert -1.5 < found.lower[0] < found.upper[0] < 1.5


def test_the_same_numbers_give_the_same_sets() -> None:
    probabilities, labels = classes(500, 41)
    first = conformalize(probabilities, labels, probabilities)
    again = conformalize(probabilities[::-1], labels[::-1], probabilities)
    assert first.threshold == again.threshold
    assert (first.is_member == again.is_member).all()


@pytest.mark.parametrize(
    ("calibration", "labels", "new", "alpha", "words"),
    [
        (CALIBRATION, TRUTH, NEW, 0.0, "alpha"),
        (CALIBRATION, TRUTH, NEW, 1.0, "alpha"),
        (CALIBRATION, TRUTH[:3], NEW, 0.1, "3 labels"),
        (CALIBRATION, [0, 1, 3, 0], NEW, 0.1, "label 3"),
        (CALIBRATION, [0, 1, 0.5, 0], NEW, 0.1, "label 0.5"),
        ([[0.6, 0.6]], [0], [[0.5, 0.5]], 0.1, "sums to 1.2"),
        ([[1.2, -0.2]], [0], [[0.5, 0.5]], 0.1, "no distribution"),
        (CALIBRATION, TRUTH, [[0.5, 0.5]], 0.1, "2 to predict"),
        (CALIBRATION, TRUTH, [[math.nan, 0.5, 0.5]], 0.1, "not finite"),
        (CALIBRATION, TRUTH, [0.5, 0.5], 0.1, "dimensions"),
        ([["a", "b"]], [0], NEW, 0.1, "not numbers"),
    ],
)
def test_input_that_makes_no_sense_is_refused(
    calibration: list, labels: list, new: list, alpha: float, words: str
) -> None:
    with pytest.raises(EvigateError, match=words) as refusal:
        conformalize(calibration, labels, new, alpha=alpha)
    assert refusal.value.code.name == "E_CONFORMAL_INPUT"


def test_lengths_must_be_equal() -> None:
    with pytest.raises(EvigateError, match="lengths"):
        conformalize_interval([1.0], [1.0, 2.0], [1.0])
    with pytest.raises(EvigateError, match="lengths"):
        conformalize_cqr([1.0], [1.0], [1.0], [1.0], [1.0, 2.0])
