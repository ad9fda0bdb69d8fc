"""What an adapter learns: the weights of a small map over vectors that stay as they are."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evigate.engine.models.adapters import moved_by
from evigate.engine.train.learning import Passed, Places, Settings, Weights
from evigate.engine.train.losses import Matrix


@dataclass(frozen=True, slots=True, eq=False)
class _Moved:
    """Vectors that went through the map: before, hidden, length after it, and of unit length."""

    before: Matrix
    hidden: Matrix | None
    lengths: Matrix
    units: Matrix


class Adapter:
    """
    The map over unit vectors (v, d), as a `Learner`; begins as the map that changes nothing.

    The vectors are those that examples count places in.
    """

    def __init__(self, vectors: npt.NDArray[np.float32], settings: Settings) -> None:
        self._vectors = vectors
        self._settings = settings

    def first_weights(self) -> Weights:
        """Return the first weights, drawn with the settings' seed where there is a hidden layer."""
        width, hidden = self._vectors.shape[1], self._settings.hidden
        if not hidden:
            return {"matrix": np.zeros((width, width))}
        draw = np.random.default_rng([self._settings.seed, 1])
        return {
            "inner": draw.standard_normal((width, hidden)) / np.sqrt(width),
            "bias": np.zeros(hidden),
            "outer": np.zeros((hidden, width)),
        }

    def forward(self, weights: Weights, parts: Sequence[Places], *, seed: int | None) -> Passed:
        """Return moved vectors; there is no chance in it, so `seed` is not read."""
        moved = [_moved(weights, self._vectors[each]) for each in parts]

        def back(slopes: Sequence[Matrix]) -> Weights:
            total = {name: np.zeros_like(each) for name, each in weights.items()}
            for each, slope in zip(moved, slopes, strict=True):
                _add_gradients(total, weights, each, slope)
            return total

        return Passed([each.units for each in moved], back)


def _moved(weights: Weights, vectors: npt.NDArray[np.float32]) -> _Moved:
    before = vectors.astype(np.float64)
    after, hidden = moved_by(weights, before)
    lengths = np.maximum(np.linalg.norm(after, axis=1, keepdims=True), 1e-12)
    return _Moved(before, hidden, lengths, after / lengths)


def _add_gradients(total: Weights, weights: Weights, moved: _Moved, slope: Matrix) -> None:
    along = (moved.units * slope).sum(axis=1, keepdims=True)
    back = (slope - moved.units * along) / moved.lengths
    if moved.hidden is None:
        total["matrix"] += moved.before.T @ back
        return
    total["outer"] += moved.hidden.T @ back
    inner = (back @ weights["outer"].T) * (1 - moved.hidden**2)
    total["inner"] += moved.before.T @ inner
    total["bias"] += inner.sum(axis=0)
