"""The verbs of objectives: list, show, write a new version, make one active, try one."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from evigate.base.errors import EvigateError
from evigate.base.ids import new_uuid
from evigate.base.subject import Subject
from evigate.kernel.access import require
from evigate.kernel.db import Database, Tx, load_queries
from evigate.kernel.events import audit
from evigate.studio.errors import E_DISCOVERY_OBJECTIVE_EXISTS, E_DISCOVERY_OBJECTIVE_NOT_FOUND
from evigate.studio.library.service import LibraryService
from evigate.studio.objective import Objective, objective_of
from evigate.studio.objectives.packaged import PACKAGED
from evigate.studio.objectives.rehearsal import Rehearsal, rehearse
from evigate.studio.objectives.shape import read_objective
from evigate.studio.permissions import OBJECTIVE_WRITE, READ
from evigate.studio.store import ensure_objective

_queries = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class KeptObjective:
    """A version of an objective as it is kept."""

    id: UUID
    context_type: str
    version: str
    display_name: str
    config: dict[str, Any]
    is_active: bool
    created_at: datetime

    @property
    def objective(self) -> Objective:
        """Return it as a value that can be asked."""
        return objective_of(self.context_type, self.version, self.display_name, self.config)


class ObjectiveService:
    """Objectives of every tenant."""

    def __init__(self, database: Database, library: LibraryService) -> None:
        self.database = database
        self.library = library

    async def list_objectives(self, subject: Subject) -> list[KeptObjective]:
        """Return every version, by kind, newest first; the packaged ones are always there."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            for each in PACKAGED.values():
                await ensure_objective(tx, each)
            rows = await _queries.list_objectives(tx.connection, id=None)
        return [KeptObjective(**row) for row in rows]

    async def show(self, subject: Subject, objective_id: UUID) -> KeptObjective:
        """Return a version.

        Raises:
            EvigateError[E_DISCOVERY_OBJECTIVE_NOT_FOUND]: this tenant has none such.
        """
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            return await _kept(tx, objective_id)

    async def write(
        self, subject: Subject, context_type: str, version: str, display_name: str, config: Any
    ) -> KeptObjective:
        """
        Keep a new version; it is not active until someone makes it so.

        Raises:
            EvigateError[E_DISCOVERY_OBJECTIVE_NOT_FOUND]: there is no such kind.
            EvigateError[E_OBJECTIVE_INVALID]: it breaks the schema, or cannot be asked.
            EvigateError[E_DISCOVERY_OBJECTIVE_EXISTS]: the version is there, and never changes.
        """
        require(subject, OBJECTIVE_WRITE)
        if context_type not in PACKAGED:
            known = ", ".join(PACKAGED)
            message = f"There is no kind {context_type!r}; there are {known}."
            raise EvigateError(E_DISCOVERY_OBJECTIVE_NOT_FOUND, message)
        objective = read_objective(context_type, version, display_name, config)
        async with self.database.tx(subject) as tx:
            await ensure_objective(tx, PACKAGED[context_type])
            row = await _queries.add_objective(
                tx.connection,
                id=new_uuid(),
                context_type=context_type,
                version=version,
                display_name=display_name,
                config=Jsonb(objective.to_json()),
            )
            if row is None:
                message = f"{context_type} {version} is there, and a version never changes."
                raise EvigateError(E_DISCOVERY_OBJECTIVE_EXISTS, message)
            await audit(tx, "studio_objective_added", objective_id=str(row["id"]))
            return await _kept(tx, row["id"])

    async def activate(self, subject: Subject, objective_id: UUID) -> KeptObjective:
        """Let new conversations of the kind use a version; those that began stay with theirs."""
        require(subject, OBJECTIVE_WRITE)
        async with self.database.tx(subject) as tx:
            kept = await _kept(tx, objective_id)
            await _queries.retire_objectives(
                tx.connection, context_type=kept.context_type, id=objective_id
            )
            await _queries.activate_objective(tx.connection, id=objective_id)
            await audit(tx, "studio_objective_activated", objective_id=str(objective_id))
            return await _kept(tx, objective_id)

    async def rehearse(
        self, subject: Subject, objective_id: UUID, lines: Sequence[str]
    ) -> Rehearsal:
        """Return what a version would ask, given a transcript; nothing is kept."""
        kept = await self.show(subject, objective_id)
        library = await self.library.library(subject)
        return await asyncio.to_thread(rehearse, kept.objective, lines, library)


async def _kept(tx: Tx, objective_id: UUID) -> KeptObjective:
    rows = await _queries.list_objectives(tx.connection, id=objective_id)
    if not rows:
        message = f"There is no objective {str(objective_id)!r}."
        raise EvigateError(E_DISCOVERY_OBJECTIVE_NOT_FOUND, message)
    return KeptObjective(**rows[0])
