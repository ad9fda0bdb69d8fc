"""Where a project stands, as the API, `--json` and the page show it: one shape for all."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from evigate.studio.phases.models import ORDER, SKIPPABLE, Gate, Pass, StaleThing, Standing


@dataclass(frozen=True, slots=True)
class StepView:
    """One test that a condition made: where, what was asked, what was found."""

    path: str
    operator: str
    expected: Any
    actual: list[Any]
    result: bool | None
    note: str


@dataclass(frozen=True, slots=True)
class GateItemView:
    """One line of a checklist; `found` names what stands against it."""

    key: str
    title: str
    is_met: bool
    remedy: str
    found: list[str]
    trace: list[StepView]


@dataclass(frozen=True, slots=True)
class GateView:
    """A phase's checklist."""

    phase: str
    is_open: bool
    items: list[GateItemView]


@dataclass(frozen=True, slots=True)
class PassView:
    """One way through a phase, with how long it took; None while it lasts."""

    phase: str
    number: int
    started_at: datetime
    completed_at: datetime | None
    duration_s: float | None
    outcome: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class StaleView:
    """Something that rests on what may change now; `was` is its status before."""

    kind: str
    id: UUID
    title: str
    was: str


@dataclass(frozen=True, slots=True)
class StandingView:
    """Where a project stands: the phase, what blocks it, what to do next, and how it came there."""

    project_id: UUID
    name: str
    phase: str
    version: int
    next_phase: str | None
    can_skip: bool
    is_open: bool
    blockers: list[str]
    next_action: str
    gates: list[GateView]
    passes: list[PassView]
    stale: list[StaleView]


def standing_view(standing: Standing, stale: list[StaleThing] | None = None) -> StandingView:
    """Return a standing as it is shown, with what a move back has just made stale."""
    unmet = [each for each in standing.gate.items if not each.is_met]
    following = standing.phase.next
    done = (
        f"Go on to {following.label.lower()}." if following else "Nothing: this is the last phase."
    )
    return StandingView(
        project_id=standing.project_id,
        name=standing.name,
        phase=str(standing.phase),
        version=standing.version,
        next_phase=str(following) if following else None,
        can_skip=standing.phase in SKIPPABLE,
        is_open=standing.gate.is_open,
        blockers=[each.title for each in unmet],
        next_action=unmet[0].remedy if unmet else done,
        gates=[gate_view(each) for each in standing.gates],
        passes=[_pass(each) for each in standing.passes],
        stale=[StaleView(each.kind, each.id, each.title, each.was) for each in stale or ()],
    )


def gate_view(gate: Gate) -> GateView:
    """Return a gate as it is shown."""
    items = [
        GateItemView(
            key=item.key,
            title=item.title,
            is_met=item.is_met,
            remedy=item.remedy,
            found=list(item.found),
            trace=[
                StepView(s.path, s.operator, s.expected, list(s.actual), s.result, s.note)
                for s in item.trace
            ],
        )
        for item in gate.items
    ]
    return GateView(str(gate.phase), gate.is_open, items)


def rail(view: StandingView) -> list[dict[str, Any]]:
    """Return each phase with how it stands and its latest pass, in order, for the page."""
    latest = {each.phase: each for each in view.passes}
    at = [str(phase) for phase in ORDER].index(view.phase)
    found = []
    for index, phase in enumerate(map(str, ORDER)):
        through = latest.get(phase) if index <= at else None
        state = "now" if index == at else "done" if index < at else "ahead"
        if through is not None and through.outcome == "skipped":
            state = "skipped"
        found.append({"phase": phase, "state": state, "pass": through})
    return found


def _pass(each: Pass) -> PassView:
    taken = (each.completed_at - each.started_at).total_seconds() if each.completed_at else None
    return PassView(
        str(each.phase),
        each.number,
        each.started_at,
        each.completed_at,
        taken,
        each.outcome,
        each.reason,
    )
