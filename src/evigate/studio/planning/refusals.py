"""What is refused of a question, whichever verb is asked for."""

from evigate.base.errors import EvigateError
from evigate.studio.planning.errors import (
    E_QUESTION_NOT_FOUND,
    E_QUESTION_STALE,
    E_QUESTION_STATE,
)
from evigate.studio.planning.models import Plan, PlanQuestion


def need_question(plan: Plan, key: str) -> PlanQuestion:
    """
    Return a question of the plan.

    Raises:
        EvigateError[E_QUESTION_NOT_FOUND]: it has none of that key.
    """
    found = plan.question(key)
    if found is None:
        raise EvigateError(E_QUESTION_NOT_FOUND, f"The plan has no question {key!r}.")
    return found


def not_so(question: PlanQuestion) -> EvigateError:
    """Return the error for what cannot be done with a question as it stands."""
    message = f"The question {question.ask!r} is {question.status}; that cannot be done with it."
    return EvigateError(E_QUESTION_STATE, message)


def check_seen(question: PlanQuestion, seen: int | None, yours: str) -> None:
    """
    Refuse a change that rests on another version of the question than the present one.

    Raises:
        EvigateError[E_QUESTION_STALE]: the detail has `yours`, what is there now and its version.
    """
    if seen is None or seen == question.version:
        return
    present = question.answer.formatted if question.answer else question.status
    raise EvigateError(
        E_QUESTION_STALE,
        f"The question is at version {question.version}; yours rests on version {seen}.",
        detail={"yours": yours, "present": present, "version": question.version},
    )
