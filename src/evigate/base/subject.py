"""Who acts, for whom: the value without which no transaction can be opened.

A subject is made once, at a door (a session, a token, the command line, a job), and travels down
unchanged; nothing below a door asks again who the caller is.
"""

from dataclasses import dataclass
from uuid import UUID

from evigate.base.ids import TenantId, UserId


@dataclass(frozen=True, slots=True)
class Subject:
    """An actor within one tenant.

    `actor` reads "user:<id>", "token:<id>", "job:<task>", "system:<what>"; it is what the event
    log and `created_by` columns show. `role` decides permissions; None may do nothing.
    """

    tenant_id: TenantId | None
    actor: str
    role: str | None
    user_id: UserId | None = None


def nobody() -> Subject:
    """Return the subject of a request that has not signed in: no tenant, no role."""
    return Subject(tenant_id=None, actor="nobody", role=None)


def job_subject(tenant_id: UUID, task: str) -> Subject:
    """Return the subject as which a job acts: its tenant's own, with the worker's role."""
    return Subject(tenant_id=TenantId(tenant_id), actor=f"job:{task}", role="worker")
