"""The routes of features: the board, what is chosen, one's own, seeds."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from evigate.base.subject import Subject
from evigate.kernel.http import API, Doors, responses_of
from evigate.studio.errors import E_PROJECT_NOT_FOUND
from evigate.studio.features.errors import (
    E_BOARD_NOT_FOUND,
    E_FEATURE_EXCLUDED,
    E_FEATURE_INVALID,
    E_FEATURE_NEEDED,
    E_FEATURE_NOT_FOUND,
    E_FEATURE_STALE,
    E_SEED_NOT_FOUND,
)
from evigate.studio.features.service import TEXT_CHARACTERS, TITLE_CHARACTERS, FeatureService
from evigate.studio.features.views import BoardView, board_view

Rank = Literal["must", "should", "could"]
Key = Annotated[str, Field(min_length=1, max_length=60)]


class _Wire(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SelectIn(_Wire):
    """How a feature is chosen; what is left out is as the candidate proposes."""

    importance: Rank | None = None
    version_seen: int | None = Field(default=None, ge=0)


class DeselectIn(_Wire):
    """Which version is dropped."""

    version_seen: int | None = Field(default=None, ge=0)


class ChangeIn(SelectIn):
    """What changes of a chosen feature."""

    notes: str | None = Field(default=None, max_length=TEXT_CHARACTERS)
    move: Literal["up", "down"] | None = None


class CustomIn(_Wire):
    """A feature of one's own, with the features it needs and the seeds it answers."""

    title: str = Field(min_length=1, max_length=TITLE_CHARACTERS)
    summary: str = Field(default="", max_length=TEXT_CHARACTERS)
    importance: Rank = "should"
    effort: int = Field(default=5, ge=1, le=13)
    depends: list[Key] = Field(default_factory=list, max_length=20)
    covers: list[Key] = Field(default_factory=list, max_length=50)


class SeedIn(_Wire):
    """What is decided of a seed, and why; "open" takes it back."""

    decision: Literal["met", "dropped", "left", "open"]
    reason: str = Field(default="", max_length=TEXT_CHARACTERS)


def features_router(service: FeatureService, doors: Doors) -> APIRouter:
    """Return the routes, to be mounted under /api/v1."""
    routes = APIRouter(prefix=f"{API}/studio/projects/{{project_id}}/features", tags=["studio"])
    subject_of = Depends(doors.subject)
    _board_routes(routes, service, subject_of)
    _feature_routes(routes, service, subject_of)
    return routes


def _board_routes(routes: APIRouter, service: FeatureService, subject_of: Any) -> None:
    found = (E_PROJECT_NOT_FOUND, E_BOARD_NOT_FOUND)

    @routes.post("/candidates", status_code=201, responses=responses_of(E_PROJECT_NOT_FOUND))
    async def find(project_id: UUID, subject: Annotated[Subject, subject_of]) -> BoardView:
        """Look for candidates in what is known now."""
        return board_view(await service.find(subject, project_id))

    @routes.get("", responses=responses_of(*found))
    async def board(project_id: UUID, subject: Annotated[Subject, subject_of]) -> BoardView:
        """Get the board: seeds, candidates with score and reason, what is chosen."""
        return board_view(await service.board(subject, project_id))

    @routes.post(
        "/custom",
        status_code=201,
        responses=responses_of(
            *found, E_FEATURE_INVALID, E_FEATURE_NOT_FOUND, E_FEATURE_EXCLUDED, E_SEED_NOT_FOUND
        ),
    )
    async def add(
        project_id: UUID, body: CustomIn, subject: Annotated[Subject, subject_of]
    ) -> BoardView:
        """Choose a feature of one's own."""
        plain = body.model_dump(exclude={"depends", "covers"})
        done = await service.add_custom(
            subject, project_id, depends=tuple(body.depends), covers=tuple(body.covers), **plain
        )
        return board_view(done)

    @routes.post(
        "/seeds/{seed_key}",
        responses=responses_of(*found, E_SEED_NOT_FOUND, E_FEATURE_INVALID),
    )
    async def decide(
        project_id: UUID, seed_key: str, body: SeedIn, subject: Annotated[Subject, subject_of]
    ) -> BoardView:
        """Say that a seed is met otherwise, or dropped, and why."""
        decision = None if body.decision == "open" else body.decision
        return board_view(
            await service.decide_seed(subject, project_id, seed_key, decision, body.reason)
        )


def _feature_routes(routes: APIRouter, service: FeatureService, subject_of: Any) -> None:
    found = (E_PROJECT_NOT_FOUND, E_BOARD_NOT_FOUND, E_FEATURE_NOT_FOUND, E_FEATURE_STALE)

    @routes.post(
        "/{key}/select", responses=responses_of(*found, E_FEATURE_EXCLUDED, E_FEATURE_INVALID)
    )
    async def select(
        project_id: UUID, key: str, body: SelectIn, subject: Annotated[Subject, subject_of]
    ) -> BoardView:
        """Choose a feature, with all that it needs; the notices name what came along."""
        done = await service.select(
            subject, project_id, key, importance=body.importance, version_seen=body.version_seen
        )
        return board_view(done)

    @routes.post("/{key}/deselect", responses=responses_of(*found, E_FEATURE_NEEDED))
    async def deselect(
        project_id: UUID, key: str, body: DeselectIn, subject: Annotated[Subject, subject_of]
    ) -> BoardView:
        """Drop a feature; its questions are withdrawn, their answers kept."""
        done = await service.deselect(subject, project_id, key, version_seen=body.version_seen)
        return board_view(done)

    @routes.patch("/{key}", responses=responses_of(*found, E_FEATURE_INVALID))
    async def change(
        project_id: UUID, key: str, body: ChangeIn, subject: Annotated[Subject, subject_of]
    ) -> BoardView:
        """Change a chosen feature's importance, notes or place."""
        done = await service.change(
            subject,
            project_id,
            key,
            importance=body.importance,
            notes=body.notes,
            move=body.move,
            version_seen=body.version_seen,
        )
        return board_view(done)
