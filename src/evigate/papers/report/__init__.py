"""The report: the story of one reproduction, every number linked to where it comes from.

What enters is a journey's id; what leaves is one value that pages, the command line, JSON, CSV and
the self-contained file all render. Always true: every claim of the paper is in it.
"""

from evigate.papers.report.build import build_report
from evigate.papers.report.html import report_html
from evigate.papers.report.models import Report, ReportRow

__all__ = ["Report", "ReportRow", "build_report", "report_html"]
