"""One plan under way: look at the board, collect what it asks, fill in what is known, write it.

Two steps, each done once (`kernel.runs.StepRunner`): mending the board, and drafting with its
record, so a worker that is killed leaves all or nothing of a plan, and the next one goes on.
"""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import psycopg

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.kernel.db import Database, Tx
from evigate.kernel.events import NewEvent, append_events
from evigate.kernel.events.telling import RUN_STREAM, tell, tell_end
from evigate.kernel.runs import RunStatus, StepRunner, finish_run, get_run, start_run
from evigate.studio.features.reading import known_of
from evigate.studio.features.service import STREAM, FeatureService, source_hash_of
from evigate.studio.features.store import list_features
from evigate.studio.feedback.learning import experience_of
from evigate.studio.feedback.store import list_outcomes
from evigate.studio.library import Library
from evigate.studio.library.service import LibraryService
from evigate.studio.phases.store import lock_project
from evigate.studio.planning.counting import stats_of
from evigate.studio.planning.drafting import (
    Drafted,
    Inputs,
    draft_plan,
    questions_of,
    suppress,
)
from evigate.studio.planning.errors import E_BOARD_UNFINISHED
from evigate.studio.planning.leaving import leave_tasks
from evigate.studio.planning.mistakes import (
    Mistake,
    MistakeKind,
    strategy_for,
    tell_outcome,
)
from evigate.studio.planning.patterns import detect_patterns
from evigate.studio.planning.store import (
    end_plan,
    find_head,
    follow_questions,
    insert_question,
    list_patterns,
    list_questions,
    load_plan,
    newest_answers,
    plan_of_run,
    publish_plan,
    put_patterns,
    set_patience,
)

# How long writing a plan may wait for the project; a second try waits twice as long.
PATIENCE_MS = 10_000
MENDED_MAX = 20


class Generation:
    """One run of planning."""

    def __init__(
        self,
        database: Database,
        features: FeatureService,
        library: LibraryService,
        subject: Subject,
        run_id: UUID,
        *,
        patience_ms: int = PATIENCE_MS,
    ) -> None:
        self._database = database
        self._features = features
        self._library = library
        self._subject = subject
        self._id = run_id
        self._patience_ms = patience_ms
        self._steps = StepRunner(database, subject, run_id)

    async def walk(self) -> None:
        """Go to the end, and end the run.

        Raises:
            EvigateError: a failure that trying again may mend; the run stays open.
        """
        async with self._database.tx(self._subject) as tx:
            run = await get_run(tx, self._id)
            plan = await plan_of_run(tx, self._id)
            if run is None or plan is None or not await start_run(tx, self._id):
                return
        try:
            notices = await self._mend(plan["project_id"])
            summary = await self._draft(plan["project_id"], plan["id"], notices)
        except EvigateError as error:
            if error.code.is_retryable:
                raise
            await self.end(error)
        else:
            async with self._database.tx(self._subject) as tx:
                # A build may make the plan beside the job that was left for it; one ends it.
                if await finish_run(tx, self._id, RunStatus.SUCCEEDED, output=summary):
                    await tell_end(tx, RUN_STREAM, self._id, "run_complete", **summary)

    async def end(self, error: EvigateError) -> None:
        """End the run and its plan with an error."""
        code, message = error.code.name, error.message
        async with self._database.tx(self._subject) as tx:
            plan = await plan_of_run(tx, self._id)
            ended = await finish_run(
                tx, self._id, RunStatus.FAILED, error_code=code, error_message=message
            )
            if plan is not None and ended:
                await end_plan(tx, plan["id"])
                event = NewEvent("plan_failed", {"code": code})
                await append_events(tx, STREAM, plan["project_id"], [event])
                await tell_end(tx, RUN_STREAM, self._id, "run_error", code=code, message=message)

    # The steps -------------------------------------------------------------------------

    async def _mend(self, project_id: UUID) -> list[str]:
        """Choose what chosen features have come to need since, and tell it."""

        async def compute() -> list[str]:
            await self._progress("Looking at the board", 5)
            notices: list[str] = []
            while (found := await self._missing(project_id)) is not None:
                if len(notices) > MENDED_MAX:
                    raise EvigateError(
                        E_BOARD_UNFINISHED, "The board needs too much that it lacks."
                    )
                notices += await self._add(project_id, *found)
            return notices

        async def record(_tx: Tx, notices: list[str]) -> Mapping[str, Any]:
            return {"notices": notices}

        done = await self._steps.run("mend", compute, record)
        return list(done["notices"])

    async def _missing(self, project_id: UUID) -> tuple[str, str] | None:
        """Return a chosen feature and one that it needs now and is not chosen; None for none."""
        library = await self._library.library(self._subject)
        async with self._database.tx(self._subject) as tx:
            chosen = [each for each in await list_features(tx, project_id) if each.is_selected]
        now = {each.key: tuple(each.depends) for each in library.features}
        keys = {each.key for each in chosen}
        for each in chosen:
            for needed in (*each.depends, *now.get(each.key, ())):
                if needed not in keys:
                    return each.title, needed
        return None

    async def _add(self, project_id: UUID, title: str, needed: str) -> list[str]:
        mistake = Mistake(
            MistakeKind.MISSING_DEPENDENCY,
            "planning.generation",
            needed,
            "A chosen feature needs one that is not chosen.",
        )
        what = f"{title!r} needs the feature {needed!r}, which is not chosen"
        await self._try(mistake, what)
        try:
            board = await self._features.select(self._subject, project_id, needed)
        except EvigateError as error:
            await self._outcome(mistake, is_fixed=False)
            message = f"{what}: {error.message}"
            raise EvigateError(E_BOARD_UNFINISHED, message) from error
        await self._outcome(mistake, is_fixed=True)
        return [f"{needed!r} was chosen too: {title!r} needs it now.", *board.notices]

    async def _draft(self, project_id: UUID, plan_id: UUID, notices: list[str]) -> dict[str, Any]:
        library = await self._library.library(self._subject)

        patience = self._patience_ms

        async def compute() -> tuple[Inputs, Drafted]:
            await self._progress("Collecting what the features ask", 25)
            inputs = await self._inputs(project_id, library, patience)
            await self._progress("Filling in what is known", 55)
            drafted = await asyncio.to_thread(draft_plan, inputs)
            notices.extend(await self._told(drafted))
            await self._progress("Writing the plan", 85)
            return inputs, drafted

        async def record(tx: Tx, found: tuple[Inputs, Drafted]) -> Mapping[str, Any]:
            await set_patience(tx, patience)
            return await self._write(tx, project_id, plan_id, *found, notices)

        try:
            return await self._steps.run("draft", compute, record)
        except psycopg.errors.QueryCanceled:
            mistake = Mistake(
                MistakeKind.TIMEOUT,
                "planning.generation",
                "draft",
                "Writing a plan waited too long for the project.",
            )
            await self._try(mistake, "Somebody else is changing the project")
            patience = 2 * patience
            done = await self._retry(mistake, compute, record)
        return done

    async def _retry(self, mistake: Mistake, compute: Any, record: Any) -> dict[str, Any]:
        try:
            done = await self._steps.run("draft", compute, record)
        except psycopg.errors.QueryCanceled as error:
            await self._outcome(mistake, is_fixed=False)
            message = "Somebody else has been changing the project for too long."
            raise EvigateError(E_BOARD_UNFINISHED, message) from error
        await self._outcome(mistake, is_fixed=True)
        return done

    async def _inputs(self, project_id: UUID, library: Library, patience: int) -> Inputs:
        async with self._database.tx(self._subject) as tx:
            await set_patience(tx, patience)
            known = await known_of(tx, project_id)
            chosen = [each for each in await list_features(tx, project_id) if each.is_selected]
            await put_patterns(tx, project_id, detect_patterns(known.text, chosen, library))
            return Inputs(
                known=known,
                selected=tuple(chosen),
                library=library,
                answers=await newest_answers(tx, project_id),
                detections=await list_patterns(tx, project_id),
                experience=await asyncio.to_thread(experience_of, await list_outcomes(tx)),
            )

    async def _told(self, drafted: Drafted) -> list[str]:
        """Keep what had to be mended while drafting, and return it in words."""
        notices = []
        for edge in drafted.dropped:
            mistake = Mistake(
                MistakeKind.CIRCULAR_REFERENCE,
                "planning.generation",
                f"{edge.key} > {edge.needs}",
                "Features need each other in a circle.",
            )
            circle = " > ".join((*edge.path, edge.path[0]))
            await self._try(mistake, f"Features need each other in a circle: {circle}")
            await self._outcome(mistake, is_fixed=True)
            notices.append(f"{circle} is a circle; the last step was left out of the order.")
        if left := drafted.collected.left_out:
            mistake = Mistake(
                MistakeKind.BUDGET_EXCEEDED,
                "planning.generation",
                "questions",
                "A plan had more questions than one person can be asked.",
            )
            await self._try(mistake, "The plan has too many questions")
            await self._outcome(mistake, is_fixed=True)
            notices.append(f"{len(left)} questions of little weight were left out.")
        return notices

    async def _write(
        self,
        tx: Tx,
        project_id: UUID,
        plan_id: UUID,
        inputs: Inputs,
        drafted: Drafted,
        notices: list[str],
    ) -> Mapping[str, Any]:
        await lock_project(tx, project_id)
        live = await find_head(tx, project_id)
        before = {each.key: each for each in await list_questions(tx, live.id)} if live else {}
        answers = await newest_answers(tx, project_id)
        questions = questions_of(drafted, before, answers)
        for pattern in await list_patterns(tx, project_id):
            if pattern.status == "applied":
                questions = [suppress(each, pattern) for each in questions]
        for each in questions:
            await insert_question(tx, project_id, plan_id, each)
        titles = {each.key: each.title for each in inputs.selected}
        await publish_plan(
            tx,
            project_id,
            plan_id,
            source_hash=source_hash_of(inputs.selected),
            library_version=inputs.library.version,
            sections=[{"key": key, "title": titles[key]} for key in drafted.order],
            notices=notices,
        )
        if any(not each.is_open for each in questions):
            await follow_questions(tx, plan_id)
        await leave_tasks(tx, await load_plan(tx, project_id), inputs.library)
        stats = stats_of(await list_questions(tx, plan_id))
        told = {"questions": stats.total, "prefilled": stats.prefilled, "high": stats.high}
        await append_events(tx, STREAM, project_id, [NewEvent("plan_generated", told)])
        return {**told, "line": stats.line()}

    # Telling ---------------------------------------------------------------------------

    async def _try(self, mistake: Mistake, what: str) -> None:
        async with self._database.tx(self._subject) as tx:
            strategy = await strategy_for(tx, mistake)
        if strategy is None:
            message = f"{what}; what mends it failed twice and is not tried again."
            raise EvigateError(E_BOARD_UNFINISHED, message)

    async def _outcome(self, mistake: Mistake, *, is_fixed: bool) -> None:
        async with self._database.tx(self._subject) as tx:
            await tell_outcome(tx, mistake, is_fixed=is_fixed)

    async def _progress(self, message: str, percent: int) -> None:
        async with self._database.tx(self._subject) as tx:
            run = await get_run(tx, self._id)
            if run is not None and not run.status.is_end:
                await tell(tx, RUN_STREAM, self._id, "progress", percent=percent, message=message)
