"""What a recipe is: code, its settings with their defaults, and what a fit costs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from evigate.papers.datasets import Task

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

    @property
    def defaults(self) -> dict[str, SettingValue]:
        """The settings by name with their defaults."""
        return {setting.name: setting.default for setting in self.settings}
