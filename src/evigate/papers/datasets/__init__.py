"""Which data sets papers name, and which of them a run may use.

A name enters, a resolution leaves: resolved, blocked, unknown or complex. What is unknown stays
unknown: nothing in this house makes up data in the place of a set that could not be had.
"""

from evigate.papers.datasets.models import DatasetEntry, Resolution, ResolutionStatus, Task
from evigate.papers.datasets.registry import REGISTRY, find_entry
from evigate.papers.datasets.resolve import find_mentions, is_licence_compliant, resolve

__all__ = [
    "REGISTRY",
    "DatasetEntry",
    "Resolution",
    "ResolutionStatus",
    "Task",
    "find_entry",
    "find_mentions",
    "is_licence_compliant",
    "resolve",
]
