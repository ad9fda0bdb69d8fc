"""Sources as rows of the catalog: added, looked at, brought up to date, removed, and read.

The sub-room `sources` knows how to reach one; here is what is kept of it, behind the tenant's wall,
its credentials sealed. A source's rows are opened once a version and shared by every reader.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pyarrow as pa

from evigate.base.clock import utc_now
from evigate.base.errors import EvigateError
from evigate.base.ids import new_uuid
from evigate.base.subject import Subject
from evigate.engine.catalog import store
from evigate.engine.catalog.cache import CatalogCache
from evigate.engine.catalog.models import Source, SourceVersion
from evigate.engine.catalog.rows import RowStore
from evigate.engine.errors import E_SOURCE_EXISTS, E_SOURCE_MISSING, E_SOURCE_REFERENCED
from evigate.engine.federation.duck import Duck
from evigate.engine.federation.relations import Relation
from evigate.engine.sources.context import SourceContext, SourceFacts
from evigate.engine.sources.errors import E_SOURCE_CHANGED
from evigate.engine.sources.probe import probe
from evigate.engine.sources.reading import changed, is_database, relation_of
from evigate.engine.sources.rows import open_rows, scan
from evigate.engine.sources.snapshot import drop_snapshots
from evigate.kernel.db import SyncDatabase
from evigate.kernel.secrets import SyncVault
from evigate.kernel.storage import FileMirror

# Rows of so many source versions stay open; they are memory-mapped.
OPEN_MAX = 64
# A search looks whether a local source has changed at most this often.
LOOK_S = 0.5
# What the address of a file of our own begins with: a table that was handed over in memory.
OWN = "upload:"
# Under this name stand the columns whose types the caller said, beside all that there are.
TYPED = "typed_columns"
CHANGE_ATTEMPTS = 3

DuckOf = Callable[[Subject], Duck]


class SourceService:
    """Sources of every tenant; safe to share between threads."""

    def __init__(
        self,
        database: SyncDatabase,
        catalogs: CatalogCache,
        vault: SyncVault,
        root: Path,
        duck_of: DuckOf,
        mirror: FileMirror | None = None,
    ) -> None:
        self._mirror = mirror
        self._database = database
        self._catalogs = catalogs
        self._vault = vault
        self._root = root
        self._duck_of = duck_of
        # Folders whose files may be named, None for all; a server's callers are strangers to it.
        self.roots: tuple[Path, ...] | None = None
        self._open: OrderedDict[tuple[UUID, SourceVersion, str], RowStore] = OrderedDict()
        self._looked: dict[UUID, float] = {}
        self._lock = threading.Lock()

    def add(
        self,
        subject: Subject,
        name: str,
        target: Any,
        *,
        key: str | None = None,
        format: str | None = None,
        tenant_column: str | None = None,
        options: Mapping[str, Any] | None = None,
        is_replacing: bool = False,
    ) -> Source:
        """Register a source, or register it anew under its name.

        Raises:
            EvigateError[E_SOURCE_EXISTS]: the name is taken and it is not to be replaced.
            EvigateError[E_SOURCE_...]: what `probe` finds wrong with it; nothing is kept.
        """
        known = self._catalogs.fresh(subject).sources.get(name)
        if known is not None and not is_replacing:
            raise EvigateError(E_SOURCE_EXISTS, f"There is a source {name!r} already.")
        facts = probe(
            name,
            target,
            context=self.context(subject),
            options=options,
            format=format,
            key=key,
            tenant_column=tenant_column,
        )
        typed = (options or {}).get("columns")
        source = self._kept(subject, _source_of(facts, known, typed))
        with self._database.tx(subject) as tx:
            if source.secret_name is not None:
                self._vault.write(
                    tx, source.secret_name, orjson.dumps(dict(facts.credentials or {})).decode()
                )
            if known is None and not store.insert_source(tx, source):
                raise EvigateError(E_SOURCE_EXISTS, f"There is a source {name!r} already.")
            if known is not None:
                store.update_source(tx, source)
        self._catalogs.forget(str(subject.tenant_id))
        if known is not None:
            self._clear(subject, known)
        return source

    def get(self, subject: Subject, name: str) -> Source:
        """Return a source as it is registered.

        Raises:
            EvigateError[E_SOURCE_MISSING]: the tenant has none of that name.
        """
        source = self._catalogs.get(subject).sources.get(name)
        if source is None:
            source = self._catalogs.fresh(subject).sources.get(name)
        if source is None:
            raise EvigateError(E_SOURCE_MISSING, f"There is no source {name!r}.")
        return source

    def refresh(self, subject: Subject, name: str) -> Source:
        """Look at a source again and keep its version, schema and size as they are now."""
        source = self.get(subject, name)
        self._looked[source.id] = time.monotonic()
        local = self._local(subject, source)
        context = self.context(subject, source)
        if changed(local, context) == source.version:
            return source
        facts = probe(
            source.name,
            local.uri,
            context=context,
            options={**_given(source), **(context.credentials or {})},
            format=None if is_database(source.kind) else source.kind.value,
            key=source.key_column,
            tenant_column=source.tenant_column,
        )
        typed = source.options.get(TYPED)
        fresh = replace(_source_of(facts, source, typed), updated_at=utc_now())
        fresh = self._kept(subject, fresh)
        with self._database.tx(subject) as tx:
            store.update_source(tx, fresh)
        self._catalogs.forget(str(subject.tenant_id))
        drop_snapshots(self._local(subject, fresh), context, keep_current=True)
        return fresh

    def current(self, subject: Subject, name: str) -> Source:
        """Return a source for a search: a local one is looked at again if it was not just now."""
        source = self.get(subject, name)
        if is_database(source.kind) or "://" in source.uri:
            return source
        now = time.monotonic()
        if now - self._looked.get(source.id, 0.0) < LOOK_S:
            return source
        return self.refresh(subject, name)

    def remove(self, subject: Subject, name: str, *, drop: Callable[[str], None] | None) -> None:
        """Forget a source; its data stays where it is.

        `drop` removes a table that was made from it; without it such tables forbid.

        Raises:
            EvigateError[E_SOURCE_REFERENCED]: tables were made from it; the message names them.
        """
        source = self.get(subject, name)
        tables = self._catalogs.fresh(subject).tables_of(name)
        if tables and drop is None:
            names = ", ".join(repr(table.name) for table in tables)
            message = f"From {name!r} the tables {names} were made."
            raise EvigateError(E_SOURCE_REFERENCED, message)
        for table in tables:
            assert drop is not None
            drop(table.name)
        with self._database.tx(subject) as tx:
            store.delete_source(tx, source)
            if source.secret_name is not None:
                self._vault.delete(tx, source.secret_name)
        self._catalogs.forget(str(subject.tenant_id))
        self._clear(subject, source)

    def _clear(self, subject: Subject, source: Source) -> None:
        """Delete what was kept of a source's content, unless another source is of the same file."""
        sources = self._catalogs.get(subject).sources.values()
        if any(other.uri == source.uri for other in sources):
            return
        context = self.context(subject)
        drop_snapshots(source, context, keep_current=False)
        if source.uri.startswith(OWN):
            inside = source.uri.removeprefix(OWN)
            (self._folder(subject) / inside).unlink(missing_ok=True)
            if self._mirror is not None:
                self._mirror.delete(self._mirrored(subject, inside))

    def rows(self, subject: Subject, source: Source) -> RowStore:
        """Return the rows of a source's registered version, opened once."""
        place = (source.id, source.version, source.key_column or "")
        known = self._open.get(place)
        if known is not None:
            return known
        opened = self._opened(subject, source)
        with self._lock:
            self._open[place] = opened
            while len(self._open) > OPEN_MAX:
                self._open.popitem(last=False)
        return opened

    def _opened(self, subject: Subject, source: Source) -> RowStore:
        for _ in range(CHANGE_ATTEMPTS):
            try:
                return open_rows(self._local(subject, source), self.context(subject, source))
            except EvigateError as error:
                if error.code is not E_SOURCE_CHANGED:
                    raise
                source = self.refresh(subject, source.name)
        return open_rows(self._local(subject, source), self.context(subject, source))

    def relation(self, subject: Subject, name: str) -> Relation:
        """Return a source as SQL reads it, as it is now."""
        source = self.current(subject, name)
        return relation_of(self._local(subject, source), self.context(subject, source))

    def scan(
        self, subject: Subject, source: Source, columns: Sequence[str]
    ) -> Iterator[pa.RecordBatch]:
        """Yield the columns of every row, in the order of the row store's positions."""
        local = self._local(subject, source)
        return iter(scan(local, self.context(subject, source), columns=columns))

    def _kept(self, subject: Subject, source: Source) -> Source:
        """Return a source as it is written down: a file of our own by its place in our folder.

        The folder is elsewhere on another machine, and nobody's business.
        """
        folder = self._folder(subject)
        if is_database(source.kind) or not Path(source.uri).is_relative_to(folder):
            return source
        inside = Path(source.uri).relative_to(folder).as_posix()
        if self._mirror is not None:
            self._mirror.put(self._mirrored(subject, inside), Path(source.uri))
        return replace(source, uri=f"{OWN}{inside}")

    def _local(self, subject: Subject, source: Source) -> Source:
        """Return a source as it is read here, its file fetched where it is ours and not here."""
        if not source.uri.startswith(OWN):
            return source
        inside = source.uri.removeprefix(OWN)
        file = self._folder(subject) / inside
        if self._mirror is not None and not file.exists():
            self._mirror.get(self._mirrored(subject, inside), file)
        return replace(source, uri=str(file))

    def _folder(self, subject: Subject) -> Path:
        return self._root / str(subject.tenant_id) / "sources"

    def _mirrored(self, subject: Subject, inside: str) -> str:
        return f"{subject.tenant_id}/sources/{inside}"

    def context(self, subject: Subject, source: Source | None = None) -> SourceContext:
        """Return a tenant's hands, with a source's credentials where it has some."""
        return SourceContext(
            tenant=str(subject.tenant_id),
            folder=self._folder(subject),
            duck=self._duck_of(subject),
            credentials=None if source is None else self._credentials(subject, source),
            roots=self.roots,
        )

    def _credentials(self, subject: Subject, source: Source) -> Mapping[str, str] | None:
        if source.secret_name is None:
            return None
        with self._database.read(subject) as tx:
            found: dict[str, str] = orjson.loads(self._vault.read(tx, source.secret_name))
        return found


def _source_of(facts: SourceFacts, known: Source | None, typed: Mapping[str, str] | None) -> Source:
    """Return what is kept of a source; `typed` are the columns whose types the caller said."""
    now = utc_now()
    options = dict(facts.options) | ({TYPED: dict(typed)} if typed else {})
    source_id = new_uuid() if known is None else known.id
    return Source(
        id=source_id,
        name=facts.name,
        kind=facts.kind,
        uri=facts.uri,
        options=options,
        schema=facts.schema,
        key_column=facts.key_column,
        tenant_column=facts.tenant_column,
        secret_name=f"engine.source.{source_id}" if facts.credentials else None,
        version=facts.version,
        row_count=facts.row_count,
        created_at=now if known is None else known.created_at,
        updated_at=now,
    )


def _given(source: Source) -> dict[str, Any]:
    ours = ("columns", "server", TYPED)
    given = {name: value for name, value in source.options.items() if name not in ours}
    return given | ({"columns": source.options[TYPED]} if TYPED in source.options else {})
