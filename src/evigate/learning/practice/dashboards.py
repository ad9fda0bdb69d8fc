"""What a learner and a class know: mastery per objective, abilities, schedules, forgetting."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from evigate.base.clock import utc_now
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.kernel.access import may, require
from evigate.kernel.db import Database, load_queries
from evigate.learning import schedule
from evigate.learning.errors import E_SESSION_NOT_FOUND
from evigate.learning.modules import ModuleService, Objective
from evigate.learning.permissions import PRACTISE, WATCH
from evigate.learning.practice.measure import answered
from evigate.learning.statistics import Answered, ClassSummary, Mastery, class_summary, mastery

_queries = load_queries(__package__)

ANSWERS_MAX = 100_000
CARDS_MAX = 50_000
CURVE_DAYS = tuple(float(day) for day in range(31))


@dataclass(frozen=True, slots=True)
class DueCard:
    """An item on a learner's schedule; `recall` is the chance that it is remembered now."""

    id: UUID
    question: str
    due: datetime
    stability: float | None
    reps: int
    lapses: int
    recall: float


@dataclass(frozen=True, slots=True)
class LearnerView:
    """One learner in one module; `forgetting` is the mean chance of recall over the next days."""

    user_id: UUID
    answered: int
    right: int
    theta: float | None
    se: float | None
    mastery: list[Mastery[str]]
    due: list[DueCard]
    forgetting: list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One learner of a class."""

    user_id: UUID
    learner: str
    answered: int
    right: int
    theta: float | None
    se: float | None
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClassView:
    """A module's class; statistics of fewer than five learners are not shown.

    `forgetting` is the mean chance of recall over the next days, each learner counting alike.
    """

    learners: list[ClassRow]
    mastery: list[ClassSummary[str]]
    is_too_small: bool
    forgetting: list[tuple[float, float]]


LEARNERS_MIN = 5


class Dashboards:
    """Dashboards of every tenant."""

    def __init__(self, database: Database, modules: ModuleService) -> None:
        self._database = database
        self._modules = modules

    async def learner(
        self, subject: Subject, module_id: UUID, user_id: UUID | None = None
    ) -> LearnerView:
        """Return what a learner knows of a module: one's own, or another's for whoever teaches.

        Raises:
            EvigateError[E_MODULE_NOT_FOUND | E_SESSION_NOT_FOUND]
        """
        require(subject, PRACTISE)
        wanted = user_id or subject.user_id
        if wanted is None or (wanted != subject.user_id and not may(subject, WATCH)):
            raise EvigateError(E_SESSION_NOT_FOUND, "There is no such learner.")
        objectives = await self._modules.objectives(subject, module_id)
        async with self._database.tx(subject) as tx:
            rows = await _queries.answered(
                tx.connection, module_id=module_id, user_id=wanted, limit=ANSWERS_MAX
            )
            cards = await _queries.due_cards(tx.connection, module_id=module_id, user_id=wanted)
            known = await _queries.get_ability(tx.connection, module_id=module_id, user_id=wanted)
        graded = [row for row in rows if row["is_correct"] is not None]
        return LearnerView(
            user_id=wanted,
            answered=len(rows),
            right=sum(row["is_correct"] for row in graded),
            theta=known["theta"] if known else None,
            se=known["se"] if known else None,
            mastery=_mastery(rows, objectives),
            due=[_due(card) for card in cards],
            forgetting=_forgetting(cards),
        )

    async def of_class(self, subject: Subject, module_id: UUID) -> ClassView:
        """Return what the learners of a module know.

        Raises:
            EvigateError[E_MODULE_NOT_FOUND | E_DENIED]
        """
        require(subject, WATCH)
        objectives = await self._modules.objectives(subject, module_id)
        async with self._database.tx(subject) as tx:
            rows = await _queries.answered(
                tx.connection, module_id=module_id, user_id=None, limit=ANSWERS_MAX
            )
            abilities = await _queries.class_abilities(tx.connection, module_id=module_id)
            cards = await _queries.class_cards(tx.connection, module_id=module_id, limit=CARDS_MAX)
        by_learner: dict[UUID, list[Mapping[str, Any]]] = defaultdict(list)
        for row in rows:
            by_learner[row["user_id"]].append(row)
        known = {row["user_id"]: row for row in abilities}
        learners = [_class_row(each, found, known) for each, found in by_learner.items()]
        masteries = [_mastery(found, objectives) for found in by_learner.values()]
        is_too_small = len(by_learner) < LEARNERS_MIN
        return ClassView(
            learners=sorted(learners, key=lambda row: (-(row.theta or -9), row.learner)),
            mastery=[] if is_too_small else list(class_summary(masteries)),
            is_too_small=is_too_small,
            forgetting=[] if is_too_small else _class_forgetting(cards),
        )


def _mastery(
    rows: Sequence[Mapping[str, Any]], objectives: Sequence[Objective]
) -> list[Mastery[str]]:
    names = {each.id: each.text for each in objectives}
    groups: dict[str, list[Answered[UUID, Any]]] = {each.text: [] for each in objectives}
    for row in rows:
        section = row["section"][-1] if row["section"] else "Other"
        name = names.get(row["objective_id"], section)
        groups.setdefault(name, []).append(answered(row))
    return list(mastery({name: found for name, found in groups.items() if found}))


def _due(card: Mapping[str, Any]) -> DueCard:
    return DueCard(
        id=card["id"],
        question=card["question"],
        due=card["due"],
        stability=card["stability"],
        reps=card["reps"],
        lapses=card["lapses"],
        recall=schedule.retrievability(card["state"], utc_now()),
    )


def _forgetting(cards: Sequence[Mapping[str, Any]]) -> list[tuple[float, float]]:
    curves = [schedule.curve(card["state"], CURVE_DAYS) for card in cards]
    if not curves:
        return []
    return [
        (day, sum(curve[number] for curve in curves) / len(curves))
        for number, day in enumerate(CURVE_DAYS)
    ]


def _class_forgetting(cards: Sequence[Mapping[str, Any]]) -> list[tuple[float, float]]:
    """Return the mean of the learners' own curves; empty unless enough learners have one."""
    by_learner: dict[UUID, list[Mapping[str, Any]]] = defaultdict(list)
    for card in cards:
        by_learner[card["user_id"]].append(card)
    if len(by_learner) < LEARNERS_MIN:
        return []
    curves = [_forgetting(own) for own in by_learner.values()]
    return [
        (day, sum(curve[number][1] for curve in curves) / len(curves))
        for number, day in enumerate(CURVE_DAYS)
    ]


def _class_row(
    user_id: UUID, rows: Sequence[Mapping[str, Any]], known: Mapping[UUID, Mapping[str, Any]]
) -> ClassRow:
    found = known.get(user_id)
    return ClassRow(
        user_id=user_id,
        learner=rows[0]["learner"],
        answered=len(rows),
        right=sum(bool(row["is_correct"]) for row in rows),
        theta=found["theta"] if found else None,
        se=found["se"] if found else None,
        last_at=rows[-1]["created_at"],
    )
