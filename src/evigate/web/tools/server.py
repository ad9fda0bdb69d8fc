"""The server of the Model Context Protocol, over HTTP and over standard input and output.

The only file that knows the protocol's library. A call runs as the caller's own token through the
API's own routes, so a tool can do nothing that its caller could not do without it. Over HTTP each
request stands for itself: no session is kept, and any process may answer it.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.types import Receive, Scope, Send

from evigate.boot.doctor import version
from evigate.web.tools.calling import Caller
from evigate.web.tools.catalog import ToolSpec

INSTRUCTIONS = (
    "Evigate turns talk into a specification that rests on what was said. Every claim quotes its "
    "source; what is not known is an open question. Read a project before you change it, answer "
    "tasks with what you have, and do not invent what nobody said."
)


def make_server(tools: Mapping[str, ToolSpec], caller: Caller, authorization: str) -> Server[Any]:
    """Return a server of the tools whose calls are made with an `Authorization` header."""

    async def list_tools(context: Any, params: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_described(each) for each in tools.values()])

    async def call_tool(context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        tool = tools.get(params.name)
        if tool is None:
            message = f"There is no tool {params.name!r}; list the tools to see which are."
            return types.CallToolResult(content=[_text(message)], is_error=True)
        answer = await caller.call(tool, params.arguments or {}, authorization)
        return types.CallToolResult(
            content=[_text(orjson.dumps(answer.value).decode())],
            structured_content=answer.value,
            is_error=answer.is_error,
        )

    return Server(
        "evigate",
        version=version(),
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


async def answer_http(server: Server[Any], scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request over HTTP; its host is not checked, since no browser sends a token."""
    manager = StreamableHTTPSessionManager(server, json_response=True, stateless=True)
    async with manager.run():
        await manager.handle_request(scope, receive, send)


async def answer_stdio(server: Server[Any]) -> None:
    """Serve one client over standard input and output until it closes them."""
    async with stdio_server() as (reading, writing):
        await server.run(reading, writing, server.create_initialization_options())


def _described(tool: ToolSpec) -> types.Tool:
    return types.Tool(
        name=tool.name,
        description=tool.description,
        input_schema=dict(tool.schema),
        annotations=types.ToolAnnotations(read_only_hint=tool.is_read_only, open_world_hint=False),
    )


def _text(text: str) -> types.TextContent:
    return types.TextContent(type="text", text=text)
