"""Differences as values, and how they are found; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evigate.gate.kinds import diff_payloads
from evigate.papers.models import Claim, ClaimDraft, NotebookRun, SeriesPoint


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One name with what stands in each of the two; None where one has none."""

    name: str
    before: Any
    after: Any

    @property
    def delta(self) -> float | None:
        """After minus before, where both are numbers."""
        if isinstance(self.before, int | float) and isinstance(self.after, int | float):
            return float(self.after) - float(self.before)
        return None

    @property
    def is_equal(self) -> bool:
        """Whether the two are the same value."""
        return bool(self.before == self.after)


@dataclass(frozen=True, slots=True)
class Curve:
    """A series over steps in both runs; a run without it has no points."""

    name: str
    before: tuple[tuple[int, float], ...]
    after: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class RunComparison:
    """Two notebook runs: their facts, final metrics, curves, packages and plans."""

    before: NotebookRun
    after: NotebookRun
    facts: tuple[ValueChange, ...]
    metrics: tuple[ValueChange, ...]
    curves: tuple[Curve, ...]
    packages: tuple[ValueChange, ...]
    plan: tuple[ValueChange, ...]

    @property
    def differing_metrics(self) -> int:
        """How many final metrics are not the same in both."""
        return sum(not each.is_equal for each in self.metrics)

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""

        def changes(found: Sequence[ValueChange]) -> list[dict[str, Any]]:
            return [
                {"name": c.name, "before": c.before, "after": c.after, "delta": c.delta}
                for c in found
            ]

        return {
            "before": str(self.before.id),
            "after": str(self.after.id),
            "differing_metrics": self.differing_metrics,
            "facts": changes(self.facts),
            "metrics": changes(self.metrics),
            "curves": [
                {"name": each.name, "before": each.before, "after": each.after}
                for each in self.curves
            ],
            "packages": changes(self.packages),
            "plan": changes(self.plan),
        }


FACTS = (
    "status", "seed", "seeds_count", "env_hash", "sandbox_level", "executor", "duration_sec",
    "error_code",
)  # fmt: skip


def facts_of(before: NotebookRun, after: NotebookRun) -> tuple[ValueChange, ...]:
    """Return what is written of both runs, by name."""
    found = [ValueChange(name, getattr(before, name), getattr(after, name)) for name in FACTS]
    for name in ("cpu_seconds", "peak_memory_bytes"):
        one, other = getattr(before, name), getattr(after, name)
        found.append(
            ValueChange(
                name,
                None if one is None else float(one),
                None if other is None else float(other),
            )
        )
    return tuple(found)


def metrics_of(
    before: Sequence[SeriesPoint], after: Sequence[SeriesPoint]
) -> tuple[tuple[ValueChange, ...], tuple[Curve, ...]]:
    """Return final values and curves of both, by name; a name holds metric and split."""
    finals: list[dict[str, float]] = [{}, {}]
    curves: list[dict[str, list[tuple[int, float]]]] = [{}, {}]
    for side, points in enumerate((before, after)):
        for point in points:
            name = f"{point.metric} ({point.split})" if point.split else point.metric
            if point.step is None:
                finals[side][name] = float(point.value)
            else:
                curves[side].setdefault(name, []).append((point.step, float(point.value)))
    values = tuple(
        ValueChange(name, finals[0].get(name), finals[1].get(name))
        for name in sorted({*finals[0], *finals[1]})
    )
    lines = tuple(
        Curve(name, tuple(sorted(curves[0].get(name, ()))), tuple(sorted(curves[1].get(name, ()))))
        for name in sorted({*curves[0], *curves[1]})
    )
    return values, lines


def packages_of(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> tuple[ValueChange, ...]:
    """Return what differs between two environments' locks; empty where both are the same."""
    sides = []
    for lock in (before, after):
        known = dict(((lock or {}).get("python") and {"python": lock["python"]}) or {})  # type: ignore[index]
        for each in (lock or {}).get("packages", ()):
            known[each["name"]] = f"{each['version']} {each['sha256'][:12]}"
        sides.append(known)
    return tuple(
        ValueChange(name, sides[0].get(name), sides[1].get(name))
        for name in sorted({*sides[0], *sides[1]})
        if sides[0].get(name) != sides[1].get(name)
    )


def plan_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[ValueChange, ...]:
    """Return what differs between two plans, by path."""
    return tuple(
        ValueChange(each.path, each.before, each.after) for each in diff_payloads(before, after)
    )


@dataclass(frozen=True, slots=True)
class ClaimChange:
    """A claim in two versions of a paper: `kind` is added, removed, changed, moved or same."""

    kind: str
    before: Claim | None
    after: Claim | None
    what: tuple[str, ...] = ()


def claim_changes(before: Sequence[Claim], after: Sequence[Claim]) -> list[ClaimChange]:
    """
    Match the claims of two versions and say what became of each.

    First those that say the same in full are matched, then those on the same method, data set,
    metric and split whatever the value, then those of one cell of a table. In the order of the new
    version, the removed ones last.
    """
    left = list(before)
    pairs: dict[int, Claim] = {}
    for key in (_whole, _subject, _place):
        waiting: dict[object, list[Claim]] = {}
        for claim in left:
            waiting.setdefault(key(claim.draft), []).append(claim)
        for index, claim in enumerate(after):
            found = waiting.get(key(claim.draft)) if key(claim.draft) is not None else None
            if index not in pairs and found:
                pairs[index] = found.pop(0)
        left = [claim for claim in left if claim not in pairs.values()]
    changes = [
        _change(pairs[index], claim) if index in pairs else ClaimChange("added", None, claim)
        for index, claim in enumerate(after)
    ]
    return [*changes, *(ClaimChange("removed", claim, None) for claim in left)]


def _whole(draft: ClaimDraft) -> object:
    return (*_names(draft), draft.value, draft.units)


def _subject(draft: ClaimDraft) -> object:
    return _names(draft) if draft.method else None


def _place(draft: ClaimDraft) -> object:
    cell = draft.cell
    return None if cell is None else (cell.table, cell.row, cell.column)


def _names(draft: ClaimDraft) -> tuple[object, ...]:
    return (draft.method, draft.dataset, draft.metric, draft.split, draft.is_own_method)


COMPARED = ("value", "units", "method", "dataset", "metric", "split", "is_own_method")


def _change(before: Claim, after: Claim) -> ClaimChange:
    what = tuple(
        name for name in COMPARED if getattr(before.draft, name) != getattr(after.draft, name)
    )
    if what:
        return ClaimChange("changed", before, after, what)
    is_moved = before.draft.page != after.draft.page
    return ClaimChange("moved" if is_moved else "same", before, after)
