"""Grading: an item and an answer in, a score with a reason that the learner can read out.

Closed items are compared with their key, exactly. A word to fill in may be another accepted
spelling, the same value in other units of writing, or a slip of the pen; which, is said. A free
answer is weighed against key and rubric: it is called right or wrong only where that
verdict was right often enough on answers that teachers had graded, else the learner is asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeGuard

from evigate.base.errors import EvigateError
from evigate.learning.errors import E_ANSWER_INVALID
from evigate.learning.free_answers import judge
from evigate.learning.items.payloads import (
    ClozeItem,
    Flashcard,
    MatchingItem,
    McqItem,
    OrderingItem,
    Payload,
    ShortAnswerItem,
    TrueFalseItem,
)
from evigate.learning.same import same

ANSWER_CHARS_MAX = 10_000
SELF_SCORES = {1: 0.0, 2: 0.6, 3: 1.0, 4: 1.0}
# A rubric line is earned from this chance on; between this and half of it, half of it is.
EARNED, HALF_EARNED = 0.6, 0.35


@dataclass(frozen=True, slots=True)
class GradedLine:
    """A part of the key: what it is worth, what was earned, and the words of the answer that did.

    `start` and `end` are where `matched` stands in the answer; both 0 where nothing does.
    """

    text: str
    points: float
    earned: float
    matched: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Grade:
    """A verdict; `score` and `confidence` are in 0..1, `is_correct` None when it is left open."""

    score: float
    is_correct: bool | None
    confidence: float
    reason: str
    graded_by: Literal["key", "builtin", "model", "self"]
    lines: tuple[GradedLine, ...] = ()


def grade(item: Payload, answer: object, evidence: Sequence[str]) -> Grade:
    """
    Grade an answer.

    Args:
        item: a question; its kind says what shape the answer has.
        answer: the option's id (multiple choice); a bool (true or false); a text (cloze, short
            answer); the ids of all steps in order (ordering); the id of the right side chosen for
            each left side, by pair id, as a mapping (matching; what is left out is wrong);
            {"rating": 1..4} (flashcard).
        evidence: the passages that the item cites, by which free answers are spelt.

    Raises:
        EvigateError[E_ANSWER_INVALID]: the answer has another shape, or names what is not there.
    """
    match item:
        case McqItem():
            return _choice(item, answer)
        case TrueFalseItem():
            return _truth(item, answer)
        case ClozeItem():
            return _blank(item, answer)
        case ShortAnswerItem():
            return _free(item, answer, evidence)
        case OrderingItem():
            return _order(item, answer)
        case MatchingItem():
            return _match(item, answer)
        case Flashcard():
            return _rated(answer)
        case _:
            raise _invalid(f"A {type(item).__name__} is no question.")


def _choice(item: McqItem, answer: object) -> Grade:
    if not isinstance(answer, str) or answer not in {option.id for option in item.options}:
        raise _invalid(f"The answer {answer!r} is the id of none of the options.")
    if answer == item.key:
        return _by_key(1.0, "That is the right option.")
    return _by_key(0.0, f"The right option is {item.key}: {item.answer}")


def _truth(item: TrueFalseItem, answer: object) -> Grade:
    if not isinstance(answer, bool):
        raise _invalid(f"The answer is true or false, not {answer!r}.")
    if answer is item.key:
        return _by_key(1.0, "That is right.")
    if item.key:
        return _by_key(0.0, "The statement is true.")
    return _by_key(0.0, f"The statement is false. {item.correction}")


def _blank(item: ClozeItem, answer: object) -> Grade:
    text = _text(answer)
    if not text.strip():
        return _by_key(0.0, f"Nothing was filled in. The key is {item.key!r}.")
    found = same(text, (item.key, *item.accepted))
    if found is None:
        return _by_key(0.0, f"{text.strip()!r} is not what the text has: {item.key!r}.")
    matched = GradedLine(found.expected, 1, 1, text.strip(), *_span(text))
    return Grade(1.0, True, found.confidence, found.reason, "key", (matched,))


def _order(item: OrderingItem, answer: object) -> Grade:
    if not _is_ids(answer) or sorted(answer) != sorted(item.key):
        raise _invalid("The answer names each step once, by its id, in order.")
    texts = {step.id: step.text for step in item.steps}
    place = {step: at for at, step in enumerate(answer)}
    pairs = [(one, two) for at, one in enumerate(item.key) for two in item.key[at + 1 :]]
    kept = sum(place[one] < place[two] for one, two in pairs)
    lines = tuple(
        GradedLine(texts[key], 1, float(key == given), texts[given])
        for key, given in zip(item.key, answer, strict=True)
    )
    if kept == len(pairs):
        return _by_key(1.0, "The steps are in the right order.", lines)
    reason = f"{kept} of {len(pairs)} pairs of steps are in the right order."
    return Grade(kept / len(pairs), False, 1.0, reason, "key", lines)


def _match(item: MatchingItem, answer: object) -> Grade:
    ids = {pair.id for pair in item.pairs}
    if not isinstance(answer, Mapping) or not _is_ids([*answer, *answer.values()]):
        raise _invalid("The answer is a mapping from ids of left sides to ids of right sides.")
    if not {*answer, *answer.values()} <= ids:
        raise _invalid("The answer gives, by the id of a left side, the id of its right side.")
    rights = {pair.id: pair.right for pair in item.pairs}
    lines = tuple(
        GradedLine(
            f"{pair.left}: {pair.right}",
            1,
            float(answer.get(pair.id) == pair.id),
            rights.get(str(answer.get(pair.id)), ""),
        )
        for pair in item.pairs
    )
    earned = int(sum(line.earned for line in lines))
    if earned == len(lines):
        return _by_key(1.0, "All pairs are right.", lines)
    reason = f"{earned} of {len(lines)} pairs are right."
    return Grade(earned / len(lines), False, 1.0, reason, "key", lines)


def _rated(answer: object) -> Grade:
    rating = answer.get("rating") if isinstance(answer, Mapping) else None
    if not isinstance(rating, int) or isinstance(rating, bool) or rating not in SELF_SCORES:
        raise _invalid("A card is rated 1 again, 2 hard, 3 good or 4 easy.")
    reason = "You did not recall it." if rating == 1 else "You recalled it."
    return Grade(SELF_SCORES[rating], rating > 1, 1.0, reason, "self")


def _free(item: ShortAnswerItem, answer: object, evidence: Sequence[str]) -> Grade:
    text = _text(answer)
    if not text.strip():
        return Grade(0.0, False, 1.0, "Nothing was answered.", "builtin", _nothing(item))
    found = same(text, (item.key, *item.accepted))
    if found is not None:
        lines = tuple(GradedLine(each.text, each.points, each.points) for each in item.rubric)
        return Grade(1.0, True, found.confidence, found.reason, "builtin", lines)
    verdict = judge(text, item.stem, (item.key, *item.accepted), evidence)
    lines = tuple(_line(text, item, line.text, line.points, evidence) for line in item.rubric)
    share = sum(line.earned for line in lines) / sum(line.points for line in lines)
    score = max(verdict.chance, (verdict.chance + share) / 2)
    return Grade(
        round(score, 4), verdict.is_correct, verdict.confidence, verdict.reason, "builtin", lines
    )


def _line(
    text: str, item: ShortAnswerItem, line: str, points: int, evidence: Sequence[str]
) -> GradedLine:
    part = judge(text, item.stem, (line,), evidence)
    worth = 1.0 if part.chance >= EARNED else 0.5 if part.chance >= HALF_EARNED else 0.0
    if not worth or part.is_denied:
        return GradedLine(line, points, 0.0)
    return GradedLine(
        line, points, points * worth, text[part.start : part.end], part.start, part.end
    )


def _nothing(item: ShortAnswerItem) -> tuple[GradedLine, ...]:
    return tuple(GradedLine(line.text, line.points, 0.0) for line in item.rubric)


def _by_key(score: float, reason: str, lines: tuple[GradedLine, ...] = ()) -> Grade:
    return Grade(score, score == 1.0, 1.0, reason, "key", lines)


def _is_ids(answer: object) -> TypeGuard[list[str]]:
    return isinstance(answer, list) and all(isinstance(each, str) for each in answer)


def _text(answer: object) -> str:
    if not isinstance(answer, str):
        raise _invalid(f"The answer is a text, not {type(answer).__name__}.")
    if len(answer) > ANSWER_CHARS_MAX:
        raise _invalid(f"The answer has {len(answer)} characters; {ANSWER_CHARS_MAX} are read.")
    return answer


def _span(text: str) -> tuple[int, int]:
    start = len(text) - len(text.lstrip())
    return start, len(text.rstrip())


def _invalid(message: str) -> EvigateError:
    return EvigateError(E_ANSWER_INVALID, message)
