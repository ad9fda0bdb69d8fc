"""`db.topics`: streams with a schema, replayable by offset."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.results import Result
from evigate.engine.sources.names import check_name
from evigate.engine.topics.errors import E_TOPIC_MISSING, E_TOPIC_NAME, E_TOPIC_SCHEMA
from evigate.engine.topics.models import Broker, DeadLetter, Group, Topic
from evigate.engine.topics.subscribe import Subscription
from evigate.engine.verbs import READ, WRITE, Answer, verb

if TYPE_CHECKING:
    from evigate.engine.core import Core


@dataclass(frozen=True, slots=True)
class TopicView:
    """A topic as people see it; `columns` maps names to Arrow types."""

    name: str
    columns: Mapping[str, str]
    broker: str
    first_offset: int
    next_offset: int
    retention_rows: int | None
    retention_s: int | None
    attempts_max: int
    created_at: datetime


class TopicVerbs:
    """The verbs on topics of one tenant."""

    def __init__(self, core: "Core", subject: Subject) -> None:
        self.core = core
        self.subject = subject

    @verb(WRITE)
    def register(
        self,
        name: str,
        schema: pa.Schema | Mapping[str, str],
        *,
        broker: str = "postgres",
        retention_rows: int | None = None,
        retention_s: int | None = None,
        attempts_max: int = 5,
    ) -> TopicView:
        """Add a topic.

        Args:
            schema: of a message; a pyarrow schema, or types by column ("int64", "string", ...).
            broker: who wakes readers: "memory", "postgres" or "nats"; the log is always kept.
            retention_rows, retention_s: what the topic forgets beyond; None keeps everything.
            attempts_max: of a consumer group, before a message is a dead letter.
        """
        check_name(name, code=E_TOPIC_NAME, what="topic")
        topic = self.core.topics.register(
            self.subject,
            name,
            schema if isinstance(schema, pa.Schema) else _schema(schema),
            broker=Broker(broker),
            retention_rows=retention_rows,
            retention_s=retention_s,
            attempts_max=attempts_max,
        )
        return _view(topic)

    @verb(READ)
    def list(self) -> list[TopicView]:
        """Return the topics, by name."""
        return [_view(topic) for topic in self.core.topics.topics(self.subject)]

    @verb(READ)
    def describe(self, name: str) -> TopicView:
        """Return one topic, with the offsets that it holds."""
        return _view(self.core.topics.get(self.subject, name))

    @verb(WRITE)
    def drop(self, name: str, *, if_exists: bool = False) -> None:
        """Remove a topic with all its messages and groups."""
        try:
            self.core.topics.drop(self.subject, name)
        except EvigateError as error:
            if not if_exists or error.code is not E_TOPIC_MISSING:
                raise

    @verb(WRITE)
    def publish(self, name: str, rows: Any) -> int:
        """Write one message or many, durably, and return the offset of the first.

        Args:
            rows: a dictionary, a list of them, or a table of exactly the topic's columns.
        """
        return self.core.topics.publish(self.subject, name, rows)

    @verb(READ, Answer.STREAM)
    def subscribe(
        self,
        name: str,
        *,
        from_offset: int | None = 0,
        predicate: str = "",
        replay_only: bool = False,
        timeout_s: float | None = None,
    ) -> Subscription:
        """Read from an offset on: batches as a sync or async iterator, replay first, then live.

        Args:
            from_offset: where to begin; None for what comes next.
            predicate: messages for which it is not true are left out.
            replay_only: end where the topic ends now.
            timeout_s: end after so long without a message.
        """
        return self.core.topics.subscribe(
            self.subject,
            name,
            from_offset=from_offset,
            predicate=predicate,
            is_replay=replay_only,
            timeout_s=timeout_s,
        )

    @verb(WRITE, Answer.TABLE)
    def consume(
        self,
        name: str,
        group: str,
        *,
        consumer: str = "default",
        limit: int = 100,
        lease_s: float = 30.0,
        from_offset: int = 0,
    ) -> Result:
        """Lease messages to a consumer of a group; acknowledge them before the lease runs out."""
        topic = self.core.topics.get(self.subject, name)
        found = self.core.topics.groups.take(
            self.subject,
            topic,
            group,
            consumer,
            limit=limit,
            lease_s=lease_s,
            from_offset=from_offset,
        )
        return Result(found)

    @verb(WRITE)
    def acknowledge(
        self, name: str, group: str, offsets: Sequence[int], *, consumer: str = "default"
    ) -> None:
        """Say that leased messages are done with."""
        topic = self.core.topics.get(self.subject, name)
        self.core.topics.groups.acknowledge(self.subject, topic, group, consumer, offsets)

    @verb(WRITE)
    def refuse(
        self,
        name: str,
        group: str,
        offsets: Sequence[int],
        *,
        reason: str,
        consumer: str = "default",
    ) -> None:
        """Give leased messages back; at their last attempt they become dead letters."""
        topic = self.core.topics.get(self.subject, name)
        groups = self.core.topics.groups
        groups.refuse(self.subject, topic, group, consumer, offsets, reason)

    @verb(READ)
    def groups(self, name: str) -> Sequence[Group]:
        """Return a topic's consumer groups: where each is, what is out, what is dead."""
        topic = self.core.topics.get(self.subject, name)
        return self.core.topics.groups.groups(self.subject, topic)

    @verb(READ)
    def dead_letters(self, name: str, group: str) -> Sequence[DeadLetter]:
        """Return the messages that a group gave up, and why."""
        topic = self.core.topics.get(self.subject, name)
        return self.core.topics.groups.dead_letters(self.subject, topic, group)

    @verb(WRITE)
    def revive(self, name: str, group: str, offsets: Sequence[int]) -> int:
        """Hand dead letters out again; return how many there were."""
        topic = self.core.topics.get(self.subject, name)
        return self.core.topics.groups.revive(self.subject, topic, group, offsets)

    @verb(WRITE)
    def trim(self, name: str) -> int:
        """Merge small batches and forget what retention does; return batches removed."""
        topic = self.core.topics.get(self.subject, name)
        return self.core.topics.log.seal(self.subject, topic)


def _schema(types: Mapping[str, str]) -> pa.Schema:
    fields = []
    for name, kind in types.items():
        try:
            fields.append(pa.field(name, pa.type_for_alias(kind)))
        except (ValueError, TypeError) as error:
            message = f"The column {name!r} cannot be of type {kind!r}: no Arrow type is called so."
            raise EvigateError(E_TOPIC_SCHEMA, message) from error
    return pa.schema(fields)


def _view(topic: Topic) -> TopicView:
    return TopicView(
        name=topic.name,
        columns={field.name: str(field.type) for field in topic.schema},
        broker=topic.broker.value,
        first_offset=topic.first_offset,
        next_offset=topic.next_offset,
        retention_rows=topic.retention_rows,
        retention_s=topic.retention_s,
        attempts_max=topic.attempts_max,
        created_at=topic.created_at,
    )
