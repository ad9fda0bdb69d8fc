"""What differed between the paper's protocol and the run's; all of it is read from the plan."""

import pytest
from tests.unit.papers.compare.test_gaps import forest, observed, planned
from tests.unit.papers.plan.hand_papers import paper

from evigate.papers.compare import DifferenceKind, Verdict, compare, differences_of
from evigate.papers.datasets import find_entry
from evigate.papers.plan import Plan
from evigate.papers.plan.editing import Sensitivity, Tried
from evigate.papers.plan.models import parse_plan
from evigate.papers.plan.stated_facts import read_stated_facts
from evigate.papers.plan.text import read_sentences

TEXT = (
    "We use the {} data set, which holds 699 instances. 30% of the rows are held out for testing. "
    "All experiments were run in Weka 3.8 on a laptop. The random forest has 200 trees. "
    "Table 1 lists results."
)


def plan_of_text(text: str = TEXT) -> Plan:
    return planned([forest("99")], page=text)[1]


def kinds(plan: Plan) -> dict[str, DifferenceKind]:
    return {
        each.field: each.kind for each in differences_of(plan, "random_forest", "breast_cancer")
    }


def test_the_papers_words_and_what_was_run_stand_beside_each_other() -> None:
    found = differences_of(plan_of_text(), "random_forest", "breast_cancer")
    by_field = {each.field: each for each in found}
    # The paper counts 699 rows, the registry's set has 569.
    rows = by_field["rows of breast_cancer"]
    assert (rows.kind, rows.stated, rows.used, rows.page) == (DifferenceKind.DATA, "699", "569", 1)
    assert "699 instances" in str(rows.quote)
    software = by_field["software"]
    assert (software.stated, software.used) == ("Weka 3.8", "scikit-learn")
    assert by_field["protocol.seeds"].stated is None
    assert found.index(rows) < found.index(by_field["protocol.seeds"]) < found.index(software)
    # What was done as stated is no difference.
    assert "protocol.test_size" not in by_field and "test_size" not in by_field


@pytest.mark.parametrize(
    ("said", "field"),
    [("699 instances", "rows of breast_cancer"), ("Weka 3.8", "software")],
)
def test_what_is_the_same_is_no_difference(said: str, field: str) -> None:
    same = TEXT.replace("699", "569").replace("Weka 3.8", "scikit-learn 0.24")
    assert field in kinds(plan_of_text()) and field not in kinds(plan_of_text(same)), said


def test_a_run_that_departs_from_what_is_stated_says_so_first() -> None:
    plan = plan_of_text()
    document = plan.to_json()
    document["protocol"]["test_size"] = 0.2
    found = differences_of(parse_plan(document), "random_forest", "breast_cancer")
    assert found[0].kind is DifferenceKind.DEPARTED and found[0].field == "test_size"
    assert found[0].sentence.startswith("the paper states test_size 0.3 (p. 1), the run used 0.2")


def sensitivity(field: str, **verdicts: str) -> Sensitivity:
    return Sensitivity(
        field,
        [
            Tried(value, "succeeded", "p", "r", {"c0": verdict}, {"c0": 95.5})
            for value, verdict in verdicts.items()
        ],
    )


def test_a_choice_on_which_the_verdict_hangs_comes_first_and_one_without_effect_last() -> None:
    plan = plan_of_text()
    tried = [
        sensitivity("protocol.is_stratified", true="reproduced", false="not reproduced"),
        sensitivity("protocol.seeds", a="partly", b="partly"),
    ]
    found = differences_of(plan, "random_forest", "breast_cancer", claim_id="c0", sensitivity=tried)
    assert (found[0].field, found[0].kind) == ("protocol.is_stratified", DifferenceKind.DECISIVE)
    assert "true: 95.5 (reproduced)" in found[0].sentence
    assert (found[-1].field, found[-1].kind) == ("protocol.seeds", DifferenceKind.WITHOUT_EFFECT)


def test_the_verdicts_reason_names_what_differed_and_changes_with_it() -> None:
    claims, plan = planned([forest("99")], page=TEXT)
    (gap,) = compare(claims, plan, observed(0.85, 0.85, 0.85))
    assert gap.verdict is Verdict.NOT_REPRODUCED
    assert "the paper states rows of breast_cancer 699 (p. 1), the run used 569" in gap.reason
    other = plan.to_json()
    other["protocol"]["test_size"] = 0.5
    (again,) = compare(claims, parse_plan(other), observed(0.85, 0.85, 0.85))
    assert "the paper states test_size 0.3 (p. 1), the run used 0.5" in again.reason


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("The WDBC data set has 569 instances of 30 features.", "569"),
        ("WDBC holds 1,569 samples.", "1569"),
        # Two counts leave a choice, unless one of them is the set's own.
        ("WDBC has 100 samples. WDBC has 200 samples.", None),
        ("WDBC has 100 samples. WDBC has 569 samples.", "569"),
        # Parts of the data, and other people's data, are not its size.
        ("WDBC has 398 training samples.", None),
        ("[3] used WDBC with 683 samples.", None),
        ("WDBC is well known.", None),
    ],
)
def test_counts_of_rows_are_read_where_they_leave_no_choice(text: str, stated: str | None) -> None:
    entry = find_entry("breast_cancer")
    assert entry is not None
    cited = read_stated_facts(read_sentences(paper(text), []), [entry])
    assert [each.value for each in cited] == ([] if stated is None else [stated])
