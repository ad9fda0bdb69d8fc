"""The page of health: what runs, who is connected, what budgets have left; and how often is pinged.

For an owner; what belongs to the whole installation is shown to its operator alone.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from evigate.base.clock import utc_now
from evigate.base.errors import E_INVALID, EvigateError
from evigate.boot import House
from evigate.boot.health import health_of
from evigate.kernel.http import Visitor
from evigate.kernel.pages import Pages
from evigate.kernel.realtime import Heartbeat
from evigate.kernel.realtime.models import ChannelType
from evigate.web.channels import follow_system
from evigate.web.entering import see

PATH = "/settings/health"


def health_pages(routes: APIRouter, house: House, pages: Pages) -> None:
    """Add the page."""
    visitor_of: Any = Depends(house.doors.visitor)

    async def draw(
        request: Request, visitor: Visitor, error: EvigateError | None = None
    ) -> Response:
        found = await health_of(house, visitor.subject)
        context = {
            "watch": await follow_system(house, visitor.subject, "job_changed health_changed"),
            "health": found,
            "checked_at": utc_now(),
            "error": error,
        }
        status = error.code.status if error else 200
        return await pages.draw(request, "health_now", context, active="settings", status=status)

    @routes.get(PATH)
    async def health(request: Request, visitor: Annotated[Visitor, visitor_of]) -> Response:
        return await draw(request, visitor)

    @routes.post(f"{PATH}/heartbeats")
    async def set_heartbeat(
        request: Request,
        visitor: Annotated[Visitor, visitor_of],
        channel_type: Annotated[ChannelType, Form()],
        interval_s: Annotated[int, Form(ge=1, le=300)],
        timeout_s: Annotated[int, Form(ge=1, le=900)],
    ) -> Response:
        wanted = Heartbeat(channel_type, 1000 * interval_s, 1000 * timeout_s)
        try:
            await house.realtime.set_heartbeat(visitor.subject, wanted)
        except EvigateError as error:
            if error.code is not E_INVALID:
                raise
            return await draw(request, visitor, error)
        return see(f"{PATH}#heartbeats")
