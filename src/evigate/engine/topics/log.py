"""The log of topics in the database: append, read by offset, merge small batches, forget old ones.

Publishers of one process that meet at a topic share a commit: whoever comes first writes for all
who wait, so a hundred of them cost a few commits and not a hundred.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog
from psycopg import Cursor

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.topics.codec import PAYLOAD_ROWS, merged
from evigate.engine.topics.errors import E_TOPIC_MISSING, E_TOPIC_OFFSET
from evigate.engine.topics.models import Broker, StoredBatch, Topic
from evigate.kernel.db import SyncDatabase, SyncTx, load_sync_queries

log = structlog.get_logger(__name__)

_queries = load_sync_queries(__package__)

READ_BATCHES = 256
# So many small batches in a row are made one, so that a replay does not pay for each.
SEAL_BATCHES = 2_048
SEAL_ROWS_MIN = 4_096
# Not among the named queries: these are sent thousands of times a second.
PUBLISH = "SELECT engine.publish(%b, %b, %b, %b) AS first_offset"
PUBLISH_MANY = "SELECT engine.publish_many(%b, %b::int[], %b::bytea[], %b) AS first_offset"
# Many small payloads travel as one array; large ones one by one without waiting for answers, which
# took a fifth of the time for two of 3 MB: the array is unpacked and copied at each turn.
ARRAY_BYTES_MAX = 1 << 18


def _closed() -> threading.Lock:
    """Return a lock that is taken: who takes it again waits until somebody opens it."""
    door = threading.Lock()
    door.acquire()
    return door


@dataclass(slots=True)
class _Waiting:
    """What one publisher wants written, and the door behind which it waits for others to do it."""

    counts: list[int]
    payloads: list[bytes]
    first_offset: int | None = None
    error: Exception | None = None
    is_leader: bool = False
    door: threading.Lock = field(default_factory=_closed)


@dataclass(slots=True)
class _Line:
    """Those who wait to publish to one topic; one of them at a time writes for all."""

    waiting: list[_Waiting] = field(default_factory=list)
    is_writing: bool = False
    unsealed: int = 0


def topic_of(row: Mapping[str, Any]) -> Topic:
    """Return a row of the catalog as a topic."""
    values = dict(row)
    return Topic(
        **{
            **values,
            "schema_bytes": bytes(values["schema_bytes"]),
            "broker": Broker(values["broker"]),
        }
    )


class TopicLog:
    """Batches of every tenant's topics."""

    def __init__(self, database: SyncDatabase) -> None:
        self._database = database
        self._lines: dict[UUID, _Line] = {}
        self._lock = threading.Lock()

    def append(
        self, subject: Subject, topic: Topic, counts: list[int], payloads: list[bytes]
    ) -> int:
        """Write batches durably and return the offset of their first row.

        Raises:
            EvigateError[E_TOPIC_MISSING]: the topic is gone; nothing was written.
        """
        mine = _Waiting(counts, payloads)
        line = self._line(topic)
        with self._lock:
            line.waiting.append(mine)
            mine.is_leader = not line.is_writing
            line.is_writing = True
        if not mine.is_leader:
            mine.door.acquire()
        if mine.is_leader:
            self._lead(subject, topic, line)
        if mine.error is not None:
            raise mine.error
        assert mine.first_offset is not None
        self._seal_sometimes(subject, topic, line, len(counts))
        return mine.first_offset

    def _lead(self, subject: Subject, topic: Topic, line: _Line) -> None:
        """Write for all who wait, make the first who came meanwhile the next to, and wake them.

        Each is woken once; when they queued for one lock, fifty woke one after the other to find
        that they were done.
        """
        with self._lock:
            batch, line.waiting = line.waiting, []
        try:
            self._write(subject, topic, batch)
        finally:
            with self._lock:
                heir = line.waiting[0] if line.waiting else None
                line.is_writing = heir is not None
                if heir is not None:
                    heir.is_leader = True
            for each in batch if heir is None else [heir, *batch]:
                each.door.release()

    def _line(self, topic: Topic) -> _Line:
        with self._lock:
            return self._lines.setdefault(topic.id, _Line())

    def _write(self, subject: Subject, topic: Topic, batch: list[_Waiting]) -> None:
        try:
            with self._database.read(subject) as tx:
                first = _publish(
                    tx,
                    topic,
                    [count for each in batch for count in each.counts],
                    [payload for each in batch for payload in each.payloads],
                )
            if first is None:
                raise EvigateError(E_TOPIC_MISSING, f"There is no topic {topic.name!r}.")
            for each in batch:
                each.first_offset = first
                first += sum(each.counts)
        except Exception as error:
            for each in batch:
                each.error = error

    def read(
        self, subject: Subject, topic: Topic, from_offset: int, *, limit: int = READ_BATCHES
    ) -> list[StoredBatch]:
        """Return batches in the order of their offsets, the first of which may begin before it."""
        with self._database.read(subject) as tx:
            rows = _queries.read_batches(
                tx.connection, id=topic.id, from_offset=from_offset, limit=limit
            )
        return [StoredBatch(**row) for row in rows]

    def bounds(self, subject: Subject, topic: Topic) -> tuple[int, int]:
        """Return the first offset that is there and the next that will be given.

        Raises:
            EvigateError[E_TOPIC_MISSING]: the topic is gone.
        """
        with self._database.read(subject) as tx:
            row = _queries.read_bounds(tx.connection, id=topic.id)
        if row is None:
            raise EvigateError(E_TOPIC_MISSING, f"There is no topic {topic.name!r}.")
        return row["first_offset"], row["next_offset"]

    def check_offset(self, subject: Subject, topic: Topic, offset: int) -> None:
        """Refuse an offset that retention has removed, or that is beyond the topic's end.

        Raises:
            EvigateError[E_TOPIC_OFFSET]: it is not there to begin at.
        """
        first, next_ = self.bounds(subject, topic)
        if not first <= offset <= next_:
            message = f"{topic.name!r} holds the offsets {first} to {next_ - 1}, not {offset}."
            raise EvigateError(E_TOPIC_OFFSET, message)

    def mark_relayed(self, subject: Subject, topic: Topic, offset: int) -> None:
        """Keep that everything below an offset was relayed; it never goes back."""
        with self._database.read(subject) as tx:
            _queries.set_relayed(tx.connection, id=topic.id, relayed_offset=offset)

    def _seal_sometimes(self, subject: Subject, topic: Topic, line: _Line, batches: int) -> None:
        with self._lock:
            line.unsealed += batches
            if line.unsealed < SEAL_BATCHES:
                return
            line.unsealed = 0
        try:
            self.seal(subject, topic)
        except Exception as error:
            # What was published stands; merging is for speed, and is tried again later.
            log.warning("topic_not_sealed", topic=topic.name, error=repr(error))

    def seal(self, subject: Subject, topic: Topic) -> int:
        """Merge runs of small batches and forget what retention does; return batches removed.

        Readers are not disturbed: each offset is in exactly one batch at any moment.
        """
        removed = 0
        while True:
            with self._database.tx(subject) as tx:
                row = _queries.lock_topic(tx.connection, id=topic.id)
                if row is None:
                    return removed
                done = self._seal_run(tx, topic_of(row))
                if not done:
                    removed += self._forget(tx, topic_of(row))
                    return removed
            removed += done

    def _seal_run(self, tx: SyncTx, topic: Topic) -> int:
        start = max(topic.sealed_offset, topic.first_offset)
        rows = _queries.batches_to_seal(
            tx.connection, id=topic.id, from_offset=start, limit=SEAL_BATCHES
        )
        rows = _within(rows, PAYLOAD_ROWS)
        count = sum(row["row_count"] for row in rows)
        end = start + count
        if count < SEAL_ROWS_MIN and len(rows) < SEAL_BATCHES:
            return 0
        if len(rows) > 1:
            newest = max(row["produced_at"] for row in rows)
            stored = [StoredBatch(r["first_offset"], r["row_count"], r["payload"]) for r in rows]
            _queries.delete_batches(tx.connection, id=topic.id, from_offset=start, to_offset=end)
            for each in merged(topic, stored):
                _queries.insert_batch(
                    tx.connection,
                    id=topic.id,
                    first_offset=each.first_offset,
                    row_count=each.row_count,
                    payload=each.payload,
                    produced_at=newest,
                )
        _queries.set_sealed(tx.connection, id=topic.id, sealed_offset=end)
        return len(rows)

    def _forget(self, tx: SyncTx, topic: Topic) -> int:
        """Remove whole batches that retention no longer keeps."""
        floor = 0
        if topic.retention_rows is not None:
            floor = topic.next_offset - topic.retention_rows
        end = _queries.outdated_offset(
            tx.connection, id=topic.id, floor=floor, retention_s=topic.retention_s
        )
        if end is None:
            return 0
        removed: int = _queries.delete_batches(
            tx.connection, id=topic.id, from_offset=0, to_offset=end
        )
        _queries.set_first(tx.connection, id=topic.id, first_offset=end)
        return removed


def _publish(tx: SyncTx, topic: Topic, counts: list[int], payloads: list[bytes]) -> int | None:
    """Write batches in one commit; return the first offset, None where the topic is gone."""
    is_noted = topic.broker is not Broker.MEMORY
    if len(counts) == 1:
        values = (topic.id, counts[0], payloads[0], is_noted)
        return _first_of(tx.connection.execute(PUBLISH, values))
    if sum(len(payload) for payload in payloads) <= ARRAY_BYTES_MAX:
        many = (topic.id, counts, payloads, is_noted)
        return _first_of(tx.connection.execute(PUBLISH_MANY, many))
    with tx.connection.pipeline(), tx.connection.transaction():
        sent = [
            tx.connection.execute(PUBLISH, (topic.id, count, payload, is_noted and number == 0))
            for number, (count, payload) in enumerate(zip(counts, payloads, strict=True))
        ]
        return _first_of(sent[0])


def _first_of(answer: Cursor[dict[str, Any]]) -> int | None:
    row = answer.fetchone()
    return None if row is None else row["first_offset"]


def _within(rows: Sequence[Mapping[str, Any]], rows_max: int) -> list[Mapping[str, Any]]:
    """Return the leading batches that together hold no more rows; at least one."""
    kept: list[Mapping[str, Any]] = []
    count = 0
    for row in rows:
        count += row["row_count"]
        if kept and count > rows_max:
            break
        kept.append(row)
    return kept
