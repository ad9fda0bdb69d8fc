"""Papers: a research PDF in, a report of which of its numbers held up out.

What enters is a PDF, as bytes or an address; what leaves is every claim in it with a verdict, tied
to the page it stands on and to the notebook that measured it. Always true: a claim's quote stands
on its page, only an approved notebook runs, what the paper does not say is listed as an assumption,
and no claim disappears.
"""

from evigate.papers.api import router as papers_router
from evigate.papers.api_storyboards import storyboards_router
from evigate.papers.badges import VERDICT_BADGES
from evigate.papers.commands import papers_app, runs_app
from evigate.papers.intake import Source
from evigate.papers.options import ReproduceOptions
from evigate.papers.pages import TEMPLATES as PAPERS_TEMPLATES
from evigate.papers.pages import pages_router as papers_pages
from evigate.papers.pages_storyboards import TEMPLATES as STORIES_TEMPLATES
from evigate.papers.pages_storyboards import storyboards_pages
from evigate.papers.permissions import PERMISSIONS
from evigate.papers.portfolio.export import TEMPLATES as PORTFOLIO_TEMPLATES
from evigate.papers.report import Report, ReportRow, build_report, report_html
from evigate.papers.runs import RayExecutor
from evigate.papers.service import PapersService
from evigate.papers.storyboards import StoryboardService
from evigate.papers.storyboards_commands import storyboards_app
from evigate.papers.wiring import AGENTS, CODES, KINDS, jobs

__all__ = [
    "AGENTS",
    "CODES",
    "KINDS",
    "PAPERS_TEMPLATES",
    "PERMISSIONS",
    "PORTFOLIO_TEMPLATES",
    "STORIES_TEMPLATES",
    "VERDICT_BADGES",
    "PapersService",
    "RayExecutor",
    "Report",
    "ReportRow",
    "ReproduceOptions",
    "Source",
    "StoryboardService",
    "build_report",
    "jobs",
    "papers_app",
    "papers_pages",
    "papers_router",
    "report_html",
    "runs_app",
    "storyboards_app",
    "storyboards_pages",
    "storyboards_router",
]
