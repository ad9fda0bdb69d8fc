"""Checks: what enters is a draft with its reading and citations, what leaves is a score.

A check is a pure function of the draft and the rule's parameters, so two runs give the same bits.
It never decides: whether a score passes is the rule's affair, and the database's.
"""

from evigate.gate.checks.models import (
    BuiltinCheck,
    Check,
    Citation,
    Draft,
    EvalType,
    Link,
    Option,
    Reading,
    Score,
)
from evigate.gate.checks.registry import BUILTIN_CHECKS

__all__ = [
    "BUILTIN_CHECKS",
    "BuiltinCheck",
    "Check",
    "Citation",
    "Draft",
    "EvalType",
    "Link",
    "Option",
    "Reading",
    "Score",
]
