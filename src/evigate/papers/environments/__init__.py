"""Environments rebuilt from a run's lock: the same versions beside the ones installed here.

A lock enters, as every run leaves one (`environment.json`); what differs from the present
installation leaves, and a virtual environment of exactly the locked versions, made with uv, that
runs may be given. Always true: an environment is used only once it holds what its lock says, and a
version that cannot be had is named.
"""

from evigate.papers.environments.building import BuildReport, ensure_environment, is_built
from evigate.papers.environments.models import Difference, Lock, differences, parse_lock

__all__ = [
    "BuildReport",
    "Difference",
    "Lock",
    "differences",
    "ensure_environment",
    "is_built",
    "parse_lock",
]
