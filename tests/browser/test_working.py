"""Who is here, what an agent was given, and what reviewers found: by keyboard, in a browser."""

from playwright.async_api import expect

from evigate.base.subject import Subject
from tests.browser.conftest import Site
from tests.browser.test_journeys import press
from tests.browser.test_together import IDEA, colleague
from tests.integration.studio.projects import answered


async def test_each_sees_who_else_is_here_and_who_left(site: Site, owner: Subject) -> None:
    project = (await site.house.studio.create(owner, IDEA, name="Salons")).project.id
    eva = await colleague(site.house, owner)
    async with site.visitor() as page:
        await site.sign_in(page, owner)
        await page.goto(f"/studio/{project}/context")
        await expect(page.locator("#presence")).to_be_hidden()
        async with site.visitor() as other:
            await site.sign_in(other, eva)
            await other.goto(f"/studio/{project}/features")
            for each in (page, other):
                await expect(each.locator(".presence__person")).to_have_count(2)
            await expect(page.locator("#presence")).to_contain_text("eva")
        await expect(page.locator("#presence")).to_be_hidden()
        await page.goto("/settings/health")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Health")
        await expect(page.get_by_label("Channels", exact=True).first).to_contain_text("project:")
    assert site.complaints == []


async def test_what_an_agent_was_given_is_inspected(site: Site, owner: Subject) -> None:
    project = (await answered(site.house, owner, has_worker=True)).project_id
    await site.house.specifications.compile(owner, project)
    async with site.visitor() as page:
        await site.sign_in(page, owner)
        await page.goto(f"/studio/{project}/context")
        await page.get_by_label("What it is about").fill("reminders against no-shows")
        await page.get_by_label("For", exact=True).select_option("agent:requirement_reader")
        await press(page.get_by_role("button", name="Assemble it"))
        given = page.get_by_label("What was given")
        await expect(given).to_contain_text("of 4000 tokens")
        await expect(given).to_contain_text("left out")
        await expect(given).to_contain_text("were left")
        await page.get_by_label("What it is about").fill("reminders against no-shows")
        await page.get_by_label("For", exact=True).select_option("agent:requirement_reader")
        await press(page.get_by_role("button", name="Assemble it"))
        await expect(given).to_contain_text("from the cache")
        await press(given.get_by_role("link", name="feature/reminders"))
        piece = page.get_by_label("One piece")
        await expect(piece).to_contain_text("Impact of a change")
        await expect(piece.get_by_role("link", name="requirement/FR-REMINDERS-1")).to_be_visible()
    assert site.complaints == []


async def test_reviewers_find_live_and_their_words_stand_on_the_specification(
    site: Site, owner: Subject
) -> None:
    project = (await answered(site.house, owner, has_worker=True)).project_id
    await site.house.specifications.compile(owner, project)
    async with site.visitor() as page:
        await site.sign_in(page, owner)
        await page.goto(f"/studio/{project}/reviews")
        await press(page.get_by_role("button", name="Review it"))
        one = page.get_by_label("This review")
        await expect(one).to_contain_text("5 of 5 steps")
        await expect(one).to_contain_text("Done")
        findings = page.get_by_label("Findings", exact=True)
        await expect(findings).to_contain_text("NO_RETENTION")
        await press(findings.get_by_role("button", name="Dismiss").first)
        await page.goto(f"/studio/{project}/spec")
        await expect(page.get_by_label("What reviewers found")).to_contain_text("how long")
        # A limit that nothing fits in leaves a decision in the inbox.
        await page.goto(f"/studio/{project}/reviews")
        await page.get_by_label("The most tokens, empty for no limit").fill("10")
        await press(page.get_by_role("button", name="Review it"))
        await expect(one).to_contain_text("Paused")
        await press(one.get_by_role("link", name="Decide"))
        await expect(page.get_by_role("heading", level=1)).to_contain_text("raise the budget?")
    assert site.complaints == []
