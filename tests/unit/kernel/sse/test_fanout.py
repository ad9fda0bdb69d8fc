"""The hub: every reader gets every event once and in order, whenever it joins, whoever stalls."""

import asyncio
import random
import re
from collections import Counter
from collections.abc import Sequence

import pytest

from evigate.base.errors import EvigateError
from evigate.kernel.http import fanout
from evigate.kernel.http.fanout import Fanout, Subscription
from evigate.kernel.http.frames import CLOSE_FRAME, HEARTBEAT_FRAME, WireEvent


class Log:
    """A stream's events as a database would hold them; counts what it is asked for."""

    def __init__(self) -> None:
        self.events: list[WireEvent] = []
        self.calls: Counter[int] = Counter()
        self.delay_s = 0.0
        self.failure: Exception | None = None

    def add(self, count: int, *, is_last: bool = False) -> list[WireEvent]:
        begin = len(self.events) + 1
        new = [WireEvent(seq, "log_line", {"n": seq}) for seq in range(begin, begin + count)]
        if is_last:
            new[-1] = WireEvent(new[-1].seq, "run_complete", {}, is_last=True)
        self.events += new
        return new

    async def replay(self, stream: str, after_seq: int, limit: int) -> Sequence[WireEvent]:
        self.calls[after_seq] += 1
        found = [event for event in self.events if event.seq > after_seq][:limit]
        await asyncio.sleep(self.delay_s)
        if self.failure:
            raise self.failure
        return found


async def _read_all(subscription: Subscription) -> bytes:
    received = await subscription.ready_piece()
    while (piece := await subscription.next_piece()) is not None:
        received += piece
    subscription.close()
    return received


def _ids(received: bytes) -> list[int]:
    return [int(found) for found in re.findall(rb"^id: (\d+)$", received, re.MULTILINE)]


async def test_a_late_reader_gets_each_event_once_though_events_come_while_it_joins() -> None:
    """The seed's fault: joining after 3 of 4 events gave 7, history and queue both."""
    log = Log()
    log.delay_s = 0.01
    hub = Fanout(log.replay)
    log.add(3)
    reader = asyncio.create_task(_read_all(hub.subscribe("run")))
    await asyncio.sleep(0.005)
    hub.publish("run", log.add(1, is_last=True))
    received = await asyncio.wait_for(reader, 30)
    assert _ids(received) == [1, 2, 3, 4]
    assert received.endswith(b"event: run_complete\ndata: {}\n\n" + CLOSE_FRAME)
    assert hub.subscriber_count == 0


@pytest.mark.parametrize("seed", range(5))
async def test_readers_joining_at_random_get_all_events_from_their_offset_on(seed: int) -> None:
    """Bursts, wakes that come late or twice, a window too small for a burst, random offsets."""
    chance = random.Random(seed)
    log = Log()
    hub = Fanout(log.replay, window_bytes=2_000, piece_bytes=300, flush_interval_s=0.001)
    readers: list[tuple[int, asyncio.Task[bytes]]] = []
    for _ in range(60):
        log.delay_s = chance.choice([0, 0, 0.001, 0.003])
        new = log.add(chance.randint(1, 40))
        action = chance.randint(0, 3)
        if action == 0:
            hub.publish("run", new)
        elif action < 3:
            hub.wake("run", new[-1].seq if chance.random() < 0.5 else None)
        if chance.random() < 0.4:
            offset = chance.randint(0, len(log.events))
            readers.append((offset, asyncio.create_task(_read_all(hub.subscribe("run", offset)))))
        await asyncio.sleep(chance.choice([0, 0.001, 0.002]))
    hub.publish("run", log.add(1, is_last=True))
    total = len(log.events)
    for offset, reader in readers:
        assert _ids(await asyncio.wait_for(reader, 30)) == list(range(offset + 1, total + 1))


async def test_one_wake_reads_once_for_all_readers() -> None:
    log = Log()
    hub = Fanout(log.replay)
    log.add(2)
    readers = [asyncio.create_task(_read_all(hub.subscribe("run"))) for _ in range(50)]
    await asyncio.sleep(0.02)
    assert log.calls == {0: 1}
    log.add(3, is_last=True)
    hub.wake("run", 5)
    for received in await asyncio.wait_for(asyncio.gather(*readers), 30):
        assert _ids(received) == [1, 2, 3, 4, 5]
    assert log.calls == {0: 1, 2: 1}


async def test_a_wake_for_what_is_known_or_for_a_stream_nobody_reads_asks_nothing() -> None:
    log = Log()
    hub = Fanout(log.replay)
    log.add(2)
    hub.wake("run", 2)
    reader = asyncio.create_task(_read_all(hub.subscribe("run")))
    await asyncio.sleep(0.02)
    hub.wake("run", 2)
    hub.wake("other", 9)
    await asyncio.sleep(0.02)
    assert log.calls == {0: 1}
    hub.close()
    assert _ids(await asyncio.wait_for(reader, 30)) == [1, 2]


async def test_a_client_comes_back_with_its_offset_and_misses_nothing() -> None:
    log = Log()
    hub = Fanout(log.replay)
    log.add(10)
    first = hub.subscribe("run")
    assert _ids(await first.ready_piece()) == list(range(1, 11))
    first.close()
    log.add(5, is_last=True)
    assert _ids(await _read_all(hub.subscribe("run", after_seq=10))) == [11, 12, 13, 14, 15]


async def test_a_client_that_has_the_last_event_is_told_that_it_is_over() -> None:
    log = Log()
    hub = Fanout(log.replay)
    log.add(4, is_last=True)
    for _ in range(2):
        subscription = hub.subscribe("run", after_seq=4)
        assert await subscription.ready_piece() == b""
        assert subscription.is_over
        assert await subscription.next_piece() is None
    subscription.close()


async def test_an_offset_that_never_was_begins_anew_and_harms_no_other_reader() -> None:
    log = Log()
    hub = Fanout(log.replay)
    log.add(3)
    liar = asyncio.create_task(_read_all(hub.subscribe("run", after_seq=10**9)))
    await asyncio.sleep(0.01)
    honest = asyncio.create_task(_read_all(hub.subscribe("run", after_seq=1)))
    await asyncio.sleep(0.01)
    hub.publish("run", log.add(1, is_last=True))
    assert _ids(await asyncio.wait_for(honest, 30)) == [2, 3, 4]
    assert _ids(await asyncio.wait_for(liar, 30)) == [1, 2, 3, 4]


async def test_a_history_longer_than_a_page_comes_whole() -> None:
    log = Log()
    hub = Fanout(log.replay, window_bytes=4_000)
    log.add(3 * fanout.PAGE_COUNT, is_last=True)
    assert _ids(await _read_all(hub.subscribe("run"))) == list(range(1, 3 * fanout.PAGE_COUNT + 1))


async def test_a_reader_who_stalls_holds_no_memory_and_is_replayed_when_it_returns() -> None:
    log = Log()
    hub = Fanout(log.replay, window_bytes=10_000, piece_bytes=2_000, flush_interval_s=0)
    stalled = hub.subscribe("run")
    await stalled.ready_piece()
    quick = asyncio.create_task(_read_all(hub.subscribe("run")))
    await asyncio.sleep(0)
    for _ in range(200):
        hub.publish("run", log.add(25))
        await asyncio.sleep(0)
    channel = stalled._channel
    assert channel is not None and channel.window is not None
    assert channel.window.size_bytes <= 10_000
    assert channel.window.base > 4_000
    hub.publish("run", log.add(1, is_last=True))
    assert _ids(await asyncio.wait_for(quick, 30)) == list(range(1, 5_002))
    assert _ids(await asyncio.wait_for(_read_all(stalled), 30)) == list(range(1, 5_002))


async def test_a_reader_who_takes_nothing_in_time_is_dropped_and_others_are_not() -> None:
    log = Log()
    hub = Fanout(log.replay, stall_s=0.05, heartbeat_s=10)
    log.add(1)
    dropped = asyncio.Event()
    stalled = hub.subscribe("run")
    stalled.on_drop = dropped.set
    assert await stalled.ready_piece()
    healthy = hub.subscribe("run")
    healthy.on_drop = lambda: pytest.fail("a reader who waits is not stalled")
    await healthy.ready_piece()
    waiting = asyncio.create_task(healthy.next_piece())
    await asyncio.wait_for(dropped.wait(), 30)
    stalled.close()
    hub.publish("run", log.add(1))
    assert _ids(await asyncio.wait_for(waiting, 30) or b"") == [2]
    healthy.close()


async def test_a_quiet_reader_gets_heartbeats_and_events_between_them() -> None:
    log = Log()
    hub = Fanout(log.replay, heartbeat_s=0.02)
    subscription = hub.subscribe("run")
    assert await subscription.ready_piece() == b""
    assert await asyncio.wait_for(subscription.next_piece(), 30) == HEARTBEAT_FRAME
    assert await asyncio.wait_for(subscription.next_piece(), 30) == HEARTBEAT_FRAME
    waiting = asyncio.create_task(subscription.next_piece())
    await asyncio.sleep(0)
    hub.publish("run", log.add(1))
    assert _ids(await asyncio.wait_for(waiting, 30) or b"") == [1]
    subscription.close()


async def test_a_burst_is_handed_out_together() -> None:
    log = Log()
    hub = Fanout(log.replay, flush_interval_s=0.05)
    subscription = hub.subscribe("run")
    await subscription.ready_piece()
    waiting = asyncio.create_task(subscription.next_piece())
    await asyncio.sleep(0)
    for _ in range(100):
        hub.publish("run", log.add(1))
    assert _ids(await asyncio.wait_for(waiting, 30) or b"") == list(range(1, 101))
    subscription.close()


async def test_published_events_that_leave_a_gap_are_read_from_the_source() -> None:
    log = Log()
    hub = Fanout(log.replay)
    reader = asyncio.create_task(_read_all(hub.subscribe("run")))
    await asyncio.sleep(0.01)
    log.add(3)
    hub.publish("run", log.add(1, is_last=True))
    assert _ids(await asyncio.wait_for(reader, 30)) == [1, 2, 3, 4]


async def test_a_source_that_fails_ends_the_streams_so_that_clients_come_back() -> None:
    log = Log()
    hub = Fanout(log.replay)
    log.add(2)
    reader = asyncio.create_task(_read_all(hub.subscribe("run")))
    await asyncio.sleep(0.01)
    log.failure = ConnectionError("the database is away")
    hub.wake("run")
    received = await asyncio.wait_for(reader, 30)
    assert _ids(received) == [1, 2]
    assert CLOSE_FRAME not in received
    log.failure = None
    log.add(1, is_last=True)
    assert _ids(await _read_all(hub.subscribe("run", after_seq=2))) == [3]


async def test_wake_all_finds_what_a_deaf_listener_missed() -> None:
    log = Log()
    hub = Fanout(log.replay)
    reader = asyncio.create_task(_read_all(hub.subscribe("run")))
    await asyncio.sleep(0.01)
    log.add(2, is_last=True)
    hub.wake_all()
    assert _ids(await asyncio.wait_for(reader, 30)) == [1, 2]


async def test_readers_beyond_the_limit_are_refused_until_one_leaves() -> None:
    hub = Fanout(Log().replay, subscribers_max=1)
    first = hub.subscribe("run")
    await first.ready_piece()
    with pytest.raises(EvigateError, match="E_STREAMS_FULL"):
        hub.subscribe("run")
    first.close()
    hub.subscribe("run")


async def test_nothing_is_left_running_when_the_last_reader_leaves() -> None:
    log = Log()
    log.delay_s = 10
    before = asyncio.all_tasks()
    hub = Fanout(log.replay)
    subscription = hub.subscribe("run")
    reading = asyncio.create_task(subscription.ready_piece())
    await asyncio.sleep(0.01)
    reading.cancel()
    subscription.close()
    await asyncio.sleep(0.01)
    assert asyncio.all_tasks() == before
    assert hub.subscriber_count == 0
