"""Which data sets papers name, and which of them a run may use.

A name enters, a resolution leaves: resolved, blocked, unknown or complex. What is unknown stays
unknown: nothing in this house makes up data in the place of a set that could not be had.
"""

from evigate.papers.datasets.catalog import Catalog, current_catalog, find_entry, using_catalog
from evigate.papers.datasets.making import make_file, needs_file, write_file
from evigate.papers.datasets.models import (
    DataKind,
    DatasetEntry,
    Loader,
    Prepared,
    Resolution,
    ResolutionStatus,
    Task,
)
from evigate.papers.datasets.registry import REGISTRY
from evigate.papers.datasets.resolve import (
    find_mentions,
    is_licence_compliant,
    licence_fault,
    resolve,
)
from evigate.papers.datasets.sources import Sources

__all__ = [
    "REGISTRY",
    "Catalog",
    "DataKind",
    "DatasetEntry",
    "Loader",
    "Prepared",
    "Resolution",
    "ResolutionStatus",
    "Sources",
    "Task",
    "current_catalog",
    "find_entry",
    "find_mentions",
    "is_licence_compliant",
    "licence_fault",
    "make_file",
    "needs_file",
    "resolve",
    "using_catalog",
    "write_file",
]
