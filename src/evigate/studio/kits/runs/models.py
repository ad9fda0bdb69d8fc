"""A run of a kit as values, and the plan of what it would do to the bundle before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from evigate.base.canonical import content_hash
from evigate.studio.kits.manifest import Phase

Status = Literal["pending", "running", "completed", "failed", "partial", "cancelled"]
KitStatus = Literal["draft", "active", "deprecated"]
PlanAction = Literal["create", "update", "delete", "no-op"]
CredentialKind = Literal["oauth2", "api_key", "basic"]
ENDS: frozenset[Status] = frozenset({"completed", "failed", "partial", "cancelled"})


@dataclass(frozen=True, slots=True)
class KitHead:
    """A kit that a tenant may run; `id` is None for a shipped one that never ran here."""

    id: UUID | None
    kit_id: str
    version: str
    name: str
    type: str
    origin: Literal["shipped", "imported"]
    status: KitStatus
    digest: str
    outputs: int
    phases: tuple[Phase, ...]
    credentials: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeptKit:
    """A kit's row with where its package is."""

    id: UUID
    kit_id: str
    version: str
    origin: Literal["shipped", "imported"]
    status: KitStatus
    digest: str
    package_sha256: str
    manifest: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Execution:
    """A run as it stands; `is_waiting` is for a person's approval of the plan `plan_digest`."""

    run_id: UUID
    project_id: UUID
    kit_id: str
    kit_version: str
    kit_digest: str
    package_sha256: str
    artifact_id: UUID
    specification_version: str
    is_dry: bool
    status: Status
    phase: Phase
    is_waiting: bool
    plan_digest: str | None
    rendered_sha256: str | None
    log: str
    error_code: str | None
    error_message: str | None
    created_at: datetime
    created_by: str
    started_at: datetime | None
    completed_at: datetime | None
    bundle_digest: str | None
    bundle_sha256: str | None
    bundle_bytes: int | None

    @property
    def is_end(self) -> bool:
        """Whether nothing follows."""
        return self.status in ENDS


@dataclass(frozen=True, slots=True)
class PlanItem:
    """What becomes of one file of the bundle before."""

    path: str
    action: PlanAction
    sha256_before: str | None
    sha256_after: str | None


@dataclass(frozen=True, slots=True)
class KitPlan:
    """What becomes of each file, by path; `digest` names exactly this of exactly these bytes."""

    digest: str
    base_run_id: UUID | None
    items: tuple[PlanItem, ...]
    approved_by: str | None = None
    approved_at: datetime | None = None
    approved_name: str | None = None

    def count(self, action: PlanAction) -> int:
        """Return how many files have an action."""
        return sum(each.action == action for each in self.items)


@dataclass(frozen=True, slots=True)
class OutputRow:
    """How one output checked; `sha256` is None for one that could not be made."""

    position: int
    output_id: str
    path: str
    file_type: str
    status: Literal["valid", "warnings", "failed"]
    errors: int
    warnings: int
    auto_fixed: int
    repair_attempts: int
    problems: list[dict[str, Any]]
    size_bytes: int | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential as it may be shown: that it is there, never what it is."""

    id: UUID
    project_id: UUID
    kit_id: str
    credential_id: str
    kind: CredentialKind
    connection: Mapping[str, Any]
    expires_at: datetime | None
    status: Literal["active", "expired", "revoked"]
    last_checked_at: datetime | None
    last_check_status: Literal["succeeded", "failed"] | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was read of a platform, and what follows from it."""

    id: UUID
    project_id: UUID
    kit_id: str
    existing_state: dict[str, Any]
    implications: list[str]
    connection: Mapping[str, Any]
    discovered_at: datetime
    expires_at: datetime
    is_invalidated: bool


def plan_between(
    before: Mapping[str, str],
    after: Mapping[str, str],
    *,
    base_run_id: UUID | None,
    about: Mapping[str, str],
) -> KitPlan:
    """
    Compare two bundles, given as hashes by path.

    Args:
        about: what else the plan is of, such as the kit's digest: another makes another digest.
    """
    items = tuple(_item(path, before, after) for path in sorted({*before, *after}))
    facts = [[each.path, each.action, each.sha256_before, each.sha256_after] for each in items]
    return KitPlan(content_hash({"about": dict(about), "items": facts}), base_run_id, items)


def _item(path: str, before: Mapping[str, str], after: Mapping[str, str]) -> PlanItem:
    old, new = before.get(path), after.get(path)
    if new is None:
        return PlanItem(path, "delete", old, None)
    if old is None:
        return PlanItem(path, "create", None, new)
    return PlanItem(path, "no-op" if old == new else "update", old, new)
