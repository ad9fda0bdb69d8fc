"""What a recipe is: code, its settings with their defaults, and what a fit costs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec

from evigate.papers.datasets import DataKind, Task

SettingValue = float | int | str | bool | tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Setting:
    """A named setting; `default` is used, and listed as an assumption, if the paper is silent."""

    name: str
    default: SettingValue
    reason: str


@dataclass(frozen=True, slots=True)
class FitSize:
    """How large one fit is: rows and features of the training part, classes of the target."""

    rows: int
    features: int
    classes: int


@dataclass(frozen=True, slots=True)
class Recipe:
    """
    A method as notebook code.

    `code` defines one function named `name`, which takes `(X_train, y_train, *, seed, report)` and
    the settings as keywords and returns `Fitted(predict, scores)`. `imports` are whole import
    lines. `is_iterative` recipes count `steps` of mini-batches and can be cut short; the others
    cost `fit_s` seconds a fit. `is_seeded` says whether the seed changes the fit at all.

    A recipe of the task "estimation" takes `(X, y, names, *, seed, report)` with all rows and
    returns quantities by name. `kinds` are the data it can learn from; on texts and graphs it is
    given row numbers. `shared` names the pieces of code that stand before it, each shown once;
    `packages` are what its imports need beyond the default, which the extra `extra` brings.
    `producer` names the model that wrote it, None for ours; its answer is `source`.
    """

    name: str
    title: str
    task: Task
    code: str
    imports: tuple[str, ...]
    settings: tuple[Setting, ...]
    fit_s: Callable[[FitSize, Mapping[str, SettingValue]], float]
    is_iterative: bool = False
    is_seeded: bool = False
    needs_non_negative: bool = False
    kinds: frozenset[DataKind] = frozenset({DataKind.TABLE, DataKind.SERIES})
    shared: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    extra: str | None = None
    producer: str | None = None
    source: str | None = None

    @property
    def missing_packages(self) -> tuple[str, ...]:
        """Packages that its code imports and that are not installed."""
        return tuple(name for name in self.packages if find_spec(name) is None)

    @property
    def defaults(self) -> dict[str, SettingValue]:
        """The settings by name with their defaults."""
        return {setting.name: setting.default for setting in self.settings}
