"""Consumer groups: each message to one consumer, until it is acknowledged or given up.

A message that is handed out is leased. Acknowledged, it is done; not in time, it goes to the next
who asks; after `attempts_max` attempts it is a dead letter, kept with its reason and revivable.
"""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.topics.codec import read_schema, with_offsets
from evigate.engine.topics.errors import E_GROUP_ACK, E_GROUP_NAME
from evigate.engine.topics.log import TopicLog
from evigate.engine.topics.models import OFFSET, DeadLetter, Group, Topic
from evigate.kernel.db import SyncDatabase, SyncTx, load_sync_queries

NAME_CHARS_MAX = 100

_queries = load_sync_queries(__package__)


class Groups:
    """The consumer groups of every tenant's topics."""

    def __init__(self, database: SyncDatabase, log: TopicLog) -> None:
        self._database = database
        self._log = log

    def take(
        self,
        subject: Subject,
        topic: Topic,
        group: str,
        consumer: str,
        *,
        limit: int,
        lease_s: float,
        from_offset: int = 0,
    ) -> pa.Table:
        """Lease at most `limit` messages, late ones first; empty where there is none.

        A group begins at `from_offset` when it is first named.

        Raises:
            EvigateError[E_GROUP_NAME]: a group or consumer has no name, or a very long one.
        """
        for name in (group, consumer):
            if not 1 <= len(name) <= NAME_CHARS_MAX:
                raise EvigateError(E_GROUP_NAME, f"{name!r} cannot name a group or a consumer.")
        with self._database.tx(subject) as tx:
            offsets = self._lease(tx, topic, group, consumer, limit, lease_s, from_offset)
        return self._rows(subject, topic, sorted(offsets))

    def _lease(
        self,
        tx: SyncTx,
        topic: Topic,
        group: str,
        consumer: str,
        limit: int,
        lease_s: float,
        from_offset: int,
    ) -> list[int]:
        names = {"id": topic.id, "name": group}
        _queries.ensure_group(tx.connection, **names, next_offset=from_offset)
        place = _queries.lock_group(tx.connection, **names)
        first = place["topic_first"]
        _queries.bury_expired(
            tx.connection, **names, attempts_max=topic.attempts_max, first_offset=first
        )
        again = _queries.lease_again(
            tx.connection, **names, consumer=consumer, lease_s=lease_s, limit=limit
        )
        offsets = [int(row["message_offset"]) for row in again]
        start = max(place["next_offset"], first)
        end = min(place["topic_next"], start + limit - len(offsets))
        if end > start:
            _queries.lease_new(
                tx.connection,
                **names,
                consumer=consumer,
                lease_s=lease_s,
                from_offset=start,
                to_offset=end,
            )
            _queries.advance_group(tx.connection, **names, next_offset=end)
            offsets.extend(range(start, end))
        return offsets

    def _rows(self, subject: Subject, topic: Topic, offsets: Sequence[int]) -> pa.Table:
        wanted = pa.array(offsets, pa.int64())
        batches: list[pa.RecordBatch] = []
        position = 0
        while position < len(offsets):
            stored = self._log.read(subject, topic, offsets[position], limit=64)
            for each in stored:
                batch = with_offsets(topic, each, offsets[position])
                keep = pc.is_in(batch.column(OFFSET), value_set=wanted)
                batches.append(batch.filter(keep))
                end = each.first_offset + each.row_count
                while position < len(offsets) and offsets[position] < end:
                    position += 1
                if position == len(offsets):
                    break
            if not stored:
                break
        return pa.Table.from_batches(batches, read_schema(topic))

    def acknowledge(
        self, subject: Subject, topic: Topic, group: str, consumer: str, offsets: Sequence[int]
    ) -> None:
        """Say that messages are done with.

        Raises:
            EvigateError[E_GROUP_ACK]: one of them is no longer this consumer's; none is taken.
        """
        wanted = sorted(set(offsets))
        with self._database.tx(subject) as tx:
            done = _queries.acknowledge(
                tx.connection, id=topic.id, name=group, consumer=consumer, offsets=wanted
            )
            if done != len(wanted):
                lost = len(wanted) - done
                message = f"Of {len(wanted)} messages {lost} are no longer with {consumer!r}."
                raise EvigateError(E_GROUP_ACK, message)

    def refuse(
        self,
        subject: Subject,
        topic: Topic,
        group: str,
        consumer: str,
        offsets: Sequence[int],
        reason: str,
    ) -> None:
        """Give messages back, to whoever asks next or, at the last attempt, to the dead."""
        names = {"id": topic.id, "name": group, "consumer": consumer, "offsets": list(offsets)}
        with self._database.tx(subject) as tx:
            _queries.bury(tx.connection, **names, reason=reason, attempts_max=topic.attempts_max)
            _queries.release(tx.connection, **names)

    def groups(self, subject: Subject, topic: Topic) -> list[Group]:
        """Return the topic's groups, by name."""
        with self._database.read(subject) as tx:
            return [Group(**row) for row in _queries.list_groups(tx.connection, id=topic.id)]

    def dead_letters(self, subject: Subject, topic: Topic, group: str) -> list[DeadLetter]:
        """Return what the group gave up, by offset."""
        with self._database.read(subject) as tx:
            rows = _queries.list_dead(tx.connection, id=topic.id, name=group)
        return [DeadLetter(**row) for row in rows]

    def revive(self, subject: Subject, topic: Topic, group: str, offsets: Sequence[int]) -> int:
        """Hand dead letters out again, their attempts counted anew; return how many there were."""
        with self._database.tx(subject) as tx:
            done: int = _queries.revive_dead(
                tx.connection, id=topic.id, name=group, offsets=list(offsets)
            )
        return done
