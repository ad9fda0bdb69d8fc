"""Evigate: evidence in, gated artifacts out."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evigate.client.engine import connect as connect

__all__ = ["connect"]


def __getattr__(name: str) -> Any:
    """Load the engine's door when it is asked for, so that importing the package stays quick."""
    if name == "connect":
        from evigate.client.engine import connect

        return connect
    raise AttributeError(f"module 'evigate' has no attribute {name!r}")
