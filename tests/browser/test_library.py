"""The library in a real browser, by keys alone: try an idea, change an entry, lose a race."""

from playwright.async_api import expect

from evigate.base.subject import Subject
from tests.browser.conftest import Site
from tests.browser.test_journeys import look, press


async def test_an_idea_is_read_and_an_entry_changed_by_keyboard(site: Site, owner: Subject) -> None:
    async with site.visitor(has_script=False) as page:
        await site.sign_in(page, owner)
        await page.goto("/studio/library")
        await look(page)
        idea = "Our barber shop needs online booking and reminders, but no loyalty points."
        await page.get_by_label("A few sentences").fill(idea)
        await press(page.get_by_role("button", name="Read it"))
        await expect(page.get_by_role("link", name="Online booking").first).to_be_visible()
        await expect(page.get_by_text("ruled out: “loyalty points”")).to_be_visible()
        await press(page.get_by_text("Why am I asked this?").first)
        await expect(page.get_by_text("Asked because").first).to_be_visible()
        await look(page)

        await page.goto("/studio/library?words=dog+groomer")
        await expect(page.get_by_text("Pet Care (except Veterinary) Services")).to_be_visible()
        await expect(page.get_by_text("Nothing has these words")).to_be_visible()
        await look(page)

        await page.goto("/studio/library/features/tips")
        entry = page.get_by_label("Entry", exact=True)
        packaged = await entry.input_value()
        late = await page.context.new_page()
        await late.goto("/studio/library/features/tips")
        await entry.fill(packaged.replace("title: Tips", "title: Tips and thanks"))
        await press(page.get_by_role("button", name="Save as version 1"))
        await expect(page.get_by_role("heading", level=1)).to_have_text("Tips and thanks")
        await expect(page.get_by_text("yours, in place of the packaged one")).to_be_visible()
        await look(page)

        theirs = packaged.replace("title: Tips", "title: Gratuity")
        await late.get_by_label("Entry", exact=True).fill(theirs)
        await press(late.get_by_role("button", name="Save as version 1"))
        await expect(late.get_by_role("alert")).to_contain_text("is at version 1")
        await expect(late.get_by_label("Your text")).to_have_value(theirs)
        await expect(late.locator("pre")).to_contain_text("title: Tips and thanks")
        await late.close()

        await press(page.get_by_role("button", name="Withdraw your entry"))
        await page.goto("/studio/library/features/tips")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Tips")
        await expect(page.get_by_text("Version 2, withdrawn")).to_be_visible()
