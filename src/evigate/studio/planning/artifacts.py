"""The verbs of planning artifacts: draft, submit, approve, reject.

An artifact is the gate's: a draft until it is submitted, in review until an owner decides, and once
approved its content hash is pinned. What stands against it is looked for at each step, and nothing
with a blocking finding is approved, whichever door asks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from evigate.base.canonical import content_hash
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.gate import (
    GenerationRun,
    NewArtifact,
    approve,
    create_artifact,
    record_generation,
    reject,
)
from evigate.gate.evaluate import Evaluator
from evigate.gate.found import Found, keep_found, open_found
from evigate.kernel.db import Tx, load_queries
from evigate.kernel.events import NewEvent, append_events
from evigate.kernel.policies import Guard
from evigate.kernel.runs import RunStatus, create_run, finish_run, start_run
from evigate.studio.features.reading import known_of
from evigate.studio.features.service import STREAM, board_in
from evigate.studio.permissions import READ, WRITE, on_project
from evigate.studio.phases.store import get_project, lock_project
from evigate.studio.planning.blueprint import (
    BLUEPRINT,
    IMPLEMENTATION,
    blueprint_of,
    findings_of,
    implementation_of,
)
from evigate.studio.planning.errors import E_PLANNING_ARTIFACT_NOT_FOUND, E_PLANNING_BLOCKED
from evigate.studio.planning.models import Plan
from evigate.studio.planning.store import load_plan

Name = Literal["blueprint", "implementation_plan"]
Status = Literal["draft", "in_review", "approved", "rejected"]
DECIDED: Mapping[str, Status] = {"APPROVED": "approved", "REJECTED": "rejected"}
KIND_OF = {"blueprint": BLUEPRINT, "implementation_plan": IMPLEMENTATION}
SCHEMA_VERSION = "1"
SCOPES = ("PLANNING.",)
AGENT, AGENT_VERSION = "planner", "1"
_queries = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class PlanningArtifact:
    """A planning artifact with how it stands and what stands against it."""

    id: UUID
    kind: str
    version: int
    status: Status
    content_hash: str
    pinned_hash: str | None
    payload: dict[str, Any]
    is_current: bool
    decision_reason: str | None
    decided_by: str | None
    created_at: datetime
    findings: tuple[Found, ...]

    @property
    def blockers(self) -> tuple[Found, ...]:
        """Return what keeps it from being approved."""
        return tuple(each for each in self.findings if each.severity == "error")


class PlanningArtifacts:
    """Blueprints and implementation plans of every tenant's projects."""

    def __init__(self, guard: Guard, evaluator: Evaluator) -> None:
        self.guard = guard
        self._evaluator = evaluator

    async def draft(self, subject: Subject, project_id: UUID, name: Name) -> PlanningArtifact:
        """
        Draft a blueprint or an implementation plan from what is chosen and answered now.

        Where nothing changed since the newest version that still counts, that one is returned.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_BOARD_NOT_FOUND | E_QUESTION_PLAN_NOT_FOUND]
        """
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            await lock_project(tx, project_id)
            plan, payload, findings = await self._made(tx, project_id, name)
            present = await self.find(tx, project_id, name, plan)
            if present is not None and _still_counts(present, payload):
                await keep_found(tx, present.id, findings, scopes=SCOPES)
                return await self._need(tx, project_id, name, plan)
            artifact_id = await self._create(tx, project_id, name, plan, payload, present)
            await keep_found(tx, artifact_id, findings, scopes=SCOPES)
            event = NewEvent("planning_artifact_drafted", {"kind": KIND_OF[name]})
            await append_events(tx, STREAM, project_id, [event])
            return await self._need(tx, project_id, name, plan)

    async def show(self, subject: Subject, project_id: UUID, name: Name) -> PlanningArtifact | None:
        """Return the newest version; None where nothing was drafted. Raises as `draft`."""
        async with on_project(self.guard, subject, READ, project_id) as tx:
            await get_project(tx, project_id)
            plan = await load_plan(tx, project_id)
            return await self.find(tx, project_id, name, plan)

    async def submit(self, subject: Subject, project_id: UUID, name: Name) -> PlanningArtifact:
        """
        Give the draft to whoever decides; in review already, it changes nothing.

        Raises:
            EvigateError[E_PLANNING_ARTIFACT_NOT_FOUND]: nothing was drafted.
            EvigateError[E_PLANNING_BLOCKED]: something blocks it; the detail names it.
        """
        found = await self._checked(subject, project_id, name)
        if found.status == "draft":
            await self._evaluator.evaluate(subject, [found.id])
        return await self._shown(subject, project_id, name)

    async def approve(
        self, subject: Subject, project_id: UUID, name: Name, reason: str
    ) -> PlanningArtifact:
        """
        Approve what is in review; its content hash is pinned. Raises as `submit`.

        Raises:
            EvigateError[E_DENIED]: only an owner decides.
            EvigateError[E_ARTIFACT_STATE]: it was not submitted, or the gate refuses.
        """
        found = await self._checked(subject, project_id, name)
        return await self._decide(subject, project_id, name, found, reason, is_yes=True)

    async def reject(
        self, subject: Subject, project_id: UUID, name: Name, reason: str
    ) -> PlanningArtifact:
        """Reject what is in review; a new draft begins again. Raises as `approve`."""
        found = await self._shown(subject, project_id, name)
        return await self._decide(subject, project_id, name, found, reason, is_yes=False)

    async def _decide(
        self,
        subject: Subject,
        project_id: UUID,
        name: Name,
        found: PlanningArtifact,
        reason: str,
        *,
        is_yes: bool,
    ) -> PlanningArtifact:
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            await lock_project(tx, project_id)
            await (approve if is_yes else reject)(tx, found.id, reason)
            told = {"kind": KIND_OF[name], "decision": "approved" if is_yes else "rejected"}
            event = NewEvent("planning_artifact_decided", told)
            await append_events(tx, STREAM, project_id, [event])
        return await self._shown(subject, project_id, name)

    # Parts -----------------------------------------------------------------------------

    async def _made(
        self, tx: Tx, project_id: UUID, name: Name
    ) -> tuple[Plan, dict[str, Any], list[Found]]:
        board = await board_in(tx, project_id)
        plan = await load_plan(tx, project_id)
        blueprint = await self.find(tx, project_id, "blueprint", plan)
        is_approved = (
            blueprint is not None and blueprint.status == "approved" and blueprint.is_current
        )
        kind = KIND_OF[name]
        findings = findings_of(kind, board, plan, is_blueprint_approved=is_approved)
        if name == "blueprint":
            return plan, blueprint_of(board, plan, await known_of(tx, project_id)), findings
        return plan, implementation_of(board, plan), findings

    async def _create(
        self,
        tx: Tx,
        project_id: UUID,
        name: Name,
        plan: Plan,
        payload: dict[str, Any],
        present: PlanningArtifact | None,
    ) -> UUID:
        project = await get_project(tx, project_id)
        kind = KIND_OF[name]
        run_id = await create_run(tx, kind, {"project_id": str(project_id)})
        await start_run(tx, run_id)
        author = GenerationRun(AGENT, AGENT_VERSION, "built-in", "")
        await record_generation(tx, run_id, project["module_id"], author)
        artifact_id = await create_artifact(
            tx,
            NewArtifact(
                module_id=project["module_id"],
                kind=kind,
                key=name,
                schema_version=SCHEMA_VERSION,
                content_hash=content_hash(payload),
                evidence_version=plan.head.source_hash,
                run_id=run_id,
                payload=payload,
                grounding={"plan_id": str(plan.head.id), "answers": plan.answers_count},
                supersedes=present.id if present else None,
            ),
        )
        await finish_run(tx, run_id, RunStatus.SUCCEEDED, output={"artifact": str(artifact_id)})
        return artifact_id

    async def _checked(self, subject: Subject, project_id: UUID, name: Name) -> PlanningArtifact:
        """Look anew at what stands against the newest version, and refuse it where that blocks."""
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            await lock_project(tx, project_id)
            plan, _, findings = await self._made(tx, project_id, name)
            found = await self._need(tx, project_id, name, plan)
            stands = [*findings, *_outdated(found)]
            await keep_found(tx, found.id, stands, scopes=SCOPES)
            found = await self._need(tx, project_id, name, plan)
        if found.blockers:
            named = " ".join(each.message for each in found.blockers[:5])
            raise EvigateError(
                E_PLANNING_BLOCKED,
                f"{len(found.blockers)} findings block it: {named}",
                detail={"blockers": [each.message for each in found.blockers]},
            )
        return found

    async def _shown(self, subject: Subject, project_id: UUID, name: Name) -> PlanningArtifact:
        async with on_project(self.guard, subject, READ, project_id) as tx:
            return await self._need(tx, project_id, name, await load_plan(tx, project_id))

    async def _need(self, tx: Tx, project_id: UUID, name: Name, plan: Plan) -> PlanningArtifact:
        found = await self.find(tx, project_id, name, plan)
        if found is None:
            what = name.replace("_", " ")
            raise EvigateError(E_PLANNING_ARTIFACT_NOT_FOUND, f"There is no {what} yet.")
        return found

    async def find(
        self, tx: Tx, project_id: UUID, name: Name, plan: Plan
    ) -> PlanningArtifact | None:
        """Return the newest artifact of a name as a transaction sees it; None where none is."""
        project = await get_project(tx, project_id)
        row = await _queries.newest_artifact(
            tx.connection, module_id=project["module_id"], kind=KIND_OF[name]
        )
        if row is None:
            return None
        values = dict(row)
        grounding, is_in_review = values.pop("grounding"), values.pop("is_in_review")
        status: Status = "in_review" if is_in_review else "draft"
        status = DECIDED.get(values.pop("status"), status)
        found = await open_found(tx, values["id"])
        now = {"plan_id": str(plan.head.id), "answers": plan.answers_count}
        return PlanningArtifact(
            **values,
            status=status,
            is_current=grounding == now and plan.is_current,
            findings=found,
        )


def _still_counts(found: PlanningArtifact, payload: dict[str, Any]) -> bool:
    is_same = found.content_hash == content_hash(payload)
    return is_same and found.is_current and found.status != "rejected"


def _outdated(found: PlanningArtifact) -> list[Found]:
    if found.is_current:
        return []
    message = "Answers or features changed since it was drafted."
    return [Found("PLANNING.OUTDATED", "error", "", message, "Draft it again.")]
