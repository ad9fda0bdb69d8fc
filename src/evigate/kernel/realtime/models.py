"""Channels by type, a connection to one, and who is there."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from evigate.base.subject import Subject
from evigate.kernel.events import StreamKey
from evigate.kernel.http import Subscription

ChannelType = Literal["project", "session", "organization", "user", "system"]
CHANNEL_TYPES: tuple[ChannelType, ...] = ("project", "session", "organization", "user", "system")
EndReason = Literal["closed", "dropped", "revoked", "lost"]
# The seed's: a ping each 30 s, and after 90 s without an answer the connection is given up.
INTERVAL_MS, TIMEOUT_MS = 30_000, 90_000


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """How often a quiet channel is pinged, and how long a client may take nothing."""

    channel_type: ChannelType
    heartbeat_interval_ms: int = INTERVAL_MS
    timeout_ms: int = TIMEOUT_MS


@dataclass(frozen=True, slots=True)
class ChannelKey:
    """A channel: what it is about, by type and id, and the stream that it is read from."""

    type: ChannelType
    entity_id: UUID
    stream: StreamKey

    @property
    def name(self) -> str:
        """Return its name, one in its tenant: "project:<id>", with the stream's kind."""
        return f"{self.type}:{self.entity_id}:{self.stream.kind}"


@dataclass(frozen=True, slots=True)
class Followed:
    """Where a page is told of changes, and by which types of events, apart by spaces."""

    hrefs: tuple[str, ...]
    types: str


@dataclass(slots=True)
class Connection:
    """An open connection of this process, with what is counted of it until it is written."""

    id: UUID
    channel: ChannelKey
    subject: Subject
    client: dict[str, Any]
    connected_at: datetime
    subscription: Subscription
    taken_at: datetime
    message_count: int = 0
    ended_at: datetime | None = None
    end_reason: EndReason | None = None
    told: tuple[UUID, ...] | None = field(default=None)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is there."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """A channel as it is listed: how many are there, since when nothing happened."""

    name: str
    channel_type: str
    entity_id: UUID | None
    is_active: bool
    last_activity_at: datetime | None
    open: int


@dataclass(frozen=True, slots=True)
class ConnectionLine:
    """A connection as it is listed; `lag` is how many events it had still to take."""

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
