"""Fit the methods' training into the time there is.

Costs are estimated from sizes alone, never measured while a notebook runs: a schedule that depended
on the machine's speed would make two runs of one notebook differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from evigate.papers.plan.models import Protocol, ProtocolKind
from evigate.papers.recipes import FitSize, Recipe
from evigate.papers.recipes.models import SettingValue
from evigate.papers.recipes.registry import step_s

# Half the budget, because the estimate may be off by two. Within the usual budget at most this
# long, because people wait; who asks for a larger one has said that they will.
SHARE_OF_BUDGET = 0.5
TRAINING_S_MAX = 100.0
USUAL_BUDGET_S = 600.0
OVERHEAD_S = 15.0
STEPS_MIN = 50
# One method in full and one cut says more than two that are both cut.
LAST_BUT_ONE = 0.7


@dataclass(frozen=True, slots=True)
class Job:
    """One method to be fitted: `fits` times over all `seeds`, with `steps` each if iterative."""

    recipe: Recipe
    settings: dict[str, SettingValue]
    size: FitSize
    fits: int
    steps: int | None
    seeds: int = 1

    @property
    def cost_s(self) -> float:
        """Estimated seconds of all its fits, with all its steps."""
        if self.steps is not None:
            return self.fits * self.steps * step_s(self.size, self.settings)
        return self.fits * self.recipe.fit_s(self.size, self.settings)


@dataclass(frozen=True, slots=True)
class Slot:
    """What a job is given: `steps` per fit (None if it has none) and the seconds that takes.

    `seeds` is None for all of them. A job whose slot does not have `fits_in` is left out.
    """

    steps: int | None
    cost_s: float
    fits_in: bool
    full_steps: int | None = None
    seeds: int | None = None

    @property
    def is_cut(self) -> bool:
        """Whether it gets fewer steps than its full schedule."""
        return self.full_steps is not None and self.steps != self.full_steps


def fit_count(protocol: Protocol, rows: int, seeds: int) -> int:
    """Return how often a method is fitted: parts of one round times repeats times seeds."""
    parts = {
        ProtocolKind.HOLDOUT: 1,
        ProtocolKind.K_FOLD: protocol.folds or 1,
        ProtocolKind.LEAVE_ONE_OUT: rows,
        ProtocolKind.RESUBSTITUTION: 1,
        ProtocolKind.FIXED_SPLIT: 1,
        ProtocolKind.FIXED_FOLDS: protocol.folds or 1,
    }[protocol.kind]
    return parts * protocol.repeats * seeds


def training_rows(protocol: Protocol, rows: int) -> int:
    """Return how many rows one fit learns from."""
    match protocol.kind:
        case ProtocolKind.HOLDOUT:
            return max(1, rows - round(rows * (protocol.test_size or 0)))
        case ProtocolKind.K_FOLD | ProtocolKind.FIXED_FOLDS:
            return max(1, rows - rows // (protocol.folds or 2))
        case ProtocolKind.LEAVE_ONE_OUT:
            return rows - 1
        case ProtocolKind.RESUBSTITUTION | ProtocolKind.FIXED_SPLIT:
            return rows


def share_time(jobs: Sequence[Job], *, budget_s: float) -> list[Slot]:
    """
    Divide the time among jobs so that the cheap ones run in full and the dear ones share the rest.

    What cannot run even so is left out, the dearest first, and its share goes to the others.

    Returns:
        A slot a job, in order. An iterative job that does not fit is cut to fewer steps, another
        to fewer seeds; what would have fewer than STEPS_MIN steps or no seed does not `fits_in`.
    """
    left = SHARE_OF_BUDGET * budget_s
    if budget_s <= USUAL_BUDGET_S:
        left = min(left, TRAINING_S_MAX)
    slots: dict[int, Slot] = {}
    by_cost = sorted(range(len(jobs)), key=lambda index: (jobs[index].cost_s, index))
    while by_cost:
        shared = _shares([jobs[index] for index in by_cost], left)
        slots |= dict(zip(by_cost, shared, strict=True))
        lost = [index for index in by_cost if not slots[index].fits_in]
        if not lost:
            break
        by_cost.remove(lost[-1])
    return [slots[index] for index in range(len(jobs))]


def _shares(jobs: Sequence[Job], left_s: float) -> list[Slot]:
    """Give each of the jobs, the cheapest first, its share of what the cheaper ones left."""
    slots: list[Slot] = []
    for done, job in enumerate(jobs):
        waiting = len(jobs) - done
        slots.append(_slot(job, left_s * (LAST_BUT_ONE if waiting == 2 else 1 / waiting)))
        left_s -= slots[-1].cost_s
    return slots


def _slot(job: Job, share_s: float) -> Slot:
    if job.cost_s <= share_s:
        return Slot(job.steps, job.cost_s, True, job.steps)
    if job.steps is None:
        seeds = int(share_s / (job.cost_s / job.seeds))
        cost_s = job.cost_s * seeds / job.seeds
        return Slot(None, cost_s, seeds > 0, seeds=seeds)
    # A round number of steps reads better than the quotient, and costs nothing.
    steps = int(share_s / (job.fits * step_s(job.size, job.settings))) // 10 * 10
    if steps < STEPS_MIN:
        return Slot(None, 0.0, False, job.steps)
    return Slot(steps, job.cost_s * steps / job.steps, True, job.steps)
