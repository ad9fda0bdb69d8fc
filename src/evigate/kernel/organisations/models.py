"""Organisations, their members and their engagements as values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from evigate.kernel.access import Permission
from evigate.kernel.tenancy import Invitation


class EngagementStatus(StrEnum):
    """Where an engagement stands; only an active one gives anything."""

    ACTIVE = "active"
    COMPLETED = "completed"
    ARCHIVED = "archived"


# Whoever manages the organisation may also reopen.
NEXT_STATUSES = {
    EngagementStatus.ACTIVE: (EngagementStatus.COMPLETED,),
    EngagementStatus.COMPLETED: (EngagementStatus.ARCHIVED, EngagementStatus.ACTIVE),
    EngagementStatus.ARCHIVED: (EngagementStatus.ACTIVE,),
}


@dataclass(frozen=True, slots=True)
class DefaultRole:
    """A role of a tenant's own that every organisation finds there, to give to customers."""

    name: str
    description: str
    capabilities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """An organisation as a list shows it; `version` counts its changes."""

    id: UUID
    slug: str
    name: str
    owner: str
    version: int
    created_at: datetime
    members: int
    active_engagements: int


@dataclass(frozen=True, slots=True)
class OrganisationMember:
    """A person of an organisation's: owner, admin or member."""

    user_id: UUID
    email: str
    role: str
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class Engagement:
    """A customer at work on a thing; `title` is None where the thing is gone, `role` likewise."""

    id: UUID
    organisation_id: UUID
    user_id: UUID
    email: str
    resource: str
    title: str | None
    role_id: UUID | None
    role: str | None
    status: EngagementStatus
    created_at: datetime

    @property
    def next_statuses(self) -> tuple[EngagementStatus, ...]:
        """Where it may go from here."""
        return NEXT_STATUSES[self.status]


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """An organisation with all that the one who asks may see of it.

    `invitations` is empty for who may not manage it; `roles` are the names of what may be given.
    """

    organisation: Listed
    members: list[OrganisationMember]
    engagements: list[Engagement]
    invitations: list[Invitation]
    roles: list[str]
    may: frozenset[Permission]


@dataclass(frozen=True, slots=True)
class Place:
    """A thing that a person is engaged in, as that person's own list shows it."""

    resource: str
    title: str | None
    organisation: str
    status: EngagementStatus
