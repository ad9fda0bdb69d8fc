"""Who waits for which topic: readers here, woken by publishers here or by the database.

A publisher of this process also hands over what it wrote, once it is durable; a reader that stands
exactly there need not ask the log for it.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from uuid import UUID

from evigate.engine.topics.models import StoredBatch
from evigate.kernel.db import Listener, SyncDatabase

CHANNEL = "engine_topic"
# A reader looks for itself this often, should a note have been lost.
LOOK_S = 1.0

# Called with the batches that are now in the log, or with none: then whoever is called looks.
Callback = Callable[[Sequence[StoredBatch]], None]


class Hub:
    """Wakes readers; the listener to other processes begins with the first of them."""

    def __init__(self, database: SyncDatabase) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._waiting: dict[UUID, set[Callback]] = {}
        self._listener: Listener | None = None

    def wake(self, topic_id: UUID, written: Sequence[StoredBatch] = ()) -> None:
        """Wake every reader of a topic, handing over batches that are durable."""
        with self._lock:
            callbacks = list(self._waiting.get(topic_id, ()))
        for callback in callbacks:
            callback(written)

    def has_readers(self, topic_id: UUID) -> bool:
        """Return whether anybody here waits for a topic."""
        return bool(self._waiting.get(topic_id))

    def add(self, topic_id: UUID, callback: Callback) -> None:
        """Call back, from any thread, whenever the topic may have grown."""
        with self._lock:
            self._waiting.setdefault(topic_id, set()).add(callback)
            if self._listener is None:
                self._listener = Listener(self._database.urls, CHANNEL, self._note)

    def remove(self, topic_id: UUID, callback: Callback) -> None:
        """Stop calling back."""
        with self._lock:
            self._waiting.get(topic_id, set()).discard(callback)

    def close(self) -> None:
        """Stop listening."""
        with self._lock:
            listener, self._listener = self._listener, None
        if listener is not None:
            listener.close()

    def _note(self, payload: str) -> None:
        if payload:
            self.wake(UUID(payload))
            return
        with self._lock:
            topics = list(self._waiting)
        for topic_id in topics:
            self.wake(topic_id)


class Bell:
    """What a reader waits on, in a thread."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def ring(self) -> None:
        """Wake the reader, or spare it its next wait."""
        self._event.set()

    def wait(self, timeout_s: float) -> None:
        """Wait until it rings or the time has passed."""
        self._event.wait(timeout_s)
        self._event.clear()


class AsyncBell:
    """What a reader waits on, in an event loop; rings from any thread."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake the reader; nothing happens once its loop is closed."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._event.set)

    async def wait(self, timeout_s: float) -> None:
        """Wait until it rings or the time has passed."""
        try:
            await asyncio.wait_for(self._event.wait(), timeout_s)
        except TimeoutError:
            return
        finally:
            self._event.clear()
