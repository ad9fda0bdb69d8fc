"""Finding tenants from threads: for the engine's handles, opened by whoever runs the machine."""

from uuid import UUID

from evigate.base.ids import TenantId, UserId
from evigate.base.subject import Subject, nobody
from evigate.kernel.db import SyncDatabase, load_sync_queries
from evigate.kernel.tenancy.models import ROLE_RANK
from evigate.kernel.tenancy.proofs import token_digest

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


def find_membership(
    database: SyncDatabase, subject: Subject, name: str, *, home: str
) -> Subject | None:
    """Return the subject's user in another tenant, by slug or id; None where it has no place.

    Only from the tenant that runs the house (`home`): elsewhere an owner may sign a member in, and
    would go wherever that person has a place.

    Its role there is the lower of the membership's and its own: a viewer's token stays a viewer's.
    """
    if subject.user_id is None:
        return None
    with database.maintenance("membership") as tx:
        row = _queries.find_membership(
            tx.connection,
            user_id=subject.user_id,
            name=name,
            tenant_id=subject.tenant_id,
            home=home,
        )
    if row is None:
        return None
    role = min(row["role"], subject.role or "viewer", key=lambda each: ROLE_RANK.get(each, 0))
    return Subject(TenantId(row["tenant_id"]), subject.actor, role, subject.user_id)


def find_token(database: SyncDatabase, text: str) -> Subject | None:
    """Return the subject that an API token speaks for; None where it speaks for nobody."""
    with database.read(nobody()) as tx:
        row = _queries.find_api_token(tx.connection, token_hash=token_digest(text))
    if row is None:
        return None
    return Subject(
        TenantId(row["tenant_id"]), f"token:{row['token_id']}", row["role"], UserId(row["user_id"])
    )
