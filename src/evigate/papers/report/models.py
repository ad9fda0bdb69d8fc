"""A report as one value."""

import csv
import io
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from evigate.papers.compare import ProtocolDifference
from evigate.papers.models import Claim, GapRecord, NotebookRun, Paper, PlanRecord

VERDICTS = ("reproduced", "partly", "not reproduced", "not comparable")
CSV_COLUMNS = (
    "verdict", "method", "dataset", "metric", "split", "units", "claimed", "observed",
    "observed_low", "observed_high", "gap_abs", "gap_percent", "tolerance", "direction",
    "seeds_count", "is_own_method", "source_citation", "page", "quote", "reason", "claim_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One claim with its verdict, and what differed where the number did not come out."""

    claim: Claim
    gap: GapRecord
    differences: tuple[ProtocolDifference, ...] = ()

    @property
    def is_compared(self) -> bool:
        """Whether a number was observed."""
        return self.gap.observed is not None

    def to_json(self) -> dict[str, Any]:
        """Return the row as JSON values; numbers are floats, in the claim's printed units."""
        draft, gap = self.claim.draft, self.gap
        return {
            "claim_id": str(self.claim.id),
            "verdict": gap.verdict,
            "reason": gap.reason,
            "method": draft.method,
            "dataset": draft.dataset,
            "metric": draft.metric,
            "split": draft.split,
            "units": gap.units or draft.units,
            "claimed": float(draft.value),
            "claimed_as_printed": str(draft.value),
            "observed": _number(gap.observed),
            "observed_low": _number(gap.observed_low),
            "observed_high": _number(gap.observed_high),
            "gap_abs": _number(gap.gap_abs),
            "gap_percent": _number(gap.gap_percent),
            "tolerance": _number(gap.tolerance),
            "direction": gap.direction,
            "seeds_count": gap.seeds_count,
            "is_own_method": draft.is_own_method,
            "source_citation": draft.source_citation,
            "page": draft.page,
            "bbox": [draft.box.x0, draft.box.y0, draft.box.x1, draft.box.y1],
            "quote": draft.quote,
            "confidence": draft.confidence,
            "notebook_cell": gap.notebook_cell,
            "differences": [each.to_json() for each in self.differences],
        }


@dataclass(frozen=True, slots=True)
class Report:
    """What came of one journey; `plan` and `run` are None where there was nothing to run."""

    reproduction_id: UUID
    paper: Paper
    plan: PlanRecord | None
    run: NotebookRun | None
    rows: tuple[ReportRow, ...]
    nothing_to_run: str | None

    @property
    def counts(self) -> dict[str, int]:
        """How many claims each verdict has, every verdict named."""
        found = dict.fromkeys(VERDICTS, 0)
        for row in self.rows:
            found[row.gap.verdict] += 1
        return found

    @property
    def headline(self) -> str:
        """The outcome in one sentence."""
        total = len(self.rows)
        compared = [row for row in self.rows if row.is_compared]
        if not total:
            return "No claim with a number was found in this paper."
        if self.nothing_to_run:
            return self.nothing_to_run
        if not compared:
            return f"{_claims(total)} found, none could be compared."
        counts = self.counts
        return (
            f"{counts['reproduced']} of {_claims(len(compared))} compared held up, "
            f"{counts['partly']} partly, {counts['not reproduced']} did not; "
            f"{counts['not comparable']} could not be compared."
        )

    def summary(self) -> dict[str, Any]:
        """Return the outcome in short, as JSON values."""
        return {
            "headline": self.headline,
            "verdicts": self.counts,
            "claims": len(self.rows),
            "paper_id": str(self.paper.id),
            "plan_id": None if self.plan is None else str(self.plan.id),
            "run_id": None if self.run is None else str(self.run.id),
            "sandbox": None if self.run is None else self.run.sandbox_level,
        }

    def to_json(self) -> dict[str, Any]:
        """Return the whole report as JSON values."""
        return {
            "reproduction_id": str(self.reproduction_id),
            "paper": {
                "id": str(self.paper.id),
                "title": self.paper.title,
                "authors": self.paper.authors,
                "arxiv_id": self.paper.arxiv_id,
                "sha256": self.paper.pdf_sha256,
            },
            **self.summary(),
            "run": None if self.run is None else _run_json(self.run),
            "rows": [row.to_json() for row in self.rows],
        }

    def to_csv(self) -> str:
        """Return one line a claim, with a heading; empty cells where nothing is known.

        Text that a spreadsheet would run as a formula gets an apostrophe before it.
        """
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(CSV_COLUMNS)
        for row in self.rows:
            values = row.to_json()
            values["claimed"] = row.claim.draft.value
            writer.writerow([_csv_cell(values[name]) for name in CSV_COLUMNS])
        return text.getvalue()


def _csv_cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = " ".join(value.split())
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def _claims(count: int) -> str:
    return "1 claim" if count == 1 else f"{count} claims"


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _run_json(run: NotebookRun) -> dict[str, Any]:
    return {
        "id": str(run.id),
        "status": run.status,
        "env_hash": run.env_hash,
        "seed": run.seed,
        "seeds_count": run.seeds_count,
        "sandbox": run.sandbox_level,
        "duration_sec": run.duration_sec,
        "error_code": run.error_code,
        "error_message": run.error_message,
    }
