"""Between two of a kind: two runs, many seeds of one plan, two versions of a paper.

What enters are two things that should be alike; what leaves is where they differ. Always true:
nothing is called equal that was not looked at, and what only one of the two has is shown as such.
"""

from evigate.papers.between.models import ClaimChange, RunComparison, ValueChange, claim_changes
from evigate.papers.between.verbs import BetweenVerbs

__all__ = ["BetweenVerbs", "ClaimChange", "RunComparison", "ValueChange", "claim_changes"]
