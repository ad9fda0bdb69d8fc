"""One verb over one version of everything: vector, lexical and hybrid search to hydrated rows.

A searcher holds opened segments and the row numbering between them; it never changes, so any number
of threads search it without a lock. All ranking is done on numbers; the source is asked only for
the rows that are returned.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evigate.base.errors import EvigateError
from evigate.engine.catalog.rows import RowStore
from evigate.engine.index import EMPTY, LexicalSegment, Metric, Ranked, best
from evigate.engine.search.arms import AnyVectors, Depth, Found, LexicalArm, VectorArm
from evigate.engine.search.errors import E_SEARCH_INVALID, E_SEARCH_NO_INDEX
from evigate.engine.search.filters import Filter, Filters
from evigate.engine.search.fusion import Ranking, fuse
from evigate.engine.search.models import GoneHit, Hits, Mode, SearchRequest
from evigate.engine.search.rerank import reranked
from evigate.engine.search.space import Space
from evigate.engine.search.table import (
    BM25_CHANNEL,
    VECTOR_CHANNEL,
    Layout,
    evidence,
    of_vectors,
    wanted_columns,
)

K_MAX = 1_000_000
# So many hits of a batch get their evidence at once; more would fill what is kept between calls.
TOGETHER_ROWS_MAX = 16_384
_NO_ROUTES: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Answer:
    """Hits before they are hydrated: live rows best first, and what each channel said."""

    docs: npt.NDArray[np.int64]
    scores: npt.NDArray[np.float32]
    by_vector: Ranked | None
    by_words: Ranked | None
    gone: tuple[GoneHit, ...]
    routes: tuple[str, ...]


class Searcher:
    """
    Search over one version of a source, its embedding table and its lexical table.

    Args:
        rows: the source's rows.
        key_column: the source's key; its values are the segments' keys.
        vectors: the embedding table's segments, oldest first; empty if there is no such table.
        texts: the lexical table's segments, oldest first.
        vectors_deleted: keys that the embedding table's version has not, whatever segments say.
        texts_deleted: likewise of the lexical table.
        notes: what to say with each answer, such as which segment is being rebuilt.
    """

    def __init__(
        self,
        rows: RowStore,
        *,
        key_column: str,
        vectors: Sequence[AnyVectors] = (),
        texts: Sequence[LexicalSegment] = (),
        vectors_deleted: pa.Array | None = None,
        texts_deleted: pa.Array | None = None,
        notes: Sequence[str] = (),
    ) -> None:
        self._rows = rows
        self._key_column = key_column
        self._notes = tuple(notes)
        self._names = rows.schema.names
        self._space = Space(rows)
        self._filters = Filters(rows)
        self._layouts: dict[tuple[str, ...] | None, Layout] = {}
        numbered_vectors = self._space.number(vectors, vectors_deleted)
        numbered_texts = self._space.number(texts, texts_deleted)
        self._vector = VectorArm(vectors, numbered_vectors, self._space) if vectors else None
        self._lexical = LexicalArm(texts, numbered_texts, self._space) if texts else None

    def search(self, request: SearchRequest) -> Hits:
        """
        Return the best k rows that the predicate allows, hydrated, in the total order.

        Fewer than k come only if fewer match: in vector and hybrid search, if the predicate allows
        fewer rows; in lexical search, if fewer hold any of the words.

        Raises:
            EvigateError[E_SEARCH_INVALID]: the request lacks what its mode needs, or k is no count.
            EvigateError[E_SEARCH_NO_INDEX]: the mode's table is not there.
            EvigateError[E_VECTOR_QUERY_INVALID | E_QUERY_INVALID | E_ROW_KEY_UNKNOWN]: the query.
            EvigateError[E_SQL_INVALID]: the predicate, from the row store.
        """
        self._check(request)
        return self._hydrated([(request, self._answer(request, None))])[0]

    def search_batch(self, requests: Sequence[SearchRequest]) -> list[Hits]:
        """Return what `search` returns for each request, sharing the work between them.

        Vector and hybrid requests of one predicate that ask for equally much go to the index
        together; rows are read once for all. The first request that is wrong refuses the batch.
        """
        for request in requests:
            self._check(request)
        found = self._vectors_of_each(requests)
        answers = [
            (request, self._answer(request, found.get(number)))
            for number, request in enumerate(requests)
        ]
        return self._hydrated(answers)

    def _check(self, request: SearchRequest) -> None:
        if not isinstance(request.k, int) or not 0 <= request.k <= K_MAX:
            raise EvigateError(E_SEARCH_INVALID, f"k is {request.k!r}; it is in 0..{K_MAX}.")
        needs_vector = request.mode is not Mode.LEXICAL
        needs_text = request.mode is not Mode.VECTOR
        has_vector = request.vector is not None
        if needs_vector and has_vector == (request.row_key is not None):
            what = "both a vector and a row key" if has_vector else "neither vector nor row key"
            raise EvigateError(E_SEARCH_INVALID, f"A {request.mode} search was given {what}.")
        if (needs_text or request.rerank) and request.text is None:
            raise EvigateError(E_SEARCH_INVALID, f"This {request.mode} search was given no text.")
        if needs_vector and self._vector is None:
            raise EvigateError(E_SEARCH_NO_INDEX, "The source has no embedding table to search.")
        if needs_text and self._lexical is None:
            raise EvigateError(E_SEARCH_NO_INDEX, "The source has no lexical table to search.")
        for name in request.select or ():
            if name not in self._names and name != self._key_column:
                raise EvigateError(E_SEARCH_INVALID, f"The source has no column {name!r}.")

    def _answer(self, request: SearchRequest, found: Found | None) -> _Answer:
        where = self._filter(request)
        depth = max(request.k, request.rerank.depth if request.rerank and request.k else 0)
        pool = max(depth, request.pool) if request.mode is Mode.HYBRID and depth else depth
        by_vector = by_words = None
        routes = _NO_ROUTES
        gone: dict[str, GoneHit] = {}
        if request.mode is not Mode.LEXICAL:
            found = found or self._by_vector(request, pool, where)
            by_vector = self._live(found.ranked, VECTOR_CHANNEL, depth, gone)
            routes += found.routes
        if request.mode is not Mode.VECTOR:
            found = self._by_words(request, pool, where)
            by_words = self._live(found.ranked, BM25_CHANNEL, depth, gone)
            routes += found.routes
        merged = self._merged(request, by_vector, by_words, depth)
        return _Answer(
            merged.rows, merged.scores, by_vector, by_words, tuple(gone.values()), routes
        )

    def _by_vector(self, request: SearchRequest, pool: int, where: Filter | None) -> Found:
        assert self._vector is not None
        query = self._query(request)
        return self._vector.best(query, _depth(request, pool), where)

    def _query(self, request: SearchRequest) -> npt.NDArray[np.float32]:
        assert self._vector is not None
        if request.vector is None:
            return self._vector.query(self._vector.vector_of(request.row_key))
        return self._vector.query(request.vector)

    def _by_words(self, request: SearchRequest, pool: int, where: Filter | None) -> Found:
        assert self._lexical is not None
        return self._lexical.best(
            request.text or "", pool, where, strict=request.strict, weights=request.weights
        )

    def _vectors_of_each(self, requests: Sequence[SearchRequest]) -> dict[int, Found]:
        """Ask the vector arm for alike requests at once; return answers by request number."""
        groups: dict[tuple[Depth, Filter | None], list[int]] = {}
        for number, request in enumerate(requests):
            if request.mode is not Mode.LEXICAL and request.k and not request.rerank:
                pool = max(request.k, request.pool) if request.mode is Mode.HYBRID else request.k
                where = self._filter(request)
                group = (_depth(request, pool), where)
                groups.setdefault(group, []).append(number)
        found: dict[int, Found] = {}
        for (depth, where), numbers in groups.items():
            assert self._vector is not None
            queries = np.stack([self._query(requests[number]) for number in numbers])
            each = self._vector.best_of_each(queries, depth, where)
            found |= zip(numbers, each, strict=True)
        return found

    def _filter(self, request: SearchRequest) -> Filter | None:
        if request.where is None:
            return None
        return self._filters.get(request.where, request.parameters)

    def _live(self, ranked: Ranked, channel: str, k: int, gone: dict[str, GoneHit]) -> Ranked:
        """Return the live rows of a ranking; put those lost before its k-th live one in `gone`."""
        if self._space.lost_count == 0:
            return ranked
        is_live = ranked.rows < self._space.live_count
        live = np.flatnonzero(is_live)
        reach = int(live[k - 1]) if len(live) >= k > 0 else len(ranked)
        for place in np.flatnonzero(~is_live[:reach]).tolist():
            key = self._space.lost_key(int(ranked.rows[place]))
            gone.setdefault(str(key), GoneHit(key, float(ranked.scores[place]), channel))
        return Ranked(ranked.rows[live], ranked.scores[live])

    def _merged(
        self, request: SearchRequest, by_vector: Ranked | None, by_words: Ranked | None, k: int
    ) -> Ranked:
        """Return the best k rows of whichever channels were asked."""
        if by_vector is None or by_words is None:
            only = by_vector if by_words is None else by_words
            return EMPTY if only is None else Ranked(only.rows[:k], only.scores[:k])
        weight = request.fusion.lexical_weight
        is_cosine = self._vector is not None and self._vector.metric is Metric.COSINE
        floor = 0.0 if is_cosine else None
        fused = fuse(
            [
                Ranking(by_vector.rows, by_vector.scores, 1 - weight, floor),
                Ranking(by_words.rows, by_words.scores, weight, 0.0),
            ],
            request.fusion,
        )
        return best(fused.ids, fused.scores, k, self._space.texts_of)

    def _hydrated(self, answers: Sequence[tuple[SearchRequest, _Answer]]) -> list[Hits]:
        """Rerank what asks for it, read the rows of all answers together, and build the tables."""
        final = [(*self._reranked(request, answer), answer) for request, answer in answers]
        by_columns: dict[tuple[str, ...] | None, list[int]] = {}
        for number, (request, _) in enumerate(answers):
            columns = wanted_columns(self._key_column, request.select, self._names)
            by_columns.setdefault(None if columns is None else tuple(columns), []).append(number)
        tables: dict[int, pa.Table] = {}
        for columns_of, numbers in by_columns.items():
            group = [final[number] for number in numbers]
            tables |= zip(numbers, self._tables(columns_of, group), strict=True)
        return [self._hits(answer, tables[number]) for number, (*_, answer) in enumerate(final)]

    def _tables(
        self,
        columns: tuple[str, ...] | None,
        group: Sequence[tuple[Ranked, npt.NDArray[np.float32] | None, _Answer]],
    ) -> list[pa.Table]:
        """Return the tables of answers that want the same columns."""
        docs = [ranked.rows for ranked, *_ in group]
        rows = self._rows.take(docs[0] if len(docs) == 1 else np.concatenate(docs), columns)
        layout = self._layouts.get(columns)
        if layout is None:
            layout = self._layouts[columns] = Layout(rows.schema, self._key_column)
        ends = np.cumsum([len(each) for each in docs]).tolist()
        spans = list(zip([0, *ends], ends, strict=False))
        is_alike = 1 < len(group) <= rows.num_rows <= TOGETHER_ROWS_MAX and all(
            second is None and answer.by_words is None for _, second, answer in group
        )
        if is_alike:
            scores = np.concatenate([ranked.scores for ranked, *_ in group])
            whole = layout.assemble(of_vectors(scores), rows)
            return [whole.slice(start, end - start) for start, end in spans]
        return [
            layout.assemble(
                evidence(ranked.rows, ranked.scores, answer.by_vector, answer.by_words, second),
                rows if len(group) == 1 else rows.slice(start, end - start),
            )
            for (ranked, second, answer), (start, end) in zip(group, spans, strict=True)
        ]

    def _reranked(
        self, request: SearchRequest, answer: _Answer
    ) -> tuple[Ranked, npt.NDArray[np.float32] | None]:
        ranked = Ranked(answer.docs, answer.scores)
        if request.rerank is None:
            return ranked, None
        ranked = reranked(request.rerank, request.text or "", ranked, self._rows, self._space)
        ranked = Ranked(ranked.rows[: request.k], ranked.scores[: request.k])
        return ranked, ranked.scores

    def _hits(self, answer: _Answer, table: pa.Table) -> Hits:
        notes = self._notes
        if answer.gone:
            notes += (f"{len(answer.gone)} hits are no longer in the source; see `gone`.",)
        return Hits(table, answer.gone, notes, answer.routes)


def _depth(request: SearchRequest, pool: int) -> Depth:
    return Depth(pool, request.exact, request.oversample, request.expansion)
