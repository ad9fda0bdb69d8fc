"""The client: the same verbs in process or over HTTP.

What enters is `file://` and a data directory, or the address of a server and a token; what leaves
is a `Client` whose verbs return JSON values, the same from both. It is thin: every verb is one
request, and in process the request goes to the application itself.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evigate.client.client import Client, ClientError, connect

__all__ = ["Client", "ClientError", "connect"]


def __getattr__(name: str) -> Any:
    """Load the client when it is asked for: it brings the whole house with it."""
    if name in __all__:
        from evigate.client import client

        return getattr(client, name)
    raise AttributeError(f"module 'evigate.client' has no attribute {name!r}")
