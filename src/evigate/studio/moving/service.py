"""The verbs of moving: export a project whole, import one whole.

Importing is an owner's: what comes in may be approved already, and only an owner approves. Rows
come in by one function of the database and are let out again in the same transaction; whatever is
not exactly what came in undoes it all. Documents are taken in after that as any other.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
import psycopg
from psycopg.types.json import Jsonb

from evigate.base.canonical import canonical_json
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.evidence import StoreService
from evigate.kernel.access import require
from evigate.kernel.db import Database, Tx, load_queries
from evigate.kernel.events import audit
from evigate.kernel.policies import Guard
from evigate.kernel.storage import Storage
from evigate.studio.moving.errors import E_PROJECT_BUSY, E_PROJECT_FILE_INVALID, E_PROJECT_THERE
from evigate.studio.moving.folder import DocumentFile, ProjectFolder, Rows, read, written
from evigate.studio.permissions import PROJECT_IMPORT, WRITE, on_project

RUNNING = frozenset({"queued", "running"})
# What is the importing house's own, so that it may differ in what is let out again.
OWN = "studio.objectives"
STAYS = {
    "kit_runs": (
        "runs of kits",
        "they are of this house's kits and sandbox; the same kit makes the same bundle of the same"
        " specification anywhere",
    ),
    "credentials": ("credentials of kits", "secrets do not travel; they have to be given again"),
    "reviews": ("reviews that are under way", "end them first to take them along"),
}
_queries = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class Brought:
    """A project that came in; `left_out` are documents that could not be read, with why.

    `stays` is what of it stayed in the house that it came from.
    """

    project_id: UUID
    name: str
    rows: int
    documents: int
    left_out: tuple[str, ...]
    stays: tuple[str, ...]


class MovingService:
    """Projects of every tenant, out and in."""

    def __init__(
        self, database: Database, guard: Guard, stores: StoreService, storage: Storage
    ) -> None:
        self.database = database
        self.guard = guard
        self._stores = stores
        self._storage = storage

    async def export(self, subject: Subject, project_id: UUID) -> bytes:
        """
        Return all of a project as a zip; the same project gives the same bytes.

        Secrets stay: what was sealed is not in a project's rows, only the name it is kept under.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_DENIED]
            EvigateError[E_PROJECT_BUSY]: a plan is being made.
        """
        async with on_project(self.guard, subject, WRITE, project_id, is_snapshot=True) as tx:
            rows = await _rows_of(tx, project_id)
            stays = _stays(await _queries.stays(tx.connection, project_id=project_id))
        if any(each["status"] in RUNNING for each in rows["kernel.runs"]):
            raise EvigateError(E_PROJECT_BUSY, "Something of the project is under way.")
        documents = await self._documents(subject, rows)
        return await asyncio.to_thread(written, ProjectFolder(rows, documents, stays))

    async def bring(self, subject: Subject, data: bytes) -> Brought:
        """
        Import a project out of a zip: ids, versions, approvals and events are as they were.

        Raises:
            EvigateError[E_DENIED]: only an owner imports.
            EvigateError[E_PROJECT_FILE_INVALID]: it is no such zip, or its rows make no project.
            EvigateError[E_PROJECT_THERE]: the tenant has the project already.
        """
        require(subject, PROJECT_IMPORT)
        async with self.database.tx(subject) as tx:
            names = [each["name"] for each in await _queries.project_tables(tx.connection)]
        folder = await asyncio.to_thread(read, data, names)
        project_id, name = _head(folder.rows)
        try:
            async with self.database.tx(subject) as tx:
                await self._bring_rows(tx, project_id, folder.rows)
        except (psycopg.errors.IntegrityError, psycopg.errors.DataError) as error:
            told = str(error).splitlines()[0]
            message = f"The file is no project: its rows do not hold together: {told}."
            raise EvigateError(E_PROJECT_FILE_INVALID, message) from error
        left_out = await self._bring_documents(subject, folder)
        count = sum(len(each) for each in folder.rows.values())
        kept = len(folder.documents) - len(left_out)
        return Brought(project_id, name, count, kept, tuple(left_out), folder.stays)

    async def _bring_rows(self, tx: Tx, project_id: UUID, rows: Rows) -> None:
        if await _queries.is_there(tx.connection, project_id=project_id):
            raise EvigateError(E_PROJECT_THERE, f"The project {str(project_id)!r} is here already.")
        await _queries.import_project(tx.connection, rows=Jsonb(rows))
        out = await _rows_of(tx, project_id)
        for table, given in _comparable(rows, out).items():
            if given != _comparable(out, out)[table]:
                message = f"The file is no project: {table} holds what is not of it."
                raise EvigateError(E_PROJECT_FILE_INVALID, message)
        await audit(tx, "studio_project_imported", project_id=str(project_id))

    async def _documents(self, subject: Subject, rows: Rows) -> tuple[DocumentFile, ...]:
        assert subject.tenant_id is not None
        found = []
        for row in rows["evidence.file_search_stores"]:
            store = await self._stores.get(subject, str(row["id"]))
            for each in await self._stores.documents(subject, store):
                content = await self._storage.get(subject.tenant_id, each.sha256)
                found.append(DocumentFile(each.source_uri, each.file_name or "document", content))
        return tuple(found)

    async def _bring_documents(self, subject: Subject, folder: ProjectFolder) -> list[str]:
        left_out: list[str] = []
        for row in folder.rows["evidence.file_search_stores"][:1]:
            store = await self._stores.get(subject, str(row["id"]))
            for each in folder.documents:
                try:
                    await self._stores.add(
                        subject, store, each.content, each.file_name, source_uri=each.source_uri
                    )
                except EvigateError as error:
                    left_out.append(f"{each.file_name}: {error.message}")
        return left_out


async def _rows_of(tx: Tx, project_id: UUID) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = await _queries.export_project(
        tx.connection, project_id=project_id
    )
    return found


def _stays(counts: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(
        f"{counts[name]} {what}: {why}" for name, (what, why) in STAYS.items() if counts[name]
    )


def _head(rows: Rows) -> tuple[UUID, str]:
    try:
        (project,) = rows["studio.projects"]
        return UUID(str(project["id"])), str(project["name"])
    except (KeyError, ValueError) as error:
        message = "The file is no project: it does not hold exactly one."
        raise EvigateError(E_PROJECT_FILE_INVALID, message) from error


def _comparable(rows: Rows, out: Rows) -> Mapping[str, bytes]:
    """Return rows as they must come out again: objectives are the house's, research was ended."""
    mine = {str(each["id"]) for each in out[OWN]}
    text = canonical_json({name: each for name, each in rows.items() if name != OWN}).decode()
    for each in rows[OWN]:
        for own in mine:
            text = text.replace(str(each["id"]), own)
    plain: dict[str, list[dict[str, Any]]] = orjson.loads(text)
    for task in plain["studio.research_tasks"]:
        if task.get("status") in ("pending", "running") or task.get("error_message"):
            for name in ("status", "completed_at", "error_message"):
                task.pop(name, None)
    return {name: canonical_json(each) for name, each in plain.items()}
