"""Who may do what with organisations: the tenant's owner everything, others by their role in one.

What a role in an organisation allows stands in `kernel.held_roles`: its owner owns and manages, an
admin manages, a member reads. All but making one is asked of the organisation itself.
"""

from uuid import UUID

from evigate.base.errors import EvigateError
from evigate.kernel.access import OWNER_ONLY, Permission
from evigate.kernel.organisations.errors import E_ORGANISATION_NOT_FOUND
from evigate.kernel.policies import Kind
from evigate.kernel.tenancy import CUSTOMER, MEMBER_ROLES

CREATE = Permission("organisations.create", frozenset({"owner", "editor"}))
READ = Permission("organisations.read", OWNER_ONLY)
MANAGE = Permission("organisations.manage", OWNER_ONLY)
OWN = Permission("organisations.own", OWNER_ONLY)
# One's own engagements: everybody who is a person here.
VISIT = Permission("portal.visit", frozenset({*MEMBER_ROLES, CUSTOMER}))
PERMISSIONS = (CREATE, READ, MANAGE, OWN, VISIT)


def no_organisation(organisation_id: UUID) -> EvigateError:
    """Return the error of an organisation that is not there, or not for the one who asks."""
    message = f"There is no organisation {str(organisation_id)!r}."
    return EvigateError(E_ORGANISATION_NOT_FOUND, message)


ORGANISATION = Kind("organisation", ("kernel", "organisation_things"), READ, no_organisation)
KINDS = (ORGANISATION,)
