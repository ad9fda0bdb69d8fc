"""The studio's routes: projects, their conversation, what is known, tasks."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from evigate.base.subject import Subject
from evigate.kernel.access import require
from evigate.kernel.http import API, PAGE_SIZE, PAGE_SIZE_MAX, Doors, PageOf, responses_of
from evigate.studio.batch import first_standings
from evigate.studio.errors import (
    E_DISCOVERY_CLOSED,
    E_DISCOVERY_INCOMPLETE,
    E_EDIT_STALE,
    E_INDUSTRY_NOT_FOUND,
    E_MESSAGE_INVALID,
    E_NEED_NOT_FOUND,
    E_NEED_REQUIRED,
    E_PROJECT_NOT_FOUND,
    E_REPLY_REUSED,
    E_RESEARCH_NOT_FAILED,
    E_RESEARCH_NOT_FOUND,
    E_SAID_NOT_FOUND,
    E_TASK_DONE,
    E_TASK_NOT_FOUND,
)
from evigate.studio.extraction import extract
from evigate.studio.permissions import READ
from evigate.studio.project_discovery import PROJECT_DISCOVERY
from evigate.studio.research.models import ResearchTask
from evigate.studio.research.service import ResearchService
from evigate.studio.schemas import (
    ClaimOut,
    ExtractionOut,
    IndustryIn,
    MessageIn,
    NeedIn,
    ProjectIn,
    ProjectOut,
    ResearchIn,
    TextIn,
    WordsIn,
)
from evigate.studio.service import StudioService
from evigate.studio.standing import completeness
from evigate.studio.views import DiscoveryView, view_of

_SAYING = (
    E_PROJECT_NOT_FOUND,
    E_DISCOVERY_CLOSED,
    E_MESSAGE_INVALID,
    E_EDIT_STALE,
    E_REPLY_REUSED,
)


def studio_router(service: StudioService, doors: Doors) -> APIRouter:
    """Return the routes, to be mounted under /api/v1."""
    routes = APIRouter(prefix=f"{API}/studio", tags=["studio"])
    subject_of = Depends(doors.subject)
    _project_routes(routes, service, subject_of)
    _turn_routes(routes, service, subject_of)
    _change_routes(routes, service, subject_of)
    _research_routes(routes, service.research, subject_of)
    return routes


def _project_routes(routes: APIRouter, service: StudioService, subject_of: Any) -> None:
    @routes.post("/projects", status_code=201, responses=responses_of(E_MESSAGE_INVALID))
    async def create(body: ProjectIn, subject: Annotated[Subject, subject_of]) -> DiscoveryView:
        """Make a project out of a paragraph, and read that."""
        found = await service.create(
            subject,
            body.text,
            name=body.name,
            level=body.level,
            context_type=body.context_type,
        )
        return view_of(found)

    @routes.get("/projects")
    async def list_projects(
        subject: Annotated[Subject, subject_of],
        before: UUID | None = None,
        limit: Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX)] = PAGE_SIZE,
    ) -> PageOf[ProjectOut]:
        """List projects, newest first."""
        found = await service.list_projects(subject, before=before, limit=limit + 1)
        items = [
            ProjectOut(**{name: getattr(each, name) for name in ProjectOut.model_fields})
            for each in found
        ]
        return PageOf.cut(items, [each.id for each in items], limit=limit)

    @routes.get("/projects/{project_id}", responses=responses_of(E_PROJECT_NOT_FOUND))
    async def show(project_id: UUID, subject: Annotated[Subject, subject_of]) -> DiscoveryView:
        """Get a project: what is known, what is missing, what was said."""
        return view_of(await service.show(subject, project_id))

    @routes.post("/extract")
    async def read(body: TextIn, subject: Annotated[Subject, subject_of]) -> ExtractionOut:
        """Read a text by the built-in rules, without keeping it."""
        require(subject, READ)
        found = extract(body.text)
        known = completeness(PROJECT_DISCOVERY, first_standings(found, PROJECT_DISCOVERY))
        claims = [
            ClaimOut(**{name: getattr(each, name) for name in ClaimOut.model_fields})
            for each in found.claims
        ]
        return ExtractionOut(domain=found.domain, completeness=known, claims=claims)


def _turn_routes(routes: APIRouter, service: StudioService, subject_of: Any) -> None:
    @routes.post(
        "/projects/{project_id}/messages",
        status_code=201,
        responses=responses_of(*_SAYING, E_NEED_NOT_FOUND),
    )
    async def say(
        project_id: UUID, body: MessageIn, subject: Annotated[Subject, subject_of]
    ) -> DiscoveryView:
        """Say something; the reply is the state after it, with the next question last."""
        found = await service.say(
            subject,
            project_id,
            body.text,
            key=body.key,
            turn_seen=body.turn_seen,
            idempotency_key=body.idempotency_key,
        )
        return view_of(found)

    @routes.post(
        "/projects/{project_id}/messages/{message_id}/revise",
        responses=responses_of(*_SAYING, E_SAID_NOT_FOUND),
    )
    async def revise(
        project_id: UUID,
        message_id: UUID,
        body: WordsIn,
        subject: Annotated[Subject, subject_of],
    ) -> DiscoveryView:
        """Put other words in place of what was said."""
        found = await service.revise(
            subject, project_id, message_id, body.text, idempotency_key=body.idempotency_key
        )
        return view_of(found)

    @routes.post(
        "/projects/{project_id}/tasks/{task_id}/submit",
        responses=responses_of(*_SAYING, E_TASK_NOT_FOUND, E_TASK_DONE),
    )
    async def submit(
        project_id: UUID, task_id: UUID, body: WordsIn, subject: Annotated[Subject, subject_of]
    ) -> DiscoveryView:
        """Give what a task asks for."""
        found = await service.submit_task(
            subject, project_id, task_id, body.text, idempotency_key=body.idempotency_key
        )
        return view_of(found)


def _research_routes(routes: APIRouter, research: ResearchService, subject_of: Any) -> None:
    @routes.get("/projects/{project_id}/research", responses=responses_of(E_PROJECT_NOT_FOUND))
    async def list_research(
        project_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> list[ResearchTask]:
        """List what is looked up beside a conversation, and what came of it."""
        return await research.list_tasks(subject, project_id)

    @routes.post(
        "/projects/{project_id}/research",
        status_code=201,
        responses=responses_of(E_PROJECT_NOT_FOUND),
    )
    async def ask_research(
        project_id: UUID, body: ResearchIn, subject: Annotated[Subject, subject_of]
    ) -> list[ResearchTask]:
        """Have something looked up in the library and the project's documents."""
        return await research.ask(subject, project_id, body.task_type, body.query)

    @routes.post(
        "/research/{task_id}/retry",
        responses=responses_of(E_RESEARCH_NOT_FOUND, E_RESEARCH_NOT_FAILED),
    )
    async def retry_research(
        task_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> ResearchTask:
        """Do research again that failed."""
        return await research.retry(subject, task_id)


def _change_routes(routes: APIRouter, service: StudioService, subject_of: Any) -> None:
    @routes.post(
        "/projects/{project_id}/claims/{claim_id}/correct",
        responses=responses_of(*_SAYING, E_SAID_NOT_FOUND),
    )
    async def correct(
        project_id: UUID, claim_id: UUID, body: WordsIn, subject: Annotated[Subject, subject_of]
    ) -> DiscoveryView:
        """Put another value in a claim's place; 409 with both where it stands no longer."""
        found = await service.correct(
            subject, project_id, claim_id, body.text, idempotency_key=body.idempotency_key
        )
        return view_of(found)

    @routes.post(
        "/projects/{project_id}/claims/{claim_id}/dispute",
        responses=responses_of(*_SAYING, E_SAID_NOT_FOUND, E_NEED_NOT_FOUND),
    )
    async def dispute(
        project_id: UUID, claim_id: UUID, body: WordsIn, subject: Annotated[Subject, subject_of]
    ) -> DiscoveryView:
        """Say no to a claim; which of the two holds is asked next."""
        found = await service.dispute(
            subject, project_id, claim_id, body.text, idempotency_key=body.idempotency_key
        )
        return view_of(found)

    @routes.post(
        "/projects/{project_id}/needs",
        responses=responses_of(
            E_PROJECT_NOT_FOUND, E_NEED_NOT_FOUND, E_NEED_REQUIRED, E_DISCOVERY_CLOSED
        ),
    )
    async def change_need(
        project_id: UUID, body: NeedIn, subject: Annotated[Subject, subject_of]
    ) -> DiscoveryView:
        """Confirm a need, put it off, leave it out, or ask for it again."""
        if body.action == "skip":
            return view_of(await service.skip(subject, project_id, body.key, body.reason))
        act = {"confirm": service.confirm, "defer": service.defer, "reopen": service.reopen}
        return view_of(await act[body.action](subject, project_id, body.key))

    @routes.post(
        "/projects/{project_id}/industry",
        responses=responses_of(E_PROJECT_NOT_FOUND, E_INDUSTRY_NOT_FOUND, E_DISCOVERY_CLOSED),
    )
    async def choose_industry(
        project_id: UUID, body: IndustryIn, subject: Annotated[Subject, subject_of]
    ) -> DiscoveryView:
        """Say which industry it is; its trades add their questions."""
        return view_of(await service.choose_industry(subject, project_id, body.code))

    @routes.post(
        "/projects/{project_id}/approve",
        responses=responses_of(E_PROJECT_NOT_FOUND, E_DISCOVERY_INCOMPLETE, E_DISCOVERY_CLOSED),
    )
    async def approve(project_id: UUID, subject: Annotated[Subject, subject_of]) -> DiscoveryView:
        """Approve what came of it, which ends the conversation; 409 lists what is open."""
        return view_of(await service.approve(subject, project_id))

    @routes.post(
        "/projects/{project_id}/close",
        responses=responses_of(E_PROJECT_NOT_FOUND, E_DISCOVERY_CLOSED),
    )
    async def close(project_id: UUID, subject: Annotated[Subject, subject_of]) -> DiscoveryView:
        """End the conversation."""
        return view_of(await service.close(subject, project_id))

    @routes.post("/projects/{project_id}/reopen", responses=responses_of(E_PROJECT_NOT_FOUND))
    async def reopen(project_id: UUID, subject: Annotated[Subject, subject_of]) -> DiscoveryView:
        """Go on with a conversation that was ended; what came of it is to be approved anew."""
        return view_of(await service.take_up(subject, project_id))
