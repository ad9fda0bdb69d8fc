"""Recipes that need PyTorch, against data whose difficulty is known; skipped without it."""

from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_digits

from evigate.papers.datasets import Task
from evigate.papers.recipes import find_recipe, match_method


class Fitted:
    """What a recipe returns, as the notebook defines it."""

    def __init__(self, predict: Any, scores: Any) -> None:
        self.predict, self.scores = predict, scores


def fitted(name: str, X: Any, y: Any, told: list[tuple[float, ...]], **settings: Any) -> Any:
    torch = pytest.importorskip("torch")
    recipe = find_recipe(name)
    assert recipe is not None
    room = {"torch": torch, "np": np, "Fitted": Fitted, "CLASS_COUNT": int(y.max()) + 1}
    exec(recipe.code, room)
    report = lambda *each: told.append(each)  # noqa: E731
    return room[name](X, y, seed=7, report=report, **{**recipe.defaults, **settings})


def test_a_small_residual_network_reads_digits_and_does_so_twice_alike() -> None:
    X, y = load_digits(return_X_y=True)
    train, test = slice(0, 1200), slice(1200, None)
    told: list[tuple[float, ...]] = []
    settings = {"epochs": 4, "batch_size": 64, "learning_rate": 0.05}
    network = fitted("small_resnet", X[train], y[train], told, **settings)
    scores = network.scores(X[test])
    # A nearest neighbour gets 0.96 on this part; a network that learns nothing 0.1.
    assert (network.predict(X[test]) == y[test]).mean() > 0.9
    assert np.allclose(scores.sum(axis=1), 1, atol=1e-5)
    assert told[-1][1] < told[0][1] and told[-1][2] > told[0][2]
    again = fitted("small_resnet", X[train], y[train], [], **settings)
    assert np.array_equal(again.scores(X[test]), scores)


def test_what_is_no_square_image_is_refused() -> None:
    with pytest.raises(ValueError, match="13 features are no square image"):
        fitted("small_resnet", np.zeros((4, 13)), np.array([0, 1, 0, 1]), [])


@pytest.mark.parametrize(
    ("name", "blocks"), [("ResNet", None), ("ResNet-8", 1), ("ResNet-20", 3), ("ResNet-50", 0)]
)
def test_only_residual_networks_of_the_small_form_are_run(name: str, blocks: int | None) -> None:
    match = match_method(name, Task.CLASSIFICATION)
    assert match.recipe == (None if blocks == 0 else "small_resnet")
    assert match.settings.get("blocks") == (blocks or None)
