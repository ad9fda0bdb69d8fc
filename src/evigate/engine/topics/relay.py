"""Topics relayed to NATS JetStream: the one file that knows its client.

The log is in the database and NATS is told afterwards: what is not yet relayed is known by an
offset in the topic's row, so a process that dies in between leaves it to the next one. Each message
carries an id, so that what was sent twice is stored once (within the stream's duplicate window).
"""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import structlog

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.topics.codec import with_offsets
from evigate.engine.topics.errors import E_BROKER_EXTRA, E_BROKER_UNAVAILABLE
from evigate.engine.topics.log import TopicLog
from evigate.engine.topics.models import StoredBatch, Topic

log = structlog.get_logger(__name__)

SUBJECTS = "evigate.>"
STREAM = "evigate_topics"
CONNECT_TIMEOUT_S = 3.0
RELAY_BATCHES = 256
RETRY_S = 1.0
RETRY_S_MAX = 30.0


def subject_name(subject: Subject, topic: Topic) -> str:
    """Return the NATS subject of a topic: evigate.<tenant>.<topic>."""
    return f"evigate.{subject.tenant_id}.{topic.name}"


def as_stream(batch: pa.RecordBatch) -> bytes:
    """Return a batch with its schema, for readers that know nothing of the topic."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return bytes(sink.getvalue())


class NatsRelay:
    """A thread with a loop of its own that brings JetStream up to each topic's log."""

    def __init__(
        self, url: str, topic_log: TopicLog, reload: Callable[[Subject, str], Topic]
    ) -> None:
        """Make it; `reload` returns a topic as it is now."""
        self._url = url
        self._log = topic_log
        self._reload = reload
        self._loop = asyncio.new_event_loop()
        self._busy: set[Any] = set()
        self._client: Any = None
        self._thread = threading.Thread(target=self._loop.run_forever, name="nats", daemon=True)
        self._thread.start()

    def check(self) -> None:
        """Connect, so that registering a topic says at once what is wrong.

        Raises:
            EvigateError[E_BROKER_EXTRA | E_BROKER_UNAVAILABLE]
        """
        asyncio.run_coroutine_threadsafe(self._connected(), self._loop).result(timeout=30)

    def kick(self, subject: Subject, name: str) -> None:
        """Relay what a topic has beyond what was relayed, soon; from any thread."""
        self._loop.call_soon_threadsafe(self._begin, subject, name)

    def flush(self, subject: Subject, name: str) -> None:
        """Relay it now; returns once JetStream has acknowledged."""
        asyncio.run_coroutine_threadsafe(self._relay(subject, name), self._loop).result(timeout=60)

    def close(self) -> None:
        """Let go of the connection and end the thread."""
        asyncio.run_coroutine_threadsafe(self._disconnect(), self._loop).result(timeout=10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()

    def _begin(self, subject: Subject, name: str) -> None:
        place = (subject.tenant_id, name)
        if place in self._busy:
            return
        self._busy.add(place)
        task = self._loop.create_task(self._until_done(subject, name))
        task.add_done_callback(lambda _: self._busy.discard(place))

    async def _until_done(self, subject: Subject, name: str) -> None:
        wait_s = RETRY_S
        while True:
            try:
                await self._relay(subject, name)
                return
            except Exception as error:
                # The log has it all; JetStream gets it when it is there again.
                log.warning("topic_not_relayed", topic=name, error=repr(error), wait_s=wait_s)
                self._client = None
                await asyncio.sleep(wait_s)
                wait_s = min(2 * wait_s, RETRY_S_MAX)

    async def _relay(self, subject: Subject, name: str) -> None:
        stream = (await self._connected()).jetstream()
        while True:
            topic = await asyncio.to_thread(self._reload, subject, name)
            position = max(topic.relayed_offset, topic.first_offset)
            stored = await asyncio.to_thread(
                self._log.read, subject, topic, position, limit=RELAY_BATCHES
            )
            if not stored:
                return
            end = await self._send(stream, subject, topic, stored, position)
            await asyncio.to_thread(self._log.mark_relayed, subject, topic, end)

    async def _send(
        self,
        stream: Any,
        subject: Subject,
        topic: Topic,
        stored: list[StoredBatch],
        position: int,
    ) -> int:
        for each in stored:
            batch = with_offsets(topic, each, position)
            headers = {
                "Nats-Msg-Id": f"{topic.id}:{position}",
                "evigate-first-offset": str(position),
                "evigate-rows": str(batch.num_rows),
            }
            await stream.publish(subject_name(subject, topic), as_stream(batch), headers=headers)
            position = each.first_offset + each.row_count
        return position

    async def _connected(self) -> Any:
        if self._client is not None and self._client.is_connected:
            return self._client
        try:
            import nats
        except ImportError as error:
            message = "Relaying to NATS needs the package nats-py."
            raise EvigateError(E_BROKER_EXTRA, message) from error
        try:
            client = await nats.connect(
                self._url, connect_timeout=CONNECT_TIMEOUT_S, max_reconnect_attempts=2
            )
            await client.jetstream().add_stream(name=STREAM, subjects=[SUBJECTS])
        except Exception as error:
            message = f"NATS JetStream does not answer: {type(error).__name__}."
            raise EvigateError(E_BROKER_UNAVAILABLE, message) from error
        self._client = client
        return client

    async def _disconnect(self) -> None:
        if self._client is not None:
            await self._client.close()
        own = asyncio.current_task()
        tasks = [task for task in asyncio.all_tasks() if task is not own]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
