"""Write docs/papers.md from what `papers.py` measured; the words are in `papers_page.md`."""

import json
import math
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
_LEVELS = (
    ("value", "value"),
    ("dataset_value", "data set and value"),
    ("dataset_metric_value", "data set, metric and value"),
)


def page() -> str:
    """Return the page."""
    found = json.loads((DOCS / "evals-papers.json").read_text(encoding="utf-8"))
    report, tdms = found["extract"][0], found["tdms"]
    curve, ingest = found["confidence"], found["ingest"]
    own, test, others = report["own_method"], tdms["test"], tdms["beyond_training"]
    text = (Path(__file__).parent / "papers_page.md").read_text(encoding="utf-8")
    return text.format(
        papers=report["papers"],
        claims=report["claims"],
        pages=report["pages"],
        seconds_per_page=report["seconds_per_page"],
        rows="\n".join(_rows(report)),
        own_accuracy=own["accuracy"],
        own_judged=own["cells_judged"],
        own_recall=own["recall"],
        own_cells=own["own_cells"],
        cited=report["citations"]["accuracy"],
        judged=curve["claims_judged"],
        fit_papers=curve["papers"],
        ece_fitted=curve["ece_fitted"],
        ece_cv=curve["ece_cross_validated"],
        ece_raw=curve["ece_of_evidence"],
        share_right=curve["share_right"],
        highest=1 / (1 + math.exp(-(curve["slope"] * 0.99 + curve["intercept"]))),
        train_papers=tdms["training"]["papers"],
        boards=tdms["leaderboards"],
        train_tdms=_percent(tdms["training"]["tdms"]),
        test_papers=test["papers"],
        test_tdms=_percent(test["tdms"]["micro"]),
        test_macro=f"{100 * test['tdms']['macro']['f1']:.1f}",
        test_tdm=f"{100 * test['tdm']['micro']['f1']:.1f}",
        other_papers=others["papers"],
        other_tdms=_percent(others["tdms"]["micro"]),
        other_macro=f"{100 * others['tdms']['macro']['f1']:.1f}",
        other_tdm=f"{100 * others['tdm']['micro']['f1']:.1f}",
        pdfs=ingest["pdfs"],
        ingest_pages=ingest["pages"],
        median=ingest["seconds_per_page_median"],
        slowest=ingest["seconds_per_page_max"],
        first=ingest["memory_mib_first"],
        middle=ingest["memory_mib_middle"],
        last=ingest["memory_mib_last"],
        recall_20=report[f"at_{20}"]["dataset_metric_value"]["micro"]["recall"],
        recall_all=report["all"]["dataset_metric_value"]["micro"]["recall"],
    )


def _rows(report: dict[str, Any]) -> list[str]:
    tables = report["tables"]
    rows = [_row(f"table cells ({len(tables['by_table'])} tables in full)", tables)]
    for key, label in (("all", "all claims"), ("at_20", "20 surest")):
        rows += [_row(f"{name}, {label}", report[key][level]["micro"]) for level, name in _LEVELS]
    return rows


def _row(name: str, found: dict[str, Any]) -> str:
    figures = " | ".join(f"{found[key]:.3f}" for key in ("precision", "recall", "f1"))
    return f"| {name} | {figures} | {found['wanted']} |"


def _percent(found: dict[str, Any]) -> str:
    return " / ".join(f"{100 * found[key]:.1f}" for key in ("precision", "recall", "f1"))


if __name__ == "__main__":
    (DOCS / "papers.md").write_text(page(), encoding="utf-8")
