"""Gold of real papers as files: what each paper reports, and tables written down cell by cell.

A folder holds `manifest.json` (papers, their PDFs, their split), `gold.jsonl` (leaderboard tuples)
and `table_gold.jsonl` (tables in full, with whose method each cell is). Either gold may be absent;
then that part is not scored, and the report says so.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from evigate.base.errors import EvigateError
from evigate.papers.errors import E_BENCH_GOLD_INVALID, E_BENCH_GOLD_MISSING

ABSENT = "absent"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class GoldPaper:
    """A paper of the folder; `path` may not be there."""

    id: str
    split: str
    path: Path


@dataclass(frozen=True, slots=True)
class GoldTuple:
    """A result that a leaderboard attributes to the paper and that is printed in it."""

    paper: str
    task: str
    dataset: str
    metric: str
    score: str

    @property
    def number(self) -> str:
        """The score's first number as written, without thousands marks."""
        found = _NUMBER.search(self.score.replace(",", ""))
        return found[0] if found else ""


@dataclass(frozen=True, slots=True)
class GoldCell:
    """One cell of a table that was written down in full."""

    paper: str
    table: str
    page: int
    row: str
    column: str
    value: Decimal
    is_own_method: bool


@dataclass(frozen=True, slots=True)
class Gold:
    """All gold of a folder; `unprinted` counts tuples whose number its paper does not print."""

    folder: Path
    papers: tuple[GoldPaper, ...]
    tuples: tuple[GoldTuple, ...] | None
    cells: tuple[GoldCell, ...] | None
    unprinted: int


def read_gold(folder: Path) -> Gold:
    """Read a folder of gold.

    Raises:
        EvigateError[E_BENCH_GOLD_MISSING]: no folder, no manifest, or neither kind of gold.
        EvigateError[E_BENCH_GOLD_INVALID]: a file that cannot be read, with its line.
    """
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        raise EvigateError(E_BENCH_GOLD_MISSING, f"There is no {str(manifest)!r}.")
    papers = tuple(_papers(folder, manifest))
    rows = _rows(folder / "gold.jsonl")
    tuples = None if rows is None else tuple(_tuple(row) for row in rows)
    cell_rows = _rows(folder / "table_gold.jsonl")
    cells = None if cell_rows is None else tuple(_cell(row) for row in cell_rows)
    if tuples is None and cells is None:
        message = f"{str(folder)!r} holds neither gold.jsonl nor table_gold.jsonl."
        raise EvigateError(E_BENCH_GOLD_MISSING, message)
    printed = tuple(t for t in tuples or () if t is not None and t.number)
    unprinted = len(tuples or ()) - len(printed)
    return Gold(folder, papers, None if tuples is None else printed, cells, unprinted)


def _papers(folder: Path, manifest: Path) -> Iterator[GoldPaper]:
    try:
        for entry in json.loads(manifest.read_text("utf-8")):
            yield GoldPaper(entry["paper"], entry.get("split", "all"), folder / entry["file"])
    except (ValueError, KeyError, TypeError) as error:
        message = f"{str(manifest)!r} is not a list of papers with a file each."
        raise EvigateError(E_BENCH_GOLD_INVALID, message) from error


def _rows(path: Path) -> list[Mapping[str, Any]] | None:
    if not path.is_file():
        return None
    rows = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            (_cell if "row" in row else _tuple)(row)
        except (ValueError, KeyError, TypeError, InvalidOperation) as error:
            message = f"{str(path)!r}, line {number}, is not a row of gold."
            raise EvigateError(E_BENCH_GOLD_INVALID, message) from error
        rows.append(row)
    return rows


def _tuple(row: Mapping[str, Any]) -> GoldTuple | None:
    found = GoldTuple(
        row["paper"], row.get("task", ""), row["dataset"], row["metric"], str(row["score"])
    )
    return None if row.get("in_pdf") == ABSENT else found


def _cell(row: Mapping[str, Any]) -> GoldCell:
    return GoldCell(
        row["paper"],
        row["table"],
        int(row["page"]),
        row["row"],
        row["column"],
        Decimal(str(row["value"])),
        bool(row["own_method"]),
    )
