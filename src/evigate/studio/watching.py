"""What somebody else does to a project, as it happens: its conversation and what follows from it.

A page is drawn from how far both streams were before; what comes after it, it is told.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from evigate.base.subject import Subject
from evigate.kernel.db import Tx, load_queries
from evigate.kernel.events import StreamKey
from evigate.kernel.http import API, Doors, EventStream, responses_of
from evigate.kernel.policies import Guard
from evigate.kernel.realtime import ChannelKey, Followed, Realtime
from evigate.studio.errors import E_PROJECT_NOT_FOUND
from evigate.studio.permissions import READ, no_project, on_project

Part = Literal["conversation", "plan"]
# What is worth drawing a page anew for; of a conversation, that a turn has ended.
TYPES = (
    "turn_ended", "phase_advanced", "phase_returned", "phase_skipped", "candidates_generated",
    "feature_selected", "feature_deselected", "feature_changed", "seed_decided", "plan_started",
    "plan_generated", "plan_failed", "question_answered", "question_changed", "pattern_applied",
    "pattern_undone", "pattern_dismissed", "planning_artifact_drafted",
    "planning_artifact_decided", "task_changed", "specification_compiled",
    "specification_decided", "statements_imported", "design_chosen", "kit_run_changed",
    "build_changed", "renewal_changed", "review_started", "review_waits", "review_ended",
    "review_finding_dismissed",
)  # fmt: skip
PROJECT_STREAM = "studio_project"
INBOX_STREAM = "studio_inbox"
SESSION_STREAM = "studio_session"
_queries = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class Watch:
    """A project's streams with the last event of each, and whether it was ever specified."""

    project_id: UUID
    session_id: UUID
    conversation: int
    plan: int
    is_specified: bool = False

    @property
    def types(self) -> str:
        """Return the types of events to listen for, apart by spaces."""
        return " ".join(TYPES)

    @property
    def hrefs(self) -> tuple[str, str]:
        """Return where what comes after is told."""
        base = f"/api/v1/studio/projects/{self.project_id}/events"
        return (
            f"{base}/conversation?after={self.conversation}",
            f"{base}/plan?after={self.plan}",
        )


async def follow_inbox(tx: Tx) -> Followed:
    """Return where changes of the tenant's tasks are told, from now on."""
    row = await _queries.inbox_so_far(tx.connection)
    return Followed((f"/api/v1/studio/tasks/events?after={row['seq']}",), "task_changed")


async def watch(guard: Guard, subject: Subject, project_id: UUID) -> Watch:
    """
    Return how far a project's streams are, to be asked before the project is read.

    Raises:
        EvigateError[E_PROJECT_NOT_FOUND]: there is none, or not for the subject.
    """
    async with on_project(guard, subject, READ, project_id) as tx:
        row = await _queries.how_far(tx.connection, project_id=project_id)
    if row is None:
        raise no_project(project_id)
    return Watch(project_id, **row)


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody who is there."""

    id: UUID
    name: str


def project_channel(subject: Subject, project_id: UUID) -> ChannelKey:
    """Return the channel of what is planned for a project, where people are seen as there."""
    assert subject.tenant_id is not None
    stream = StreamKey(subject.tenant_id, PROJECT_STREAM, project_id)
    return ChannelKey("project", project_id, stream)


def sees_project(guard: Guard, project_id: UUID) -> Callable[[Subject], Awaitable[bool]]:
    """Return what says whether somebody still sees a project; E_PROJECT_NOT_FOUND is a no too."""

    async def sees(subject: Subject) -> bool:
        async with on_project(guard, subject, READ, project_id):
            return True

    return sees


def watching_router(guard: Guard, doors: Doors, realtime: Realtime) -> APIRouter:
    """Return the routes, to be mounted under /api/v1."""
    routes = APIRouter(prefix=f"{API}/studio", tags=["studio"])
    subject_of: Any = Depends(doors.subject)

    @routes.get(
        "/projects/{project_id}/events/{part}",
        status_code=200,
        response_class=EventStream,
        responses={
            200: {"content": {"text/event-stream": {}}},
            **responses_of(E_PROJECT_NOT_FOUND),
        },
    )
    async def events(
        project_id: UUID, part: Part, request: Request, subject: Annotated[Subject, subject_of]
    ) -> Response:
        """Follow what is said in a project, or what is planned for it."""
        found = await watch(guard, subject, project_id)
        assert subject.tenant_id is not None
        key = (
            ChannelKey(
                "session",
                found.session_id,
                StreamKey(subject.tenant_id, SESSION_STREAM, found.session_id),
            )
            if part == "conversation"
            else project_channel(subject, project_id)
        )
        return await realtime.follow(request, subject, key, sees_project(guard, project_id))

    @routes.get("/projects/{project_id}/presence", responses=responses_of(E_PROJECT_NOT_FOUND))
    async def presence(
        project_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> list[PersonView]:
        """Tell who has a page of the project open, by name."""
        await watch(guard, subject, project_id)
        found = await realtime.present(subject, project_id)
        return [PersonView(each.id, each.name) for each in found]

    return routes
