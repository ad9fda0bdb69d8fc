"""What a plan comes to in numbers, always computed and never kept."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil

from evigate.studio.planning.models import PlanQuestion

# Seconds that an answer takes, by kind, as we time ourselves; taking an offer takes a few.
SECONDS: Mapping[str, int] = {
    "boolean": 10,
    "choice": 15,
    "multi": 20,
    "number": 20,
    "money": 20,
    "duration": 20,
    "date": 20,
    "text": 40,
    "list": 60,
    "longtext": 90,
    "table": 120,
    "file": 60,
}
TAKING_S = 4
OUT = frozenset({"withdrawn", "suppressed"})


@dataclass(frozen=True, slots=True)
class Stats:
    """The plan in numbers; `minutes` is what is left to do."""

    total: int
    prefilled: int
    high: int
    medium: int
    low: int
    by_source: dict[str, int]
    by_feature: dict[str, int]
    by_group: dict[str, int]
    answered: int
    skipped: int
    suppressed: int
    conflicts: int
    open_required: int
    takeable: int
    need_you: int
    minutes: int

    def line(self) -> str:
        """Return the numbers as a sentence."""
        return (
            f"{self.total} questions, {self.prefilled} prefilled ({self.high} high),"
            f" {self.need_you} need you, about {self.minutes} minutes"
        )


def stats_of(questions: Iterable[PlanQuestion]) -> Stats:
    """Return the numbers of the questions that are asked; withdrawn and hidden ones are not."""
    every = list(questions)
    asked = [each for each in every if each.status not in OUT]
    offered = [each for each in asked if each.prefill is not None]
    bands = Counter(each.prefill.band for each in offered if each.prefill)
    waiting = [each for each in asked if each.is_open]
    taken = [each for each in waiting if each.prefill is not None and each.prefill.band == "high"]
    by_hand = [each for each in waiting if each not in taken]
    seconds = sum(SECONDS[each.kind] for each in by_hand) + TAKING_S * len(taken)
    return Stats(
        total=len(asked),
        prefilled=len(offered),
        high=bands["high"],
        medium=bands["medium"],
        low=bands["low"],
        by_source=dict(Counter(each.prefill.source for each in offered if each.prefill)),
        by_feature=dict(Counter(each.feature_key for each in asked if each.feature_key)),
        by_group=dict(Counter(each.group_key for each in asked)),
        answered=sum(each.answer is not None for each in asked),
        skipped=sum(each.status == "skipped" for each in asked),
        suppressed=sum(each.status == "suppressed" for each in every),
        conflicts=sum(each.has_conflict for each in asked),
        open_required=sum(each.is_required for each in waiting),
        takeable=len(taken),
        need_you=len(by_hand),
        minutes=ceil(seconds / 60),
    )
