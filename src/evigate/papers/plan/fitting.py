"""Fit settled methods into the run's time: which are run, with how many steps and seeds.

What is cut, and what is left out, says so in the plan.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evigate.papers.datasets import Task
from evigate.papers.plan.complete import slug
from evigate.papers.plan.methods import SettledMethod
from evigate.papers.plan.models import SEEDLESS, Assumption, ModelStatus, PlannedModel, Protocol
from evigate.papers.plan.schedule import Job, Slot, fit_count, share_time, training_rows
from evigate.papers.recipes import FitSize


@dataclass(frozen=True, slots=True)
class FittedMethod:
    """A settled method with its id, its place in the schedule and its status."""

    settled: SettledMethod
    model: PlannedModel
    slot: Slot | None


def _job(settled: SettledMethod, protocol: Protocol) -> Job | None:
    recipe, entry = settled.recipe, settled.entry
    if recipe is None:
        return None
    rows = training_rows(protocol, entry.rows)
    fixed = protocol.kind in SEEDLESS or recipe.task is Task.ESTIMATION
    seeds = 1 if fixed and not recipe.is_seeded else len(protocol.seeds)
    size = FitSize(rows, entry.features or 1, max(1, len(entry.classes)))
    steps: int | None = None
    if recipe.is_iterative:
        batch = settled.settings.get("batch_size")
        per_epoch = math.ceil(rows / batch) if isinstance(batch, int) and batch > 0 else 1
        steps = settled.steps or (settled.epochs or 1) * per_epoch
    return Job(recipe, settled.settings, size, fit_count(protocol, entry.rows, seeds), steps, seeds)


def _unfit_reason(settled: SettledMethod, protocol: Protocol) -> str | None:
    """Why a recipe cannot take the prepared features; None if it can."""
    recipe = settled.recipe
    if recipe is None:
        return settled.reason or f"no recipe is known for {settled.method!r}"
    if recipe.missing_packages:
        packages = " and ".join(recipe.missing_packages)
        return f"it needs {packages}: `pip install 'evigate[{recipe.extra}]'`"
    if recipe.needs_non_negative and any(s.name == "standardize" for s in protocol.preprocessing):
        return f"{recipe.title} needs counts, and standardised features are negative in part"
    return None


def _model_of(
    settled: SettledMethod, slot: Slot | None, reason: str | None, ids: Counter[str]
) -> PlannedModel:
    name = slug(settled.method)
    ids[name] += 1
    unique = name if ids[name] == 1 else f"{name}_{settled.entry.name}"
    assumptions = list(settled.assumptions)
    parameters: dict[str, object] = dict(settled.settings)
    # What the paper says of the steps is in the assumption's words once they are cut.
    cut = {"steps"} if slot is not None and slot.is_cut else set()
    if slot is not None and not slot.fits_in:
        reason = "its training does not fit the budget; a larger budget or fewer seeds would help"
    if reason is None and slot is not None and slot.steps is not None:
        parameters["steps"] = slot.steps
        if slot.is_cut:
            assumptions.append(_cut_assumption(slot, slot.full_steps or 0))
    if reason is None and slot is not None and slot.seeds is not None:
        assumptions.append(_seed_assumption(slot.seeds))
    return PlannedModel(
        id=unique,
        method=settled.method,
        dataset=settled.entry.name,
        recipe=settled.recipe.name if settled.recipe and reason is None else None,
        parameters=parameters if reason is None else {},
        status=ModelStatus.RUNNABLE if reason is None else ModelStatus.SKIPPED,
        code=settled.recipe.source if settled.recipe and reason is None else None,
        producer=settled.recipe.producer if settled.recipe and reason is None else None,
        seed_count=slot.seeds if slot is not None and reason is None else None,
        reason=reason,
        claim_ids=[claim.claim_id for claim in settled.claims],
        citations=[c for c in settled.citations if c.field not in cut] if reason is None else [],
        assumptions=assumptions if reason is None else [],
    )


def _seed_assumption(count: int) -> Assumption:
    return Assumption(
        field="seeds",
        value=str(count),
        reason="with all seeds it would take longer than this method's share of the time",
    )


def _cut_assumption(slot: Slot, full: int) -> Assumption:
    return Assumption(
        field="steps",
        value=str(slot.steps),
        reason=f"the full schedule of {full} mini-batch steps would take longer than this method's "
        "share of the time; fewer seeds leave it more",
    )


def fit_into_budget(
    settled: Sequence[SettledMethod],
    protocol: Protocol,
    budget_s: float,
    own: Mapping[str, Protocol] | None = None,
) -> list[FittedMethod]:
    """
    Give each method its place in the run, or the reason why it has none.

    Methods come back in the given order, with ids that are unique in the plan: the method's name,
    and the data set's beside it where one method is run on several. `own` are the protocols of
    data sets that have one of their own.
    """
    protocols = [(own or {}).get(method.entry.name, protocol) for method in settled]
    reasons = [_unfit_reason(m, each) for m, each in zip(settled, protocols, strict=True)]
    jobs = [
        None if reason else _job(method, each)
        for method, each, reason in zip(settled, protocols, reasons, strict=True)
    ]
    slots = iter(share_time([job for job in jobs if job is not None], budget_s=budget_s))
    ids: Counter[str] = Counter()
    fitted = []
    for method, job, reason in zip(settled, jobs, reasons, strict=True):
        slot = next(slots) if job is not None else None
        fitted.append(FittedMethod(method, _model_of(method, slot, reason, ids), slot))
    return fitted
