"""A run against the tenant's budgets: reserved before a call, settled after it.

The kernel's reservation locks the budget's row, so runs in parallel cannot reserve more than is
left. Within one run calls follow one another, so a run holds one reservation a budget. Apart from
`policy.py`, which knows a run's own caps and no database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from evigate.agents.policy import LimitHit, Reservation, crossed
from evigate.base.errors import EvigateError
from evigate.kernel.budgets import E_BUDGET_EXHAUSTED, Budget, charge, list_budgets, reserve, settle
from evigate.kernel.db import Tx

TOKENS = "agents.tokens"
MICROS = "agents.micros"
UNITS = {TOKENS: "tokens", MICROS: "micros"}


@dataclass(frozen=True, slots=True)
class Taken:
    """What a call took; `micros` is None where no price is known."""

    tokens: int
    micros: int | None


async def budgets_of(tx: Tx) -> dict[str, Budget]:
    """Return the budgets that bound agents, by name; those that nobody set are not there."""
    return {each.name: each for each in await list_budgets(tx) if each.name in UNITS}


async def hold(tx: Tx, run_id: UUID, wanted: Reservation) -> LimitHit | None:
    """Set aside what a call may take; where a budget has less left nothing is, and it is named."""
    amounts = {TOKENS: wanted.tokens, MICROS: wanted.micros or 0}
    try:
        # Both or neither: a savepoint takes the first one back when the second is refused.
        async with tx.connection.transaction():
            for name, amount in amounts.items():
                await reserve(tx, name, run_id, amount)
    except EvigateError as error:
        if error.code is not E_BUDGET_EXHAUSTED:
            raise
        return _first_short(await budgets_of(tx), amounts)
    return None


def _first_short(budgets: Mapping[str, Budget], amounts: Mapping[str, int]) -> LimitHit | None:
    for name, amount in amounts.items():
        if (budget := budgets.get(name)) is None:
            continue
        used = budget.spent + budget.reserved + amount
        if used > budget.limit_amount:
            return LimitHit(name, budget.limit_amount, used)
    return None


async def release(tx: Tx, run_id: UUID, taken: Taken) -> Sequence[str]:
    """Replace what was set aside by what was taken; name the budgets now four fifths used.

    A call that nothing was set aside for, since the tenant lets calls pass a limit, is counted too.
    """
    warned = []
    before = await budgets_of(tx)
    for name, amount in ((TOKENS, taken.tokens), (MICROS, taken.micros or 0)):
        if name not in before:
            continue
        await settle(tx, name, run_id, 0)
        await charge(tx, name, amount)
        spent, limit = before[name].spent, before[name].limit_amount
        if crossed(spent, spent + amount, limit):
            warned.append(name)
    return warned
