"""From a method's name and what the paper says of it to a recipe with settings, each accounted for.

Every setting ends in one of three places: a citation (the paper states it), an assumption (it does
not, or the method has no use for it), or the method's own name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from evigate.papers.datasets import DataKind, DatasetEntry, Task
from evigate.papers.plan.linking import LinkedClaim
from evigate.papers.plan.models import Assumption, Citation
from evigate.papers.plan.settings_reading import (
    Found,
    SettingCell,
    read_general_training,
    read_text_settings,
    settings_for,
)
from evigate.papers.plan.text import Finding, Sentence
from evigate.papers.recipes import Recipe, find_recipe
from evigate.papers.recipes.lexicon import MethodMatch
from evigate.papers.recipes.models import SettingValue

_TRAINING = frozenset({"learning_rate", "epochs", "batch_size", "steps"})
_RENAMED = {"hidden_layer_sizes": "hidden_layers", "metric": "norm"}
_NOTES = {
    "gru_svm": Assumption(
        field="input",
        value="one feature a step",
        reason="the paper does not say how a row becomes a sequence; the unit reads its features "
        "one by one, in the data set's order",
    ),
}


@dataclass(slots=True)
class SettledMethod:
    """A method on one data set: what runs it, with which settings, and why those."""

    method: str
    entry: DatasetEntry
    claims: list[LinkedClaim]
    recipe: Recipe | None
    reason: str = ""
    settings: dict[str, SettingValue] = field(default_factory=dict)
    epochs: int | None = None
    steps: int | None = None
    citations: list[Citation] = field(default_factory=list)
    assumptions: list[Assumption] = field(default_factory=list)

    def cite(self, name: str, value: object, finding: Finding[SettingValue]) -> None:
        """Record that the paper states a setting."""
        self.citations.append(
            Citation(field=name, value=str(value), quote=finding.quote, page=finding.page)
        )

    def assume(self, name: str, value: object, reason: str) -> None:
        """Record a choice of ours."""
        self.assumptions.append(Assumption(field=name, value=str(value), reason=reason))


def choose_recipe(match: MethodMatch, found: Found, task: Task) -> str | None:
    """
    Return the recipe's name for a matched method, given what the paper says of its training.

    An SVM or a logistic regression with a learning rate or epochs was trained by gradient steps,
    and is run so; otherwise a solver of scikit-learn finds the optimum.
    """
    by_steps = "learning_rate" in found or "epochs" in found
    recipe = find_recipe(match.recipe or "")
    if recipe is not None and (
        recipe.task is Task.ESTIMATION or DataKind.TABLE not in recipe.kinds
    ):
        return match.recipe
    if task is Task.CLASSIFICATION and match.family == "svm":
        kernel = match.settings.get("kernel") or (
            found["kernel"].value if "kernel" in found else None
        )
        if match.recipe == "linear_svm":
            kernel = "linear"
        if by_steps and kernel in (None, "linear"):
            return "l2_svm"
        squared = match.settings.get("loss") or "loss" in found
        if kernel == "linear" or (squared and kernel is None):
            return "linear_svm"
        return "kernel_svm"
    if match.family == "logistic" and "learning_rate" in found:
        return "softmax_regression"
    return match.recipe


def settle_method(
    method: str,
    match: MethodMatch,
    entry: DatasetEntry,
    claims: list[LinkedClaim],
    *,
    cells: Sequence[SettingCell],
    sentences: Sequence[Sentence],
    written: Mapping[str, Recipe] | None = None,
) -> SettledMethod:
    """Return a method with its recipe and settings, or with the reason why it has none."""
    family = match.family or ""
    found: Found = {}
    blank: Found = {}
    tabled: frozenset[str] = frozenset()
    if match.family is not None:
        found = settings_for(cells, method, family, entry.task)
        tabled = frozenset(found)
        for name, finding in read_text_settings(sentences, family).items():
            found.setdefault(name, finding)
        # A table that says "N/A" overrules prose, and then stands for no value at all.
        blank = {name: finding for name, finding in found.items() if finding.value is None}
        found = {name: finding for name, finding in found.items() if name not in blank}
    recipe = (written or {}).get(method)
    if recipe is None or recipe.name != match.recipe:
        recipe = find_recipe(choose_recipe(match, found, entry.task) or "")
    settled = SettledMethod(method, entry, claims, recipe, match.reason)
    if recipe is None or match.recipe is None:
        settled.recipe = None
        return settled
    if "training" in recipe.shared:
        for name, finding in read_general_training(sentences).items():
            found.setdefault(name, finding)
    _fill_settings(settled, recipe, match, found, blank)
    _list_unused(settled, recipe, {name: found[name] for name in tabled & set(found)})
    if recipe.producer is not None:
        reason = f"no recipe of ours fits {method!r}; {recipe.producer} wrote one from the paper"
        settled.assume("recipe", recipe.name, f"{reason}; it is not built in")
    if recipe.name in _NOTES:
        settled.assumptions.append(_NOTES[recipe.name])
    return settled


def _name_finding(settled: SettledMethod) -> Finding[SettingValue]:
    """The method's own name as printed, which is all that its claim says of the setting."""
    draft = settled.claims[0].draft
    return Finding(settled.method, draft.method or draft.quote, draft.page)


def _fill_settings(
    settled: SettledMethod, recipe: Recipe, match: MethodMatch, found: Found, blank: Found
) -> None:
    for setting in recipe.settings:
        source = _RENAMED.get(setting.name, setting.name)
        if setting.name in match.settings:
            value = match.settings[setting.name]
            settled.cite(setting.name, value, _name_finding(settled))
        elif source in found:
            value = found[source].value
            settled.cite(setting.name, value, found[source])
        elif source in blank and not setting.default:
            value = setting.default
            settled.cite(setting.name, value, blank[source])
        else:
            value = setting.default
            settled.assume(setting.name, value, f"the paper does not state it; {setting.reason}")
        if setting.name == "epochs" and isinstance(value, int):
            settled.epochs = value
        settled.settings[setting.name] = value
    if recipe.is_iterative:
        _read_steps(settled, found)
    if recipe.name == "l2_svm" and ("loss" in found or "norm" in found):
        settled.cite("loss", "squared hinge", found.get("loss") or found["norm"])


def _list_unused(settled: SettledMethod, recipe: Recipe, tabled: Found) -> None:
    """Say of what a table of settings lists and the method has no use for."""
    has_use = {_RENAMED.get(name, name) for name in recipe.defaults}
    has_use |= {"data_points", "epochs", "steps"} | ({"norm"} if "svm" in recipe.name else set())
    for name in sorted(set(tabled) - has_use):
        title = recipe.title[0].lower() + recipe.title[1:]
        reason = f"the paper lists it, but {title} has no such setting; it is not used"
        settled.assume(name, tabled[name].value, reason)


def _read_steps(settled: SettledMethod, found: Found) -> None:
    """Take a count of steps if the paper gives one, as such or as rows seen."""
    if "steps" in found and isinstance(found["steps"].value, int) and "epochs" not in found:
        settled.steps = found["steps"].value
        settled.cite("steps", settled.steps, found["steps"])
        return
    batch = settled.settings.get("batch_size")
    seen = found["data_points"].value if "data_points" in found else None
    if "batch_size" not in found or not isinstance(seen, int) or not isinstance(batch, int):
        return
    if seen >= batch and seen % batch == 0:
        settled.steps = seen // batch
        settled.cite("steps", settled.steps, found["data_points"])
        settled.assume(
            "epochs",
            settled.epochs,
            f"the paper counts {seen} data points at {batch} a batch, which makes "
            f"{settled.steps} mini-batches; its epochs are read as such",
        )
