"""The report as one file that needs nothing else: no script, no address, pictures inside."""

import asyncio
from functools import cache
from pathlib import Path
from typing import Any

from evigate.base.subject import Subject
from evigate.kernel.pages import Environment, make_environment
from evigate.papers.badges import VERDICT_BADGES
from evigate.papers.datasets import using_catalog
from evigate.papers.report.crops import draw_regions, regions_of
from evigate.papers.report.models import Report
from evigate.papers.report.view import notebook_cells, report_context
from evigate.papers.verbs_runs import RunVerbs

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


async def report_html(service: RunVerbs, subject: Subject, report: Report) -> str:
    """Return the report as HTML: every claim, where it is printed, the code that measured it.

    The same report gives the same text; its moment is the run's end, not the time of asking.
    """
    pdf = await service.pdf_of(subject, report.paper.id)
    cells = await notebook_cells(service, subject, report)
    ended = report.run.completed_at if report.run else None
    with using_catalog(await service.catalog(subject)):
        context = report_context(
            report,
            cells,
            created_at=ended or report.paper.created_at,
            paper_href=None,
            notebook_href="",
        )
    context["cells"] = [cell for cell in cells if cell.kind == "code"]
    return await asyncio.to_thread(_render, report, pdf, context)


def _render(report: Report, pdf: bytes, context: dict[str, Any]) -> str:
    regions = regions_of([row.claim for row in report.rows])
    pictures = draw_regions(pdf, regions)
    rows = {row["id"]: row for row in context["rows"]}
    context["places"] = [
        {
            "page": region.page,
            "crop": pictures.get(region.claims[0].id),
            "rows": [rows[claim.id] for claim in region.claims],
        }
        for region in regions
    ]
    return _environment().get_template("report_file.html").render(context)


@cache
def _environment() -> Environment:
    return make_environment(TEMPLATES, verdicts=VERDICT_BADGES)
