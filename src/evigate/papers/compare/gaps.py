"""Work out the gap and the verdict of every claim; pure, and the same for the same values."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from evigate.papers.compare.differences import differences_of, say_differences
from evigate.papers.compare.models import Gap, Verdict
from evigate.papers.compare.tolerance import (
    Interval,
    Tolerance,
    choose_tolerance,
    estimation_error,
    prediction_interval,
)
from evigate.papers.datasets import DatasetEntry, find_entry
from evigate.papers.models import ClaimDraft, Direction
from evigate.papers.plan.complete import complete_plan
from evigate.papers.plan.models import (
    SAME_EXAMPLES,
    ClaimStatus,
    Plan,
    PlannedClaim,
    ProtocolKind,
)
from evigate.papers.recipes import Metric, MetricKind, find_metric
from evigate.papers.recipes.metrics import Counted
from evigate.papers.runs.models import Observation

Claims = Sequence[tuple[str, ClaimDraft]]


@dataclass(frozen=True, slots=True)
class _Measured:
    """What a run says to one claim: values in the claim's units and those of the other reading."""

    values: tuple[float, ...]
    swapped: tuple[float, ...]
    examples: float | None
    rows: int | None


def _is_percent(draft: ClaimDraft, metric: Metric, siblings: Iterable[ClaimDraft]) -> bool:
    """Whether a proportion is printed in per cent: it says so, is above 1, or its siblings are."""
    if metric.kind is not MetricKind.PROPORTION:
        return False
    if draft.units is not None:
        return "%" in draft.units or "percent" in draft.units.lower() or "point" in draft.units
    if abs(draft.value) > 1:
        return True
    same = [s for s in siblings if find_metric(s.metric) == metric]
    return any(abs(s.value) > 1 or (s.units is not None and "%" in s.units) for s in same)


def _values(
    observations: Sequence[Observation], claim: PlannedClaim, metric_key: str, scale: float
) -> tuple[list[Observation], tuple[float, ...]]:
    found = [
        o
        for o in observations
        if (o.model_id, o.metric, o.split) == (claim.model_id, metric_key, claim.split or "test")
    ]
    found.sort(key=lambda o: (o.seed is None, o.seed or 0))
    return found, tuple(o.value * scale for o in found)


def _class_share(
    entry: DatasetEntry | None, metric: Metric, positive_share: float | None
) -> float | None:
    """Which part of the test examples a proportion is counted over; None if it cannot be said."""
    if metric.counted is Counted.ALL:
        return 1.0
    if metric.counted is Counted.NONE or metric.kind is not MetricKind.PROPORTION:
        return 1.0 if metric.kind is MetricKind.PROPORTION else None
    if entry is None or len(entry.classes) != 2:
        return 1.0
    share = positive_share if positive_share is not None else 0.5
    return share if metric.counted is Counted.POSITIVES else 1 - share


def _measure(
    claim: PlannedClaim,
    metric: Metric,
    observations: Sequence[Observation],
    *,
    scale: float,
    positive_share: float | None,
) -> _Measured:
    found, values = _values(observations, claim, metric.key, scale)
    swapped = _values(observations, claim, metric.swapped, scale)[1] if metric.swapped else ()
    rows = [o.test_rows for o in found if o.test_rows]
    share = _class_share(find_entry(claim.dataset or ""), metric, positive_share)
    examples = statistics.fmean(rows) * share if rows and share else None
    return _Measured(values, swapped, examples, min(rows) if rows else None)


def _positive_share(plan: Plan, dataset: str | None) -> float | None:
    """The share of rows of the class called positive, from the registry's counts."""
    entry = find_entry(dataset or "")
    planned = next((d for d in plan.datasets if d.name == dataset), None)
    if entry is None or planned is None or planned.positive_class not in entry.classes:
        return None
    if len(entry.class_rows) != len(entry.classes):
        return None
    return entry.class_rows[entry.classes.index(planned.positive_class)] / entry.rows


def _blank(
    claim_id: str,
    draft: ClaimDraft,
    planned: PlannedClaim | None,
    metric: Metric | None,
    reason: str,
) -> Gap:
    return Gap(
        claim_id=claim_id,
        method=(planned.method if planned else None) or draft.method,
        dataset=(planned.dataset if planned else None) or draft.dataset,
        metric=draft.metric,
        metric_key=metric.key if metric else None,
        split=(planned.split if planned else None) or draft.split,
        units=draft.units,
        claimed=float(draft.value),
        observed=None,
        gap_abs=None,
        gap_percent=None,
        direction=metric.direction.value if metric else None,
        tolerance=None,
        tolerance_reason=None,
        interval_low=None,
        interval_high=None,
        values=(),
        verdict=Verdict.NOT_COMPARABLE,
        reason=reason,
        model_id=planned.model_id if planned else None,
        recipe=None,
        page=draft.page,
        quote=draft.quote,
        source_citation=draft.source_citation,
    )


def _points(value: float, units: str | None) -> str:
    """A difference in words: "2.1 points" of per cent, else the number with its units."""
    number = f"{value:.3g}" if value < 100 else f"{value:.0f}"
    if units == "%":
        return f"{number} points"
    return f"{number} {units}" if units else number


@dataclass(frozen=True, slots=True)
class _Judged:
    verdict: Verdict
    reason: str


def _is_better(gap: float, metric: Metric) -> bool:
    return gap > 0 if metric.direction is Direction.MAXIMIZE else gap < 0


def _judge(
    gap: float,
    claimed: float,
    tolerance: Tolerance,
    interval: Interval | None,
    measured: _Measured,
    metric: Metric,
    units: str | None,
    because: str,
) -> _Judged:
    size, allowed = abs(gap), tolerance.value
    within = _points(allowed, units)
    # A sum of floats may miss the bound by its last bit; that is no difference.
    if size <= allowed * (1 + 1e-9) + 1e-12:
        return _Judged(Verdict.REPRODUCED, f"within the tolerance of {within}")
    side = "higher" if gap > 0 else "lower"
    differs = f"observed is {_points(size, units)} {side}, the tolerance is {within}"
    if measured.swapped:
        other = statistics.fmean(measured.swapped)
        if abs(other - claimed) <= allowed:
            reason = f"{differs}; with the other class called positive it would be {other:.4g}"
            return _Judged(Verdict.PARTLY, f"{reason}, within it: set positive_class in the plan")
    if not metric.is_quantity and _is_better(gap, metric):
        return _Judged(Verdict.PARTLY, f"{differs}; it is better than claimed")
    if size <= 2 * allowed:
        return _Judged(Verdict.PARTLY, f"{differs}; {because}")
    if interval is not None and interval.low <= claimed <= interval.high:
        return _Judged(Verdict.PARTLY, f"{differs}; the claim lies inside the seeds' interval")
    return _Judged(Verdict.NOT_REPRODUCED, f"{differs}; {because}")


def _stated_tolerance(plan: Plan, claim_id: str) -> Tolerance | None:
    stated = next((m.tolerance for m in plan.metrics if m.claim_id == claim_id), None)
    return Tolerance(stated, "stated in the plan") if stated else None


def _missing_reason(
    planned: PlannedClaim, plan: Plan, failures: Mapping[str, str], *, has_run: bool
) -> str:
    failed = failures.get(planned.model_id or "")
    if failed:
        return f"the method failed: {failed}"
    if not has_run:
        return "no run has measured it yet: run the plan"
    return "the run did not measure it: read the run's log"


def _compare_one(
    claim_id: str,
    draft: ClaimDraft,
    plan: Plan,
    planned: PlannedClaim,
    observations: Sequence[Observation],
    siblings: Sequence[ClaimDraft],
    failures: Mapping[str, str],
) -> Gap:
    metric = find_metric(planned.metric_key or draft.metric)
    if planned.status is not ClaimStatus.TARGETED or metric is None:
        reason = planned.reason or f"we measure no metric called {draft.metric!r}"
        return _blank(claim_id, draft, planned, metric, reason)
    is_percent = _is_percent(draft, metric, siblings)
    scale = 100.0 if is_percent else 1.0
    share = _positive_share(plan, planned.dataset)
    measured = _measure(planned, metric, observations, scale=scale, positive_share=share)
    if not measured.values:
        reason = _missing_reason(planned, plan, failures, has_run=bool(observations))
        return _blank(claim_id, draft, planned, metric, reason)
    return _gap_of(claim_id, draft, plan, planned, metric, measured, is_percent=is_percent)


def _gap_of(
    claim_id: str,
    draft: ClaimDraft,
    plan: Plan,
    planned: PlannedClaim,
    metric: Metric,
    measured: _Measured,
    *,
    is_percent: bool,
) -> Gap:
    units = "%" if is_percent else draft.units
    observed, claimed = statistics.fmean(measured.values), float(draft.value)
    protocol = plan.protocol_of(planned.dataset)
    kind = protocol.kind if protocol else ProtocolKind.HOLDOUT
    tolerance = _stated_tolerance(plan, claim_id) or choose_tolerance(
        draft.value if isinstance(draft.value, Decimal) else Decimal(str(draft.value)),
        measured.values,
        scale=100.0 if is_percent else 1.0,
        examples=measured.examples,
        same_examples=kind in SAME_EXAMPLES,
        is_estimate=metric.is_quantity,
        estimation=estimation_error(metric.key, observed, measured.rows, len(measured.values))
        if measured.rows
        else None,
    )
    is_proportion = metric.kind is MetricKind.PROPORTION
    bounds = {"low": 0.0, "high": 100.0 if is_percent else 1.0} if is_proportion else {}
    interval = prediction_interval(measured.values, **bounds)
    model = next((m for m in plan.models if m.id == planned.model_id), None)
    because = say_differences(
        differences_of(plan, planned.model_id, planned.dataset), plan, planned.model_id
    )
    gap = observed - claimed
    judged = _judge(gap, claimed, tolerance, interval, measured, metric, units, because)
    if model is not None and model.producer is not None:
        told = f"{judged.reason}; by code that {model.producer} wrote, which is not built in"
        judged = replace(judged, reason=told)
    return Gap(
        claim_id=claim_id,
        method=planned.method or draft.method,
        dataset=planned.dataset,
        metric=draft.metric,
        metric_key=metric.key,
        split=planned.split or draft.split,
        units=units,
        claimed=claimed,
        observed=observed,
        gap_abs=gap,
        gap_percent=gap / max(abs(claimed), 1e-9) * 100,
        direction=metric.direction.value,
        tolerance=tolerance.value,
        tolerance_reason=tolerance.reason,
        interval_low=interval.low if interval else None,
        interval_high=interval.high if interval else None,
        values=measured.values,
        verdict=judged.verdict,
        reason=judged.reason,
        model_id=planned.model_id,
        recipe=model.recipe if model else None,
        page=draft.page,
        quote=draft.quote,
        source_citation=draft.source_citation,
    )


def _adopt(claims: Claims, plan: Plan) -> dict[str, PlannedClaim]:
    """
    Tie claims to a plain 1.1 plan, which names its numbers only as goals.

    A claim is the plan's if a metric of the plan has its name's meaning and its value as the goal.
    """
    model = next(iter(plan.models), None)
    adopted = {}
    for claim_id, draft in claims:
        metric = find_metric(draft.metric)
        is_goal = metric is not None and any(
            find_metric(m.metric_key or m.name) == metric and m.goal == float(draft.value)
            for m in plan.metrics
        )
        adopted[claim_id] = PlannedClaim(
            claim_id=claim_id,
            status=ClaimStatus.TARGETED if is_goal and model else ClaimStatus.NOT_TARGETED,
            reason=None if is_goal and model else "the plan does not name this number as a goal",
            method=draft.method,
            dataset=model.dataset if model else plan.dataset.name,
            metric=draft.metric,
            metric_key=metric.key if metric else None,
            split="test",
            value=str(draft.value),
            units=draft.units,
            model_id=model.id if model else None,
            page=draft.page,
            quote=draft.quote,
            source_citation=draft.source_citation,
        )
    return adopted


def compare(
    claims: Claims,
    plan: Plan | None,
    observations: Sequence[Observation],
    *,
    failures: Mapping[str, str] | None = None,
    obstacles: Mapping[str, str] | None = None,
    reason_without_plan: str = "no plan could be made for the paper",
) -> list[Gap]:
    """
    Compare every claim with what a run measured.

    Args:
        claims: all claims of the paper, with their ids.
        plan: the plan that was run; None if there is none, and then nothing is comparable.
        observations: the run's, in fractions and the target's units; may be empty.
        failures: methods that failed in the run, by model id, with the reason.
        obstacles: if there is no plan, by claim what stood in the way of measuring it.
        reason_without_plan: said of the other claims if there is no plan.

    Returns:
        One gap a claim, in the claims' order. Observations are put into the claim's units: 0.9766
        is 97.66 %. A plan without claims, as version 1.1 has it, is tied to them by its goals.

    Raises:
        EvigateError: as `complete_plan`, for a plan without claims that cannot be run at all.
    """
    planned = {claim.claim_id: claim for claim in plan.claims} if plan else {}
    if plan is not None and not plan.claims:
        plan = complete_plan(plan)
        planned = _adopt(claims, plan)
    drafts = [draft for _, draft in claims]
    gaps = []
    for claim_id, draft in claims:
        if plan is None:
            reason = (obstacles or {}).get(claim_id, reason_without_plan)
            gaps.append(_blank(claim_id, draft, None, find_metric(draft.metric), reason))
        elif claim_id not in planned:
            reason = "the plan does not list this claim: draft the plan again"
            gaps.append(_blank(claim_id, draft, None, find_metric(draft.metric), reason))
        else:
            gaps.append(
                _compare_one(
                    claim_id, draft, plan, planned[claim_id], observations, drafts, failures or {}
                )
            )
    return gaps
