"""The nouns of the papers room: claims, and what became of them.

Plans live in `plan/`, because a plan is a document with a schema of its own.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from evigate.evidence import Box


class Direction(StrEnum):
    """Which way a metric gets better; the seed's words."""

    MAXIMIZE = "maximize"
    MINIMIZE = "minimize"


@dataclass(frozen=True, slots=True)
class TableCell:
    """Where in a table a number stands: "Table 2", its row's and column's labels as printed."""

    table: str
    row: str
    column: str


@dataclass(frozen=True, slots=True)
class ClaimDraft:
    """A number that a paper reports, tied to the place where it is printed.

    `value` is exactly as printed (97.66 with `units` "%", not 0.9766). `quote` is verbatim text of
    the page, found there by search. What the paper does not say is None, never a guess.
    """

    dataset: str | None
    split: str | None
    metric: str
    value: Decimal
    units: str | None
    method: str | None
    is_own_method: bool
    source_citation: str
    page: int
    box: Box
    quote: str
    confidence: float
    cell: TableCell | None = None
