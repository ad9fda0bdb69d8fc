"""Calls from elsewhere: bound, limited, counted, ended in time; the same for every door.

A call runs in a thread of this room's pool, for the subject that its own token gave. Its end may
come from the caller, from the clock, or from itself; a thread that will not stop keeps its place
among the calls in flight until it has, so that the limit tells the truth.
"""

import threading
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4
from weakref import WeakSet

import pyarrow as pa
import structlog

from evigate.base.clock import monotonic_s
from evigate.base.errors import E_DENIED, EvigateError
from evigate.base.subject import Subject
from evigate.engine.core import Core
from evigate.engine.engine import Engine
from evigate.engine.errors import E_ENGINE_CLOSED
from evigate.engine.server.arguments import bind, find_verb, hooks
from evigate.engine.server.errors import (
    E_CALL_CANCELLED,
    E_SERVER_BUSY,
    E_SERVER_SHARE,
    E_SERVER_STREAMS,
    E_SERVER_TIMEOUT,
)
from evigate.engine.server.metrics import Metrics
from evigate.engine.verbs import call

log = structlog.get_logger(__name__)

LOOK_S = 0.25
Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class ServerLimits:
    """What callers may take.

    Args:
        message_max_bytes: of one message; larger tables are sent ahead in pieces.
        upload_max_bytes: of tables of one caller's that were sent ahead and wait for their call.
        in_flight_max: calls that run together.
        subject_in_flight_max: of one tenant's.
        streams_max: streams open together, subscriptions among them.
        subject_streams_max: of one tenant's.
        request_timeout_s: after which a call is ended; streams may last.
        source_roots: folders of this machine whose files a caller may name.
    """

    message_max_bytes: int = 64 * 1024**2
    upload_max_bytes: int = 4 * 1024**3
    in_flight_max: int = 64
    subject_in_flight_max: int = 16
    streams_max: int = 256
    subject_streams_max: int = 64
    request_timeout_s: float = 600.0
    source_roots: tuple[Path, ...] = ()


class Call:
    """A verb that runs."""

    def __init__(self, verb: str, cancel_query: Callable[[], object] | None) -> None:
        self.verb = verb
        self.cancelled = threading.Event()
        self.future: Future[Any] = Future()
        self._cancel_query = cancel_query

    def cancel(self) -> None:
        """Ask it to end; SQL ends at once, long work between its steps."""
        self.cancelled.set()
        if self._cancel_query is not None:
            with suppress(EvigateError):
                self._cancel_query()

    def result(self, timeout_s: float, *, is_gone: Callable[[], bool] | None = None) -> Any:
        """Wait for the answer.

        Raises:
            EvigateError[E_SERVER_TIMEOUT]: it took longer; it was asked to end.
            EvigateError[E_CALL_CANCELLED]: whoever asked is gone.
            Exception: the verb's own.
        """
        deadline = monotonic_s() + timeout_s
        while True:
            left_s = deadline - monotonic_s()
            try:
                return self.future.result(max(0.0, min(LOOK_S, left_s)))
            except FutureTimeout:
                if self.future.done():
                    raise
            if left_s <= 0:
                self.cancel()
                raise late(self.verb, timeout_s)
            if is_gone is not None and is_gone():
                self.cancel()
                raise EvigateError(E_CALL_CANCELLED, f"{self.verb} was cancelled.")


def late(verb: str, timeout_s: float) -> EvigateError:
    """Return the error of a call that took too long."""
    return EvigateError(E_SERVER_TIMEOUT, f"{verb} took longer than {timeout_s:g} s.")


class Stream:
    """Batches that a verb makes as they are read; closing it ends the making."""

    def __init__(
        self,
        source: Any,
        release: Callable[[str], None],
        forgotten: deque[Callable[[str], None]],
    ) -> None:
        self.schema: pa.Schema = source.schema
        self._source = source
        self._release = release
        self._forgotten = forgotten
        self._is_released = False

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        code = "ok"
        try:
            yield from self._source
        except GeneratorExit:
            code = "closed"
            raise
        except BaseException as error:
            code = code_of(error)
            raise
        finally:
            self.close(code)

    async def batches(self, pool: ThreadPoolExecutor) -> AsyncIterator[pa.RecordBatch]:
        """Yield the batches in a loop; only the reading of one takes a thread."""
        import asyncio

        try:
            if hasattr(self._source, "__aiter__"):
                async for batch in self._source:
                    yield batch
                return
            loop, batches = asyncio.get_running_loop(), iter(self._source)
            while (batch := await loop.run_in_executor(pool, next, batches, None)) is not None:
                yield batch
        finally:
            self.close()

    def end(self) -> None:
        """Have its reader's next read be the last, from any thread; the reader closes it."""
        for name in () if self._is_released else ("cancel", "close"):
            if (stop := getattr(self._source, name, None)) is not None:
                stop()
                return

    def close(self, code: str = "ok") -> None:
        """End it, from the reader's thread; closing twice is fine."""
        if self._is_released:
            return
        self._is_released = True
        try:
            if (close := getattr(self._source, "close", None)) is not None:
                close()
        finally:
            self._release(code)

    def __del__(self) -> None:
        # Put aside, not done: this may run in a thread that holds any lock there is.
        if not getattr(self, "_is_released", True):
            self._forgotten.append(self._release)


class Calls:
    """The calls of one server."""

    def __init__(self, core: Core, limits: ServerLimits | None = None) -> None:
        self.core = core
        self.limits = limits or ServerLimits()
        self.metrics = Metrics()
        self.metrics.watch(core)
        self.pool = ThreadPoolExecutor(self.limits.in_flight_max, thread_name_prefix="evigate-call")
        self._lock = threading.Lock()
        self._in_flight: Counter[Any] = Counter()
        self._running: set[Call] = set()
        self._open_streams: Counter[Any] = Counter()
        # Weakly: a stream that nobody came to read frees its place when it is forgotten.
        self._streams: WeakSet[Stream] = WeakSet()
        self._forgotten: deque[Callable[[str], None]] = deque()
        core.sources.roots = self.limits.source_roots

    def close(self) -> None:
        """End every stream, ask every call to end, and wait for no one."""
        with self._lock:
            running = list(self._running)
        for each in running:
            each.cancel()
        for stream in list(self._streams):
            stream.end()
        self.pool.shutdown(wait=False, cancel_futures=True)

    def start(
        self,
        subject: Subject,
        name: str,
        arguments: Mapping[str, Any],
        *,
        door: str,
        on_progress: Progress | None = None,
    ) -> Call:
        """Begin a call of a verb that answers a value or a table.

        Raises:
            EvigateError[E_VERB_MISSING | E_VERB_LOCAL | E_INVALID]: it cannot be called so.
            EvigateError[E_SERVER_BUSY | E_SERVER_SHARE]: too many calls run.
        """
        with self._counted_refusal(door, name):
            bound = self._bound(name, arguments)
            self._enter(subject)
        made = Call(name, self._cancel_query(subject, name, bound))
        taken = hooks(name)
        if "is_cancelled" in taken:
            bound["is_cancelled"] = made.cancelled.is_set
        if "on_progress" in taken and on_progress is not None:
            bound["on_progress"] = on_progress
        if name == "search":
            self.metrics.searched(bound.get("mode"))
        with self._lock:
            self._running.add(made)
        try:
            self.pool.submit(self._run, made, subject, bound, door)
        except RuntimeError as error:
            self._leave(subject, made)
            raise EvigateError(E_ENGINE_CLOSED, "The server is ending.") from error
        return made

    def open(
        self, subject: Subject, name: str, arguments: Mapping[str, Any], *, door: str
    ) -> Stream:
        """Begin a verb that answers a stream; raises as `start`, and E_SERVER_STREAMS."""
        with self._counted_refusal(door, name):
            bound = self._bound(name, arguments)

        def make() -> Any:
            return call(Engine(self.core, subject), name, bound)

        return self.stream(subject, make, name, door)

    def stream(self, subject: Subject, make: Callable[[], Any], name: str, door: str) -> Stream:
        """Count what `make` opens as a stream of a subject's until it is closed."""
        with self._counted_refusal(door, name):
            self._enter_stream(subject)
            try:
                source = make()
            except BaseException:
                with self._lock:
                    self._open_streams[subject.tenant_id] -= 1
                raise

        def release(code: str) -> None:
            with self._lock:
                self._open_streams[subject.tenant_id] -= 1
            self.metrics.streams.dec()
            self.metrics.requests.labels(door, name, code).inc()

        opened = Stream(source, release, self._forgotten)
        with self._lock:
            self._streams.add(opened)
        self.metrics.streams.inc()
        return opened

    def _enter_stream(self, subject: Subject) -> None:
        limits = self.limits
        while self._forgotten:
            with suppress(IndexError):
                self._forgotten.popleft()("closed")
        with self._lock:
            if self._open_streams.total() >= limits.streams_max:
                message = f"{limits.streams_max} streams are open already."
                raise EvigateError(E_SERVER_STREAMS, message)
            if self._open_streams[subject.tenant_id] >= limits.subject_streams_max:
                message = f"{limits.subject_streams_max} streams of this tenant's are open already."
                raise EvigateError(E_SERVER_SHARE, message)
            self._open_streams[subject.tenant_id] += 1

    def _bound(self, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        find_verb(name)
        bound = bind(name, arguments)
        if name == "models.add":
            self._check_location(str(bound.get("location")))
        if "query_id" in arguments or name in ("sql", "sql_stream"):
            bound.setdefault("query_id", uuid4().hex)
        return bound

    def _check_location(self, location: str) -> None:
        """A model's folder is this machine's: a caller may name it below the roots alone."""
        scheme, colon, place = location.strip().partition(":")
        if not colon or scheme.lower() in ("https", "http", "callable"):
            return
        path = Path(place).resolve()
        if not any(path.is_relative_to(root.resolve()) for root in self.limits.source_roots):
            raise EvigateError(E_DENIED, f"{location!r} may not be read from here.")

    def _cancel_query(
        self, subject: Subject, name: str, bound: Mapping[str, Any]
    ) -> Callable[[], object] | None:
        if name != "sql":
            return None
        return lambda: self.core.sql(subject).cancel(str(bound["query_id"]))

    def _enter(self, subject: Subject) -> None:
        limits = self.limits
        with self._lock:
            if self._in_flight.total() >= limits.in_flight_max:
                message = f"{limits.in_flight_max} calls run already."
                raise EvigateError(E_SERVER_BUSY, message)
            if self._in_flight[subject.tenant_id] >= limits.subject_in_flight_max:
                message = f"{limits.subject_in_flight_max} calls of this tenant's run already."
                raise EvigateError(E_SERVER_SHARE, message)
            self._in_flight[subject.tenant_id] += 1
        self.metrics.in_flight.inc()

    def _leave(self, subject: Subject, made: Call) -> None:
        with self._lock:
            self._running.discard(made)
            self._in_flight[subject.tenant_id] -= 1
            if not self._in_flight[subject.tenant_id]:
                del self._in_flight[subject.tenant_id]
        self.metrics.in_flight.dec()

    def _run(self, made: Call, subject: Subject, bound: Mapping[str, Any], door: str) -> None:
        begun_s, answer, failure = monotonic_s(), None, None
        try:
            answer = call(Engine(self.core, subject), made.verb, dict(bound))
        except BaseException as error:
            failure = error
        self._leave(subject, made)
        code = "ok" if failure is None else code_of(failure)
        self.metrics.requests.labels(door, made.verb, code).inc()
        self.metrics.seconds.labels(made.verb).observe(monotonic_s() - begun_s)
        if code == "E_BUG":
            log.error("verb_failed", verb=made.verb, error=repr(failure), exc_info=failure)
        if failure is None:
            made.future.set_result(answer)
        else:
            made.future.set_exception(failure)

    def _counted_refusal(self, door: str, name: str) -> "_Refusal":
        return _Refusal(self.metrics, door, name)


class _Refusal:
    """Counts a call that was refused before it began; a name that is no verb is no label."""

    def __init__(self, metrics: Metrics, door: str, name: str) -> None:
        self._metrics, self._door, self._name = metrics, door, name

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: Any
    ) -> None:
        if error is not None:
            code = code_of(error)
            name = "unknown" if code == "E_VERB_MISSING" else self._name
            self._metrics.requests.labels(self._door, name, code).inc()


def code_of(error: BaseException) -> str:
    """Return the name of an error's code; E_BUG for what has none."""
    return error.code.name if isinstance(error, EvigateError) else "E_BUG"
