"""The answer's table: evidence columns first, then the source's, k rows and no work beyond them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evigate.engine.index import Ranked

VECTOR_CHANNEL = "vector"
BM25_CHANNEL = "bm25"
WIDE_COUNT = 256
_TEXTS = pa.list_(pa.string())
# Which channels found a row, by code: bit 0 is vector, bit 1 is bm25.
_FINDERS: tuple[list[str], ...] = (
    [],
    [VECTOR_CHANNEL],
    [BM25_CHANNEL],
    [VECTOR_CHANNEL, BM25_CHANNEL],
)

EVIDENCE = (
    pa.field("score", pa.float32()),
    pa.field("retrieved_by", _TEXTS),
    pa.field("annotated_by", _TEXTS),
    pa.field("similarity", pa.float32()),
    pa.field("bm25_score", pa.float32()),
    pa.field("bm25_rank", pa.int64()),
)
RERANK_FIELD = pa.field("rerank_score", pa.float32())
OWN_NAMES = frozenset({*(field.name for field in EVIDENCE), RERANK_FIELD.name})


@dataclass(frozen=True, slots=True)
class Evidence:
    """Columns of evidence for n hits, in `EVIDENCE` order, then the reranker's if there was one."""

    columns: tuple[pa.Array, ...]


def renamed(name: str, others: Sequence[str]) -> str:
    """Return the name under which a source's column appears that has a name of ours."""
    name = f"{name}_source"
    while name in others:
        name = f"{name}_"
    return name


@lru_cache(maxsize=1024)
def _found_by(codes: bytes) -> pa.Array:
    return pa.array([_FINDERS[code] for code in codes], _TEXTS)


@lru_cache(maxsize=256)
def _nulls(count: int) -> pa.Array:
    return pa.nulls(count, pa.float32())


@lru_cache(maxsize=256)
def _no_ranks(count: int) -> pa.Array:
    return pa.nulls(count, pa.int64())


@lru_cache(maxsize=256)
def _none_annotated(count: int) -> pa.Array:
    return pa.array([[]] * count, _TEXTS)


def evidence(
    docs: npt.NDArray[np.int64],
    scores: npt.NDArray[np.float32],
    by_vector: Ranked | None,
    by_words: Ranked | None,
    reranked: npt.NDArray[np.float32] | None = None,
) -> Evidence:
    """Return what each channel says of each hit; null where it did not find the row."""
    if reranked is None and (by_vector is None) != (by_words is None):
        return of_vectors(scores) if by_words is None else _of_words(scores)
    vector_at, in_vector = _places(docs, by_vector)
    words_at, in_words = _places(docs, by_words)
    codes = in_vector.astype(np.uint8) + 2 * in_words.astype(np.uint8)
    columns = (
        pa.array(scores),
        _found_by(codes.tobytes()),
        _none_annotated(len(docs)),
        _scores(by_vector, vector_at, in_vector),
        _scores(by_words, words_at, in_words),
        pa.array(words_at, mask=~in_words),
    )
    return Evidence(columns if reranked is None else (*columns, pa.array(reranked)))


def of_vectors(scores: npt.NDArray[np.float32]) -> Evidence:
    """As `evidence`, where vectors alone were asked, of one question's hits or of several's."""
    count = len(scores)
    own, none = pa.array(scores), _nulls(count)
    found_by = _found_by(bytes([1]) * count)
    return Evidence((own, found_by, _none_annotated(count), own, none, _no_ranks(count)))


def _of_words(scores: npt.NDArray[np.float32]) -> Evidence:
    count = len(scores)
    own, none = pa.array(scores), _nulls(count)
    ranks = pa.array(np.arange(count))
    return Evidence((own, _found_by(bytes([2]) * count), _none_annotated(count), none, own, ranks))


class Layout:
    """How the tables of hits are made of rows of one schema; made once, used at every search."""

    def __init__(self, rows: pa.Schema, key_column: str) -> None:
        self._key_at = rows.get_field_index(key_column)
        self._rest = [place for place in range(len(rows)) if place != self._key_at]
        key, *others = (self._field(rows, place) for place in (self._key_at, *self._rest))
        self._schemas = {
            len(own): pa.schema([key, *own, *others])
            for own in (EVIDENCE, (*EVIDENCE, RERANK_FIELD))
        }

    @staticmethod
    def _field(rows: pa.Schema, place: int) -> pa.Field:
        field = rows.field(place)
        if field.name not in OWN_NAMES:
            return field
        return field.with_name(renamed(field.name, rows.names))

    def assemble(self, found: Evidence, rows: pa.Table) -> pa.Table:
        """Return the table of hits from their evidence and their rows, the key among them."""
        columns = rows.columns
        rest = [columns[place] for place in self._rest]
        schema = self._schemas[len(found.columns)]
        return pa.Table.from_arrays([columns[self._key_at], *found.columns, *rest], schema=schema)


def _places(
    docs: npt.NDArray[np.int64], ranked: Ranked | None
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return each hit's place among a channel's live rows, from 0, and whether it has one."""
    if ranked is None or len(ranked) == 0:
        return np.zeros(len(docs), np.int64), np.zeros(len(docs), np.bool_)
    if len(docs) > WIDE_COUNT:
        return _places_of_many(docs, ranked)
    same = ranked.rows[None, :] == docs[:, None]
    return same.argmax(axis=1), same.any(axis=1)


def _places_of_many(
    docs: npt.NDArray[np.int64], ranked: Ranked
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """As `_places`, by sorting; comparing each with each would take memory of both lengths."""
    order = np.argsort(ranked.rows)
    at = np.minimum(np.searchsorted(ranked.rows, docs, sorter=order), len(order) - 1)
    places = order[at]
    return places, ranked.rows[places] == docs


def _scores(
    ranked: Ranked | None, places: npt.NDArray[np.int64], present: npt.NDArray[np.bool_]
) -> pa.Array:
    if ranked is None or len(ranked) == 0:
        return pa.nulls(len(places), pa.float32())
    return pa.array(ranked.scores[places], mask=~present)


def wanted_columns(
    key_column: str, select: Sequence[str] | None, names: Sequence[str]
) -> list[str] | None:
    """Return the columns to read, key first; None for all."""
    if select is None:
        return None if key_column in names else [key_column, *names]
    return [key_column, *(name for name in dict.fromkeys(select) if name != key_column)]
