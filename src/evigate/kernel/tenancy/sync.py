"""Finding tenants from threads: for the engine's handles, opened by whoever runs the machine."""

from uuid import UUID

from evigate.base.ids import TenantId, UserId
from evigate.base.subject import Subject
from evigate.kernel.db import SyncDatabase, load_sync_queries

_queries = load_sync_queries(__package__)


def find_operator(database: SyncDatabase, name: str) -> Subject | None:
    """Return the first owner of the tenant with a slug or id; None where there is no such tenant.

    For the operator: it looks past the walls.
    """
    with database.maintenance("operator") as tx:
        tenant = _queries.find_tenant_by_name(tx.connection, name=name)
    if tenant is None:
        return None
    tenant_id = TenantId(UUID(str(tenant["id"])))
    subject = Subject(tenant_id, "system:operator", "owner")
    with database.read(subject) as tx:
        row = _queries.first_owner(tx.connection)
    if row is None:
        return subject
    return Subject(tenant_id, f"user:{row['user_id']}", "owner", UserId(row["user_id"]))


def find_membership(database: SyncDatabase, subject: Subject, name: str) -> Subject | None:
    """Return the subject's user in another tenant, by slug or id; None where it has no place."""
    if subject.user_id is None:
        return None
    with database.maintenance("membership") as tx:
        row = _queries.find_membership(tx.connection, user_id=subject.user_id, name=name)
    if row is None:
        return None
    return Subject(TenantId(row["tenant_id"]), subject.actor, row["role"], subject.user_id)
