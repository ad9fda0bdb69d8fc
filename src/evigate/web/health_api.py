"""The API of what runs: health, open connections, how often channels are pinged."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from evigate.base.errors import E_DENIED, E_INVALID
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.boot.health import health_of
from evigate.kernel.http import responses_of
from evigate.kernel.realtime import Heartbeat
from evigate.kernel.realtime.models import ChannelType
from evigate.web.wire import Wire


class CheckNow(Wire):
    """One thing that was looked at."""

    name: str
    status: Literal["ok", "warning", "failed"]
    detail: str
    remediation: str | None


class ConnectionTotals(Wire):
    """What was counted of live connections in a day."""

    open: int
    lately: int
    dropped: int
    revoked: int
    lost: int
    messages: int
    lag_max: int
    drop_rate: float | None


class BurnOut(Wire):
    """A budget and how much of it is used."""

    name: str
    unit: str
    spent: int
    reserved: int
    limit_amount: int
    share: float


class HealthOut(Wire):
    """What runs, and how."""

    status: Literal["ok", "warning", "failed"]
    checks: list[CheckNow]
    connections: ConnectionTotals
    budgets: list[BurnOut]


class HeartbeatIn(Wire):
    """How often a type of channel is pinged, and when a client that takes nothing is dropped."""

    heartbeat_interval_ms: int = Field(ge=1000, le=300_000)
    timeout_ms: int = Field(ge=1000, le=900_000)


class HeartbeatOut(Wire):
    """A type's settings."""

    channel_type: str
    heartbeat_interval_ms: int
    timeout_ms: int


class ChannelOut(Wire):
    """A channel."""

    name: str
    channel_type: str
    entity_id: UUID | None
    is_active: bool
    last_activity_at: datetime | None
    open: int


class ConnectionOut(Wire):
    """A connection."""

    id: UUID
    channel: str
    channel_type: str
    actor: str
    client_info: dict[str, Any]
    connected_at: datetime
    disconnected_at: datetime | None
    last_heartbeat_at: datetime | None
    message_count: int
    lag: int
    end_reason: str | None


class RealtimeOut(Wire):
    """Live connections: the channels, who follows them, the settings."""

    channels: list[ChannelOut]
    connections: list[ConnectionOut]
    heartbeats: list[HeartbeatOut]


def health_routes(routes: APIRouter, house: House, subject_now: Any) -> None:
    """Add the routes; `subject_now` is the dependency that says who asks."""

    @routes.get("/operations/health", responses=responses_of(E_DENIED))
    async def health(subject: Annotated[Subject, subject_now]) -> HealthOut:
        """Look at what runs: database, queue, storage, sandbox, engine, connections, budgets."""
        return HealthOut.model_validate((await health_of(house, subject)).to_json())

    @routes.get("/operations/connections", responses=responses_of(E_DENIED))
    async def connections(
        subject: Annotated[Subject, subject_now], open_only: bool = True
    ) -> RealtimeOut:
        """List live connections with how far each is behind, newest first."""
        found = await house.realtime.standing(subject, is_open=open_only)
        return RealtimeOut(
            channels=[ChannelOut(**asdict(each)) for each in found.channels],
            connections=[ConnectionOut(**asdict(each)) for each in found.connections],
            heartbeats=[HeartbeatOut(**asdict(each)) for each in found.heartbeats],
        )

    @routes.put(
        "/operations/heartbeats/{channel_type}",
        status_code=204,
        responses=responses_of(E_DENIED, E_INVALID),
    )
    async def set_heartbeat(
        channel_type: ChannelType, body: HeartbeatIn, subject: Annotated[Subject, subject_now]
    ) -> None:
        """Set how often a type of channel is pinged, for connections from now on."""
        wanted = Heartbeat(channel_type, body.heartbeat_interval_ms, body.timeout_ms)
        await house.realtime.set_heartbeat(subject, wanted)
