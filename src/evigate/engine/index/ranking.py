"""The one order of hits, and a bounded way to it: score descending, then the key's text ascending.

Every path to an answer (scan, gather, graph, many segments) ends here, so equal answers have equal
order. A chunk at a time is cut to the best k, hence memory is k plus a chunk, whatever the table.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]
TextsOf = Callable[[Rows], list[str]]


@dataclass(frozen=True, slots=True)
class Ranked:
    """Rows and their scores, best first, equally long."""

    rows: Rows
    scores: Scores

    def __len__(self) -> int:
        return len(self.rows)


EMPTY = Ranked(np.empty(0, np.int64), np.empty(0, np.float32))


def best(rows: Rows, scores: Scores, k: int, texts_of: TextsOf) -> Ranked:
    """Return the best k of some rows in the total order.

    Keys are looked at only where scores are equal, and then only those of rows that may be kept.
    """
    if k <= 0 or len(rows) == 0:
        return EMPTY
    if len(rows) > k:
        cut = np.partition(scores, len(scores) - k)[len(scores) - k]
        kept = np.flatnonzero(scores >= cut)
        rows, scores = rows[kept], scores[kept]
    order = np.argsort(-scores, kind="stable")
    rows, scores = rows[order], scores[order]
    if len(scores) > 1 and bool((scores[1:] == scores[:-1]).any()):
        rows = _order_ties(rows, scores, texts_of)
    return Ranked(rows[:k], scores[:k])


def best_of_chunks(chunks: Iterable[tuple[Rows, Scores]], k: int, texts_of: TextsOf) -> Ranked:
    """Return the best k over chunks of rows; the same, bit for bit, as over all rows at once."""
    held = EMPTY
    for rows, scores in chunks:
        if len(held) == k and k > 0:
            kept = np.flatnonzero(scores >= held.scores[-1])
            rows, scores = rows[kept], scores[kept]
        if len(rows) == 0:
            continue
        if len(held):
            rows = np.concatenate([held.rows, rows])
            scores = np.concatenate([held.scores, scores])
        held = best(rows, scores, k, texts_of)
    return held


def masked(
    chunks: Iterable[tuple[Rows, Scores]], mask: npt.NDArray[np.bool_]
) -> Iterator[tuple[Rows, Scores]]:
    """Yield of each chunk of consecutive rows those where the mask is true."""
    for rows, scores in chunks:
        kept = np.flatnonzero(mask[rows[0] : rows[0] + len(rows)])
        yield rows[kept], scores[kept]


def _order_ties(rows: Rows, scores: Scores, texts_of: TextsOf) -> Rows:
    """Reorder each run of equal scores by key; `scores` are descending.

    The keys of all such rows are taken at once: runs are many and short among scores of words.
    """
    is_new = np.concatenate([[True], scores[1:] != scores[:-1], [True]])
    tied = np.flatnonzero(~(is_new[:-1] & is_new[1:]))
    runs = np.cumsum(is_new)[tied].tolist()
    texts = texts_of(rows[tied])
    order = sorted(range(len(tied)), key=lambda at: (runs[at], texts[at]))
    ordered = rows.copy()
    ordered[tied] = rows[tied[order]]
    return ordered
