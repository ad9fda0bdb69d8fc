"""The review queue in a real browser: by keyboard alone, and without script."""

from playwright.async_api import expect

from evigate.base.subject import Subject
from tests.browser.conftest import Site
from tests.browser.test_journeys import look
from tests.integration.gate.conftest import HARD, SOFT, make_bench
from tests.integration.gate.test_gate_pages import doubtful


async def test_a_queue_is_worked_through_without_the_mouse(site: Site, owner: Subject) -> None:
    bench = await make_bench(site.house, owner)
    suite = await bench.suite(HARD, SOFT)
    drafts = [await doubtful(bench, suite, f"card {n}") for n in range(5)]
    async with site.visitor() as page:
        await site.sign_in(page, owner)
        for address in ("/reviews", f"/reviews/{drafts[0][1]}", f"/artifacts/{drafts[0][0]}"):
            await page.goto(address)
            await look(page)
        await page.goto("/reviews")
        await page.keyboard.press("?")
        await expect(page.locator("[data-help]")).to_have_attribute("open", "")
        await page.keyboard.press("j")
        await page.keyboard.press("j")
        await page.keyboard.press("x")
        await expect(page.locator("[data-row]").nth(1).get_by_role("checkbox")).to_be_checked()
        await page.keyboard.press("j")
        await page.keyboard.press("x")
        await page.keyboard.press("r")
        await page.wait_for_url("**/reviews?told=all")
        statuses = [await bench.status(artifact) for artifact, _ in drafts]
        assert statuses == ["PENDING_EVAL", "REJECTED", "REJECTED", "PENDING_EVAL", "PENDING_EVAL"]

        await page.keyboard.press("j")
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"**/reviews/{drafts[0][1]}")
        await page.keyboard.press("j")
        await page.wait_for_url(f"**/reviews/{drafts[3][1]}")
        await page.keyboard.press("k")
        await page.wait_for_url(f"**/reviews/{drafts[0][1]}")
        # In a text a letter is a letter.
        await page.get_by_label("Comment", exact=True).fill("")
        await page.get_by_label("Comment", exact=True).press("a")
        await expect(page.get_by_label("Comment", exact=True)).to_have_value("a")
        await page.locator("h1").click()
        await page.keyboard.press("a")
        await page.wait_for_url(f"**/reviews/{drafts[3][1]}")
        assert await bench.status(drafts[0][0]) == "APPROVED"
        await page.keyboard.press("a")
        await page.wait_for_url(f"**/reviews/{drafts[4][1]}")
        await page.keyboard.press("r")
        await expect(page.get_by_role("status")).to_contain_text("the last one")
    assert site.complaints == []


async def test_without_script_the_same_buttons_decide(site: Site, owner: Subject) -> None:
    bench = await make_bench(site.house, owner)
    suite = await bench.suite(HARD, SOFT)
    artifact, _ = await doubtful(bench, suite, "card")
    async with site.visitor(has_script=False, width=400) as page:
        await site.sign_in(page, owner)
        await page.goto("/reviews")
        await page.get_by_role("link", name="card").click()
        await page.get_by_role("button", name="Approve").click()
        await expect(page.get_by_text("Nothing waits for you")).to_be_visible()
    assert await bench.status(artifact) == "APPROVED"
