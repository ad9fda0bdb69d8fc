"""Papers: a research PDF in, a report of which of its numbers held up out.

What enters is a PDF, as bytes or an address; what leaves is every claim in it with a verdict, tied
to the page it stands on and to the notebook that measured it. Always true: a claim's quote stands
on its page, only an approved notebook runs, what the paper does not say is listed as an assumption,
and no claim disappears.
"""

from evigate.papers.api import router as papers_router
from evigate.papers.badges import VERDICT_BADGES
from evigate.papers.commands import papers_app, runs_app
from evigate.papers.errors import CODES
from evigate.papers.intake import Source
from evigate.papers.options import ReproduceOptions
from evigate.papers.pages import TEMPLATES as PAPERS_TEMPLATES
from evigate.papers.pages import pages_router as papers_pages
from evigate.papers.permissions import PERMISSIONS
from evigate.papers.report import Report, ReportRow, build_report, report_html
from evigate.papers.runs import SandboxLevel, strongest_level
from evigate.papers.service import PapersService
from evigate.papers.wiring import jobs

__all__ = [
    "CODES",
    "PAPERS_TEMPLATES",
    "PERMISSIONS",
    "VERDICT_BADGES",
    "PapersService",
    "Report",
    "ReportRow",
    "ReproduceOptions",
    "SandboxLevel",
    "Source",
    "build_report",
    "jobs",
    "papers_app",
    "papers_pages",
    "papers_router",
    "report_html",
    "runs_app",
    "strongest_level",
]
