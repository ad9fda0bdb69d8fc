"""Arrays with a heading in one file, the same bytes for the same content on every machine.

A mark, the length of a canonical JSON heading, the heading, then each array's bytes, little-endian
in C order. Trained models and the checkpoints of their training are such files.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from evigate.base.canonical import canonical_json, sha256_hex

MARK = b"EVGA1\n"
LENGTH_BYTES = 8
TYPES = ("<f4", "<f8", "<i8", "|u1")

Arrays = Mapping[str, npt.NDArray[Any]]


class NotArrays(Exception):
    """The bytes are no such file, or not all of one."""


def pack(heading: Mapping[str, Any], arrays: Arrays) -> bytes:
    """Return a file's bytes; the heading holds JSON values, arrays are f32, f64, i64 or bytes."""
    shapes = {}
    parts = []
    for name in sorted(arrays):
        array = np.asarray(arrays[name])
        kind = array.dtype.newbyteorder("<").str
        if kind not in TYPES:
            raise TypeError(f"the array {name!r} is of {array.dtype}")
        shapes[name] = [kind, list(array.shape)]
        parts.append(np.ascontiguousarray(array, kind).tobytes())
    head = canonical_json({"heading": dict(heading), "arrays": shapes})
    return b"".join([MARK, len(head).to_bytes(LENGTH_BYTES, "big"), head, *parts])


def unpack(data: bytes) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    """Return the heading and the arrays, read-only.

    Raises:
        NotArrays: the bytes are cut short, too many, or something else.
    """
    begin = len(MARK) + LENGTH_BYTES
    end = begin + int.from_bytes(data[len(MARK) : begin], "big")
    if not data.startswith(MARK) or end > len(data):
        raise NotArrays("it does not begin as such a file does")
    found: dict[str, npt.NDArray[Any]] = {}
    try:
        head = orjson.loads(data[begin:end])
        for name in sorted(head["arrays"]):
            kind, shape = head["arrays"][name]
            if kind not in TYPES:
                raise NotArrays(f"the array {name!r} is of {kind!r}")
            count = int(np.prod(shape, dtype=np.int64))
            found[name] = np.frombuffer(data, kind, count, end).reshape(shape)
            end += found[name].nbytes
    except (ValueError, KeyError, TypeError) as error:
        raise NotArrays("it is not whole") from error
    if end != len(data):
        raise NotArrays("it is longer than it says")
    return head["heading"], found


def read_arrays(path: Path, digest: str) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    """Return what a file holds, its bytes compared with a digest.

    Raises:
        NotArrays: it is not there, or holds something else.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise NotArrays("it cannot be read") from error
    if sha256_hex(data) != digest:
        raise NotArrays("it has been changed")
    return unpack(data)
