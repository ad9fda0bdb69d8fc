"""A line of the report, and how two sides are compared in one process.

Sides alternate, whoever begins alternates too, and the figure is the median of the ratios of rounds
that follow on each other, so what else the machine does falls on both. CPU time is this process's
with all its threads. There is no verdict on a loaded machine, or where the yard-stick's own rounds
differ by more than `SPREAD_MAX`.
"""

import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

LOAD_MAX = 3.0
SPREAD_MAX = 1.6
Work = Callable[[], Any]


@dataclass
class Line:
    """One comparison; `ratio` is ours to the yard-stick in the sense that the goal is put."""

    group: str
    name: str
    yardstick: str
    ours: float
    theirs: float
    unit: str
    ratio: float
    goal: str
    is_met: bool | None
    spread: float = 1.0
    quality: str = ""
    ours_cpu: float | None = None
    theirs_cpu: float | None = None
    load: float = 0.0
    ratios: Sequence[float] = ()

    def value(self) -> dict[str, Any]:
        """Return it for JSON, with its verdict."""
        verdict = "-"
        if self.is_met is not None:
            verdict = "met" if self.is_met else "missed"
            if self.load > LOAD_MAX:
                verdict = "none (loaded)"
            elif self.spread > SPREAD_MAX:
                verdict = "none (noisy)"
        return {**asdict(self), "verdict": verdict}


@dataclass
class Timing:
    """What a piece of work took, in seconds."""

    wall: float
    cpu: float


def timed(work: Work) -> Timing:
    """Run it once."""
    begun, cpu = time.perf_counter(), time.process_time()
    work()
    return Timing(time.perf_counter() - begun, time.process_time() - cpu)


def alternate(ours: Work, theirs: Work, rounds: int) -> tuple[list[Timing], list[Timing]]:
    """Run both once unmeasured, then in turns."""
    ours(), theirs()
    left: list[Timing] = []
    right: list[Timing] = []
    for number in range(rounds):
        for is_ours in (True, False) if number % 2 else (False, True):
            (left if is_ours else right).append(timed(ours if is_ours else theirs))
    return left, right


def rates(
    group: str,
    name: str,
    yardstick: str,
    sides: tuple[list[Timing], list[Timing]],
    counts: tuple[int, int],
    *,
    least: float | None,
    unit: str = "/s",
    quality: str = "",
) -> Line:
    """Make a line of two throughputs, the ratio ours / theirs, which should be at `least`."""
    left, right = sides
    ours = [counts[0] / each.wall for each in left]
    theirs = [counts[1] / each.wall for each in right]
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    ratio = statistics.median(ratios)
    return Line(
        group,
        name,
        yardstick,
        statistics.median(ours),
        statistics.median(theirs),
        unit,
        ratio,
        "" if least is None else f"at least {least:g}x",
        None if least is None else ratio >= least,
        max(theirs) / min(theirs),
        quality,
        statistics.median(each.cpu for each in left) / counts[0] * 1e6,
        statistics.median(each.cpu for each in right) / counts[1] * 1e6,
        os.getloadavg()[0],
        ratios,
    )


def show(line: Line) -> str:
    """Return a line as text."""
    return (
        f"{line.name:42} {line.ours:11,.2f} {line.theirs:11,.2f} {line.unit:6} "
        f"ratio {line.ratio:6.2f}  {line.goal:16} {line.value()['verdict']:12} {line.quality}"
    )
