"""The verbs of what other tools' folders state: bring in, list, accept, reject.

Nothing that is brought in counts until a person accepts it: then it is said in the conversation,
letter by letter, and what rests on it quotes those words.
"""

from typing import Literal
from uuid import UUID

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.kernel.events import NewEvent, append_events
from evigate.kernel.policies import Guard
from evigate.studio.features.service import STREAM
from evigate.studio.permissions import READ, WRITE, on_project
from evigate.studio.phases.store import get_project
from evigate.studio.service import StudioService
from evigate.studio.specification.errors import E_STATEMENT_NOT_FOUND
from evigate.studio.specification.importing import read_folder
from evigate.studio.specification.store import (
    KeptStatement,
    decide_statement,
    insert_statements,
    list_statements,
)


class StatementService:
    """Statements from elsewhere, of every tenant's projects."""

    def __init__(self, guard: Guard, studio: StudioService) -> None:
        self.guard = guard
        self._studio = studio

    async def bring_in(
        self, subject: Subject, project_id: UUID, data: bytes
    ) -> list[KeptStatement]:
        """
        Read a zipped folder, and keep what it states until a person decides; again adds nothing.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_STATEMENTS_INVALID]
        """
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            await get_project(tx, project_id)
            found = read_folder(data)
            await insert_statements(tx, project_id, found.layout, found.statements)
            told = {"layout": found.layout, "statements": len(found.statements)}
            await append_events(tx, STREAM, project_id, [NewEvent("statements_imported", told)])
            return await list_statements(tx, project_id)

    async def list(self, subject: Subject, project_id: UUID) -> list[KeptStatement]:
        """Return what was brought in, by file and place; raises E_PROJECT_NOT_FOUND."""
        async with on_project(self.guard, subject, READ, project_id) as tx:
            await get_project(tx, project_id)
            return await list_statements(tx, project_id)

    async def decide(
        self,
        subject: Subject,
        project_id: UUID,
        statement_id: UUID,
        decision: Literal["accepted", "rejected"],
    ) -> KeptStatement:
        """
        Accept a statement, which is then said in the conversation, or reject it.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_MESSAGE_INVALID]
            EvigateError[E_STATEMENT_NOT_FOUND]: none such waits.
        """
        found = await self._waiting(subject, project_id, statement_id)
        if decision == "accepted":
            # Said first, under a key of its own: a crash in between says it once all the same.
            key = f"statement:{statement_id}"
            await self._studio.say(subject, project_id, found.quote, idempotency_key=key)
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            await decide_statement(tx, project_id, statement_id, decision)
            return next(e for e in await list_statements(tx, project_id) if e.id == statement_id)

    async def _waiting(
        self, subject: Subject, project_id: UUID, statement_id: UUID
    ) -> KeptStatement:
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            await get_project(tx, project_id)
            kept = await list_statements(tx, project_id)
        found = next((e for e in kept if e.id == statement_id and e.status == "pending"), None)
        if found is None:
            message = f"No statement {str(statement_id)!r} waits in this project."
            raise EvigateError(E_STATEMENT_NOT_FOUND, message)
        return found
