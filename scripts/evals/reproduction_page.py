"""Render docs/papers-reproduction.json as the section "Reproduction" of the papers' page.

.venv/bin/python scripts/evals/reproduction_page.py
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "docs" / "papers-reproduction.json"
PAGE = ROOT / "docs" / "papers-reproduction.md"


def _number(value: Any) -> str:
    return "–" if value is None else f"{value:.5g}"


def _claim_row(row: dict[str, Any]) -> str:
    if "missing" in row:
        return f"| {row['claim']} | – | – | – | – | not run: {row['missing']} |"
    units = row["units"] or ""
    name = f"{row['method']}, {row['metric']}"
    place = row["dataset"]
    interval = "–" if row["low"] is None else f"{_number(row['low'])} to {_number(row['high'])}"
    twice = "" if row["is_repeatable"] else ", not the same twice"
    claimed, observed = _number(row["claimed"]), _number(row["observed"])
    numbers = f"{claimed}{units} | {observed}{units}"
    return f"| {name} | {place} | {numbers} | {interval} | {row['verdict']}{twice} |"


def _paper_lines(paper: dict[str, Any]) -> list[str]:
    head = f"**{paper['title'] or paper['paper']}** ({paper['paper']}), {paper['claims']} claims: "
    if "verdicts" not in paper:
        return [f"{head}no plan. {paper['missing']}", ""]
    counts = ", ".join(f"{count} {verdict}" for verdict, count in paper["verdicts"].items())
    lines = [f"{head}{counts}; {paper['seconds']:.0f} s.", ""]
    lines += [f"- not measured, {each['claims']}: {each['reason']}" for each in paper["missing"]]
    return [*lines, ""]


# What the figures rest on that they do not show.
REMARK = (
    "Measured with three seeds and 20 minutes a paper, in an environment with the extra `torch`,",
    "the corpora of sentences allowed by an owner. CNN-rand (1408.5882v2) has the time for TREC",
    "alone: ten folds of 300-dimensional convolutions do not fit into half of 20 minutes on the",
    "other sets, and folds are not left out to make them fit.",
)


def reproduction_section(facts: dict[str, Any]) -> str:
    """Return the section as Markdown; the same figures give the same text."""
    rows = facts["claims"]
    counts = Counter(row.get("verdict", "not run") for row in rows)
    repeatable = sum(row.get("is_repeatable", False) for row in rows)
    lines = [
        "# Reproduction",
        "",
        "Published numbers, run again by the real planner, notebook, sandbox and comparison.",
        f"{len(rows)} numbers: {', '.join(f'{n} {v}' for v, n in counts.most_common())}; "
        f"{repeatable} gave equal metrics twice.",
        "An interval is the 95 % prediction interval over seeds; one value shows none.",
        "",
        "| number | data | published | observed | interval | verdict |",
        "|---|---|---:|---:|---|---|",
        *map(_claim_row, rows),
        "",
        "## From the PDF alone",
        "",
        "Papers given as PDF and nothing else; what could not be measured says why.",
        "",
    ]
    for paper in facts["papers"]:
        lines += _paper_lines(paper)
    lines += [*REMARK, "", "Measured by `scripts/evals/reproduction.py`.", ""]
    return "\n".join(lines)


def main() -> None:
    """Write the page."""
    PAGE.write_text(reproduction_section(json.loads(RESULTS.read_text())))


if __name__ == "__main__":
    main()
