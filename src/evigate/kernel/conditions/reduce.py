"""What is left of a condition when a part of the document is known before the rest.

Asked of many things by one person, a condition's tests of the person have one answer for all.
They are answered once; what is left is compiled, and often nothing is left.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from evigate.kernel.conditions.evaluate import evaluate
from evigate.kernel.conditions.models import All, AnyOf, At, Condition, Not, Ref


def reduce_condition(
    condition: Condition, document: Mapping[str, Any], *, now: datetime
) -> Condition | bool:
    """
    Return a condition without the tests that the known names of a document answer.

    Args:
        document: the known names with their values; a test that touches another name is left.
        now: the time that $now and $ago mean; with a zone.

    Returns:
        The answer, where what is known decides it; a test without an answer is left in its place.
    """
    match condition:
        case All(parts):
            left = [reduce_condition(each, document, now=now) for each in parts]
            rest = [each for each in left if not isinstance(each, bool)]
            return False if False in left else All(tuple(rest)) if rest else True
        case AnyOf(parts):
            left = [reduce_condition(each, document, now=now) for each in parts]
            rest = [each for each in left if not isinstance(each, bool)]
            return True if True in left else AnyOf(tuple(rest)) if rest else False
        case Not(part):
            left_over = reduce_condition(part, document, now=now)
            return not left_over if isinstance(left_over, bool) else Not(left_over)
        case At(path, test):
            touched = [path, *(each.path for each in _references(test))]
            if not all(each and each[0] in document for each in touched):
                return condition
            answer = evaluate(condition, document, now=now).result
            return condition if answer is None else answer


def _references(value: Any) -> Iterator[Ref]:
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _references(each)
    elif is_dataclass(value):
        for each in fields(value):
            yield from _references(getattr(value, each.name))
