"""The extractor over a folder of papers: found against gold, whose method, cited where, how fast.

Claims are made from the PDFs alone, paper after paper, before any gold is looked at.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from evigate.base.errors import EvigateError
from evigate.evidence import Box, Page, ParsedDocument, find_quote, quote_is_on_page, read_pdf
from evigate.papers.bench.calibration import Judged, calibration_error, judge
from evigate.papers.bench.gold import Gold, GoldCell, GoldPaper
from evigate.papers.bench.scoring import LEVELS, Tally, macro, match_cells, tally_tuples
from evigate.papers.claims import extract_claims
from evigate.papers.models import ClaimDraft

TOP_DEFAULT = 20
NONE = Tally(0, 0, 0)


@dataclass(frozen=True, slots=True)
class ReadPaper:
    """A paper as the extractor left it; `problem` says why there are no claims to score."""

    paper: GoldPaper
    claims: tuple[ClaimDraft, ...] = ()
    cited: int = 0
    pages: int = 0
    seconds: float = 0.0
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class OwnMethod:
    """Whose method each gold cell is: of the cells found, and of the paper's own cells."""

    judged: int
    right: int
    own: int
    own_found: int


@dataclass(frozen=True, slots=True)
class ExtractionReport:
    """The bench's figures for the papers of one split, or of all."""

    split: str
    top: int
    papers: tuple[ReadPaper, ...]
    every: dict[str, list[Tally]] = field(default_factory=dict)
    surest: dict[str, list[Tally]] = field(default_factory=dict)
    tables: dict[str, Tally] | None = None
    own: OwnMethod | None = None
    judged: tuple[Judged, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return every figure as JSON values; what was not scored is null."""
        read = [each for each in self.papers if each.problem is None]
        claims = sum(len(each.claims) for each in read)
        pages = sum(each.pages for each in read)
        return {
            "split": self.split,
            "papers": len(read),
            "missing": {each.paper.id: each.problem for each in self.papers if each.problem},
            "claims": claims,
            "pages": pages,
            "seconds_per_page": round(sum(e.seconds for e in read) / pages, 4) if pages else None,
            "all": _levels(self.every),
            f"at_{self.top}": _levels(self.surest),
            "tables": None if self.tables is None else _tables(self.tables),
            "own_method": None if self.own is None else _own_json(self.own),
            "calibration": {
                "claims_judged": len(self.judged),
                "ece": calibration_error(self.judged),
            },
            "citations": {
                "cited": sum(each.cited for each in read),
                "claims": claims,
                "accuracy": _ratio(sum(each.cited for each in read), claims),
            },
        }


def bench_extraction(
    gold: Gold, *, top: int = TOP_DEFAULT, say: Callable[[str], None] = lambda _: None
) -> list[ExtractionReport]:
    """Score the extractor on all papers of a folder.

    Returns:
        One report for each split, in the manifest's order, and one for all if there are several.
    """
    read = []
    for number, paper in enumerate(gold.papers, 1):
        done = _read(paper)
        what = done.problem or f"{len(done.claims)} claims"
        say(f"{number}/{len(gold.papers)} {paper.id}: {what}")
        read.append(done)
    splits = list(dict.fromkeys(paper.split for paper in gold.papers))
    reports = [
        _report(gold, split, [each for each in read if each.paper.split == split], top)
        for split in splits
    ]
    if len(splits) > 1:
        reports.append(_report(gold, "all", read, top))
    return reports


def _read(paper: GoldPaper) -> ReadPaper:
    try:
        data = paper.path.read_bytes()
    except OSError:
        return ReadPaper(paper, problem=f"no file {paper.path.name!r}")
    start = time.perf_counter()
    try:
        document = read_pdf(data)
    except EvigateError as error:
        return ReadPaper(paper, problem=str(error))
    claims = tuple(extract_claims(document))
    seconds = time.perf_counter() - start
    cited = sum(is_cited(document, claim) for claim in claims)
    return ReadPaper(paper, claims, cited, len(document.pages), seconds)


def is_cited(document: ParsedDocument, claim: ClaimDraft) -> bool:
    """Say whether the quote is found on the claim's page and the number stands in its box."""
    if not 1 <= claim.page <= len(document.pages):
        return False
    page = document.pages[claim.page - 1]
    if not quote_is_on_page(page, claim.quote) or find_quote(page, claim.quote) is None:
        return False
    return _digits(f"{abs(claim.value):f}") in _digits(_text_in(page, claim.box))


def _text_in(page: Page, box: Box) -> str:
    """The words whose middles lie in a box."""
    found = []
    for word in page.words:
        x, y = (word.box.x0 + word.box.x1) / 2, (word.box.y0 + word.box.y1) / 2
        if box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1:
            found.append(word.text)
    return " ".join(found)


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def _report(gold: Gold, split: str, read: Sequence[ReadPaper], top: int) -> ExtractionReport:
    scored = [each for each in read if each.problem is None]
    every: dict[str, list[Tally]] = {}
    surest: dict[str, list[Tally]] = {}
    judged: list[Judged] = []
    for each in scored if gold.tuples is not None else ():
        wanted = [row for row in gold.tuples or () if row.paper == each.paper.id]
        if not wanted:
            continue
        best = sorted(each.claims, key=lambda claim: -claim.confidence)[:top]
        for level, tally in tally_tuples(each.claims, wanted).items():
            every.setdefault(level, []).append(tally)
        for level, tally in tally_tuples(best, wanted).items():
            surest.setdefault(level, []).append(tally)
        judged.extend(judge(each.paper.id, each.claims, wanted))
    tables, own = _table_scores(gold, scored)
    return ExtractionReport(split, top, tuple(read), every, surest, tables, own, tuple(judged))


def _table_scores(
    gold: Gold, read: Sequence[ReadPaper]
) -> tuple[dict[str, Tally] | None, OwnMethod | None]:
    by_paper = {each.paper.id: each for each in read}
    cells = sorted((cell for cell in gold.cells or () if cell.paper in by_paper), key=_table_of)
    if not cells:
        return None, None
    tables: dict[str, Tally] = {}
    judged = right = own_found = 0
    for (paper, table, page), group in groupby(cells, key=_table_of):
        wanted = list(group)
        claims = [
            claim
            for claim in by_paper[paper].claims
            if claim.page == page and (claim.cell is None or claim.cell.table == table)
        ]
        pairs = match_cells(claims, wanted)
        tables[f"{paper} {table}"] = Tally(len(pairs), len(claims), len(wanted))
        judged += len(pairs)
        right += sum(cell.is_own_method == claim.is_own_method for cell, claim in pairs)
        own_found += sum(cell.is_own_method and claim.is_own_method for cell, claim in pairs)
    own = sum(cell.is_own_method for cell in cells)
    return tables, OwnMethod(judged, right, own, own_found)


def _table_of(cell: GoldCell) -> tuple[str, str, int]:
    return cell.paper, cell.table, cell.page


def _levels(found: dict[str, list[Tally]]) -> dict[str, Any] | None:
    if not found:
        return None
    return {
        level: {"micro": _prf(sum(found[level], NONE)), "macro": macro(found[level])}
        for level in LEVELS
    }


def _tables(tables: dict[str, Tally]) -> dict[str, Any]:
    whole = sum(tables.values(), NONE)
    return {**_prf(whole), "by_table": {name: _prf(tally) for name, tally in tables.items()}}


def _prf(tally: Tally) -> dict[str, Any]:
    return {
        "right": tally.right,
        "claimed": tally.claimed,
        "wanted": tally.wanted,
        "precision": tally.precision,
        "recall": tally.recall,
        "f1": tally.f1,
    }


def _own_json(own: OwnMethod) -> dict[str, Any]:
    return {
        "cells_judged": own.judged,
        "accuracy": _ratio(own.right, own.judged),
        "own_cells": own.own,
        "own_found": own.own_found,
        "recall": _ratio(own.own_found, own.own),
    }


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
