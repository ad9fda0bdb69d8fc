"""The routes of the looks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from evigate.base.subject import Subject
from evigate.kernel.http import API, Doors, responses_of
from evigate.studio.design.boards import BOARDS
from evigate.studio.design.errors import E_DESIGN_BOARD_NOT_FOUND, E_DESIGN_CONTRAST
from evigate.studio.design.service import Design, DesignService
from evigate.studio.errors import E_PROJECT_NOT_FOUND


class ChooseIn(BaseModel):
    """A board, and a colour in place of its own for what is pressed."""

    model_config = ConfigDict(extra="forbid")
    board: str = Field(min_length=1, max_length=60)
    accent: str | None = Field(default=None, max_length=20)


@dataclass(frozen=True, slots=True)
class BoardView:
    """A board in a list."""

    key: str
    title: str
    summary: str
    style: list[str]
    layout: str
    light: dict[str, str]
    dark: dict[str, str]


@dataclass(frozen=True, slots=True)
class DesignView:
    """A choice with its tokens, variables and contrast."""

    number: int
    board: str
    accent: str | None
    tokens: dict[str, Any]
    css: str
    contrast: list[dict[str, Any]]
    chosen_by: str
    chosen_at: datetime


def board_views() -> list[BoardView]:
    """Return the boards as they are listed."""
    return [
        BoardView(b.key, b.title, b.summary, list(b.style), b.layout, dict(b.light), dict(b.dark))
        for b in BOARDS
    ]


def design_view(found: Design) -> DesignView:
    """Return a choice as it is shown."""
    return DesignView(
        found.number,
        found.board,
        found.accent,
        found.tokens,
        found.css,
        found.contrast,
        found.chosen_by,
        found.chosen_at,
    )


def design_router(service: DesignService, doors: Doors) -> APIRouter:
    """Return the routes, to be mounted under /api/v1."""
    routes = APIRouter(prefix=f"{API}/studio", tags=["studio"])
    subject_of: Any = Depends(doors.subject)

    @routes.get("/boards")
    async def boards(subject: Annotated[Subject, subject_of]) -> list[BoardView]:
        """List the boards that there are to choose from."""
        return board_views()

    @routes.get("/projects/{project_id}/design", responses=responses_of(E_PROJECT_NOT_FOUND))
    async def show(project_id: UUID, subject: Annotated[Subject, subject_of]) -> list[DesignView]:
        """List a project's choices, newest first."""
        return [design_view(each) for each in await service.show(subject, project_id)]

    @routes.post(
        "/projects/{project_id}/design",
        responses=responses_of(E_PROJECT_NOT_FOUND, E_DESIGN_BOARD_NOT_FOUND, E_DESIGN_CONTRAST),
    )
    async def choose(
        project_id: UUID, body: ChooseIn, subject: Annotated[Subject, subject_of]
    ) -> DesignView:
        """Choose a board; a colour that could not be read is refused with one that can."""
        found = await service.choose(subject, project_id, body.board, accent=body.accent)
        return design_view(found)

    return routes
