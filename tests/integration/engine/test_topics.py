"""Topics on a real database: order, replay to live, predicates, groups, retention, two tenants."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest
from tests.conftest import need

from evigate.base.clock import utc_now
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.topics import errors
from evigate.engine.topics.codec import encoded
from evigate.engine.topics.models import Broker, StoredBatch, Topic
from evigate.engine.topics.service import TopicService
from evigate.kernel.db import SyncDatabase

SCHEMA = pa.schema([("n", pa.int64()), ("op", pa.string())])


@pytest.fixture
def topics(database: SyncDatabase) -> Iterator[TopicService]:
    service = TopicService(database)
    yield service
    service.close()


def rows(*numbers: int) -> pa.Table:
    return pa.table(
        {"n": list(numbers), "op": ["add" if n % 3 else "drop" for n in numbers]}, SCHEMA
    )


def replay(topics: TopicService, subject: Subject, **options: object) -> pa.Table:
    return topics.subscribe(subject, "t", is_replay=True, **options).read_all()  # type: ignore[arg-type]


def test_what_is_published_comes_back_in_order_with_its_offsets(
    topics: TopicService, owner: Subject
) -> None:
    topics.register(owner, "t", SCHEMA)
    assert topics.publish(owner, "t", {"n": 1, "op": "add"}) == 0
    assert topics.publish(owner, "t", rows(2, 3, 4)) == 1
    assert topics.publish(owner, "t", [{"n": 5, "op": None}]) == 4
    found = replay(topics, owner)
    assert found.column_names == ["_offset", "n", "op", "_produced_at"]
    assert found["_offset"].to_pylist() == [0, 1, 2, 3, 4]
    assert found["n"].to_pylist() == [1, 2, 3, 4, 5]
    assert replay(topics, owner, from_offset=2)["n"].to_pylist() == [3, 4, 5]
    assert topics.publish(owner, "t", rows()) == -1


def test_a_publication_in_several_large_pieces_is_one_run_of_offsets(
    topics: TopicService, owner: Subject
) -> None:
    """20,000 rows are two batches of 0.5 MB, sent without waiting for each other's answer."""
    topics.register(owner, "t", SCHEMA)
    large = pa.table({"n": range(20_000), "op": ["x" * 30] * 20_000}, SCHEMA)
    assert topics.publish(owner, "t", large) == 0
    assert topics.publish(owner, "t", large) == 20_000
    found = replay(topics, owner)
    assert found["_offset"].to_pylist() == list(range(40_000))
    assert found["n"].to_pylist() == [*range(20_000), *range(20_000)]
    topics.drop(owner, "t")
    with pytest.raises(EvigateError) as refusal:
        topics.publish(owner, "t", large)
    assert refusal.value.code is errors.E_TOPIC_MISSING


def test_a_reader_at_the_end_is_handed_what_is_published_here(
    topics: TopicService, owner: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Out of order and from afar too: what does not begin at the position is read from the log."""
    topic = topics.register(owner, "t", SCHEMA, broker=Broker.MEMORY)
    subscription = topics.subscribe(owner, "t", timeout_s=5.0)
    asked: list[int] = []
    read = topics.log.read

    def counted(subject: Subject, topic: Topic, offset: int, **more: Any) -> list[StoredBatch]:
        asked.append(offset)
        return read(subject, topic, offset, **more)

    monkeypatch.setattr(topics.log, "read", counted)
    batches = iter(subscription)
    topics.publish(owner, "t", {"n": 1, "op": "add"})
    assert next(batches)["n"].to_pylist() == [1]
    seen = len(asked)
    topics.publish(owner, "t", {"n": 2, "op": "add"})
    assert next(batches)["n"].to_pylist() == [2]
    assert len(asked) == seen
    counts, payloads = encoded(topic, [{"n": 3, "op": "add"}], utc_now())
    topics.log.append(owner, topic, counts, payloads)
    topics.publish(owner, "t", {"n": 4, "op": "add"})
    assert [next(batches)["n"].to_pylist() for _ in range(2)] == [[3], [4]]
    assert len(asked) > seen


def test_sixty_events_by_predicate_and_by_offset(topics: TopicService, owner: Subject) -> None:
    """The numbers are those of the engine this one replaces: 20, 36 and 12."""
    topics.register(owner, "t", SCHEMA)
    table = pa.table(
        {"n": range(60), "op": ["add" if n % 3 == 0 else "put" for n in range(60)]}, SCHEMA
    )
    for start in range(0, 60, 6):
        topics.publish(owner, "t", table.slice(start, 6))
    assert replay(topics, owner, predicate="op = 'add'").num_rows == 20
    assert replay(topics, owner, from_offset=24).num_rows == 36
    assert replay(topics, owner, from_offset=24, predicate="op = 'add'").num_rows == 12


def test_from_replay_to_live_nothing_is_lost_and_nothing_comes_twice(
    topics: TopicService, owner: Subject
) -> None:
    topics.register(owner, "t", SCHEMA)
    total, seen = 400, []

    def publish() -> None:
        for n in range(total):
            topics.publish(owner, "t", rows(n))

    publisher = threading.Thread(target=publish)
    publisher.start()
    with topics.subscribe(owner, "t", timeout_s=20) as subscription:
        for batch in subscription:
            seen.extend(batch["_offset"].to_pylist())
            if len(seen) >= total:
                break
    publisher.join()
    assert seen == list(range(total))


async def test_an_async_reader_is_woken_by_another_process(
    topics: TopicService, database: SyncDatabase, owner: Subject
) -> None:
    await asyncio.to_thread(topics.register, owner, "t", SCHEMA)
    elsewhere = TopicService(database)
    subscription = await asyncio.to_thread(topics.subscribe, owner, "t", timeout_s=10)
    batches = aiter(subscription)
    first = asyncio.create_task(anext(batches))  # type: ignore[arg-type]
    await asyncio.sleep(0.3)
    began = time.monotonic()
    await asyncio.to_thread(elsewhere.publish, owner, "t", rows(7))
    batch = await first
    assert batch["n"].to_pylist() == [7]
    assert time.monotonic() - began < 0.9, "it waited for its own look instead of the note"
    subscription.close()


def test_publishers_of_several_threads_and_processes_leave_no_gap(
    topics: TopicService, database: SyncDatabase, owner: Subject
) -> None:
    topics.register(owner, "t", SCHEMA)
    services = [topics, TopicService(database)]
    offsets: list[int] = []

    def publish(service: TopicService, start: int) -> None:
        offsets.extend(service.publish(owner, "t", rows(start + n)) for n in range(50))

    threads = [threading.Thread(target=publish, args=(services[i % 2], i * 1000)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(offsets) == list(range(300))
    found = replay(topics, owner)
    assert found["_offset"].to_pylist() == list(range(300))
    for i in range(6):
        mine = [n for n in found["n"].to_pylist() if n // 1000 == i]
        assert mine == sorted(mine)


@pytest.mark.parametrize(
    "wrong",
    [
        pa.table({"n": [1]}),
        pa.table({"n": [1], "op": ["a"], "more": [1]}),
        pa.table({"n": [1.5], "op": ["a"]}),
        [{"n": "one", "op": "a"}],
        [{"n": 1, "oops": "a"}],
        [{"n": 1, "op": "a"}, "a"],
    ],
)
def test_rows_of_another_schema_are_refused(
    topics: TopicService, owner: Subject, wrong: object
) -> None:
    topics.register(owner, "t", SCHEMA)
    with pytest.raises(EvigateError) as refusal:
        topics.publish(owner, "t", wrong)
    assert refusal.value.code is errors.E_TOPIC_SCHEMA
    assert replay(topics, owner).num_rows == 0


@pytest.mark.parametrize(
    "predicate", ["abs(n) > 1", "n > (SELECT 1)", "nope = 1", "n >", "n", "n = 'x'"]
)
def test_a_predicate_beyond_the_grammar_is_refused_at_once(
    topics: TopicService, owner: Subject, predicate: str
) -> None:
    topics.register(owner, "t", SCHEMA)
    with pytest.raises(EvigateError) as refusal:
        topics.subscribe(owner, "t", predicate=predicate)
    assert refusal.value.code is errors.E_TOPIC_PREDICATE


def test_another_tenant_has_the_same_name_and_none_of_the_messages(
    topics: TopicService, owner: Subject, stranger: Subject
) -> None:
    mine = topics.register(owner, "t", SCHEMA)
    assert topics.topics(stranger) == []
    with pytest.raises(EvigateError) as refusal:
        topics.publish(stranger, "t", rows(1))
    assert refusal.value.code is errors.E_TOPIC_MISSING
    topics.register(stranger, "t", SCHEMA)
    topics.publish(owner, "t", rows(1, 2))
    topics.publish(stranger, "t", rows(9))
    assert replay(topics, stranger)["n"].to_pylist() == [9]
    assert replay(topics, owner)["n"].to_pylist() == [1, 2]
    with pytest.raises(EvigateError) as refusal:
        topics.log.append(stranger, mine, [1], [b"x"])
    assert refusal.value.code is errors.E_TOPIC_MISSING
    assert topics.log.read(stranger, mine, 0) == []


def test_merging_small_batches_moves_no_offset(topics: TopicService, owner: Subject) -> None:
    topic = topics.register(owner, "t", SCHEMA)
    for n in range(0, 6_000, 3):
        topics.log.append(owner, topic, *encode_rows(topics, owner, n, n + 1, n + 2))
    before = replay(topics, owner)
    assert topics.log.seal(owner, topic) > 0
    assert replay(topics, owner).equals(before)
    assert len(topics.log.read(owner, topic, 0)) < 2_000
    assert replay(topics, owner, from_offset=4_001)["n"].to_pylist() == list(range(4_001, 6_000))


def encode_rows(
    topics: TopicService, owner: Subject, *numbers: int, topic: str = "t"
) -> tuple[list[int], list[bytes]]:
    from evigate.base.clock import utc_now
    from evigate.engine.topics.codec import encode

    return encode(topics.get(owner, topic), rows(*numbers), utc_now())


def test_retention_forgets_the_oldest_and_says_so(topics: TopicService, owner: Subject) -> None:
    topic = topics.register(owner, "t", SCHEMA, retention_rows=10)
    for n in range(30):
        topics.publish(owner, "t", rows(n))
    topics.log.seal(owner, topic)
    assert topics.log.bounds(owner, topic) == (20, 30)
    with pytest.raises(EvigateError) as refusal:
        topics.subscribe(owner, "t", from_offset=3)
    assert refusal.value.code is errors.E_TOPIC_OFFSET
    assert replay(topics, owner, from_offset=20)["n"].to_pylist() == list(range(20, 30))
    assert topics.publish(owner, "t", rows(30)) == 30


def test_a_group_hands_each_message_to_one_consumer_and_again_when_it_is_late(
    topics: TopicService, owner: Subject
) -> None:
    topic = topics.register(owner, "t", SCHEMA, attempts_max=2)
    topics.publish(owner, "t", rows(*range(6)))
    take = topics.groups.take
    mine = take(owner, topic, "g", "a", limit=4, lease_s=30)
    yours = take(owner, topic, "g", "b", limit=4, lease_s=0.2)
    assert (mine["n"].to_pylist(), yours["n"].to_pylist()) == ([0, 1, 2, 3], [4, 5])
    topics.groups.acknowledge(owner, topic, "g", "a", [0, 1, 2])
    topics.groups.refuse(owner, topic, "g", "a", [3], "not now")
    time.sleep(0.3)
    again = take(owner, topic, "g", "c", limit=10, lease_s=0.2)
    assert again["n"].to_pylist() == [3, 4, 5]
    with pytest.raises(EvigateError) as refusal:
        topics.groups.acknowledge(owner, topic, "g", "b", [4])
    assert refusal.value.code is errors.E_GROUP_ACK
    topics.groups.refuse(owner, topic, "g", "c", [3], "cannot parse")
    time.sleep(0.3)
    assert take(owner, topic, "g", "d", limit=10, lease_s=1).num_rows == 0
    dead = topics.groups.dead_letters(owner, topic, "g")
    assert [(each.message_offset, each.reason) for each in dead] == [
        (3, "cannot parse"),
        (4, "not acknowledged in time"),
        (5, "not acknowledged in time"),
    ]
    assert topics.groups.revive(owner, topic, "g", [4]) == 1
    assert take(owner, topic, "g", "d", limit=10, lease_s=1)["n"].to_pylist() == [4]
    (group,) = topics.groups.groups(owner, topic)
    assert (group.pending, group.dead, group.lag) == (1, 2, 0)


def test_groups_are_apart_and_one_may_begin_later(topics: TopicService, owner: Subject) -> None:
    topic = topics.register(owner, "t", SCHEMA, broker=Broker.MEMORY)
    topics.publish(owner, "t", rows(*range(5)))
    take = topics.groups.take
    assert take(owner, topic, "x", "a", limit=2, lease_s=9)["n"].to_pylist() == [0, 1]
    assert take(owner, topic, "y", "a", limit=9, lease_s=9, from_offset=3)["n"].to_pylist() == [
        3,
        4,
    ]
    assert take(owner, topic, "x", "a", limit=9, lease_s=9)["n"].to_pylist() == [2, 3, 4]


NATS_URL = "nats://127.0.0.1:4222"


def nats_is_there() -> bool:
    try:
        socket.create_connection(("127.0.0.1", 4222), timeout=1).close()
    except OSError:
        return False
    return True


async def read_jetstream(name: str, count: int) -> list[tuple[dict[str, str], pa.Table]]:
    import nats

    client = await nats.connect(NATS_URL)
    stream = client.jetstream()
    reader = await stream.subscribe(name, ordered_consumer=True)
    found = []
    for _ in range(count):
        message = await reader.next_msg(timeout=5)
        found.append((message.headers, pa.ipc.open_stream(message.data).read_all()))
    with pytest.raises(TimeoutError):
        await reader.next_msg(timeout=0.3)
    await client.close()
    return found


async def test_a_relayed_topic_reaches_jetstream_once_and_in_order(
    database: SyncDatabase, owner: Subject
) -> None:
    need("NATS with JetStream on port 4222", is_there=nats_is_there())
    service = TopicService(database, nats_url=NATS_URL)

    def publish() -> None:
        service.register(owner, "relayed", SCHEMA, broker=Broker.NATS)
        for n in range(3):
            service.publish(owner, "relayed", rows(n, n + 10))
        service.relay().flush(owner, "relayed")
        service.relay().flush(owner, "relayed")

    await asyncio.to_thread(publish)
    found = await read_jetstream(f"evigate.{owner.tenant_id}.relayed", 3)
    assert [headers["evigate-first-offset"] for headers, _ in found] == ["0", "2", "4"]
    assert [table["n"].to_pylist() for _, table in found] == [[0, 10], [1, 11], [2, 12]]
    await asyncio.to_thread(service.close)


async def test_what_a_dead_process_did_not_relay_the_next_one_does(
    database: SyncDatabase, owner: Subject
) -> None:
    need("NATS with JetStream on port 4222", is_there=nats_is_there())
    service = TopicService(database, nats_url=NATS_URL)
    topic = await asyncio.to_thread(service.register, owner, "orphan", SCHEMA, broker=Broker.NATS)
    # The row is there and nobody was told: as after a kill between commit and fan-out.
    counts, payloads = await asyncio.to_thread(encode_rows, service, owner, 5, topic="orphan")
    await asyncio.to_thread(service.log.append, owner, topic, counts, payloads)
    await asyncio.to_thread(service.close)
    heir = TopicService(database, nats_url=NATS_URL)
    await asyncio.to_thread(heir.publish, owner, "orphan", rows(6))
    await asyncio.to_thread(heir.relay().flush, owner, "orphan")
    found = await read_jetstream(f"evigate.{owner.tenant_id}.orphan", 2)
    assert [table["n"].to_pylist() for _, table in found] == [[5], [6]]
    await asyncio.to_thread(heir.close)


def test_a_topic_for_a_broker_that_is_not_there_is_refused(
    topics: TopicService, database: SyncDatabase, owner: Subject
) -> None:
    dead = TopicService(database, nats_url="nats://127.0.0.1:1")
    for service in (topics, dead):
        with pytest.raises(EvigateError) as refusal:
            service.register(owner, "t", SCHEMA, broker=Broker.NATS)
        assert refusal.value.code is errors.E_BROKER_UNAVAILABLE
    assert topics.topics(owner) == []
    dead.close()
