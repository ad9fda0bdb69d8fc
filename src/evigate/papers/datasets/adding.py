"""From what somebody says of a data set, and its files, to an entry and its packed file."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from evigate.base.canonical import sha256_hex
from evigate.base.errors import EvigateError
from evigate.papers.datasets.models import DataKind, DatasetEntry, Task
from evigate.papers.datasets.packing import TEST, TRAIN, VALIDATION, pack
from evigate.papers.datasets.reading import make_arrays
from evigate.papers.errors import E_DATASET_INVALID

NAME = re.compile(r"^[a-z][a-z0-9_]{0,63}$")
_KINDS = {
    "sentences": DataKind.TEXT,
    "review_archive": DataKind.TEXT,
    "planetoid": DataKind.GRAPH,
    "series": DataKind.SERIES,
    "series_npz": DataKind.SERIES,
    "csv": DataKind.TABLE,
    "idx": DataKind.TABLE,
}
_PARTS = {TRAIN: "train", TEST: "test", VALIDATION: "validation"}


@dataclass(frozen=True, slots=True)
class DatasetSpec:
    """What is said of a set that is added; `options` are its reader's."""

    name: str
    reader: str
    title: str = ""
    aliases: tuple[str, ...] = ()
    licence: str | None = None
    source: str = "added by hand"
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MadeDataset:
    """An entry and the packed file that it names."""

    entry: DatasetEntry
    content: bytes


def make_dataset(spec: DatasetSpec, files: Sequence[bytes]) -> MadeDataset:
    """
    Read the files and describe what is in them.

    Raises:
        EvigateError[E_DATASET_INVALID]: the name or the files are not of the form wanted.
    """
    if not NAME.match(spec.name):
        message = f"The name {spec.name!r} is not lower-case letters, digits and underscores."
        raise EvigateError(E_DATASET_INVALID, message)
    if not files:
        raise EvigateError(E_DATASET_INVALID, "A data set needs at least one file.")
    arrays = make_arrays(spec.reader, files, spec.options)
    kind = _KINDS[spec.reader]
    return described(spec, kind, arrays)


def described(
    spec: DatasetSpec, kind: DataKind, arrays: Mapping[str, "np.ndarray[Any, Any]"]
) -> MadeDataset:
    """Return the entry that says of the arrays what a registry says, with their file."""
    content = pack(arrays)
    y = arrays["y"]
    if len(y) < 2:
        raise EvigateError(E_DATASET_INVALID, "A data set needs two rows at least.")
    classes = tuple(str(name) for name in arrays["class_names"]) if "class_names" in arrays else ()
    columns = tuple(str(name) for name in arrays["columns"]) if "columns" in arrays else ()
    entry = DatasetEntry(
        name=spec.name,
        title=spec.title or spec.name,
        aliases=(spec.name, *spec.aliases),
        licence=spec.licence,
        source=spec.source,
        task=Task.CLASSIFICATION if classes else Task.REGRESSION,
        rows=len(y),
        features=int(arrays["X"].shape[1]) if "X" in arrays else None,
        classes=classes,
        class_rows=tuple(np.bincount(y, minlength=len(classes)).tolist()) if classes else (),
        kind=kind,
        splits=_splits(arrays),
        columns=columns,
        outcome=spec.options.get("outcome"),
        fixed_folds=len(np.unique(arrays["fold"])) if "fold" in arrays else None,
        size_bytes=len(content),
    )
    return MadeDataset(replace(entry, notes=f"sha256 {sha256_hex(content)}"), content)


def _splits(arrays: Mapping[str, "np.ndarray[Any, Any]"]) -> tuple[str, ...]:
    if "split" not in arrays:
        return ()
    return tuple(_PARTS[code] for code in np.unique(arrays["split"]).tolist() if code in _PARTS)
