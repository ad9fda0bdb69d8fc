"""From the vectors of tokens to the vector of a text, as the model's own configuration says it.

A wrong guess here gives plausible vectors that retrieve badly, so a configuration that cannot be
followed exactly is refused; only its absence means the usual mean.
"""

import json
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evigate.base.errors import EvigateError
from evigate.engine.models.errors import E_MODEL_LOAD

POOLING_FILE = "1_Pooling/config.json"
MODULES_FILE = "modules.json"
MASKED_OUT = np.float32(-3.0e38)


class Pooling(StrEnum):
    """How tokens become one vector."""

    CLS = "cls"
    MEAN = "mean"
    MAX = "max"
    WEIGHTED_MEAN = "weightedmean"
    MEAN_SQRT_LENGTH = "mean_sqrt_len_tokens"


_NAMES = {
    "cls": Pooling.CLS,
    "cls_token": Pooling.CLS,
    "mean": Pooling.MEAN,
    "mean_tokens": Pooling.MEAN,
    "max": Pooling.MAX,
    "max_tokens": Pooling.MAX,
    "weightedmean": Pooling.WEIGHTED_MEAN,
    "weightedmean_tokens": Pooling.WEIGHTED_MEAN,
    "mean_sqrt_len_tokens": Pooling.MEAN_SQRT_LENGTH,
}
_FOLLOWED_MODULES = ("Transformer", "Pooling", "Normalize")


def read_pooling(folder: Path) -> Pooling:
    """Return the pooling that a model folder declares, mean where it declares none.

    Raises:
        E_MODEL_LOAD: the file is no JSON object, names no mode, several, or one that is not
            followed here (the last token), or `modules.json` adds a module of another type.

    Source:
        The file layout of sentence-transformers (Reimers & Gurevych, EMNLP 2019).
    """
    _check_modules(folder)
    path = folder / POOLING_FILE
    if not path.exists():
        return Pooling.MEAN
    config = read_json(path)
    mode = config.get("pooling_mode")
    if mode is not None:
        names = [mode] if isinstance(mode, str) else list(mode) if isinstance(mode, list) else []
    else:
        flags = {k: v for k, v in config.items() if k.startswith("pooling_mode_")}
        if not all(isinstance(value, bool) for value in flags.values()):
            raise _refused(path, "has a pooling mode that is neither true nor false")
        names = [k.removeprefix("pooling_mode_") for k, chosen in flags.items() if chosen]
    if len(names) != 1:
        raise _refused(path, f"names {len(names)} pooling modes, not one: {names}")
    if names[0] not in _NAMES:
        raise _refused(path, f"names the pooling mode {names[0]!r}, which is not supported")
    return _NAMES[names[0]]


def pool(
    hidden: npt.NDArray[Any], mask: npt.NDArray[np.int64], pooling: Pooling
) -> npt.NDArray[np.float32]:
    """Return (n, d) from token vectors (n, tokens, d) and a mask (n, tokens) of 1 and 0.

    A row without tokens gives zeros. Not normalised.
    """
    hidden = np.asarray(hidden, dtype=np.float32)
    if pooling is Pooling.CLS:
        return hidden[:, 0]
    kept = mask[:, :, None].astype(np.float32)
    if pooling is Pooling.MAX:
        best = np.where(kept > 0, hidden, MASKED_OUT).max(axis=1)
        result: npt.NDArray[np.float32] = np.where(mask.max(axis=1, keepdims=True) > 0, best, 0)
        return result.astype(np.float32)
    if pooling is Pooling.WEIGHTED_MEAN:
        kept = kept * np.arange(1, hidden.shape[1] + 1, dtype=np.float32)[None, :, None]
    total = np.maximum(kept.sum(axis=1), 1e-9)
    if pooling is Pooling.MEAN_SQRT_LENGTH:
        total = np.sqrt(total)
    mean: npt.NDArray[np.float32] = (hidden * kept).sum(axis=1) / total
    return mean


def read_json(path: Path) -> dict[str, Any]:
    """Return a JSON file's object; E_MODEL_LOAD if it holds anything else."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _refused(path, "cannot be read as JSON") from error
    if not isinstance(value, dict):
        raise _refused(path, "holds no JSON object")
    return value


def _check_modules(folder: Path) -> None:
    path = folder / MODULES_FILE
    if not path.exists():
        return
    try:
        modules = json.loads(path.read_text(encoding="utf-8"))
        types = [str(module["type"]).rpartition(".")[2] for module in modules]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise _refused(path, "cannot be read as a list of modules") from error
    for name in types:
        if name not in _FOLLOWED_MODULES:
            raise _refused(path, f"has a module of type {name!r}, which is not supported")


def _refused(path: Path, why: str) -> EvigateError:
    shown = "/".join(path.parts[-3:])
    return EvigateError(E_MODEL_LOAD, f"The model's file {shown!r} {why}.")
