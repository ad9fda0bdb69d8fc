"""A dry run of an objective: what it would ask, given what someone says; nothing is kept.

The first line of a transcript is the paragraph that a conversation begins with, each other line the
answer to what was asked then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from uuid import UUID

from evigate.studio.library import Library
from evigate.studio.objective import Objective
from evigate.studio.reader import BUILT_IN, read_offline
from evigate.studio.session.evolve import begin
from evigate.studio.session.summaries import missing_of, summary_text
from evigate.studio.session.turns import Turn

LINES_MAX = 50


@dataclass(frozen=True, slots=True)
class RehearsedTurn:
    """What was said, what is known after it, and what is asked then."""

    said: str
    completeness: float
    asked_key: str | None
    asked: str


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A dry run turn by turn, and what it came to."""

    turns: tuple[RehearsedTurn, ...]
    summary: str
    missing: tuple[str, ...]
    is_complete: bool


def rehearse(objective: Objective, lines: Sequence[str], library: Library) -> Rehearsal:
    """Return a dry run over the first lines of a transcript that say anything."""
    numbers = count(1)

    def new_id() -> UUID:
        return UUID(int=next(numbers))

    session = begin(
        {
            "id": str(new_id()),
            "project_id": str(new_id()),
            "objective_id": str(new_id()),
            "level": "novice",
            "needs": [each.key for each in objective.obligations],
        }
    )
    agenda = objective
    turns = []
    for said in [each for each in lines if each.strip()][:LINES_MAX]:
        turn = Turn(session, objective, new_id, library)
        found, reading = read_offline(said, library)
        turn.say(said, found.claims, source=BUILT_IN, domain=reading.domain, reading=reading)
        session, agenda = turn.session, turn.objective
        asked = session.messages[-1]
        words = asked.content if asked.role == "agent" else ""
        turns.append(RehearsedTurn(said, session.completeness, session.asked_key, words))
    missing = tuple(missing_of(session, agenda))
    is_complete = not missing and session.completeness >= objective.threshold
    return Rehearsal(tuple(turns), summary_text(session, agenda), missing, is_complete)
