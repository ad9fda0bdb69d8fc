"""The specification in a real browser, by keys alone: compiled, walked, commented, approved, changed."""

from playwright.async_api import expect

from evigate.base.subject import Subject
from tests.browser.conftest import Site
from tests.browser.test_journeys import look, press
from tests.browser.test_learning import PHONE
from tests.browser.test_stories import shoot
from tests.integration.studio.projects import answered


async def test_from_a_plan_to_an_approved_specification_by_keyboard(
    site: Site, owner: Subject
) -> None:
    project = (await answered(site.house, owner, has_worker=True)).project_id
    async with site.visitor() as page:
        await site.sign_in(page, owner)
        await page.goto(f"/studio/{project}/plan")
        # Looks are tried before they are chosen; a colour that cannot be read is told.
        await press(page.get_by_role("link", name="Looks", exact=True))
        await page.get_by_label("A colour of one's own").fill("#ffee00")
        await press(page.get_by_role("button", name="Try it"))
        await expect(page.get_by_text("The nearest that can is").first).to_be_visible()
        await page.get_by_label("A colour of one's own").fill("#5a2ca0")
        await press(page.get_by_role("button", name="Try it"))
        await look(page)
        await shoot(page, "design")
        await press(page.get_by_role("button", name="Choose Garden"))
        await expect(page.get_by_role("heading", name="Chosen: garden")).to_be_visible()

        await press(page.get_by_role("link", name="Specification", exact=True))
        await press(page.get_by_role("button", name="Compile it", exact=True))
        await expect(page.get_by_role("heading", name="Version 1.0.0")).to_be_visible()
        await expect(page.get_by_text("each with the words that ask for it")).to_be_visible()

        # A quote shows where it has the focus.
        first = page.get_by_role("article").first
        words = first.locator(".claim__value").first
        await words.focus()
        await expect(first.locator(".claim__quote").first).to_be_visible()
        await look(page)
        await shoot(page, "specification")

        # The graph is walked from box to box.
        await press(page.get_by_role("link", name="Trace FR-ONLINE-BOOKING-1"))
        await expect(
            page.get_by_role("heading", name="Requirement: FR-ONLINE-BOOKING-1")
        ).to_be_visible()
        await shoot(page, "trace")
        await look(page)
        await press(page.get_by_role("link", name="entity Appointment").first)
        await expect(page.get_by_role("heading", name="Entity: Appointment")).to_be_visible()
        await press(page.get_by_role("link", name="Back to the specification"))

        # What would change is told before it is changed, from the conversation too.
        await page.goto(f"/studio/{project}")
        await page.get_by_text("Change", exact=True).first.click()
        await press(page.get_by_role("link", name="What would change with").first)
        await expect(
            page.get_by_role("heading", name="What if this were different?")
        ).to_be_visible()
        await press(page.get_by_role("link", name="Back to the specification"))
        await press(
            page.get_by_role("link", name="What if this were different: Staff must see").first
        )
        await expect(page.get_by_role("heading", name="Removed")).to_be_visible()
        await page.get_by_label("If it read").fill("Staff must see only their own branch")
        await press(page.get_by_role("button", name="Look"))
        await expect(page.locator("ins", has_text="branch").first).to_be_visible()
        await look(page)
        await shoot(page, "impact")
        await press(page.get_by_role("link", name="Back to the specification"))

        await page.get_by_label("About").select_option("FR-ONLINE-BOOKING-1")
        await page.get_by_role("textbox", name="Comment").fill("Also by phone?")
        await press(page.get_by_role("button", name="Say it"))
        await expect(page.get_by_text("Also by phone?")).to_be_visible()
        await press(page.get_by_role("button", name="Submit for review"))
        await page.get_by_label("Why").fill("as we agreed")
        await press(page.get_by_role("button", name="Approve"))
        await expect(page.get_by_text("pinned by its approval")).to_be_visible()

        discovery = await site.house.studio.show(owner, project)
        said = next(each for each in discovery.session.messages if each.role == "user")
        text = said.content.replace("salon", "branch")
        await site.house.studio.revise(owner, project, said.id, text)
        await page.goto(f"/studio/{project}/spec")
        await expect(page.get_by_text("out of date")).to_be_visible()
        await press(page.get_by_role("button", name="Compile again"))
        await expect(page.get_by_role("heading", name="Version 1.1.0")).to_be_visible()
        await press(page.get_by_role("link", name="What changed last"))
        await expect(page.locator("del", has_text="salon").first).to_be_visible()
        await look(page)
        await shoot(page, "diff")
        await page.set_viewport_size({"width": PHONE, "height": 800})
        await page.goto(f"/studio/{project}/spec?version=1.0.0")
        await expect(page.get_by_role("heading", name="Version 1.0.0")).to_be_visible()
        await shoot(page, "specification-phone")
