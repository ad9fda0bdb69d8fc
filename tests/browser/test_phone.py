"""The studio on a phone and without script: a talk, its plan to an approved blueprint, the portal."""

import os

from playwright.async_api import Page, expect

from evigate.base.subject import Subject
from tests.browser.conftest import Site
from tests.browser.test_journeys import press
from tests.integration.studio.projects import GROOMING, answered

PHONE = 400


async def fits(page: Page, path: str) -> None:
    """Open a page and check that it is no wider than the phone; keep a picture where one is wanted."""
    await page.goto(path)
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE, path
    folder = os.environ.get("EVIGATE_TEST_PICTURES")
    if folder:
        name = path.strip("/").replace("/", "-")
        await page.screenshot(path=f"{folder}/phone-{name[-60:]}.png", full_page=True)


async def test_the_studio_works_without_script_on_a_phone(site: Site, owner: Subject) -> None:
    house = site.house
    talk = (await house.studio.create(owner, GROOMING, name="Salons")).project.id
    project = (await answered(house, owner, has_worker=True)).project_id
    agency = (await house.organisations.create(owner, "agency", "The Agency")).organisation.id
    _, token = await house.engagements.invite(
        owner, agency, "kim@client.test", resource=f"project:{talk}", role="client"
    )
    async with site.visitor(has_script=False, width=PHONE) as page:
        await site.sign_in(page, owner)
        await fits(page, "/studio")
        await press(page.get_by_role("button", name="Start from an example"))
        await expect(page.get_by_role("heading", level=1)).to_have_text("Dog-grooming salons")
        await fits(page, f"/studio/{talk}")
        await page.get_by_role("button", name="I don't know").press("Enter")
        await expect(page.get_by_text("I don't know").first).to_be_visible()
        for path in ("output", "tasks/new"):
            await fits(page, f"/studio/{talk}/{path}")
        for path in ("phases", "features", "plan", "health"):
            await fits(page, f"/studio/{project}/{path}")
        for path in ("roles", "grants", "who-can"):
            await fits(page, f"/settings/access/{path}")
        await page.goto(f"/studio/{project}/plan")
        for step in ("Draft", "Submit", "Approve"):
            await page.get_by_role("button", name=f"{step}: Blueprint").press("Enter")
        await expect(page.get_by_text("Approved").first).to_be_visible()
        await expect(page.get_by_text("pinned").first).to_be_visible()
        await page.goto(f"/studio/{project}/phases")
        await page.get_by_role("button", name="Go on to looks").press("Enter")
        await page.get_by_label("Why").fill("there is nothing to look at yet")
        await page.get_by_role("button", name="Skip this phase").press("Enter")
        await expect(page.get_by_text("The specification is compiled")).to_be_visible()
    async with site.visitor(has_script=False, width=PHONE) as page:
        await page.goto(f"/invitations/{token}")
        await press(page.get_by_role("button", name="Join"))
        await fits(page, f"/portal/{talk}")
        await page.locator("#field-say").fill("Half as many no-shows as today")
        await press(page.get_by_role("button", name="Answer", exact=True))
        await expect(page.get_by_role("heading", level=2).first).to_be_visible()
    assert (await house.studio.show(owner, talk)).session.turn == 3
    assert site.complaints == []


async def test_where_one_is_stands_in_sight_on_a_phone(site: Site, owner: Subject) -> None:
    async with site.visitor(width=PHONE) as page:
        await site.sign_in(page, owner)
        for path in ("/papers", "/inbox", "/settings"):
            await page.goto(path)
            box = await page.locator(".site-nav [aria-current]").bounding_box()
            assert box is not None and 0 <= box["x"] <= PHONE - box["width"], path
