"""The portfolio: every paper of a tenant in one picture, and the leaderboard of one paper.

What enters are verdicts; what leaves are rates with the counts they are of. Always true: a rate is
over what was compared, what was not is counted beside it, and an export holds the same rows.
"""

from evigate.papers.portfolio.models import Portfolio, PortfolioFilter, PortfolioRow, Rate
from evigate.papers.portfolio.verbs import PortfolioVerbs

__all__ = ["Portfolio", "PortfolioFilter", "PortfolioRow", "PortfolioVerbs", "Rate"]
