"""Lexical segments: rows found by their words, with BM25 scores, and their keys."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from evigate.base.clock import Clock, utc_now
from evigate.base.errors import EvigateError
from evigate.engine.index.errors import E_INDEX_INVALID, E_QUERY_INVALID
from evigate.engine.index.folder import staged_folder
from evigate.engine.index.grammar import parse_query
from evigate.engine.index.keys import KEYS_NAME, join_keys, key_texts, map_keys, write_keys
from evigate.engine.index.manifest import (
    MANIFEST_NAME,
    SegmentManifest,
    check_library,
    folder_facts,
    manifest_bytes,
)
from evigate.engine.index.ranking import EMPTY, Ranked, Rows, best

if TYPE_CHECKING:
    from tantivy import Query

    from evigate.engine.index.lexicon import Analysis, Lexicon

TERMS_FOLDER = "terms"
# A few more than asked for, so that equal scores at the end are seen and ordered by key.
TIE_ROWS = 8


def write_lexical_segment(
    folder: Path,
    batches: Iterable[pa.RecordBatch],
    *,
    key: str,
    columns: Sequence[str],
    analyzer: str = "english",
    stop_words: bool = True,
    clock: Clock = utc_now,
) -> SegmentManifest:
    """
    Write a lexical segment from batches of a key and text columns, whole or not at all.

    Args:
        batches: any number, any may be empty; a null or empty text adds no word.
        columns: the text columns, in the order in which plain words read them.
        analyzer: english or raw.

    Raises:
        EvigateError[E_KEYS_INVALID | E_INDEX_INVALID | E_SEGMENT_EXISTS]: naming the thing.
    """
    from evigate.engine.index.lexicon import LIBRARY, Lexicon

    analysis = checked_analysis(analyzer, stop_words=stop_words)
    parts: list[pa.Array] = []
    with staged_folder(folder) as staging:
        terms = staging / TERMS_FOLDER
        terms.mkdir()
        lexicon = Lexicon.create(terms, columns, analysis, _rows(batches, key, columns, parts))
        for lock in terms.glob(".tantivy-*.lock"):
            lock.unlink()
        keys = join_keys(parts)
        write_keys(staging / KEYS_NAME, keys)
        manifest = SegmentManifest(
            kind="lexical",
            count=lexicon.count,
            dimensions=None,
            metric=None,
            precision=None,
            library=LIBRARY,
            files=folder_facts(staging),
            created_at=clock().isoformat(),
            options={
                "key": key,
                "columns": list(columns),
                "analyzer": analysis.analyzer.value,
                "stop_words": stop_words,
            },
        )
        (staging / MANIFEST_NAME).write_bytes(manifest_bytes(manifest))
    return manifest


def lexical_in_memory(
    batches: Iterable[pa.RecordBatch],
    *,
    key: str,
    columns: Sequence[str],
    analyzer: str = "english",
    stop_words: bool = True,
) -> "LexicalSegment":
    """Index batches in memory, to answer while a broken segment is rebuilt; errors as above."""
    from evigate.engine.index.lexicon import Lexicon

    parts: list[pa.Array] = []
    analysis = checked_analysis(analyzer, stop_words=stop_words)
    lexicon = Lexicon.create(None, columns, analysis, _rows(batches, key, columns, parts))
    return LexicalSegment(name="in memory", keys=join_keys(parts), lexicon=lexicon)


def checked_analysis(analyzer: str, *, stop_words: bool) -> "Analysis":
    """Return an analysis by its analyser's name; E_INDEX_INVALID if there is none such."""
    from evigate.engine.index.lexicon import Analysis, Analyzer

    try:
        return Analysis(Analyzer(analyzer), stop_words)
    except ValueError as error:
        known = ", ".join(item.value for item in Analyzer)
        raise EvigateError(
            E_INDEX_INVALID, f"There is no analyzer {analyzer!r}; there are {known}."
        ) from error


class LexicalSegment:
    """An opened lexical segment; immutable, and searched from any number of threads."""

    def __init__(self, *, name: str, keys: pa.Array, lexicon: "Lexicon") -> None:
        self.name = name
        self.keys = keys
        self._lexicon = lexicon

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.keys)

    @property
    def columns(self) -> tuple[str, ...]:
        """The indexed columns."""
        return self._lexicon.columns

    def texts_of(self, rows: Rows) -> list[str]:
        """Return the texts by which rows of equal score are ordered."""
        return key_texts(self.keys, rows)

    def query(
        self, text: str, *, strict: bool = False, weights: Mapping[str, float] | None = None
    ) -> "Query | None":
        """
        Return what `best` takes, from text in the language of `grammar`; None finds nothing.

        Raises:
            EvigateError[E_QUERY_INVALID]: strict and malformed, or a weight that is negative or
                names no column.
        """
        for column, weight in (weights or {}).items():
            if column not in self.columns or not 0 <= weight < float("inf"):
                raise EvigateError(
                    E_QUERY_INVALID,
                    f"The weight {weight!r} of column {column!r} is not usable; "
                    f"the columns are {list(self.columns)}.",
                )
        return self._lexicon.query(parse_query(text, self.columns, strict=strict), weights)

    def best(self, query: "Query | None", k: int, within: Rows | None = None) -> Ranked:
        """Return the best k rows, of all or of some, in the total order."""
        if query is None or k <= 0 or self.count == 0:
            return EMPTY
        if within is not None:
            query = self._lexicon.within(query, within)
        fetch = min(k + TIE_ROWS, self.count)
        while True:
            rows, scores = self._lexicon.best(query, fetch)
            if len(rows) < fetch or fetch == self.count or scores[-1] < scores[k - 1]:
                return best(rows, scores, k, self.texts_of)
            fetch = min(fetch * 4, self.count)


def open_lexical(folder: Path, manifest: SegmentManifest) -> LexicalSegment:
    """Open a lexical segment whose manifest and files were checked.

    Raises:
        EvigateError[E_SEGMENT_LIBRARY]: another version of the full-text library wrote it.
        EvigateError[E_SEGMENT_CORRUPT]: a file cannot be read.
    """
    from evigate.engine.index.lexicon import LIBRARY, Lexicon
    from evigate.engine.index.manifest import corrupt

    check_library(folder, manifest, LIBRARY)
    options = manifest.options
    analysis = checked_analysis(options["analyzer"], stop_words=options["stop_words"])
    keys = map_keys(folder, manifest.count)
    lexicon = Lexicon.open(folder / TERMS_FOLDER, options["columns"], analysis)
    if lexicon.count != manifest.count:
        raise corrupt(folder, TERMS_FOLDER, f"holds {lexicon.count} rows, not {manifest.count}")
    return LexicalSegment(name=folder.name, keys=keys, lexicon=lexicon)


def _rows(
    batches: Iterable[pa.RecordBatch], key: str, columns: Sequence[str], parts: list[pa.Array]
) -> Iterator[tuple[str | None, ...]]:
    """Yield each row's texts, keeping the keys aside in `parts`."""
    for batch in batches:
        for name in (key, *columns):
            if name not in batch.schema.names:
                raise EvigateError(E_INDEX_INVALID, f"There is no column {name!r} to index.")
        parts.append(batch.column(key))
        texts = [_texts(batch.column(name), name) for name in columns]
        yield from zip(*texts, strict=True)


def _texts(column: pa.Array, name: str) -> list[str | None]:
    try:
        texts: list[str | None] = pc.cast(column, pa.string()).to_pylist()
    except pa.ArrowException as error:
        raise EvigateError(
            E_INDEX_INVALID, f"Column {name!r} of type {column.type} has no text to index."
        ) from error
    return texts
