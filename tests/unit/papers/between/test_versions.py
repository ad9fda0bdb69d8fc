"""What became of claims between two versions of a paper."""

from dataclasses import replace
from decimal import Decimal

from tests.unit.papers.compare.test_rankings import claim

from evigate.papers.between import claim_changes
from evigate.papers.models import Claim


def other(one: Claim, **given: object) -> Claim:
    return replace(claim("x", "1"), draft=replace(one.draft, **given))  # type: ignore[arg-type]


def test_each_claim_of_both_versions_is_told_once() -> None:
    same, moved, changed, gone = (
        claim("A", "90.0"), claim("B", "91.0"), claim("C", "92.0"), claim("D", "93.0"),
    )  # fmt: skip
    newer = [
        other(same),
        other(moved, page=2),
        other(changed, value=Decimal("92.5")),
        claim("E", "99.0"),
    ]
    found = claim_changes([same, moved, changed, gone], newer)
    assert [each.kind for each in found] == ["same", "moved", "changed", "added", "removed"]
    assert found[2].what == ("value",)
    assert found[4].before is gone


def test_a_renamed_method_is_found_by_its_cell() -> None:
    before = claim("Ours", "90.0")
    after = other(before, method="Ours (tuned)")
    assert [(each.kind, each.what) for each in claim_changes([before], [after])] == [
        ("changed", ("method",))
    ]


def test_nothing_and_nothing_is_nothing() -> None:
    assert claim_changes([], []) == []
