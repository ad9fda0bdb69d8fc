"""Whole journeys in a real browser, by keyboard: from a PDF to a report, live and without script."""

from pathlib import Path

from playwright.async_api import Locator, Page, expect

from evigate.base.subject import Subject
from evigate.papers import ReproduceOptions, Source
from tests.browser.conftest import Site
from tests.fixtures.papers import WINE_TITLE, make_paper, wine_paper

RUN_MS = 90_000
NARROW = {"width": 400, "height": 800}
WIDE = {"width": 1280, "height": 900}


async def press(target: Locator) -> None:
    """Use a link or a button as a keyboard does; it must be able to have the focus."""
    await target.focus()
    await expect(target).to_be_focused()
    await target.press("Enter")


async def look(page: Page) -> None:
    """Check what holds of every page: one heading, named inputs, nothing wider than a phone."""
    assert await page.locator("h1").count() == 1, page.url
    unnamed = await page.evaluate(
        """() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea")]
             .filter((each) => !each.labels.length && !each.ariaLabel).map((each) => each.name)"""
    )
    assert unnamed == [], page.url
    await page.set_viewport_size(NARROW)
    surplus = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert surplus <= 0, f"{page.url} is {surplus} px wider than a phone"
    await page.set_viewport_size(WIDE)


async def upload(page: Page, folder: Path) -> None:
    path = folder / "wine.pdf"
    path.write_bytes(wine_paper())
    await page.get_by_label("A PDF from this computer").set_input_files(path)
    await press(page.get_by_role("button", name="Upload"))
    await expect(page.get_by_role("heading", level=1)).to_have_text(WINE_TITLE)


async def test_from_a_pdf_to_its_report_by_keyboard(
    site: Site, owner: Subject, stranger: Subject, tmp_path: Path
) -> None:
    async with site.visitor() as page:
        await site.sign_in(page, owner)
        await look(page)
        await press(page.get_by_role("link", name="Papers", exact=True))
        await look(page)
        await upload(page, tmp_path)
        await look(page)
        await expect(page.locator("tr[data-claim]")).to_have_count(3)

        # A claim shows the place where it is printed.
        link = page.locator("[data-claim-link]").first
        await press(link)
        assert await page.locator(".region[aria-current=true]").count() == 1

        await press(page.get_by_role("button", name="Reproduce"))
        await press(page.get_by_role("link", name="Review the plan"))
        await expect(page.get_by_role("heading", level=1)).to_have_text("Plan")
        await look(page)
        await page.get_by_label("Remark").fill("It is what the paper says.")
        await press(page.get_by_role("button", name="Approve the plan"))
        await press(page.get_by_role("link", name="Review the notebook"))
        await expect(page.get_by_role("heading", level=1)).to_have_text("Notebook")
        await look(page)
        await press(page.get_by_role("button", name="Approve the notebook"))

        # The console is live: the notebook's lines come without loading the page again.
        log = page.get_by_role("log")
        await expect(log).to_contain_text("Running the notebook", timeout=RUN_MS)
        await expect(log).to_contain_text("178 rows, 13 features", timeout=RUN_MS)
        report = page.get_by_role("link", name="See the report")
        await expect(report).to_be_visible(timeout=RUN_MS)
        await expect(page.locator("[data-live-metrics] tr")).not_to_have_count(0)
        await look(page)

        await press(report)
        await expect(page.get_by_text("3 claims compared")).to_be_visible()
        await expect(page.locator(".report-table tbody tr")).to_have_count(3)
        await look(page)
        report_url = page.url
        await check_file(site, page, tmp_path)

        # An observed number leads to the cell that measured it.
        await press(page.locator('.report-table a[href*="#cell-"]').first)
        await expect(page.locator(":target")).to_contain_text("run_method")
        await look(page)
        for path in ("/runs", "/settings", "/settings/tokens", "/doctor", "/docs"):
            await page.goto(path)
            await look(page)
    assert site.complaints == []

    async with site.visitor() as page:
        await site.sign_in(page, stranger)
        answer = await page.goto(report_url)
        assert answer is not None and answer.status == 404


async def check_file(site: Site, page: Page, folder: Path) -> None:
    """Open the report's file from disk: it asks nobody for anything, its links lead somewhere."""
    async with page.expect_download() as started:
        await page.get_by_role("link", name="HTML").click()
    path = folder / "report.html"
    await (await started.value).save_as(path)
    async with site.visitor(has_script=True) as reader:
        asked: list[str] = []
        reader.on("request", lambda request: asked.append(request.url))
        await reader.goto(path.as_uri())
        assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
        broken = await reader.evaluate(
            """() => [...document.querySelectorAll("a[href^='#']")]
                 .filter((each) => !document.getElementById(each.hash.slice(1)))
                 .map((each) => each.hash)"""
        )
        assert broken == []
        shown = await reader.evaluate(
            "[...document.images].every((each) => each.complete && each.naturalWidth > 50)"
        )
        assert shown
        assert await reader.locator("img.crop").count() >= 1


async def test_everything_works_without_script(site: Site, owner: Subject, tmp_path: Path) -> None:
    async with site.visitor(has_script=False) as page:
        token = await site.house.tenancy.make_link(owner)
        await page.goto(f"/sign-in/{token}")
        await page.get_by_role("button", name="Sign in").click()
        await page.get_by_role("link", name="Papers", exact=True).click()
        await upload(page, tmp_path)
        await expect(page.locator("tr[data-claim]")).to_have_count(3)
        await page.locator("[data-claim-link]").first.click()
        await expect(page.locator(".region:target")).to_have_count(1)
        await page.get_by_role("button", name="Reproduce").click()
        # The page asks for itself again every five seconds while the run is under way.
        await expect(page.get_by_role("link", name="Review the plan")).to_be_visible(timeout=20_000)
        await page.get_by_role("button", name="Cancel").click()
        await expect(page.locator(".page-head .badge")).to_have_text("Cancelled", timeout=20_000)

        await page.get_by_role("link", name=WINE_TITLE).click()
        await page.get_by_role("link", name="Delete").click()
        await page.get_by_role("button", name="Delete the paper").click()
        await expect(page.get_by_text("No papers yet")).to_be_visible()
        await page.locator(".menu summary").click()
        await page.get_by_role("button", name="Sign out").click()
        await page.goto("/papers")
        assert "/sign-in?next=/papers" in page.url
    assert site.complaints == []


CURVED_TABLE = (("Method", "Accuracy (%)"), ("Softmax regression", "97.0"), ("MLP", "97.2"))
CURVED_TEXT = (
    "We classify the Wine data. 30% of the rows are held out for testing; features were",
    "standardized. Networks were trained for 3000 epochs with a learning rate of 0.01.",
)
# Keeps how many points each curve had whenever it changed, beside the page itself.
WATCH = """() => {
  window.seen = {};
  new MutationObserver(() => {
    for (const each of document.querySelectorAll("figure[data-curve]")) {
      const count = each.querySelector("polyline").getAttribute("points").split(" ").length;
      (window.seen[each.dataset.curve] ??= []).push(count);
    }
  }).observe(document.body, {subtree: true, childList: true, attributes: true});
}"""


async def test_learning_curves_are_drawn_while_the_run_goes_and_runs_are_compared(
    site: Site, owner: Subject
) -> None:
    papers = site.house.papers
    data = make_paper("Curves", CURVED_TEXT, "Table 1: Accuracy on Wine.", CURVED_TABLE)
    paper = await papers.ingest(owner, data, Source("curves.pdf"))
    await papers.extract(owner, paper.id)
    async with site.visitor() as page:
        await site.sign_in(page, owner)
        options = ReproduceOptions(seeds=1, is_preapproved=True)
        run_id = await papers.reproduce(owner, options, paper_id=paper.id)
        await page.goto(f"/runs/{run_id}")
        assert await page.locator("figure[data-curve]").count() == 0
        await page.evaluate(WATCH)
        await page.wait_for_function(
            "() => Object.values(window.seen ?? {}).some((each) => Math.max(...each) > 10)",
            timeout=RUN_MS,
        )
        # The very page that began without a curve has drawn them, point by point.
        seen = await page.evaluate("window.seen")
        drawn = {tuple(key.split("|")[:2]) for key in seen}
        assert {("loss", "train"), ("accuracy", "train")} <= drawn, seen
        await expect(page.get_by_role("link", name="See the report")).to_be_visible(timeout=RUN_MS)
        # Drawn by the server afterwards, they are the same curves, with their last step named.
        await expect(page.locator("figure[data-curve]")).not_to_have_count(0)
        await expect(page.locator("[data-last]").first).to_contain_text("step")
        await look(page)

        measured = (await papers.get_run(owner, run_id)).reproduction
        assert measured is not None and measured.run_id is not None
        again = await papers.rerun(owner, measured.run_id)
        await page.goto(f"/runs/{again}")
        link = page.get_by_role("link", name="See the report")
        await expect(link).to_be_visible(timeout=RUN_MS)
        await press(page.get_by_role("button", name="Compare"))
        await expect(page.get_by_role("heading", level=1)).to_have_text("Two runs")
        await expect(page.locator(".summary")).to_contain_text("0 of")
        await look(page)
        await page.goto("/papers")
        await press(page.get_by_role("link", name="how long all of it is kept"))
        await page.get_by_label("Days to keep runs").fill("90")
        await press(page.get_by_role("button", name="Save"))
        await expect(page.get_by_text("Runs are kept 90 days")).to_be_visible()
        await look(page)
    assert site.complaints == []
