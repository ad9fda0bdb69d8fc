"""What a report shows, for the page and for the file alike; the two differ in where links lead."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib import metadata
from typing import Any

import orjson

from evigate.base.subject import Subject
from evigate.kernel.pages import NotebookCell, read_notebook
from evigate.papers.notebook import requirements_txt
from evigate.papers.plan.models import Plan, parse_plan
from evigate.papers.report.models import Report, ReportRow
from evigate.papers.verbs_runs import RunVerbs

METHOD = (
    "“Reproduced” means that the mean over the seeds lies within the tolerance of the claimed "
    "value; the tolerance comes from the printed digits, the number of test examples and the "
    "spread between runs. “Partly” means within twice the tolerance, inside the interval, or "
    "better than claimed. The interval is the 95 % prediction interval for one further run."
)


async def notebook_cells(service: RunVerbs, subject: Subject, report: Report) -> list[NotebookCell]:
    """Return the cells of the report's notebook, executed if it ran; none if there is none."""
    assets = {}
    if report.run is not None:
        assets = await service.assets_of_run(subject, report.run.id)
    if "notebook" not in assets:
        return []
    return read_notebook(orjson.loads(await service.blob(subject, assets["notebook"].checksum)))


def cells_of_methods(cells: Sequence[NotebookCell], report: Report) -> dict[str, NotebookCell]:
    """Return, by method id, the cell that ran the method; a method without one is absent."""
    found: dict[str, NotebookCell] = {}
    for model_id in {row.gap.notebook_cell for row in report.rows if row.gap.notebook_cell}:
        call = f"run_method(\n    {model_id!r},"
        for cell in cells:
            if cell.kind == "code" and call in cell.source:
                found[model_id] = cell
                break
    return found


def report_context(
    report: Report,
    cells: Sequence[NotebookCell],
    *,
    created_at: datetime,
    paper_href: str | None,
    notebook_href: str,
) -> dict[str, Any]:
    """Return the context of `report.html` and `report_file.html`.

    Args:
        cells: the notebook's, see `notebook_cells`.
        paper_href: the paper's page, where claims have anchors; None if they are in this very page.
        notebook_href: what stands before a cell's anchor; empty if the cells are in this very page.
    """
    methods = cells_of_methods(cells, report)
    plan = None if report.plan is None else parse_plan(report.plan.plan_json)
    rows = [_row(row, methods, paper_href, notebook_href) for row in report.rows]
    return {
        "paper": {
            "title": report.paper.title,
            "href": paper_href,
            "authors": report.paper.authors,
            "arxiv_id": report.paper.arxiv_id,
        },
        "report": {
            "title": "Report",
            "sentence": report.headline,
            "created_at": created_at,
            "method": METHOD,
        },
        "counts": report.counts,
        "plots": _plots(rows),
        "rows": rows,
        "caveats": _caveats(report, plan),
        "assumptions": _assumptions(plan),
        "environment": _environment(report, plan),
    }


def _row(
    row: ReportRow,
    methods: Mapping[str, NotebookCell],
    paper_href: str | None,
    notebook_href: str,
) -> dict[str, Any]:
    draft, gap = row.claim.draft, row.gap
    cell = methods.get(gap.notebook_cell or "")
    claim_id = row.claim.id
    return {
        "id": claim_id,
        "method": draft.method,
        "dataset": draft.dataset,
        "split": draft.split,
        "metric": draft.metric,
        "units": gap.units or draft.units,
        "claimed": draft.value,
        "observed": gap.observed,
        "low": gap.observed_low,
        "high": gap.observed_high,
        "gap": gap.gap_abs,
        # A gap in percent of a claimed zero says nothing.
        "gap_percent": float(gap.gap_percent) if gap.gap_percent and draft.value else None,
        "verdict": gap.verdict,
        "reason": gap.reason,
        "differences": [
            {
                "sentence": each.sentence,
                "kind": each.kind.value,
                "reason": each.reason,
                "quote": each.quote,
                "page": each.page,
            }
            for each in row.differences
        ],
        "page": draft.page,
        "quote": draft.quote,
        "citation": draft.source_citation,
        "claim_href": f"{paper_href}#claim-{claim_id}" if paper_href else f"#place-{claim_id}",
        "cell_href": None if cell is None else f"{notebook_href}#{cell.id}",
        "cell_number": None if cell is None else cell.number,
    }


def _plots(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Group what was compared by metric and units, in the order of the paper."""
    groups: dict[tuple[str, str | None], list[Mapping[str, Any]]] = {}
    for row in rows:
        if row["observed"] is not None:
            groups.setdefault((row["metric"], row["units"]), []).append(row)
    return [
        {"title": metric, "units": units, "rows": _labelled(found)}
        for (metric, units), found in groups.items()
    ]


def _labelled(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Name each row by its method, and by as much more as tells it from the others."""
    datasets = {row["dataset"] for row in rows}
    names = []
    for row in rows:
        parts = [
            row["method"] or "Method not named",
            row["dataset"] if len(datasets) > 1 else None,
            "training" if row["split"] == "train" else None,
        ]
        names.append(" · ".join(filter(None, parts)))
    return [
        {
            **row,
            "label": name if names.count(name) == 1 else f"{name} · {row['citation']}",
            "href": f"#row-{row['id']}",
        }
        for name, row in zip(names, rows, strict=True)
    ]


def _caveats(report: Report, plan: Plan | None) -> list[str]:
    found = []
    run = report.run
    if report.nothing_to_run:
        found.append(f"Nothing was run: {report.nothing_to_run}")
    if run is not None and run.error_code is not None:
        found.append(f"The notebook did not come to its end: {run.error_message}")
    if run is not None and run.seeds_count == 1:
        found.append("There was one seed, so how much one run differs from the next is not seen.")
    others = sum(not row.claim.draft.is_own_method for row in report.rows)
    if others:
        found.append(f"{others} of the numbers are cited from other work; they were not run.")
    choices = len(_assumptions(plan))
    if choices:
        found.append(
            f"{choices} choices are not the paper's; each is listed below and may explain a gap."
        )
    found.append("A verdict speaks of these numbers under this protocol, not of the paper's worth.")
    return found


def _assumptions(plan: Plan | None) -> list[dict[str, str]]:
    """Every choice that the paper does not state, the plan's own and its methods', once each."""
    if plan is None:
        return []
    rows = [("The plan", each) for each in plan.assumptions]
    rows += [(model.method, each) for model in plan.models for each in model.assumptions]
    return [
        {"about": about, "field": each.field, "value": each.value, "reason": each.reason}
        for about, each in rows
    ]


def _environment(report: Report, plan: Plan | None) -> list[tuple[str, Any]]:
    facts: list[tuple[str, Any]] = [
        ("Evigate", metadata.version("evigate")),
        ("Paper, SHA-256", report.paper.pdf_sha256),
    ]
    if report.run is not None:
        run = report.run
        facts += [
            ("Sandbox", run.sandbox_level),
            ("Seeds", f"{run.seeds_count}, from {run.seed}"),
            ("Duration", None if run.duration_sec is None else f"{run.duration_sec} s"),
            ("Environment, SHA-256", run.env_hash),
        ]
    if plan is not None:
        pins = [line for line in requirements_txt(plan).splitlines() if line and line[0] != "#"]
        facts.append(("Packages", ", ".join(pins)))
    return facts
