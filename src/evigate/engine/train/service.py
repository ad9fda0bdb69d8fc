"""The queue as its tenants see it: submit once, look, wait, cancel, retry, prune."""

import re
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import structlog

from evigate.base.clock import monotonic_s, utc_now
from evigate.base.errors import EvigateError
from evigate.base.ids import new_uuid
from evigate.base.subject import Subject
from evigate.engine.catalog import store as catalog_rows
from evigate.engine.models import BUILT_IN
from evigate.engine.train import store
from evigate.engine.train.attempt import TRAINING
from evigate.engine.train.errors import (
    E_JOB_IDEMPOTENCY,
    E_JOB_MISSING,
    E_JOB_OPTION,
    E_JOB_STATE,
    E_JOB_TIMEOUT,
    E_TRAIN_NAME,
)
from evigate.engine.train.models import Job, JobStatus, Pruned, Submission
from evigate.kernel.db import SyncDatabase, SyncTx

log = structlog.get_logger(__name__)

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/-]{0,199}\Z")
MODELS = "models"
PRIORITY_MAX = 1_000
ATTEMPTS_MAX = 10
KEY_CHARACTERS_MAX = 200
LIMIT_MAX = 1_000
VERSION_TRIES = 20
LOOK_FIRST_S = 0.02
LOOK_LAST_S = 0.5
# A folder may be older than the row that will name it: its job is about to be finished.
GRACE_S = 3_600.0

Progress = Callable[[int, int | None], None]


class JobService:
    """Jobs of every tenant."""

    def __init__(self, database: SyncDatabase, root: Path) -> None:
        self._database = database
        self._root = root

    def submit(self, subject: Subject, asked: Submission) -> Job:
        """
        Queue a job; a second time under one idempotency key returns the first.

        Raises:
            EvigateError[E_JOB_OPTION | E_TRAIN_NAME]: a value is out of bounds, or a name taken.
            EvigateError[E_JOB_IDEMPOTENCY]: the key was used for another job.
        """
        _check(asked)
        for _ in range(VERSION_TRIES):
            known = self._known(subject, asked)
            if known is not None:
                return known
            job_id = new_uuid()
            with self._database.tx(subject) as tx:
                version = store.next_version(tx, asked.name)
                is_in = store.insert_job(tx, job_id, asked, version)
            if is_in:
                log.info("job_submitted", job_id=str(job_id), kind=asked.kind.value)
                return self.get(subject, job_id)
        message = f"Too many jobs for the model {asked.name!r} are submitted at this moment."
        raise EvigateError(E_JOB_STATE, message)

    def _known(self, subject: Subject, asked: Submission) -> Job | None:
        if asked.idempotency_key is None:
            return None
        with self._database.read(subject) as tx:
            found = store.job_of_key(tx, asked.idempotency_key)
        if found is None:
            return None
        if found[1] != store.spec_hash(asked):
            message = f"Another job was submitted under the key {asked.idempotency_key!r}."
            raise EvigateError(E_JOB_IDEMPOTENCY, message)
        return found[0]

    def get(self, subject: Subject, job_id: UUID) -> Job:
        """Return a job.

        Raises:
            EvigateError[E_JOB_MISSING]: the tenant has none of that id.
        """
        with self._database.read(subject) as tx:
            found = store.get_job(tx, job_id)
        if found is None:
            raise EvigateError(E_JOB_MISSING, f"There is no job {str(job_id)!r}.")
        return found

    def list(
        self, subject: Subject, *, status: str | None, before: UUID | None, limit: int
    ) -> Sequence[Job]:
        """Return jobs, newest first, those before a job if one is given."""
        if status is not None and status not in {each.value for each in JobStatus}:
            known = ", ".join(each.value for each in JobStatus)
            raise EvigateError(E_JOB_OPTION, f"The status {status!r} is none of {known}.")
        if not 1 <= limit <= LIMIT_MAX:
            raise EvigateError(E_JOB_OPTION, f"The limit is {limit}; it is 1 to {LIMIT_MAX}.")
        if before is not None:
            self.get(subject, before)
        with self._database.read(subject) as tx:
            return store.list_jobs(tx, status=status, before=before, limit=limit)

    def wait(
        self,
        subject: Subject,
        job_id: UUID,
        *,
        timeout_s: float,
        on_progress: Progress | None = None,
        is_cancelled: Callable[[], bool] | None = None,
    ) -> Job:
        """
        Return a job once it has ended, however it ended.

        Raises:
            EvigateError[E_JOB_TIMEOUT]: it has not ended in time, or the waiting was cancelled; the
                job goes on.
        """
        end_s = monotonic_s() + timeout_s
        pause, told, seen = _Pause(), None, self.get(subject, job_id)
        while not seen.status.is_end:
            if on_progress is not None and told != (seen.phase, seen.done):
                told = (seen.phase, seen.done)
                on_progress(seen.done, seen.total)
            is_over = is_cancelled is not None and is_cancelled()
            if is_over or monotonic_s() >= end_s:
                message = f"The job {str(job_id)!r} is {seen.status}, in its phase {seen.phase!r}."
                raise EvigateError(E_JOB_TIMEOUT, message)
            pause.sleep(end_s - monotonic_s())
            seen = self.get(subject, job_id)
        if on_progress is not None and seen.status is JobStatus.COMPLETED:
            on_progress(seen.done, seen.total)
        return seen

    def cancel(self, subject: Subject, job_id: UUID) -> Job:
        """Cancel a queued job, ask a running one to stop; one that has ended stays as it is."""
        with self._database.tx(subject) as tx:
            store.cancel(tx, job_id)
        return self.get(subject, job_id)

    def retry(self, subject: Subject, job_id: UUID) -> Job:
        """Queue a failed or cancelled job again; it goes on from its last checkpoint.

        Raises:
            EvigateError[E_JOB_STATE]: it is neither.
        """
        with self._database.tx(subject) as tx:
            is_queued = store.retry(tx, job_id)
        found = self.get(subject, job_id)
        if not is_queued:
            message = f"The job {str(job_id)!r} is {found.status}, neither failed nor cancelled."
            raise EvigateError(E_JOB_STATE, message)
        return found

    def hold(self, subject: Subject, job_id: UUID, *, is_claimable: bool) -> Job:
        """Keep a queued job from the workers, or let them have it.

        Raises:
            EvigateError[E_JOB_STATE]: it is not queued.
        """
        with self._database.tx(subject) as tx:
            is_done = store.hold(tx, job_id, is_claimable=is_claimable)
        found = self.get(subject, job_id)
        if not is_done:
            message = f"The job {str(job_id)!r} is {found.status}, no longer queued."
            raise EvigateError(E_JOB_STATE, message)
        return found

    def prune(self, subject: Subject, *, age_s: float, grace_s: float = GRACE_S) -> Pruned:
        """
        Forget jobs that ended so long ago, and remove files of trainings that no row names.

        A job whose model is still a candidate is kept: its eval is what decides on the model.
        Folders younger than `grace_s` are kept, and those of jobs that may go on.
        """
        if age_s < 0 or grace_s < 0:
            raise EvigateError(E_JOB_OPTION, "Ages are not negative.")
        tenant = self._root / str(subject.tenant_id)
        with self._database.tx(subject) as tx:
            jobs = store.prune(tx, age_s)
            named = self._named(tx)
            begun = {path.name for path in self._begun(tx, tenant / TRAINING)}
        before_s = utc_now().timestamp() - grace_s
        gone = [
            path
            for kind, kept in ((MODELS, named), (TRAINING, begun))
            for path in sorted((tenant / kind).glob("*"))
            if path.name not in kept and path.stat().st_mtime <= before_s
        ]
        for path in gone:
            shutil.rmtree(path, ignore_errors=True)
        return Pruned(tuple(jobs), tuple(str(path.relative_to(tenant)) for path in gone))

    def _begun(self, tx: SyncTx, folder: Path) -> Iterator[Path]:
        """Yield the folders of jobs that may yet go on from what is in them."""
        for path in folder.glob("*"):
            with suppress(ValueError):
                job = store.get_job(tx, UUID(path.name))
                if job is not None and job.status is not JobStatus.COMPLETED:
                    yield path

    def _named(self, tx: SyncTx) -> set[str]:
        """Return the folders of models that rows name."""
        parts = [
            (model.location or "").rpartition(":")[2].split("/")
            for model in catalog_rows.list_models(tx)
            if model.options.get("is_trained")
        ]
        return {part[1] for part in parts if len(part) > 1 and part[0] == MODELS}


class _Pause:
    """Sleeps, at first shortly and then longer."""

    def __init__(self) -> None:
        self._next_s = LOOK_FIRST_S

    def sleep(self, at_most_s: float) -> None:
        threading.Event().wait(max(0.0, min(self._next_s, at_most_s)))
        self._next_s = min(self._next_s * 1.5, LOOK_LAST_S)


def _check(asked: Submission) -> None:
    if not NAME.match(asked.name):
        message = f"{asked.name!r} cannot be a model's name: letters, digits and _ . : / - are."
        raise EvigateError(E_TRAIN_NAME, message)
    if asked.name in BUILT_IN:
        raise EvigateError(E_TRAIN_NAME, f"The name {asked.name!r} is a built-in model's.")
    if abs(asked.priority) > PRIORITY_MAX:
        message = f"The priority {asked.priority} is not within {PRIORITY_MAX} of 0."
        raise EvigateError(E_JOB_OPTION, message)
    if not 1 <= asked.attempts_max <= ATTEMPTS_MAX:
        message = f"attempts_max is {asked.attempts_max}; it is 1 to {ATTEMPTS_MAX}."
        raise EvigateError(E_JOB_OPTION, message)
    key = asked.idempotency_key
    if key is not None and not 1 <= len(key) <= KEY_CHARACTERS_MAX:
        message = f"An idempotency_key has 1 to {KEY_CHARACTERS_MAX} characters."
        raise EvigateError(E_JOB_OPTION, message)
