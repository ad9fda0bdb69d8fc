"""NLP-TDMS as files: parsed tables, section texts, annotations, and the published split.

The tables and texts were parsed from PDFs by the corpus's authors (Hou et al., ACL 2019), and are
taken as they are, so that figures compare with theirs. Cells come with the labels that their
parser associated with them, some wrongly.
"""

import json
import re
import tarfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NamedTuple

from evigate.base.errors import EvigateError
from evigate.papers.errors import E_BENCH_GOLD_INVALID, E_BENCH_GOLD_MISSING

ANNOTATIONS = "annotations/resultsAnnotation.tsv"
PARSED = "parsed_text_tables.tar.gz"
TRAIN = "split_train_score_ids.txt"
TEST = "split_test_score_ids.txt"
# A leaderboard is a triple with results of at least five papers, as published.
PAPERS_MIN = 5
# Sizes of models are annotated beside results, and are none.
NO_RESULTS = frozenset({"Number of params"})
_NUMBER = re.compile(r"-?\d*\.?\d+")


class Board(NamedTuple):
    """A leaderboard: task, data set and metric."""

    task: str
    dataset: str
    metric: str


@dataclass(frozen=True, slots=True)
class ParsedCell:
    """A number of a table with the labels that stand over and beside it."""

    value: Decimal
    text: str
    is_bold: bool
    rows: tuple[str, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParsedTable:
    """A table as parsed: its caption and its numbers."""

    caption: str
    cells: tuple[ParsedCell, ...]


@dataclass(frozen=True, slots=True)
class ParsedPaper:
    """A paper as parsed; texts are empty where the corpus has none."""

    id: str
    title: str
    abstract: str
    body: str
    tables: tuple[ParsedTable, ...]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Papers, what is annotated of each, the closed taxonomy, and the split."""

    papers: Mapping[str, ParsedPaper]
    results: Mapping[str, Mapping[Board, Decimal]]
    boards: tuple[Board, ...]
    train: tuple[str, ...]
    test: tuple[str, ...]


def read_corpus(folder: Path) -> Corpus:
    """Read the corpus; a paper of both splits counts as one of training only.

    Raises:
        EvigateError[E_BENCH_GOLD_MISSING | E_BENCH_GOLD_INVALID]
    """
    for name in (ANNOTATIONS, PARSED, TRAIN, TEST):
        if not (folder / name).is_file():
            raise EvigateError(E_BENCH_GOLD_MISSING, f"There is no {str(folder / name)!r}.")
    train = tuple(_stems(folder / TRAIN))
    test = tuple(stem for stem in _stems(folder / TEST) if stem not in set(train))
    every = dict(_annotations(folder / ANNOTATIONS))
    counts = Counter(board for results in every.values() for board in results)
    boards = tuple(
        sorted(b for b, n in counts.items() if n >= PAPERS_MIN and b.metric not in NO_RESULTS)
    )
    results = {
        paper: {board: value for board, value in found.items() if value is not None}
        for paper, found in every.items()
    }
    return Corpus(_parsed(folder / PARSED), results, boards, train, test)


def _stems(path: Path) -> Iterator[str]:
    for line in path.read_text("utf-8").split():
        yield line.removesuffix(".pdf")


def _annotations(path: Path) -> Iterator[tuple[str, dict[Board, Decimal | None]]]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            paper, results = line.split("\t")
            found: dict[Board, Decimal | None] = {}
            for result in results.split("$"):
                task, dataset, metric, *score = result.split("#")
                found[Board(task, dataset, metric)] = number_of(score[-1])
        except ValueError as error:
            message = f"{str(path)!r}, line {number}, is not a paper with results."
            raise EvigateError(E_BENCH_GOLD_INVALID, message) from error
        yield paper.removesuffix(".pdf"), found


def number_of(text: str) -> Decimal | None:
    """Return the first number of a text, without thousands marks; None if there is none."""
    found = _NUMBER.search(text.replace(",", "").replace(" ", ""))
    if found is None:
        return None
    try:
        return Decimal(found[0])
    except InvalidOperation:
        return None


def _parsed(path: Path) -> dict[str, ParsedPaper]:
    tables: dict[str, tuple[ParsedTable, ...]] = {}
    texts: dict[str, dict[str, str]] = {}
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                file = archive.extractfile(member) if member.isfile() else None
                if file is None:
                    continue
                stem, _, ending = Path(member.name).name.rpartition(".")
                if ending == "json":
                    tables[stem] = tuple(_table(table) for table in json.load(file))
                elif ending == "txt":
                    texts[stem] = _sections(file.read().decode("utf-8", "replace"))
    except (tarfile.TarError, ValueError, KeyError) as error:
        message = f"{str(path)!r} cannot be read: {error}."
        raise EvigateError(E_BENCH_GOLD_INVALID, message) from error
    return {
        stem: ParsedPaper(
            stem,
            texts.get(stem, {}).get("title", ""),
            texts.get(stem, {}).get("abstract", ""),
            texts.get(stem, {}).get("body", ""),
            tables.get(stem, ()),
        )
        for stem in {*tables, *texts}
    }


def _table(table: Mapping[str, Any]) -> ParsedTable:
    cells = []
    for cell in table["numberCells"]:
        value = number_of(cell["number"])
        if value is not None:
            cells.append(
                ParsedCell(
                    value,
                    cell["number"],
                    bool(cell["isBolded"]),
                    tuple(cell["associatedRows"]),
                    tuple(cell["associatedColumns"] + cell.get("associatedMergedColumns", [])),
                )
            )
    return ParsedTable(table["caption"], tuple(cells))


def _sections(text: str) -> dict[str, str]:
    found: dict[str, str] = {"title": "", "abstract": "", "body": ""}
    current = "body"
    for line in text.splitlines():
        if line.startswith("section: "):
            name = line.removeprefix("section: ").strip().lower()
            current = name if name in found else "body"
            continue
        found[current] += f"{line}\n"
    return found
