"""The room's service: permission, transaction, store, events and jobs, in one place.

The verbs stand in files by what they act on, each resting on those for papers.
"""

from evigate.papers.between.verbs import BetweenVerbs
from evigate.papers.environments.verbs import EnvironmentVerbs
from evigate.papers.verbs_claims import ClaimVerbs
from evigate.papers.verbs_versions import VersionVerbs


class PapersService(BetweenVerbs, EnvironmentVerbs, VersionVerbs, ClaimVerbs):
    """Every verb on papers, claims, plans, runs, and on several of them at once."""
