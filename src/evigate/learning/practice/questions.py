"""From an item to what a learner sees of it: no key, parts in an order that gives nothing away.

The order follows from the item and the session, so that a page drawn again shows the same.
"""

import random
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from evigate.learning.items.kinds import parse, question_of
from evigate.learning.items.payloads import MatchingItem, McqItem, OrderingItem
from evigate.learning.practice.models import Question

Part = TypeVar("Part")


def ask(
    artifact_id: UUID,
    kind: str,
    payload: Mapping[str, Any],
    *,
    session_id: UUID,
    number: int,
    of: int,
) -> Question:
    """Return the question of an item for a session; `number` counts from 1."""
    item = parse(kind, payload)
    seed = f"{session_id}:{artifact_id}"
    parts: dict[str, tuple[tuple[str, str], ...]] = {}
    match item:
        case McqItem():
            # Options keep their letters and order: feedback and statistics speak of them.
            parts["options"] = tuple((each.id, each.text) for each in item.options)
        case OrderingItem():
            steps = [(each.id, each.text) for each in item.steps]
            parts["steps"] = _shuffled(steps, seed, avoid=item.key)
        case MatchingItem():
            parts["left"] = tuple((each.id, each.left) for each in item.pairs)
            right = [(each.id, each.right) for each in item.pairs]
            parts["right"] = _shuffled(right, seed, avoid=[each.id for each in item.pairs])
    return Question(
        artifact_id=artifact_id,
        kind=kind,
        stem=question_of(item),
        section=list(item.section),
        hint=item.hint,
        number=number,
        of=of,
        **parts,
    )


def _shuffled(
    parts: Sequence[tuple[str, str]], seed: str, *, avoid: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    """Return the parts in an order that is not the key's."""
    shuffled = list(parts)
    random.Random(seed).shuffle(shuffled)
    if [each[0] for each in shuffled] == list(avoid):
        shuffled.append(shuffled.pop(0))
    return tuple(shuffled)
