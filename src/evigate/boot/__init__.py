"""Boot: settings and composition, the one place that knows every room.

What enters is the environment; what leaves is a `House`, the same for web, worker, command line and
client. Always true: only this room reads the environment, and each room is handed its own part.
"""

from evigate.boot.house import House, Registry
from evigate.boot.settings import Settings, load_settings

__all__ = ["House", "Registry", "Settings", "load_settings"]
