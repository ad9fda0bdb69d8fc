"""The verbs on topics."""

import threading
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pyarrow as pa

from evigate.base.clock import utc_now
from evigate.base.errors import EvigateError
from evigate.base.ids import new_uuid
from evigate.base.subject import Subject
from evigate.engine.topics.codec import encoded
from evigate.engine.topics.errors import (
    E_BROKER_UNAVAILABLE,
    E_TOPIC_EXISTS,
    E_TOPIC_MISSING,
    E_TOPIC_SCHEMA,
)
from evigate.engine.topics.groups import Groups
from evigate.engine.topics.hub import Hub
from evigate.engine.topics.log import TopicLog, topic_of
from evigate.engine.topics.models import OFFSET, PRODUCED_AT, Broker, StoredBatch, Topic
from evigate.engine.topics.relay import NatsRelay
from evigate.engine.topics.subscribe import Subscription
from evigate.kernel.db import SyncDatabase, load_sync_queries

_queries = load_sync_queries(__package__)

RESERVED = (OFFSET, PRODUCED_AT)


class TopicService:
    """Topics of every tenant; safe to share between threads."""

    def __init__(self, database: SyncDatabase, *, nats_url: str | None = None) -> None:
        self._database = database
        self._nats_url = nats_url
        self._relay: NatsRelay | None = None
        self._lock = threading.Lock()
        self.log = TopicLog(database)
        self.hub = Hub(database)
        self.groups = Groups(database, self.log)
        # What a publisher must know of a topic never changes while it exists under its id.
        self._known: dict[tuple[UUID | None, str], Topic] = {}

    def close(self) -> None:
        """Stop listening."""
        self.hub.close()
        if self._relay is not None:
            self._relay.close()

    def relay(self) -> NatsRelay:
        """Return what brings NATS up to the log, made when a topic first needs it.

        Raises:
            EvigateError[E_BROKER_UNAVAILABLE]: no address was set.
        """
        with self._lock:
            if self._relay is None:
                if self._nats_url is None:
                    message = "No NATS server was named: set EVIGATE_NATS_URL."
                    raise EvigateError(E_BROKER_UNAVAILABLE, message)
                self._relay = NatsRelay(self._nats_url, self.log, self.get)
            return self._relay

    def register(
        self,
        subject: Subject,
        name: str,
        schema: pa.Schema,
        *,
        broker: Broker = Broker.POSTGRES,
        retention_rows: int | None = None,
        retention_s: int | None = None,
        attempts_max: int = 5,
    ) -> Topic:
        """Add a topic.

        Raises:
            EvigateError[E_TOPIC_EXISTS]: the tenant has one of that name.
            EvigateError[E_TOPIC_SCHEMA]: the schema is empty or uses a name that is ours.
            EvigateError[E_BROKER_UNAVAILABLE]: it is to be relayed, and NATS does not answer.
        """
        if not len(schema) or any(not name or name in RESERVED for name in schema.names):
            message = "A topic needs named columns, none " + " or ".join(RESERVED) + "."
            raise EvigateError(E_TOPIC_SCHEMA, message)
        if broker is Broker.NATS:
            self.relay().check()
        with self._database.tx(subject) as tx:
            done = _queries.insert_topic(
                tx.connection,
                id=new_uuid(),
                name=name,
                schema=schema.remove_metadata().serialize().to_pybytes(),
                broker=broker.value,
                retention_rows=retention_rows,
                retention_s=retention_s,
                attempts_max=attempts_max,
            )
            if not done:
                raise EvigateError(E_TOPIC_EXISTS, f"There is a topic {name!r} already.")
        return self.get(subject, name)

    def get(self, subject: Subject, name: str) -> Topic:
        """Return a topic as it is now.

        Raises:
            EvigateError[E_TOPIC_MISSING]: the tenant has none of that name.
        """
        with self._database.read(subject) as tx:
            row = _queries.get_topic(tx.connection, name=name)
        if row is None:
            self._known.pop((subject.tenant_id, name), None)
            raise EvigateError(E_TOPIC_MISSING, f"There is no topic {name!r}.")
        topic = topic_of(row)
        self._known[(subject.tenant_id, name)] = topic
        return topic

    def topics(self, subject: Subject) -> list[Topic]:
        """Return the tenant's topics, by name."""
        with self._database.read(subject) as tx:
            return [topic_of(row) for row in _queries.list_topics(tx.connection)]

    def drop(self, subject: Subject, name: str) -> None:
        """Remove a topic with all its messages and groups.

        Raises:
            EvigateError[E_TOPIC_MISSING]: the tenant has none of that name.
        """
        topic = self.get(subject, name)
        with self._database.tx(subject) as tx:
            _queries.delete_topic(tx.connection, id=topic.id)
        self._known.pop((subject.tenant_id, name), None)
        self.hub.wake(topic.id)

    def publish(self, subject: Subject, name: str, rows: Any) -> int:
        """Write rows durably and return the offset of the first; -1 where there were none.

        Raises:
            EvigateError[E_TOPIC_SCHEMA]: a column is missing, strange, or of another type.
        """
        topic = self._known.get((subject.tenant_id, name)) or self.get(subject, name)
        counts, payloads = encoded(topic, rows, utc_now())
        if not counts:
            return -1
        try:
            first = self.log.append(subject, topic, counts, payloads)
        except EvigateError as error:
            if error.code is not E_TOPIC_MISSING:
                raise
            # Dropped and registered again meanwhile: it is another topic now, with its own schema.
            topic = self.get(subject, name)
            counts, payloads = encoded(topic, rows, utc_now())
            first = self.log.append(subject, topic, counts, payloads)
        if self.hub.has_readers(topic.id):
            self.hub.wake(topic.id, _stored(first, counts, payloads))
        if topic.broker is Broker.NATS:
            self.relay().kick(subject, name)
        return first

    def subscribe(
        self,
        subject: Subject,
        name: str,
        *,
        from_offset: int | None = 0,
        predicate: str = "",
        is_replay: bool = False,
        timeout_s: float | None = None,
    ) -> Subscription:
        """Open a subscription; `from_offset` None begins with what comes next.

        Raises:
            EvigateError[E_TOPIC_OFFSET]: the topic does not hold that offset.
            EvigateError[E_TOPIC_PREDICATE]: the predicate cannot be used.
        """
        topic = self.get(subject, name)
        if from_offset is None:
            from_offset = topic.next_offset
        self.log.check_offset(subject, topic, from_offset)
        return Subscription(
            self.log,
            self.hub,
            subject,
            topic,
            from_offset=from_offset,
            predicate=predicate,
            is_replay=is_replay,
            timeout_s=timeout_s,
        )

    def names(self, subject: Subject) -> Sequence[str]:
        """Return the names of the tenant's topics."""
        return [topic.name for topic in self.topics(subject)]


def _stored(first: int, counts: Sequence[int], payloads: Sequence[bytes]) -> list[StoredBatch]:
    """Return what was just written as the log holds it."""
    found = []
    for count, payload in zip(counts, payloads, strict=True):
        found.append(StoredBatch(first, count, payload))
        first += count
    return found
