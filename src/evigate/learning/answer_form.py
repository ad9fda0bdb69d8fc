"""A learner's form as an answer: each kind's fields become the shape that grading takes. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from evigate.base.errors import EvigateError
from evigate.learning.errors import E_ANSWER_INVALID

KEY_CHARS_MAX = 100


@dataclass(frozen=True, slots=True)
class AnswerFields:
    """What every answer's form holds; `latency_ms` is None where no script measured it."""

    artifact_id: UUID
    kind: str
    key: str
    latency_ms: int | None
    hint_used: bool
    values: dict[str, str]

    @classmethod
    def parse(cls, form: Mapping[str, str], *, latency_max_ms: int) -> "AnswerFields | None":
        """Return the fields; None where they are not those of a question's form."""
        try:
            artifact_id = UUID(form.get("artifact_id", ""))
        except ValueError:
            return None
        key = form.get("key", "")[:KEY_CHARS_MAX]
        if not key:
            return None
        took = form.get("latency_ms", "")
        is_time = took.isascii() and took.isdigit() and int(took[:12]) <= latency_max_ms
        return cls(
            artifact_id=artifact_id,
            kind=form.get("kind", ""),
            key=key,
            latency_ms=int(took) if is_time else None,
            hint_used=form.get("hint_used") == "true",
            values=dict(form),
        )


def answer_of_form(kind: str, values: Mapping[str, str]) -> Any:
    """Return what a form answers, in the shape that `grade` takes for the kind.

    Raises:
        EvigateError[E_ANSWER_INVALID]: nothing was chosen, or two steps share a place.
    """
    match kind:
        case "learning.mcq_item":
            return values.get("answer") or _refuse("Choose one of the answers.")
        case "learning.true_false_item":
            if values.get("answer") not in ("true", "false"):
                _refuse("Choose true or false.")
            return values["answer"] == "true"
        case "learning.flashcard":
            rating = values.get("rating", "")
            return (
                {"rating": int(rating)}
                if rating in ("1", "2", "3", "4")
                else _refuse("Say how well you knew it.")
            )
        case "learning.ordering_item":
            return _order(values)
        case "learning.matching_item":
            return {
                name.removeprefix("pair_"): chosen
                for name, chosen in values.items()
                if name.startswith("pair_") and chosen
            }
        case _:
            return values.get("answer", "")


def _order(values: Mapping[str, str]) -> list[str]:
    places = {
        name.removeprefix("place_"): place.strip()
        for name, place in values.items()
        if name.startswith("place_")
    }
    wanted = {str(number) for number in range(1, len(places) + 1)}
    if set(places.values()) != wanted:
        _refuse(f"Give each step a place of its own, from 1 to {len(places)}.")
    return sorted(places, key=lambda step: int(places[step]))


def _refuse(message: str) -> Any:
    raise EvigateError(E_ANSWER_INVALID, message)
