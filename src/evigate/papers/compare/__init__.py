"""Claimed against observed: a gap, a tolerance and a verdict for every claim of a paper.

Claims, the plan and a run's observations enter; one `Gap` a claim leaves, in the claims' order.
No claim disappears: what was not measured is "not comparable", with a reason one can act on.
"""

from evigate.papers.compare.differences import (
    DifferenceKind,
    ProtocolDifference,
    differences_of,
)
from evigate.papers.compare.gaps import compare
from evigate.papers.compare.models import Gap, Verdict

__all__ = [
    "DifferenceKind",
    "Gap",
    "ProtocolDifference",
    "Verdict",
    "compare",
    "differences_of",
]
