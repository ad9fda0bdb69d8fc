"""Tenants, accounts and tokens as values."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from evigate.base.ids import TenantId, UserId
from evigate.base.subject import Subject

ROLE_RANK = {"viewer": 0, "editor": 1, "owner": 2}


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
class ApiToken:
    """A token as it may be shown: its last characters, never the whole."""

    id: UUID
    name: str
    hint: str
    role: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
