"""Reading a topic from an offset, on through the present: one loop over the log, so no hand-over.

A reader asks the log for what follows its position and only then waits to be woken; whatever was
published in between is found by the next ask. So nothing is lost and nothing comes twice, replay or
live, and a slow reader slows nobody. A batch that a publisher of this process hands over is taken
only where it begins at the reader's position; else the log is asked, as if nothing had been given.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

import pyarrow as pa

from evigate.base.subject import Subject
from evigate.engine.topics.codec import read_schema, with_offsets
from evigate.engine.topics.hub import LOOK_S, AsyncBell, Bell, Callback, Hub
from evigate.engine.topics.log import TopicLog
from evigate.engine.topics.models import StoredBatch, Topic

# A reader further behind than this reads the log; what it was given is let go.
HANDED_MAX = 64


def _compiled(predicate: str, topic: Topic) -> Any:
    if not predicate.strip():
        return None
    # The parser takes a fifth of a second to load, and most readers want everything.
    from evigate.engine.topics.predicate import compile_predicate

    return compile_predicate(predicate, read_schema(topic))


class Subscription:
    """Batches of a topic's rows, with `_offset` and `_produced_at`, as a sync or async iterator.

    Batches in which no row passes the predicate are left out. It ends at the end of the log when
    `is_replay`, after `timeout_s` seconds without a row, or when closed; else never.
    """

    def __init__(
        self,
        log: TopicLog,
        hub: Hub,
        subject: Subject,
        topic: Topic,
        *,
        from_offset: int,
        predicate: str = "",
        is_replay: bool = False,
        timeout_s: float | None = None,
    ) -> None:
        self._log = log
        self._hub = hub
        self._subject = subject
        self._topic = topic
        self._predicate: Any = _compiled(predicate, topic)
        self._end = log.bounds(subject, topic)[1] if is_replay else None
        self._timeout_s = timeout_s
        self._ready: deque[pa.RecordBatch] = deque()
        # By first offset; written by publishers' threads, read by the reader's.
        self._handed: dict[int, StoredBatch] = {}
        self._is_closed = threading.Event()
        self._wake: list[Any] = []
        self.position = from_offset

    @property
    def schema(self) -> pa.Schema:
        """The columns of every batch."""
        return read_schema(self._topic)

    def close(self) -> None:
        """End the iteration, from any thread."""
        self._is_closed.set()
        for bell in self._wake:
            bell.ring()

    def read_all(self) -> pa.Table:
        """Return every batch that is left as one table; waits for ever unless it ends."""
        return pa.Table.from_batches(list(self), self.schema)

    def __enter__(self) -> "Subscription":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        bell = Bell()
        woken = self._begin(bell)
        try:
            deadline = self._deadline()
            while not self._is_over():
                if not self._take_handed():
                    self._fetch()
                while self._ready:
                    yield self._ready.popleft()
                    deadline = self._deadline()
                if self._is_over() or self._is_late(deadline):
                    return
                if not self._has_more:
                    bell.wait(self._wait_s(deadline))
        finally:
            self._hub.remove(self._topic.id, woken)

    async def __aiter__(self) -> AsyncIterator[pa.RecordBatch]:
        bell = AsyncBell()
        woken = self._begin(bell)
        try:
            deadline = self._deadline()
            while not self._is_over():
                if not self._take_handed():
                    await asyncio.to_thread(self._fetch)
                while self._ready:
                    yield self._ready.popleft()
                    deadline = self._deadline()
                if self._is_over() or self._is_late(deadline):
                    return
                if not self._has_more:
                    await bell.wait(self._wait_s(deadline))
        finally:
            self._hub.remove(self._topic.id, woken)

    _has_more = False

    def _begin(self, bell: Any) -> Callback:
        def woken(written: Sequence[StoredBatch]) -> None:
            if len(self._handed) < HANDED_MAX:
                self._handed.update((each.first_offset, each) for each in written)
            bell.ring()

        self._wake.append(bell)
        self._hub.add(self._topic.id, woken)
        return woken

    def _take_handed(self) -> bool:
        """Take what was handed over from the position on; return whether there was any."""
        stored = []
        position = self.position
        while (found := self._handed.pop(position, None)) is not None:
            stored.append(found)
            position += found.row_count
        self._take(stored)
        self._has_more = False
        return bool(stored)

    def _fetch(self) -> None:
        stored = self._log.read(self._subject, self._topic, self.position)
        self._take(stored)
        self._has_more = bool(stored)
        for offset in [each for each in list(self._handed) if each < self.position]:
            self._handed.pop(offset, None)

    def _take(self, stored: Sequence[StoredBatch]) -> None:
        for each in stored:
            batch = with_offsets(self._topic, each, self.position)
            self.position = each.first_offset + each.row_count
            if self._end is not None and self.position > self._end:
                batch = batch.slice(0, batch.num_rows - (self.position - self._end))
            if self._predicate is not None:
                batch = batch.filter(self._predicate)
            if batch.num_rows:
                self._ready.append(batch)

    def _is_over(self) -> bool:
        is_at_end = self._end is not None and self.position >= self._end
        return self._is_closed.is_set() or is_at_end

    def _deadline(self) -> float | None:
        return None if self._timeout_s is None else time.monotonic() + self._timeout_s

    def _is_late(self, deadline: float | None) -> bool:
        return deadline is not None and not self._has_more and time.monotonic() >= deadline

    def _wait_s(self, deadline: float | None) -> float:
        if deadline is None:
            return LOOK_S
        return max(0.0, min(LOOK_S, deadline - time.monotonic()))
