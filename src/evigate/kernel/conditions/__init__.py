"""Conditions: the one closed rule language of the house, over JSON documents.

What enters: a JSON document of paths and operators, written by people. What leaves: true, false or
error, with a trace that says why; and the same condition as SQL over a jsonb column, for lists.
Always true: no operator runs code or touches anything but the document; an error is an answer of
its own, which a caller must read as "no" where something is allowed and as "yes" where it is
denied; the order of keys and of clauses is nothing. Operators follow MongoDB's where it has them.
"""

from evigate.kernel.conditions.evaluate import Outcome, Step, evaluate
from evigate.kernel.conditions.models import At, Condition
from evigate.kernel.conditions.parse import CODES, E_CONDITION_INVALID, parse_condition
from evigate.kernel.conditions.reduce import reduce_condition
from evigate.kernel.conditions.sql import Compiled, compile_sql
from evigate.kernel.conditions.walk import walk_tests

__all__ = [
    "CODES",
    "E_CONDITION_INVALID",
    "At",
    "Compiled",
    "Condition",
    "Outcome",
    "Step",
    "compile_sql",
    "evaluate",
    "parse_condition",
    "reduce_condition",
    "walk_tests",
]
