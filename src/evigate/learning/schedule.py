"""When an item is asked again: the schedule of FSRS, as pure functions over a state that is JSON.

This is the one file that knows the fsrs library. Intervals are not fuzzed, so the same reviews give
the same schedule; the library's default weights are used, which on a real log of Anki reviews
predict recall better than its average does (scripts/evals/learning.py). A state is the library's
card as a mapping; keep it, and hand it back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from fsrs import Card, Rating, Scheduler

DESIRED_RETENTION = 0.9
# A correct answer that took this many times the usual was hard, below this share of it easy. Ours:
# response times scatter about threefold round an item's median, so these mark the tails alone.
SLOW, FAST = 3.0, 0.4
FULL_SCORE, PART_SCORE = 0.85, 0.5

_EPOCH = "1970-01-01T00:00:00+00:00"
_REVIEW = 2

State = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A card after a review: when it is due, how many days until recall falls to nine in ten.

    `lapsed` says that a card which had been learnt was forgotten.
    """

    state: State
    due: datetime
    stability: float
    lapsed: bool


def new_state() -> State:
    """Return the state of an item that the learner has never been asked; it is due at once."""
    return {
        "card_id": 0,
        "state": 1,
        "step": 0,
        "stability": None,
        "difficulty": None,
        "due": _EPOCH,
        "last_review": None,
    }


def review(
    state: Mapping[str, Any],
    rating: int,
    now: datetime,
    *,
    desired_retention: float = DESIRED_RETENTION,
) -> Reviewed:
    """
    Return the card after a review.

    Args:
        state: of `new_state` or an earlier review; left as it is.
        rating: 1 again, 2 hard, 3 good, 4 easy.
        now: aware; a moment before the last review counts as the same day.
        desired_retention: the chance of recall at which the item is due, within 0..1.

    Raises:
        ValueError: the rating is none of the four, or `now` has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError("a review needs a moment with a time zone")
    card, _ = _scheduler(desired_retention).review_card(
        _card(state), Rating(rating), now.astimezone(UTC)
    )
    return Reviewed(
        state=dict(card.to_dict()),
        due=card.due,
        stability=float(card.stability or 0.0),
        lapsed=state["state"] == _REVIEW and rating == Rating.Again,
    )


def retrievability(state: Mapping[str, Any], now: datetime) -> float:
    """Return the chance of recall now, in 0..1; 0 for an item never asked.

    Whole days count, as they do for the schedule.
    """
    return float(_scheduler(DESIRED_RETENTION).get_card_retrievability(_card(state), now))


def curve(state: Mapping[str, Any], days: Sequence[float]) -> list[float]:
    """
    Return the chance of recall this many days after the last review, in the order given.

    Days may be fractions, none below 0 counts as less than none; an item never asked is 0 all
    along. The curve is FSRS-6's power law, through nine in ten when the days equal the stability.
    """
    stability = state["stability"]
    if not stability:
        return [0.0 for _ in days]
    decay = -_scheduler(DESIRED_RETENTION).parameters[20]
    factor = 0.9 ** (1 / decay) - 1
    return [float((1 + factor * max(0.0, each) / stability) ** decay) for each in days]


def rating_of(
    grade_score: float,
    is_correct: bool | None,
    latency_ms: int | None,
    expected_ms: int | None,
    hint_used: bool,
) -> int:
    """
    Return the rating that an answer stands for: 1 again, 2 hard, 3 good, 4 easy.

    A wrong answer is 1. A right one is 2 with a hint, in part, or much slower than expected; 4 when
    complete and much faster; else 3. An answer nobody was sure of goes by its score. A time that
    is not known says nothing.

    Args:
        grade_score: 0..1.
        expected_ms: the item's median time; None or 0 where there is none yet.
    """
    if is_correct is False or (is_correct is None and grade_score < PART_SCORE):
        return 1
    ratio = latency_ms / expected_ms if latency_ms is not None and expected_ms else None
    if hint_used or grade_score < FULL_SCORE or (ratio is not None and ratio > SLOW):
        return 2
    return 4 if ratio is not None and ratio < FAST and is_correct else 3


def _card(state: Mapping[str, Any]) -> Card:
    return Card.from_dict(state)


@lru_cache(maxsize=16)
def _scheduler(desired_retention: float) -> Scheduler:
    return Scheduler(desired_retention=desired_retention, enable_fuzzing=False)
