"""Access in a real browser, by keys alone: a role, who holds it until when, who may; and an objective."""

from playwright.async_api import expect

from evigate.base.subject import Subject
from tests.browser.conftest import Site
from tests.browser.test_journeys import look, press


async def test_a_role_is_made_given_and_asked_about(site: Site, owner: Subject) -> None:
    project = (
        await site.house.studio.create(owner, "A salon books by phone.", name="Salons")
    ).project.id
    await site.house.tenancy.add_member(owner, "eva@salon.test", "viewer")
    async with site.visitor(has_script=False) as page:
        await site.sign_in(page, owner)
        await page.goto("/settings/access")
        await look(page)
        await press(page.get_by_role("link", name="Roles", exact=True))
        await page.get_by_label("Name").fill("answerer")
        await page.get_by_label("What it may do").fill("?")
        await press(page.get_by_role("button", name="Add it"))
        await expect(page.get_by_role("alert")).to_contain_text("capability")
        await page.get_by_label("What it may do").fill("studio:answer")
        await press(page.get_by_role("button", name="Add it"))
        await expect(page.get_by_role("heading", name="answerer")).to_be_visible()
        await look(page)

        await page.goto("/settings/access/grants")
        await page.get_by_label("Member").select_option(label="eva@salon.test")
        await page.get_by_label("Within").select_option(label="the project Salons")
        await page.get_by_label("Until, in UTC").fill("2099-01-01T18:00")
        await press(page.get_by_role("button", name="Give it"))
        await expect(page.get_by_role("row", name="eva@salon.test")).to_contain_text("2099")
        await press(page.get_by_text("eva@salon.test", exact=True).last)
        await page.get_by_label("Known of eva@salon.test, as JSON").fill('{"salon_id": "s1"}')
        await press(page.get_by_role("button", name="Keep what is known of eva@salon.test"))
        await expect(page.get_by_label("Known of eva@salon.test, as JSON")).to_contain_text("s1")
        await look(page)

        await page.goto("/settings/access/who-can")
        await page.get_by_label("What is done").fill("studio:answer")
        await page.get_by_label("To which thing").fill(f"project:{project}")
        await press(page.get_by_role("button", name="Ask"))
        await expect(page.get_by_role("row", name="eva@salon.test")).to_contain_text("answerer")
        await look(page)
        await page.goto("/settings/access/grants")
        await press(page.get_by_role("button", name="Take answerer from eva@salon.test"))
        await expect(page.get_by_text("Nobody holds a role")).to_be_visible()

        # An objective is tried with a transcript, kept as a version, and made the active one.
        await page.goto("/studio/objectives")
        await look(page)
        await press(page.get_by_role("link", name="Idea", exact=True))
        await look(page)
        await page.get_by_label("A transcript").fill("A salon books by phone.\nHalf the no-shows")
        await press(page.get_by_role("button", name="Try it"))
        await expect(page.get_by_role("heading", name="What it would ask")).to_be_visible()
        await look(page)
        kept = await page.get_by_label("Configuration").input_value()
        await page.get_by_label("Configuration").fill("{")
        await press(page.get_by_role("button", name="Keep it"))
        await expect(page.get_by_role("alert")).to_contain_text("not JSON")
        await page.get_by_label("Configuration").fill(kept)
        await press(page.get_by_role("button", name="Keep it"))
        await press(page.get_by_role("button", name="Make it active"))
        await expect(page.get_by_role("row", name="1.1.0")).to_contain_text("Active")
    assert [each for each in site.complaints if "status of 4" not in each] == []
