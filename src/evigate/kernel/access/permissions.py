"""A permission names the roles that hold it; `require` is asked by every service verb.

Roles: an owner decides and pays, an editor works, a viewer looks, a worker does what a job was
enqueued to do on somebody's behalf (so it may not approve).
"""

from dataclasses import dataclass

from evigate.base.errors import E_DENIED, E_UNAUTHENTICATED, EvigateError
from evigate.base.subject import Subject

EVERY_ROLE = frozenset({"owner", "editor", "viewer", "worker"})
WRITERS = frozenset({"owner", "editor", "worker"})
OWNER_ONLY = frozenset({"owner"})


@dataclass(frozen=True, slots=True)
class Permission:
    """A thing that may be done, and by whom; `name` reads "room.verb"."""

    name: str
    roles: frozenset[str]


def may(subject: Subject, permission: Permission) -> bool:
    """Tell whether the subject holds the permission in its tenant."""
    return subject.tenant_id is not None and subject.role in permission.roles


def require(subject: Subject, permission: Permission) -> None:
    """Refuse unless the subject holds the permission.

    Raises:
        EvigateError[E_UNAUTHENTICATED]: nobody is signed in.
        EvigateError[E_DENIED]: the subject's role does not hold it.
    """
    if subject.tenant_id is None:
        raise EvigateError(E_UNAUTHENTICATED, "Nobody is signed in.")
    if subject.role not in permission.roles:
        message = f"The role {subject.role!r} may not {permission.name!r}."
        raise EvigateError(E_DENIED, message)
