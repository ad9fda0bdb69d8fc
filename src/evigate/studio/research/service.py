"""The verbs of research: ask for it, see it, do it, send a failed one again.

Asking for it and the job that does it are one transaction; whoever asks has the task's row at once.
A job that dies is done again by another, three times at most; then the task has failed and says
why.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from evigate.base.errors import EvigateError
from evigate.base.ids import ModuleId, new_uuid
from evigate.base.subject import Subject
from evigate.kernel.db import Database, Tx, load_queries
from evigate.kernel.jobs import enqueue
from evigate.kernel.policies import Guard
from evigate.studio.errors import (
    E_RESEARCH_NOT_FAILED,
    E_RESEARCH_NOT_FOUND,
)
from evigate.studio.library import Library
from evigate.studio.library.service import LibraryService
from evigate.studio.permissions import READ, WRITE, no_project, on_project
from evigate.studio.research.lookup import capabilities_of, look_up
from evigate.studio.research.models import (
    ATTEMPTS_MAX,
    DOCUMENTS,
    Findings,
    Kind,
    Passage,
    Point,
    ResearchTask,
    Source,
)
from evigate.studio.session.models import Session

RESEARCH = "studio.research"
TASKS_SHOWN = 50
# Three capabilities are what a person reads beside a conversation.
CAPABILITIES_MAX = 3
PASSAGES_MAX = 3
WAITS_MAX = 300
WAIT_S = 0.1
PASSAGE_CHARACTERS_MAX = 600
_queries = load_queries(__package__)

# What of a module's documents answers a question; none where nothing can be searched.
Passages = Callable[[Subject, ModuleId, str], Awaitable[Sequence[Passage]]]


class ResearchService:
    """Research of every tenant; `passages` is how documents are searched."""

    def __init__(
        self, database: Database, guard: Guard, library: LibraryService, passages: Passages
    ) -> None:
        self.database = database
        self.guard = guard
        self.library = library
        self.passages = passages

    async def list_tasks(self, subject: Subject, project_id: UUID) -> list[ResearchTask]:
        """Return a project's research, most urgent first, then in order of asking."""
        async with on_project(self.guard, subject, READ, project_id) as tx:
            await self._session(tx, project_id)
            rows = await _queries.list_tasks(
                tx.connection, project_id=project_id, id=None, limit=TASKS_SHOWN
            )
        return [ResearchTask(**row) for row in rows]

    async def ask(
        self, subject: Subject, project_id: UUID, kind: Kind, query: str
    ) -> list[ResearchTask]:
        """Have something looked up, and return the project's research; asked again, it is one."""
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            await _add(tx, await self._session(tx, project_id), kind, query.strip(), priority=7)
        return await self.list_tasks(subject, project_id)

    async def settled(self, subject: Subject, project_id: UUID) -> list[ResearchTask]:
        """Return a project's research once all of it is done or has failed, or waiting is over."""
        for _ in range(WAITS_MAX):
            found = await self.list_tasks(subject, project_id)
            if all(each.status in {"completed", "failed"} for each in found):
                break
            await asyncio.sleep(WAIT_S)
        return found

    async def retry(self, subject: Subject, task_id: UUID) -> ResearchTask:
        """
        Do research again that failed.

        Raises:
            EvigateError[E_RESEARCH_NOT_FOUND]: this tenant has none such.
            EvigateError[E_RESEARCH_NOT_FAILED]: it has not failed.
        """
        async with self.database.tx(subject) as tx:
            row = await _queries.project_of(tx.connection, id=task_id)
        if row is None:
            raise EvigateError(E_RESEARCH_NOT_FOUND, f"There is no research {str(task_id)!r}.")
        async with on_project(self.guard, subject, WRITE, row["project_id"]) as tx:
            task = await _task(tx, task_id)
            if await _queries.reopen_task(tx.connection, id=task_id) is None:
                raise EvigateError(E_RESEARCH_NOT_FAILED, f"The research is {task.status}.")
            await enqueue(tx, RESEARCH, {"task_id": str(task_id)})
            return replace(task, status="pending", attempts=0)

    async def follow(self, tx: Tx, before: Session, after: Session, library: Library) -> None:
        """Ask for what new facts of a conversation call for, in the turn's own transaction."""
        trades = _new(before, after, "domain")
        for key in trades:
            await _add(tx, after.id, "domain_research", after.facts["domain"][key]["title"])
        features = _new(before, after, "feature")
        known = capabilities_of(set(before.facts.get("feature", ())), library)
        found = capabilities_of(features, library)
        for capability in [each for each in found if each not in known][:CAPABILITIES_MAX]:
            query = _words_for(capability, features, after, library)
            await _add(tx, after.id, "integration_research", query)

    async def run(self, subject: Subject, arguments: Mapping[str, Any]) -> None:
        """Do the research of a job; what is done or given up already is left alone."""
        task_id = UUID(str(arguments["task_id"]))
        async with self.database.tx(subject) as tx:
            begun = await _queries.begin_task(tx.connection, id=task_id, attempts_max=ATTEMPTS_MAX)
            module = await _queries.module_of(tx.connection, id=task_id)
        if begun is None or module is None:
            return
        library = await self.library.library(subject)
        found = await asyncio.to_thread(look_up, begun["task_type"], begun["query"], library)
        told = await self.passages(subject, ModuleId(module["module_id"]), begun["query"])
        async with self.database.tx(subject) as tx:
            result = Jsonb(with_passages(found, told).to_json())
            await _queries.complete_task(tx.connection, id=task_id, result=result)

    async def give_up(
        self, subject: Subject, arguments: Mapping[str, Any], error: BaseException
    ) -> None:
        """Let research fail whose job was tried as often as allowed."""
        said = error.message if isinstance(error, EvigateError) else type(error).__name__
        async with self.database.tx(subject) as tx:
            task_id = UUID(str(arguments["task_id"]))
            await _queries.fail_task(tx.connection, id=task_id, error=said[:2000])

    async def _session(self, tx: Tx, project_id: UUID) -> UUID:
        row = await _queries.session_of(tx.connection, project_id=project_id)
        if row is None:
            raise no_project(project_id)
        session_id: UUID = row["id"]
        return session_id


def with_passages(found: Findings, passages: Sequence[Passage]) -> Findings:
    """Return findings with what the project's documents say, which comes first."""
    points = [
        Point(
            f"{each.document}, page {each.page}",
            each.text[:PASSAGE_CHARACTERS_MAX],
            Source(DOCUMENTS, "document", str(each.document_id), each.document),
        )
        for each in passages[:PASSAGES_MAX]
    ]
    return replace(found, points=(*points, *found.points))


async def _add(tx: Tx, session_id: UUID, kind: Kind, query: str, *, priority: int = 5) -> None:
    row = await _queries.add_task(
        tx.connection,
        id=new_uuid(),
        session_id=session_id,
        need_key=None,
        task_type=kind,
        query=query,
        priority=priority,
    )
    if row is not None:
        await enqueue(tx, RESEARCH, {"task_id": str(row["id"])})


async def _task(tx: Tx, task_id: UUID) -> ResearchTask:
    rows = await _queries.list_tasks(tx.connection, project_id=None, id=task_id, limit=1)
    if not rows:
        raise EvigateError(E_RESEARCH_NOT_FOUND, f"There is no research {str(task_id)!r}.")
    return ResearchTask(**rows[0])


def _new(before: Session, after: Session, root: str) -> list[str]:
    known = before.facts.get(root, {})
    return [key for key in after.facts.get(root, {}) if key not in known]


def _words_for(capability: str, features: Sequence[str], session: Session, library: Library) -> str:
    """Return the feature's title that needs a capability, which people know better by name."""
    for system in library.integrations:
        for key in features:
            if system.capability == capability and key in system.features:
                return str(session.facts["feature"][key]["title"])
    return capability.replace("-", " ")
