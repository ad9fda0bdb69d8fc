"""Losses against numbers worked by hand, and their gradients against differences."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from evigate.engine.train.losses import Loss, Matrix, cosent_loss, ranking_loss, triplet_loss

DRAW = np.random.default_rng(7)


def rows(count: int, width: int = 5) -> Matrix:
    found: Matrix = DRAW.standard_normal((count, width))
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def unmasked(count: int, more: int = 0) -> np.ndarray:
    return np.zeros((count, count + more), np.bool_)


def check_gradients(loss: Callable[..., Loss], *parts: Matrix) -> None:
    """Compare each gradient with a central difference."""
    found = loss(*parts).gradients
    assert len(found) == len(parts)
    for number, part in enumerate(parts):
        for place in np.ndindex(*part.shape):
            values = []
            for step in (1e-6, -1e-6):
                moved = [each.copy() for each in parts]
                moved[number][place] += step
                values.append(loss(*moved).value)
            wanted = (values[0] - values[1]) / 2e-6
            assert found[number][place] == pytest.approx(wanted, abs=1e-5), (number, place)


def test_two_pairs_at_right_angles_by_hand() -> None:
    # Scores are [[1, 0], [0, 1]]; the loss of each row is log(e + 1) - 1.
    own = np.eye(2)
    found = ranking_loss(own, own, np.zeros((0, 2)), unmasked(2), temperature=1.0)
    assert found.value == pytest.approx(math.log(math.e + 1) - 1)


def test_what_answers_too_is_no_negative() -> None:
    own = np.eye(2)
    masked = np.array([[False, True], [False, False]])
    found = ranking_loss(own, own, np.zeros((0, 2)), masked, temperature=1.0)
    # The first row has its own positive alone, and so no loss.
    assert found.value == pytest.approx((math.log(math.e + 1) - 1) / 2)


def test_a_hard_negative_counts_as_a_candidate() -> None:
    own = np.array([[1.0, 0.0]])
    found = ranking_loss(own, own, own, unmasked(1, 1), temperature=1.0)
    assert found.value == pytest.approx(math.log(2))


def test_gradients_of_the_ranking_loss() -> None:
    masked = unmasked(4, 2)
    masked[0, 2] = masked[1, 5] = True
    check_gradients(
        lambda a, p, n: ranking_loss(a, p, n, masked, temperature=0.5), rows(4), rows(4), rows(2)
    )


def test_a_triplet_within_its_margin_is_free() -> None:
    anchor, positive, negative = (np.array([each]) for each in ([1.0, 0], [1.0, 0], [0, 1.0]))
    assert triplet_loss(anchor, positive, negative, margin=0.5).value == 0
    # 1.5 - 1 + 0
    assert triplet_loss(anchor, positive, negative, margin=1.5).value == pytest.approx(0.5)


def test_gradients_of_the_triplet_loss() -> None:
    check_gradients(lambda *parts: triplet_loss(*parts, margin=0.9), rows(4), rows(4), rows(4))


def test_cosent_of_two_pairs_by_hand() -> None:
    left, right = np.eye(2), np.array([[0.0, 1.0], [0.0, 1.0]])
    # The first pair should be closer and has cosine 0, the second 1: log(1 + exp(20 (1 - 0))).
    found = cosent_loss(left, right, np.array([1.0, 0.0]))
    assert found.value == pytest.approx(math.log1p(math.exp(20)))
    assert cosent_loss(left, right, np.array([1.0, 1.0])).value == 0


def test_gradients_of_cosent() -> None:
    scores = np.array([0.1, 0.9, 0.5, 0.5])
    check_gradients(lambda a, b: cosent_loss(a, b, scores), rows(4) * 0.3, rows(4) * 0.3)
