"""One attempt at a job: its folder, its lease, how far it is, and whether it should go on.

A thread renews the lease while the work runs. Work asks `check` between its steps, so that who has
lost the lease, or whose job was cancelled, stops soon and publishes nothing.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import structlog

from evigate.base.clock import monotonic_s
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.train import store
from evigate.engine.train.errors import E_JOB_CANCELLED, E_JOB_LEASE
from evigate.engine.train.models import Job
from evigate.engine.train.store import Claim
from evigate.kernel.db import SyncDatabase

log = structlog.get_logger(__name__)

TRAINING = "training"


class Stopped(Exception):
    """The worker is closing; the job goes back into the queue."""


class Attempt:
    """What the work on a job may ask for."""

    def __init__(
        self,
        database: SyncDatabase,
        subject: Subject,
        job: Job,
        root: Path,
        *,
        lease_s: float,
        heartbeat_s: float,
        is_stopping: Callable[[], bool],
    ) -> None:
        self.job = job
        self.subject = subject
        self.held = Claim(job.id, job.claimed_by or "", job.attempts)
        tenant = root / str(subject.tenant_id)
        self.tenant_folder = tenant
        self.job_folder = tenant / TRAINING / str(job.id)
        self.folder = self.job_folder / f"{job.attempts}-{self.held.worker.replace(':', '-')}"
        self._database = database
        self._lease_s = lease_s
        self._heartbeat_s = heartbeat_s
        self._is_stopping = is_stopping
        self._is_lost = False
        self._is_cancelled = False

    def check(self) -> None:
        """Return if the work should go on.

        Raises:
            EvigateError[E_JOB_LEASE]: the lease was lost.
            EvigateError[E_JOB_CANCELLED]: somebody cancelled the job.
            Stopped: the worker is closing.
        """
        if self._is_lost:
            raise self.lost()
        if self._is_cancelled:
            raise EvigateError(E_JOB_CANCELLED, f"The job {str(self.job.id)!r} was cancelled.")
        if self._is_stopping():
            raise Stopped

    def is_over(self) -> bool:
        """Tell whether `check` would raise; for code that takes such a question."""
        return self._is_lost or self._is_cancelled or self._is_stopping()

    def lost(self) -> EvigateError:
        """Return the error of a worker that no longer holds the job."""
        message = f"The job {str(self.job.id)!r} is no longer this worker's."
        return EvigateError(E_JOB_LEASE, message)

    def progress(self, phase: str, done: int, total: int | None) -> None:
        """Write how far the work is, then `check`."""
        with self._database.tx(self.subject) as tx:
            if not store.report(tx, self.held, phase, done, total):
                self._is_lost = True
        self.check()

    def beat(self) -> None:
        """Renew the lease once, and learn whether the job was cancelled."""
        with self._database.tx(self.subject) as tx:
            renewed = store.renew(tx, self.held, self._lease_s)
        self._is_lost = self._is_lost or not renewed.is_held
        self._is_cancelled = self._is_cancelled or renewed.is_cancelled

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Renew the lease from a thread while the block runs."""
        ended = threading.Event()
        thread = threading.Thread(
            target=self._beat_until, args=(ended,), name="evigate-heartbeat", daemon=True
        )
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _beat_until(self, ended: threading.Event) -> None:
        renewed_s = monotonic_s()
        while not ended.wait(self._heartbeat_s):
            begun_s = monotonic_s()
            try:
                self.beat()
                renewed_s = begun_s
            except (EvigateError, psycopg.Error) as error:
                log.warning("heartbeat_failed", job_id=str(self.job.id), error=repr(error))
            # A worker that cannot reach the database must take it that others have its job.
            if monotonic_s() - renewed_s >= self._lease_s:
                self._is_lost = True
