"""`db.jobs`: what is being trained, how far it is, and what came of it."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.train.errors import E_JOB_MISSING, E_JOB_OPTION
from evigate.engine.train.models import Job, Pruned
from evigate.engine.train.service import JobService
from evigate.engine.verbs import READ, WRITE, verb

if TYPE_CHECKING:
    from evigate.engine.core import Core

Progress = Callable[[int, int | None], None]

WAIT_S = 600.0
WAIT_MAX_S = 30 * 86_400.0
WEEK_S = 7 * 86_400.0


class JobVerbs:
    """The verbs on jobs of one tenant."""

    def __init__(self, core: "Core", subject: Subject) -> None:
        self.core = core
        self.subject = subject

    @property
    def _service(self) -> JobService:
        return JobService(self.core.database, self.core.root)

    @verb(READ)
    def list(
        self, *, status: str | None = None, before: str | None = None, limit: int = 100
    ) -> Sequence[Job]:
        """Return jobs, newest first.

        Args:
            status: queued, running, completed, failed or cancelled.
            before: a job's id: only older ones, for the next page.
        """
        older = None if before is None else job_id(before)
        return self._service.list(self.subject, status=status, before=older, limit=limit)

    @verb(READ)
    def get(self, job: str) -> Job:
        """Return a job."""
        return self._service.get(self.subject, job_id(job))

    @verb(READ)
    def wait(
        self,
        job: str,
        *,
        timeout_s: float = WAIT_S,
        on_progress: Progress | None = None,
        is_cancelled: Callable[[], bool] | None = None,
    ) -> Job:
        """Return a job once it has ended: completed, failed or cancelled.

        Args:
            timeout_s: then E_JOB_TIMEOUT is raised, and the job goes on.
        """
        if not 0 <= timeout_s <= WAIT_MAX_S:
            raise EvigateError(
                E_JOB_OPTION, f"timeout_s is {timeout_s}; it is 0 to {WAIT_MAX_S:g}."
            )
        found = self._service.get(self.subject, job_id(job))
        if not found.status.is_end:
            self.core.trainer.start()
        return self._service.wait(
            self.subject,
            found.id,
            timeout_s=timeout_s,
            on_progress=on_progress,
            is_cancelled=is_cancelled,
        )

    @verb(WRITE)
    def cancel(self, job: str) -> Job:
        """Cancel a queued job, ask a running one to stop; return it as it is now."""
        return self._service.cancel(self.subject, job_id(job))

    @verb(WRITE)
    def retry(self, job: str) -> Job:
        """Queue a failed or cancelled job again; it goes on from its last checkpoint."""
        found = self._service.retry(self.subject, job_id(job))
        self.core.trainer.start()
        return found

    @verb(WRITE)
    def hold(self, job: str) -> Job:
        """Keep a queued job from being begun."""
        return self._service.hold(self.subject, job_id(job), is_claimable=False)

    @verb(WRITE)
    def release(self, job: str) -> Job:
        """Let a job that was held be begun."""
        found = self._service.hold(self.subject, job_id(job), is_claimable=True)
        self.core.trainer.start()
        return found

    @verb(WRITE)
    def prune(self, *, age_s: float = WEEK_S) -> Pruned:
        """Forget jobs that ended so long ago, and remove files of trainings that no row names.

        A job whose model is still a candidate is kept, since its eval decides on the model.

        Args:
            age_s: since the job's end, in seconds.
        """
        return self._service.prune(self.subject, age_s=age_s)


def job_id(text: str) -> UUID:
    """Return a job's id; E_JOB_MISSING for what is none."""
    try:
        return UUID(str(text))
    except ValueError as error:
        raise EvigateError(E_JOB_MISSING, f"{text!r} is no job's id.") from error
