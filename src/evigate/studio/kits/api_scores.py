"""The route of a kit's score."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from evigate.base.subject import Subject
from evigate.kernel.http import API, Doors, responses_of
from evigate.studio.errors import E_PROJECT_NOT_FOUND
from evigate.studio.kits.errors import E_KIT_INPUT, E_KIT_NOT_FOUND
from evigate.studio.kits.scores import Scored, ScoreService
from evigate.studio.kits.scoring import plain_convergence
from evigate.studio.specification.errors import E_SPECIFICATION_NOT_FOUND

KitId = Annotated[str, Query(pattern=r"^[a-z][a-z0-9-]{0,62}$")]
DEFAULT = "python-service"


@dataclass(frozen=True, slots=True)
class KindView:
    """How many parts of a kind are there whole."""

    kind: str
    title: str
    found: int
    total: int


@dataclass(frozen=True, slots=True)
class MissingView:
    """A part that is not there, or not whole; `share` is how far it is, 0..1."""

    kind: str
    key: str
    share: float
    told: str


@dataclass(frozen=True, slots=True)
class ScoreView:
    """A kit's bundle held against a version of the specification, 0 to 100."""

    kit: str
    kit_version: str
    specification: str
    score: int
    kinds: list[KindView]
    missing: list[MissingView]
    unread: list[str]


def score_view(scored: Scored) -> ScoreView:
    """Return a score as it is shown."""
    plain = plain_convergence(scored.found)
    return ScoreView(
        scored.kit_id,
        scored.kit_version,
        scored.specification,
        plain["score"],
        [KindView(**each) for each in plain["kinds"]],
        [MissingView(**each) for each in plain["missing"]],
        plain["unread"],
    )


def scores_router(service: ScoreService, doors: Doors) -> APIRouter:
    """Return the routes, to be mounted under /api/v1."""
    routes = APIRouter(prefix=f"{API}/studio", tags=["studio"])
    subject_of: Any = Depends(doors.subject)

    @routes.get(
        "/projects/{project_id}/convergence",
        responses=responses_of(
            E_PROJECT_NOT_FOUND, E_SPECIFICATION_NOT_FOUND, E_KIT_NOT_FOUND, E_KIT_INPUT
        ),
    )
    async def score(
        project_id: UUID, subject: Annotated[Subject, subject_of], kit: KitId = DEFAULT
    ) -> ScoreView:
        """Tell how far what a shipped kit would make is what the newest specification says."""
        return score_view(await service.score(subject, project_id, kit))

    return routes
