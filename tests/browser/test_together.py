"""Two people in one project, each in a browser of their own: what one does, the other sees."""

from playwright.async_api import expect

from evigate.base.subject import Subject
from evigate.boot import House
from evigate.studio.tasks.models import TaskDraft
from tests.browser.conftest import Site
from tests.browser.test_journeys import press

IDEA = "Customers phone our two salons to book and we lose appointments. Budget about 20k."


async def colleague(house: House, owner: Subject, name: str = "eva") -> Subject:
    user_id = await house.tenancy.add_member(owner, f"{name}@home.test", "editor")
    return Subject(owner.tenant_id, f"user:{user_id}", "editor", user_id)


async def test_each_sees_what_the_other_says_and_loses_nothing(site: Site, owner: Subject) -> None:
    project = (await site.house.studio.create(owner, IDEA, name="Salons")).project.id
    eva = await colleague(site.house, owner)
    async with site.visitor() as page, site.visitor() as other:
        await site.sign_in(page, owner)
        await site.sign_in(other, eva)
        for each in (page, other):
            await each.goto(f"/studio/{project}")
            await expect(
                each.get_by_role("navigation", name="Parts of the project")
            ).to_be_visible()
        await expect(page.locator("#presence")).to_contain_text("2 here now")
        await other.locator("#field-say").fill("It must be live in three months.")
        await press(other.get_by_role("button", name="Answer", exact=True))
        await expect(page.locator(".chat")).to_contain_text("It must be live in three months.")
        await expect(page.get_by_label("What we know")).to_contain_text("three months")

        # Where somebody writes, nothing is taken from under the hand.
        mine = page.locator("#field-say")
        await mine.fill("Half as many no-shows.")
        await other.locator("#field-say").fill("Only staff see the health notes.")
        await press(other.get_by_role("button", name="Answer", exact=True))
        await expect(page.get_by_role("status")).to_contain_text(
            "Somebody changed what is shown here"
        )
        await expect(mine).to_have_value("Half as many no-shows.")
        await press(page.get_by_role("button", name="Answer", exact=True))
        await expect(page.get_by_role("alert")).to_contain_text("Only staff see the health notes.")
        await expect(page.locator("#field-say")).to_have_value("Half as many no-shows.")
    refused = [each for each in site.complaints if "409" not in each]
    assert refused == []


async def test_a_phase_and_a_feature_are_seen_as_they_change(site: Site, owner: Subject) -> None:
    house = site.house
    project = (await house.studio.create(owner, IDEA, name="Salons")).project.id
    await house.features.find(owner, project)
    async with site.visitor() as page:
        await site.sign_in(page, owner)
        await page.goto(f"/studio/{project}/features")
        board = await house.features.board(owner, project)
        key = board.candidates[0].key
        await expect(page.get_by_role("heading", level=1)).to_have_text("Salons")
        before = await page.locator("main").inner_text()
        await house.features.select(await colleague(house, owner), project, key)
        await expect(page.locator("main")).not_to_have_text(before, use_inner_text=True)
        await expect(page.get_by_role("status")).to_have_count(0)

        # So it is where a form was just answered, and loading again asks for the page.
        await press(page.get_by_role("button", name=f"Must: {board.candidates[1].title}"))
        chosen = page.get_by_role("region", name="Chosen features")
        await expect(chosen.get_by_text(board.candidates[1].title, exact=True)).to_be_visible()
        assert page.url.endswith(f"/studio/{project}/features")
        await house.features.deselect(owner, project, key)
        title = board.candidates[0].title
        await expect(chosen.get_by_text(title, exact=True)).to_have_count(0)
        await expect(page.get_by_role("link", name="Show it")).to_have_count(0)

        # A task that somebody makes is in an open inbox, and is done there when another does it.
        await page.goto("/inbox")
        await expect(page.get_by_text("No task waits")).to_be_visible()
        made = await house.tasks.create(owner, project, TaskDraft(kind="PROVIDE", title="Prices"))
        await expect(page.get_by_role("row", name="Prices")).to_be_visible()
        await page.goto(f"/tasks/{made.task.id}")
        await house.tasks.submit(await colleague(house, owner, "bob"), made.task.id, {"text": "20"})
        await expect(page.locator(".page-head")).to_contain_text("Done")
    assert site.complaints == []
