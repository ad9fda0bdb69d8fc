"""A tenant's catalog in memory, so that a search asks the database nothing.

Each process hears of changes by NOTIFY, sent in the transaction that made them, and then reads the
tenant's catalog anew; a writer's own process forgets at once. While nobody is listening (the
database restarts) every look reads the database, so a missed note cannot leave a stale catalog.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from evigate.base.subject import Subject
from evigate.engine.catalog import store
from evigate.engine.catalog.models import Model, Segment, Source, Table, TableVersion
from evigate.kernel.db import Listener, SyncDatabase

CHANNEL = "engine_catalog"
TENANTS_MAX = 256


@dataclass(frozen=True)
class Catalog:
    """What one tenant has, as of one moment; `generation` differs between any two moments."""

    generation: int
    sources: dict[str, Source]
    models: dict[str, Model]
    tables: dict[str, Table]
    versions: tuple[TableVersion, ...]
    segments: tuple[Segment, ...]

    @cached_property
    def _by_id(self) -> dict[UUID, Table]:
        return {table.id: table for table in self.tables.values()}

    @cached_property
    def _versions_by_table(self) -> dict[UUID, list[TableVersion]]:
        found: dict[UUID, list[TableVersion]] = {}
        for version in self.versions:
            found.setdefault(version.table_id, []).append(version)
        return found

    @cached_property
    def _segments_by_table(self) -> dict[UUID, list[Segment]]:
        found: dict[UUID, list[Segment]] = {}
        for segment in self.segments:
            found.setdefault(segment.table_id, []).append(segment)
        return found

    def versions_of(self, table: Table) -> list[TableVersion]:
        """Return a table's versions, oldest first."""
        return self._versions_by_table.get(table.id, [])

    def segments_of(self, table: Table) -> list[Segment]:
        """Return a table's segments, of every version."""
        return self._segments_by_table.get(table.id, [])

    def version_of(self, table: Table, number: int | None = None) -> TableVersion | None:
        """Return the numbered version, or the current one; None where there is none."""
        wanted = table.current_version if number is None else number
        return next((each for each in self.versions_of(table) if each.version == wanted), None)

    def tables_of(self, source: str) -> list[Table]:
        """Return the tables made from a source, by name."""
        return [table for table in self.tables.values() if table.source == source]

    def models_called(self, name: str) -> list[Model]:
        """Return the versions of a model, or the one of an id."""
        return [model for model in self.models.values() if name in (model.id, model.name)]

    def table_by_id(self, table_id: UUID) -> Table | None:
        """Return the table with an id, or None."""
        return self._by_id.get(table_id)


class CatalogCache:
    """Catalogs by tenant, read when first asked for and whenever they have changed."""

    def __init__(self, database: SyncDatabase) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Catalog] = OrderedDict()
        # Counts the changes heard of, so that a read that began before one is not kept after it.
        self._epoch = 0
        self._generation = 0
        self._listener: Listener | None = None

    def listen(self) -> None:
        """Begin to hear of changes; until then nothing is kept."""
        self._listener = Listener(self._database.urls, CHANNEL, self.forget)

    def close(self) -> None:
        """Stop listening."""
        if self._listener is not None:
            self._listener.close()

    def forget(self, tenant: str = "") -> None:
        """Drop a tenant's catalog, or all of them."""
        with self._lock:
            self._epoch += 1
            if tenant:
                self._known.pop(tenant, None)
            else:
                self._known.clear()

    def get(self, subject: Subject) -> Catalog:
        """Return the tenant's catalog as it is now, or was a few milliseconds ago."""
        tenant = str(subject.tenant_id)
        known = self._known.get(tenant)
        if known is not None and self._listener is not None and self._listener.is_hearing:
            return known
        with self._lock:
            began = self._epoch
        catalog = self._read(subject)
        with self._lock:
            if self._epoch == began:
                self._known[tenant] = catalog
                while len(self._known) > TENANTS_MAX:
                    self._known.popitem(last=False)
        return catalog

    def fresh(self, subject: Subject) -> Catalog:
        """Return the tenant's catalog as the database has it now.

        For writers, and for whoever misses a name: another process may just have made it.
        """
        self.forget(str(subject.tenant_id))
        return self.get(subject)

    def _read(self, subject: Subject) -> Catalog:
        with self._lock:
            self._generation += 1
            generation = self._generation
        with self._database.tx(subject) as tx:
            # One moment for all five reads: a version without its segments would search wrongly.
            tx.connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            return Catalog(
                generation=generation,
                sources={each.name: each for each in store.list_sources(tx)},
                models={each.id: each for each in store.list_models(tx)},
                tables={each.name: each for each in store.list_tables(tx)},
                versions=tuple(store.list_versions(tx)),
                segments=tuple(store.list_segments(tx)),
            )
