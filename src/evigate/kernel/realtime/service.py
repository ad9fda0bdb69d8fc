"""The verbs of realtime: follow a channel, say who is there, count, set how often is pinged.

A process knows its own connections and writes them every two seconds, all of a tenant in one
transaction; what others have open is read from there. Who is there is told between the events, as
frames that have no offset, so a reader's place in its stream is never moved by it.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from uuid import UUID

import orjson
import structlog
from fastapi import Request

from evigate.base.clock import utc_now
from evigate.base.errors import E_INVALID, EvigateError
from evigate.base.ids import TenantId, new_uuid
from evigate.base.subject import Subject
from evigate.kernel.access import OWNER_ONLY, Permission, require
from evigate.kernel.db import Database
from evigate.kernel.events import StreamKey, audit
from evigate.kernel.http import Doors, EventStream, Fanout, parse_offset
from evigate.kernel.realtime import store
from evigate.kernel.realtime.models import (
    ChannelKey,
    ChannelLine,
    Connection,
    ConnectionLine,
    Heartbeat,
    Person,
)
from evigate.kernel.realtime.store import Totals

MANAGE = Permission("realtime.manage", OWNER_ONLY)
PERMISSIONS = (MANAGE,)
FLUSH_S = 2.0
ASK_AGAIN_S = 1.0
# Further behind than this, a page is drawn anew sooner than it is told what it missed.
REPLAY_MAX = 2_000
IDLE_S = 3600.0
KEPT_DAYS = 7
COUNTED_HOURS = 24
AGENT_CHARACTERS = 200
RELOAD = "reload"
# Asked before each piece that is sent: raises, or says no, when it may not be sent any more.
Allowed = Callable[[Subject], Awaitable[bool]]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """Live connections as an owner sees them."""

    totals: Totals
    channels: Sequence[ChannelLine]
    connections: Sequence[ConnectionLine]
    heartbeats: Sequence[Heartbeat]


class Realtime:
    """The connections of this process, and what is known of all."""

    def __init__(self, database: Database, doors: Doors, live: Fanout) -> None:
        self._database, self._doors, self.live = database, doors, live
        self._open: dict[UUID, Connection] = {}
        self._ended: list[Connection] = []
        self._beats: dict[TenantId, dict[str, Heartbeat]] = {}

    async def follow(
        self, request: Request, subject: Subject, channel: ChannelKey, allowed: Allowed
    ) -> EventStream:
        """
        Return a channel's events from a client's offset, while the client may have them.

        The offset is `Last-Event-ID` or the query's `after`. One that is no longer kept, that lies
        too far back, or that this stream never had, is answered by an event "reload" whose id is
        the present's, and goes on from there.

        Raises:
            EvigateError[E_INVALID]: the offset is none.
            EvigateError[E_STREAMS_FULL]: too many are open.
        """
        last = request.headers.get("last-event-id") or request.query_params.get("after")
        after = parse_offset(last)
        # Before the transaction: whoever held one connection and waited for another would stop all.
        beat = (await self._heartbeats(subject))[channel.type]
        async with self._database.tx(subject) as tx:
            head = await store.head_of(tx, channel.stream)
            kept = await store.first_kept(tx, channel.stream, after) if after else None
        is_gone = kept is not None and kept > after + 1
        must_reload = bool(after) and (after > head or head - after > REPLAY_MAX or is_gone)
        subscription = self.live.subscribe(
            str(channel.stream),
            head if must_reload else after,
            heartbeat_s=beat.heartbeat_interval_ms / 1000,
            stall_s=beat.timeout_ms / 1000,
        )
        now = utc_now()
        agent = request.headers.get("user-agent", "")[:AGENT_CHARACTERS]
        connection = Connection(
            new_uuid(), channel, subject, {"agent": agent}, now, subscription, now
        )
        self._open[connection.id] = connection
        return EventStream(
            subscription,
            preface=_frame(RELOAD, {"head": head}, seq=head) if must_reload else b"",
            allowed=lambda: self._may_go_on(request, connection, allowed),
            on_sent=lambda count: _count(connection, count),
            on_end=lambda was_dropped: self._end(connection, was_dropped),
        )

    async def follow_stream(
        self,
        request: Request,
        subject: Subject,
        stream_of: Callable[[Subject], Awaitable[StreamKey]],
    ) -> EventStream:
        """
        Return the events of a run's or a conversation's stream, as `follow` does.

        Args:
            stream_of: looks the stream up for whoever may see it and raises for who may not; it is
                asked anew each second, and whether the caller is let in at all before each piece.
        """
        stream = await stream_of(subject)
        asked_at = monotonic()

        async def sees(now: Subject) -> bool:
            nonlocal asked_at
            # A run tells many small things at once, to many readers.
            if monotonic() - asked_at < ASK_AGAIN_S:
                return True
            found = await stream_of(now) == stream
            asked_at = monotonic()
            return found

        return await self.follow(request, subject, ChannelKey("session", stream.id, stream), sees)

    async def so_far(self, subject: Subject, channel: ChannelKey) -> int:
        """Return a channel's last offset, to follow it from; 0 where nothing happened yet."""
        async with self._database.tx(subject) as tx:
            return await store.head_of(tx, channel.stream)

    async def _may_go_on(self, request: Request, connection: Connection, allowed: Allowed) -> bool:
        subject = await self._doors.still(request)
        try:
            may = subject is not None and await allowed(subject)
        except EvigateError:
            may = False
        if not may:
            connection.end_reason = "revoked"
        return may

    def _end(self, connection: Connection, was_dropped: bool) -> None:
        if self._open.pop(connection.id, None) is not None:
            connection.ended_at = utc_now()
            connection.end_reason = connection.end_reason or (
                "dropped" if was_dropped else "closed"
            )
            self._ended.append(connection)

    async def _heartbeats(self, subject: Subject) -> dict[str, Heartbeat]:
        assert subject.tenant_id is not None
        found = self._beats.get(subject.tenant_id)
        if found is None:
            async with self._database.tx(_system(subject.tenant_id)) as tx:
                found = {each.channel_type: each for each in await store.list_heartbeats(tx)}
            self._beats[subject.tenant_id] = found
        return found

    async def run(self) -> None:
        """Write what is counted, now and then; runs until cancelled."""
        while True:
            await asyncio.sleep(FLUSH_S)
            try:
                await self.flush()
            except Exception as error:
                log.warning("connections_not_written", error=type(error).__name__)

    async def flush(self) -> None:
        """Write the connections as they are, and tell who is there where that is another now."""
        ended, self._ended = self._ended, []
        by_tenant: dict[TenantId, list[Connection]] = defaultdict(list)
        for each in (*self._open.values(), *ended):
            by_tenant[each.channel.stream.tenant_id].append(each)
        try:
            for tenant_id, connections in by_tenant.items():
                async with self._database.tx(_system(tenant_id)) as tx:
                    await store.write_connections(tx, connections)
                    await store.tidy(tx, idle_s=IDLE_S, days=KEPT_DAYS)
                await self._tell_presence(tenant_id)
                self._beats.pop(tenant_id, None)
        except Exception:
            self._ended = [*ended, *self._ended]
            raise

    async def _tell_presence(self, tenant_id: TenantId) -> None:
        mine = [
            each
            for each in self._open.values()
            if each.channel.stream.tenant_id == tenant_id and each.channel.type == "project"
        ]
        for entity_id in {each.channel.entity_id for each in mine}:
            async with self._database.tx(_system(tenant_id)) as tx:
                people = await store.present(tx, "project", entity_id)
            ids = tuple(each.id for each in people)
            told = {"people": [{"id": str(each.id), "name": each.name} for each in people]}
            for connection in mine:
                if connection.channel.entity_id == entity_id and connection.told != ids:
                    connection.told = ids
                    connection.subscription.whisper(_frame("presence", told))

    async def present(self, subject: Subject, entity_id: UUID) -> list[Person]:
        """Return who is at a project now, by name; whether one may ask is the caller's to know."""
        async with self._database.tx(_system_of(subject)) as tx:
            await store.tidy(tx, idle_s=IDLE_S, days=KEPT_DAYS)
        async with self._database.tx(subject) as tx:
            return await store.present(tx, "project", entity_id)

    async def standing(self, subject: Subject, *, is_open: bool = True) -> Standing:
        """Return the tenant's connections: counts of a day, channels, the open ones or the newest.

        Raises:
            EvigateError[E_DENIED]: only an owner sees who follows what.
        """
        require(subject, MANAGE)
        async with self._database.tx(subject) as tx:
            await store.tidy(tx, idle_s=IDLE_S, days=KEPT_DAYS)
            return Standing(
                await store.totals(tx, hours=COUNTED_HOURS),
                await store.list_channels(tx),
                await store.list_connections(tx, is_open=is_open),
                await store.list_heartbeats(tx),
            )

    async def set_heartbeat(self, subject: Subject, wanted: Heartbeat) -> None:
        """Set how often a type of channel is pinged, for connections from now on.

        Raises:
            EvigateError[E_INVALID]: it would give up whom it never asked.
        """
        require(subject, MANAGE)
        interval, timeout = wanted.heartbeat_interval_ms, wanted.timeout_ms
        if not 1000 <= interval < timeout <= 900_000 or interval > 300_000:
            message = "A ping comes each 1 to 300 s, and the timeout, up to 900 s, is longer."
            raise EvigateError(E_INVALID, message)
        async with self._database.tx(subject) as tx:
            await store.put_heartbeat(tx, wanted)
            await audit(tx, "heartbeat_set", channel_type=wanted.channel_type)
        assert subject.tenant_id is not None
        self._beats.pop(subject.tenant_id, None)


def _count(connection: Connection, count: int) -> None:
    connection.message_count += count
    connection.taken_at = utc_now()


def _system(tenant_id: TenantId) -> Subject:
    return Subject(tenant_id, "system:live", "viewer")


def _system_of(subject: Subject) -> Subject:
    assert subject.tenant_id is not None
    return _system(subject.tenant_id)


def _frame(type_: str, payload: object, *, seq: int | None = None) -> bytes:
    id_ = b"" if seq is None else b"id: %d\n" % seq
    return id_ + b"event: %b\ndata: %b\n\n" % (type_.encode(), orjson.dumps(payload))
