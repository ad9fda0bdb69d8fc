"""Gaps and verdicts; the expected numbers are worked out by hand beside them."""

from decimal import Decimal

import pytest
from tests.unit.papers.plan.hand_papers import claim, paper
from tests.unit.papers.plan.test_models import SEED_PLAN

from evigate.papers.compare import Gap, Verdict, compare
from evigate.papers.compare.tolerance import (
    counting_error,
    prediction_interval,
    printed_half_unit,
)
from evigate.papers.models import ClaimDraft
from evigate.papers.plan import Plan, draft_plan, parse_plan
from evigate.papers.runs import Observation

PAGE = "We use the {} data set. 30% of the rows are held out for testing. Table 1 lists results."


def planned(
    drafts: list[ClaimDraft], dataset: str = "WDBC", page: str = PAGE
) -> tuple[list[tuple[str, ClaimDraft]], Plan]:
    claims = [(f"c{index}", draft) for index, draft in enumerate(drafts)]
    return claims, draft_plan(paper(page.format(dataset)), claims, [], seeds=3, budget_minutes=5)


def observed(
    *values: float, metric: str = "accuracy", rows: int = 171, model: str = "random_forest"
) -> list[Observation]:
    return [
        Observation(model, metric, "test", seed, value, rows)
        for seed, value in enumerate(values, start=42)
    ]


def one_gap(draft: ClaimDraft, observations: list[Observation], dataset: str = "WDBC") -> Gap:
    claims, plan = planned([draft], dataset)
    (gap,) = compare(claims, plan, observations)
    return gap


def forest(value: str, metric: str = "accuracy", units: str | None = "%") -> ClaimDraft:
    return claim(value, method="Random Forest", metric=metric, units=units, dataset="WDBC")


def test_per_cent_and_fraction_are_one_number() -> None:
    gap = one_gap(forest("88.1"), observed(0.881, 0.881, 0.881))
    assert gap.gap_abs == pytest.approx(0)
    assert gap.gap_percent == pytest.approx(0)
    assert (gap.verdict, gap.units) == (Verdict.REPRODUCED, "%")


def test_a_fraction_stays_a_fraction() -> None:
    gap = one_gap(forest("0.95", units=None), observed(0.96, 0.96, 0.96))
    assert gap.observed == pytest.approx(0.96)
    assert gap.gap_abs == pytest.approx(0.01)
    assert gap.gap_percent == pytest.approx(0.01 / 0.95 * 100)


def test_a_number_above_one_without_units_is_in_per_cent() -> None:
    assert one_gap(forest("95", units=None), observed(0.95)).observed == pytest.approx(95)


def test_a_nought_takes_the_units_of_the_numbers_beside_it() -> None:
    claims, plan = planned([forest("0", "FNR", None), forest("2.5", "FNR", "%")])
    gaps = compare(claims, plan, observed(0.02, 0.02, metric="fnr"))
    assert gaps[0].observed == pytest.approx(2)


def test_claimed_nought_and_observed_nought_is_no_gap() -> None:
    gap = one_gap(forest("0", "error rate"), observed(0.0, 0.0, metric="error_rate"))
    assert (gap.gap_abs, gap.gap_percent, gap.verdict) == (0, 0, Verdict.REPRODUCED)
    assert not gap.percent_is_meaningful


def test_the_seeds_formula_gives_the_per_cent() -> None:
    # (90 - 95) / 95 * 100
    assert one_gap(forest("95"), observed(0.90)).gap_percent == pytest.approx(-5.2631579)


def test_the_counting_error_is_that_of_two_draws() -> None:
    # (0.95 * 171 + 2) / 175 = 0.939714; sqrt(0.939714 * 0.060286 / 171 * 4 / 3) = 0.021017
    assert counting_error(0.95, 171, 3) == pytest.approx(0.021017, abs=1e-5)
    assert counting_error(1.0, 171, 3) > 0


def test_within_one_standard_error_is_reproduced_and_within_two_is_partly() -> None:
    # The pooled proportion is about 0.93, so one standard error is about 2.3 points.
    assert one_gap(forest("94"), observed(0.925, 0.925, 0.925)).verdict is Verdict.REPRODUCED
    assert one_gap(forest("96"), observed(0.925, 0.925, 0.925)).verdict is Verdict.PARTLY
    assert one_gap(forest("99"), observed(0.85, 0.85, 0.85)).verdict is Verdict.NOT_REPRODUCED


def test_better_than_claimed_is_never_not_reproduced() -> None:
    higher = one_gap(forest("80"), observed(0.95, 0.95, 0.95))
    assert higher.verdict is Verdict.PARTLY
    assert "better than claimed" in higher.reason
    lower_error = one_gap(forest("20", "error rate"), observed(0.05, 0.05, metric="error_rate"))
    assert lower_error.verdict is Verdict.PARTLY
    higher_error = one_gap(forest("5", "error rate"), observed(0.20, 0.20, metric="error_rate"))
    assert higher_error.verdict is Verdict.NOT_REPRODUCED


def test_the_interval_is_students_over_the_seeds() -> None:
    # mean 2, s 1, t(2, .975) = 4.302653, sqrt(4/3) = 1.154701: half is 4.968278
    interval = prediction_interval([1.0, 2.0, 3.0])
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((-2.968278, 6.968278))
    assert prediction_interval([1.0]) is None


def test_equal_seeds_give_an_interval_without_width() -> None:
    interval = prediction_interval([0.5, 0.5, 0.5])
    assert interval is not None
    assert interval.low == interval.high == 0.5


@pytest.mark.parametrize(("printed", "half"), [("97.66", 0.005), ("81", 0.5), ("0.9", 0.05)])
def test_half_a_printed_unit(printed: str, half: float) -> None:
    assert printed_half_unit(Decimal(printed)) == pytest.approx(half)


def test_leave_one_out_allows_one_example() -> None:
    # Wine, nearest neighbour: claimed 96.1 (171 of 178), observed 170 of 178 = 95.506: one example.
    page = "We use the {} data set. Results are leave-one-out. Table 1 lists results."
    draft = claim("96.1", method="1-NN", dataset="Wine")
    claims, plan = planned([draft], "Wine", page)
    (gap,) = compare(claims, plan, observed(170 / 178, rows=178, model="1_nn"))
    assert gap.tolerance == pytest.approx(100 / 178 + 0.05)
    assert gap.verdict is Verdict.REPRODUCED


def test_a_regression_error_is_compared_in_its_own_units() -> None:
    draft = claim("53.0", method="Linear Regression", metric="RMSE", dataset="diabetes", units=None)
    claims, plan = planned([draft], "diabetes")
    (gap,) = compare(
        claims, plan, observed(53.5, 54.5, 55.5, metric="rmse", model="linear_regression")
    )
    # 54.5 / sqrt(2 * 171) * sqrt(4 / 3) = 2.947023 * 1.154701 = 3.402928; half the interval's half
    # width is only 4.302653 * 1 * 1.154701 / 2 = 2.484139.
    assert gap.tolerance == pytest.approx(3.402928, abs=1e-5)
    assert gap.verdict is Verdict.REPRODUCED


def test_a_tolerance_in_the_plan_wins() -> None:
    claims, plan = planned([forest("95")])
    document = plan.to_json()
    document["metrics"][0]["tolerance"] = 0.1
    (gap,) = compare(claims, Plan.model_validate(document), observed(0.945, 0.945))
    assert (gap.tolerance, gap.tolerance_reason) == (0.1, "stated in the plan")
    assert gap.verdict is Verdict.NOT_REPRODUCED


def test_the_other_class_called_positive_is_told() -> None:
    claims, plan = planned([forest("99", "TPR")])
    values = observed(0.80, 0.80, metric="tpr") + observed(0.99, 0.99, metric="tnr")
    (gap,) = compare(claims, plan, values)
    assert gap.verdict is Verdict.PARTLY
    assert "positive_class" in gap.reason


def test_no_claim_disappears_and_each_has_a_reason() -> None:
    drafts = [
        forest("95"),
        claim("90", method="CNN", dataset="WDBC"),
        claim("90", method="Random Forest", dataset="MNIST"),
        claim("3", method="Random Forest", metric="seconds", dataset="WDBC"),
    ]
    claims, plan = planned(drafts)
    gaps = compare(claims, plan, [], failures={"random_forest": "ValueError: no"})
    assert [gap.claim_id for gap in gaps] == ["c0", "c1", "c2", "c3"]
    assert {gap.verdict for gap in gaps} == {Verdict.NOT_COMPARABLE}
    assert "ValueError: no" in gaps[0].reason
    assert "'CNN'" in gaps[1].reason
    assert "offline" in gaps[2].reason
    assert "seconds" in gaps[3].reason


def test_without_a_plan_nothing_is_comparable_for_the_given_reason() -> None:
    gaps = compare([("a", forest("95"))], None, [], reason_without_plan="no data offline")
    found = compare(
        [("a", forest("95")), ("b", forest("90"))],
        None,
        [],
        obstacles={"b": "it names no data set"},
        reason_without_plan="no data offline",
    )
    assert [gap.reason for gap in found] == ["no data offline", "it names no data set"]
    assert [(gap.verdict, gap.reason) for gap in gaps] == [
        (Verdict.NOT_COMPARABLE, "no data offline")
    ]
    assert gaps[0].metric_key == "accuracy"


def test_a_plain_plan_is_tied_to_claims_by_its_goals() -> None:
    plan = parse_plan(SEED_PLAN)  # linear discriminants on wine, goal 98.9, tolerance 0.5
    claims = [
        ("a", claim("98.9", method="LDA", dataset="Wine")),
        ("b", claim("99.4", method="QDA", dataset="Wine")),
    ]
    gaps = compare(claims, plan, observed(176 / 178, rows=178, model="lda"))
    assert gaps[0].verdict is Verdict.REPRODUCED
    assert gaps[0].observed == pytest.approx(98.876404)
    assert "goal" in gaps[1].reason


def test_an_interval_stays_within_what_the_metric_can_be() -> None:
    """Mean .98, deviation .02, t(.975, 1) = 12.706: .98 +- .311 would pass 1, which nothing can."""
    values = (0.966, 0.994)
    wide = prediction_interval(values)
    assert wide is not None and wide.high > 1
    bounded = prediction_interval(values, low=0.0, high=1.0)
    assert bounded is not None and (bounded.low, bounded.high) == (wide.low, 1.0)
