"""Tenants, accounts and tokens as values."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from evigate.base.ids import TenantId, UserId
from evigate.base.subject import Subject

# A learner practises and sees nothing else, which is less than looking; a customer holds nothing
# but what engagements give.
ROLE_RANK = {"customer": 0, "learner": 1, "viewer": 2, "editor": 3, "owner": 4}
CUSTOMER = "customer"
# A customer comes by an organisation's invitation alone.
MEMBER_ROLES = tuple(role for role in ROLE_RANK if role != CUSTOMER)


@dataclass(frozen=True, slots=True)
class Tenant:
    """An organisation; `slug` names it in addresses and on the command line."""

    id: TenantId
    name: str
    slug: str
    suspended_at: datetime | None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """Who is signed in: the subject, and what a page shows of the person."""

    subject: Subject
    email: str
    display_name: str
    session_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a tenant."""

    user_id: UserId
    email: str
    display_name: str
    role: str
    suspended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Invitation:
    """A place offered to an address; it is pending until it is accepted, revoked or too old.

    An organisation's makes a customer, engaged in `resource` with `customer_role`, which is None
    where the role is gone: the invitation is worth nothing then, until it is sent again.
    """

    id: UUID
    email: str
    role: str
    message: str
    invited_by: str
    created_at: datetime
    expires_at: datetime
    accepted_at: datetime | None
    revoked_at: datetime | None
    organisation_id: UUID | None = None
    resource: str | None = None
    customer_role: str | None = None

    def status(self, now: datetime) -> str:
        """Return "accepted", "revoked", "expired" or "pending"."""
        if self.accepted_at is not None:
            return "accepted"
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at <= now else "pending"


@dataclass(frozen=True, slots=True)
class Offer:
    """What an invitation's holder is shown before taking it up."""

    tenant_id: TenantId
    tenant: str
    organisation: str | None
    email: str
    role: str
    message: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Engaging:
    """What an organisation's invitation offers: a role of the tenant's, held on one thing."""

    organisation_id: UUID
    role_id: UUID
    resource: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """A place that was taken up; no session for whoever had one already, and signs in as ever."""

    subject: Subject
    session: str | None
    resource: str | None


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token as it may be shown: its last characters, never the whole."""

    id: UUID
    name: str
    hint: str
    role: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
