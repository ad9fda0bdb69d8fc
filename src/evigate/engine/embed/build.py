"""One refresh of a keyed table: what is new, what is gone, the files of both, the version.

The same walk serves vectors and words; a `Payload` says what a chunk of fresh rows becomes and how
its segment is written. Memory holds keys and hashes of the table, and one chunk.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from evigate.base.clock import utc_now
from evigate.base.errors import EvigateError
from evigate.base.ids import new_uuid
from evigate.engine.catalog.models import Anchor, Precision, Segment, Table
from evigate.engine.embed.errors import E_EMBED_CANCELLED, E_EMBED_NOTHING
from evigate.engine.embed.parts import Parts
from evigate.engine.embed.rows import Fresh, fresh_rows, missing_keys
from evigate.engine.tables.files import FileFact, write_parquet
from evigate.engine.tables.log import HASH, KEY, live_batches
from evigate.engine.tables.manifest import Entry, Manifest
from evigate.engine.tables.store import Draft

CHUNK_ROWS = 512
DELETES_SCHEMA = pa.schema([pa.field(KEY, pa.string(), nullable=False)])

Progress = Callable[[int, int | None], None]
IsCancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Made:
    """A segment's folder name and what made it."""

    rows: int
    precision: Precision | None
    library: str


class Payload(Protocol):
    """What a keyed table holds beside key and hash."""

    kind: str
    is_costly: bool

    def schema(self) -> pa.Schema:
        """Return the table's schema."""

    def make(self, chunk: Fresh) -> tuple[pa.RecordBatch, dict[str, str]]:
        """Return a chunk's rows, and the reason of each key that could not be used."""

    def write_segment(self, folder: Path, batches: Iterator[pa.RecordBatch]) -> Made:
        """Write the index over rows into a folder that does not exist yet."""


@dataclass(frozen=True, slots=True)
class Input:
    """A source as a build reads it: keys of all its rows, and the rows in pieces."""

    keys: pa.Array
    batches: Callable[[], Iterator[pa.RecordBatch]]
    key: str
    columns: Sequence[str]
    row_count: int | None
    anchor: Anchor


@dataclass(slots=True)
class Counts:
    """What a build did, in rows."""

    added: int = 0
    changed: int = 0
    deleted: int = 0
    unchanged: int = 0
    inferred: int = 0
    adopted: int = 0
    failed: dict[str, str] = field(default_factory=dict)


class Build:
    """One run over one source for one table."""

    def __init__(
        self,
        table: Table,
        payload: Payload,
        *,
        folder: Path,
        parts: Path,
        parent: Manifest | None,
        on_progress: Progress | None = None,
        is_cancelled: IsCancelled | None = None,
    ) -> None:
        self._table = table
        self._payload = payload
        self._folder = folder
        self._parts = Parts(parts)
        self._parent = parent
        self._on_progress = on_progress
        self._is_cancelled = is_cancelled
        self.counts = Counts()

    def run(self, input_: Input) -> Draft | None:
        """Write what is new; None where nothing is.

        Raises:
            EvigateError[E_EMBED_NOTHING]: a first build, and no row could be used.
            EvigateError[E_EMBED_CANCELLED]: it was asked to stop; the parts stay.
        """
        known = self._known()
        fresh = self._walk(input_, known)
        gone = missing_keys(known, input_.keys) if known else []
        failed_now = [key for key in self.counts.failed if key in known]
        deleted = gone + failed_now
        self.counts.deleted = len(gone)
        self.counts.unchanged = len(known) - len(gone) - self.counts.changed
        if not fresh and not deleted:
            if self._parent is None:
                raise self._nothing()
            return None
        return self._draft(input_, known, fresh, deleted)

    def finish(self) -> None:
        """Clear the checkpoints, once the version is published."""
        self._parts.clear()

    def _known(self) -> dict[str, bytes]:
        if self._parent is None:
            return {}
        known: dict[str, bytes] = {}
        for batch in live_batches(self._folder, self._parent, [KEY, HASH]):
            known.update(zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True))
        return known

    def _walk(self, input_: Input, known: dict[str, bytes]) -> int:
        """Make a part of each chunk of fresh rows; return how many rows the parts hold."""
        rows = 0
        chunks = fresh_rows(
            input_.batches(),
            key=input_.key,
            columns=input_.columns,
            known=known,
            chunk_rows=CHUNK_ROWS,
        )
        for chunk in chunks:
            if self._is_cancelled is not None and self._is_cancelled():
                raise EvigateError(E_EMBED_CANCELLED, f"{self._table.name!r} was cancelled.")
            rows += self._do(chunk)
            changed = sum(key in known for key in chunk.keys)
            self.counts.changed += changed
            self.counts.added += len(chunk.keys) - changed
            if self._on_progress is not None:
                self._on_progress(self.counts.added + self.counts.changed, input_.row_count)
        return rows

    def _do(self, chunk: Fresh) -> int:
        adopted = self._parts.adopt(chunk) if self._payload.is_costly else None
        if adopted is not None and adopted == len(chunk.keys):
            self.counts.adopted += adopted
            return adopted
        batch, failed = self._payload.make(chunk)
        self.counts.failed.update(failed)
        self.counts.inferred += batch.num_rows
        self._parts.add(chunk, batch)
        return int(batch.num_rows)

    def _draft(
        self, input_: Input, known: dict[str, bytes], fresh: int, deleted: list[str]
    ) -> Draft:
        entries = () if self._parent is None else self._parent.entries
        segments: tuple[Segment, ...] = ()
        if deleted:
            entries += (Entry("deletes", self._write_deletes(deleted)),)
        if fresh:
            entry, segment = self._write_rows()
            entries += (entry,)
            segments = (segment,)
        elif self._parent is None:
            raise self._nothing()
        changed = self.counts.changed - sum(key in known for key in self.counts.failed)
        live = len(known) - len(deleted) - changed + fresh
        total = sum(entry.file.rows for entry in entries if entry.type == "rows")
        return Draft(
            self._payload.schema(), entries, live, (input_.anchor,), total - live, segments
        )

    def _write_deletes(self, keys: list[str]) -> FileFact:
        batch = pa.record_batch([pa.array(keys, pa.string())], schema=DELETES_SCHEMA)
        return write_parquet(self._folder, "deletes", DELETES_SCHEMA, [batch])

    def _write_rows(self) -> tuple[Entry, Segment]:
        fact = write_parquet(self._folder, "rows", self._payload.schema(), self._parts.batches())
        return write_indexed(self._table, self._payload, self._folder, fact, self._parts.batches())

    def _nothing(self) -> EvigateError:
        reasons = next(iter(self.counts.failed.values()), "the source has no rows")
        message = f"No row of {self._table.source!r} could be used: {reasons}."
        return EvigateError(E_EMBED_NOTHING, message)


def write_indexed(
    table: Table,
    payload: Payload,
    folder: Path,
    fact: FileFact,
    batches: Iterator[pa.RecordBatch],
) -> tuple[Entry, Segment]:
    """Write the segment over a file of rows; return the log's entry and the segment's row."""
    segment_id = new_uuid()
    name = f"segment-{segment_id.hex}"
    made = payload.write_segment(folder / name, batches)
    segment = Segment(
        table_id=table.id,
        segment_id=segment_id,
        kind=payload.kind,
        path=name,
        row_count=made.rows,
        precision=made.precision,
        library=made.library,
        first_version=1,
        created_at=utc_now(),
    )
    return Entry("rows", fact, str(segment_id)), segment
