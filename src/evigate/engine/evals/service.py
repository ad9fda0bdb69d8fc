"""Runs of every tenant: begun, worked, kept whatever became of them, read back and compared."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

import structlog

from evigate.base.errors import E_BUG, EvigateError
from evigate.base.ids import new_uuid
from evigate.base.subject import Subject
from evigate.engine.evals import store
from evigate.engine.evals.compare import compare_runs
from evigate.engine.evals.errors import E_EVAL_ABANDONED, E_EVAL_COMPARE, E_EVAL_MISSING
from evigate.engine.evals.models import Compared, EvalRun, EvalStatus, Outcome, Plan, Scored
from evigate.kernel.db import SyncDatabase

log = structlog.get_logger(__name__)

COMPARED_MAX = 20
# A run that is still "running" after so long belongs to a process that was killed.
RUN_MAX_S = 24 * 3_600.0
ABANDONED = {"code": E_EVAL_ABANDONED.name, "message": "The process ended before the run did."}


class EvalService:
    """Evals, over the database alone; what is measured comes in as a callable."""

    def __init__(self, database: SyncDatabase) -> None:
        self._database = database

    def run(self, subject: Subject, plan: Plan, work: Callable[[], Outcome]) -> EvalRun:
        """
        Do the work and keep what came of it.

        The run is a row before the work begins; if the work raises, the row says so and the error
        goes on to the caller. A run whose process was killed is failed by the tenant's next one, a
        day later.
        """
        run_id = new_uuid()
        with self._database.tx(subject) as tx:
            store.abandon_runs(tx, ABANDONED, older_s=RUN_MAX_S)
            store.insert_run(tx, run_id, plan)
        try:
            outcome = work()
            with self._database.tx(subject) as tx:
                store.complete_run(tx, run_id, outcome)
        except BaseException as error:
            self._fail(subject, run_id, error)
            raise
        log.info("eval_completed", run_id=str(run_id), type=plan.type.value)
        return self.get(subject, run_id)

    def _fail(self, subject: Subject, run_id: UUID, error: BaseException) -> None:
        is_ours = isinstance(error, EvigateError)
        code = error.code.name if isinstance(error, EvigateError) else E_BUG.name
        # A foreign error's text may hold what is not for everybody; its type does not.
        message = str(error) if is_ours else type(error).__name__
        with self._database.tx(subject) as tx:
            store.fail_run(tx, run_id, {"code": code, "message": message})
        log.warning("eval_failed", run_id=str(run_id), code=code)

    def get(self, subject: Subject, run_id: UUID) -> EvalRun:
        """Return a run.

        Raises:
            EvigateError[E_EVAL_MISSING]: the tenant has none of that id.
        """
        with self._database.read(subject) as tx:
            found = store.get_run(tx, run_id)
        if found is None:
            raise EvigateError(E_EVAL_MISSING, f"There is no eval run {str(run_id)!r}.")
        return found

    def list(
        self,
        subject: Subject,
        *,
        type: str | None,
        source: str | None,
        before: UUID | None,
        limit: int,
    ) -> Sequence[EvalRun]:
        """Return runs, newest first, those before an id if one is given."""
        with self._database.read(subject) as tx:
            return store.list_runs(tx, type=type, source=source, before=before, limit=limit)

    def rows(self, subject: Subject, run_id: UUID) -> Sequence[Scored]:
        """Return a run's rows by their id; none for one that did not complete."""
        self.get(subject, run_id)
        with self._database.read(subject) as tx:
            return [*store.rows_of(tx, run_id)]

    def remove(self, subject: Subject, run_id: UUID) -> None:
        """Forget a run and its rows.

        Raises:
            EvigateError[E_EVAL_MISSING]: the tenant has none of that id.
        """
        with self._database.tx(subject) as tx:
            if not store.delete_run(tx, run_id):
                raise EvigateError(E_EVAL_MISSING, f"There is no eval run {str(run_id)!r}.")

    def compare(self, subject: Subject, run_ids: Sequence[UUID]) -> Sequence[Compared]:
        """Compare completed runs of one type with the first, query by query.

        Raises:
            EvigateError[E_EVAL_COMPARE]: they are fewer than two, too many, of several types, or
                one did not complete.
        """
        if not 2 <= len(run_ids) <= COMPARED_MAX:
            message = f"{len(run_ids)} runs were named; 2 to {COMPARED_MAX} can be compared."
            raise EvigateError(E_EVAL_COMPARE, message)
        runs = [self.get(subject, run_id) for run_id in run_ids]
        for run in runs:
            if run.status is not EvalStatus.COMPLETED:
                raise EvigateError(E_EVAL_COMPARE, f"The run {str(run.id)!r} is {run.status}.")
            if run.type is not runs[0].type:
                message = f"The run {str(run.id)!r} is of type {run.type}, not {runs[0].type}."
                raise EvigateError(E_EVAL_COMPARE, message)
        rows = {run.id: self.rows(subject, run.id) for run in runs}
        found = compare_runs(
            [(str(run.id), {row.id: row.metrics for row in rows[run.id]}) for run in runs]
        )
        return [
            replace(each, is_same_golden=run.golden_digest == runs[0].golden_digest)
            for each, run in zip(found, runs, strict=True)
        ]
