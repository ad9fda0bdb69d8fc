"""Learning in a real browser: a teacher builds and reviews; a learner practises by keys alone."""

from pathlib import Path
from uuid import UUID

from playwright.async_api import Page, expect

from evigate.base.subject import Subject
from evigate.boot import House
from evigate.gate import NewCitation, approve
from tests.browser.conftest import Site
from tests.browser.test_journeys import look, press
from tests.integration.learning.conftest import CHAPTER, SINUS, Class, make_class
from tests.integration.learning.test_pages import join, pending_item

BUILD_MS = 120_000
PHONE = 400


async def test_a_teacher_builds_a_bank_and_reviews_it_by_keyboard(
    site: Site, owner: Subject, tmp_path: Path
) -> None:
    path = tmp_path / "heart.md"
    path.write_text(CHAPTER)
    async with site.visitor() as page:
        await site.sign_in(page, owner)
        await press(page.get_by_role("link", name="Learning"))
        await expect(page.get_by_text("No modules yet")).to_be_visible()
        await look(page)
        await page.get_by_label("Files to learn from").set_input_files(path)
        await press(page.get_by_role("button", name="Make and build"))
        await expect(page.get_by_role("heading", level=1)).to_have_text("Heart")
        # The build's own lines come over the stream; at its end the page shows what it brought.
        await expect(page.get_by_text("The last build ended")).to_be_visible(timeout=BUILD_MS)
        await look(page)
        module_url = page.url.split("#")[0]

        cell = page.locator(".heat__cell:not(.heat-0)").first
        await press(cell)
        await expect(page.get_by_role("heading", level=1)).to_have_text("A passage")
        await expect(page.locator("mark").first).to_be_visible()
        await look(page)
        await press(page.locator("tbody a").first)
        await expect(page.get_by_text("As a learner sees it")).to_be_visible()
        await look(page)

        await page.goto(f"{module_url}/items")
        await look(page)
        await page.get_by_label("Words in the item").fill("heartbeat")
        await page.keyboard.press("Enter")
        await expect(page.locator("tbody tr").first).to_be_visible()
        await press(page.locator("tbody a").first)
        await page.locator("summary", has_text="Retire").press("Enter")
        await page.get_by_label("Why").fill("Asked in class already.")
        await press(page.get_by_role("button", name="Retire the item"))
        await expect(page.locator(".page-head .badge").first).to_have_text("Retired")

        await page.goto(f"{module_url}/items/new?kind=learning.true_false_item")
        await look(page)
        await page.get_by_label("Statement").fill("The pericardium is a membrane.")
        await press(page.get_by_role("button", name="Put it before the gate"))
        await expect(page.get_by_role("status")).to_contain_text("The gate has judged it")
        await page.goto(f"{module_url}/class")
        await look(page)
    assert site.complaints == []


async def bank(house: House, owner: Subject) -> Class:
    """A module with a question of each simple kind, and one that learners must not see."""
    heart = await make_class(house, owner)
    document = await heart.put(CHAPTER)
    cite = [NewCitation(document, SINUS)]
    await heart.write_mcq(document)
    for kind, payload in (
        (
            "learning.true_false_item",
            {
                "stem": "The sinoatrial node is a group of cells that sets the rhythm of the "
                "heartbeat.",
                "key": True,
            },
        ),
        (
            "learning.cloze_item",
            {
                "stem": "The _____ is a group of cells that sets the rhythm of the heartbeat.",
                "key": "sinoatrial node",
            },
        ),
        (
            "learning.flashcard",
            {
                "front": "Sinoatrial node",
                "back": "a group of cells that sets the rhythm of the heartbeat",
            },
        ),
    ):
        judged = await house.learning.bank.write(
            owner, heart.module_id, kind, {**payload, "concept": "sinoatrial node"}, cite
        )
        assert judged.outcome.artifact_status == "APPROVED", (kind, judged)
    await pending_item(heart)
    return heart


async def answer_by_keys(page: Page) -> str:
    """Answer the question on the page with keys alone and return its kind."""
    await page.wait_for_load_state()  # the script of the keys runs before that
    kind = str(await page.locator("[data-practice]").get_attribute("data-practice"))
    assert "Mitral" not in await page.content()
    match kind:
        case "learning.mcq_item":
            await page.keyboard.press("b")
            await expect(page.get_by_role("radio", name="the sinoatrial node")).to_be_checked()
            await page.keyboard.press("Enter")
        case "learning.true_false_item":
            await page.keyboard.press("t")
            await page.keyboard.press("Enter")
        case "learning.cloze_item":
            await page.keyboard.type("sinoatrial node")
            await page.keyboard.press("Enter")
        case "learning.flashcard":
            await page.keyboard.press("Space")
            await expect(page.locator(".card--back")).to_contain_text("group of cells")
            await look_narrow(page)
            await page.keyboard.press("3")
    await expect(page.locator(".verdict")).to_contain_text("Right")
    return kind


async def look_narrow(page: Page) -> None:
    """Check that nothing on the page is wider than the phone it is on."""
    surplus = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert surplus <= 0, f"{page.url} is {surplus} px wider than a phone"
    assert await page.locator("h1").count() == 1, page.url


async def test_a_learner_practises_on_a_phone_by_keys_alone(site: Site, owner: Subject) -> None:
    heart = await bank(site.house, owner)
    learner = await join(site.house, owner, "pupil@home.test", "learner")
    async with site.visitor(width=PHONE) as page:
        await site.sign_in(page, learner, landing="/practice")
        links = page.get_by_role("navigation", name="Main").get_by_role("link")
        assert await links.all_inner_texts() == ["Practice", "Stories"]
        await look_narrow(page)
        await press(page.get_by_role("button", name="Start"))
        kinds = set()
        for number in range(1, 5):
            await expect(page.locator("h1")).to_contain_text(f"Question {number} of")
            await look_narrow(page)
            kinds.add(await answer_by_keys(page))
            await expect(page.locator("blockquote mark").first).to_have_text(SINUS)
            await expect(page.get_by_text("Comes again")).to_be_visible()
            await look_narrow(page)
            await page.wait_for_load_state()
            await page.keyboard.press("Enter")
        assert len(kinds) == 4
        await expect(page.locator("h1")).to_have_text("100 %")
        await look_narrow(page)
        await press(page.get_by_role("link", name="How I am doing"))
        await expect(page.locator(".curve__line")).to_be_attached()
        await look_narrow(page)
    history = await site.house.learning.practice.list_sessions(learner, is_own=True)
    answers = await site.house.learning.practice.history(learner, history[0].id)
    assert all(each.latency_ms is not None for each in answers), "the script measures the time"
    assert heart.module_id == history[0].module_id
    assert site.complaints == []


async def test_steps_and_pairs_are_put_right_by_keys(site: Site, owner: Subject) -> None:
    house = site.house
    heart = await make_class(house, owner)
    text = (
        "# Blood\n\nBlood goes around in steps. First, blood enters the right atrium. Then it "
        "passes into the right ventricle. Finally, it leaves through the pulmonary artery.\n"
    )
    document = await heart.put(text, "blood.md")
    steps = ["blood enters the right atrium", "it passes into the right ventricle"]
    steps.append("it leaves through the pulmonary artery")
    quotes = [
        "First, blood enters the right atrium.",
        "Then it passes into the right ventricle.",
        "Finally, it leaves through the pulmonary artery.",
    ]
    judged = await house.learning.bank.write(
        owner,
        heart.module_id,
        "learning.ordering_item",
        {
            "stem": "Put the way of the blood in order.",
            "steps": [
                {"id": letter, "text": step} for letter, step in zip("BCA", steps, strict=True)
            ],
            "key": ["B", "C", "A"],
            "concept": "blood",
        },
        [NewCitation(document, quote) for quote in quotes],
    )
    if judged.outcome.artifact_status != "APPROVED":
        async with house.database.tx(owner) as tx:
            await approve(tx, judged.artifact_id, "It is the text's own order.")
    learner = await join(house, owner, "pupil@home.test", "learner")
    session = await house.learning.practice.start(learner, heart.module_id)
    async with site.visitor(width=PHONE) as page:
        await site.sign_in(page, learner, landing="/practice")
        await page.goto(f"/practice/{session.id}")
        await look_narrow(page)
        for place, step in enumerate(steps):
            field = page.get_by_role("spinbutton", name=f"Place of: {step}")
            await field.focus()
            while int(await field.input_value()) > place + 1:
                await page.keyboard.press("ArrowUp")
                await expect(field).to_be_focused()
        await press(page.get_by_role("button", name="Answer"))
        await expect(page.locator(".verdict")).to_contain_text("Right")
        await look_narrow(page)
    assert site.complaints == []


async def test_a_learner_opens_no_teachers_page(site: Site, owner: Subject) -> None:
    heart = await bank(site.house, owner)
    learner = await join(site.house, owner, "pupil@home.test", "learner")
    items = await heart.items()
    paths = ["/learning", f"/learning/{heart.module_id}", f"/learning/{heart.module_id}/items"]
    paths += [f"/learning/{heart.module_id}/class", f"/learning/items/{items[0].id}"]
    paths += ["/papers", "/stores", "/runs", "/settings", "/doctor"]
    async with site.visitor() as page:
        await site.sign_in(page, learner, landing="/practice")
        for path in paths:
            answer = await page.goto(path)
            assert answer is not None and answer.status == 404, path
            await press(page.get_by_role("link", name="Back"))
            await page.wait_for_url("**/practice")
    site.complaints[:] = [each for each in site.complaints if "404" not in each]
    assert site.complaints == []


async def test_a_sitting_works_without_script(site: Site, owner: Subject) -> None:
    heart = await bank(site.house, owner)
    learner = await join(site.house, owner, "pupil@home.test", "learner")
    async with site.visitor(has_script=False, width=PHONE) as page:
        token = await site.house.tenancy.make_link(learner)
        await page.goto(f"/sign-in/{token}")
        await page.get_by_role("button", name="Sign in").click()
        await page.get_by_role("button", name="Start").click()
        for _ in range(4):
            kind = await page.locator("[data-practice]").get_attribute("data-practice")
            if kind == "learning.flashcard":
                await page.get_by_role("link", name="Turn the card").click()
                await page.get_by_role("button", name="Good").click()
            elif kind == "learning.cloze_item":
                await page.get_by_label("What belongs in the blank").fill("sinoatrial node")
                await page.get_by_role("button", name="Answer").click()
            else:
                right = "the sinoatrial node" if kind == "learning.mcq_item" else "True"
                await page.get_by_role("radio", name=right).check()
                await page.get_by_role("button", name="Answer").click()
            await expect(page.locator(".verdict")).to_contain_text("Right")
            await page.get_by_role("link", name="Next").click()
        await expect(page.locator("h1")).to_have_text("100 %")
    found: list[UUID] = [each.id for each in await heart.items("APPROVED")]
    assert len(found) == 4
    assert site.complaints == []
