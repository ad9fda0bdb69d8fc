"""What is known of a data set, and what became of a name."""

from dataclasses import dataclass, field
from enum import StrEnum


class Task(StrEnum):
    """What the target asks for."""

    CLASSIFICATION = "classification"
    REGRESSION = "regression"
    ESTIMATION = "estimation"


class DataKind(StrEnum):
    """What one example is; decides which recipes can learn from it."""

    TABLE = "table"
    TEXT = "text"
    SERIES = "series"
    GRAPH = "graph"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Loader:
    """How a notebook loads the set: a function of scikit-learn that reads its own package.

    `sha256` is over the features' and then the targets' bytes as float64 in C order, so that a
    notebook can prove that it holds the data it says it holds.
    """

    module: str
    function: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """How a notebook loads a set that is made ready before the run: one file of plain arrays.

    `reader` names how the file is made from `places` (see `reading`); each place is a file of the
    data folder ("file:cora/ind.cora.x"), of a Python package ("package:aeon/datasets/…"), or, for
    a set that somebody added, nothing: it is in the tenant's store. `sha256` is the made file's.
    """

    reader: str
    places: tuple[str, ...]
    sha256: str
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class DatasetEntry:
    """One data set of the registry.

    `aliases` are compared without case, blanks, hyphens and underscores. `class_rows` counts the
    rows of each of `classes`. `positive_class` is the class that the field calls positive (the
    finding), None if there is no such custom.
    `blocked_reason` says why a set may not be used at all. `licence` is None if it is not known;
    `licence_reason` is why somebody who may decide it lets the set be used nevertheless.
    `splits` are the parts that the set itself comes in ("train", "test"), `fixed_folds` the number
    of folds that it comes in. `columns` are the features' names, `outcome` the target's.
    """

    name: str
    title: str
    aliases: tuple[str, ...]
    licence: str | None
    source: str
    task: Task
    rows: int
    features: int | None = None
    classes: tuple[str, ...] = ()
    class_rows: tuple[int, ...] = ()
    positive_class: str | None = None
    splits: tuple[str, ...] = ()
    loader: Loader | Prepared | None = None
    kind: DataKind = DataKind.TABLE
    columns: tuple[str, ...] = ()
    outcome: str | None = None
    fixed_folds: int | None = None
    licence_reason: str | None = None
    size_bytes: int | None = None
    blocked_reason: str | None = None
    notes: str = field(default="")

    @property
    def has_fixed_split(self) -> bool:
        """Whether the set itself says which rows are the test's."""
        return {"train", "test"} <= set(self.splits)

    @property
    def is_offline(self) -> bool:
        """Whether a run can load it without a network."""
        return self.loader is not None


class ResolutionStatus(StrEnum):
    """What became of a name; the seed's four words."""

    RESOLVED = "resolved"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"
    COMPLEX = "complex"


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a data set's name means here, and why; `entry` is None unless one entry is meant."""

    name: str
    status: ResolutionStatus
    entry: DatasetEntry | None
    reason: str
    suggestions: tuple[str, ...] = ()

    @property
    def is_runnable(self) -> bool:
        """Whether a run may load the data now, without a network."""
        return (
            self.status is ResolutionStatus.RESOLVED
            and self.entry is not None
            and self.entry.is_offline
        )
