"""The worker: the one file that knows procrastinate.

A worker fetches jobs as the queue role and calls handlers as the job's tenant. Every worker now and
then gives the jobs of dead ones back to the queue (`life.py`). When the database goes away the
worker waits and begins again.
"""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

import procrastinate
import psycopg
import structlog
from procrastinate import exceptions, retry
from procrastinate.jobs import Job as QueuedJob

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject, job_subject
from evigate.kernel.jobs.life import Life
from evigate.kernel.jobs.queue import QUEUE, JobSpec

log = structlog.get_logger(__name__)

ERROR_CHARACTERS = 500
# A worker whose row is gone can fetch no more, so only what died long ago is swept away.
FORGOTTEN_AFTER_S = 86_400.0


@dataclass(frozen=True, slots=True)
class WorkerTimings:
    """Seconds: how often a worker shows that it lives, after how long without it may be dead."""

    heartbeat_s: float = 1.0
    dead_after_s: float = 6.0
    poll_s: float = 2.0
    rescue_every_s: float = 2.0
    drain_s: float = 10.0
    reconnect_s: float = 1.0


class _BackOff(retry.BaseRetryStrategy):
    """Waits 1, 2, 4 ... 300 s with some spread; a failure that cannot get better is not retried."""

    def __init__(self, max_attempts: int) -> None:
        self._max_attempts = max_attempts

    def get_retry_decision(
        self, *, exception: BaseException, job: QueuedJob
    ) -> retry.RetryDecision | None:
        if job.attempts + 1 >= self._max_attempts or not _can_get_better(exception):
            return None
        wait = min(2.0**job.attempts, 300.0) * random.uniform(0.8, 1.2)
        return retry.RetryDecision(retry_in={"seconds": max(1, round(wait))})


def _can_get_better(error: BaseException) -> bool:
    return error.code.is_retryable if isinstance(error, EvigateError) else True


class Worker:
    """Runs jobs until told to stop."""

    def __init__(
        self, queue_url: str, specs: Sequence[JobSpec], *, timings: WorkerTimings | None = None
    ) -> None:
        self._queue_url = queue_url
        self._specs = specs
        self._timings = timings or WorkerTimings()

    async def run(self, *, concurrency: int = 2, stop: asyncio.Event | None = None) -> None:
        """Work until `stop` is set or the task is cancelled; jobs under way get time to finish."""
        stop = stop or asyncio.Event()
        while not stop.is_set():
            try:
                await self._session(concurrency, stop)
            except (exceptions.ConnectorException, psycopg.Error, OSError) as error:
                log.warning("worker_lost_database", error=type(error).__name__)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), self._timings.reconnect_s)

    async def _session(self, concurrency: int, stop: asyncio.Event) -> None:
        async with contextlib.AsyncExitStack() as stack:
            life = await Life.begin(self._queue_url)
            stack.push_async_callback(life.end)
            app = self._app(life)
            await stack.enter_async_context(app.open_async())
            worker = asyncio.create_task(app.run_worker_async(**self._options(concurrency)))
            rescue = asyncio.create_task(self._rescue(life))
            stopped = asyncio.create_task(stop.wait())
            try:
                await asyncio.wait({worker, rescue, stopped}, return_when=asyncio.FIRST_COMPLETED)
                for done in (worker, rescue):
                    if done.done():
                        done.result()
            finally:
                rescue.cancel()
                stopped.cancel()
                worker.cancel()
                await asyncio.gather(worker, rescue, stopped, return_exceptions=True)

    def _options(self, concurrency: int) -> dict[str, Any]:
        return {
            "queues": [QUEUE, "periodic"],
            "concurrency": concurrency,
            "fetch_job_polling_interval": self._timings.poll_s,
            "abort_job_polling_interval": self._timings.poll_s,
            "update_heartbeat_interval": self._timings.heartbeat_s,
            "stalled_worker_timeout": FORGOTTEN_AFTER_S,
            "shutdown_graceful_timeout": self._timings.drain_s,
            "install_signal_handlers": False,
        }

    async def _rescue(self, life: Life) -> None:
        while True:
            await life.rescue(self._timings.dead_after_s)
            await asyncio.sleep(self._timings.rescue_every_s)

    def _app(self, life: Life) -> procrastinate.App:
        connector = procrastinate.PsycopgConnector(
            conninfo=self._queue_url,
            min_size=1,
            max_size=6,
            kwargs={"options": "-c search_path=procrastinate"},
        )
        app = procrastinate.App(connector=connector)
        for spec in self._specs:
            register = app.task(
                name=spec.task,
                queue=QUEUE if spec.cron is None else "periodic",
                pass_context=True,
                retry=_BackOff(spec.max_attempts),
            )
            task = register(_caller(spec, life))
            if spec.cron is not None:
                app.periodic(cron=spec.cron)(cast(Any, task))
        return app


def _caller(spec: JobSpec, life: Life) -> Callable[..., Awaitable[None]]:
    async def call(context: procrastinate.JobContext, *args: Any, **kwargs: Any) -> None:
        if spec.cron is not None:
            subject = Subject(None, f"job:{spec.task}", None)
            arguments: dict[str, Any] = {"timestamp": args[0] if args else kwargs.get("timestamp")}
        else:
            subject = job_subject(UUID(kwargs.pop("tenant_id")), spec.task)
            arguments = kwargs
        await life.hold(context.job.worker_id)
        try:
            await spec.handler(subject, arguments)
        except Exception as error:
            is_last = context.job.attempts + 1 >= spec.max_attempts or not _can_get_better(error)
            log.warning(
                "job_failed",
                task=spec.task,
                job=context.job.id,
                is_last=is_last,
                error=f"{type(error).__name__}: {error}"[:ERROR_CHARACTERS],
            )
            if is_last and spec.on_dead_letter is not None:
                await spec.on_dead_letter(subject, arguments, error)
            raise

    return call
