"""The verbs on modules of study: make and find them, put them in order, say what they teach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from evigate.base.errors import EvigateError
from evigate.base.ids import new_uuid
from evigate.base.subject import Subject
from evigate.evidence import StoreService
from evigate.kernel.access import require
from evigate.kernel.db import Database, Tx, load_queries
from evigate.learning.errors import (
    E_MODULE_AMBIGUOUS,
    E_MODULE_CYCLE,
    E_MODULE_NOT_FOUND,
    E_OBJECTIVE_NOT_FOUND,
)
from evigate.learning.permissions import DELETE, PRACTISE, WRITE

_queries = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class Module:
    """A module of study as it stands; counts are of its items by their status at the gate."""

    id: UUID
    title: str
    description: str
    subject: str
    position: int
    grade_min: int
    grade_max: int
    archived_at: datetime | None
    created_at: datetime
    store_id: UUID
    store_name: str
    evidence_version: str
    documents: int
    approved: int
    pending: int
    rejected: int
    requires: list[UUID]


@dataclass(frozen=True, slots=True)
class Objective:
    """What a learner should be able to do; `items` counts the approved ones that assess it."""

    id: UUID
    module_id: UUID
    position: int
    text: str
    section: list[str]
    source: str
    items: int


class ModuleService:
    """Modules of every tenant."""

    def __init__(self, database: Database, stores: StoreService) -> None:
        self.database = database
        self.stores = stores

    async def create(
        self, subject: Subject, title: str, *, description: str = "", about: str = ""
    ) -> Module:
        """Make a module with an empty store; it comes last in order."""
        require(subject, WRITE)
        store = await self.stores.create(subject, title, "course")
        async with self.database.tx(subject) as tx:
            await _queries.insert_module(
                tx.connection, module_id=store.module_id, description=description, subject=about
            )
        return await self.get(subject, str(store.module_id))

    async def list_modules(self, subject: Subject, *, is_archived: bool = False) -> list[Module]:
        """Return the modules in their order; archived ones only when asked for."""
        require(subject, PRACTISE)
        async with self.database.tx(subject) as tx:
            rows = await _queries.list_modules(tx.connection, id=None, is_archived=is_archived)
        return [Module(**row) for row in rows]

    async def get(self, subject: Subject, name: str) -> Module:
        """Return a module by its id or title.

        Raises:
            EvigateError[E_MODULE_NOT_FOUND]: the tenant has none such.
            EvigateError[E_MODULE_AMBIGUOUS]: several have the title.
        """
        modules = await self.list_modules(subject, is_archived=True)
        found = [each for each in modules if str(each.id) == name] or [
            each for each in modules if each.title.casefold() == name.casefold()
        ]
        if not found:
            raise EvigateError(E_MODULE_NOT_FOUND, f"There is no module {name!r}.")
        if len(found) > 1:
            raise EvigateError(E_MODULE_AMBIGUOUS, f"{len(found)} modules are titled {name!r}.")
        return found[0]

    async def ensure(self, subject: Subject, title: str) -> Module:
        """Return the module of that title or id, made if there is none."""
        try:
            return await self.get(subject, title)
        except EvigateError as error:
            if error.code is not E_MODULE_NOT_FOUND:
                raise
        return await self.create(subject, title)

    async def update(
        self,
        subject: Subject,
        module_id: UUID,
        *,
        title: str | None = None,
        description: str | None = None,
        about: str | None = None,
        position: int | None = None,
        grades: tuple[int, int] | None = None,
    ) -> Module:
        """Change what is given of a module."""
        require(subject, WRITE)
        await self.get(subject, str(module_id))
        async with self.database.tx(subject) as tx:
            if title is not None:
                await _queries.rename_module(tx.connection, id=module_id, title=title)
            await _queries.update_module(
                tx.connection,
                id=module_id,
                description=description,
                subject=about,
                position=position,
                grade_min=grades[0] if grades else None,
                grade_max=grades[1] if grades else None,
            )
        return await self.get(subject, str(module_id))

    async def archive(self, subject: Subject, module_id: UUID, *, is_archived: bool) -> None:
        """Take a module out of the lists, or put it back; nothing of it is lost."""
        require(subject, DELETE)
        await self.get(subject, str(module_id))
        async with self.database.tx(subject) as tx:
            await _queries.archive_module(tx.connection, id=module_id, is_archived=is_archived)

    async def set_requires(
        self, subject: Subject, module_id: UUID, requires: Sequence[UUID]
    ) -> Module:
        """Say which modules come before this one.

        Raises:
            EvigateError[E_MODULE_CYCLE]: one of them already comes after it.
        """
        require(subject, WRITE)
        await self.get(subject, str(module_id))
        async with self.database.tx(subject) as tx:
            for each in requires:
                other = await self.get(subject, str(each))
                leads = await _queries.leads_to(tx.connection, from_id=each, to_id=module_id)
                if each == module_id or leads:
                    message = f"The module {other.title!r} comes after this one already."
                    raise EvigateError(E_MODULE_CYCLE, message)
            await _queries.delete_prerequisites(tx.connection, module_id=module_id)
            await _queries.insert_prerequisites(
                tx.connection, module_id=module_id, requires=list(requires)
            )
        return await self.get(subject, str(module_id))

    async def objectives(self, subject: Subject, module_id: UUID) -> list[Objective]:
        """Return what the module teaches, in order."""
        require(subject, PRACTISE)
        await self.get(subject, str(module_id))
        async with self.database.tx(subject) as tx:
            return await list_objectives(tx, module_id)

    async def add_objectives(
        self, subject: Subject, module_id: UUID, texts: Sequence[str], *, source: str = "person"
    ) -> list[Objective]:
        """Add objectives at the end; one that is there already stays where it is."""
        require(subject, WRITE)
        await self.get(subject, str(module_id))
        async with self.database.tx(subject) as tx:
            await add_objectives(tx, module_id, [(text, ()) for text in texts], source=source)
            return await list_objectives(tx, module_id)

    async def remove_objective(self, subject: Subject, objective_id: UUID) -> None:
        """Take an objective away; its items stay.

        Raises:
            EvigateError[E_OBJECTIVE_NOT_FOUND]: this tenant has none such.
        """
        require(subject, WRITE)
        async with self.database.tx(subject) as tx:
            if not await _queries.delete_objective(tx.connection, id=objective_id):
                message = f"There is no objective {str(objective_id)!r}."
                raise EvigateError(E_OBJECTIVE_NOT_FOUND, message)

    async def order_objectives(self, subject: Subject, objective_ids: Sequence[UUID]) -> None:
        """Put objectives in the order given."""
        require(subject, WRITE)
        async with self.database.tx(subject) as tx:
            for position, each in enumerate(objective_ids):
                await _queries.move_objective(tx.connection, id=each, position=position)


async def list_objectives(tx: Tx, module_id: UUID) -> list[Objective]:
    """Return a module's objectives, in order."""
    require(tx.subject, PRACTISE)
    rows = await _queries.list_objectives(tx.connection, module_id=module_id)
    return [Objective(**row) for row in rows]


async def add_objectives(
    tx: Tx, module_id: UUID, objectives: Sequence[tuple[str, Sequence[str]]], *, source: str
) -> None:
    """Add objectives, each a text and the headings it stands under, at the end."""
    require(tx.subject, WRITE)
    for text, section in objectives:
        values: dict[str, Any] = {"text": text[:500], "section": list(section), "source": source}
        await _queries.insert_objective(tx.connection, id=new_uuid(), module_id=module_id, **values)
