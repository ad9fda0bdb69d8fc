"""Measure the extractor for docs/papers.md: figures on gold, NLP-TDMS, and fifty PDFs in a row.

    PYTHONPATH=src python scripts/evals/papers.py SHARED/data/p2n [extract|tdms|ingest …]

Writes `docs/evals-papers.json`, part by part; `papers_page.py` renders the page from it. Papers are
named by id; nothing of their text is kept.
"""

import gc
import io
import json
import platform
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

from evigate.evidence import read_pdf
from evigate.papers.bench import bench_extraction, read_gold
from evigate.papers.bench.tdms import bench_tdms
from evigate.papers.bench.tdms_data import read_corpus
from evigate.papers.claims import extract_claims

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "docs" / "evals-papers.json"
PDFS = 50


def main() -> None:
    """Measure the parts that are named, or all."""
    folder = Path(sys.argv[1])
    wanted = sys.argv[2:] or ["extract", "tdms", "ingest"]
    found = json.loads(TARGET.read_text("utf-8")) if TARGET.is_file() else {}
    for part in wanted:
        found[part] = {"extract": _extract, "tdms": _tdms, "ingest": _ingest}[part](folder)
        found["confidence"] = json.loads(
            (ROOT / "src/evigate/papers/lexicons/confidence.json").read_text("utf-8")
        )
        TARGET.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
        print(part, "done")


def _extract(folder: Path) -> list[dict[str, Any]]:
    gold = read_gold(folder / "eval_pdf")
    return [report.to_json() for report in bench_extraction(gold, say=print)]


def _tdms(folder: Path) -> dict[str, Any]:
    report = bench_tdms(read_corpus(folder / "nlp_tdms"), say=print)
    for key in ("test", "beyond_training"):
        report[key]["not_parsed"] = len(report[key]["not_parsed"])
    return report


def _ingest(folder: Path) -> dict[str, Any]:
    """Read fifty PDFs one after the other in one process, and watch its memory."""
    pages, claims, per_page, memory = 0, 0, [], []
    for number, data in zip(range(PDFS), _pdfs(folder), strict=False):
        start = time.perf_counter()
        document = read_pdf(data)
        claims += len(extract_claims(document))
        seconds = time.perf_counter() - start
        pages += len(document.pages)
        per_page.append(seconds / len(document.pages))
        del document
        gc.collect()
        memory.append(_resident_mib())
        print(f"{number + 1}/{PDFS} {seconds:.1f} s, {memory[-1]:.0f} MiB")
    ordered = sorted(per_page)
    # The first round over the papers fills caches; growth after it would be a leak.
    half = len(memory) // 2
    return {
        "pdfs": len(memory),
        "pages": pages,
        "claims": claims,
        "seconds_per_page_median": round(ordered[len(ordered) // 2], 3),
        "seconds_per_page_max": round(ordered[-1], 3),
        "memory_mib_first": round(memory[0]),
        "memory_mib_middle": round(max(memory[:half])),
        "memory_mib_last": round(max(memory[half:])),
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
    }


def _pdfs(folder: Path) -> Iterator[bytes]:
    """Yield papers with gold and made ones in turn, for ever; two made ones after three real."""
    real = [p.path for p in read_gold(folder / "eval_pdf").papers if p.path.is_file()]
    number = 0
    while True:
        yield _made(number) if number % 5 in (3, 4) else real[number % len(real)].read_bytes()
        number += 1


def _made(number: int) -> bytes:
    """Return a paper of three pages with a table each, other in every number."""
    out = io.BytesIO()
    from matplotlib.backends.backend_pdf import PdfPages

    with plt.rc_context({"pdf.fonttype": 42}), PdfPages(out) as pages:
        for page in range(3):
            figure = plt.figure(figsize=(8.5, 11))
            lines = [f"Study {number}, part {page + 1}", "Table 1: Accuracy (%) on Iris and Wine."]
            for row, text in enumerate(lines):
                figure.text(0.1, 0.9 - row * 0.03, text, fontsize=10)
            for row in range(30):
                cells = (f"Model {row}", f"{60 + (number + row) % 39}.{page}", f"{70 + row % 29}.5")
                head = ("Method", "Iris", "Wine")
                for column, cell in enumerate(head if row == 0 else cells):
                    figure.text(0.1 + column * 0.2, 0.8 - row * 0.02, cell, fontsize=9)
            pages.savefig(figure)
            plt.close(figure)
    return out.getvalue()


def _resident_mib() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    main()
