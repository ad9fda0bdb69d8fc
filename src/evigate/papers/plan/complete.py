"""From a plain 1.1 plan to one that says everything a notebook needs.

A plan that we drafted is complete already. One written elsewhere names one data set and one method;
here they are looked up, and the way of measuring is read from the split's name.
"""

import re

from evigate.base.errors import EvigateError
from evigate.papers.datasets import (
    DataKind,
    DatasetEntry,
    Task,
    is_licence_compliant,
    licence_fault,
    resolve,
)
from evigate.papers.errors import (
    E_PLAN_GUARDRAIL_FAILED,
    E_PLAN_NO_ALLOWED_DATASETS,
    E_PLAN_NO_RECIPE,
    E_PLAN_SCHEMA_INVALID,
)
from evigate.papers.plan.models import (
    Assumption,
    ModelStatus,
    Plan,
    PlannedDataset,
    PlannedModel,
    Protocol,
    ProtocolKind,
)
from evigate.papers.recipes import Recipe, find_metric, find_recipe, match_method
from evigate.papers.recipes.written import written_recipe

TEST_SIZE_DEFAULT = 0.3
SEEDS_DEFAULT = 3


def slug(name: str) -> str:
    """Return a name as lower-case words joined by underscores; never empty."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "method"


def _split_protocol(split: str, seed: int, entry: DatasetEntry) -> Protocol:
    words = split.lower()
    seeds = [seed + offset for offset in range(SEEDS_DEFAULT)]
    folds = re.search(r"(\d+)\s*[-_ ]?\s*(?:fold|cv)", words)
    if re.search(r"\bloo|leave[-_ ]one[-_ ]out", words):
        return Protocol(kind=ProtocolKind.LEAVE_ONE_OUT, seeds=seeds)
    if folds and int(folds[1]) >= 2:
        return Protocol(kind=ProtocolKind.K_FOLD, folds=int(folds[1]), seeds=seeds)
    if entry.has_fixed_split and words in ("test", "fixed", "public split", "standard"):
        return Protocol(kind=ProtocolKind.FIXED_SPLIT, seeds=seeds)
    if entry.kind is DataKind.NOTHING:
        return Protocol(kind=ProtocolKind.RESUBSTITUTION, seeds=seeds)
    if words in ("train", "training", "resubstitution", "all"):
        return Protocol(kind=ProtocolKind.RESUBSTITUTION, seeds=seeds)
    return Protocol(kind=ProtocolKind.HOLDOUT, test_size=TEST_SIZE_DEFAULT, seeds=seeds)


def runnable_entry(name: str) -> DatasetEntry:
    """
    Return the registry's entry for a plan's data set.

    Raises:
        EvigateError[E_PLAN_NO_ALLOWED_DATASETS]: unknown, blocked, joined, or not offline.
    """
    resolution = resolve(name)
    if resolution.entry is None or not resolution.is_runnable:
        raise EvigateError(
            E_PLAN_NO_ALLOWED_DATASETS,
            resolution.reason,
            detail={"status": resolution.status, "suggestions": list(resolution.suggestions)},
        )
    if not is_licence_compliant(resolution.entry):
        fault = licence_fault(resolution.entry)
        raise EvigateError(E_PLAN_GUARDRAIL_FAILED, fault[0].upper() + fault[1:] + ".")
    return resolution.entry


def _only_model(plan: Plan, entry: DatasetEntry) -> PlannedModel:
    estimates = any(
        metric is not None and metric.is_quantity
        for metric in (find_metric(m.metric_key or m.name) for m in plan.metrics)
    )
    match = match_method(plan.model.name, entry.task, kind=entry.kind, estimates=estimates)
    recipe = find_recipe(match.recipe or "") or find_recipe(plan.model.name)
    if recipe is None:
        raise EvigateError(E_PLAN_NO_RECIPE, f"The plan's model cannot be run: {match.reason}.")
    given = {**match.settings, **(plan.model.parameters or {})}
    known = {key: value for key, value in given.items() if key in recipe.defaults}
    settings = {**recipe.defaults, **known}
    if recipe.is_iterative:
        settings |= {
            "epochs": plan.config.epochs,
            "batch_size": plan.config.batch_size,
            "learning_rate": plan.config.learning_rate,
        }
        rows = round(entry.rows * (1 - TEST_SIZE_DEFAULT))
        settings["steps"] = plan.config.epochs * max(1, rows // plan.config.batch_size)
    return PlannedModel(
        id=slug(plan.model.name),
        method=plan.model.name,
        dataset=entry.name,
        recipe=recipe.name,
        parameters=settings,
        status=ModelStatus.RUNNABLE,
    )


def _on_entry(model: PlannedModel, first: DatasetEntry) -> PlannedModel:
    """A model with its data set under the registry's name; skipped ones may name anything."""
    if model.status is not ModelStatus.RUNNABLE:
        return model
    entry = runnable_entry(model.dataset) if model.dataset else first
    return model.model_copy(update={"dataset": entry.name})


def complete_plan(plan: Plan) -> Plan:
    """
    Return a plan with data sets, models and protocol filled in where they are missing.

    Raises:
        EvigateError[E_PLAN_NO_ALLOWED_DATASETS]: a data set cannot be had offline.
        EvigateError[E_PLAN_NO_RECIPE]: nothing in the plan can be run.
        EvigateError[E_PLAN_GUARDRAIL_FAILED]: a licence is not known.
        EvigateError[E_PLAN_SCHEMA_INVALID]: two models share an id.
    """
    entry = runnable_entry(plan.dataset.name)
    datasets = plan.datasets or [
        PlannedDataset(name=entry.name, positive_class=entry.positive_class)
    ]
    # Registry names only from here on: a plan's own words must never reach the notebook's code.
    datasets = [d.model_copy(update={"name": runnable_entry(d.name).name}) for d in datasets]
    models = [_on_entry(model, entry) for model in plan.models] or [_only_model(plan, entry)]
    if not any(model.status is ModelStatus.RUNNABLE for model in models):
        raise EvigateError(E_PLAN_NO_RECIPE, "None of the plan's methods can be run.")
    if len({model.id for model in models}) != len(models):
        raise EvigateError(E_PLAN_SCHEMA_INVALID, "Two of the plan's models share an id.")
    protocol = plan.protocol or _split_protocol(plan.dataset.split, plan.config.seed, entry)
    assumptions = plan.assumptions or (
        []
        if plan.protocol
        else [
            Assumption(
                field="protocol",
                value=protocol.kind,
                reason=f"read from the split's name {plan.dataset.split!r}",
            )
        ]
    )
    return plan.model_copy(
        update={
            "datasets": datasets,
            "models": models,
            "protocol": protocol,
            "assumptions": assumptions,
        }
    )


def recipe_of(model: PlannedModel) -> Recipe | None:
    """
    Return what runs a planned method: one of our recipes, or the checked code of a written one.

    Raises:
        EvigateError[E_RECIPE_REFUSED]: the plan holds code that may not be run.
    """
    if model.code is None:
        return find_recipe(model.recipe or "")
    return written_recipe(slug(model.method), model.method, model.code, model.producer or "unknown")


def can_run(recipe: Recipe, entry: DatasetEntry) -> bool:
    """Return whether a recipe can be run on a data set: its kind of data, its kind of target."""
    if entry.kind not in recipe.kinds:
        return False
    return recipe.task is Task.ESTIMATION or recipe.task is entry.task


def runnable_models(plan: Plan) -> list[tuple[PlannedModel, Recipe, DatasetEntry]]:
    """
    Return the methods that a completed plan runs, with recipe and data set, in the plan's order.

    Raises:
        EvigateError[E_PLAN_NO_RECIPE]: a model names a recipe that does not exist or that is for
            another task than its data set's.
    """
    found = []
    for model in plan.models:
        if model.status is not ModelStatus.RUNNABLE:
            continue
        recipe = recipe_of(model)
        entry = runnable_entry(model.dataset or plan.dataset.name)
        if recipe is None or not can_run(recipe, entry):
            raise EvigateError(
                E_PLAN_NO_RECIPE,
                f"The model {model.id!r} names the recipe {model.recipe!r}, which cannot run "
                f"{entry.task.value} on {entry.name!r}.",
            )
        found.append((model, recipe, entry))
    return found


def planned_metric_keys(plan: Plan, task: Task) -> list[str]:
    """Return the keys of the metrics that the plan asks for and that fit the task, each once."""
    keys: list[str] = []
    for planned in plan.metrics:
        metric = find_metric(planned.metric_key or planned.name)
        if metric is None or metric.is_quantity:
            continue
        if metric.is_regression == (task is Task.REGRESSION):
            keys += [metric.key] + ([metric.swapped] if metric.swapped else [])
    return list(dict.fromkeys(keys or (["rmse"] if task is Task.REGRESSION else ["accuracy"])))
