"""A report as CSV: a line a claim, digits as printed, and nothing that a spreadsheet would run."""

import csv
import io
from dataclasses import replace

from tests.unit.papers.report.test_view import PAPER, row

from evigate.papers.report import Report


def test_csv_has_a_line_a_claim_and_runs_no_formula() -> None:
    plain = row(1, claimed="92.50")
    hostile = row(2, None)
    draft = replace(hostile.claim.draft, method="=HYPERLINK(1)", quote='says "a, b"\nand c')
    hostile = replace(hostile, claim=replace(hostile.claim, draft=draft))
    report = Report(PAPER.id, PAPER, None, None, (plain, hostile), None)
    lines = list(csv.DictReader(io.StringIO(report.to_csv())))
    assert [line["claimed"] for line in lines] == ["92.50", "92.5"]
    assert lines[1]["method"] == "'=HYPERLINK(1)"
    assert lines[1]["quote"] == 'says "a, b" and c'
    assert lines[1]["observed"] == ""
