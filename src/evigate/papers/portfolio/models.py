"""A portfolio as values: one row a claim with its newest verdict, and rates over groups of rows."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from evigate.papers.recipes import find_metric

UNKNOWN = "not known"
COLUMNS = (
    "paper", "arxiv_id", "year", "dataset", "metric", "method", "is_own_method", "claimed", "units",
    "observed", "gap_abs", "tolerance", "verdict", "reason", "page", "paper_id", "claim_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PortfolioRow:
    """A claim and its verdict in the paper's newest reproduction; `year` is the paper's."""

    paper_id: UUID
    paper: str
    arxiv_id: str | None
    claim_id: UUID
    dataset: str | None
    metric: str
    method: str | None
    is_own_method: bool
    claimed: Decimal
    units: str | None
    observed: Decimal | None
    gap_abs: Decimal | None
    tolerance: Decimal | None
    verdict: str
    reason: str
    page: int | None
    reproduction_id: UUID

    @property
    def year(self) -> int | None:
        """The year in an arXiv number such as 1609.02907; None where there is no such number."""
        head = (self.arxiv_id or "")[:2]
        if not head.isdecimal():
            return None
        return (2000 if int(head) < 91 else 1900) + int(head)

    @property
    def metric_family(self) -> str:
        """The metric by its usual name, where we know it."""
        metric = find_metric(self.metric)
        return metric.title if metric else self.metric

    def to_json(self) -> dict[str, Any]:
        """Return the row as JSON values."""
        values = {name: getattr(self, name) for name in COLUMNS}
        return {
            name: float(value)
            if isinstance(value, Decimal)
            else str(value)
            if isinstance(value, UUID)
            else value
            for name, value in values.items()
        }


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of a group's compared claims were reproduced; `share` is None where none was."""

    name: str
    reproduced: int
    partly: int
    not_reproduced: int
    not_comparable: int

    @property
    def compared(self) -> int:
        """How many were compared at all."""
        return self.reproduced + self.partly + self.not_reproduced

    @property
    def share(self) -> float | None:
        """Reproduced of compared, 0 to 1."""
        return self.reproduced / self.compared if self.compared else None

    def to_json(self) -> dict[str, Any]:
        """Return the rate as JSON values."""
        return {
            "name": self.name,
            "reproduced": self.reproduced,
            "partly": self.partly,
            "not_reproduced": self.not_reproduced,
            "not_comparable": self.not_comparable,
            "compared": self.compared,
            "share": None if self.share is None else round(self.share, 4),
        }


@dataclass(frozen=True, slots=True)
class PortfolioFilter:
    """Which claims count; None lets all through. Names are those that a portfolio shows."""

    metric: str | None = None
    dataset: str | None = None
    year: int | None = None
    verdict: str | None = None
    own_only: bool = False

    def keeps(self, row: PortfolioRow) -> bool:
        """Tell whether a row counts."""
        return (
            self.metric in (None, row.metric_family)
            and self.dataset in (None, row.dataset or UNKNOWN)
            and self.year in (None, row.year)
            and self.verdict in (None, row.verdict)
            and (row.is_own_method or not self.own_only)
        )


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The rows that count, and what can be chosen: names of the rows before filtering."""

    rows: tuple[PortfolioRow, ...]
    choices: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def paper_count(self) -> int:
        """How many papers the rows are of."""
        return len({row.paper_id for row in self.rows})

    @property
    def whole(self) -> Rate:
        """The rate over all rows."""
        return rate_of("all", self.rows)

    def by(self, name: str) -> list[Rate]:
        """Return rates by "metric", "dataset", "year" or "paper", the largest groups first."""
        keys: dict[str, Callable[[PortfolioRow], Any]] = {
            "metric": lambda row: row.metric_family,
            "dataset": lambda row: row.dataset or UNKNOWN,
            "year": lambda row: row.year or UNKNOWN,
            "paper": lambda row: row.paper,
        }
        groups: dict[str, list[PortfolioRow]] = {}
        for row in self.rows:
            groups.setdefault(str(keys[name](row)), []).append(row)
        rates = [rate_of(key, rows) for key, rows in groups.items()]
        if name == "year":
            return sorted(rates, key=lambda rate: rate.name)
        return sorted(rates, key=lambda rate: (-rate.compared, -rate.not_comparable, rate.name))

    def to_json(self) -> dict[str, Any]:
        """Return the portfolio as JSON values."""
        return {
            "papers": self.paper_count,
            "claims": len(self.rows),
            "rate": self.whole.to_json(),
            **{f"by_{name}": [each.to_json() for each in self.by(name)] for name in GROUPS},
            "rows": [row.to_json() for row in self.rows],
        }

    def to_csv(self) -> str:
        """Return one line a claim; text that a spreadsheet would run gets an apostrophe."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in self.rows:
            writer.writerow([_cell(value) for value in row.to_json().values()])
        return out.getvalue()


GROUPS = ("metric", "dataset", "year", "paper")


def rate_of(name: str, rows: Sequence[PortfolioRow]) -> Rate:
    """Count a group's verdicts."""
    counts = dict.fromkeys(("reproduced", "partly", "not reproduced", "not comparable"), 0)
    for row in rows:
        counts[row.verdict] += 1
    return Rate(name, *counts.values())


def _cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = " ".join(value.split())
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text
