"""The verbs of the looks: which boards there are, how one would look, which one it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from evigate.base.errors import EvigateError
from evigate.base.ids import new_uuid
from evigate.base.subject import Subject
from evigate.kernel.db import Tx, load_queries
from evigate.kernel.events import NewEvent, append_events
from evigate.kernel.policies import Guard
from evigate.studio.design.boards import BOARDS, Board
from evigate.studio.design.errors import E_DESIGN_BOARD_NOT_FOUND, E_DESIGN_CONTRAST
from evigate.studio.design.tokens import (
    DesignSystem,
    compile_design,
    is_colour,
    plain_pairs,
    suggestion,
)
from evigate.studio.features.service import STREAM
from evigate.studio.permissions import READ, WRITE, on_project
from evigate.studio.phases.store import get_project, lock_project

DESIGNS_MAX = 50
_queries = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class Design:
    """A choice that was made; the newest holds, the others stay readable."""

    id: UUID
    number: int
    board: str
    accent: str | None
    tokens: dict[str, Any]
    css: str
    contrast: list[dict[str, Any]]
    chosen_by: str
    chosen_at: datetime


class DesignService:
    """Looks of every tenant's projects."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard

    async def show(self, subject: Subject, project_id: UUID) -> list[Design]:
        """Return the choices, newest first; empty where none was made.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND]
        """
        async with on_project(self.guard, subject, READ, project_id) as tx:
            await get_project(tx, project_id)
            return list(await list_designs(tx, project_id))

    async def choose(
        self, subject: Subject, project_id: UUID, board: str, *, accent: str | None = None
    ) -> Design:
        """
        Choose a board, with a colour of one's own if wanted; the same again changes nothing.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_DESIGN_BOARD_NOT_FOUND]
            EvigateError[E_DESIGN_CONTRAST]: it is no colour, or text in it could not be read; the
                message proposes the nearest that can.
        """
        found = preview(board, accent)
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            await lock_project(tx, project_id)
            present = await list_designs(tx, project_id)
            if not present or (present[0].tokens, present[0].board) != (found.tokens, found.board):
                await _keep(tx, project_id, found)
            return (await list_designs(tx, project_id))[0]


def preview(board: str, accent: str | None) -> DesignSystem:
    """Return how a choice would look, without making it; raises as `DesignService.choose`."""
    chosen = board_of(board)
    colour = accent.strip().lower() if accent and accent.strip() else None
    if colour is not None and not is_colour(colour):
        raise EvigateError(E_DESIGN_CONTRAST, f"{accent!r} is no colour such as #1f5a99.")
    found = compile_design(chosen, colour)
    if found.misses and colour is not None:
        named = "; ".join(
            f"{each.front.replace('_', ' ')} on {each.back}, {each.mode}: {each.ratio} to 1,"
            f" and {each.least} is needed"
            for each in found.misses
        )
        nearest = suggestion(chosen, colour)
        message = f"{colour} cannot be read: {named}. The nearest that can is {nearest}."
        raise EvigateError(E_DESIGN_CONTRAST, message, detail={"nearest": nearest})
    return found


def board_of(key: str) -> Board:
    """Return a board by its key.

    Raises:
        EvigateError[E_DESIGN_BOARD_NOT_FOUND]: there is none such; all are named.
    """
    found = next((each for each in BOARDS if each.key == key), None)
    if found is None:
        keys = ", ".join(each.key for each in BOARDS)
        raise EvigateError(
            E_DESIGN_BOARD_NOT_FOUND, f"There is no board {key!r}; there are {keys}."
        )
    return found


async def list_designs(tx: Tx, project_id: UUID) -> Sequence[Design]:
    """Return a project's choices, newest first, at most `DESIGNS_MAX`."""
    rows = await _queries.list_designs(tx.connection, project_id=project_id, limit=DESIGNS_MAX)
    return [Design(**row) for row in rows]


async def _keep(tx: Tx, project_id: UUID, found: DesignSystem) -> None:
    await _queries.insert_design(
        tx.connection,
        id=new_uuid(),
        project_id=project_id,
        board=found.board,
        accent=found.accent,
        tokens=Jsonb(found.tokens),
        css=found.css,
        contrast=Jsonb(plain_pairs(found.pairs)),
    )
    told = {"board": found.board, "accent": found.accent}
    await append_events(tx, STREAM, project_id, [NewEvent("design_chosen", told)])
