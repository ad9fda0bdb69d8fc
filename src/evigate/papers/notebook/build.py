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
from evigate.papers.datasets import DataKind, DatasetEntry, Loader, Task
from evigate.papers.errors import E_DATASET_CHANGED, E_PLAN_SCHEMA_INVALID
from evigate.papers.notebook import code, prose
from evigate.papers.plan.complete import complete_plan, planned_metric_keys, runnable_models
from evigate.papers.plan.models import (
    SEEDLESS,
    Plan,
    PlannedClaim,
    PlannedDataset,
    PlannedModel,
    Preprocessing,
    Protocol,
    ProtocolKind,
)
from evigate.papers.recipes import METRICS, SHARED, MetricKind, Recipe, find_metric, find_recipe

_Cell = tuple[str, str]
_METRICS = {metric.key: metric for metric in METRICS}
_SKLEARN_METRICS = {
    "auc": "roc_auc_score",
    "mcc": "matthews_corrcoef",
    "kappa": "cohen_kappa_score",
}


def _imports(plan: Plan, recipes: list[Recipe], keys: list[str]) -> str:
    lines = {line for recipe in recipes for line in recipe.imports}
    entries = {entry.name: entry for _, _, entry in runnable_models(plan)}
    if any(not isinstance(entry.loader, Loader) for entry in entries.values()):
        lines.add("from pathlib import Path")
    for entry in entries.values():
        if isinstance(entry.loader, Loader):
            lines.add(f"from {entry.loader.module} import {entry.loader.function}")
        if entry.kind is DataKind.GRAPH:
            lines.add("from scipy.sparse import csr_matrix")
        lines |= _protocol_imports(_protocol(plan, entry))
    measured = {_SKLEARN_METRICS[key] for key in keys if key in _SKLEARN_METRICS}
    lines |= {f"from sklearn.metrics import {name}" for name in measured | _always_named(keys)}
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


def _protocol(plan: Plan, entry: DatasetEntry) -> Protocol:
    protocol = plan.protocol_of(entry.name)
    if protocol is None:
        raise AssertionError("the plan was not completed")
    return protocol


def _protocol_imports(protocol: Protocol) -> set[str]:
    lines = {_PARTING_IMPORTS[protocol.kind]} - {""}
    if protocol.kind is ProtocolKind.K_FOLD and protocol.is_stratified:
        lines.add("from sklearn.model_selection import StratifiedKFold")
    return lines | {_STEP_IMPORTS[step.name] for step in protocol.preprocessing}


def _always_named(keys: list[str]) -> set[str]:
    """The AUC helper is defined for every classification, so its import is always there."""
    return {"roc_auc_score"} if any(not _METRICS[key].is_regression for key in keys) else set()


_PARTING_IMPORTS: Mapping[ProtocolKind, str] = {
    ProtocolKind.HOLDOUT: "from sklearn.model_selection import train_test_split",
    ProtocolKind.K_FOLD: "from sklearn.model_selection import KFold",
    ProtocolKind.LEAVE_ONE_OUT: "from sklearn.model_selection import LeaveOneOut",
    ProtocolKind.RESUBSTITUTION: "",
    ProtocolKind.FIXED_SPLIT: "",
    ProtocolKind.FIXED_FOLDS: "",
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
        case ProtocolKind.FIXED_SPLIT:
            body = "    return [(np.flatnonzero(SPLIT == 0), np.flatnonzero(SPLIT == 1))]"
        case ProtocolKind.FIXED_FOLDS:
            body = (
                "    rows = lambda mask: np.flatnonzero(mask)\n"
                "    return [(rows(FOLD != fold), rows(FOLD == fold)) for fold in np.unique(FOLD)]"
            )
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


def _data(entry: DatasetEntry, planned: PlannedDataset | None, *, estimates: bool) -> str:
    if entry.loader is None:
        raise AssertionError(f"{entry.name} was taken for an offline data set")
    pinned = planned.sha256 if planned else None
    if pinned not in (None, entry.loader.sha256):
        message = f"The plan was written for other data than those of {entry.name!r} here."
        raise EvigateError(E_DATASET_CHANGED, message)
    positive = (planned.positive_class if planned else None) or entry.positive_class
    if positive is not None and positive not in entry.classes:
        raise EvigateError(
            E_PLAN_SCHEMA_INVALID,
            f"The plan calls {positive!r} positive, which is no class of {entry.name!r}.",
        )
    told = f'emit("stage_update", stage="dataset_load", dataset="{entry.name}", rows=len(y))'
    if entry.kind is DataKind.NOTHING:
        return f"X, y, COLUMNS, CLASS_COUNT = np.zeros((1, 0)), np.zeros(1), [], 0\n{told}"
    if isinstance(entry.loader, Loader):
        columns = "COLUMNS = list(BUNCH.feature_names)\n" if estimates else ""
        bunch = f"BUNCH = {entry.loader.function}()\n" if estimates else ""
        source = "BUNCH" if estimates else f"{entry.loader.function}()"
        return (
            f"{bunch}X, y, CLASS_NAMES, POSITIVE = use_data(\n    {source},\n"
            f'    "{entry.loader.sha256}",\n    positive={positive!r},\n)\n'
            f"CLASS_COUNT = len(CLASS_NAMES)\n{columns}{told}"
        )
    return (
        f'DATA = use_file(\n    "{entry.name}",\n    "{entry.loader.sha256}",\n)\n'
        f"X, y, CLASS_NAMES, POSITIVE = take(DATA, positive={positive!r})\n"
        f"CLASS_COUNT = len(CLASS_NAMES)\n{_more_data(entry)}{told}"
    )


def _more_data(entry: DatasetEntry) -> str:
    """The names that a kind of data has beside features and targets."""
    lines = []
    if entry.has_fixed_split:
        lines.append('SPLIT = DATA["split"]')
    if entry.fixed_folds:
        lines.append('FOLD = DATA["fold"]')
    if entry.kind is DataKind.TEXT:
        lines += ['TEXTS = DATA["text"].tobytes().decode().split("\\0")', "COUNTED = {}"]
    if entry.kind is DataKind.GRAPH:
        sparse = 'DATA["data"], DATA["indices"], DATA["indptr"]'
        lines.append(f'FEATURES = csr_matrix(({sparse}), shape=tuple(DATA["shape"]))')
        lines += ['EDGES = DATA["edges"]', "VALIDATION = np.flatnonzero(SPLIT == 2)"]
    if entry.kind is DataKind.TABLE:
        lines.append('COLUMNS = [str(name) for name in DATA.get("columns", range(X.shape[1]))]')
        lines.append('OBSERVED = DATA.get("event")')
    return "".join(f"{line}\n" for line in lines)


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
    run = "run_estimate" if recipe.task is Task.ESTIMATION else "run_method"
    return f"{run}(\n    {model.id!r},\n    {recipe.name},\n    seeds={seeds},\n{arguments})"


def seed_count(model: PlannedModel, recipe: Recipe, protocol: Protocol) -> int:
    """Return with how many seeds a method is run: one, if every seed gives the same numbers."""
    is_fixed = protocol.kind in SEEDLESS or recipe.task is Task.ESTIMATION
    if is_fixed and not recipe.is_seeded:
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


def _sections(plan: Plan) -> list[_Cell]:
    """The cells of each data set and each method on it; a recipe's code is shown once."""
    cells: list[_Cell] = []
    defined: set[str] = set()
    runnable = runnable_models(plan)
    entries = {entry.name: entry for _, _, entry in runnable}
    if any("training" in recipe.shared for _, recipe, _ in runnable):
        text = "## Training by gradient steps\n\nShared by the methods that learn step by step."
        cells += [("markdown", text), ("code", SHARED["training"])]
        defined.add("training")
    task: Task | None = None
    for entry in entries.values():
        here = [(model, recipe) for model, recipe, on in runnable if on.name == entry.name]
        estimates = any(recipe.task is Task.ESTIMATION for _, recipe in here)
        predicts = any(recipe.task is not Task.ESTIMATION for _, recipe in here)
        if predicts and entry.task is not task:
            task = entry.task
            cells.append(("code", _measure(planned_metric_keys(plan, task))))
        planned = next((d for d in plan.datasets if d.name == entry.name), None)
        cells.append(("markdown", prose.dataset_section(entry, plan)))
        cells.append(("code", _data(entry, planned, estimates=estimates)))
        protocol = _protocol(plan, entry)
        is_classification = entry.task is Task.CLASSIFICATION
        if planned is not None and planned.protocol is not None:
            cells.append(("markdown", prose.parting_section(protocol)))
        parting = _partitions(protocol, is_classification=is_classification)
        prepare = _preprocess(protocol.preprocessing)
        cells.append(("code", f"REPEATS = {protocol.repeats}\n\n\n{parting}\n\n\n{prepare}"))
        for model, recipe in here:
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
    for name in [*recipe.shared, recipe.name]:
        if name not in defined:
            defined.add(name)
            cells.append(("code", _code_of(name, recipe)))
    count = seed_count(model, recipe, protocol)
    seeds = "SEEDS" if count == len(protocol.seeds) else f"SEEDS[:{count}]"
    cells.append(("code", _call(model, recipe, seeds=seeds)))
    return cells


def _code_of(name: str, recipe: Recipe) -> str:
    if name in SHARED:
        return SHARED[name]
    found = recipe if name == recipe.name else find_recipe(name)
    return found.code if found else ""


def _cells(plan: Plan, paper_title: str, plan_hash: str) -> list[_Cell]:
    protocol = plan.protocol
    if protocol is None:
        raise AssertionError("the plan was not completed")
    runnable = runnable_models(plan)
    tasks = dict.fromkeys(
        entry.task for _, recipe, entry in runnable if recipe.task is not Task.ESTIMATION
    )
    keys = [key for task in tasks for key in planned_metric_keys(plan, task)]
    planned_runs = sum(
        seed_count(model, recipe, _protocol(plan, entry)) for model, recipe, entry in runnable
    )
    imports = _imports(plan, [recipe for _, recipe, _ in runnable], keys)
    has_train_claims = any(c.split == "train" and c.status == "targeted" for c in plan.claims)
    constants = (
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
    loaders = [isinstance(entry.loader, Loader) for _, _, entry in runnable]
    if any(loaders):
        cells.append(("code", code.LOAD.strip()))
    if not all(loaders):
        cells.append(("code", code.LOAD_FILE.strip()))
    cells.append(("code", constants + code.RUN.rstrip()))
    cells += _sections(plan)
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
