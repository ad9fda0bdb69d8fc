"""Notebooks made from plans: the same plan gives the same bytes, and a reader can follow them.

A plan enters; a notebook, its pinned requirements and a hash of the environment leave. The notebook
imports numpy, scikit-learn and matplotlib and nothing of this house, so it runs anywhere.
"""

from evigate.papers.notebook.build import build_notebook
from evigate.papers.notebook.environment import (
    environment_hash,
    environment_lock,
    lock_of,
    requirements_txt,
)

__all__ = [
    "build_notebook",
    "environment_hash",
    "environment_lock",
    "lock_of",
    "requirements_txt",
]
