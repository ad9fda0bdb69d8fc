"""The matrix of published numbers: what is said of each, and one run of it through the real parts.

Statements are typed in the sources' own terms; the planner reads data, method, settings and way of
measuring from them as from any paper. Expected verdicts are of `claims.json`'s own observations.
"""

import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from evigate.evidence import ParsedDocument, read_pdf
from evigate.papers.claims import find_tables
from evigate.papers.compare import Gap, compare
from evigate.papers.datasets import current_catalog, find_entry, make_file, needs_file, write_file
from evigate.papers.models import ClaimDraft
from evigate.papers.notebook import build_notebook
from evigate.papers.plan import Plan, draft_plan
from evigate.papers.runs import RunOutcome, execute_notebook
from evigate.papers.statements import Statement, TypedClaim, statement_claims, statement_pdf

WANG = "Wang & Manning, Baselines and Bigrams, ACL 2012"
WANG_TEXT = (
    "Texts are bags of words: a feature says whether a word is there. Accuracy is by 10-fold cross "
    "validation. Multinomial naive Bayes uses alpha = 1. The SVM is linear and uses C = 0.1. "
    "For NBSVM we use C = 1."
)
TSC = "Wang, Yan & Oates, Time Series Classification from Scratch, IJCNN 2017, Table I"
AEBERHARD = "Aeberhard, Coomans & de Vel, TR 92-02, 1992"


def claim(
    dataset: str | None, method: str, metric: str, value: str, units: str | None = None
) -> TypedClaim:
    """A typed claim."""
    return TypedClaim(metric, Decimal(value), method, dataset, units)


def _wang(dataset: str, rows: dict[str, str]) -> tuple[TypedClaim, ...]:
    return tuple(claim(dataset, method, "accuracy", value, "%") for method, value in rows.items())


@dataclass(frozen=True)
class Case:
    """One statement and the ids of `claims.json` that its claims stand for, in order."""

    name: str
    statement: Statement
    ids: tuple[str, ...]
    seeds: int = 1
    budget_minutes: int = 10
    is_slow: bool = False


CASES: tuple[Case, ...] = (
    Case(
        "wine",
        Statement(
            "Comparison of classifiers in high dimensional settings",
            AEBERHARD,
            (
                claim("wine", "LDA", "accuracy", "98.9", "%"),
                claim("wine", "QDA", "accuracy", "99.4", "%"),
                claim("wine", "1NN", "accuracy", "96.1", "%"),
            ),
            "The rates are by leave-one-out. The data were z-scored, so features are standardized.",
        ),
        ("wine-lda", "wine-qda", "wine-1nn"),
    ),
    Case(
        "movie reviews",
        Statement(
            "Baselines and bigrams, MR",
            WANG,
            _wang("MR", {"MNB-uni": "77.9", "MNB-bi": "79.0"}),
            WANG_TEXT,
        ),
        ("mnb-uni-mr", "mnb-bi-mr"),
    ),
    Case(
        "subjectivity",
        Statement(
            "Baselines and bigrams, Subj",
            WANG,
            _wang("Subj", {"SVM-uni": "90.8", "SVM-bi": "91.7", "MNB-uni": "92.6"}),
            WANG_TEXT,
        ),
        ("svm-uni-subj", "svm-bi-subj", "mnb-uni-subj"),
    ),
    Case(
        "customer reviews",
        Statement(
            "Baselines and bigrams, CR",
            WANG,
            _wang("CR", {"MNB-bi": "80.0", "NBSVM-bi": "81.8"}),
            WANG_TEXT,
        ),
        ("mnb-bi-cr", "nbsvm-bi-cr"),
    ),
    Case(
        "opinion polarity",
        Statement(
            "Baselines and bigrams, MPQA",
            WANG,
            _wang("MPQA", {"MNB-uni": "85.3", "SVM-uni": "86.1", "NBSVM-bi": "86.3"}),
            WANG_TEXT,
        ),
        ("mnb-uni-mpqa", "svm-uni-mpqa", "nbsvm-bi-mpqa"),
    ),
    Case(
        "long movie reviews",
        Statement(
            "Baselines and bigrams, RT-2k",
            WANG,
            _wang("RT-2k", {"SVM-bi": "87.40", "MNB-bi": "85.85"}),
            WANG_TEXT,
        ),
        ("svm-bi-rt2k", "mnb-bi-rt2k"),
        is_slow=True,
    ),
    Case(
        "warping",
        Statement(
            "Time series under dynamic time warping",
            TSC,
            (
                claim("GunPoint", "1NN-DTW", "error rate", "0.093"),
                claim("ItalyPower", "1NN-DTW", "error rate", "0.05"),
                claim("Coffee", "1NN-DTW", "error rate", "0"),
                claim("Trace", "1NN-DTW", "error rate", "0"),
            ),
            "Each set comes with its own split. The warping has no window.",
        ),
        ("dtw-gunpoint", "dtw-italy", "dtw-coffee", "dtw-trace"),
    ),
    Case(
        "warping long series",
        Statement(
            "Leaves under dynamic time warping",
            TSC,
            (claim("OSULeaf", "1NN-DTW", "error rate", "0.409"),),
            "The set comes with its own split. The warping has no window.",
        ),
        ("dtw-osuleaf",),
        is_slow=True,
    ),
    Case(
        "coefficients",
        Statement(
            "Certified and textbook coefficients",
            "NIST StRD (Longley); Greene, Table 21.1; Fox, Cox regression; Koenker & Bassett 1982",
            (
                claim("longley", "OLS", "coefficient of GNPDEFL", "15.0618722713733"),
                claim("longley", "OLS", "R2", "0.995479004577296"),
                claim("spector", "logit regression", "coefficient of PSI", "2.379"),
                claim("spector", "logit regression", "coefficient of GPA", "2.826"),
                claim("spector", "logit regression", "intercept", "-13.021"),
                claim("spector", "logit regression", "log-likelihood", "-12.890"),
                claim("rossi", "Cox regression", "coefficient of fin", "-0.379"),
                claim("rossi", "Cox regression", "coefficient of age", "-0.057"),
                claim("rossi", "Cox regression", "coefficient of prio", "0.091"),
                claim("engel", "median regression", "slope", "0.5602"),
                claim("engel", "median regression", "intercept", "81.4822"),
            ),
        ),
        ("longley",) * 2 + ("spector",) * 4 + ("rossi",) * 3 + ("engel",) * 2,
    ),
    Case(
        "exact",
        Statement(
            "The order of least angle regression, and the hot hand",
            "Efron et al., Annals of Statistics 2004; Miller & Sanjurjo, Econometrica 2018",
            (
                *(
                    claim("diabetes data set", "LARS", f"column entering at step {step}", value)
                    for step, value in enumerate(
                        ["3", "9", "4", "7", "2", "10", "5", "8", "6", "1"], start=1
                    )
                ),
                claim("coin flips", "heads after heads, n = 4", "expected proportion", "0.405"),
                claim("coin flips", "heads after heads, n = 3", "expected proportion", "0.417"),
            ),
        ),
        ("lars-order",) * 10 + ("hothand",) * 2,
    ),
    Case(
        "handwritten digits",
        Statement(
            "Results on MNIST",
            "LeCun, Cortes & Burges, the MNIST database, table of results",
            (claim("MNIST", "1NN", "error rate", "3.09", "%"),),
            "Nearest neighbour with the L2 distance on raw pixels, on the database's own split.",
        ),
        ("mnist-1nn",),
        is_slow=True,
    ),
)


def statement_of(case: Case) -> tuple[ParsedDocument, list[tuple[str, ClaimDraft]]]:
    """The case's page as read, and its claims with ids."""
    document = read_pdf(statement_pdf(case.statement))
    drafts = statement_claims(case.statement, document)
    return document, [(f"{case.name}/{index}", draft) for index, draft in enumerate(drafts)]


def plan_for(
    document: ParsedDocument, claims: list[tuple[str, ClaimDraft]], *, seeds: int, minutes: int
) -> Plan:
    """The plan that the planner drafts."""
    tables = find_tables(document)
    return draft_plan(document, claims, tables, seeds=seeds, budget_minutes=minutes)


async def run_plan(plan: Plan, folder: Path, *, title: str) -> RunOutcome:
    """One run of the plan's notebook in the sandbox, its data made ready before."""
    work, data = folder / "work", folder / "data"
    work.mkdir(parents=True)
    for planned in plan.datasets:
        entry = find_entry(planned.name)
        if entry is not None and needs_file(entry):
            write_file(data, entry, make_file(entry, current_catalog().sources))
    content = build_notebook(plan, paper_title=title, plan_hash="0" * 64)
    return await execute_notebook(
        content,
        workdir=work,
        budget_s=plan.policy.budget_minutes * 60,
        seed=plan.config.seed,
        on_event=lambda kind, payload: None,
        data=data if data.is_dir() else None,
    )


def gaps_of(claims: list[tuple[str, ClaimDraft]], plan: Plan, outcome: RunOutcome) -> list[Gap]:
    """The verdicts."""
    return compare(claims, plan, outcome.observations, failures=outcome.failures)


def row_of(case: str, claim_id: str, gap: Gap, seconds: float) -> dict[str, Any]:
    """One line of the matrix as JSON values."""
    return {
        "case": case,
        "claim": claim_id,
        "method": gap.method,
        "dataset": gap.dataset,
        "metric": gap.metric,
        "claimed": gap.claimed,
        "observed": gap.observed,
        "low": gap.interval_low,
        "high": gap.interval_high,
        "tolerance": gap.tolerance,
        "units": gap.units,
        "verdict": gap.verdict.value,
        "reason": gap.reason,
        "source": gap.source_citation,
        "seconds": round(seconds, 1),
    }


def known_claims(shared: Path) -> list[dict[str, Any]]:
    """The list of published numbers that the matrix is over."""
    found: list[dict[str, Any]] = json.loads((shared / "data/p2n/repro/claims.json").read_text())
    return found
