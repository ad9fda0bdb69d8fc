"""Verbs over HTTP, where "HTTP" may be a call in this process."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx

from evigate.boot import House, Settings
from evigate.boot.console import working
from evigate.web import create_app

API = "/api/v1"
TIMEOUT_S = 60.0
POLL_S = 0.5


class ClientError(Exception):
    """A refused request: `problem` is the server's, with `code` and `remediation`."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{problem.get('code')}: {problem.get('detail')}")
        self.problem = dict(problem)


@asynccontextmanager
async def connect(address: str, *, token: str | None = None) -> AsyncIterator["Client"]:
    """Open a client.

    Args:
        address: "file:///data" or a path for a house in this process, which then also works on its
            jobs; "https://host" for a server.
        token: an API token; needed for a server.

    Raises:
        ValueError: a server without a token.
    """
    async with AsyncExitStack() as stack:
        if address.startswith(("http://", "https://")):
            if token is None:
                raise ValueError("A server needs an API token.")
            transport: httpx.AsyncBaseTransport = httpx.AsyncHTTPTransport()
        else:
            folder = unquote(urlsplit(address).path) if address.startswith("file:") else address
            house = await stack.enter_async_context(
                House.open(Settings(data_dir=Path.cwd() / folder))
            )
            await stack.enter_async_context(working(house))
            _, token = await house.tenancy.create_token(
                await house.operator(), "in-process client", lifetime_s=24 * 3600
            )
            transport = httpx.ASGITransport(app=create_app(house), raise_app_exceptions=False)
            address = "http://in-process"
        http = await stack.enter_async_context(
            httpx.AsyncClient(
                transport=transport,
                base_url=address,
                headers={"authorization": f"Bearer {token}"},
                timeout=TIMEOUT_S,
            )
        )
        yield Client(http)


class Client:
    """The verbs; each raises `ClientError` when the server refuses."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def request(self, method: str, path: str, **options: Any) -> Any:
        """Send one request below /api/v1 and return its JSON, or None where there is none."""
        answer = await self._http.request(method, f"{API}/{path}", **options)
        if answer.is_error:
            raise ClientError(answer.json())
        return answer.json() if answer.content else None

    async def list_papers(self, *, limit: int = 50) -> list[dict[str, Any]]:
        """Return papers, newest first."""
        page = await self.request("GET", "papers", params={"limit": limit})
        return list(page["items"])

    async def ingest(self, pdf: bytes, *, name: str = "paper.pdf") -> str:
        """Take in a PDF and return its paper's id."""
        files = {"file": (name, pdf, "application/pdf")}
        made = await self.request("POST", "papers/ingest", files=files)
        return str(made["paper_id"])

    async def reproduce(
        self, paper_id: str, *, seeds: int = 3, is_preapproved: bool = False
    ) -> str:
        """Start the journey from paper to report and return its run's id."""
        body = {"paper_id": paper_id, "seeds": seeds, "is_preapproved": is_preapproved}
        return str((await self.request("POST", "reproductions", json=body))["run_id"])

    async def wait(self, run_id: str) -> dict[str, Any]:
        """Wait until a run has ended and return it."""
        while True:
            run: dict[str, Any] = await self.request("GET", f"runs/{run_id}")
            if run["completed_at"] is not None:
                return run
            await asyncio.sleep(POLL_S)

    async def report(self, paper_id: str) -> dict[str, Any]:
        """Return the newest report of a paper."""
        found: dict[str, Any] = await self.request("GET", f"papers/{paper_id}/report")
        return found
