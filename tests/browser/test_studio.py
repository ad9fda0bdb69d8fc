"""The studio in a real browser: a paragraph, questions by keys alone, the words behind each value."""

from playwright.async_api import expect

from evigate.base.subject import Subject
from tests.browser.conftest import Site
from tests.browser.test_journeys import look, press

GROOMING = (
    "We run a chain of dog-grooming salons. Customers phone to book, we lose appointments and"
    " no-shows cost us money. I need online booking with deposits by card and reminders, two salons"
    " now, ten next year, live in three months, budget about 20k. Staff must see only their own"
    " salon. Customer health notes are private."
)
PHONE = 400


async def test_a_paragraph_becomes_a_discovery_by_keyboard(site: Site, owner: Subject) -> None:
    async with site.visitor() as page:
        await site.sign_in(page, owner)
        await press(page.get_by_role("link", name="Studio"))
        await expect(page.get_by_text("No projects yet")).to_be_visible()
        await look(page)
        await page.get_by_label("What do you need?").fill(GROOMING)
        await press(page.get_by_role("button", name="Start"))
        known = page.get_by_role("complementary", name="What we know")
        await expect(known.get_by_text("20k").first).to_be_visible()
        await expect(page.get_by_role("heading", level=2).first).to_contain_text(
            "How will you know"
        )
        await look(page)

        # The words behind a value show when the keyboard reaches it.
        value = known.locator(".claim__value", has_text="live in three months").first
        quote = known.locator(".claim__quote", has_text="live in three months").first
        await expect(quote).to_be_hidden()
        await value.focus()
        await expect(quote).to_be_visible()

        before = await page.locator("progress").get_attribute("value")
        await page.get_by_label("Your answer").fill("Reduce no-shows by at least half")
        await press(page.get_by_role("button", name="Answer", exact=True))
        await expect(page.get_by_text("Reduce no-shows by at least half").first).to_be_visible()
        after = await page.locator("progress").get_attribute("value")
        assert int(after or 0) > int(before or 0)

        # A contradiction is a card, and a card is answered with the arrow keys.
        await page.locator("#field-say").fill("The budget is 35k now.")
        await press(page.get_by_role("button", name="Answer", exact=True))
        await expect(page.get_by_role("heading", name="You said “20k”")).to_be_visible()
        await page.get_by_label("20k", exact=True).first.focus()
        await page.keyboard.press("ArrowDown")
        await press(page.get_by_role("button", name="Answer", exact=True))
        await expect(known.locator(".claim__value", has_text="35k")).to_be_visible()

        await press(page.get_by_role("button", name="Decide later"))
        await expect(known.get_by_role("heading", name="Tasks")).to_be_visible()
        await look(page)
        await press(page.get_by_role("link", name="What came of it"))
        await expect(page.get_by_role("heading", name="Also said")).to_be_visible()
        await page.locator(".claim__value").first.focus()
        await expect(page.locator(".claim__quote").first).to_be_visible()
        await look(page)
    assert site.complaints == []


async def test_the_discovery_works_without_script_and_on_a_phone(
    site: Site, owner: Subject
) -> None:
    found = await site.house.studio.create(owner, GROOMING)
    async with site.visitor(has_script=False, width=PHONE) as page:
        await site.sign_in(page, owner)
        await page.goto(f"/studio/{found.project.id}")
        await page.get_by_role("button", name="I don't know").press("Enter")
        await expect(page.get_by_text("I don't know").first).to_be_visible()
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE
        await page.goto(f"/studio/{found.project.id}/output")
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE
    assert site.complaints == []
