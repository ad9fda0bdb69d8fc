"""From a plan to a notebook's bytes.

Cell ids come from the cells' own content and there is no volatile metadata, so that the same plan
gives the same bytes. Whatever comes from outside enters code only as a Python literal.
"""

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from evigate.base.canonical import sha256_hex
from evigate.base.errors import EvigateError
from evigate.papers.datasets import DatasetEntry, Task
from evigate.papers.errors import E_PLAN_SCHEMA_INVALID
from evigate.papers.notebook import code, prose
from evigate.papers.plan.complete import complete_plan, planned_metric_keys, runnable_models
from evigate.papers.plan.models import (
    Plan,
    PlannedClaim,
    PlannedDataset,
    PlannedModel,
    Preprocessing,
    Protocol,
    ProtocolKind,
)
from evigate.papers.recipes import METRICS, MetricKind, Recipe, find_metric, find_recipe
from evigate.papers.recipes.gradient_code import TRAINING

_Cell = tuple[str, str]
_METRICS = {metric.key: metric for metric in METRICS}
_SKLEARN_METRICS = {
    "auc": "roc_auc_score",
    "mcc": "matthews_corrcoef",
    "kappa": "cohen_kappa_score",
}


def _imports(plan: Plan, recipes: list[Recipe], protocol: Protocol, keys: list[str]) -> str:
    lines = {line for recipe in recipes for line in recipe.imports}
    for _, _, entry in runnable_models(plan):
        if entry.loader is not None:
            lines.add(f"from {entry.loader.module} import {entry.loader.function}")
    measured = {_SKLEARN_METRICS[key] for key in keys if key in _SKLEARN_METRICS}
    lines |= {f"from sklearn.metrics import {name}" for name in measured | _always_named(keys)}
    lines |= {_PARTING_IMPORTS[protocol.kind]} - {""}
    if protocol.kind is ProtocolKind.K_FOLD and protocol.is_stratified:
        lines.add("from sklearn.model_selection import StratifiedKFold")
    lines |= {_STEP_IMPORTS[step.name] for step in protocol.preprocessing}
    standard = ["hashlib", "io", "json", "os", "platform", "random"]
    return "\n".join(
        [
            *(f"import {name}" for name in standard),
            "from collections import namedtuple",
            "",
            "import matplotlib.pyplot as plt",
            "import numpy as np",
            "import sklearn",
            "from IPython.display import SVG, display, publish_display_data",
            *sorted(lines),
        ]
    )


def _always_named(keys: list[str]) -> set[str]:
    """The AUC helper is defined for every classification, so its import is always there."""
    return {"roc_auc_score"} if any(not _METRICS[key].is_regression for key in keys) else set()


_PARTING_IMPORTS: Mapping[ProtocolKind, str] = {
    ProtocolKind.HOLDOUT: "from sklearn.model_selection import train_test_split",
    ProtocolKind.K_FOLD: "from sklearn.model_selection import KFold",
    ProtocolKind.LEAVE_ONE_OUT: "from sklearn.model_selection import LeaveOneOut",
    ProtocolKind.RESUBSTITUTION: "",
}
_STEPS: Mapping[str, str] = {
    "standardize": "StandardScaler",
    "minmax": "MinMaxScaler",
    "l2_normalize": "Normalizer",
}
_STEP_IMPORTS = {
    name: f"from sklearn.preprocessing import {symbol}" for name, symbol in _STEPS.items()
}


def _setup(plan: Plan, protocol: Protocol, imports: str) -> str:
    offsets = [seed - plan.config.seed for seed in protocol.seeds]
    return (
        f"{imports}\n\n"
        f'SEED = int(os.environ.get("EVIGATE_SEED", "{plan.config.seed}"))\n'
        f"SEEDS = [SEED + offset for offset in {offsets!r}]\n" + code.SETUP.rstrip()
    )


def _partitions(protocol: Protocol, *, is_classification: bool) -> str:
    strata = protocol.is_stratified and is_classification
    match protocol.kind:
        case ProtocolKind.HOLDOUT:
            stratify = ", stratify=y" if strata else ""
            body = (
                f"    rows = np.arange(len(y))\n    return [train_test_split(rows, "
                f"test_size={protocol.test_size!r}, random_state=seed{stratify})]"
            )
        case ProtocolKind.K_FOLD:
            splitter = "StratifiedKFold" if strata else "KFold"
            body = (
                f"    folds = {splitter}(n_splits={protocol.folds!r}, shuffle=True, "
                "random_state=seed)\n    return folds.split(X, y)"
            )
        case ProtocolKind.LEAVE_ONE_OUT:
            body = "    return LeaveOneOut().split(X)"
        case ProtocolKind.RESUBSTITUTION:
            body = "    return [(np.arange(len(y)), np.arange(len(y)))]"
    return f'def partitions(seed):\n    """Pairs of training rows and test rows."""\n{body}'


def _preprocess(steps: list[Preprocessing]) -> str:
    lines = [
        "def preprocess(train, test):",
        '    """Prepare features; constants come from the rows that the plan names."""',
    ]
    if any(step.fit_on == "all" for step in steps):
        lines.append("    everything = X")
    for step in steps:
        source = "train" if step.fit_on == "train" else "everything"
        lines.append(f"    step = {_STEPS[step.name]}().fit({source})")
        if any(other.fit_on == "all" for other in steps):
            lines.append("    everything = step.transform(everything)")
        lines.append("    train, test = step.transform(train), step.transform(test)")
    return "\n".join([*lines, "    return train, test"])


def _measure(keys: list[str]) -> str:
    is_classification = any(not _METRICS[key].is_regression for key in keys)
    entries = "".join(f'        "{key}": {_METRICS[key].formula},\n' for key in keys)
    return (
        code.MEASURE_HEAD.strip()
        + (code.MEASURE_CLASSES.rstrip() + "\n" if is_classification else "")
        + f"\n    values = {{\n{entries}    }}"
        + code.MEASURE_TAIL.rstrip()
    )


def _data(entry: DatasetEntry, planned: PlannedDataset | None) -> str:
    if entry.loader is None:
        raise AssertionError(f"{entry.name} was taken for an offline data set")
    positive = (planned.positive_class if planned else None) or entry.positive_class
    if positive is not None and positive not in entry.classes:
        raise EvigateError(
            E_PLAN_SCHEMA_INVALID,
            f"The plan calls {positive!r} positive, which is no class of {entry.name!r}.",
        )
    return (
        f"X, y, CLASS_NAMES, POSITIVE = use_data(\n    {entry.loader.function}(),\n"
        f'    "{entry.loader.sha256}",\n    positive={positive!r},\n)\n'
        "CLASS_COUNT = len(CLASS_NAMES)\n"
        f'emit("stage_update", stage="dataset_load", dataset="{entry.name}", rows=len(y))'
    )


def _literal(model: PlannedModel, name: str, value: Any) -> str:
    """Write a setting as Python; only plain values may enter code."""
    if isinstance(value, list | tuple) and all(type(part) is int for part in value):
        return repr(tuple(value))
    if value is None or type(value) in (int, float, str, bool):
        return repr(value)
    raise EvigateError(
        E_PLAN_SCHEMA_INVALID,
        f"The setting {name!r} of model {model.id!r} must be a number, a word or a list of whole "
        f"numbers, not {value!r}.",
    )


def _call(model: PlannedModel, recipe: Recipe, *, seeds: str) -> str:
    known = set(recipe.defaults) | ({"steps"} if recipe.is_iterative else set())
    unknown = sorted(set(model.parameters) - known)
    if unknown:
        raise EvigateError(
            E_PLAN_SCHEMA_INVALID,
            f"The recipe {recipe.name!r} has no setting {unknown[0]!r}; it has "
            f"{', '.join(sorted(known)) or 'none'}.",
        )
    settings = {**recipe.defaults, **model.parameters}
    if recipe.is_iterative:
        settings.pop("epochs", None)
        settings.setdefault("steps", 1000)
    arguments = "".join(
        f"    {name}={_literal(model, name, value)},\n" for name, value in settings.items()
    )
    return f"run_method(\n    {model.id!r},\n    {recipe.name},\n    seeds={seeds},\n{arguments})"


def seed_count(model: PlannedModel, recipe: Recipe, protocol: Protocol) -> int:
    """Return with how many seeds a method is run: one, if every seed gives the same numbers."""
    fixed = (ProtocolKind.LEAVE_ONE_OUT, ProtocolKind.RESUBSTITUTION)
    if protocol.kind in fixed and not recipe.is_seeded:
        return 1
    return min(model.seed_count or len(protocol.seeds), len(protocol.seeds))


def _plotted(claim: PlannedClaim) -> dict[str, Any] | None:
    """A claim as a literal for the notebook's table and plots; None if it is not to be measured."""
    metric = find_metric(claim.metric_key or claim.metric)
    if claim.status != "targeted" or metric is None:
        return None
    try:
        value = float(Decimal(claim.value))
    except InvalidOperation:
        return None
    is_percent = metric.kind is MetricKind.PROPORTION and (claim.units == "%" or value > 1)
    return {
        "model_id": claim.model_id,
        "method": claim.method or claim.model_id,
        "metric": metric.key,
        "split": "train" if claim.split == "train" else "test",
        "value": value,
        "units": "%" if is_percent else claim.units,
        "scale": 100 if is_percent else 1,
    }


def _claim_rows(plan: Plan, runnable: set[str]) -> str:
    """The claims as Python; of several prints of one number the one with the most digits."""
    rows: dict[tuple[str, str, str], tuple[int, dict[str, Any]]] = {}
    for claim in plan.claims:
        row = _plotted(claim)
        if row is None or claim.model_id not in runnable:
            continue
        key = (row["model_id"], row["metric"], row["split"])
        if key not in rows or len(claim.value) > rows[key][0]:
            rows[key] = (len(claim.value), row)
    lines = "".join(f"    {row!r},\n" for _, row in rows.values())
    return f"CLAIMS = [\n{lines}]\n" if rows else "CLAIMS = []\n"


def _sections(plan: Plan, protocol: Protocol) -> list[_Cell]:
    """The cells of each data set and each method on it; a recipe's code is shown once."""
    cells: list[_Cell] = []
    defined: set[str] = set()
    runnable = runnable_models(plan)
    entries = {entry.name: entry for _, _, entry in runnable}
    if any(recipe.is_iterative for _, recipe, _ in runnable):
        text = "## Training by gradient steps\n\nShared by the methods that learn step by step."
        cells += [("markdown", text), ("code", TRAINING.strip())]
    task: Task | None = None
    for entry in entries.values():
        if entry.task is not task:
            task = entry.task
            cells.append(("code", _measure(planned_metric_keys(plan, task))))
        planned = next((d for d in plan.datasets if d.name == entry.name), None)
        cells.append(("markdown", prose.dataset_section(entry, plan)))
        cells.append(("code", _data(entry, planned)))
        is_classification = entry.task is Task.CLASSIFICATION
        cells.append(("code", _partitions(protocol, is_classification=is_classification)))
        for model, recipe, on in runnable:
            if on.name != entry.name:
                continue
            cells += _method_cells(plan, model, recipe, protocol, defined)
    for model in plan.models:
        if model.status == "skipped":
            cells.append(("markdown", prose.method_section(model, None, [])))
    return cells


def _method_cells(
    plan: Plan, model: PlannedModel, recipe: Recipe, protocol: Protocol, defined: set[str]
) -> list[_Cell]:
    claims: list[PlannedClaim] = [c for c in plan.claims if c.model_id == model.id]
    cells: list[_Cell] = [("markdown", prose.method_section(model, recipe, claims))]
    needs = ["l2_svm"] if recipe.name == "gru_svm" else []
    for name in [*needs, recipe.name]:
        if name not in defined:
            defined.add(name)
            cells.append(("code", _code_of(name, recipe)))
    count = seed_count(model, recipe, protocol)
    seeds = "SEEDS" if count == len(protocol.seeds) else f"SEEDS[:{count}]"
    cells.append(("code", _call(model, recipe, seeds=seeds)))
    return cells


def _code_of(name: str, recipe: Recipe) -> str:
    found = recipe if name == recipe.name else find_recipe(name)
    return found.code if found else ""


def _cells(plan: Plan, paper_title: str, plan_hash: str) -> list[_Cell]:
    protocol = plan.protocol
    if protocol is None:
        raise AssertionError("the plan was not completed")
    runnable = runnable_models(plan)
    tasks = dict.fromkeys(entry.task for _, _, entry in runnable)
    keys = [key for task in tasks for key in planned_metric_keys(plan, task)]
    planned_runs = sum(seed_count(model, recipe, protocol) for model, recipe, _ in runnable)
    imports = _imports(plan, [recipe for _, recipe, _ in runnable], protocol, keys)
    has_train_claims = any(c.split == "train" and c.status == "targeted" for c in plan.claims)
    constants = (
        f"REPEATS = {protocol.repeats}\n"
        f"SPLITS = {['test', 'train'] if has_train_claims else ['test']!r}\n"
        f"RUNS_PLANNED = {planned_runs}\n"
    )
    units = {key: plan.units.get(key, _METRICS[key].kind.value) for key in keys}
    cells: list[_Cell] = [("markdown", prose.title_page(plan, paper_title, plan_hash))]
    cells.append(("markdown", prose.protocol_section(plan, protocol)))
    if plan.assumptions:
        heading = "## What the paper does not say\n\nEach line is a choice of ours."
        cells.append(("markdown", prose.assumptions_table(heading, plan.assumptions)))
    cells.append(("code", _setup(plan, protocol, imports)))
    cells.append(("code", code.LOAD.strip()))
    cells.append(("code", _preprocess(protocol.preprocessing)))
    cells.append(("code", constants + code.RUN.rstrip()))
    cells += _sections(plan, protocol)
    cells.append(("markdown", "## Results\n\nAll numbers are written to `metrics.json`."))
    first = f"FIRST_MODEL = {runnable[0][0].id!r}\nUNITS = {units!r}\n"
    cells.append(("code", first + code.WRITE.strip()))
    claims = _claim_rows(plan, {model.id for model, _, _ in runnable})
    cells.append(("code", claims + code.TABLE.rstrip()))
    cells.append(("markdown", "### Claimed and observed, learning curves, confusion matrices"))
    cells.append(("code", code.PLOT_CLAIMS.strip()))
    cells.append(("code", code.PLOT_CURVES.strip()))
    cells.append(("code", code.PLOT_CONFUSION.strip()))
    cells.append(("code", code.DONE.strip()))
    return cells


def build_notebook(plan: Plan, *, paper_title: str, plan_hash: str) -> bytes:
    """
    Write the notebook of a plan, as nbformat 4.5 JSON in UTF-8 with a final newline.

    Args:
        plan: any valid plan; what a plain 1.1 plan lacks is filled in first.
        paper_title: for the heading; any text.
        plan_hash: printed in the notebook, so that it says which plan it came from.

    Returns:
        The same bytes for the same arguments. Every code cell parses as Python.

    Raises:
        EvigateError: as `complete_plan`; or E_PLAN_SCHEMA_INVALID if a setting is not one of its
            recipe's, or is no plain value.
    """
    completed = complete_plan(plan)
    cells = []
    for index, (kind, source) in enumerate(_cells(completed, paper_title, plan_hash)):
        cell: dict[str, Any] = {
            "cell_type": kind,
            "id": sha256_hex(f"{index}:{kind}:{source}".encode())[:12],
            "metadata": {},
            "source": source.splitlines(keepends=True),
        }
        if kind == "code":
            cell |= {"execution_count": None, "outputs": []}
        cells.append(cell)
    notebook = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return (json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
