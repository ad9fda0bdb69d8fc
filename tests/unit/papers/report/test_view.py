"""What a report shows: names that tell rows apart, links that lead to evidence, honest caveats."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from evigate.base.ids import ClaimId, ModuleId, PaperId, PlanId, RunId
from evigate.evidence import Box
from evigate.kernel.pages import read_notebook
from evigate.papers.models import Claim, ClaimDraft, GapRecord, NotebookRun, Paper
from evigate.papers.report import Report, ReportRow
from evigate.papers.report.view import report_context

NOW = datetime(2026, 1, 2, tzinfo=UTC)
PAPER = Paper(
    id=PaperId(UUID(int=1)), title="T", authors=["A"], source_url=None, doi=None, arxiv_id=None,
    arxiv_version=None, pdf_storage_path="", vector_store_id="", pdf_sha256="ab" * 32,
    status="ready", page_count=1, module_id=ModuleId(UUID(int=2)), document_id=UUID(int=3),
    created_at=NOW, updated_at=NOW,
)  # fmt: skip
CELLS = read_notebook(
    {
        "cells": [
            {"cell_type": "markdown", "id": "m", "source": "run_method(\n    'svm',"},
            {"cell_type": "code", "id": "c1", "source": "run_method(\n    'svm_2',\n    svm)"},
            {"cell_type": "code", "id": "c2", "source": "run_method(\n    'svm',\n    svm)",
             "execution_count": 9},
        ]
    }
)  # fmt: skip


def row(number: int, observed: str | None = "90", **given: Any) -> ReportRow:
    claimed = Decimal(given.pop("claimed", "92.5"))
    cell = given.pop("cell", "svm")
    draft = ClaimDraft(
        **{
            "dataset": "Wine", "split": None, "metric": "accuracy", "value": claimed, "units": "%",
            "method": "SVM", "is_own_method": True, "source_citation": f"Table {number}, p.1",
            "page": 1, "box": Box(0, 0, 1, 1), "quote": "q", "confidence": 0.9, **given,
        }
    )  # fmt: skip
    claim = Claim(ClaimId(UUID(int=number)), PAPER.id, number, draft, NOW)
    value = None if observed is None else Decimal(observed)
    gap = None if value is None else value - claimed
    return ReportRow(
        claim,
        GapRecord(
            claim_id=claim.id, verdict="not comparable" if value is None else "partly", reason="r",
            units="%", metric_name=None, claimed=claimed, observed=value, observed_low=None,
            observed_high=None, gap_abs=gap, gap_percent=gap, tolerance=None, direction=None,
            seeds_count=1, notebook_cell=cell,
        ),
    )  # fmt: skip


def run(**given: Any) -> NotebookRun:
    values = {
        "id": RunId(UUID(int=4)), "plan_id": PlanId(UUID(int=5)), "paper_id": PAPER.id,
        "env_hash": "cd" * 32, "seed": 42, "seeds_count": 1, "status": "succeeded",
        "sandbox_level": "bubblewrap", "artifact_id": UUID(int=6), "created_at": NOW,
        "started_at": NOW, "completed_at": NOW, "duration_sec": 3, "error_code": None,
        "error_message": None,
    }  # fmt: skip
    return NotebookRun(**{**values, **given})


def context(*rows: ReportRow, ran: NotebookRun | None = None, **given: Any) -> dict[str, Any]:
    report = Report(UUID(int=7), PAPER, None, ran, rows, given.pop("nothing_to_run", None))
    values = {"paper_href": "/papers/1", "notebook_href": "/runs/7/notebook", **given}
    return report_context(report, CELLS, created_at=NOW, **values)


def test_every_number_leads_to_where_it_comes_from() -> None:
    (shown,) = context(row(1))["rows"]
    assert shown["claim_href"] == f"/papers/1#claim-{UUID(int=1)}"
    assert (shown["cell_href"], shown["cell_number"]) == ("/runs/7/notebook#cell-c2", 9)
    (inside,) = context(row(1), paper_href=None, notebook_href="")["rows"]
    assert (inside["claim_href"], inside["cell_href"]) == (f"#place-{UUID(int=1)}", "#cell-c2")
    (unknown,) = context(row(1, cell="gone"))["rows"]
    assert unknown["cell_href"] is None


def test_what_was_compared_is_plotted_by_metric_and_units() -> None:
    plots = context(
        row(1), row(2, metric="FPR"), row(3), row(4, observed=None), row(5, method="MLP")
    )["plots"]
    assert [(plot["title"], plot["units"]) for plot in plots] == [("accuracy", "%"), ("FPR", "%")]
    labels = [line["label"] for line in plots[0]["rows"]]
    assert labels == ["SVM · Table 1, p.1", "SVM · Table 3, p.1", "MLP"]


def test_data_sets_and_training_parts_are_named_where_they_differ() -> None:
    (plot,) = context(row(1), row(2, dataset="Iris"), row(3, split="train"))["plots"]
    assert [line["label"] for line in plot["rows"]] == [
        "SVM · Wine",
        "SVM · Iris",
        "SVM · Wine · training",
    ]


def test_a_gap_in_percent_of_a_claimed_zero_is_not_shown() -> None:
    zero, other = context(row(1, observed="2", claimed="0"), row(2))["rows"]
    assert zero["gap_percent"] is None and zero["gap"] == 2
    assert other["gap_percent"] == -2.5


def test_caveats_say_what_weakens_the_report() -> None:
    failed = run(error_code="E_RUN_TIMEOUT", error_message="Out of time.")
    told = " ".join(context(row(1), row(2, is_own_method=False), ran=failed)["caveats"])
    assert "Out of time." in told and "one seed" in told and "1 of the numbers are cited" in told
    (only,) = context(row(1), ran=run(seeds_count=3))["caveats"]
    assert only.startswith("A verdict speaks of these numbers")
    nothing = context(row(1, observed=None), nothing_to_run="No data.")
    assert nothing["caveats"][0] == "Nothing was run: No data." and nothing["plots"] == []


def test_the_environment_is_told_from_the_run() -> None:
    facts = dict(context(row(1), ran=run())["environment"])
    assert facts["Environment, SHA-256"] == "cd" * 32
    assert (facts["Sandbox"], facts["Seeds"]) == ("bubblewrap", "1, from 42")
    assert "Sandbox" not in dict(context(row(1))["environment"])
