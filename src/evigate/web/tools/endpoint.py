"""Where tools are called: a route for clients with a token, and one client on standard input.

The protocol's library takes a third of a second to load, so it is loaded by the first call.
"""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from evigate.base.errors import E_UNAUTHENTICATED, EvigateError
from evigate.kernel.http import Doors
from evigate.web.tools.calling import Caller
from evigate.web.tools.catalog import ToolSpec, tools_of

MCP_PATH = "/mcp"


class ToolsEndpoint:
    """The ASGI application at `MCP_PATH`."""

    def __init__(self, app: ASGIApp, doors: Doors) -> None:
        """`app` is the application with the API that the tools call."""
        self._caller = Caller(app)
        self._doors = doors
        self._tools: Mapping[str, ToolSpec] | None = None

    async def tools(self) -> Mapping[str, ToolSpec]:
        """Return the tools by name."""
        if self._tools is None:
            self._tools = tools_of(await self._caller.description())
        return self._tools

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request.

        Raises:
            EvigateError[E_UNAUTHENTICATED]: it has no token that is worth anything.
        """
        from evigate.web.tools.server import answer_http, make_server

        request = Request(scope)
        visitor = await self._doors.visitor_or_none(request)
        if visitor is None or visitor.csrf_token:
            raise EvigateError(
                E_UNAUTHENTICATED,
                "Tools are called with a token.",
                remediation="Make one with `evigate tokens create` and send it as a bearer.",
            )
        server = make_server(await self.tools(), self._caller, request.headers["authorization"])
        await answer_http(server, scope, receive, send)

    async def on_standard_input(self, token: str) -> None:
        """Serve one client over standard input and output, as the token's person."""
        from evigate.web.tools.server import answer_stdio, make_server

        await answer_stdio(make_server(await self.tools(), self._caller, f"Bearer {token}"))
