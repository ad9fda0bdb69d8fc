"""Evidence in a real browser: make a store, add a paper, ask, and see where the answer stands."""

from pathlib import Path

from playwright.async_api import expect

from evigate.base.subject import Subject
from tests.browser.conftest import Site
from tests.browser.test_journeys import look, press
from tests.conftest import DEMO_PAPER

INDEX_MS = 60_000


async def test_from_a_paper_to_the_lines_that_answer_by_keyboard(
    site: Site, owner: Subject, stranger: Subject
) -> None:
    async with site.visitor() as page:
        await site.sign_in(page, owner)
        await press(page.get_by_role("link", name="Evidence"))
        await expect(page.get_by_text("No stores yet")).to_be_visible()
        await look(page)
        await page.get_by_label("A new store's title").fill("Cancer papers")
        await press(page.get_by_role("button", name="Make it"))
        await expect(page.get_by_role("heading", level=1)).to_have_text("Cancer papers")
        await expect(page.get_by_text("No documents yet")).to_be_visible()
        await look(page)

        await page.get_by_label("Question").fill("too early")
        await press(page.get_by_role("button", name="Search"))
        await expect(page.get_by_role("alert")).to_contain_text("Nothing of the store")

        await page.get_by_label("Add a document").set_input_files(DEMO_PAPER)
        await press(page.get_by_role("button", name="Add", exact=True))
        # The page renews itself while the worker makes the document searchable.
        await expect(page.get_by_role("button", name="Index again")).to_be_visible(timeout=INDEX_MS)

        await page.get_by_label("Question").fill("how was the data set divided for training")
        await press(page.get_by_role("button", name="Search"))
        rows = page.locator("tr[data-claim]")
        await expect(rows).to_have_count(10)
        await expect(rows.first.locator("mark").first).to_be_visible()
        await expect(rows.first).to_contain_text("Meaning: similarity")
        await look(page)
        await press(rows.first.locator("[data-claim-link]"))
        marked = page.locator(".region[aria-current=true]")
        assert await marked.count() > 1, "each line of the passage is marked"
        await page.keyboard.press("ArrowDown")
        await expect(rows.nth(1)).to_have_attribute("aria-current", "true")
        box = await marked.first.bounding_box()
        assert box is not None and box["width"] > 20

        address = page.url
        await page.get_by_label("Words", exact=True).check()
        await page.get_by_label("Question").fill("zebra")
        await press(page.get_by_role("button", name="Search"))
        await expect(page.get_by_text("Nothing answers that")).to_be_visible()
    async with site.visitor() as page:
        await site.sign_in(page, stranger)
        answer = await page.goto(address)
        assert answer is not None and answer.status == 404
    site.complaints[:] = [each for each in site.complaints if "404" not in each]


async def test_without_script_the_same_page_answers(site: Site, owner: Subject) -> None:
    store = await site.house.stores.create(owner, "Notes")
    note = b"# Pasta\n\nBoil the pasta in salted water for nine minutes, then drain it."
    await site.house.stores.add(owner, store, note, "pasta.md")
    await site.house.stores.index(owner, store)
    async with site.visitor(has_script=False) as page:
        await site.sign_in(page, owner)
        await page.goto(f"/stores/{store.id}")
        await page.get_by_label("Question").fill("boil pasta")
        await page.get_by_role("button", name="Search").click()
        await expect(page.locator("mark").first).to_have_text("Boil")
        await expect(page.get_by_text("no printed pages")).to_be_visible()
        await page.get_by_role("link", name="Pasta, page 1").click()
        await expect(page.get_by_role("heading", level=2)).to_have_text("Pasta")
        await expect(page.locator("#marked mark")).to_contain_text("Boil the pasta")


async def test_a_file_that_cannot_be_read_says_so_beside_the_field(
    site: Site, owner: Subject, tmp_path: Path
) -> None:
    store = await site.house.stores.create(owner, "Bad files")
    path = tmp_path / "broken.pdf"
    path.write_bytes(b"%PDF-1.7 and then nothing")
    async with site.visitor() as page:
        await site.sign_in(page, owner)
        await page.goto(f"/stores/{store.id}")
        await page.get_by_label("Add a document").set_input_files(path)
        await page.get_by_role("button", name="Add", exact=True).click()
        await expect(page.locator(".field__error")).to_be_visible()
    site.complaints[:] = [each for each in site.complaints if "422" not in each]
