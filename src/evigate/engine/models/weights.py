"""Reading tensors that others trained, and knowing that they are those we mean.

The one file that knows safetensors. Digests of the built-in weights are pinned in the code, so a
package that ships other bytes under the same name is refused rather than served.
"""

import hashlib
import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load

from evigate.base.errors import EvigateError
from evigate.engine.models.errors import E_MODEL_CORRUPT, E_MODEL_LOAD


def package_folder(package: str) -> Path:
    """Return where an installed package lies, without importing it; E_MODEL_LOAD if it is not."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise EvigateError(
            E_MODEL_LOAD,
            f"The package {package!r}, which holds the model's weights, is not installed.",
            remediation="Reinstall evigate with its dependencies.",
        )
    return Path(next(iter(spec.submodule_search_locations)))


def read_verified(path: Path, digest: str) -> bytes:
    """Return a file's bytes, whose SHA-256 is `digest`.

    Raises:
        E_MODEL_LOAD: there is no such file.
        E_MODEL_CORRUPT: the bytes are others.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise EvigateError(
            E_MODEL_LOAD, f"The weights {path.name!r} cannot be read: {type(error).__name__}."
        ) from error
    found = hashlib.sha256(data).hexdigest()
    if found != digest:
        raise EvigateError(
            E_MODEL_CORRUPT,
            f"The file {path.name!r} has the digest {found[:12]}, not {digest[:12]}.",
        )
    return data


def read_tensors(path: Path, digest: str) -> Mapping[str, npt.NDArray[Any]]:
    """Return the tensors of a safetensors file, whose SHA-256 is `digest`, by name."""
    try:
        tensors: Mapping[str, npt.NDArray[Any]] = load(read_verified(path, digest))
        return tensors
    except SafetensorError as error:
        raise EvigateError(E_MODEL_LOAD, f"The weights {path.name!r} cannot be read.") from error
