"""What is out of date is made anew by its maker, each maker once and after those that it rests on."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from evigate.studio.context.models import Held, Piece
from evigate.studio.context.renewing import maker_of, out_of_date

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def held(key: str, *on: str, is_stale: bool = True) -> Held:
    piece = Piece("spec", key, key, (), dict.fromkeys(on, "references"), True)
    return Held(uuid4(), piece, "a" * 64, 1, 1, NOW, NOW if is_stale else None)


@pytest.mark.parametrize(
    ("key", "maker"),
    [
        ("said/001", None),
        ("feature/reminders", None),
        ("planning/blueprint", "blueprint"),
        ("requirement/FR-1", "specification"),
        ("calls/visit", "specification"),
        ("bundle/python-service/app/main.py", "bundle/python-service"),
    ],
)
def test_a_piece_is_read_or_made_by_something(key: str, maker: str | None) -> None:
    assert maker_of(key) == maker


def test_makers_come_once_each_after_what_it_rests_on() -> None:
    # By name the bundle would go first, and by name the blueprint before the plan of work's base.
    pieces = [
        held("bundle/a/one.py", "requirement/FR-1"),
        held("bundle/a/two.py", "bundle/a/one.py"),
        held("requirement/FR-1", "planning/implementation_plan", "feature/x"),
        held("tests/FR-1", "requirement/FR-1"),
        held("planning/implementation_plan", "planning/zeta"),
        held("planning/zeta"),
        held("feature/x", is_stale=False),
    ]
    assert out_of_date(pieces) == ["zeta", "implementation_plan", "specification", "bundle/a"]


def test_what_holds_is_not_made_anew_and_a_circle_ends() -> None:
    assert out_of_date([held("requirement/FR-1", is_stale=False)]) == []
    circle = [held("planning/b", "planning/a"), held("planning/a", "planning/b")]
    assert out_of_date(circle) == ["a", "b"]
