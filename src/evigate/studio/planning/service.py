"""The verbs of a plan: generate, look, answer, take what is filled in, leave out, patterns.

A project's plan changes one change at a time (the project's row is locked), and each change of a
question is compared with the version that was seen. What follows from an answer (offers to other
questions, questions that it opens) is done in the answer's own transaction, so exactly once.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal
from uuid import UUID

from evigate.base.clock import utc_now
from evigate.base.errors import E_BUG, EvigateError
from evigate.base.ids import RunId
from evigate.base.subject import Subject
from evigate.kernel.access import require
from evigate.kernel.db import Database, Tx
from evigate.kernel.events import NewEvent, StreamKey, append_events
from evigate.kernel.events.telling import RUN_STREAM
from evigate.kernel.jobs import enqueue
from evigate.kernel.policies import Guard
from evigate.kernel.runs import Run, create_run, get_run, set_job
from evigate.kernel.tenancy import CUSTOMER
from evigate.studio.features.service import STREAM, FeatureService
from evigate.studio.features.store import complete_curation, get_curation
from evigate.studio.feedback.store import note_offer
from evigate.studio.library.service import LibraryService
from evigate.studio.noting import note_answer
from evigate.studio.permissions import READ, WRITE, on_project
from evigate.studio.phases.gates import gates_of
from evigate.studio.phases.models import Phase
from evigate.studio.phases.store import get_project, lock_project, project_facts
from evigate.studio.planning.answering import give, process
from evigate.studio.planning.applying import decide
from evigate.studio.planning.drafting import open_status
from evigate.studio.planning.errors import (
    E_BOARD_UNFINISHED,
    E_QUESTION_ANSWER_REUSED,
    E_QUESTION_PLAN_NOT_FOUND,
    E_QUESTION_STATE,
)
from evigate.studio.planning.generation import PATIENCE_MS, Generation
from evigate.studio.planning.leaving import leave_question, leave_tasks
from evigate.studio.planning.mistakes import (
    Mistake,
    MistakeKind,
    MistakeRow,
    list_mistakes,
    strategy_for,
    tell_outcome,
)
from evigate.studio.planning.models import (
    HIGH,
    OPEN,
    Answer,
    AnswerSource,
    Plan,
    PlanQuestion,
    plain_value,
)
from evigate.studio.planning.refusals import check_seen, need_question, not_so
from evigate.studio.planning.store import (
    answer_history,
    begin_plan,
    end_plan,
    find_answer,
    find_head,
    follow_questions,
    load_plan,
    put_question,
)
from evigate.studio.planning.values import read_answer
from evigate.studio.session.noting import path_of

PLAN = "studio.plan"
REASON_CHARACTERS = 2000
Act = Callable[[PlanQuestion], PlanQuestion]


class PlanService:
    """Question plans of every tenant's projects."""

    def __init__(
        self, database: Database, guard: Guard, features: FeatureService, library: LibraryService
    ) -> None:
        self.database = database
        self.guard = guard
        self.patience_ms = PATIENCE_MS
        self._features = features
        self._library = library

    # Generating ------------------------------------------------------------------------

    async def generate(self, subject: Subject, project_id: UUID) -> RunId:
        """
        Leave a job that plans what the board asks; return its run's id, which can be followed.

        While one is under way, that one's id is returned. A plan that holds stays until the new one
        takes its place, and what was answered is carried over.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND]
            EvigateError[E_BOARD_UNFINISHED]: the detail names what the board lacks.
        """
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            await lock_project(tx, project_id)
            if (running := await self._running(tx, project_id)) is not None:
                return running
            await _check_board(tx, project_id)
            curation = await get_curation(tx, project_id)
            assert curation is not None
            run_id = await create_run(tx, PLAN, {"project_id": str(project_id)})
            await begin_plan(tx, project_id, run_id, curation.source_hash)
            job_id = await enqueue(tx, PLAN, {"run_id": str(run_id)}, lock=f"plan:{project_id}")
            await set_job(tx, run_id, job_id)
            await complete_curation(tx, project_id)
            await _tell(tx, project_id, "plan_started", run_id=str(run_id))
            return run_id

    async def _running(self, tx: Tx, project_id: UUID) -> RunId | None:
        """Return the run under way; one that ended without its plan is put right."""
        head = await find_head(tx, project_id, is_newest=True)
        run = await get_run(tx, head.run_id) if head is not None else None
        if run is not None and not run.status.is_end:
            return run.id
        if head is None or head.status != "generating":
            return None
        mistake = Mistake(
            MistakeKind.INVALID_STATE,
            "planning.plan",
            "generating",
            "A plan was under way whose run had ended.",
        )
        if await strategy_for(tx, mistake) is None:
            raise EvigateError(
                E_BOARD_UNFINISHED, "A plan of the project ended unfinished too often."
            )
        await end_plan(tx, head.id)
        await tell_outcome(tx, mistake, is_fixed=True)
        return None

    async def run(self, subject: Subject, project_id: UUID) -> Run | None:
        """Return the run of the project's newest plan; None where none was ever begun."""
        async with on_project(self.guard, subject, READ, project_id) as tx:
            await get_project(tx, project_id)
            head = await find_head(tx, project_id, is_newest=True)
            return None if head is None else await get_run(tx, head.run_id)

    async def stream_of(self, subject: Subject, project_id: UUID) -> StreamKey:
        """
        Return the event stream of the newest plan's run, for whoever may see it.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_QUESTION_PLAN_NOT_FOUND]
        """
        run = await self.run(subject, project_id)
        if run is None:
            raise EvigateError(E_QUESTION_PLAN_NOT_FOUND, "No plan was begun for the project.")
        assert subject.tenant_id is not None
        return StreamKey(subject.tenant_id, RUN_STREAM, run.id)

    async def walk(self, subject: Subject, arguments: Mapping[str, Any]) -> None:
        """Do a plan's job."""
        await self._generation(subject, arguments).walk()

    async def give_up(
        self, subject: Subject, arguments: Mapping[str, Any], error: BaseException
    ) -> None:
        """End a plan whose job was tried as often as allowed."""
        if not isinstance(error, EvigateError):
            error = EvigateError(E_BUG, f"Planning broke: {type(error).__name__}.")
        await self._generation(subject, arguments).end(error)

    def _generation(self, subject: Subject, arguments: Mapping[str, Any]) -> Generation:
        return Generation(
            self.database,
            self._features,
            self._library,
            subject,
            UUID(str(arguments["run_id"])),
            patience_ms=self.patience_ms,
        )

    # Looking ---------------------------------------------------------------------------

    async def show(self, subject: Subject, project_id: UUID) -> Plan:
        """
        Return the plan that holds.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_QUESTION_PLAN_NOT_FOUND]
        """
        async with on_project(self.guard, subject, READ, project_id, is_snapshot=True) as tx:
            return await load_plan(tx, project_id)

    async def history(self, subject: Subject, project_id: UUID, key: str) -> list[Answer]:
        """Return every answer to a question, oldest first; raises as `show`."""
        async with on_project(self.guard, subject, READ, project_id) as tx:
            need_question(await load_plan(tx, project_id), key)
            return await answer_history(tx, project_id, key)

    async def mistakes(self, subject: Subject) -> list[MistakeRow]:
        """Return the failures that recur in the tenant, the most frequent first."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            return await list_mistakes(tx)

    # Answering -------------------------------------------------------------------------

    async def answer(
        self,
        subject: Subject,
        project_id: UUID,
        key: str,
        raw: Any,
        *,
        notes: str = "",
        version_seen: int | None = None,
        idempotency_key: str | None = None,
    ) -> Plan:
        """
        Answer a question, or answer it anew; earlier answers are kept.

        Args:
            raw: the value, or a text that is read as the question's kind wants it.
            version_seen: the question's version, so that another's answer since is not lost.
            idempotency_key: sent again under the same key, it is given once.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_QUESTION_PLAN_NOT_FOUND | E_QUESTION_NOT_FOUND]
            EvigateError[E_QUESTION_STATE]: the question is withdrawn or settled by a pattern.
            EvigateError[E_QUESTION_ANSWER_INVALID]: it is no answer of the question's kind.
            EvigateError[E_QUESTION_STALE]: somebody changed the question; both values are told.
            EvigateError[E_QUESTION_ANSWER_REUSED]: the key stands for another answer.
        """
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            await lock_project(tx, project_id)
            plan = await load_plan(tx, project_id)
            question = need_question(plan, key)
            value = read_answer(question.kind, question.options, raw)
            if idempotency_key is not None:
                found = await find_answer(tx, project_id, idempotency_key)
                if found is not None and found != (key, value):
                    raise EvigateError(
                        E_QUESTION_ANSWER_REUSED, "That key stands for another answer."
                    )
                if found is not None:
                    return plan
            check_seen(question, version_seen, plain_value(value))
            if question.status in ("withdrawn", "suppressed"):
                raise not_so(question)
            await self._give(
                tx, plan, question, value, "user", notes=notes, idempotency_key=idempotency_key
            )
            return await self._left(tx, project_id)

    async def accept(
        self, subject: Subject, project_id: UUID, key: str, *, version_seen: int | None = None
    ) -> Plan:
        """
        Take what is filled in as the answer; taken already, it changes nothing.

        Raises:
            EvigateError[E_QUESTION_STATE]: nothing is filled in; and as `answer`.
        """
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            await lock_project(tx, project_id)
            plan = await load_plan(tx, project_id)
            question = need_question(plan, key)
            if question.status == "accepted" and not question.has_conflict:
                return plan
            check_seen(question, version_seen, "take what is filled in")
            if question.prefill is None or question.status in ("withdrawn", "suppressed"):
                raise not_so(question)
            await self._give(tx, plan, question, question.prefill.value, "prefill_accepted")
            return await self._left(tx, project_id)

    async def accept_all(
        self, subject: Subject, project_id: UUID, *, least: float = HIGH, is_seen: bool = True
    ) -> tuple[Plan, list[str]]:
        """
        Take everything that is filled in as surely as `least`; return the plan and what was taken.

        Args:
            is_seen: whether a person looked; what nobody looked at teaches nothing.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_QUESTION_PLAN_NOT_FOUND]
        """
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            await lock_project(tx, project_id)
            plan = await load_plan(tx, project_id)
            taken = [
                each
                for each in plan.questions
                if each.status == "prefilled" and each.prefill and each.prefill.confidence >= least
            ]
            for question in taken:
                assert question.prefill is not None
                plan = await load_plan(tx, project_id)
                await self._give(
                    tx,
                    plan,
                    need_question(plan, question.key),
                    question.prefill.value,
                    "prefill_accepted",
                    is_seen=is_seen,
                )
            return await self._left(tx, project_id), [each.key for each in taken]

    async def reject(
        self, subject: Subject, project_id: UUID, key: str, *, version_seen: int | None = None
    ) -> Plan:
        """
        Refuse what is filled in, or keep the answer that it speaks against; it is remembered.

        Raises:
            EvigateError[E_QUESTION_STATE]: nothing is filled in; and as `answer`.
        """

        def act(question: PlanQuestion) -> PlanQuestion:
            if question.prefill is None or question.status in ("withdrawn", "suppressed"):
                raise not_so(question)
            refused = replace(question, rejected=question.prefill.value)
            if question.answer is not None:
                return refused
            return replace(refused, prefill=None, status="rejected")

        return await self._change(
            subject, project_id, key, act, version_seen=version_seen, is_dismissal=True
        )

    async def skip(
        self,
        subject: Subject,
        project_id: UUID,
        key: str,
        reason: str = "",
        *,
        version_seen: int | None = None,
    ) -> Plan:
        """
        Leave a question out; a required one wants a reason.

        Raises:
            EvigateError[E_QUESTION_STATE]: it is answered, or required and without a reason.
        """

        def act(question: PlanQuestion) -> PlanQuestion:
            if question.status not in OPEN or len(reason) > REASON_CHARACTERS:
                raise not_so(question)
            if question.is_required and not reason.strip():
                message = f"{question.ask!r} is required; leaving it out wants a reason."
                raise EvigateError(E_QUESTION_STATE, message)
            return replace(question, status="skipped", reason=reason.strip())

        return await self._change(subject, project_id, key, act, version_seen=version_seen)

    async def reopen(
        self, subject: Subject, project_id: UUID, key: str, *, version_seen: int | None = None
    ) -> Plan:
        """Ask a question again that was left out; raises as `skip`."""

        def act(question: PlanQuestion) -> PlanQuestion:
            if question.status != "skipped":
                raise not_so(question)
            return replace(question, status=open_status(question), reason="")

        return await self._change(subject, project_id, key, act, version_seen=version_seen)

    async def _change(
        self,
        subject: Subject,
        project_id: UUID,
        key: str,
        act: Act,
        *,
        version_seen: int | None,
        is_dismissal: bool = False,
    ) -> Plan:
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            await lock_project(tx, project_id)
            plan = await load_plan(tx, project_id)
            question = need_question(plan, key)
            check_seen(question, version_seen, "change how it stands")
            changed = act(question)
            if is_dismissal:
                await note_offer(tx, project_id, question, "suggestion_dismissed", None)
            await put_question(tx, changed)
            await follow_questions(tx, plan.head.id)
            await _tell(tx, project_id, "question_changed", key=key, status=changed.status)
            return await self._left(tx, project_id)

    # Asking others ---------------------------------------------------------------------

    async def ask(
        self, subject: Subject, project_id: UUID, key: str, *, role: str | None = CUSTOMER
    ) -> Plan:
        """
        Leave a question to somebody else as a task; one that is left already changes nothing.

        Args:
            role: whose task it is; None leaves it to anybody of the project.

        Raises:
            EvigateError[E_QUESTION_STATE]: nothing is open about it; and as `answer`.
        """
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            await lock_project(tx, project_id)
            plan = await load_plan(tx, project_id)
            question = need_question(plan, key)
            if not question.is_open and not question.has_conflict:
                raise not_so(question)
            await leave_question(tx, project_id, question, role=role)
            return plan

    async def take(self, tx: Tx, project_id: UUID, key: str, words: str, task_id: UUID) -> bool:
        """
        Answer a question by a task that asked it, within the task's own transaction.

        The answer is a claim of the project too, with the words it rests on.

        Returns:
            Whether the plan that holds still asks it; without it nothing is written.

        Raises:
            EvigateError[E_QUESTION_ANSWER_INVALID]: it is no answer of the question's kind.
        """
        await lock_project(tx, project_id)
        if await find_head(tx, project_id) is None:
            return False
        plan = await load_plan(tx, project_id)
        question = plan.question(key)
        if question is None or question.status in ("withdrawn", "suppressed"):
            return False
        value = read_answer(question.kind, question.options, words)
        library = await self._library.library_in(tx)
        await self._give(tx, plan, question, value, "user")
        known = library.questions.get(key)
        await note_answer(tx, project_id, path_of(known.fills if known else None, key), words)
        await leave_tasks(tx, await load_plan(tx, project_id), library, but=task_id)
        return True

    async def _left(self, tx: Tx, project_id: UUID) -> Plan:
        """Leave to people what the plan calls for now, and return it."""
        plan = await load_plan(tx, project_id)
        await leave_tasks(tx, plan, await self._library.library_in(tx))
        return plan

    async def _give(
        self,
        tx: Tx,
        plan: Plan,
        question: PlanQuestion,
        value: Any,
        source: AnswerSource,
        *,
        notes: str = "",
        idempotency_key: str | None = None,
        is_seen: bool = True,
    ) -> None:
        library = await self._library.library_in(tx)
        results = await process(tx, plan, question, value, library)
        await give(
            tx,
            plan,
            question,
            value,
            source,
            notes=notes,
            idempotency_key=idempotency_key,
            results=results,
            is_seen=is_seen,
        )
        await _tell(tx, plan.project_id, "question_answered", key=question.key, source=source)

    # Patterns --------------------------------------------------------------------------

    async def decide_pattern(
        self,
        subject: Subject,
        project_id: UUID,
        pattern_key: str,
        decision: Literal["apply", "dismiss", "undo"],
    ) -> Plan:
        """
        Apply a pattern, dismiss it, or take either back.

        Applying hides the open questions that the pattern answers; taking it back asks them again.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_QUESTION_PLAN_NOT_FOUND | E_PATTERN_NOT_FOUND]
            EvigateError[E_PATTERN_STATE]: there is nothing to take back, or it is decided on.
        """
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            await lock_project(tx, project_id)
            plan = await load_plan(tx, project_id)
            await decide(tx, plan, pattern_key, decision)
            return await load_plan(tx, project_id)


async def _check_board(tx: Tx, project_id: UUID) -> None:
    facts = await project_facts(tx, project_id)
    gate = gates_of(facts, now=utc_now())[Phase.FEATURE_SELECTION.place]
    unmet = [each for each in gate.items if not each.is_met]
    if unmet:
        named = "; ".join(each.title for each in unmet)
        raise EvigateError(
            E_BOARD_UNFINISHED,
            f"The board is not finished, for it is not so that: {named}.",
            detail={"unmet": [each.key for each in unmet]},
        )


async def _tell(tx: Tx, project_id: UUID, type_: str, **payload: object) -> None:
    await append_events(tx, STREAM, project_id, [NewEvent(type_, payload)])
