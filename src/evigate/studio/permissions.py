"""Who may do what in the studio: a writer talks and decides, a reader looks.

Answering is apart from writing, so that a role may let somebody answer who changes nothing else: a
customer's does. All three are asked of a project, where a grant or a policy may say otherwise.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.kernel.access import EVERY_ROLE, OWNER_ONLY, WRITERS, Permission
from evigate.kernel.db import Tx
from evigate.kernel.policies import Guard, Kind
from evigate.studio.errors import E_PROJECT_NOT_FOUND

READ = Permission("studio.read", EVERY_ROLE)
ANSWER = Permission("studio.answer", WRITERS)
WRITE = Permission("studio.write", WRITERS)
OBJECTIVE_WRITE = Permission("studio.objective_write", OWNER_ONLY)
CONTEXT_WRITE = Permission("studio.context_write", OWNER_ONLY)
PROJECT_IMPORT = Permission("studio.project_import", OWNER_ONLY)
PERMISSIONS = (READ, ANSWER, WRITE, OBJECTIVE_WRITE, CONTEXT_WRITE, PROJECT_IMPORT)


def no_project(project_id: UUID) -> EvigateError:
    """Return the error of a project that is not there, or not for the one who asks."""
    return EvigateError(E_PROJECT_NOT_FOUND, f"There is no project {str(project_id)!r}.")


PROJECT = Kind("project", ("studio", "project_things"), READ, no_project)


@asynccontextmanager
async def on_project(
    guard: Guard,
    subject: Subject,
    permission: Permission,
    project_id: UUID,
    *,
    is_snapshot: bool = False,
) -> AsyncIterator[Tx]:
    """Open a transaction for something to be done to a project; raises as `Guard.enter`."""
    entering = guard.enter(subject, permission, PROJECT, project_id, is_snapshot=is_snapshot)
    async with entering as entry:
        yield entry.tx


async def may_write(guard: Guard, subject: Subject, project_id: UUID) -> bool:
    """
    Say whether the subject may change a project, by role, grant or policy.

    Raises:
        EvigateError[E_PROJECT_NOT_FOUND]: there is none, or not for the subject.
    """
    async with guard.enter(subject, READ, PROJECT, project_id) as entry:
        return entry.may(WRITE)
