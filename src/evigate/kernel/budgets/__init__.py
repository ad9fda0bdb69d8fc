"""Budgets: how much a tenant may use, reserved before the work and settled after it.

What enters is a budget's name and an amount in its unit; what leaves is a yes or a refusal. Always
true: spent plus reserved never exceeds the limit. A budget that nobody set is unlimited.
"""

from evigate.kernel.budgets.service import (
    E_BUDGET_EXHAUSTED,
    PERMISSIONS,
    RUN_SECONDS,
    Budget,
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
    "list_budgets",
    "reserve",
    "set_budget",
    "settle",
]
