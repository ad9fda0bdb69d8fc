"""Features and planning in a real browser, by keys alone: from the board to an approved blueprint."""

import os

from playwright.async_api import Page, expect

from evigate.base.subject import Subject
from tests.browser.conftest import Site
from tests.browser.test_journeys import look, press
from tests.integration.studio.projects import answered, discovered

PHONE = 400


async def shoot(page: Page, name: str) -> None:
    """Keep a picture of the page where one is asked for."""
    folder = os.environ.get("EVIGATE_TEST_PICTURES")
    if folder:
        await page.screenshot(path=f"{folder}/{name}.png", full_page=True)


async def test_from_the_board_to_the_plan_by_keyboard(site: Site, owner: Subject) -> None:
    project = (await discovered(site.house, owner)).project.id
    async with site.visitor() as page:
        await site.sign_in(page, owner)
        await page.goto(f"/studio/{project}")
        await press(page.get_by_role("link", name="Where it stands"))
        await expect(page.get_by_text("Go on to FEATURE_SELECTION.")).to_be_visible()
        await look(page)
        await shoot(page, "phases")
        await press(page.get_by_role("button", name="Go on to features"))
        await expect(page.get_by_role("heading", name="To finish features")).to_be_visible()

        # Candidates, each with score and reason; one is chosen, with what it needs.
        await press(page.get_by_role("link", name="Features", exact=True))
        await press(page.get_by_role("button", name="Find candidates"))
        candidates = page.get_by_role("region", name="Candidates")
        await expect(candidates.get_by_text("you said “online booking”").first).to_be_visible()
        await expect(candidates.get_by_text("%").first).to_be_visible()
        await look(page)
        for title in ("Online booking", "Reminders", "Roles and permissions", "Deposits"):
            await press(page.get_by_role("button", name=f"Must: {title}", exact=True).first)
            chosen = page.get_by_role("region", name="Chosen features")
            await expect(chosen.get_by_text(title, exact=True)).to_be_visible()
        await expect(page.get_by_role("status").first).to_contain_text("came along")
        await expect(chosen.get_by_text("Staff accounts", exact=True)).to_be_visible()

        # One candidate is dropped, one's own is added.
        await press(page.get_by_role("button", name="Drop: No-show tracking", exact=True))
        await expect(candidates.get_by_text("· dropped").first).to_be_visible()
        await page.get_by_label("What it is called").fill("Groomer commission report")
        await press(page.get_by_role("button", name="Add as should"))
        await expect(chosen.get_by_text("Groomer commission report", exact=True)).to_be_visible()
        await press(page.get_by_role("button", name="Move up: Groomer commission report"))
        while await page.get_by_role("button", name="Met otherwise").count():
            critical = page.locator(".seed", has=page.get_by_text("Critical")).filter(
                has=page.get_by_role("button", name="Met otherwise")
            )
            if not await critical.count():
                break
            await critical.first.get_by_role("textbox").fill("kept by a rule")
            await press(critical.first.get_by_role("button", name="Met otherwise"))
            await expect(page.get_by_role("heading", name="Why", exact=True)).to_be_visible()
        await look(page)
        await shoot(page, "features")

        await press(page.get_by_role("link", name="Where it stands"))
        await press(page.get_by_role("button", name="Go on to plan", exact=True))
        await press(page.get_by_role("link", name="Plan", exact=True))
        await press(page.get_by_role("button", name="Make the plan"))
        # The page follows the run, and is there with the plan when it ends.
        numbers = page.get_by_role("region", name="The plan in numbers")
        await expect(numbers).to_contain_text("prefilled")
        await look(page)
        await shoot(page, "plan")
        await press(page.get_by_role("button", name="Accept all that is 85 % sure"))
        await expect(page.get_by_text("· accepted").first).to_be_visible()

        for text in ("How long before should a reminder go out",):
            asked = page.locator(".asked", has_text=text)
            await asked.get_by_role("textbox").first.fill("a day before")
            await press(asked.get_by_role("button", name="Answer:"))
            await expect(asked.get_by_text("a day before").first).to_be_visible()
        choice = page.locator(".asked", has_text="Do you want money at booking")
        await choice.get_by_label("always", exact=True).focus()
        await page.keyboard.press("Space")
        await press(choice.get_by_role("button", name="Answer:"))
        await expect(choice.get_by_text("· answered")).to_be_visible()
        optional = page.locator(".asked", has_text="In which languages must people")
        await press(optional.get_by_role("button", name="Skip:"))
        await expect(optional.get_by_text("· skipped")).to_be_visible()

        await press(page.get_by_role("button", name="Apply: Hold, then confirm"))
        await expect(page.get_by_role("button", name="Take back: Hold, then")).to_be_visible()
        await press(page.get_by_role("button", name="Draft: Blueprint"))
        await expect(page.get_by_text("Blocks:").first).to_be_visible()
        await press(page.get_by_role("link", name="Health"))
        await expect(page.get_by_text("No mistakes so far")).to_be_visible()
        await look(page)
    assert site.complaints == []


async def test_a_blueprint_is_approved_without_script_on_a_phone(
    site: Site, owner: Subject
) -> None:
    project = (await answered(site.house, owner, has_worker=True)).project_id
    async with site.visitor(has_script=False, width=PHONE) as page:
        await site.sign_in(page, owner)
        for path in ("phases", "features", "plan", "health"):
            await page.goto(f"/studio/{project}/{path}")
            assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE, path
            await shoot(page, f"phone-{path}")
        await page.goto(f"/studio/{project}/plan")
        await page.get_by_role("button", name="Draft: Blueprint").press("Enter")
        await page.get_by_role("button", name="Submit: Blueprint").press("Enter")
        await page.get_by_role("button", name="Approve: Blueprint").press("Enter")
        await expect(page.get_by_text("Approved").first).to_be_visible()
        await expect(page.get_by_text("pinned").first).to_be_visible()
        await page.goto(f"/studio/{project}/phases")
        await page.get_by_role("button", name="Go on to looks").press("Enter")
        await page.get_by_label("Why").fill("there is nothing to look at yet")
        await page.get_by_role("button", name="Skip this phase").press("Enter")
        await expect(page.get_by_text("The specification is compiled")).to_be_visible()
    assert site.complaints == []
