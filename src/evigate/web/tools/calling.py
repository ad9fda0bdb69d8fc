"""One call of a tool as one request to the API: where each argument goes, and what came back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from evigate.web.tools.catalog import ToolSpec

# The call stays within this process; the name appears nowhere but in generated links.
_BASE = "http://evigate.invalid"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call gave: a JSON object, or its refusal as a problem (RFC 9457)."""

    value: dict[str, Any]
    is_error: bool


class Caller:
    """Calls tools as whoever's token it is given."""

    def __init__(self, app: Any) -> None:
        """`app` is the ASGI application with the API."""
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url=_BASE, timeout=None)

    async def description(self) -> dict[str, Any]:
        """Return the API's description (OpenAPI)."""
        found: dict[str, Any] = (await self._client.get("/api/v1/openapi.json")).json()
        return found

    async def call(
        self, tool: ToolSpec, arguments: Mapping[str, Any], authorization: str
    ) -> Answer:
        """
        Call a tool.

        A list comes back as {"items": [...]}, nothing as {}. What the API refuses is an answer too:
        its problem, with the stable code.
        """
        unknown = sorted(set(arguments) - set(tool.arguments))
        if unknown:
            known = ", ".join(sorted(tool.arguments)) or "none"
            detail = f"{tool.name} has no argument {unknown[0]!r}; it takes: {known}."
            return Answer({"code": "E_INVALID", "detail": detail}, is_error=True)
        path, query, headers = tool.path, dict[str, Any](), {"authorization": authorization}
        body: dict[str, Any] = {}
        for name, value in arguments.items():
            argument = tool.arguments[name]
            match argument.place:
                case "path":
                    path = path.replace(f"{{{argument.sent_as}}}", quote(str(value), safe=""))
                case "query" if value is not None:
                    query[argument.sent_as] = value
                case "header" if value is not None:
                    headers[argument.sent_as] = str(value)
                case "body":
                    body[argument.sent_as] = value
        if "{" in path:
            lacking = path[path.index("{") + 1 : path.index("}")]
            detail = f"{tool.name} needs the argument {lacking!r}."
            return Answer({"code": "E_INVALID", "detail": detail}, is_error=True)
        has_body = any(each.place == "body" for each in tool.arguments.values())
        sent = (body.get("body") if tool.is_whole_body else body) if has_body else None
        response = await self._client.request(
            tool.method, path, params=query, headers=headers, json=sent
        )
        return Answer(_object(response), is_error=response.is_error)


def _object(response: httpx.Response) -> dict[str, Any]:
    if not response.content:
        return {}
    try:
        value = response.json()
    except ValueError:
        return {"text": response.text}
    return value if isinstance(value, dict) else {"items": value}
