"""The one form in which data reach a notebook: a file of plain numpy arrays, always the same bytes.

An `.npz` file without pickles, stored and not compressed, with fixed dates and sorted names, so
that its SHA-256 is a fact about the data. `X` holds the features and `y` the targets; texts are
UTF-8 bytes with a NUL between two, because an array of strings is as wide as its longest.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from evigate.base.errors import EvigateError
from evigate.papers.errors import E_DATASET_INVALID

Arrays = Mapping[str, "np.ndarray[Any, Any]"]
_DATE = (1980, 1, 1, 0, 0, 0)
TEXT_END = "\0"

# The values of `split`: which part of its own split a row belongs to.
UNUSED, TRAIN, TEST, VALIDATION = -1, 0, 1, 2


def pack(arrays: Arrays) -> bytes:
    """Return the file's bytes; the same arrays give the same bytes on every machine.

    Raises:
        EvigateError[E_DATASET_INVALID]: an array holds Python objects.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(arrays):
            array = np.asarray(arrays[name])
            if array.dtype.hasobject:
                message = f"The array {name!r} holds objects, not numbers or words."
                raise EvigateError(E_DATASET_INVALID, message)
            plain = array.astype(array.dtype.newbyteorder("<"), order="C", copy=False)
            inner = io.BytesIO()
            np.lib.format.write_array(inner, plain, version=(1, 0), allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}.npy", _DATE)
            info.external_attr = 0o644 << 16
            archive.writestr(info, inner.getvalue())
    return out.getvalue()


def unpack(content: bytes) -> dict[str, "np.ndarray[Any, Any]"]:
    """Return the arrays of a packed file.

    Raises:
        EvigateError[E_DATASET_INVALID]: these bytes are no such file.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as found:
            return {name: found[name] for name in found.files}
    except (ValueError, OSError, zipfile.BadZipFile) as error:
        raise EvigateError(E_DATASET_INVALID, f"This is no packed data set: {error}") from error


def joined(texts: Sequence[str]) -> "np.ndarray[Any, Any]":
    """Return texts as one array of bytes, NULs between; a NUL inside a text becomes a blank."""
    clean = TEXT_END.join(text.replace(TEXT_END, " ") for text in texts)
    return np.frombuffer(clean.encode(), dtype=np.uint8)


def words(names: Sequence[str]) -> "np.ndarray[Any, Any]":
    """Return names as an array of strings; one blank stands for none at all."""
    return np.array(list(names) or [" "], dtype=np.str_)
