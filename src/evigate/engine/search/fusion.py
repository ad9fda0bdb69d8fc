"""Merging rankings of different channels; pure.

`convex` adds scores, each divided by the distance from the channel's floor to the channel's best
hit. The floor of BM25 and of cosine is 0 by definition (a row below it counts as 0); a channel
without one uses the worst hit of its pool. `rrf` adds reciprocal ranks and never looks at scores.

The default, convex with equal weights, was chosen without a test query: `benchmarks/
choose_fusion.py` has 700 documents each of Cranfield and of SciFact found by their titles, which
were taken out of them, with the built-in encoder. Mean nDCG@10 by the words' weight .3, .4, .5, .6,
.7: .900, .900, .900, .900, .897 with floors, and .893, .897, .900, .901, .900 with the pool's
minimum in their place; RRF .887 (damping 60) and .890 (10). Floors are the flatter, so the choice
of weight matters less, and they do not move with the pool's size (the "theoretical" normalisation
of Bruch, Gai & Ingber, ACM TOIS 2023); equal weights are the middle of the plateau. On the test
queries with the peers' vectors this gives .418 (Cranfield) and .724 (SciFact); RRF .417 and .703.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from evigate.base.errors import EvigateError
from evigate.engine.search.errors import E_SEARCH_INVALID

DAMPING = 60
Ids = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]


class FusionMethod(StrEnum):
    """How rankings become one."""

    CONVEX = "convex"
    RRF = "rrf"


@dataclass(frozen=True, slots=True)
class Fusion:
    """A method; `lexical_weight` in 0..1 is the words' share, `damping` flattens RRF's head.

    Raises:
        EvigateError[E_SEARCH_INVALID]: a weight outside 0..1, or a damping below 0.
    """

    method: FusionMethod = FusionMethod.CONVEX
    lexical_weight: float = 0.5
    damping: int = DAMPING

    def __post_init__(self) -> None:
        if self.method not in list(FusionMethod):
            raise EvigateError(E_SEARCH_INVALID, f"There is no fusion method {self.method!r}.")
        object.__setattr__(self, "method", FusionMethod(self.method))
        if not 0 <= self.lexical_weight <= 1:
            raise EvigateError(
                E_SEARCH_INVALID, f"The lexical weight {self.lexical_weight!r} is not in 0..1."
            )
        if self.damping < 0:
            raise EvigateError(E_SEARCH_INVALID, f"The damping {self.damping!r} is below 0.")


@dataclass(frozen=True, slots=True)
class Ranking:
    """One channel's hits, best first, no row twice; `floor` is its lowest meaningful score."""

    ids: Ids
    scores: Scores
    weight: float = 1.0
    floor: float | None = None


@dataclass(frozen=True, slots=True)
class Fused:
    """Rows of any ranking, once each, ascending, with their fused scores."""

    ids: Ids
    scores: Scores


def fuse(rankings: Sequence[Ranking], fusion: Fusion) -> Fused:
    """
    Merge rankings; each row seen comes once, in the order of its id, not of its score.

    Args:
        rankings: any number; empty ones add nothing. RRF uses weights as multipliers of 1.

    Returns:
        float32 scores; a row that a channel did not find gets nothing from it.
    """
    filled = [ranking for ranking in rankings if len(ranking.ids)]
    if not filled:
        return Fused(np.empty(0, np.int64), np.empty(0, np.float32))
    parts = [
        _reciprocal(ranking, fusion.damping)
        if fusion.method is FusionMethod.RRF
        else ranking.weight * _normalised(ranking)
        for ranking in filled
    ]
    ids = np.concatenate([ranking.ids for ranking in filled])
    order = np.argsort(ids, kind="stable")
    ids = ids[order]
    is_first = np.ones(len(ids), np.bool_)
    np.not_equal(ids[1:], ids[:-1], out=is_first[1:])
    starts = np.flatnonzero(is_first)
    scores = np.add.reduceat(np.concatenate(parts)[order], starts)
    return Fused(ids[starts], scores.astype(np.float32))


def _reciprocal(ranking: Ranking, damping: int) -> npt.NDArray[np.float64]:
    return np.asarray(1.0 / (damping + 1.0 + np.arange(len(ranking.ids))), np.float64)


def _normalised(ranking: Ranking) -> npt.NDArray[np.float64]:
    """Return scores in 0..1; all 1 if they do not differ from each other or from the floor."""
    scores = ranking.scores.astype(np.float64)
    floor = float(scores[-1]) if ranking.floor is None else ranking.floor
    reach = float(scores[0]) - floor
    if reach <= 0:
        return np.ones(len(scores))
    return np.asarray(np.maximum((scores - floor) / reach, 0), np.float64)


def rrf_fuse(
    rankings: Iterable[Sequence[Hashable]], *, damping: int = DAMPING
) -> list[tuple[Any, float]]:
    """
    Merge best-first lists of row ids by reciprocal rank: the sum of 1 / (damping + rank + 1).

    Args:
        rankings: any number, in any order; ranks count from 0, and a row that a list names twice
            counts once there, at its best rank. Empty lists add nothing.

    Returns:
        (row id, score) of every row seen, best first, equal scores by the id's text.

    Source:
        Cormack, Clarke & Büttcher, SIGIR 2009; damping 60 is theirs.
    """
    terms: dict[Hashable, list[float]] = {}
    for ranking in rankings:
        for rank, row in enumerate(dict.fromkeys(ranking)):
            terms.setdefault(row, []).append(1 / (damping + rank + 1))
    # Summed from the smallest up, so that the order of the lists does not change the last bit.
    totals = [(row, sum(sorted(several))) for row, several in terms.items()]
    return sorted(totals, key=lambda item: (-item[1], str(item[0])))
