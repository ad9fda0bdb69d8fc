"""An answer that was given outside the conversation, written into the project's session."""

from uuid import UUID

from evigate.base.ids import new_uuid
from evigate.kernel.db import Tx
from evigate.kernel.events import append_events
from evigate.studio.permissions import no_project
from evigate.studio.session.draft import Draft
from evigate.studio.session.evolve import STREAM
from evigate.studio.session.noting import note
from evigate.studio.store import get_objective, load_session, lock_session, save_session


async def note_answer(tx: Tx, project_id: UUID, path: str, text: str) -> None:
    """
    Keep an answer as a claim with its quote, within the transaction that it was given in.

    Raises:
        EvigateError[E_PROJECT_NOT_FOUND | E_MESSAGE_INVALID]
    """
    session = await load_session(tx, project_id) if await lock_session(tx, project_id) else None
    if session is None:
        raise no_project(project_id)
    objective = await get_objective(tx, session.objective_id)
    draft = Draft(session, objective, new_uuid)
    note(draft, path, text)
    await append_events(tx, STREAM, session.id, draft.events)
    await save_session(tx, session, draft.session)
