"""The routes of the context."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.kernel.http import API, Doors, responses_of
from evigate.studio.context.errors import (
    E_CONTEXT_BUDGET,
    E_CONTEXT_CURRENT,
    E_CONTEXT_NOT_FOUND,
)
from evigate.studio.context.models import Profile, TargetType
from evigate.studio.context.renewing import RenewalService
from evigate.studio.context.service import ContextService
from evigate.studio.context.views import (
    AskedLines,
    AskedView,
    AssembleIn,
    BudgetIn,
    ChangeView,
    ContextView,
    PieceText,
    PieceView,
    ProfileView,
    RenewalView,
    asked_view,
    change_view,
    context_view,
    piece_view,
    profile_view,
    renewal_view,
)
from evigate.studio.errors import E_PROJECT_NOT_FOUND

Key = Annotated[str, Query(min_length=1, max_length=500, description="A piece's key.")]
Target = Annotated[str, Path(min_length=1, max_length=100)]


def context_router(service: ContextService, renewals: RenewalService, doors: Doors) -> APIRouter:
    """Return the routes, to be mounted under /api/v1."""
    routes = APIRouter(prefix=f"{API}/studio", tags=["studio"])
    subject_of: Any = Depends(doors.subject)
    _budget_routes(routes, service, subject_of)
    _project_routes(routes, service, subject_of)
    _history_routes(routes, service, subject_of)
    _renewal_routes(routes, renewals, subject_of)
    return routes


def _project_routes(routes: APIRouter, service: ContextService, subject_of: Any) -> None:
    @routes.get("/projects/{project_id}/context", responses=responses_of(E_PROJECT_NOT_FOUND))
    async def pieces(project_id: UUID, subject: Annotated[Subject, subject_of]) -> list[PieceView]:
        """List what a project has for an agent to read, by key, with tokens and what is stale."""
        return [piece_view(each) for each in await service.pieces(subject, project_id)]

    @routes.post(
        "/projects/{project_id}/context",
        responses=responses_of(E_PROJECT_NOT_FOUND, E_CONTEXT_BUDGET),
    )
    async def assemble(
        project_id: UUID, body: AssembleIn, subject: Annotated[Subject, subject_of]
    ) -> ContextView:
        """Assemble what an agent is to read for a question, within its budget, and say what is not
        in it."""
        return context_view(await service.assemble(subject, project_id, body.request()))

    @routes.get(
        "/projects/{project_id}/context/piece",
        responses=responses_of(E_PROJECT_NOT_FOUND, E_CONTEXT_NOT_FOUND),
    )
    async def piece(
        project_id: UUID, key: Key, subject: Annotated[Subject, subject_of]
    ) -> PieceText:
        """Get one piece with its whole text."""
        for each in await service.pieces(subject, project_id):
            if each.piece.key == key:
                return PieceText(piece_view(each), each.piece.content)
        raise EvigateError(E_CONTEXT_NOT_FOUND, f"The project has no piece {key!r}.")

    @routes.get(
        "/projects/{project_id}/context/impact",
        responses=responses_of(E_PROJECT_NOT_FOUND, E_CONTEXT_NOT_FOUND),
    )
    async def impact(
        project_id: UUID, key: Key, subject: Annotated[Subject, subject_of]
    ) -> list[PieceView]:
        """List what a change of a piece would reach, each after what it rests on."""
        return [piece_view(each) for each in await service.impact(subject, project_id, key)]


def _renewal_routes(routes: APIRouter, renewals: RenewalService, subject_of: Any) -> None:
    @routes.get(
        "/projects/{project_id}/context/renewal", responses=responses_of(E_PROJECT_NOT_FOUND)
    )
    async def renewal(
        project_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> RenewalView | None:
        """Tell how far it is to make anew what was out of date; null where nobody asked for it."""
        found = await renewals.show(subject, project_id)
        return renewal_view(found) if found else None

    @routes.post(
        "/projects/{project_id}/context/renewal",
        status_code=202,
        responses=responses_of(E_PROJECT_NOT_FOUND, E_CONTEXT_CURRENT),
    )
    async def renew(project_id: UUID, subject: Annotated[Subject, subject_of]) -> RenewalView:
        """Make anew what is out of date, each after what it rests on."""
        return renewal_view(await renewals.start(subject, project_id))


def _history_routes(routes: APIRouter, service: ContextService, subject_of: Any) -> None:
    @routes.get(
        "/projects/{project_id}/context/requests", responses=responses_of(E_PROJECT_NOT_FOUND)
    )
    async def requests(
        project_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> list[AskedView]:
        """List what agents were given lately, newest first."""
        return [asked_view(each) for each in await service.requests(subject, project_id)]

    @routes.get(
        "/projects/{project_id}/context/requests/{request_id}",
        responses=responses_of(E_PROJECT_NOT_FOUND, E_CONTEXT_NOT_FOUND),
    )
    async def request(
        project_id: UUID, request_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> AskedLines:
        """Tell of one request what was given, what was left out, and why."""
        found = await service.request(subject, project_id, request_id)
        return AskedLines(asked_view(found), list(found.lines))

    @routes.get(
        "/projects/{project_id}/context/changes", responses=responses_of(E_PROJECT_NOT_FOUND)
    )
    async def changes(
        project_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> list[ChangeView]:
        """List what changed lately and what it reached, newest first."""
        return [change_view(each) for each in await service.changes(subject, project_id)]


def _budget_routes(routes: APIRouter, service: ContextService, subject_of: Any) -> None:
    @routes.get("/context/budgets")
    async def budgets(subject: Annotated[Subject, subject_of]) -> list[ProfileView]:
        """List how much is given for phases, agents and workflows."""
        return [profile_view(each) for each in await service.budgets(subject)]

    @routes.put("/context/budgets/{target_type}/{target}", responses=responses_of(E_CONTEXT_BUDGET))
    async def set_budget(
        target_type: TargetType,
        target: Target,
        body: BudgetIn,
        subject: Annotated[Subject, subject_of],
    ) -> ProfileView:
        """Set a budget in the place of the shipped one."""
        profile = Profile(
            target_type, target, body.max_tokens, body.reserved_tokens, body.priority, body.kinds
        )
        return profile_view(await service.set_budget(subject, profile))

    @routes.delete("/context/budgets/{target_type}/{target}")
    async def reset_budget(
        target_type: TargetType, target: Target, subject: Annotated[Subject, subject_of]
    ) -> ProfileView:
        """Go back to the shipped budget."""
        return profile_view(await service.reset_budget(subject, target_type, target))
