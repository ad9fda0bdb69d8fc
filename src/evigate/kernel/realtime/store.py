"""The SQL of realtime."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from evigate.base.ids import new_uuid
from evigate.kernel.db import Tx, load_queries
from evigate.kernel.events import StreamKey
from evigate.kernel.realtime.models import (
    CHANNEL_TYPES,
    TIMEOUT_MS,
    ChannelKey,
    ChannelLine,
    Connection,
    ConnectionLine,
    Heartbeat,
    Person,
)

LISTED_MAX = 200
_queries = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class Totals:
    """What was counted of connections in the last hours; `lag_max` of those that are open."""

    open: int
    lately: int
    dropped: int
    revoked: int
    lost: int
    messages: int
    lag_max: int

    @property
    def drop_rate(self) -> float | None:
        """Return the share of connections that were dropped for taking nothing; None of none."""
        return self.dropped / self.lately if self.lately else None


async def list_heartbeats(tx: Tx) -> list[Heartbeat]:
    """Return the settings of every type, those that nobody set as they are by default."""
    rows = {row["channel_type"]: row for row in await _queries.list_heartbeats(tx.connection)}
    return [Heartbeat(**rows[name]) if name in rows else Heartbeat(name) for name in CHANNEL_TYPES]


async def put_heartbeat(tx: Tx, wanted: Heartbeat) -> None:
    """Write a type's settings."""
    await _queries.put_heartbeat(
        tx.connection,
        channel_type=wanted.channel_type,
        heartbeat_interval_ms=wanted.heartbeat_interval_ms,
        timeout_ms=wanted.timeout_ms,
    )


async def head_of(tx: Tx, stream: StreamKey) -> int:
    """Return the last offset of a stream; 0 for one that holds nothing."""
    row = await _queries.head(tx.connection, kind=stream.kind, id=stream.id)
    return int(row["seq"])


async def first_kept(tx: Tx, stream: StreamKey, after: int) -> int | None:
    """Return the first offset after another that is still kept; None where there is none."""
    row = await _queries.first_kept(tx.connection, kind=stream.kind, id=stream.id, after=after)
    return None if row is None else int(row["seq"])


async def write_connections(tx: Tx, connections: Sequence[Connection]) -> None:
    """Write connections as they are now, with their channels, which are active from now on."""
    channels: dict[str, ChannelKey] = {each.channel.name: each.channel for each in connections}
    rows = [
        {
            "id": str(new_uuid()),
            "channel_name": name,
            "channel_type": each.type,
            "entity_id": str(each.entity_id),
            "stream_kind": each.stream.kind,
            "stream_id": str(each.stream.id),
        }
        for name, each in channels.items()
    ]
    await _queries.put_channels(tx.connection, rows=Jsonb(rows))
    written = [_row(each) for each in connections]
    await _queries.put_connections(tx.connection, rows=Jsonb(written))


def _row(each: Connection) -> dict[str, Any]:
    user_id = each.subject.user_id
    return {
        "id": str(each.id),
        "channel_name": each.channel.name,
        "connection_id": each.id.hex,
        "actor": each.subject.actor,
        "user_id": None if user_id is None else str(user_id),
        "client_info": each.client,
        "connected_at": each.connected_at.isoformat(),
        "disconnected_at": None if each.ended_at is None else each.ended_at.isoformat(),
        "last_heartbeat_at": each.taken_at.isoformat(),
        "message_count": each.message_count,
        "lag": each.subscription.lag,
        "end_reason": each.end_reason,
    }


async def tidy(tx: Tx, *, idle_s: float, days: int) -> None:
    """Give up connections that nobody counts any more, let idle channels rest, forget the old."""
    await _queries.give_up_lost(tx.connection, timeout_ms=TIMEOUT_MS)
    await _queries.rest_idle(tx.connection, idle_s=idle_s)
    await _queries.forget_old(tx.connection, days=days)


async def present(tx: Tx, channel_type: str, entity_id: UUID) -> list[Person]:
    """Return who is there, by name."""
    rows = await _queries.present(tx.connection, channel_type=channel_type, entity_id=entity_id)
    return [Person(**row) for row in rows]


async def list_channels(tx: Tx) -> list[ChannelLine]:
    """Return the channels, active ones first, then by what happened last."""
    rows = await _queries.list_channels(tx.connection, limit=LISTED_MAX)
    return [ChannelLine(**row) for row in rows]


async def list_connections(tx: Tx, *, is_open: bool) -> list[ConnectionLine]:
    """Return the newest connections, or the open ones alone."""
    rows = await _queries.list_connections(tx.connection, is_open=is_open, limit=LISTED_MAX)
    return [ConnectionLine(**row) for row in rows]


async def totals(tx: Tx, *, hours: int) -> Totals:
    """Return what was counted in the last hours."""
    return Totals(**await _queries.totals(tx.connection, hours=hours))
