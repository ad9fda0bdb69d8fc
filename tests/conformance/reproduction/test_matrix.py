"""Published numbers, run again through the real parts: each twice with equal metrics.

The quick half runs here; all of it, MNIST and the long series among them, runs in
`scripts/evals/reproduction.py`, whose figures are in docs/papers-reproduction.json.
"""

from pathlib import Path

import pytest
from tests.conformance.reproduction.data import data_folder, research_catalog
from tests.conformance.reproduction.matrix import (
    CASES,
    Case,
    gaps_of,
    known_claims,
    plan_for,
    run_plan,
    statement_of,
)
from tests.conftest import need, shared_folder

from evigate.base.errors import EvigateError
from evigate.evidence import read_pdf
from evigate.papers.claims import extract_claims
from evigate.papers.compare import Verdict
from evigate.papers.runs import RunStatus

QUICK = [case for case in CASES if not case.is_slow]
# What is published and does not come out here, with why; anything else must hold.
GAPS = {
    "svm-uni-mpqa": Verdict.NOT_REPRODUCED,  # 84.2 with any C: the paper's tokens were others
    "nbsvm-bi-mpqa": Verdict.PARTLY,
    "engel": Verdict.PARTLY,  # the intercept is 81.48226, which the book cuts to 81.4822
}


@pytest.mark.parametrize("case", QUICK, ids=lambda case: case.name.replace(" ", "-"))
async def test_a_published_number_comes_out_twice_the_same(case: Case, tmp_path: Path) -> None:
    with research_catalog(data_folder(shared_folder(), tmp_path / "data")):
        document, claims = statement_of(case)
        try:
            plan = plan_for(document, claims, seeds=case.seeds, minutes=case.budget_minutes)
        except EvigateError as error:
            need(f"{case.name}: {error.message}", is_there=False)
            raise
        missing = [c.reason for c in plan.claims if c.reason and "pip install" in c.reason]
        need(f"{case.name}: {'; '.join(missing)}", is_there=not missing)
        first = await run_plan(plan, tmp_path / "1", title=case.statement.title)
        again = await run_plan(plan, tmp_path / "2", title=case.statement.title)
        gaps = gaps_of(claims, plan, first)
    assert first.status is RunStatus.SUCCEEDED, first.error_message
    assert first.metrics == again.metrics
    assert first.observations == again.observations
    for name, gap in zip(case.ids, gaps, strict=True):
        print(f"{name}: {gap.claimed:g} claimed, {gap.observed} observed, {gap.verdict.value}")
        allowed = {Verdict.REPRODUCED, GAPS.get(name, Verdict.REPRODUCED)}
        assert gap.verdict in allowed, f"{name}: {gap.reason}"


async def test_graph_convolution_comes_out_of_the_pdf_alone(tmp_path: Path) -> None:
    shared = shared_folder()
    pdf = shared / "data" / "p2n" / "eval_pdf" / "pdf" / "1609.02907v4.pdf"
    need("the paper on graph convolutional networks", is_there=pdf.is_file())
    document = read_pdf(pdf.read_bytes())
    claims = [(f"c{index}", draft) for index, draft in enumerate(extract_claims(document))]
    with research_catalog(data_folder(shared, tmp_path / "data")):
        plan = plan_for(document, claims, seeds=3, minutes=10)
        first = await run_plan(plan, tmp_path / "1", title="GCN")
        again = await run_plan(plan, tmp_path / "2", title="GCN")
        gaps = gaps_of(claims, plan, first)
    assert first.metrics == again.metrics
    cited = {c.field for model in plan.models if model.recipe for c in model.citations}
    assert {"hidden_units", "dropout", "weight_decay", "learning_rate", "epochs"} <= cited
    measured = {(g.dataset, g.claimed): g for g in gaps if g.observed is not None}
    for key in (("cora", 81.5), ("citeseer", 70.3)):
        assert measured[key].verdict in (Verdict.REPRODUCED, Verdict.PARTLY), measured[key].reason
        assert abs(measured[key].gap_abs or 9) < 1.5


def test_the_matrix_is_over_every_published_number_at_hand() -> None:
    known = {claim["id"] for claim in known_claims(shared_folder())}
    covered = {name for case in CASES for name in case.ids} | {"gcn-cora", "gcn-citeseer"}
    assert known - covered == set()
    quick = {name for case in QUICK for name in case.ids} | {"gcn-cora", "gcn-citeseer"}
    assert len(quick & known) >= 20
