"""The two channels: each turns a question into the best rows of all of a table's segments.

An arm ranks under the common numbering of `space`. Every segment brings its own best k allowed
rows, so the merge loses nothing; with lost rows among them it asks again for more, until k live
ones are there or no more are to be had.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import Precision
from evigate.engine.index import (
    EMPTY,
    OVERSAMPLE,
    LexicalSegment,
    Ranked,
    StreamedVectors,
    VectorSegment,
    best,
)
from evigate.engine.search.errors import E_ROW_KEY_UNKNOWN, E_SEARCH_INVALID
from evigate.engine.search.filters import Filter
from evigate.engine.search.plan import (
    Route,
    RouteKind,
    Shape,
    cheapest_exact,
    choose,
    exact_us,
    graph_us,
    picks_from_hits,
    walk_of_each,
)
from evigate.engine.search.space import Allowed, NumberedRows, Space

AnyVectors = VectorSegment | StreamedVectors
Vector = npt.NDArray[np.float32]

FETCH_GROWTH = 4


@dataclass(frozen=True, slots=True)
class Depth:
    """How much an arm is asked for: k rows; None takes the precision's or the graph's own."""

    k: int
    exact: bool = False
    oversample: int | None = None
    expansion: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """An arm's answer, under the common numbering, and how each segment was searched."""

    ranked: Ranked
    routes: tuple[str, ...]


class VectorArm:
    """Nearest rows of an embedding table's segments, oldest first."""

    def __init__(
        self, segments: Sequence[AnyVectors], numbered: Sequence[NumberedRows], space: Space
    ) -> None:
        self._pairs = list(zip(segments, numbered, strict=True))
        self._space = space
        self._first = segments[0]
        self.metric = self._first.metric
        for segment in segments[1:]:
            if (segment.metric, segment.dimensions) != (self.metric, self._first.dimensions):
                raise EvigateError(
                    E_SEARCH_INVALID,
                    f"Segment {segment.name!r} differs from {self._first.name!r} in metric or "
                    "width; one table has one of each.",
                )

    def query(self, vector: npt.ArrayLike) -> Vector:
        """Return a query in the segments' form; E_VECTOR_QUERY_INVALID if it cannot be one."""
        return self._first.query(vector)

    def vector_of(self, key: Any) -> Vector:
        """Return the vector of a row by key, from the newest segment; E_ROW_KEY_UNKNOWN if none."""
        for segment, numbered in reversed(self._pairs):
            try:
                value = pa.scalar(key, segment.keys.type)
            except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError) as error:
                raise EvigateError(E_ROW_KEY_UNKNOWN, f"{key!r} is no key here.") from error
            row = pc.index(segment.keys, value).as_py()
            if row >= 0 and numbered.docs[row] >= 0:
                return segment.vector_of(row)
        raise EvigateError(E_ROW_KEY_UNKNOWN, f"The embedding table has no row {key!r}.")

    def best(self, query: Vector, depth: Depth, where: Filter | None) -> Found:
        """Return the best live rows, k of them if there are, and lost ones between them."""
        routes: list[str] = []

        def ask(k: int) -> Ranked:
            routes.clear()
            wider = replace(depth, k=k)
            return _merged(
                [
                    (numbered, self._in_segment(segment, numbered, query, wider, where, routes))
                    for segment, numbered in self._pairs
                ],
                k,
                self._space,
            )

        return Found(_with_live(ask, depth.k, self._space, where), tuple(routes))

    def best_of_each(self, queries: Vector, depth: Depth, where: Filter | None) -> list[Found]:
        """Return what `best` returns for each of many queries under one filter, at once."""
        is_plain = where is not None or (
            self._space.lost_count == 0
            and all(numbered.unfiltered.mask is None for _, numbered in self._pairs)
        )
        if not is_plain or depth.k <= 0:
            return [self.best(query, depth, where) for query in queries]
        routes: list[str] = []
        by_segment = [
            (numbered, self._each_in_segment(segment, numbered, queries, depth, where, routes))
            for segment, numbered in self._pairs
        ]
        return [
            Found(
                _merged([(rows, each[at]) for rows, each in by_segment], depth.k, self._space),
                tuple(routes),
            )
            for at in range(len(queries))
        ]

    def _in_segment(
        self,
        segment: AnyVectors,
        numbered: NumberedRows,
        query: Vector,
        depth: Depth,
        where: Filter | None,
        routes: list[str],
    ) -> Ranked:
        allowed = numbered.unfiltered if where is None else where.allowed(numbered)
        packed = None
        if where is not None and isinstance(segment, VectorSegment):
            packed = where.packed(numbered, segment.vectors)
        shape = _shape(segment, allowed, depth, is_packed=packed is not None)
        if shape.count == 0 or shape.allowed == 0 or depth.k <= 0:
            return EMPTY
        wanted = depth.k * _oversample(segment, depth)
        route = cheapest_exact(shape) if depth.exact else choose(shape, wanted=wanted, k=depth.k)
        if route.kind is RouteKind.GRAPH and isinstance(segment, VectorSegment):
            ranked = _walk(segment, query, depth.k, wanted, allowed, route, shape)
            if ranked is not None:
                routes.append("vector:graph")
                return ranked
            route = cheapest_exact(shape)
        routes.append(f"vector:{route.kind.value}")
        if packed is not None and allowed.rows is not None and route.kind is RouteKind.PACKED:
            assert isinstance(segment, VectorSegment)
            return segment.exact_packed(query, depth.k, allowed.rows, packed)
        if route.kind is RouteKind.GATHER:
            return segment.exact(query, depth.k, rows=allowed.rows)
        return segment.exact(query, depth.k, mask=allowed.mask)

    def _each_in_segment(
        self,
        segment: AnyVectors,
        numbered: NumberedRows,
        queries: Vector,
        depth: Depth,
        where: Filter | None,
        routes: list[str],
    ) -> list[Ranked]:
        allowed = numbered.unfiltered if where is None else where.allowed(numbered)
        shape = _shape(segment, allowed, depth)
        if shape.count == 0 or shape.allowed == 0:
            return [EMPTY] * len(queries)
        wanted = depth.k * _oversample(segment, depth)
        fetch = 0
        if not depth.exact:
            fetch = walk_of_each(shape, wanted=wanted, k=depth.k, queries=len(queries))
        if fetch and isinstance(segment, VectorSegment):
            routes.append("vector:graph")
            return _walk_of_each(segment, queries, depth.k, wanted, allowed, fetch)
        routes.append("vector:scan" if allowed.rows is None else "vector:gather")
        packed = None
        if where is not None and isinstance(segment, VectorSegment):
            packed = where.packed(numbered, segment.vectors)
        return segment.exact_of_each(queries, depth.k, rows=allowed.rows, packed=packed)


class LexicalArm:
    """Rows of a lexical table's segments by their words, oldest first."""

    def __init__(
        self, segments: Sequence[LexicalSegment], numbered: Sequence[NumberedRows], space: Space
    ) -> None:
        self._pairs = list(zip(segments, numbered, strict=True))
        self._space = space

    def best(
        self,
        text: str,
        k: int,
        where: Filter | None,
        *,
        strict: bool = False,
        weights: Mapping[str, float] | None = None,
    ) -> Found:
        """Return the best live rows by BM25, k of them if there are, and lost ones between them.

        Segments have statistics of their own, so scores of different segments are near each other
        rather than equal for equal rows.
        """
        queries = [
            segment.query(text, strict=strict, weights=weights) for segment, _ in self._pairs
        ]
        routes: list[str] = []

        def ask(k: int) -> Ranked:
            routes.clear()
            parts = [
                (numbered, _by_words(segment, numbered, query, k, where, routes))
                for (segment, numbered), query in zip(self._pairs, queries, strict=True)
            ]
            return _merged(parts, k, self._space)

        return Found(_with_live(ask, k, self._space, where), tuple(routes))


def _walk(
    segment: VectorSegment,
    query: Vector,
    k: int,
    wanted: int,
    allowed: Allowed,
    route: Route,
    shape: Shape,
) -> Ranked | None:
    """Walk the graph, deeper until k allowed rows are there; None once a scan is cheaper."""
    assert segment.graph is not None
    fetch = route.fetch
    exact = cheapest_exact(shape)
    while True:
        rows = segment.graph.candidates(query, fetch)
        if allowed.mask is None:
            return segment.rank(_rescored(segment, rows, wanted), query, k)
        kept = rows[allowed.mask[rows]]
        if len(kept) >= k:
            return segment.rank(_rescored(segment, kept, wanted), query, k)
        fetch *= FETCH_GROWTH
        if fetch >= segment.count or graph_us(shape, fetch) > exact_us(shape, exact):
            return None


def _walk_of_each(
    segment: VectorSegment, queries: Vector, k: int, wanted: int, allowed: Allowed, fetch: int
) -> list[Ranked]:
    """Walk the graph for each query; those whose walk met too few allowed rows are scanned."""
    assert segment.graph is not None
    found = segment.graph.candidates_of_each(queries, fetch, threads=0)
    if allowed.mask is None:
        heads = [_rescored(segment, rows, wanted) for rows in found]
        return segment.rank_of_each(heads, queries, k)
    kept = [rows[allowed.mask[rows]] for rows in found]
    is_short = np.array([len(rows) < k for rows in kept])
    heads = [_rescored(segment, rows, wanted) for rows in kept if len(rows) >= k]
    walked = iter(segment.rank_of_each(heads, queries[~is_short], k))
    scanned = iter(segment.exact_of_each(queries[is_short], k, rows=allowed.rows))
    return [next(scanned if short else walked) for short in is_short.tolist()]


def _rescored(
    segment: AnyVectors, rows: npt.NDArray[np.int64], wanted: int
) -> npt.NDArray[np.int64]:
    """Return the candidates worth scoring exactly: a bit code's order is too coarse to cut."""
    is_binary = isinstance(segment, VectorSegment) and segment.precision is Precision.BINARY
    return rows if is_binary else rows[:wanted]


def _by_words(
    segment: LexicalSegment,
    numbered: NumberedRows,
    query: Any,
    k: int,
    where: Filter | None,
    routes: list[str],
) -> Ranked:
    """Search one segment: few allowed rows are named to the index, many picked from its hits."""
    allowed = numbered.unfiltered if where is None else where.allowed(numbered)
    if allowed.mask is None or allowed.rows is None:
        routes.append("lexical:index")
        return segment.best(query, k)
    if len(allowed.rows) == 0 or k <= 0:
        return EMPTY
    fetch = int(2 * k * segment.count / len(allowed.rows)) + k
    while picks_from_hits(fetch, len(allowed.rows)):
        ranked = segment.best(query, fetch)
        kept = np.flatnonzero(allowed.mask[ranked.rows])[:k]
        if len(kept) == k or len(ranked) < fetch:
            routes.append("lexical:picked")
            return Ranked(ranked.rows[kept], ranked.scores[kept])
        fetch *= FETCH_GROWTH
    routes.append("lexical:within")
    return segment.best(query, k, allowed.rows)


def _merged(parts: Sequence[tuple[NumberedRows, Ranked]], k: int, space: Space) -> Ranked:
    """Merge segments' rankings under the common numbering, in the total order."""
    if len(parts) == 1:
        numbered, ranked = parts[0]
        return Ranked(numbered.docs[ranked.rows], ranked.scores)
    docs = np.concatenate([numbered.docs[ranked.rows] for numbered, ranked in parts])
    scores = np.concatenate([ranked.scores for _, ranked in parts])
    return best(docs, scores, k, space.texts_of)


def _with_live(ask: Callable[[int], Ranked], k: int, space: Space, where: Filter | None) -> Ranked:
    """Ask for more until k of the rows found are live; end the ranking with the k-th live one."""
    ranked = ask(k)
    if space.lost_count == 0 or where is not None or k <= 0:
        return ranked
    wanted = k
    while True:
        live = np.flatnonzero(ranked.rows < space.live_count)
        if len(live) >= k:
            end = int(live[k - 1]) + 1
            return Ranked(ranked.rows[:end], ranked.scores[:end])
        if len(ranked) < wanted:
            return ranked
        wanted = k + 2 * (len(ranked) - len(live))
        ranked = ask(wanted)


def _shape(
    segment: AnyVectors, allowed: Allowed, depth: Depth, *, is_packed: bool = False
) -> Shape:
    expansion = None
    if segment.graph is not None:
        given = depth.expansion
        expansion = segment.graph.expansion if given is None else max(given, 1)
    return Shape(
        segment.count,
        segment.dimensions,
        None if allowed.rows is None else len(allowed.rows),
        expansion,
        is_packed,
    )


def _oversample(segment: AnyVectors, depth: Depth) -> int:
    if depth.oversample is not None:
        return max(depth.oversample, 1)
    return OVERSAMPLE[segment.precision] if isinstance(segment, VectorSegment) else 1
