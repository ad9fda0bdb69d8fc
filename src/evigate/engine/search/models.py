"""A question and its answer as values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evigate.base.errors import EvigateError
from evigate.engine.search.errors import E_SEARCH_INVALID
from evigate.engine.search.fusion import Fusion

RerankScores = Callable[[str, list[str]], npt.NDArray[np.floating[Any]]]


class Mode(StrEnum):
    """Which channels are asked."""

    VECTOR = "vector"
    LEXICAL = "lexical"
    HYBRID = "hybrid"


@dataclass(frozen=True, slots=True)
class Rerank:
    """A second look at the first hits by something that reads query and text together.

    `score` is called once with the query's text and the texts of the first `depth` hits, or k if
    that is more (the named columns joined by a space). It returns one finite number each, larger is
    better.
    """

    score: RerankScores
    columns: tuple[str, ...]
    depth: int = 50


@dataclass(frozen=True, slots=True, eq=False)
class SearchRequest:
    """
    One question.

    Args:
        text: needed by lexical and hybrid search, and by a reranker.
        vector: or `row_key`, needed by vector and hybrid search. The row named by `row_key` is
            found like any other, as a rule first.
        k: hits wanted; 0 gives an empty table of the right schema.
        where: a SQL predicate over the source's columns; only rows for which it is true are ranked,
            with `parameters`.
        select: the source's columns wanted; None means all. The key always comes.
        exact: score every allowed row, whatever it costs.
        oversample: candidates a hit before exact rescoring; None takes the precision's own.
        expansion: candidates that a walk of a graph weighs at the least; fewer are faster and miss
            more; None takes what each graph was found to need.
        pool: hits that each channel brings to the fusion, at the least.
        strict: malformed query text is an error rather than plain words.
        weights: of the indexed columns in the lexical score; None takes their joined text.
    """

    mode: Mode = Mode.HYBRID
    text: str | None = None
    vector: npt.ArrayLike | None = None
    row_key: Any = None
    k: int = 10
    where: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    select: Sequence[str] | None = None
    exact: bool = False
    oversample: int | None = None
    expansion: int | None = None
    fusion: Fusion = field(default_factory=Fusion)
    pool: int = 100
    strict: bool = False
    weights: Mapping[str, float] | None = None
    rerank: Rerank | None = None

    def __post_init__(self) -> None:
        if self.mode not in list(Mode):
            known = ", ".join(mode.value for mode in Mode)
            raise EvigateError(
                E_SEARCH_INVALID, f"There is no search mode {self.mode!r}; there are {known}."
            )
        object.__setattr__(self, "mode", Mode(self.mode))


@dataclass(frozen=True, slots=True)
class GoneHit:
    """A row that an index still holds and that would have been a hit, but its source has it not."""

    key: Any
    score: float
    channel: str


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """
    An answer.

    `table` has the key, `score`, `retrieved_by`, `annotated_by`, `similarity`, `bm25_score`,
    `bm25_rank`, with a reranker `rerank_score`, then the source's columns; best first, equal scores
    by key. A column of the source whose name is one of ours appears as `<name>_source`. `score` is
    the channel's own score, the fused one in hybrid search, or the reranker's. `gone` are hits that
    the source has lost, beside the k live ones. `notes` say what was not as usual; `routes` how
    each channel found its rows.
    """

    table: pa.Table
    gone: tuple[GoneHit, ...] = ()
    notes: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
