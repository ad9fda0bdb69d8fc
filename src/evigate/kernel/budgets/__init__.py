"""Budgets: how much a tenant may use, reserved before the work and settled after it.

What enters is a budget's name and an amount in its unit; what leaves is a yes or a refusal. Always
true: no reservation takes spent plus reserved past the limit; only `charge`, for what was used with
a person's leave and without one, may. A budget that nobody set is unlimited.
"""

from evigate.kernel.budgets.service import (
    E_BUDGET_EXHAUSTED,
    PERMISSIONS,
    RUN_SECONDS,
    Budget,
    charge,
    list_budgets,
    reserve,
    set_budget,
    settle,
)

__all__ = [
    "E_BUDGET_EXHAUSTED",
    "PERMISSIONS",
    "RUN_SECONDS",
    "Budget",
    "charge",
    "list_budgets",
    "reserve",
    "set_budget",
    "settle",
]
