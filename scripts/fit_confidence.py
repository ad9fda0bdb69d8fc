"""Fit the curve from evidence to confidence on a folder of gold, and say how well it holds.

    PYTHONPATH=src python scripts/fit_confidence.py SHARED/data/p2n/eval_pdf

Writes `papers/lexicons/confidence.json`: the curve fitted on all papers, and the expected
calibration error before, on those papers, and on papers that a curve had not seen (each paper
judged by the curve of all others).
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from evigate.evidence import read_pdf
from evigate.papers.bench import read_gold
from evigate.papers.bench.calibration import Judged, calibration_error, judge
from evigate.papers.claims import extract_claims
from evigate.papers.claims.calibration import Calibration

TARGET = Path(__file__).parent.parent / "src/evigate/papers/lexicons/confidence.json"


def main() -> None:
    """Fit and write."""
    gold = read_gold(Path(sys.argv[1]))
    judged: list[Judged] = []
    for paper in gold.papers:
        if paper.split == "dev" and paper.path.is_file():
            claims = extract_claims(read_pdf(paper.path.read_bytes()), is_calibrated=False)
            rows = [row for row in gold.tuples or () if row.paper == paper.id]
            judged.extend(judge(paper.id, claims, rows))
    curve = fit(judged)
    apart = []
    for paper_id in sorted({each.paper for each in judged}):
        held = [each for each in judged if each.paper == paper_id]
        others = fit([each for each in judged if each.paper != paper_id])
        apart.extend(calibrated(held, others))
    found = {
        "slope": round(curve.slope, 4),
        "intercept": round(curve.intercept, 4),
        "papers": len({each.paper for each in judged}),
        "claims_judged": len(judged),
        "share_right": round(sum(each.is_right for each in judged) / len(judged), 4),
        "ece_of_evidence": _rounded(calibration_error(judged)),
        "ece_fitted": _rounded(calibration_error(calibrated(judged, curve))),
        "ece_cross_validated": _rounded(calibration_error(apart)),
    }
    TARGET.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    print(json.dumps(found, indent=1))


def fit(judged: Sequence[Judged]) -> Calibration:
    """Fit a curve; every claim weighs the same, as it does in the error that is reported."""
    evidence = np.array([[each.confidence] for each in judged])
    right = np.array([each.is_right for each in judged])
    model = LogisticRegression(C=10.0).fit(evidence, right)
    return Calibration(max(float(model.coef_[0][0]), 0.0), float(model.intercept_[0]))


def calibrated(judged: Sequence[Judged], curve: Calibration) -> list[Judged]:
    """Return the same claims with the curve's confidence."""
    return [replace(each, confidence=curve.chance(each.confidence)) for each in judged]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


if __name__ == "__main__":
    main()
