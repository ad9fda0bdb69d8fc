"""One feed, many readers: live events of a stream to every client that watches it.

The hub knows no database. It is given `replay`, which reads a stream's events after an offset, and
is told by `wake` that a stream has grown. Then it reads once for all readers of that stream,
encodes once, and wakes them; a reader holds nothing but its offset. So the memory is a window a
stream, however many read it; a reader who stalls keeps no one waiting, and when it comes back too
late for the window it is replayed what it missed, from its own offset.

Between replay and live no event is lost or doubled, because both are the same thing, reading on
from an offset: the window holds *every* event between its ends, and whoever stands before it reads
pages from `replay` until it has reached it. `replay` must show a stream's events in ascending
`seq`, and never let one appear below another that it has shown already.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from evigate.base.errors import Code, EvigateError, Kind
from evigate.kernel.http.frames import (
    CLOSE_FRAME,
    HEARTBEAT_FRAME,
    Piece,
    Window,
    WireEvent,
    join_events,
)

Replay = Callable[[str, int, int], Awaitable[Sequence[WireEvent]]]

HEARTBEAT_S = 15.0
# A client that takes nothing for this long is gone or asleep; it may come back with its offset.
STALL_S = 60.0
# A burst is sent at most this often; a single event goes out at once. Nobody sees 10 ms, and it
# halves the server's work at 400 events a second (benchmarks/bench_sse.py).
FLUSH_INTERVAL_S = 0.01
PAGE_COUNT = 500
WINDOW_BYTES = 1 << 20
PIECE_BYTES = 128 << 10
SUBSCRIBERS_MAX = 4096

E_STREAMS_FULL = Code(
    "E_STREAMS_FULL", Kind.LIMIT, 503, "Close other live pages, or try again in a minute.", True
)
CODES: tuple[Code, ...] = (E_STREAMS_FULL,)

log = structlog.get_logger(__name__)


class Fanout:
    """The hub: `subscribe` for readers, `wake` (or `publish`) for whoever learns of events.

    Args:
        replay: `await replay(stream, after_seq, limit)` gives the stream's next events, at most
            `limit`; fewer mean that there are no others yet.
        heartbeat_s: a quiet reader gets a comment this often, so that proxies keep the line open.
        stall_s: how long a reader may take over one piece before it is dropped.
        flush_interval_s: what piles up within it is sent together.
        window_bytes: kept a stream; a reader further behind is replayed.
        piece_bytes: handed to one reader at a time, so also what a stalled one holds.
        subscribers_max: readers of all streams together.

    All calls belong to one event loop's thread.
    """

    def __init__(
        self,
        replay: Replay,
        *,
        heartbeat_s: float = HEARTBEAT_S,
        stall_s: float = STALL_S,
        flush_interval_s: float = FLUSH_INTERVAL_S,
        window_bytes: int = WINDOW_BYTES,
        piece_bytes: int = PIECE_BYTES,
        subscribers_max: int = SUBSCRIBERS_MAX,
    ) -> None:
        self.replay = replay
        self.heartbeat_s = heartbeat_s
        self.stall_s = stall_s
        self.flush_interval_s = flush_interval_s
        self.window_bytes = window_bytes
        self.piece_bytes = piece_bytes
        self._subscribers_max = subscribers_max
        self._channels: dict[str, Channel] = {}
        self._ticker: asyncio.Task[None] | None = None

    @property
    def subscriber_count(self) -> int:
        """Readers connected at present, of all streams."""
        return sum(len(channel.subscribers) for channel in self._channels.values())

    def subscribe(
        self,
        stream: str,
        after_seq: int = 0,
        *,
        heartbeat_s: float | None = None,
        stall_s: float | None = None,
    ) -> "Subscription":
        """Return a reader of every event after `after_seq`; it counts from its first read on.

        Whether the stream exists and may be read is the caller's to know beforehand. The times are
        the hub's own unless they are given.

        Raises:
            E_STREAMS_FULL: there are as many readers as allowed.
        """
        if self.subscriber_count >= self._subscribers_max:
            raise EvigateError(
                E_STREAMS_FULL, f"{self._subscribers_max} live pages are open already."
            )
        return Subscription(
            self,
            stream,
            after_seq,
            heartbeat_s=self.heartbeat_s if heartbeat_s is None else heartbeat_s,
            stall_s=self.stall_s if stall_s is None else stall_s,
        )

    def wake(self, stream: str, seq: int | None = None) -> None:
        """Take notice that a stream has grown (up to `seq`, if known); cheap if nobody reads it."""
        if channel := self._channels.get(stream):
            channel.wake(seq)

    def wake_all(self) -> None:
        """Read on in every stream: for a listener that was cut off and may have missed some."""
        for channel in list(self._channels.values()):
            channel.wake(None)

    def publish(self, stream: str, events: Sequence[WireEvent]) -> None:
        """Hand over events that `replay` shows already, and so save reading them.

        Events that do not follow on the last known one are read through `replay` instead.
        """
        if events and (channel := self._channels.get(stream)):
            channel.publish(events)

    def close(self) -> None:
        """End every reader's stream without its closing event, so that clients come back later."""
        for channel in list(self._channels.values()):
            channel.break_off()

    def join(self, stream: str, subscription: "Subscription") -> "Channel":
        """Count a reader in; for `Subscription` alone."""
        channel = self._channels.get(stream)
        if channel is None:
            channel = self._channels[stream] = Channel(self, stream)
        channel.subscribers.add(subscription)
        if self._ticker is None:
            self._ticker = asyncio.create_task(self._tick())
        return channel

    def forget(self, channel: "Channel") -> None:
        """Let go of a channel that has no readers; for `Channel` alone."""
        if self._channels.get(channel.stream) is channel:
            del self._channels[channel.stream]
        if not self._channels and self._ticker is not None:
            self._ticker.cancel()
            self._ticker = None

    async def _tick(self) -> None:
        """Look after quiet and stalled readers: one timer for all, rather than one each."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(min(self.heartbeat_s, self.stall_s) / 4)
            now = loop.time()
            for channel in list(self._channels.values()):
                for subscription in list(channel.subscribers):
                    subscription.check(now)


class Channel:
    """The live part of one stream while anyone reads it; internal to this module."""

    def __init__(self, hub: Fanout, stream: str) -> None:
        self.stream = stream
        self.subscribers: set[Subscription] = set()
        self.waiting: set[Subscription] = set()
        # None until a reader has caught up with the stream; from then on it is followed from there.
        self.window: Window | None = None
        self._hub = hub
        self._wake_count = 0
        self._pump: asyncio.Task[None] | None = None
        self._pages: dict[int, asyncio.Task[Piece | None]] = {}
        self._flush: asyncio.TimerHandle | None = None
        self._flushed_at = 0.0

    def wake(self, seq: int | None) -> None:
        """Read on, unless it is known that there is nothing new."""
        if self.window is not None and seq is not None and seq <= self.window.head:
            return
        self._wake_count += 1
        if self.window is not None and self._pump is None:
            self._pump = asyncio.create_task(self._read_on(self.window))

    def publish(self, events: Sequence[WireEvent]) -> None:
        """Append events that follow on without a gap; read on if there is one."""
        window = self.window
        if window is None or not _follows(window.head, events):
            self.wake(events[-1].seq)
        elif window.extend(events):
            self._flush_soon()

    async def page(self, after_seq: int) -> Piece | None:
        """Return events after an offset, read once for all who ask at once; None if broken off."""
        task = self._pages.get(after_seq)
        if task is None:
            task = self._pages[after_seq] = asyncio.create_task(self._read_page(after_seq))
            task.add_done_callback(lambda _: self._pages.pop(after_seq, None))
        # Shielded, since the task serves others too when this reader goes away.
        return await asyncio.shield(task)

    def leave(self, subscription: "Subscription") -> None:
        """Count a reader out; after the last one nothing is kept."""
        self.subscribers.discard(subscription)
        self.waiting.discard(subscription)
        if not self.subscribers:
            for task in (self._pump, self._flush, *self._pages.values()):
                if task is not None:
                    task.cancel()
            self._hub.forget(self)

    def break_off(self) -> None:
        """End all readers' streams where they are."""
        for subscription in list(self.subscribers):
            subscription.break_off()

    async def _read_page(self, after_seq: int) -> Piece | None:
        """Read a page; a short one has reached the present, where the window then begins."""
        base = self.window.base if self.window is not None else 0
        seen_count = self._wake_count
        events = await self._replay(after_seq, PAGE_COUNT)
        if events is None:
            return None
        piece = join_events(events, after_seq=after_seq)
        if self.window is None and len(events) < PAGE_COUNT:
            return await self._reach_present(piece, seen_count)
        # Nothing between here and a window that began further on: those events are no longer kept.
        return piece if events else Piece(b"", max(after_seq, base), False)

    async def _reach_present(self, piece: Piece, seen_count: int) -> Piece | None:
        """Begin the window at the end of a short page, if that is a place in this stream.

        An empty page says nothing of the offset it was asked for, and that came from a client: the
        event itself must be there, or the reader begins anew. It may be the stream's last, too.
        """
        is_over = piece.is_last
        if not piece.data and piece.seq > 0:
            own = await self._replay(piece.seq - 1, 1)
            if own is None:
                return None
            if not own or own[0].seq != piece.seq:
                return Piece(b"", 0, False)
            is_over = own[0].is_last
        if self.window is None:
            limits = self._hub
            self.window = Window(
                piece.seq, max_bytes=limits.window_bytes, piece_bytes=limits.piece_bytes
            )
            self.window.last = piece.seq if is_over else None
            if self._wake_count > seen_count:
                self.wake(None)
        return piece

    async def _read_on(self, window: Window) -> None:
        """Follow the stream to its present end, again if woken meanwhile."""
        try:
            while True:
                seen_count = self._wake_count
                events = await self._replay(window.head, PAGE_COUNT)
                if events is None:
                    return
                if window.extend(events):
                    self._flush_soon()
                if len(events) < PAGE_COUNT and seen_count == self._wake_count:
                    return
        finally:
            self._pump = None

    async def _replay(self, after_seq: int, limit: int) -> Sequence[WireEvent] | None:
        """Read, or end all readers' streams: they come back with their offsets, and it is retried.

        Whatever `replay` raises is caught: it belongs to no reader, and one line tells of it.
        """
        try:
            return await self._hub.replay(self.stream, after_seq, limit)
        except Exception:
            log.exception("stream_replay_failed", stream=self.stream, after_seq=after_seq)
            self.break_off()
            return None

    def _flush_soon(self) -> None:
        if self._flush is None:
            loop = asyncio.get_running_loop()
            due_at = max(loop.time(), self._flushed_at + self._hub.flush_interval_s)
            self._flush = loop.call_at(due_at, self._flush_now)

    def _flush_now(self) -> None:
        self._flush = None
        self._flushed_at = asyncio.get_running_loop().time()
        waiting, self.waiting = self.waiting, set()
        for subscription in waiting:
            subscription.rouse(is_event=True)


class Subscription:
    """One reader of one stream: an offset that moves on.

    Read with `ready_piece` once and then `next_piece` until None; leave with `close`. `is_over`
    says whether the stream's last event has been handed out. `on_drop` is called when a piece was
    not taken in time.
    """

    def __init__(
        self, hub: Fanout, stream: str, after_seq: int, *, heartbeat_s: float, stall_s: float
    ) -> None:
        self.seq = after_seq
        self.is_over = False
        self.was_dropped = False
        self.on_drop: Callable[[], object] | None = None
        self._hub = hub
        self._stream = stream
        self._heartbeat_s, self._stall_s = heartbeat_s, stall_s
        self._aside: list[bytes] = []
        self._channel: Channel | None = None
        self._is_broken = False
        self._waiter: asyncio.Future[bool] | None = None
        self._handed_at: float | None = None
        self._quiet_since = 0.0

    async def ready_piece(self) -> bytes:
        """Return frames that are there already; empty if one must wait, or no more will come."""
        if self._channel is None:
            self._channel = self._hub.join(self._stream, self)
            self._quiet_since = asyncio.get_running_loop().time()
        channel = self._channel
        if self._aside and not (self.is_over or self._is_broken):
            aside, self._aside = b"".join(self._aside), []
            return self._hand(aside)
        while not (self.is_over or self._is_broken):
            window = channel.window
            if window is None or self.seq < window.base:
                piece = await channel.page(self.seq)
            elif window.last is not None and self.seq >= window.last:
                self.is_over = True
                break
            else:
                piece = window.take(self.seq)
                if piece is None:
                    break
            if piece is not None:
                self.seq, self.is_over = piece.seq, piece.is_last
                if piece.data:
                    return self._hand(piece.data + CLOSE_FRAME if piece.is_last else piece.data)
        return b""

    async def next_piece(self) -> bytes | None:
        """Wait for frames, or for the time of a heartbeat; None once no more will come."""
        self._handed_at = None
        while True:
            if data := await self.ready_piece():
                return data
            if self.is_over or self._is_broken:
                return None
            if not await self._roused():
                return self._hand(HEARTBEAT_FRAME)

    @property
    def lag(self) -> int:
        """Return how many events there are that were not handed out; 0 before it is followed."""
        window = self._channel.window if self._channel is not None else None
        return 0 if window is None else max(0, window.head - self.seq)

    def whisper(self, frame: bytes) -> None:
        """Hand out a frame beside the stream's events; it has no offset, and is not kept."""
        self._aside.append(frame)
        self.rouse(is_event=True)

    def close(self) -> None:
        """Leave; reading on is no longer possible, doing it twice is fine."""
        self.break_off()
        if self._channel is not None:
            self._channel.leave(self)

    def break_off(self) -> None:
        """Hand out nothing more."""
        self._is_broken = True
        self.rouse(is_event=True)

    def rouse(self, *, is_event: bool) -> None:
        """End the wait, if there is one."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(is_event)

    def check(self, now: float) -> None:
        """Give a quiet reader its heartbeat; drop one that has not taken its piece in time."""
        if self._handed_at is not None:
            if now - self._handed_at >= self._stall_s and self.on_drop is not None:
                log.info("stream_reader_dropped", stream=self._stream, seq=self.seq)
                self.was_dropped = True
                self.on_drop()
        elif now - self._quiet_since >= self._heartbeat_s:
            self.rouse(is_event=False)

    def _hand(self, data: bytes) -> bytes:
        self._handed_at = self._quiet_since = asyncio.get_running_loop().time()
        return data

    async def _roused(self) -> bool:
        """Wait; True if there may be an event, False if it was quiet for long."""
        assert self._channel is not None
        self._waiter = asyncio.get_running_loop().create_future()
        self._channel.waiting.add(self)
        try:
            return await self._waiter
        finally:
            self._waiter = None
            self._channel.waiting.discard(self)


def _follows(head: int, events: Sequence[WireEvent]) -> bool:
    """Say whether the new ones among the events continue `head` without a gap."""
    expected = head + 1
    for event in events:
        if event.seq > expected:
            return False
        expected = max(expected, event.seq + 1)
    return True
