"""The verbs of feedback: rate or comment, look at a project's, look at what was learned."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.kernel.access import require
from evigate.kernel.db import Database
from evigate.kernel.events import NewEvent, append_events
from evigate.kernel.policies import Guard
from evigate.studio.features.service import STREAM
from evigate.studio.feedback.errors import E_FEEDBACK_INVALID
from evigate.studio.feedback.learning import Calibration, Outcome, experience_of
from evigate.studio.feedback.store import (
    Feedback,
    insert_feedback,
    list_feedback,
    list_outcomes,
    list_ratings,
)
from evigate.studio.library.service import LibraryService
from evigate.studio.permissions import ANSWER, READ, on_project
from evigate.studio.planning.refusals import need_question
from evigate.studio.planning.store import load_plan

COMMENT_CHARACTERS = 4000
RATING_MAX = 5


@dataclass(frozen=True, slots=True)
class QuestionStanding:
    """How a question of the library fares; shares and averages are None where nothing was seen."""

    key: str
    ask: str
    offered: int
    taken: int
    dismissed: int
    ratings: int
    rating: float | None

    @property
    def accept_rate(self) -> float | None:
        """Return the share of its offers that were taken, 0..1."""
        return self.taken / self.offered if self.offered else None


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A suggestion that is not made again."""

    key: str
    ask: str
    value: str


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a tenant's feedback says: by question, by source, and what is not offered again."""

    questions: tuple[QuestionStanding, ...]
    sources: tuple[Calibration, ...]
    suppressed: tuple[Suppressed, ...]


class FeedbackService:
    """Feedback of every tenant."""

    def __init__(self, database: Database, guard: Guard, library: LibraryService) -> None:
        self.database = database
        self.guard = guard
        self._library = library

    async def give(
        self,
        subject: Subject,
        project_id: UUID,
        *,
        question: str = "",
        rating: int | None = None,
        comment: str = "",
    ) -> list[Feedback]:
        """
        Rate a question of the plan or the whole, say something of it, or both; return all there is.

        Args:
            question: a question's key; empty for the project.
            rating: 1, worth nothing, to 5.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_QUESTION_PLAN_NOT_FOUND | E_QUESTION_NOT_FOUND]
            EvigateError[E_FEEDBACK_INVALID]: neither is given, or one is out of bounds.
        """
        words = comment.strip()
        is_rated = rating is not None and 1 <= rating <= RATING_MAX
        if (rating is not None and not is_rated) or (rating is None and not words):
            raise EvigateError(E_FEEDBACK_INVALID, "There is no rating of 1 to 5, and no comment.")
        if len(words) > COMMENT_CHARACTERS:
            message = f"The comment has {len(words):,} characters; {COMMENT_CHARACTERS:,} may be."
            raise EvigateError(E_FEEDBACK_INVALID, message)
        async with on_project(self.guard, subject, ANSWER, project_id) as tx:
            target, target_id = "project", None
            if question:
                found = need_question(await load_plan(tx, project_id), question)
                target, target_id = "question", found.id
            if is_rated:
                data = {"rating": rating}
                await insert_feedback(tx, project_id, "rating", target, question, target_id, data)
            if words:
                said = {"comment": words}
                await insert_feedback(tx, project_id, "comment", target, question, target_id, said)
            told = {"question": question, "rating": rating}
            await append_events(tx, STREAM, project_id, [NewEvent("feedback_given", told)])
            return await list_feedback(tx, project_id)

    async def show(self, subject: Subject, project_id: UUID) -> list[Feedback]:
        """Return a project's feedback, newest first.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND]
        """
        async with on_project(self.guard, subject, READ, project_id) as tx:
            return await list_feedback(tx, project_id)

    async def statistics(self, subject: Subject) -> Statistics:
        """Return what the tenant's feedback says of the library's questions and of the sources."""
        require(subject, READ)
        library = await self._library.library(subject)
        async with self.database.tx(subject) as tx:
            outcomes, ratings = await list_outcomes(tx), await list_ratings(tx)
        learned = await asyncio.to_thread(experience_of, outcomes)
        asks = {key: each.ask for key, each in library.questions.items()}
        keys = sorted({each.key for each in outcomes} | set(ratings))
        standings = [_standing(key, asks.get(key, key), outcomes, ratings) for key in keys]
        return Statistics(
            tuple(sorted(standings, key=lambda each: (-each.offered, each.key))),
            tuple(learned.calibrations[key] for key in sorted(learned.calibrations)),
            tuple(
                Suppressed(key, asks.get(key, key), value.decode())
                for key, value in sorted(learned.suppressed)
            ),
        )


def _standing(
    key: str, ask: str, outcomes: list[Outcome], ratings: dict[str, tuple[int, float]]
) -> QuestionStanding:
    own = [each for each in outcomes if each.key == key]
    count, average = ratings.get(key, (0, None))
    return QuestionStanding(
        key=key,
        ask=ask,
        offered=len(own),
        taken=sum(each.is_taken for each in own),
        dismissed=sum(each.is_dismissed for each in own),
        ratings=count,
        rating=average,
    )
