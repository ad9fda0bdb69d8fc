"""A made prototype in a real browser, from the file system, by keyboard: roles, adding, steps."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from evigate.studio.kits.folder import find_kit, load_kit, read_folder
from evigate.studio.kits.planning import apply_plan, make_plan
from evigate.studio.kits.rendering import render_kit
from evigate.studio.specification.compiler import compile_specification
from tests.conftest import need
from tests.unit.studio.specification.snapshots import snapshot

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    need("Chromium", is_there=CHROMIUM is not None)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield await browser.new_page(viewport={"width": 1100, "height": 900})
        await browser.close()


async def choose(page: Page, role: str) -> None:
    """Say who one is, with the keyboard."""
    await page.get_by_label("You are").focus()
    await page.keyboard.type(role)
    await page.keyboard.press("Tab")


async def test_a_prototype_is_clicked_through_without_a_server(page: Page, tmp_path: Path) -> None:
    spec = compile_specification(snapshot())
    bundle = render_kit(load_kit(read_folder(find_kit("web-prototype"))), spec)
    apply_plan(make_plan(bundle, tmp_path), bundle, tmp_path)
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))

    await page.goto((tmp_path / "index.html").as_uri())
    await page.keyboard.press("Tab")
    await expect(page.get_by_text("To the content")).to_be_focused()
    await choose(page, "Front desk")
    link = page.get_by_role("navigation").get_by_role("link", name="Appointment")
    await link.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Appointment")
    await expect(page.locator("#reach")).to_have_text("You see your own only.")
    rows = page.locator("#rows tr")
    await expect(rows).to_have_count(1)

    await page.get_by_label("starts at").fill("2031-05-06T09:30")
    await page.get_by_label("ends at").fill("2031-05-06T10:30")
    for field in await page.locator("#form [required]").all():
        if not await field.input_value():
            await field.fill("5")
    await page.get_by_role("button", name="Add it").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_have_text("No. 4 was added.")
    await expect(rows).to_have_count(2)
    await expect(rows.nth(1)).to_contain_text("2031-05-06 09:30")
    step = page.get_by_role("button", name="Let no. 4 become confirmed")
    await step.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_have_text("No. 4 is now confirmed.")
    await expect(page.get_by_role("button", name="Let no. 4 become confirmed")).to_have_count(0)

    # Another role sees other pages and does other steps; what was added is still there.
    await choose(page, "Owner")
    await expect(page.locator("#reach")).to_have_text("This role does not see these.")
    await expect(page.locator("#seen")).to_be_hidden()
    await page.reload()
    await expect(page.get_by_label("You are")).to_have_value("owner")
    await choose(page, "Front desk")
    await expect(rows).to_have_count(2)
    for width, height in ((400, 800), (1100, 900)):
        await page.set_viewport_size({"width": width, "height": height})
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not await page.evaluate(wide), "nothing is cut off, nothing scrolls sideways"
    assert complaints == [] and all(url.startswith("file://") for url in asked)
