"""Organisations: an agency within a tenant, its people, and the customers it works for.

What enters is who belongs to it, whom it invites and for what; what leaves are roles that are held
on one thing each, and a customer's own list of them. Always true: an organisation has one owner,
who neither goes nor is demoted before somebody else is; a customer may do what an active engagement
gives and nothing else; what a member held through an organisation goes with the membership.
"""

from evigate.kernel.organisations.engagements import Engagements
from evigate.kernel.organisations.errors import CODES
from evigate.kernel.organisations.models import (
    DefaultRole,
    Engagement,
    EngagementStatus,
    Listed,
    OrganisationMember,
    OrganisationView,
    Place,
)
from evigate.kernel.organisations.permissions import KINDS, MANAGE, OWN, PERMISSIONS
from evigate.kernel.organisations.service import Organisations

__all__ = [
    "CODES",
    "KINDS",
    "MANAGE",
    "OWN",
    "PERMISSIONS",
    "DefaultRole",
    "Engagement",
    "EngagementStatus",
    "Engagements",
    "Listed",
    "OrganisationMember",
    "OrganisationView",
    "Organisations",
    "Place",
]
