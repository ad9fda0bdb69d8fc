"""The report as one file that needs nothing else: no script, no address, pictures inside."""

from html import escape

from evigate.base.subject import Subject
from evigate.papers.report.models import Report
from evigate.papers.service import PapersService


async def report_html(service: PapersService, subject: Subject, report: Report) -> str:
    """Return the report as HTML."""
    return f"<!doctype html><title>{escape(report.paper.title)}</title>"
