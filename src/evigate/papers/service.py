"""The room's service: permission, transaction, store, events and jobs, in one place.

The verbs stand in three files by what they act on, each resting on the one before.
"""

from evigate.papers.verbs_runs import RunVerbs


class PapersService(RunVerbs):
    """Every verb on papers, claims, plans and runs."""
