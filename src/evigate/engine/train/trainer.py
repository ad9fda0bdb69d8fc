"""The worker: takes jobs of every tenant one after another, each within its own tenant's walls.

Only who holds the lease at the end publishes: files are renamed into place first, then one
transaction ends the job, adds the model and keeps its eval, or does nothing of it.
"""

import os
import shutil
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import structlog

from evigate.base.clock import utc_now
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject, job_subject, nobody
from evigate.engine.catalog import store as catalog_rows
from evigate.engine.catalog.models import Model, ModelTask
from evigate.engine.errors import E_MODEL_EXISTS
from evigate.engine.train import store
from evigate.engine.train.attempt import Attempt, Stopped
from evigate.engine.train.errors import E_JOB_CANCELLED, E_JOB_LEASE, E_JOB_OPTION
from evigate.engine.train.judging import Judged, keep
from evigate.engine.train.models import Job, JobKind, JobStatus
from evigate.engine.train.service import MODELS
from evigate.kernel.db import SyncTx
from evigate.kernel.storage import make_directory, sync_directory

if TYPE_CHECKING:
    from evigate.engine.core import Core

log = structlog.get_logger(__name__)

LEASE_S = 30.0
HEARTBEAT_S = 10.0
POLL_S = 1.0
CLOSE_WAIT_S = 60.0
UNEXPECTED = "E_UNEXPECTED"
ACTOR = "engine.train"
CANDIDATE = "candidate"


@dataclass(frozen=True, slots=True)
class Trained:
    """What a work made: a folder whose files are whole and synced, and the model that they are.

    `place` is the model's file below the folder, or "" for the folder; `scheme` stands before its
    location where the backend wants one.
    """

    folder: Path
    place: str
    task: ModelTask
    backend: str
    dimensions: int | None
    digest: str
    base_model: str | None
    options: Mapping[str, Any]
    result: Mapping[str, Any]
    judged: Judged | None = None
    scheme: str = ""


Work = Callable[["Core", Attempt], Trained]


def works() -> Mapping[JobKind, Work]:
    """Return what does each kind of job."""
    from evigate.engine.train.adapting import train_adapter
    from evigate.engine.train.finetune import train_finetune
    from evigate.engine.train.predicting import train_predictor

    return {
        JobKind.ADAPTER: train_adapter,
        JobKind.FINETUNE: train_finetune,
        JobKind.PREDICTOR: train_predictor,
    }


class Trainer:
    """A worker; `run_once` by hand, `run` in a thread of the caller's, or `start` in its own."""

    def __init__(
        self,
        core: "Core",
        *,
        lease_s: float = LEASE_S,
        heartbeat_s: float = HEARTBEAT_S,
        poll_s: float = POLL_S,
        kinds: Mapping[JobKind, Work] | None = None,
    ) -> None:
        """
        Make a worker; nothing runs yet.

        Args:
            lease_s: for how long a job is held without a sign of life.
            heartbeat_s: between two signs; less than half of the lease.
            poll_s: how long an idle worker rests before it looks again.
            kinds: what does each kind of job, where it is not the usual.

        Raises:
            EvigateError[E_JOB_OPTION]: the times do not fit each other.
        """
        if heartbeat_s <= 0 or heartbeat_s * 2 >= lease_s:
            message = f"A heartbeat of {heartbeat_s} s must be less than half a lease of {lease_s}."
            raise EvigateError(E_JOB_OPTION, message)
        if poll_s <= 0:
            raise EvigateError(E_JOB_OPTION, f"A worker cannot rest for {poll_s} s.")
        self.name = f"trainer-{uuid.uuid4().hex[:12]}"
        self._core = core
        self._lease_s = lease_s
        self._heartbeat_s = heartbeat_s
        self._poll_s = poll_s
        self._kinds = kinds
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    # Its life -------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to work in a thread, if it has not; look at once if it has."""
        with self._lock:
            if self._thread is None and not self._stop.is_set():
                self._thread = threading.Thread(
                    target=self.run, args=(self._stop,), name="evigate-trainer", daemon=True
                )
                self._thread.start()
        self._wake.set()

    def close(self) -> None:
        """Stop soon, and put the job that runs back into the queue."""
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(CLOSE_WAIT_S)

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; a database that is away is tried again."""
        while not stop.is_set():
            self._wake.clear()
            try:
                is_idle = self.run_once(is_stopping=stop.is_set) is None
            except (EvigateError, psycopg.Error) as error:
                log.warning("trainer_failed", error=repr(error))
                is_idle = True
            if is_idle and not stop.is_set():
                self._wake.wait(self._poll_s)

    def run_once(self, *, is_stopping: Callable[[], bool] = lambda: False) -> Job | None:
        """Reclaim what was left behind, then do one job; return it as it is after, None if idle."""
        token = f"{self.name}:{uuid.uuid4().hex[:12]}"
        with self._core.database.tx(nobody()) as tx:
            store.reclaim(tx)
            claimed = store.claim(tx, token, self._lease_s)
        if claimed is None:
            return None
        tenant_id, job_id = claimed
        subject = job_subject(tenant_id, ACTOR)
        with self._core.database.read(subject) as tx:
            job = store.get_job(tx, job_id)
        if job is not None:
            self._attempt(subject, job, token, is_stopping)
        with self._core.database.read(subject) as tx:
            return store.get_job(tx, job_id)

    # One attempt ----------------------------------------------------------------------------

    def _attempt(
        self, subject: Subject, job: Job, token: str, is_stopping: Callable[[], bool]
    ) -> None:
        if job.claimed_by != token:
            return
        attempt = Attempt(
            self._core.database,
            subject,
            job,
            self._core.root,
            lease_s=self._lease_s,
            heartbeat_s=self._heartbeat_s,
            is_stopping=is_stopping,
        )
        with attempt.beating():
            try:
                work = (self._kinds or works())[job.kind]
                self._publish(attempt, work(self._core, attempt))
            except Stopped:
                self._release(attempt, "stopped", is_given_back=True)
            except EvigateError as error:
                self._refused(attempt, error)
            except Exception as error:  # a job's own failure must not end the worker
                log.warning("job_broke", job_id=str(job.id), exc_info=True)
                self._failed(attempt, UNEXPECTED, type(error).__name__, is_retryable=True)

    def _refused(self, attempt: Attempt, error: EvigateError) -> None:
        if error.code is E_JOB_LEASE:
            log.warning("lease_lost", job_id=str(attempt.job.id))
            # Its checkpoints stay: whoever has the job now may be reading them.
            shutil.rmtree(attempt.folder / "model", ignore_errors=True)
        elif error.code is E_JOB_CANCELLED:
            self._end(attempt, JobStatus.CANCELLED)
        else:
            self._failed(
                attempt, error.code.name, error.message, is_retryable=error.code.is_retryable
            )

    def _failed(self, attempt: Attempt, code: str, message: str, *, is_retryable: bool) -> None:
        if is_retryable and attempt.job.attempts < attempt.job.attempts_max:
            self._release(attempt, f"{code}: {message}", is_given_back=False)
            return
        self._end(attempt, JobStatus.FAILED, {"code": code, "message": message})

    def _end(
        self, attempt: Attempt, status: JobStatus, error: Mapping[str, str] | None = None
    ) -> None:
        with self._core.database.tx(attempt.subject) as tx:
            is_ended = store.finish(tx, attempt.held, status, error=error)
        log.info("job_ended", job_id=str(attempt.job.id), status=status.value, is_ended=is_ended)

    def _release(self, attempt: Attempt, why: str, *, is_given_back: bool) -> None:
        with self._core.database.tx(attempt.subject) as tx:
            store.release(tx, attempt.held, is_given_back=is_given_back)
        log.info("job_released", job_id=str(attempt.job.id), why=why)

    # Publishing -----------------------------------------------------------------------------

    def _publish(self, attempt: Attempt, made: Trained) -> None:
        attempt.progress("publish", 0, None)
        name = f"{attempt.job.id}-{attempt.held.worker.rpartition(':')[2]}"
        folder = attempt.tenant_folder / MODELS / name
        make_directory(folder.parent)
        # Its age is what keeps it from a pruning that comes before its row.
        made.folder.touch()
        os.rename(made.folder, folder)
        sync_directory(folder.parent)
        place = f"{MODELS}/{name}" + (f"/{made.place}" if made.place else "")
        model = _model(attempt.job, made, made.scheme + place)
        try:
            with self._core.database.tx(attempt.subject) as tx:
                self._commit(tx, attempt, model, made)
        except EvigateError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self._core.tables.forget(attempt.subject)
        shutil.rmtree(attempt.job_folder, ignore_errors=True)
        log.info("model_trained", job_id=str(attempt.job.id), model=model.id)

    def _commit(self, tx: SyncTx, attempt: Attempt, model: Model, made: Trained) -> None:
        result = {**made.result, "model": model.id, "digest": model.digest}
        if made.judged is not None:
            result["evaluation"] = keep(tx, made.judged)
        if not store.finish(tx, attempt.held, JobStatus.COMPLETED, result=result):
            raise attempt.lost()
        if not catalog_rows.insert_model(tx, model):
            message = f"A model {model.id!r} was registered while this one was trained."
            raise EvigateError(E_MODEL_EXISTS, message)


def _model(job: Job, made: Trained, location: str) -> Model:
    return Model(
        name=job.output_name,
        version=job.output_version,
        task=made.task,
        backend=made.backend,
        dimensions=made.dimensions,
        digest=made.digest,
        location=location,
        options={**made.options, "is_trained": True},
        status=CANDIDATE,
        base_model=made.base_model,
        created_at=utc_now(),
    )
