"""Limits by arithmetic: what a call may take, which limit it meets, when to warn."""

import pytest

from evigate.agents.messages import ModelRequest, Usage, UserTurn
from evigate.agents.policy import (
    Limits,
    Price,
    Reservation,
    crossed,
    estimate_tokens,
    limit_hit,
    reservation,
    warnings,
)


def request(text: str = "", output_tokens_max: int = 100) -> ModelRequest:
    return ModelRequest("m", "", (UserTurn(text),), (), {}, {}, output_tokens_max, "f" * 24)


def test_an_estimate_is_rather_too_high() -> None:
    assert estimate_tokens("") == 0
    assert estimate_tokens("abc") == 1
    assert estimate_tokens("abcd") == 2
    # Two for each character that is not ASCII.
    assert estimate_tokens("細胞") == 4


def test_a_reservation_holds_the_longest_answer() -> None:
    price = Price(input_micros=1_000_000, output_micros=4_000_000)
    small, large = reservation(request(), price), reservation(request("x" * 3000), price)
    assert large.tokens - small.tokens == 1000
    assert (large.micros or 0) - (small.micros or 0) == 1000
    more = reservation(request(output_tokens_max=200), price)
    assert more.tokens - small.tokens == 100
    assert (more.micros or 0) - (small.micros or 0) == 400
    assert reservation(request(), None).micros is None


def test_cost_is_rounded_up() -> None:
    # One token at 150 000 micros a million is 0.15 micros.
    assert Price(150_000, 600_000).cost_micros(1, 0) == 1
    assert Price(150_000, 600_000).cost_micros(0, 0) == 0
    assert Price(150_000, 600_000).cost_micros(1_000_000, 1_000_000) == 750_000


@pytest.mark.parametrize(
    ("limits", "usage", "name"),
    [
        (Limits(turns=2), Usage(calls=2), "turns"),
        (Limits(turns=2), Usage(calls=1), None),
        (Limits(duration_s=1), Usage(duration_ms=1000), "duration_s"),
        (Limits(duration_s=1), Usage(duration_ms=999), None),
        # 60 + 40 wanted are exactly 100: a limit may be met, not passed.
        (Limits(tokens=100), Usage(input_tokens=50, output_tokens=10), None),
        (Limits(tokens=100), Usage(input_tokens=50, output_tokens=11), "tokens"),
        (Limits(cost_micros=100), Usage(cost_micros=93), None),
        (Limits(cost_micros=100), Usage(cost_micros=94), "cost_micros"),
        (Limits(cost_micros=100), Usage(cost_micros=None), "cost_micros"),
    ],
)
def test_which_limit_the_next_call_would_pass(
    limits: Limits, usage: Usage, name: str | None
) -> None:
    hit = limit_hit(limits, usage, Reservation(tokens=40, micros=7))
    assert (hit.name if hit else None) == name


def test_four_fifths_are_crossed_once() -> None:
    assert crossed(79, 80, 100)
    assert not crossed(80, 90, 100)
    assert not crossed(0, 79, 100)
    assert not crossed(0, 90, None)
    assert not crossed(0, 0, 0)
    before, after = Usage(calls=3, input_tokens=10), Usage(calls=4, input_tokens=80)
    assert warnings(Limits(turns=5, tokens=100), before, after) == ["turns", "tokens"]


def test_an_unknown_cost_makes_the_sum_unknown() -> None:
    assert Usage(cost_micros=5).plus({"cost_micros": None}).cost_micros is None
    assert Usage(cost_micros=None).plus({"cost_micros": 5}).cost_micros is None
    assert Usage(cost_micros=5).plus({"input_tokens": 1}).cost_micros == 5


def test_the_fence_and_nothing_else_is_left_out_of_a_requests_key() -> None:
    def key(fence: str, text: str, attempt: int = 0) -> str:
        turns = (UserTurn(text.replace("F", fence)),)
        return ModelRequest("m", f"s {fence}", turns, (), {}, {}, 9, fence, attempt).key()

    assert key("a1b2c3", "F x F") == key("d4e5f6", "F x F")
    assert key("a1b2c3", "F x F") != key("a1b2c3", "F y F")
    assert key("a1b2c3", "x") != key("a1b2c3", "x", attempt=2)
