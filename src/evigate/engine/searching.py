"""From a source's name to an answer: which tables to search, their segments opened, and the verb.

A searcher stands on one version of everything and is kept until any of it changes. A segment that
cannot be opened is answered for from its Parquet, exactly and with a note, and rebuilt meanwhile.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import structlog

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.catalog.cache import Catalog
from evigate.engine.catalog.models import Segment, Source, Table, TableKind
from evigate.engine.embed.parts import matrix
from evigate.engine.embed.service import EmbedService, index_of
from evigate.engine.errors import E_SEARCH_AMBIGUOUS, E_SEARCH_NO_MODEL
from evigate.engine.index import (
    LexicalSegment,
    OpenedTexts,
    OpenedVectors,
    StreamedVectors,
    VectorSegment,
)
from evigate.engine.index import open_texts_or_index as open_texts
from evigate.engine.index import open_vectors_or_stream as open_vectors
from evigate.engine.inputs import SourceService
from evigate.engine.search import Mode, Searcher
from evigate.engine.search.keyrows import KEY_COLUMN, KeyRows
from evigate.engine.tables.files import read_parquet
from evigate.engine.tables.log import KEY, read_column
from evigate.engine.tables.manifest import Entry, Manifest
from evigate.engine.tables.store import TableStore

log = structlog.get_logger(__name__)

KEPT_MAX = 64
VECTOR_KINDS = (
    TableKind.EMBEDDING,
    TableKind.EXTERNAL,
    TableKind.PROPAGATION,
    TableKind.STRUCTURE,
)

QueryVector = Callable[[Table, str], npt.NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Place:
    """What a search runs over: a source and the version of each table it uses."""

    source: Source
    vectors: Table | None
    texts: Table | None
    version: int | None


class SearchService:
    """Searchers of every tenant; safe to share between threads."""

    def __init__(self, tables: TableStore, sources: SourceService, embeds: EmbedService) -> None:
        self._tables = tables
        self._sources = sources
        self._embeds = embeds
        self._kept: OrderedDict[tuple[Any, ...], Searcher] = OrderedDict()
        self._building: dict[tuple[Any, ...], threading.Lock] = {}
        self._lock = threading.Lock()
        self._rebuilding: set[str] = set()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="evigate-rebuild")

    def close(self) -> None:
        """Wait for a rebuild that runs, begin no other."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def place(
        self,
        subject: Subject,
        name: str,
        *,
        table: str | None = None,
        text_table: str | None = None,
        version: int | None = None,
    ) -> Place:
        """Choose the tables to search a source with.

        A table that is named counts; else the source's default one; else the only one there is.

        Raises:
            EvigateError[E_SOURCE_MISSING | E_TABLE_MISSING | E_TABLE_KIND]: a name is wrong.
            EvigateError[E_SEARCH_AMBIGUOUS]: there are several, and none is the default.
        """
        source = self._sources.current(subject, name)
        catalog = self._tables.catalog(subject)
        vectors = self._chosen(subject, catalog, source, table, VECTOR_KINDS, vectors_name(name))
        texts = self._chosen(
            subject, catalog, source, text_table, (TableKind.LEXICAL,), texts_name(name)
        )
        return Place(source, vectors, texts, version)

    def _chosen(
        self,
        subject: Subject,
        catalog: Catalog,
        source: Source,
        name: str | None,
        kinds: Sequence[TableKind],
        default: str,
    ) -> Table | None:
        if name is not None:
            return self._tables.get(subject, name, *kinds)
        found = [each for each in catalog.tables_of(source.name) if each.kind in kinds]
        by_name = next((each for each in found if each.name == default), None)
        if by_name is not None or len(found) < 2:
            return by_name or (found[0] if found else None)
        names = ", ".join(repr(each.name) for each in found)
        raise EvigateError(E_SEARCH_AMBIGUOUS, f"{source.name!r} has the tables {names}.")

    def searcher(self, subject: Subject, place: Place) -> Searcher:
        """Return the searcher of a place, opened once."""
        catalog = self._tables.catalog(subject)
        key = (
            place.source.id,
            place.source.version,
            _version_key(catalog, place.vectors, place.version),
            _version_key(catalog, place.texts, None),
        )
        known = self._kept.get(key)
        if known is not None:
            return known
        with self._lock:
            lock = self._building.setdefault(key, threading.Lock())
        with lock:
            known = self._kept.get(key)
            if known is None:
                known = self._open(subject, catalog, place)
                with self._lock:
                    self._kept[key] = known
                    self._building.pop(key, None)
                    while len(self._kept) > KEPT_MAX:
                        self._kept.popitem(last=False)
        return known

    def _open(self, subject: Subject, catalog: Catalog, place: Place) -> Searcher:
        notes: list[str] = []
        vectors: list[VectorSegment | StreamedVectors] = []
        texts: list[LexicalSegment] = []
        deleted: dict[str, pa.Array | None] = {"vectors": None, "texts": None}
        if place.vectors is not None:
            table = place.vectors
            manifest = self._tables.manifest(subject, table, place.version)
            vectors = self._vectors(subject, catalog, table, manifest, notes)
            deleted["vectors"] = _deleted(self._tables.folder(subject, table), manifest)
        if place.texts is not None:
            table = place.texts
            manifest = self._tables.manifest(subject, table)
            for entry, folder, segment in self._segments(subject, catalog, table, manifest):
                found = self._open_texts(subject, table, entry, folder)
                texts.append(found.segment)
                self._note(subject, table, segment, found.note, notes)
            deleted["texts"] = _deleted(self._tables.folder(subject, table), manifest)
        return Searcher(
            self._sources.rows(subject, place.source),
            key_column=place.source.key_column or "",
            vectors=vectors,
            texts=texts,
            vectors_deleted=deleted["vectors"],
            texts_deleted=deleted["texts"],
            notes=notes,
        )

    def over_table(self, subject: Subject, table: Table) -> tuple[Searcher, pa.Array]:
        """Return a searcher over an embedding table's own rows, by key, and the keys."""
        manifest = self._tables.manifest(subject, table)
        batches = list(self._tables.batches(subject, table, columns=[KEY]))
        keys = pa.array([], pa.string())
        if batches:
            keys = pa.chunked_array([batch.column(0) for batch in batches]).combine_chunks()
        version = self._tables.version(subject, table).manifest_digest
        notes: list[str] = []
        catalog = self._tables.catalog(subject)
        searcher = Searcher(
            KeyRows(keys, version),
            key_column=KEY_COLUMN,
            vectors=self._vectors(subject, catalog, table, manifest, notes),
            vectors_deleted=_deleted(self._tables.folder(subject, table), manifest),
            notes=notes,
        )
        return searcher, keys

    def _vectors(
        self,
        subject: Subject,
        catalog: Catalog,
        table: Table,
        manifest: Manifest,
        notes: list[str],
    ) -> list[VectorSegment | StreamedVectors]:
        segments = []
        for entry, folder, segment in self._segments(subject, catalog, table, manifest):
            opened = self._open_vectors(subject, table, entry, folder)
            segments.append(opened.segment)
            self._note(subject, table, segment, opened.note, notes)
        return segments

    def _segments(
        self, subject: Subject, catalog: Catalog, table: Table, manifest: Manifest
    ) -> Iterator[tuple[Entry, Path, Segment | None]]:
        known = {str(segment.segment_id): segment for segment in catalog.segments_of(table)}
        folder = self._tables.folder(subject, table)
        for entry in manifest.entries:
            if entry.type == "rows":
                segment = known.get(entry.segment_id or "")
                path = "no-segment" if segment is None else segment.path
                yield entry, folder / path, segment

    def _open_vectors(
        self, subject: Subject, table: Table, entry: Entry, folder: Path
    ) -> OpenedVectors:
        path = self._tables.folder(subject, table) / entry.file.name

        def read() -> Iterator[tuple[pa.Array, npt.NDArray[np.float32]]]:
            for batch in read_parquet(path):
                yield batch.column(KEY), matrix(batch)

        assert table.dimensions is not None
        metric = index_of(table.definition["index"]).metric
        return open_vectors(folder, read, dimensions=table.dimensions, metric=metric)

    def _open_texts(
        self, subject: Subject, table: Table, entry: Entry, folder: Path
    ) -> OpenedTexts:
        path = self._tables.folder(subject, table) / entry.file.name
        return open_texts(
            folder,
            lambda: read_parquet(path),
            key=KEY,
            columns=table.definition["columns"],
            analyzer=table.definition["analyzer"],
            stop_words=table.definition["stop_words"],
        )

    def _note(
        self,
        subject: Subject,
        table: Table,
        segment: Segment | None,
        note: str | None,
        notes: list[str],
    ) -> None:
        if note is None:
            return
        notes.append(note)
        if segment is None:
            return
        with self._lock:
            if segment.path in self._rebuilding:
                return
            self._rebuilding.add(segment.path)
        self._pool.submit(self._rebuild, subject, table, segment)

    def _rebuild(self, subject: Subject, table: Table, segment: Segment) -> None:
        try:
            self._embeds.rebuild_segment(subject, table, segment)
            log.info("segment_rebuilt", table=table.name, segment=str(segment.segment_id))
        except Exception as error:
            log.error("segment_not_rebuilt", table=table.name, error=repr(error))
        finally:
            with self._lock:
                self._rebuilding.discard(segment.path)


def mode_of(mode: Mode | str | None, place: Place, *, has_text: bool = True) -> Mode:
    """Return the mode asked for, or the best that the place and the query have."""
    if mode is not None:
        return Mode(mode)
    if not has_text and place.vectors is not None:
        return Mode.VECTOR
    if place.vectors is not None and place.texts is not None:
        return Mode.HYBRID
    return Mode.LEXICAL if place.vectors is None else Mode.VECTOR


def no_model(table: Table) -> EvigateError:
    """Return the error of a text query to vectors without a model."""
    return EvigateError(E_SEARCH_NO_MODEL, f"{table.name!r} has no model for a text.")


def vectors_name(source: str) -> str:
    """Return the name that a source's embedding table has unless another is given."""
    return f"{source}_vectors"[:63]


def texts_name(source: str) -> str:
    """Return the name that a source's lexical table has unless another is given."""
    return f"{source}_words"[:63]


def _version_key(catalog: Catalog, table: Table | None, number: int | None) -> Any:
    if table is None:
        return None
    version = catalog.version_of(table, number)
    paths = tuple(segment.path for segment in catalog.segments_of(table))
    return (table.id, None if version is None else version.manifest_digest, paths)


def _deleted(folder: Path, manifest: Manifest) -> pa.Array | None:
    """Return the keys that were deleted and did not come back."""
    gone: pa.Array | None = None
    for entry in manifest.entries:
        keys = None
        if entry.type == "deletes":
            keys = read_column(folder / entry.file.name, KEY)
            gone = keys if gone is None else pa.concat_arrays([gone, keys])
        elif gone is not None:
            keys = read_column(folder / entry.file.name, KEY)
            gone = gone.filter(pc.invert(pc.is_in(gone, value_set=keys)))
    return gone if gone is not None and len(gone) else None
