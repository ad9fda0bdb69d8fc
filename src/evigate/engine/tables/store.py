"""Publishing versions and reading them: files first, then one transaction that shows them all."""

import base64
import shutil
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version as distribution_version
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pyarrow as pa

from evigate.base.canonical import content_hash
from evigate.base.clock import utc_now
from evigate.base.errors import EvigateError
from evigate.base.ids import new_uuid
from evigate.base.subject import Subject
from evigate.engine.catalog import store as rows
from evigate.engine.catalog.cache import Catalog, CatalogCache
from evigate.engine.catalog.models import Anchor, Segment, Table, TableKind, TableVersion
from evigate.engine.tables.errors import (
    E_TABLE_CONFLICT,
    E_TABLE_DAMAGED,
    E_TABLE_EXISTS,
    E_TABLE_KIND,
    E_TABLE_MISSING,
    E_TABLE_NOT_READY,
    E_VERSION_MISSING,
)
from evigate.engine.tables.files import damaged_as, digest_of, write_file
from evigate.engine.tables.log import live_batches
from evigate.engine.tables.manifest import Entry, Manifest
from evigate.engine.tables.mirror import TableFiles
from evigate.engine.tables.names import check_table_name
from evigate.kernel.db import SyncDatabase, SyncTx
from evigate.kernel.storage import FileMirror

MANIFESTS_MAX = 512
LIBRARIES = ("pyarrow", "usearch", "tantivy", "duckdb", "numpy")


@dataclass(frozen=True, slots=True)
class Draft:
    """What a new version will hold; its files are whole and synced already."""

    schema: pa.Schema
    entries: tuple[Entry, ...]
    row_count: int
    anchors: tuple[Anchor, ...]
    masked_rows: int = 0
    segments: tuple[Segment, ...] = ()


def new_table(
    name: str,
    kind: TableKind,
    definition: Mapping[str, Any],
    *,
    source: str | None = None,
    model: str | None = None,
    dimensions: int | None = None,
    key_column: str | None = None,
) -> Table:
    """Return a table that exists nowhere yet; its hash is its definition's.

    Raises:
        EvigateError[E_TABLE_NAME]: no table may be called so.
    """
    check_table_name(name)
    now = utc_now()
    return Table(
        id=new_uuid(),
        name=name,
        kind=kind,
        source=source,
        model=model,
        definition=definition,
        definition_hash=content_hash(dict(definition)),
        dimensions=dimensions,
        key_column=key_column,
        current_version=None,
        created_at=now,
        updated_at=now,
    )


class TableStore:
    """The tables of every tenant, below one root folder."""

    def __init__(
        self,
        database: SyncDatabase,
        catalogs: CatalogCache,
        root: Path,
        mirror: FileMirror | None = None,
    ) -> None:
        self._database = database
        self._catalogs = catalogs
        self.root = root
        self._files = TableFiles(root, mirror)
        self._manifests: OrderedDict[str, Manifest] = OrderedDict()
        self._lock = threading.Lock()

    def folder(self, subject: Subject, table: Table | UUID) -> Path:
        """Return the folder that a table's files are in."""
        table_id = table.id if isinstance(table, Table) else table
        return self.root / str(subject.tenant_id) / "tables" / str(table_id)

    def catalog(self, subject: Subject) -> Catalog:
        """Return what the tenant has."""
        return self._catalogs.get(subject)

    def fresh(self, subject: Subject) -> Catalog:
        """Return what the tenant has in the database now, whoever made it."""
        return self._catalogs.fresh(subject)

    def get(self, subject: Subject, name: str, *kinds: TableKind) -> Table:
        """Return a table by name.

        Raises:
            EvigateError[E_TABLE_MISSING]: the tenant has none of that name.
            EvigateError[E_TABLE_KIND]: it is none of `kinds`.
        """
        table = self.catalog(subject).tables.get(name) or self.fresh(subject).tables.get(name)
        if table is None:
            raise EvigateError(E_TABLE_MISSING, f"There is no table {name!r}.")
        if kinds and table.kind not in kinds:
            wanted = " or ".join(kind.value for kind in kinds)
            message = f"The table {name!r} is of kind {table.kind.value}, not {wanted}."
            raise EvigateError(E_TABLE_KIND, message)
        return table

    def version(self, subject: Subject, table: Table, number: int | None = None) -> TableVersion:
        """Return a version, the current one by default.

        Raises:
            EvigateError[E_TABLE_NOT_READY]: the table has none.
            EvigateError[E_VERSION_MISSING]: it has no such version.
        """
        found = self.catalog(subject).version_of(table, number)
        if found is None:
            found = self.fresh(subject).version_of(table, number)
        if found is None and number is None:
            raise EvigateError(E_TABLE_NOT_READY, f"The table {table.name!r} has no version yet.")
        if found is None:
            raise EvigateError(E_VERSION_MISSING, f"{table.name!r} has no version {number}.")
        return found

    def manifest(self, subject: Subject, table: Table, number: int | None = None) -> Manifest:
        """Return a version's manifest, checked against the digest in its row.

        Raises:
            EvigateError[E_TABLE_DAMAGED]: it is missing or has been changed.
        """
        version = self.version(subject, table, number)
        known = self._manifests.get(version.manifest_digest)
        if known is not None:
            return known
        folder = self.folder(subject, table)
        path = folder / version.manifest_path
        self._files.fetch(folder, [version.manifest_path])
        if digest_of(path) != version.manifest_digest:
            message = f"The manifest {path.name!r} of {table.name!r} has been changed."
            raise EvigateError(E_TABLE_DAMAGED, message)
        with damaged_as(path):
            manifest = Manifest.from_bytes(path.read_bytes())
        self._files.fetch(folder, self._names(subject, table, manifest))
        with self._lock:
            self._manifests[version.manifest_digest] = manifest
            while len(self._manifests) > MANIFESTS_MAX:
                self._manifests.popitem(last=False)
        return manifest

    def _names(self, subject: Subject, table: Table, manifest: Manifest) -> list[str]:
        """Return the files of a version, and the folders of its segments."""
        wanted = {entry.segment_id for entry in manifest.entries}
        segments = self.catalog(subject).segments_of(table)
        return [
            *(entry.file.name for entry in manifest.entries),
            *(each.path for each in segments if str(each.segment_id) in wanted),
        ]

    def push(self, subject: Subject, table: Table, names: Iterable[str]) -> None:
        """Copy files of a table to where other machines find them, if there is such a place."""
        self._files.push(self.folder(subject, table), names)

    def schema(self, subject: Subject, table: Table, number: int | None = None) -> pa.Schema:
        """Return the columns of a version."""
        text = self.manifest(subject, table, number).schema
        return pa.ipc.read_schema(pa.py_buffer(base64.b64decode(text)))

    def batches(
        self,
        subject: Subject,
        table: Table,
        *,
        version: int | None = None,
        columns: list[str] | None = None,
    ) -> Iterator[pa.RecordBatch]:
        """Yield the rows of a version that stand, streaming."""
        manifest = self.manifest(subject, table, version)
        return live_batches(self.folder(subject, table), manifest, columns)

    def forget(self, subject: Subject) -> None:
        """Read the tenant's catalog anew at the next look."""
        self._catalogs.forget(str(subject.tenant_id))

    def remove(self, subject: Subject, table: Table, names: Iterable[str]) -> None:
        """Delete files and segment folders of a table; those that are gone already are fine."""
        folder = self.folder(subject, table)
        gone = list(names)
        self._files.remove(folder, gone)
        for name in gone:
            path = folder / name
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)

    def drop(self, subject: Subject, table: Table) -> None:
        """Remove a table, its versions and its files."""
        catalog = self.catalog(subject)
        names = {segment.path for segment in catalog.segments_of(table)}
        for version in catalog.versions_of(table):
            names.add(version.manifest_path)
            names |= self._known_files(subject, table, version)
        with self._database.tx(subject) as tx:
            rows.delete_table(tx, table)
        self.forget(subject)
        self._files.remove(self.folder(subject, table), names)
        shutil.rmtree(self.folder(subject, table), ignore_errors=True)

    def _known_files(self, subject: Subject, table: Table, version: TableVersion) -> set[str]:
        try:
            manifest = self.manifest(subject, table, version.version)
        except EvigateError:
            # A damaged version's files cannot be listed; what is left of them is a stray.
            return set()
        return {entry.file.name for entry in manifest.entries}

    def publish(
        self, subject: Subject, table: Table, draft: Draft, *, parent: TableVersion | None
    ) -> TableVersion:
        """Make a draft the table's current version, and the table if it is new.

        The whole catalog changes in one transaction, or not at all.

        Raises:
            EvigateError[E_TABLE_CONFLICT]: `parent` is no longer current; nothing has changed.
            EvigateError[E_TABLE_EXISTS]: a new table's name is taken.
        """
        number = 1 if parent is None else self._next_number(subject, table)
        manifest = self._manifest_of(subject, table, draft, number, parent)
        folder = self.folder(subject, table)
        data = manifest.to_bytes()
        fact = write_file(folder, f"manifest-{number:06d}", ".json", lambda file: file.write(data))
        version = TableVersion(
            table_id=table.id,
            version=number,
            parent_version=None if parent is None else parent.version,
            status="ready",
            manifest_path=fact.name,
            manifest_digest=fact.sha256,
            row_count=draft.row_count,
            masked_rows=draft.masked_rows,
            anchors=draft.anchors,
            created_at=utc_now(),
        )
        self.push(subject, table, [*_fresh(draft, self._old(subject, table, parent)), fact.name])
        try:
            with self._database.tx(subject) as tx:
                self._commit(tx, table, version, draft, parent)
        except psycopg.errors.UniqueViolation as error:
            raise self._conflict(table) from error
        self.forget(subject)
        return version

    def _old(self, subject: Subject, table: Table, parent: TableVersion | None) -> set[str]:
        return set() if parent is None else self._known_files(subject, table, parent)

    def _next_number(self, subject: Subject, table: Table) -> int:
        with self._database.read(subject) as tx:
            return rows.next_version(tx, table)

    def _manifest_of(
        self,
        subject: Subject,
        table: Table,
        draft: Draft,
        number: int,
        parent: TableVersion | None,
    ) -> Manifest:
        return Manifest(
            table=table.name,
            kind=table.kind.value,
            version=number,
            parent_version=None if parent is None else parent.version,
            definition=table.definition,
            definition_hash=table.definition_hash,
            schema=base64.b64encode(draft.schema.serialize().to_pybytes()).decode(),
            environment={name: distribution_version(name) for name in ("evigate", *LIBRARIES)},
            anchors=draft.anchors,
            entries=draft.entries,
            row_count=draft.row_count,
            masked_rows=draft.masked_rows,
            produced_by=subject.actor,
            produced_at=utc_now().isoformat(),
        )

    def _commit(
        self,
        tx: SyncTx,
        table: Table,
        version: TableVersion,
        draft: Draft,
        parent: TableVersion | None,
    ) -> None:
        if parent is None:
            if table.current_version is None and not rows.insert_table(tx, table):
                raise EvigateError(E_TABLE_EXISTS, f"There is a table {table.name!r} already.")
        else:
            rows.redefine_table(tx, table)
        rows.insert_version(tx, version)
        for segment in draft.segments:
            rows.insert_segment(tx, replace(segment, first_version=version.version))
        if not rows.advance_table(
            tx, table, version=version.version, parent=version.parent_version
        ):
            raise self._conflict(table)

    def _conflict(self, table: Table) -> EvigateError:
        message = f"Another writer has published a version of {table.name!r}."
        return EvigateError(E_TABLE_CONFLICT, message)


def _fresh(draft: Draft, old: set[str]) -> list[str]:
    """Return the files and segment folders that a draft adds to what was there."""
    files = [entry.file.name for entry in draft.entries if entry.file.name not in old]
    return [*files, *(segment.path for segment in draft.segments)]
