"""How a graph holds vectors: as they are, as scaled bytes, or as one bit a dimension.

The quantiser is fitted while a segment is written, from its own rows, and the same for every later
query. Bytes use one scale for the whole segment, the largest magnitude in it: unit vectors of 384
numbers then fill the byte, where the index library's own conversion leaves them within +-20. Bits
compare with the median of each dimension, because embeddings are far from centred and plain signs
leave many dimensions constant.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evigate.engine.catalog.models import Precision
from evigate.engine.index.scoring import Matrix

MEDIAN_ROWS = 100_000
BYTE_MAX = 127


@dataclass(frozen=True, slots=True)
class Quantiser:
    """Turns float32 rows into what a graph of one precision holds.

    `scale` multiplies rows before they become bytes; `thresholds` (float32, one a dimension) are
    for binary only.
    """

    precision: Precision
    scale: float = 1.0
    thresholds: Matrix | None = None

    def encode(self, vectors: Matrix) -> npt.NDArray[np.generic]:
        """Return rows as float32, int8 or packed bits (least significant first), row by row."""
        if self.thresholds is not None:
            return np.packbits(vectors > self.thresholds, axis=1, bitorder="little")
        if self.precision is Precision.I8:
            scaled = np.rint(vectors * np.float32(self.scale))
            return np.asarray(np.clip(scaled, -BYTE_MAX, BYTE_MAX), np.int8)
        return vectors if self.scale == 1 else vectors * np.float32(self.scale)


def fit(vectors: Matrix, precision: Precision) -> Quantiser:
    """Fit the quantiser of a segment's rows; deterministic, and never all rows in memory at once.

    Half precision overflows beyond 65,504 (and its sums earlier), so larger rows are scaled down.
    """
    if precision is Precision.BINARY:
        sample = np.asarray(vectors[:MEDIAN_ROWS])
        return Quantiser(precision, thresholds=_medians(sample))
    if precision is Precision.I8:
        return Quantiser(precision, scale=BYTE_MAX / max(_magnitude(vectors), 1e-30))
    if precision is Precision.F16 and (magnitude := _magnitude(vectors)) > 1:
        return Quantiser(precision, scale=1 / magnitude)
    return Quantiser(precision)


def _medians(sample: Matrix) -> Matrix:
    """Return each column's median, a few columns at a time."""
    columns = [
        np.median(sample[:, start : start + 16], axis=0) for start in range(0, sample.shape[1], 16)
    ]
    return np.concatenate(columns).astype(np.float32)


def _magnitude(vectors: Matrix, chunk: int = 1 << 16) -> float:
    return max(
        (float(np.abs(vectors[i : i + chunk]).max()) for i in range(0, len(vectors), chunk)),
        default=0.0,
    )
