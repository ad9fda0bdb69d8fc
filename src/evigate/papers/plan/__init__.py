"""Plans: what to measure of a paper, how, and on whose word.

A parsed paper, its claims and its tables enter; a plan leaves, version 1.1 with our additions. What
the paper does not say is listed as an assumption, and every quote stands on the page it names.
"""

from evigate.papers.plan.complete import complete_plan
from evigate.papers.plan.draft import draft_plan
from evigate.papers.plan.grounding import check_plan, find_ungrounded
from evigate.papers.plan.models import (
    Assumption,
    Citation,
    ClaimStatus,
    ModelStatus,
    Plan,
    PlannedClaim,
    PlannedModel,
    Protocol,
    ProtocolKind,
    parse_plan,
)

__all__ = [
    "Assumption",
    "Citation",
    "ClaimStatus",
    "ModelStatus",
    "Plan",
    "PlannedClaim",
    "PlannedModel",
    "Protocol",
    "ProtocolKind",
    "check_plan",
    "complete_plan",
    "draft_plan",
    "find_ungrounded",
    "parse_plan",
]
