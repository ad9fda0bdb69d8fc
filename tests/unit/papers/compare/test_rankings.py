"""Rankings: read from a table's own numbers, and tested as differences; expected values by hand."""

import uuid
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from evigate.evidence import Box
from evigate.papers.compare.models import Verdict
from evigate.papers.compare.rankings import Measured, Ranking, judge_ranking, rankings_in
from evigate.papers.models import Claim, ClaimDraft, TableCell

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def claim(
    method: str, value: str, *, own: bool = False, metric: str = "Accuracy", column: str = "Acc"
) -> Claim:
    draft = ClaimDraft(
        dataset="Iris",
        split=None,
        metric=metric,
        value=Decimal(value),
        units="%",
        method=method,
        is_own_method=own,
        source_citation="Table 1, p.1",
        page=1,
        box=Box(0, 0, 1, 1),
        quote=value,
        confidence=0.9,
        cell=TableCell("Table 1", method, column),
    )
    return Claim(uuid.uuid4(), uuid.uuid4(), 0, draft, NOW)  # type: ignore[arg-type]


def test_a_table_states_what_its_own_numbers_say() -> None:
    ours, low, high = claim("Ours", "95.0", own=True), claim("A", "90.0"), claim("B", "97.0")
    tie, elsewhere = claim("C", "95.0"), claim("D", "80.0", column="F1")
    found = rankings_in([ours, low, high, tie, elsewhere])
    names = [(r.better.draft.method, r.worse.draft.method) for r in found]
    assert names == [("Ours", "A"), ("B", "Ours")]


def test_a_smaller_error_is_better() -> None:
    ours = claim("Ours", "5.0", own=True, metric="Error rate")
    other = claim("A", "9.0", metric="Error rate")
    assert [r.better.draft.method for r in rankings_in([other, ours])] == ["Ours"]


RANKING = Ranking(claim("Ours", "95.0", own=True), claim("A", "90.0"), "table")


def test_seeds_that_are_shared_are_compared_pair_by_pair() -> None:
    # Differences .02, .03, .04: mean .03, sd .01, t(2) = 4.3027, half = 4.3027 * .01 / sqrt(3)
    # = .02484. Unpaired the spread between seeds (.1) would hide it.
    better = Measured({1: 0.72, 2: 0.83, 3: 0.94})
    worse = Measured({1: 0.70, 2: 0.80, 3: 0.90})
    found = judge_ranking(RANKING, better, worse)
    assert found.is_paired and found.seeds_count == 3
    assert found.difference == pytest.approx(0.03)
    assert found.low == pytest.approx(0.03 - 0.02484, abs=1e-5)
    assert found.verdict is Verdict.REPRODUCED
    unpaired = judge_ranking(RANKING, better, Measured({4: 0.70, 5: 0.80, 6: 0.90}))
    assert not unpaired.is_paired and unpaired.verdict is Verdict.PARTLY


def test_the_other_way_round_is_not_reproduced() -> None:
    found = judge_ranking(RANKING, Measured({1: 0.5, 2: 0.51}), Measured({1: 0.9, 2: 0.91}))
    assert found.verdict is Verdict.NOT_REPRODUCED and "other way round" in found.reason


def test_one_value_of_a_proportion_is_blurred_by_counting() -> None:
    # 150 rows, about .94: the standard error of a difference is about .03, so .01 tells nothing.
    better, worse = Measured({None: 0.95}, 150), Measured({None: 0.94}, 150)
    assert judge_ranking(RANKING, better, worse).verdict is Verdict.PARTLY
    large = judge_ranking(RANKING, Measured({None: 0.95}, 150), Measured({None: 0.6}, 150))
    assert large.verdict is Verdict.REPRODUCED


def test_what_was_not_measured_is_said() -> None:
    found = judge_ranking(RANKING, Measured({1: 0.9}), None)
    assert found.verdict is Verdict.NOT_COMPARABLE and found.reason == "A was not measured"
    assert (found.difference, found.low, found.high) == (None, None, None)
