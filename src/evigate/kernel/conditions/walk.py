"""Walking a condition that was read: the tests in it, for those who check what it speaks of."""

from collections.abc import Iterator

from evigate.kernel.conditions.models import All, AnyOf, At, Condition, Not


def walk_tests(condition: Condition) -> Iterator[At]:
    """Yield the tests of a condition in the order they stand, those under a negation too.

    What an `$elemMatch` asks of an element is inside its test and not yielded by itself.
    """
    match condition:
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from walk_tests(part)
        case Not(part):
            yield from walk_tests(part)
        case At():
            yield condition
