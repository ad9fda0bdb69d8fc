"""The channels of an organisation and of the house: what is told of them, to whom, and where.

An organisation's people are told that its people, customers or invitations changed, and an owner
that a job was given up or sent again, that members were invited, and how the house runs. What
changed is read from its page, so an event carries nothing that a reader may not see.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from evigate.base.errors import E_DENIED
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.kernel.access import may, require
from evigate.kernel.events import StreamKey
from evigate.kernel.http import EventStream, responses_of
from evigate.kernel.organisations.errors import E_ORGANISATION_NOT_FOUND
from evigate.kernel.organisations.permissions import ORGANISATION, READ
from evigate.kernel.realtime import MANAGE, ChannelKey, Followed

ORGANISATION_STREAM, SYSTEM_STREAM = "organisation", "system"


def _organisation_channel(subject: Subject, organisation_id: UUID) -> ChannelKey:
    assert subject.tenant_id is not None
    stream = StreamKey(subject.tenant_id, ORGANISATION_STREAM, organisation_id)
    return ChannelKey("organization", organisation_id, stream)


def _system_channel(subject: Subject) -> ChannelKey:
    assert subject.tenant_id is not None
    stream = StreamKey(subject.tenant_id, SYSTEM_STREAM, subject.tenant_id)
    return ChannelKey("system", subject.tenant_id, stream)


async def follow_organisation(house: House, subject: Subject, organisation_id: UUID) -> Followed:
    """Return where an organisation's page is told of changes, from now on."""
    channel = _organisation_channel(subject, organisation_id)
    seq = await house.realtime.so_far(subject, channel)
    href = f"/api/v1/organisations/{organisation_id}/events?after={seq}"
    return Followed((href,), "organisation_changed")


async def follow_system(house: House, subject: Subject, types: str) -> Followed | None:
    """Return where an owner's page is told of changes, from now on; None for anybody else."""
    if not may(subject, MANAGE):
        return None
    seq = await house.realtime.so_far(subject, _system_channel(subject))
    return Followed((f"/api/v1/operations/events?after={seq}",), types)


def channel_routes(routes: APIRouter, house: House, subject_now: Any) -> None:
    """Add the routes; `subject_now` is the dependency that says who asks."""

    @routes.get(
        "/organisations/{organisation_id}/events",
        status_code=200,
        response_class=EventStream,
        responses={
            200: {"content": {"text/event-stream": {}}},
            **responses_of(E_ORGANISATION_NOT_FOUND),
        },
    )
    async def organisation_events(
        organisation_id: UUID, request: Request, subject: Annotated[Subject, subject_now]
    ) -> Response:
        """Follow that an organisation's people, customers or invitations change."""

        async def sees(now: Subject) -> bool:
            async with house.guard.enter(now, READ, ORGANISATION, organisation_id):
                return True

        await sees(subject)
        channel = _organisation_channel(subject, organisation_id)
        return await house.realtime.follow(request, subject, channel, sees)

    @routes.get(
        "/operations/events",
        status_code=200,
        response_class=EventStream,
        responses={200: {"content": {"text/event-stream": {}}}, **responses_of(E_DENIED)},
    )
    async def system_events(request: Request, subject: Annotated[Subject, subject_now]) -> Response:
        """Follow jobs that were given up or sent again, invitations of members, and health."""

        async def sees(now: Subject) -> bool:
            require(now, MANAGE)
            return True

        await sees(subject)
        return await house.realtime.follow(request, subject, _system_channel(subject), sees)
