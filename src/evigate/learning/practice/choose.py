"""Which item comes next: what is due, then what tells most, then what is due soonest.

The pool is a module's approved items as arrays, read once and kept for a few seconds, because two
hundred learners ask at the same time; that an item is still approved is asked again before it is
shown, and once more by the database when it is answered.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
import numpy.typing as npt

from evigate.learning.ability import ItemParameters, choose

AMONG = 5
# So many of the most telling items are looked at closely; the rest could not be drawn anyway.
SHORTLIST = 40

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pool:
    """Approved items in the order of the text; all parts have one entry an item."""

    ids: tuple[UUID, ...]
    kinds: tuple[str, ...]
    slopes: Array
    difficulties: Array
    exposures: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a learner: items seen ever, asked in this session, and when each is due."""

    seen: Collection[UUID]
    asked: Collection[UUID]
    due: Mapping[UUID, datetime]
    theta: float


def next_item(
    pool: Pool,
    known: Known,
    *,
    mode: str,
    kinds: Collection[str],
    now: datetime,
    seed: int,
) -> UUID | None:
    """Return the item to ask; None where nothing is left.

    A session asks an item once. One in order follows the text; a review asks only what is due; an
    adaptive one asks what is due, then new items, then what is due soonest. No kinds means all.
    """
    open_ = _open(pool, known, mode=mode, kinds=kinds, now=now)
    if mode == "in_order":
        return pool.ids[open_[0]] if open_ else None
    planned = {pool.ids[n]: known.due[pool.ids[n]] for n in open_ if pool.ids[n] in known.due}
    due = {each: moment for each, moment in planned.items() if moment <= now}
    if due:
        return _soonest(due)
    new = [number for number in open_ if pool.ids[number] not in known.due]
    if new:
        return _most_telling(pool, new, known.theta, seed)
    return _soonest(planned) if planned else None


def count_open(
    pool: Pool, known: Known, *, mode: str, kinds: Collection[str], now: datetime
) -> int:
    """Return how many items a session could ask from now on, each once."""
    return len(_open(pool, known, mode=mode, kinds=kinds, now=now))


def _open(
    pool: Pool, known: Known, *, mode: str, kinds: Collection[str], now: datetime
) -> list[int]:
    """Return the places of the items that may be asked; what was seen and has no date is not."""
    open_ = [
        number
        for number, each in enumerate(pool.ids)
        if each not in known.asked and (not kinds or pool.kinds[number] in kinds)
    ]
    if mode == "in_order":
        return open_
    due = known.due
    if mode == "review":
        return [n for n in open_ if pool.ids[n] in due and due[pool.ids[n]] <= now]
    return [n for n in open_ if pool.ids[n] in due or pool.ids[n] not in known.seen]


def _most_telling(pool: Pool, new: list[int], theta: float, seed: int) -> UUID:
    slopes, difficulties = pool.slopes[new], pool.difficulties[new]
    chance = 1 / (1 + np.exp(-slopes * (theta - difficulties)))
    information = slopes**2 * chance * (1 - chance)
    best = np.argsort(-information, kind="stable")[:SHORTLIST]
    shortlist = [
        (
            pool.ids[new[each]],
            ItemParameters(float(slopes[each]), float(difficulties[each]), None, None),
            pool.exposures[new[each]],
        )
        for each in best
    ]
    chosen: UUID = choose(theta, shortlist, seed=seed, among=AMONG)
    return chosen


def _soonest(due: Mapping[UUID, datetime]) -> UUID:
    return min(due, key=lambda each: (due[each], each))
