"""The rest of the journey in a browser: a story of the run, the portfolio, the leaderboard."""

import os
from pathlib import Path

from playwright.async_api import Page, expect

from evigate.base.subject import Subject
from evigate.papers import ReproduceOptions
from tests.browser.conftest import Site
from tests.browser.test_journeys import look, press, upload

RUN_MS = 120_000
SHOTS = os.environ.get("EVIGATE_TEST_SHOTS")


async def shoot(page: Page, name: str) -> None:
    """Keep pictures of a page for people, where a folder for them is named."""
    if not SHOTS:
        return
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        await page.screenshot(path=f"{SHOTS}/{name}-{scheme}.png", full_page=True)
    await page.set_viewport_size({"width": 400, "height": 800})
    await page.screenshot(path=f"{SHOTS}/{name}-400.png", full_page=True)
    await page.set_viewport_size({"width": 1280, "height": 900})


async def test_from_a_run_to_its_story_and_the_portfolio(
    site: Site, owner: Subject, stranger: Subject, tmp_path: Path
) -> None:
    async with site.visitor() as page:
        await site.sign_in(page, owner)
        await page.goto("/papers")
        await upload(page, tmp_path)
        paper_url = page.url
        await press(page.get_by_role("button", name="Tell as a story"))
        await expect(page.locator("article")).to_have_count(6)
        pictures = page.locator("article svg[role=img]")
        await expect(pictures).to_have_count(6)
        named = await pictures.evaluate_all("all => all.map((each) => each.ariaLabel)")
        assert all(len(name) > 10 for name in named) and len(set(named)) == 6
        await expect(page.get_by_text("not tested", exact=True)).to_be_visible()
        story_url = page.url
        await look(page)

        paper_id = paper_url.rsplit("/", 1)[-1]
        options = ReproduceOptions(seeds=2, is_preapproved=True)
        run_id = await site.house.papers.reproduce(owner, options, paper_id=paper_id)  # type: ignore[arg-type]
        await page.goto(f"/runs/{run_id}")
        report = page.get_by_role("link", name="See the report")
        await expect(report).to_be_visible(timeout=RUN_MS)
        await expect(page.get_by_text("Peak memory")).to_be_visible()
        await shoot(page, "run")

        await page.goto(story_url)
        await press(page.get_by_role("button", name="Bring up to date"))
        await expect(page.get_by_text("We did the test too.")).to_be_visible()
        body = await page.locator("main").inner_text()
        await press(page.get_by_role("button", name="Bring up to date"))
        assert await page.locator("main").inner_text() == body
        await look(page)
        await shoot(page, "story")
        await press(page.get_by_role("link", name="Stories").first)
        await expect(page.locator(".story-list li")).to_have_count(1)
        await look(page)

        await page.goto("/portfolio")
        await expect(page.get_by_text("3 claims of 1 paper")).to_be_visible()
        await look(page)
        await shoot(page, "portfolio")
        await page.get_by_label("Verdict").select_option("not reproduced")
        await press(page.get_by_role("button", name="Filter"))
        await expect(page.get_by_text("Nothing to show")).to_be_visible()
        await page.goto("/portfolio")
        async with page.expect_download() as started:
            await page.get_by_role("link", name="RO-Crate").click()
        assert (await started.value).suggested_filename == "portfolio-ro-crate.zip"

        await page.goto(f"{paper_url}/leaderboard")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Leaderboard")
        await page.get_by_label("This claim").select_option(index=1)
        await page.get_by_label("beats").select_option(index=2)
        await press(page.get_by_role("button", name="Add the ranking"))
        await expect(page.get_by_role("button", name="Remove")).to_have_count(1)
        await look(page)
        await shoot(page, "leaderboard")
    assert site.complaints == []

    async with site.visitor() as page:
        await site.sign_in(page, stranger)
        for url in (story_url, f"{paper_url}/leaderboard"):
            answer = await page.goto(url)
            assert answer is not None and answer.status == 404
