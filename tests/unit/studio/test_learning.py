"""What feedback teaches: real confidence by isotonic regression, and what is not offered again."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from evigate.studio.feedback.learning import (
    CONFIDENCE_MAX,
    CONFIDENCE_MIN,
    OBSERVATIONS_MIN,
    Outcome,
    calibrate,
    experience_of,
)
from evigate.studio.planning.models import Prefill


def outcome(
    confidence: float, taken: bool, *, key: str = "q", offered: Any = "x", dismissed: bool = False
) -> Outcome:
    return Outcome(key, "inference", confidence, offered, taken, dismissed)


def test_a_source_that_boasts_is_believed_less() -> None:
    # At 0.9 it was right in 5 of 10, at 0.6 in 2 of 10; between them in proportion.
    seen = [outcome(0.9, n < 5) for n in range(10)] + [outcome(0.6, n < 2) for n in range(10)]
    found = calibrate("inference", seen)
    assert (found.observations, found.taken) == (20, 7)
    assert [found.real(at) for at in (0.6, 0.75, 0.9, 0.3, 0.99)] == [0.2, 0.35, 0.5, 0.2, 0.5]


def test_a_higher_number_never_stands_for_less() -> None:
    # What is stated as surer and was taken less often is pooled: (3 + 7) / 20 for both.
    seen = [outcome(0.9, n < 3) for n in range(10)] + [outcome(0.6, n < 7) for n in range(10)]
    found = calibrate("inference", seen)
    assert (found.real(0.6), found.real(0.9)) == (0.5, 0.5)


def test_too_little_says_nothing() -> None:
    few = [outcome(0.9, False) for _ in range(OBSERVATIONS_MIN - 2)] + [outcome(0.8, True)]
    one_sided = [outcome(0.9, True) for _ in range(OBSERVATIONS_MIN)]
    for seen in (few, one_sided, []):
        assert calibrate("inference", seen).knots == ()
    offer = Prefill("x", 0.9, "inference", "why")
    assert experience_of(few).of("q", offer) == offer


def test_what_was_dismissed_twice_is_not_offered_again_unless_somebody_takes_it() -> None:
    offer = Prefill("x", 0.7, "inference", "why")
    twice = [outcome(0.7, False, dismissed=True)] * 2
    assert experience_of(twice[:1]).of("q", offer) == offer
    assert experience_of(twice).of("q", offer) is None
    assert experience_of(twice).of("other", offer) == offer
    assert experience_of(twice).of("q", Prefill("y", 0.7, "inference", "why")) is not None
    assert experience_of([*twice, outcome(0.7, True)]).of("q", offer) == offer
    # Who answers otherwise has not said that it should never be offered.
    assert experience_of([outcome(0.7, False)] * 5).of("q", offer) == offer


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=OBSERVATIONS_MIN, max_size=60))
def test_a_calibration_rises_within_its_bounds_and_knows_no_order(
    seen: list[tuple[float, bool]],
) -> None:
    outcomes = [outcome(at, taken) for at, taken in seen]
    found = calibrate("inference", outcomes)
    assert found == calibrate("inference", outcomes[::-1])
    if found.knots:
        real = [found.real(n / 50) for n in range(51)]
        assert real == sorted(real)
        assert real[0] >= CONFIDENCE_MIN and real[-1] <= CONFIDENCE_MAX
