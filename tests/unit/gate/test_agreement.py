"""Agreement and calibration, against values worked out by hand."""

import pytest

from evigate.gate.judges.agreement import (
    accuracy,
    auc,
    balanced_accuracy,
    best_threshold,
    cohen_kappa,
    expected_calibration_error,
    fleiss_kappa,
    krippendorff_alpha,
    rogan_gladen,
)
from evigate.gate.judges.calibration import Labelled, calibrate, choose_threshold, may_gate
from evigate.gate.sampling import agreement_of


def test_auc_counts_pairs_and_half_of_ties() -> None:
    # Pairs (positive, negative): .9>.5, .9>.1, .5=.5 (half), .5>.1: 3.5 of 4.
    assert auc([True, True, False, False], [0.9, 0.5, 0.5, 0.1]) == 3.5 / 4
    assert auc([True, False], [0.1, 0.9]) == 0.0
    assert auc([True, True], [0.1, 0.9]) is None
    assert auc([], []) is None


def test_accuracies() -> None:
    assert accuracy([1, 0, 1, 1], [1, 1, 1, 0]) == 0.5
    assert accuracy([], []) is None
    # Two of three positives, one of one negative: (2/3 + 1) / 2.
    assert balanced_accuracy(
        [True, True, True, False], [True, True, False, False]
    ) == pytest.approx(5 / 6)
    assert balanced_accuracy([True], [True]) is None


def test_the_best_threshold_is_the_lowest_of_equals() -> None:
    found = best_threshold([False, True, True], [0.2, 0.4, 0.9])
    assert found is not None
    assert (found.value, found.balanced_accuracy) == (0.4, 1.0)


def test_cohens_kappa_on_the_textbook_table() -> None:
    # 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: observed .70, chance .5*.6 + .5*.4 = .50; .40.
    first = [1] * 25 + [0] * 25
    second = [1] * 20 + [0] * 5 + [1] * 10 + [0] * 15
    assert cohen_kappa(first, second) == pytest.approx(0.4)
    assert cohen_kappa([1, 1], [1, 1]) is None


def test_a_weighted_kappa_forgives_what_is_near() -> None:
    # Distances 0, 1, 0: mean 1/3. Chance: first 0,1,2 and second 0,2,2 give
    # (0+4+4 + 1+1+1 + 4+0+0) / 9 = 15/9. So 1 - (1/3)/(15/9) = .8.
    assert cohen_kappa([0, 1, 2], [0, 2, 2], order=[0, 1, 2]) == pytest.approx(0.8)


def test_fleiss_kappa_by_hand() -> None:
    # Three raters, two things: 3/0 agrees wholly, 2/1 in one pair of three. Mean 2/3.
    # Shares 5/6 and 1/6: chance 26/36. (24/36 - 26/36) / (10/36) = -.2.
    assert fleiss_kappa([{"a": 3}, {"a": 2, "b": 1}]) == pytest.approx(-0.2)
    assert fleiss_kappa([{"a": 3}, {"a": 3}]) is None
    assert fleiss_kappa([]) is None


def test_krippendorffs_alpha_on_his_own_example() -> None:
    # Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability": nominal .743, interval .849.
    raters = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    ]
    units = list(zip(*raters, strict=True))
    assert krippendorff_alpha(units) == pytest.approx(0.743, abs=0.001)
    assert krippendorff_alpha(units, is_interval=True) == pytest.approx(0.849, abs=0.001)
    assert krippendorff_alpha([[1, None], [None, 2]]) is None


def test_calibration_error_by_hand() -> None:
    # Bin .9: scores .9 and .95, half right: |1.85 - 1|; bin .1: .15, wrong: .15. Sum 1.0 of 3.
    assert expected_calibration_error([True, False, False], [0.9, 0.95, 0.15]) == pytest.approx(
        1 / 3
    )


def test_the_true_share_behind_the_judged_one() -> None:
    # (.3 + .9 - 1) / (.8 + .9 - 1) = .2 / .7
    assert rogan_gladen(0.3, tpr=0.8, tnr=0.9) == pytest.approx(2 / 7)
    assert rogan_gladen(0.3, tpr=0.5, tnr=0.5) is None
    assert rogan_gladen(0.05, tpr=0.8, tnr=0.9) == 0.0


def test_the_threshold_is_the_lowest_that_is_right_often_enough() -> None:
    dev = [Labelled(str(n), n / 10, n >= 5) for n in range(10)]
    assert choose_threshold(dev, target_precision=0.95) == 0.5
    assert choose_threshold(dev, target_precision=5 / 6) == 0.4
    assert choose_threshold([Labelled("a", 1.0, False)], target_precision=0.5) is None


def test_a_good_judge_may_gate_and_a_guessing_or_untested_one_may_not() -> None:
    good = [Labelled(f"g{n}", (n % 2) * 0.9 + 0.05, bool(n % 2)) for n in range(300)]
    report = calibrate(good)
    assert report.auc == 1.0
    assert report.kappa == 1.0
    assert 100 < report.n < 200
    assert may_gate(report)
    guess = [Labelled(f"g{n}", (n % 7) / 7, bool(n % 2)) for n in range(300)]
    assert not may_gate(calibrate(guess))
    assert not may_gate(calibrate(good[:60]))


def test_reviewers_agree_by_pairs_and_in_all() -> None:
    good, bad = "APPROVED", "REJECTED"
    found = agreement_of([[good, good], [bad, bad], [good, bad, good], [good, good]])
    assert (found.drafts, found.verdicts, found.share) == (4, 9, 0.75)
    # Pairs: first 3 good 1 bad, second 2 good 2 bad; chance (3*2 + 1*2) / 16 = .5, seen .75.
    assert found.kappa == 0.5
    assert found.alpha is not None and 0 < found.alpha < 1
    none = agreement_of([])
    assert (none.drafts, none.share, none.kappa, none.alpha) == (0, None, None, None)
