"""Failures that recur, what mends them, and when to stop trying.

A mistake is known by a hash of its kind, the place in our code and a normalised location; never by
what somebody wrote. Each kind has one strategy, from a closed registry; a strategy that fails twice
for a mistake is tried no more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from evigate.base.canonical import content_hash
from evigate.base.ids import new_uuid
from evigate.kernel.db import Tx, load_queries

_queries = load_queries(__package__)
AGENT_VERSION = "1"


class MistakeKind(StrEnum):
    """The seed's six."""

    CIRCULAR_REFERENCE = "circular_reference"
    MISSING_DEPENDENCY = "missing_dependency"
    INVALID_STATE = "invalid_state"
    TIMEOUT = "timeout"
    BUDGET_EXCEEDED = "budget_exceeded"
    VALIDATION_FAILURE = "validation_failure"


class Strategy(StrEnum):
    """What mends a mistake; nothing else does."""

    DROP_CYCLE_EDGE = "drop_cycle_edge"
    ADD_MISSING_DEPENDENCY = "add_missing_dependency"
    RETRY_LONGER = "retry_longer"
    REDUCE_CONTEXT = "reduce_context"
    JSON_REPAIR = "json_repair"
    RESET_STATE = "reset_state"


STRATEGIES: Mapping[MistakeKind, Strategy] = {
    MistakeKind.CIRCULAR_REFERENCE: Strategy.DROP_CYCLE_EDGE,
    MistakeKind.MISSING_DEPENDENCY: Strategy.ADD_MISSING_DEPENDENCY,
    MistakeKind.INVALID_STATE: Strategy.RESET_STATE,
    MistakeKind.TIMEOUT: Strategy.RETRY_LONGER,
    MistakeKind.BUDGET_EXCEEDED: Strategy.REDUCE_CONTEXT,
    MistakeKind.VALIDATION_FAILURE: Strategy.JSON_REPAIR,
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """A failure as it is met: what kind, at which place in our code, where in its data."""

    kind: MistakeKind
    place: str
    location: str
    description: str

    @property
    def signature(self) -> str:
        """Return the hash by which it is known again."""
        return content_hash([self.kind, self.place, self.location, AGENT_VERSION])


@dataclass(frozen=True, slots=True)
class MistakeRow:
    """A mistake as it was met so far; `disabled_at` says that its strategy is tried no more."""

    kind: str
    signature: str
    place: str
    description: str
    strategy: str | None
    occurrences: int
    fixed: int
    failed: int
    disabled_at: datetime | None
    first_seen: datetime
    last_seen: datetime


async def strategy_for(tx: Tx, mistake: Mistake) -> Strategy | None:
    """Keep that a mistake was met, and return what to try; None where it failed twice already."""
    row = await _queries.see_mistake(
        tx.connection,
        id=new_uuid(),
        kind=mistake.kind.value,
        signature=mistake.signature,
        place=mistake.place,
        description=mistake.description,
        strategy=STRATEGIES[mistake.kind].value,
    )
    return None if row["disabled_at"] is not None else Strategy(row["strategy"])


async def tell_outcome(tx: Tx, mistake: Mistake, *, is_fixed: bool) -> None:
    """Keep whether what was tried has mended the mistake."""
    await _queries.tell_mistake(
        tx.connection, signature=mistake.signature, fixed=int(is_fixed), failed=int(not is_fixed)
    )


async def list_mistakes(tx: Tx) -> list[MistakeRow]:
    """Return the tenant's mistakes, the most frequent first."""
    return [MistakeRow(**row) for row in await _queries.list_mistakes(tx.connection)]
