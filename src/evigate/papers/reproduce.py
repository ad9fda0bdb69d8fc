"""The journey from a PDF to a report, as one durable run of seven steps.

Each step is done once (`kernel.runs.StepRunner`): a worker that is killed leaves its journey to the
next, which goes on after the last finished step. Between steps the journey may wait for an owner's
approval; then the job ends, and the approval starts another. A journey whose notebook fails still
gets its gaps and its report, so that no claim disappears.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
import structlog

from evigate.base.errors import E_BUG, EvigateError
from evigate.base.ids import UserId
from evigate.base.subject import Subject
from evigate.evidence import ParsedDocument, fetch_url, register_blob
from evigate.gate import ArtifactStatus, approve, get_artifact
from evigate.kernel.db import Tx
from evigate.kernel.events.telling import NOTEBOOK_STREAM, RUN_STREAM, tell, tell_end
from evigate.kernel.runs import RunStatus, StepRunner, finish_run, get_run, park_run, start_run
from evigate.kernel.storage import BlobRef
from evigate.papers import execute, store
from evigate.papers.compare import Gap, compare
from evigate.papers.datasets import using_catalog
from evigate.papers.errors import (
    E_EXTRACT_NO_CLAIMS,
    E_PLAN_NO_ALLOWED_DATASETS,
    E_PLAN_NO_RECIPE,
    E_PLAN_REJECTED,
    E_RUN_CANCELLED,
    E_RUN_TIMEOUT,
)
from evigate.papers.intake import Source, check_size, record_paper
from evigate.papers.models import Claim
from evigate.papers.options import ReproduceOptions
from evigate.papers.plan.models import Plan, parse_plan
from evigate.papers.report import build_report, report_html
from evigate.papers.runs import Observation, parse_results
from evigate.papers.service import PapersService
from evigate.papers.verbs_plans import Materialized, need_plan
from evigate.papers.verdicts import verdict_rows

log = structlog.get_logger(__name__)

NOTHING_TO_RUN = (E_EXTRACT_NO_CLAIMS, E_PLAN_NO_ALLOWED_DATASETS, E_PLAN_NO_RECIPE)


class _Waiting(Exception):
    """The journey goes no further until an owner has decided."""


class Journey:
    """One reproduction under way."""

    def __init__(self, service: PapersService, subject: Subject, run_id: UUID) -> None:
        self._service = service
        self._subject = subject
        self._id = run_id
        self._steps = StepRunner(service.database, subject, run_id)
        self._input: Mapping[str, Any] = {}
        self._options = ReproduceOptions()

    async def walk(self) -> None:
        """Go as far as the journey can; ends the run unless it waits for an owner.

        Raises:
            EvigateError: a failure that trying again may mend; the run stays open.
        """
        async with self._service.database.tx(self._subject) as tx:
            run = await get_run(tx, self._id)
            if run is None or not await start_run(tx, self._id):
                return
            if run.attempts:
                await tell(tx, RUN_STREAM, self._id, "stage_update", stage="resumed")
        self._input = run.input
        self._options = ReproduceOptions(**run.input["options"])
        try:
            summary = await self._walk()
        except _Waiting:
            return
        except EvigateError as error:
            if error.code.is_retryable and error.code is not E_RUN_TIMEOUT:
                raise
            await self.end(_status_of(error), error)
        else:
            await self._succeed(summary)

    async def _walk(self) -> dict[str, Any]:
        paper_id = UUID((await self._ingest())["paper_id"])
        await self._claims(paper_id)
        planned = await self._plan(paper_id)
        run_id = None
        if planned["plan_id"] is not None:
            plan_id = UUID(planned["plan_id"])
            # Whoever runs a plan again has its approved notebook; that says yes to the plan too.
            if not self._input.get("plan_id"):
                await self._wait_for_approval(plan_id, is_notebook=False)
            await self._notebook(plan_id)
            await self._wait_for_approval(plan_id, is_notebook=True)
            run_id = UUID((await self._queue(plan_id))["run_id"])
            await self._run(plan_id, run_id)
        await self._gaps(paper_id, planned, run_id)
        return await self._report()

    # The steps -------------------------------------------------------------------------

    async def _ingest(self) -> dict[str, Any]:
        async def compute() -> tuple[ParsedDocument, BlobRef] | None:
            if self._input.get("paper_id"):
                return None
            await self._tell("ingest", "Reading the PDF")
            data = await self._bytes()
            document = await self._service.library.parse(data)
            assert self._subject.tenant_id is not None
            return document, await self._service.storage.put(self._subject.tenant_id, data)

        async def record(tx: Tx, found: tuple[ParsedDocument, BlobRef] | None) -> Mapping[str, Any]:
            if found is None:
                paper = await store.get_paper(tx, UUID(self._input["paper_id"]))
                assert paper is not None
            else:
                source = Source(
                    self._input.get("file_name"), self._input.get("url"), self._input.get("title")
                )
                paper = await record_paper(tx, *found, source)
            await store.update_reproduction(tx, self._id, paper_id=paper.id)
            facts = {"paper_id": str(paper.id), "title": paper.title, "pages": paper.page_count}
            return await self._told(tx, "ingest", facts)

        return await self._steps.run("ingest", compute, record)

    async def _bytes(self) -> bytes:
        """Return the PDF: what was uploaded, or what the address serves."""
        assert self._subject.tenant_id is not None
        if digest := self._input.get("upload_sha256"):
            return await self._service.storage.get(self._subject.tenant_id, digest)
        limit = self._service.upload_max_bytes
        data = await fetch_url(str(self._input["url"]), max_bytes=limit)
        check_size(len(data), limit)
        return data

    async def _claims(self, paper_id: UUID) -> dict[str, Any]:
        async def compute() -> list[Claim]:
            await self._tell("claims", "Looking for claims")
            return await self._service.extract(self._subject, paper_id)

        async def record(tx: Tx, claims: list[Claim]) -> Mapping[str, Any]:
            return await self._told(tx, "claims", {"count": len(claims)})

        return await self._steps.run("claims", compute, record)

    async def _plan(self, paper_id: UUID) -> dict[str, Any]:
        async def compute() -> Plan | EvigateError | UUID:
            if self._input.get("plan_id"):
                return UUID(self._input["plan_id"])
            await self._tell("plan", "Planning from the paper's own words")
            try:
                return await self._service.draft_plan(self._subject, paper_id, self._options)
            except EvigateError as error:
                if error.code in NOTHING_TO_RUN:
                    return error
                raise

        async def record(tx: Tx, plan: Plan | EvigateError | UUID) -> Mapping[str, Any]:
            if isinstance(plan, EvigateError):
                facts = {"plan_id": None, "code": plan.code.name, "reason": plan.message}
                return await self._told(tx, "plan", facts)
            if isinstance(plan, UUID):
                plan_id = plan
            else:
                recorded = await self._service.record_plan(tx, paper_id, plan, self._id)
                plan_id = recorded.id
            await store.update_reproduction(tx, self._id, plan_id=plan_id)
            return await self._told(tx, "plan", {"plan_id": str(plan_id)})

        return await self._steps.run("plan", compute, record)

    async def _wait_for_approval(self, plan_id: UUID, *, is_notebook: bool) -> None:
        """Go on if the artifact is approved, approve it if the owner said so, else wait."""
        what = "notebook" if is_notebook else "plan"
        async with self._service.database.tx(self._subject) as tx:
            plan = await need_plan(tx, plan_id)
            artifact_id = plan.notebook_artifact_id if is_notebook else plan.plan_artifact_id
            assert artifact_id is not None
            artifact = await get_artifact(tx, artifact_id)
        if artifact.status is ArtifactStatus.APPROVED:
            return
        if artifact.status is ArtifactStatus.REJECTED:
            message = f"An owner rejected the {what}: {artifact.decision_reason}."
            raise EvigateError(E_PLAN_REJECTED, message)
        approver = self._input.get("approver")
        waits = approver is None or artifact.status is not ArtifactStatus.PENDING_EVAL
        if waits:
            async with self._service.database.tx(self._subject) as tx:
                await park_run(tx, self._id)
                await tell(
                    tx,
                    RUN_STREAM,
                    self._id,
                    "stage_update",
                    stage="waiting",
                    what=what,
                    plan_id=str(plan_id),
                )
            raise _Waiting
        async with self._service.database.tx(_owner(self._subject, str(approver))) as tx:
            await approve(tx, artifact_id, "approved beforehand by the owner who asked for the run")
            text = f"The owner approved the {what} beforehand, on asking for the run ({approver})."
            await tell(tx, RUN_STREAM, self._id, "log_line", text=text, level="info")
            await tell(tx, RUN_STREAM, self._id, "stage_update", stage="approved", what=what)

    async def _notebook(self, plan_id: UUID) -> dict[str, Any]:
        async def compute() -> Materialized | None:
            async with self._service.database.tx(self._subject) as tx:
                plan = await need_plan(tx, plan_id)
                paper = await store.get_paper(tx, plan.paper_id)
            if plan.notebook_artifact_id is not None:
                return None
            await self._tell("notebook", "Writing the notebook")
            assert paper is not None
            return await self._service.build_notebook(self._subject, plan, paper)

        async def record(tx: Tx, made: Materialized | None) -> Mapping[str, Any]:
            plan = await need_plan(tx, plan_id)
            if made is not None:
                paper = await store.get_paper(tx, plan.paper_id)
                assert paper is not None
                plan = await self._service.record_notebook(tx, plan, paper, made, self._id)
            return await self._told(tx, "notebook", {"env_hash": plan.env_hash})

        return await self._steps.run("notebook", compute, record)

    async def _queue(self, plan_id: UUID) -> dict[str, Any]:
        async def compute() -> None:
            return None

        async def record(tx: Tx, _: None) -> Mapping[str, Any]:
            journey = await store.get_reproduction(tx, self._id)
            run_id = journey.run_id if journey else None
            if run_id is None:
                plan = await need_plan(tx, plan_id)
                run_id = await self._service.create_notebook_run(tx, self._id, plan, self._options)
            return {"run_id": str(run_id)}

        return await self._steps.run("queue", compute, record)

    async def _run(self, plan_id: UUID, run_id: UUID) -> dict[str, Any]:
        async def compute() -> execute.Executed:
            await self._tell("run", "Running the notebook", run_id=str(run_id))
            async with self._service.database.tx(self._subject) as tx:
                plan = await need_plan(tx, plan_id)
            return await execute.execute(self._service, self._subject, self._id, run_id, plan)

        async def record(tx: Tx, executed: execute.Executed) -> Mapping[str, Any]:
            facts = await execute.record(tx, run_id, executed)
            return await self._told(tx, "run", {"run_id": str(run_id), **facts})

        return await self._steps.run("run", compute, record)

    async def _gaps(
        self, paper_id: UUID, planned: Mapping[str, Any], run_id: UUID | None
    ) -> dict[str, Any]:
        async def compute() -> list[Gap]:
            await self._tell("gaps", "Comparing claimed with observed")
            claims = await self._service.list_claims(self._subject, paper_id)
            plan = None
            if planned["plan_id"] is not None:
                record_ = await self._service.get_plan(self._subject, UUID(planned["plan_id"]))
                plan = parse_plan(record_.plan_json)
            seen, failures = await self._observed(run_id, plan)
            obstacles = {}
            if plan is None:
                obstacles = await self._service.find_obstacles(self._subject, paper_id, claims)
            with using_catalog(await self._service.catalog(self._subject)):
                return compare(
                    [(str(claim.id), claim.draft) for claim in claims],
                    plan,
                    seen,
                    failures=failures,
                    obstacles=obstacles,
                    reason_without_plan=planned.get("reason") or "no plan could be made",
                )

        async def record(tx: Tx, gaps: list[Gap]) -> Mapping[str, Any]:
            evals, rows = verdict_rows(gaps, paper_id, self._id, run_id)
            await store.insert_verdicts(tx, evals, rows)
            counts: dict[str, int] = {}
            for gap in gaps:
                counts[gap.verdict.value] = counts.get(gap.verdict.value, 0) + 1
            return await self._told(tx, "gaps", {"verdicts": counts})

        return await self._steps.run("gaps", compute, record)

    async def _observed(
        self, run_id: UUID | None, plan: Plan | None
    ) -> tuple[tuple[Observation, ...], Mapping[str, str]]:
        """Return what the notebook run measured, and by method why something was not measured."""
        if run_id is None or plan is None:
            return (), {}
        view = await self._service.get_run(self._subject, run_id)
        if view.run.status is RunStatus.CANCELLED:
            raise EvigateError(E_RUN_CANCELLED, "The run was cancelled.")
        assets = await self._service.assets_of_run(self._subject, run_id)
        raw = await self._service.blob(self._subject, assets["metrics"].checksum)
        results = parse_results(orjson.loads(raw))
        stopped = view.run.error_message
        early = {model.id: stopped for model in plan.models} if stopped else {}
        return results.observations, {**early, **results.failures}

    async def _report(self) -> dict[str, Any]:
        async def compute() -> tuple[dict[str, Any], BlobRef]:
            await self._tell("report", "Writing the report")
            report = await build_report(self._service, self._subject, self._id)
            html = await report_html(self._service, self._subject, report)
            assert self._subject.tenant_id is not None
            blob = await self._service.storage.put(self._subject.tenant_id, html.encode())
            return report.summary(), blob

        async def record(tx: Tx, made: tuple[dict[str, Any], BlobRef]) -> Mapping[str, Any]:
            summary, blob = made
            await register_blob(tx, blob, "text/html")
            summary = {**summary, "report_sha256": blob.digest}
            await store.update_reproduction(tx, self._id, summary=summary)
            return await self._told(tx, "report", summary)

        return await self._steps.run("report", compute, record)

    # How it ends -----------------------------------------------------------------------

    async def _succeed(self, summary: Mapping[str, Any]) -> None:
        async with self._service.database.tx(self._subject) as tx:
            if await finish_run(tx, self._id, RunStatus.SUCCEEDED, output=summary):
                await tell_end(tx, RUN_STREAM, self._id, "run_complete", **summary)

    async def end(self, status: RunStatus, error: EvigateError) -> None:
        """End the journey, and its notebook run if it has one open, with an error's code."""
        async with self._service.database.tx(self._subject) as tx:
            journey = await store.get_reproduction(tx, self._id)
            children = [(NOTEBOOK_STREAM, journey.run_id)] if journey and journey.run_id else []
            for stream, each in (*children, (RUN_STREAM, self._id)):
                facts = {"code": error.code.name, "message": error.message}
                ended = await finish_run(
                    tx,
                    each,
                    status,
                    error_code=error.code.name,
                    error_message=error.message,
                )
                if ended:
                    facts["remediation"] = error.remediation
                    await tell_end(tx, stream, each, "run_error", **facts)

    async def _tell(self, stage: str, message: str, **facts: Any) -> None:
        async with self._service.database.tx(self._subject) as tx:
            await tell(
                tx, RUN_STREAM, self._id, "stage_update", stage=stage, message=message, **facts
            )

    async def _told(self, tx: Tx, stage: str, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        """Tell of a finished step in the transaction that finishes it, and return its output."""
        done = {"stage": f"{stage}_done", **facts}
        await tell(tx, RUN_STREAM, self._id, "stage_update", **done)
        return facts


def _owner(subject: Subject, approver: str) -> Subject:
    """Return the owner who approved beforehand; that he may was checked when he asked."""
    kind, _, user_id = approver.partition(":")
    owner = UserId(UUID(user_id)) if kind == "user" else None
    return Subject(subject.tenant_id, approver, "owner", owner)


def _status_of(error: EvigateError) -> RunStatus:
    if error.code.name == E_RUN_CANCELLED.name:
        return RunStatus.CANCELLED
    return RunStatus.TIMEOUT if error.code is E_RUN_TIMEOUT else RunStatus.FAILED


async def walk_journey(
    service: PapersService, subject: Subject, arguments: Mapping[str, Any]
) -> None:
    """Do the job "papers.reproduce"."""
    await Journey(service, subject, UUID(arguments["run_id"])).walk()


async def give_up_journey(
    service: PapersService, subject: Subject, arguments: Mapping[str, Any], error: BaseException
) -> None:
    """End a journey whose job was tried as often as allowed."""
    if not isinstance(error, EvigateError):
        log.error("journey_broke", run=arguments["run_id"], error=repr(error))
        error = EvigateError(E_BUG, f"The run broke: {type(error).__name__}.")
    journey = Journey(service, subject, UUID(arguments["run_id"]))
    await journey.end(RunStatus.FAILED, error)
