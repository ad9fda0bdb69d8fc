"""What lies in a tenant's folder that no row names, and what rows name that is not there.

A report by default. Applied, it deletes strays older than the grace time (a writer that is at work
has files that no row names yet) and steps back from damaged versions to the newest whole one.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evigate.base.clock import utc_now
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.catalog import store as rows
from evigate.engine.catalog.cache import Catalog
from evigate.engine.catalog.models import Table, TableVersion
from evigate.engine.tables.store import TableStore
from evigate.kernel.db import SyncDatabase

GRACE_S = 3600.0


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that should not be; `kind` is stray, checkpoint or damaged.

    `path` is below the tenant's folder; `is_fixed` tells that it was dealt with.
    """

    kind: str
    path: str
    detail: str
    is_fixed: bool = False


class Reconciler:
    """Compares one tenant's files with its rows."""

    def __init__(self, database: SyncDatabase, tables: TableStore) -> None:
        self._database = database
        self._tables = tables

    def run(self, subject: Subject, *, apply: bool, grace_s: float = GRACE_S) -> list[Finding]:
        """Return what was found, strays first; nothing is changed unless `apply`."""
        self._tables.forget(subject)
        catalog = self._tables.catalog(subject)
        root = self._tables.root / str(subject.tenant_id)
        before_s = utc_now().timestamp() - grace_s
        found = [
            self._stray(root, path, kind, apply)
            for kind, path in self._strays(subject, catalog, root)
            if _newest_s(path) < before_s
        ]
        for table in catalog.tables.values():
            found += self._damages(subject, catalog, table, apply)
        if apply:
            self._tables.forget(subject)
        return found

    def _damages(
        self, subject: Subject, catalog: Catalog, table: Table, apply: bool
    ) -> Iterator[Finding]:
        for version in catalog.versions_of(table):
            if version.status == "ready" and (what := self._damage(subject, table, version)):
                yield self._damaged(subject, catalog, table, version, what, apply)

    def _strays(self, subject: Subject, catalog: Catalog, root: Path) -> Iterator[tuple[str, Path]]:
        known = {str(table.id): table for table in catalog.tables.values()}
        for folder in sorted((root / "tables").glob("*")):
            table = known.get(folder.name)
            if table is None:
                yield "stray", folder
                continue
            named = self._named(subject, catalog, table)
            for path in sorted(folder.iterdir()):
                if path.name not in named:
                    yield "stray", path
        for path in sorted((root / "parts").glob("*")):
            yield "checkpoint", path

    def _named(self, subject: Subject, catalog: Catalog, table: Table) -> set[str]:
        named = {segment.path for segment in catalog.segments_of(table)}
        for version in catalog.versions_of(table):
            named.add(version.manifest_path)
            try:
                manifest = self._tables.manifest(subject, table, version.version)
            except EvigateError:
                continue
            named |= {entry.file.name for entry in manifest.entries}
        return named

    def _stray(self, root: Path, path: Path, kind: str, apply: bool) -> Finding:
        if apply and path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif apply:
            path.unlink(missing_ok=True)
        detail = "No row names it." if kind == "stray" else "A build was not finished."
        return Finding(kind, str(path.relative_to(root)), detail, apply)

    def _damage(self, subject: Subject, table: Table, version: TableVersion) -> str | None:
        folder = self._tables.folder(subject, table)
        try:
            manifest = self._tables.manifest(subject, table, version.version)
        except EvigateError as error:
            return error.message
        for entry in manifest.entries:
            path = folder / entry.file.name
            if not path.is_file():
                return f"The file {path.name!r} is missing."
            if path.stat().st_size != entry.file.size_bytes:
                return f"The file {path.name!r} has another length."
        return None

    def _damaged(
        self,
        subject: Subject,
        catalog: Catalog,
        table: Table,
        version: TableVersion,
        what: str,
        apply: bool,
    ) -> Finding:
        if apply:
            whole = [
                each.version
                for each in catalog.versions_of(table)
                if each.status == "ready" and self._damage(subject, table, each) is None
            ]
            with self._database.tx(subject) as tx:
                rows.fail_version(tx, version)
                if table.current_version == version.version and whole:
                    rows.advance_table(tx, table, version=max(whole), parent=version.version)
        path = f"tables/{table.id}/{version.manifest_path}"
        return Finding("damaged", path, f"{table.name!r} version {version.version}: {what}", apply)


def _newest_s(path: Path) -> float:
    """Return when something in a file or folder was last written, as a POSIX time."""
    try:
        newest = path.stat().st_mtime
        if path.is_dir():
            newest = max([newest, *(each.stat().st_mtime for each in path.rglob("*"))])
    except FileNotFoundError:
        # Its writer has renamed or removed it meanwhile.
        return utc_now().timestamp()
    return newest
