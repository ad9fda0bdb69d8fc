"""Boot: settings and composition, the one place that knows every room.

What enters is the environment; what leaves is a `House`, the same for web, worker, command line and
client. Always true: only this room reads the environment, and each room is handed its own part.
"""

from typing import TYPE_CHECKING, Any

from evigate.boot.settings import Settings, load_settings

if TYPE_CHECKING:
    from evigate.boot.house import House

__all__ = ["House", "Settings", "load_settings"]


def __getattr__(name: str) -> Any:
    """Load the house when it is asked for: an engine's handle needs settings and no rooms."""
    if name == "House":
        from evigate.boot.house import House

        return House
    raise AttributeError(f"module 'evigate.boot' has no attribute {name!r}")
