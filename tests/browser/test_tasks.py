"""Tasks in a real browser, by keys alone: a task is taken from the inbox, given, and another freed."""

from playwright.async_api import expect

from evigate.base.subject import Subject
from evigate.studio.tasks.actions import SingleSelect
from evigate.studio.tasks.models import ActionDraft, TaskDraft
from tests.browser.conftest import Site
from tests.browser.test_journeys import look, press

IDEA = "Customers phone our two salons to book and we lose appointments. Budget about 20k."


async def test_a_task_is_done_from_the_inbox_and_frees_the_next(site: Site, owner: Subject) -> None:
    tasks = site.house.tasks
    project = (await site.house.studio.create(owner, IDEA, name="Salons")).project.id
    rule = ActionDraft(label="How much comes back?", config=SingleSelect(options=("Half", "All")))
    decide = TaskDraft(kind="DECIDE", title="Refund rule?", actions=(rule,))
    first = (await tasks.create(owner, project, decide)).task
    review = TaskDraft(kind="REVIEW", title="Look it over", waits_for=(first.id,))
    second = (await tasks.create(owner, project, review)).task
    async with site.visitor(has_script=False) as page:
        await site.sign_in(page, owner)
        await press(page.get_by_role("link", name="Inbox"))
        await expect(page.get_by_role("row", name="Look it over")).to_contain_text("Waits")
        await look(page)
        await page.goto(f"/tasks/{second.id}")
        await expect(page.get_by_role("button", name="Approve")).to_have_count(0)
        await press(page.get_by_role("link", name="Refund rule?"))
        await look(page)
        await press(page.get_by_role("button", name="Give it"))
        await expect(page.get_by_role("alert")).to_contain_text("none of the options: Half, All")
        await page.get_by_label("Half").focus()
        await page.keyboard.press("Space")
        await press(page.get_by_role("button", name="Give it"))
        await expect(page.locator(".page-head")).to_contain_text("Done")
        await look(page)
        await page.goto(f"/tasks/{second.id}")
        await press(page.get_by_role("button", name="Reject"))
        await expect(page.get_by_role("alert")).to_contain_text("A rejection needs its reason")
        await page.get_by_label("Reason").fill("Half is too little in summer.")
        await press(page.get_by_role("button", name="Reject"))
        await expect(page.get_by_text("Half is too little in summer.")).to_be_visible()
        await page.goto("/inbox")
        await expect(page.get_by_text("No task waits")).to_be_visible()
        await look(page)
    async with site.visitor(width=400) as phone:
        await site.sign_in(phone, owner)
        for path in ("/inbox?state=completed", f"/tasks/{second.id}"):
            await phone.goto(path)
            await look(phone)
    assert [each for each in site.complaints if "422" not in each] == []
