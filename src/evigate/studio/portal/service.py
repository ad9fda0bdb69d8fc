"""The portal's verbs: the studio's own, for projects that one is engaged in."""

from uuid import UUID

from evigate.base.subject import Subject
from evigate.kernel.events import StreamKey
from evigate.kernel.organisations import Engagements, EngagementStatus, Place
from evigate.kernel.realtime import Followed
from evigate.studio.permissions import PROJECT, no_project
from evigate.studio.portal.views import CustomerView, customer_view
from evigate.studio.service import StudioService
from evigate.studio.watching import SESSION_STREAM, follow_inbox, watch


class PortalService:
    """What a customer does; a member who is engaged may do it here too."""

    def __init__(self, studio: StudioService, engagements: Engagements) -> None:
        self._studio = studio
        self._engagements = engagements

    async def places(self, subject: Subject) -> list[Place]:
        """Return the projects that the subject is or was engaged in, active first."""
        found = await self._engagements.places(subject)
        return [each for each in found if each.resource.startswith(f"{PROJECT.name}:")]

    async def show(self, subject: Subject, project_id: UUID) -> CustomerView:
        """Return a project.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND]: the subject has no active engagement there.
        """
        await self._must_be_engaged(subject, project_id)
        return customer_view(await self._studio.show(subject, project_id))

    async def stream_of(self, subject: Subject, project_id: UUID) -> tuple[StreamKey, int]:
        """Return the stream of a project's conversation, and how far it is; raises as `show`."""
        await self._must_be_engaged(subject, project_id)
        seen = await watch(self._studio.guard, subject, project_id)
        assert subject.tenant_id is not None
        return StreamKey(subject.tenant_id, SESSION_STREAM, seen.session_id), seen.conversation

    async def follow(self, subject: Subject, project_id: UUID) -> Followed:
        """Return where a project's page is told of changes, from now on; raises as `show`."""
        _, said = await self.stream_of(subject, project_id)
        async with self._studio.database.tx(subject) as tx:
            tasks = await follow_inbox(tx)
        talk = f"/api/v1/portal/projects/{project_id}/events?after={said}"
        return Followed((talk, *tasks.hrefs), f"turn_ended {tasks.types}")

    async def answer(
        self, subject: Subject, project_id: UUID, text: str, *, turn_seen: int | None = None
    ) -> CustomerView:
        """Answer what is asked; raises as `show` and as the studio's `say`."""
        await self._must_be_engaged(subject, project_id)
        said = await self._studio.say(subject, project_id, text, turn_seen=turn_seen)
        return customer_view(said)

    async def submit_task(
        self, subject: Subject, project_id: UUID, task_id: UUID, text: str
    ) -> CustomerView:
        """Give what a task asks for; raises as `show` and as the studio's `submit_task`."""
        await self._must_be_engaged(subject, project_id)
        return customer_view(await self._studio.submit_task(subject, project_id, task_id, text))

    async def _must_be_engaged(self, subject: Subject, project_id: UUID) -> None:
        named = PROJECT.resource(project_id)
        if not any(
            each.resource == named and each.status is EngagementStatus.ACTIVE
            for each in await self._engagements.places(subject)
        ):
            raise no_project(project_id)
