"""Tenancy: tenants, the people in them, and the proofs that they are who they say.

What enters is a password, a link, a cookie or a token; what leaves is a `Subject`, or nothing.
Always true: a secret is stored as its hash only, a proof of a suspended user or tenant proves
nothing, and a wrong password costs as much time as a right one.
"""

from evigate.kernel.tenancy.invitations import Invitations
from evigate.kernel.tenancy.models import (
    CUSTOMER,
    MEMBER_ROLES,
    Accepted,
    Account,
    ApiToken,
    Invitation,
    Member,
    Offer,
    Tenant,
)
from evigate.kernel.tenancy.service import TenancyService
from evigate.kernel.tenancy.sync import find_membership, find_operator, find_token

__all__ = [
    "CUSTOMER",
    "MEMBER_ROLES",
    "Accepted",
    "Account",
    "ApiToken",
    "Invitation",
    "Invitations",
    "Member",
    "Offer",
    "TenancyService",
    "Tenant",
    "find_membership",
    "find_operator",
    "find_token",
]
