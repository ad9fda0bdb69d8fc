"""Ten failures within five minutes, and not one more."""

import pytest

from evigate.base.errors import EvigateError
from evigate.kernel.pages.throttle import (
    ADDRESSES_MAX,
    ATTEMPTS_MAX,
    E_TOO_MANY_ATTEMPTS,
    WINDOW_S,
    Throttle,
)


def test_an_address_is_refused_after_ten_failures_and_let_in_as_they_grow_old() -> None:
    throttle = Throttle()
    for second in range(ATTEMPTS_MAX):
        throttle.check("a", float(second))
        throttle.note_failure("a", float(second))
    with pytest.raises(EvigateError) as caught:
        throttle.check("a", 10.0)
    assert caught.value.code is E_TOO_MANY_ATTEMPTS
    throttle.check("b", 10.0)
    # The failure of second 0 is forgotten, the one of second 1 is not; one more fills it again.
    throttle.check("a", WINDOW_S)
    throttle.note_failure("a", WINDOW_S)
    with pytest.raises(EvigateError):
        throttle.check("a", WINDOW_S)


def test_the_memory_is_bounded_and_forgets_whom_it_heard_of_longest_ago() -> None:
    throttle = Throttle()
    for _ in range(ATTEMPTS_MAX):
        throttle.note_failure("first", 0.0)
    for index in range(ADDRESSES_MAX):
        throttle.note_failure(f"other {index}", 1.0)
    throttle.check("first", 2.0)
