"""The doors' own SQL, loaded at first use."""

from functools import lru_cache
from typing import Any

from evigate.kernel.db import load_sync_queries


@lru_cache(maxsize=1)
def load() -> Any:
    """Return the queries of this room."""
    return load_sync_queries(__package__)
