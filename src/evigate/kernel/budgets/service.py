"""Reserving and settling."""

from dataclasses import dataclass
from uuid import UUID

from evigate.base.errors import Code, EvigateError, Kind
from evigate.kernel.access import EVERY_ROLE, OWNER_ONLY, Permission, require
from evigate.kernel.db import Tx, load_queries

RUN_SECONDS = "runs.seconds"

E_BUDGET_EXHAUSTED = Code(
    "E_BUDGET_EXHAUSTED", Kind.LIMIT, 429, "Raise the budget, or ask for a smaller run."
)

READ = Permission("budgets.read", EVERY_ROLE)
MANAGE = Permission("budgets.manage", OWNER_ONLY)
PERMISSIONS = (READ, MANAGE)

_queries = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class Budget:
    """What a tenant may use of one thing; amounts are in `unit`."""

    name: str
    unit: str
    limit_amount: int
    spent: int
    reserved: int


async def list_budgets(tx: Tx) -> list[Budget]:
    """Return the tenant's budgets by name; empty where none was set."""
    require(tx.subject, READ)
    return [Budget(**row) for row in await _queries.list_budgets(tx.connection)]


async def set_budget(tx: Tx, name: str, *, unit: str, limit_amount: int) -> None:
    """Set a limit; what was spent stays spent."""
    require(tx.subject, MANAGE)
    await _queries.set_budget(tx.connection, name=name, unit=unit, limit_amount=limit_amount)


async def reserve(tx: Tx, name: str, run_id: UUID, amount: int) -> None:
    """Set an amount aside for a run; again for the same run replaces the amount.

    Raises:
        EvigateError[E_BUDGET_EXHAUSTED]: less than the amount is left.
    """
    if not await _queries.reserve(tx.connection, name=name, run_id=run_id, amount=amount):
        message = f"The budget {name!r} has less than {amount} left."
        raise EvigateError(E_BUDGET_EXHAUSTED, message)


async def settle(tx: Tx, name: str, run_id: UUID, amount: int) -> None:
    """Replace a run's reservation by what it used; without a reservation nothing happens."""
    await _queries.settle(tx.connection, name=name, run_id=run_id, amount=amount)


async def charge(tx: Tx, name: str, amount: int) -> None:
    """Count what was used without a reservation, even past the limit; no budget, no effect."""
    await _queries.charge(tx.connection, name=name, amount=amount)
