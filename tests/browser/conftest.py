"""A real server, a real worker and a real browser around a test's own house."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
import uvicorn
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from evigate.base.subject import Subject
from evigate.boot import House
from evigate.boot.console import working
from evigate.web import create_app
from tests.conftest import need

WAIT_MS = 90_000  # however busy the machine
expect.set_options(timeout=WAIT_MS)
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


@dataclass
class Site:
    """The house as a browser sees it; `complaints` gathers what any page's console said."""

    house: House
    base: str
    browser: Browser
    complaints: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def visitor(self, *, has_script: bool = True, width: int = 1280) -> AsyncIterator[Page]:
        """Open a page in a browser profile of its own."""
        context: BrowserContext = await self.browser.new_context(
            base_url=self.base,
            java_script_enabled=has_script,
            viewport={"width": width, "height": 900},
            accept_downloads=True,
        )
        context.set_default_timeout(WAIT_MS)
        page = await context.new_page()
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        try:
            yield page
        finally:
            await context.close()

    def _note(self, message: object) -> None:
        kind, text = message.type, message.text  # type: ignore[attr-defined]
        if kind in ("error", "warning"):
            self.complaints.append(f"{message.page.url}: {text}")  # type: ignore[attr-defined]

    async def sign_in(self, page: Page, subject: Subject, landing: str = "/") -> None:
        """Follow a one-time link, by keyboard."""
        token = await self.house.tenancy.make_link(subject)
        await page.goto(f"/sign-in/{token}")
        await expect(page.locator("[autofocus]")).to_be_focused()
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"{self.base}{landing}")


@pytest.fixture
async def site(house: House) -> AsyncIterator[Site]:
    """The house served on a free port, with a worker, and a browser to look at it."""
    need("Chromium", is_there=CHROMIUM is not None)
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        create_app(house), log_level="warning", access_log=False, lifespan="off", ws="none"
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    following = asyncio.create_task(house.follow_events())
    counting = asyncio.create_task(house.realtime.run())
    try:
        async with working(house), async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox"]
            )
            yield Site(house, f"http://127.0.0.1:{listener.getsockname()[1]}", browser)
            await browser.close()
    finally:
        house.live.close()
        server.should_exit = True
        following.cancel()
        counting.cancel()
        await asyncio.gather(serving, following, counting, return_exceptions=True)
