"""Adapters: a small map behind a frozen encoder, so that its vectors stand better for one purpose.

y = x + x A (linear), or y = x + tanh(x B + c) D (one hidden layer), then unit length. The base
stays what it is and is loaded once for all who use it; an adapter is refused behind another one.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import Model, ModelTask
from evigate.engine.models.arrays import NotArrays, read_arrays
from evigate.engine.models.errors import E_MODEL_CORRUPT, E_MODEL_LOAD

ADAPTER = "adapter"
PREDICTOR = "predictor"
BASE = "base"

Weights = Mapping[str, npt.NDArray[Any]]


class VectorMap:
    """An adapter's weights in memory."""

    def __init__(self, weights: Weights) -> None:
        self._weights = {name: np.asarray(each, np.float32) for name, each in weights.items()}
        self.size_bytes = sum(each.nbytes for each in self._weights.values())

    def apply(self, vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return unit vectors (n, d) of unit vectors (n, d); a zero row stays zero."""
        moved = np.asarray(moved_by(self._weights, vectors)[0], np.float32)
        moved[~vectors.any(axis=1)] = 0
        lengths = np.linalg.norm(moved, axis=1, keepdims=True)
        return np.asarray(moved / np.where(lengths == 0, 1, lengths), np.float32)

    def close(self) -> None:
        """Give the weights back."""
        self._weights = {}


def moved_by(
    weights: Weights, vectors: npt.NDArray[Any]
) -> tuple[npt.NDArray[Any], npt.NDArray[Any] | None]:
    """Return vectors (n, d) moved, not yet of unit length, and the hidden layer where there is one.

    The weights are `matrix` (d, d); or `inner` (d, h), `bias` (h,) and `outer` (h, d).
    """
    if "matrix" in weights:
        return vectors + vectors @ weights["matrix"], None
    hidden = np.tanh(vectors @ weights["inner"] + weights["bias"])
    return vectors + hidden @ weights["outer"], hidden


def load_adapter(model: Model) -> VectorMap:
    """Load an adapter's weights from its folder.

    Raises:
        E_MODEL_LOAD: its location or its base is not known.
        E_MODEL_CORRUPT: the file is missing or not what was trained, or the base is another now.
    """
    base = base_of(model)
    if model.location is None or base is None:
        raise EvigateError(E_MODEL_LOAD, f"The adapter {model.id!r} lacks its files or its base.")
    try:
        heading, arrays = read_arrays(Path(model.location), model.digest)
    except NotArrays as error:
        message = f"The file of the adapter {model.id!r} is damaged: {error}."
        raise EvigateError(E_MODEL_CORRUPT, message) from error
    if heading["base_digest"] != base.digest:
        message = f"The base {base.id!r} of {model.id!r} is another than it was trained behind."
        raise EvigateError(E_MODEL_CORRUPT, message)
    return VectorMap(arrays)


def base_of(model: Model) -> Model | None:
    """Return the model behind which an adapter stands, None for all others."""
    value = model.options.get(BASE)
    if model.backend != ADAPTER or not isinstance(value, Mapping):
        return None
    return Model(**{**value, "task": ModelTask(value["task"])})


def base_value(model: Model) -> dict[str, Any]:
    """Return a model as the JSON value that `base_of` reads."""
    names = ("name", "version", "backend", "dimensions", "digest", "location")
    values = {name: getattr(model, name) for name in names}
    return {**values, "task": model.task.value, "options": dict(model.options)}
