"""What kits and their runs look like from outside: wire types, and a run's phases as steps."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from evigate.studio.kits.manifest import PHASES
from evigate.studio.kits.runs.models import Credential, Discovery, Execution, KitHead
from evigate.studio.kits.runs.service import RunPage


@dataclass(frozen=True, slots=True)
class KitView:
    """A kit in a list; `id` is null for a shipped one, which cannot be moved."""

    id: UUID | None
    kit_id: str
    version: str
    name: str
    type: str
    origin: str
    status: str
    digest: str
    outputs: int
    phases: list[str]
    credentials: list[str]


@dataclass(frozen=True, slots=True)
class KitRunView:
    """A run in a list; `waits_for` is "approval" where a person is asked."""

    id: UUID
    project_id: UUID
    kit_id: str
    kit_version: str
    specification: str
    is_dry: bool
    status: str
    phase: str
    waits_for: Literal["approval"] | None
    plan: str | None
    bundle: str | None
    bundle_bytes: int | None
    error_code: str | None
    error_message: str | None
    created_by: str
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class PlanItemView:
    """What becomes of a file; hashes are null where there is none."""

    path: str
    action: str
    sha256_before: str | None
    sha256_after: str | None
    is_applied: bool


@dataclass(frozen=True, slots=True)
class KitPlanView:
    """A plan; approving asks for its digest. `unmade` are files that cannot be made, with why."""

    digest: str
    base: UUID | None
    approved_by: str | None
    approved_at: datetime | None
    approved_name: str | None
    counts: dict[str, int]
    unmade: list[str]
    items: list[PlanItemView]


@dataclass(frozen=True, slots=True)
class KitOutputView:
    """How one output checked."""

    output_id: str
    path: str
    type: str
    status: str
    errors: int
    warnings: int
    auto_fixed: int
    repair_attempts: int
    problems: list[dict[str, Any]]
    size_bytes: int | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class KitRunPageView:
    """A run with its plan, outputs and the log of the kit's own commands."""

    run: KitRunView
    plan: KitPlanView | None
    outputs: list[KitOutputView]
    log: str


@dataclass(frozen=True, slots=True)
class KitDifferenceView:
    """What a plan changes in a file, as lines of a unified diff."""

    path: str
    action: str
    lines: list[str]


@dataclass(frozen=True, slots=True)
class KitCredentialView:
    """A credential without its value, which nothing shows."""

    id: UUID
    kit_id: str
    credential_id: str
    type: str
    connection: dict[str, Any]
    status: str
    expires_at: datetime | None
    last_checked_at: datetime | None
    last_check_status: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class KitDiscoveryView:
    """What was read of a platform."""

    kit_id: str
    existing: dict[str, Any]
    implications: list[str]
    discovered_at: datetime
    expires_at: datetime
    is_invalidated: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A phase on the way: done, now, stopped, or to come."""

    name: str
    state: Literal["done", "now", "stopped", "to come"]
    what: str


# What each phase does, in a few words.
MEANINGS = {
    "SPEC": "what the kit needs",
    "CHECK": "what must be there",
    "DISCOVER": "what the platform has",
    "PLAN": "what would change",
    "VALIDATE": "each file checked",
    "APPLY": "files written",
    "VERIFY": "read back and tested",
}


def kit_view(head: KitHead) -> KitView:
    """Return a kit as it is listed."""
    return KitView(
        head.id,
        head.kit_id,
        head.version,
        head.name,
        head.type,
        head.origin,
        head.status,
        head.digest,
        head.outputs,
        list(head.phases),
        list(head.credentials),
    )


def run_view(run: Execution) -> KitRunView:
    """Return a run as it is listed."""
    return KitRunView(
        id=run.run_id,
        project_id=run.project_id,
        kit_id=run.kit_id,
        kit_version=run.kit_version,
        specification=run.specification_version,
        is_dry=run.is_dry,
        status=run.status,
        phase=run.phase,
        waits_for="approval" if run.is_waiting else None,
        plan=run.plan_digest,
        bundle=run.bundle_digest,
        bundle_bytes=run.bundle_bytes,
        error_code=run.error_code,
        error_message=run.error_message,
        created_by=run.created_by,
        created_at=run.created_at,
        started_at=run.started_at,
        completed_at=run.completed_at,
    )


def page_view(page: RunPage) -> KitRunPageView:
    """Return a run whole."""
    return KitRunPageView(
        run_view(page.execution), _plan_view(page), output_views(page), page.execution.log
    )


def output_views(page: RunPage) -> list[KitOutputView]:
    """Return a run's outputs, in their order."""
    return [
        KitOutputView(
            each.output_id,
            each.path,
            each.file_type,
            each.status,
            each.errors,
            each.warnings,
            each.auto_fixed,
            each.repair_attempts,
            each.problems,
            each.size_bytes,
            each.sha256,
        )
        for each in page.outputs
    ]


def _plan_view(page: RunPage) -> KitPlanView | None:
    plan, applied = page.plan, set(page.applied)
    if plan is None:
        return None
    return KitPlanView(
        digest=plan.digest,
        base=plan.base_run_id,
        approved_by=plan.approved_by,
        approved_at=plan.approved_at,
        approved_name=plan.approved_name,
        counts={
            "create": plan.count("create"),
            "update": plan.count("update"),
            "delete": plan.count("delete"),
            "no-op": plan.count("no-op"),
        },
        unmade=list(page.unmade),
        items=[
            PlanItemView(
                each.path, each.action, each.sha256_before, each.sha256_after, each.path in applied
            )
            for each in plan.items
        ],
    )


def credential_view(found: Credential) -> KitCredentialView:
    """Return a credential as it is listed."""
    return KitCredentialView(
        found.id,
        found.kit_id,
        found.credential_id,
        found.kind,
        dict(found.connection),
        found.status,
        found.expires_at,
        found.last_checked_at,
        found.last_check_status,
        found.created_at,
    )


def discovery_view(found: Discovery) -> KitDiscoveryView:
    """Return what was read of a platform."""
    return KitDiscoveryView(
        found.kit_id,
        found.existing_state,
        found.implications,
        found.discovered_at,
        found.expires_at,
        found.is_invalidated,
    )


def steps_of(run: Execution, phases: tuple[str, ...]) -> list[Step]:
    """Return a run's phases in their order, those that the kit has not left out."""
    here = PHASES.index(run.phase)
    is_stopped = run.status in ("failed", "cancelled")
    is_good_end = run.status in ("completed", "partial")
    steps = []
    for position, name in enumerate(PHASES):
        if name not in phases or (run.is_dry and name in ("APPLY", "VERIFY")):
            continue
        state: Literal["done", "now", "stopped", "to come"] = "to come"
        if position < here or (position == here and is_good_end):
            state = "done"
        elif position == here:
            state = "stopped" if is_stopped else "now"
        steps.append(Step(name, state, MEANINGS[name]))
    return steps
