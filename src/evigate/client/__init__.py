"""The client: the same verbs in process or over HTTP.

What enters is `file://` and a data directory, or the address of a server and a token; what leaves
is a `Client` whose verbs return JSON values, the same from both. It is thin: every verb is one
request, and in process the request goes to the application itself.
"""

from evigate.client.client import Client, ClientError, connect

__all__ = ["Client", "ClientError", "connect"]
