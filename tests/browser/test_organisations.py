"""An agency and its customer, by keyboard alone: invited by a link, one project, one answer."""

from playwright.async_api import expect

from evigate.base.subject import Subject
from evigate.studio.tasks.models import TaskDraft
from tests.browser.conftest import Site
from tests.browser.test_journeys import look, press

IDEA = "Customers phone our two salons to book and we lose appointments. Budget about 20k."
OTHER = "A shop for bicycles, live in May."
PHONE = 400


async def test_a_customer_is_invited_answers_and_sees_one_project(
    site: Site, owner: Subject, stranger: Subject
) -> None:
    studio = site.house.studio
    mine = (await studio.create(owner, IDEA, name="Salons")).project.id
    hidden = (await studio.create(owner, OTHER, name="Bicycles")).project.id
    theirs = (await studio.create(stranger, IDEA, name="Theirs")).project.id
    await studio.defer(owner, mine, "constraints.timeline")

    async with site.visitor() as consultant:
        await site.sign_in(consultant, owner)
        await consultant.goto("/settings")
        await press(consultant.get_by_role("link", name="Manage organisations"))
        await expect(consultant.get_by_text("No organisations yet")).to_be_visible()
        await look(consultant)
        await consultant.get_by_label("Name", exact=True).fill("The Agency")
        await consultant.get_by_label("Short name").fill("agency")
        await press(consultant.get_by_role("button", name="Found it"))
        await expect(consultant.get_by_text("No customer is engaged")).to_be_visible()
        await consultant.get_by_label("Address").first.fill("kim@client.test")
        await consultant.get_by_label("Project", exact=True).select_option(label="Salons")
        await consultant.get_by_label("Message, if any").fill("Two questions are left for you.")
        await press(consultant.get_by_role("button", name="Invite", exact=True))
        await expect(consultant.get_by_text("An invitation for kim@client.test")).to_be_visible()
        link = await consultant.locator("#new-link").inner_text()
        await look(consultant)
        agency = consultant.url.rpartition("/organisations/")[2].partition("/")[0]

    async with site.visitor() as customer:
        await customer.goto(link)
        await expect(customer.get_by_text("Two questions are left for you.")).to_be_visible()
        await look(customer)
        await press(customer.get_by_role("button", name="Join"))
        await customer.wait_for_url("**/account")
        await press(customer.get_by_role("link", name="Your projects"))
        await expect(customer.get_by_role("row")).to_have_count(2)
        await look(customer)
        await press(customer.get_by_role("link", name="Salons"))
        await expect(customer.get_by_label("Your answer").first).to_be_visible()
        await look(customer)
        before = await customer.get_by_text("% of what has to be known").inner_text()
        await customer.get_by_label("Your answer").first.fill("Half as many no-shows as today")
        await press(customer.get_by_role("button", name="Answer", exact=True))
        await expect(customer.get_by_text(before)).to_have_count(0)
        task = customer.locator("#tasks")
        await task.get_by_label("Your answer").fill("in three months")
        await press(task.get_by_role("button", name="Give"))
        await expect(task.get_by_text("in three months")).to_be_visible()
        await expect(task.get_by_text("No task waits for you")).to_be_visible()
        # What is asked of customers alone waits in their own inbox, and is theirs to approve.
        asked = TaskDraft(kind="REVIEW", title="Is this your price list?", assignee_role="customer")
        await site.house.tasks.create(owner, mine, asked)
        unseen = (await site.house.tasks.create(owner, hidden, asked)).task.id
        await press(customer.get_by_role("link", name="Tasks", exact=True))
        await expect(customer.get_by_role("row")).to_have_count(2)
        await press(customer.get_by_role("link", name="Is this your price list?"))
        await look(customer)
        await press(customer.get_by_role("button", name="Approve"))
        await expect(customer.locator(".page-head")).to_contain_text("Done")
        for path in (
            f"/tasks/{unseen}", "/studio", f"/studio/{mine}", f"/portal/{hidden}", f"/portal/{theirs}",
            f"/organisations/{agency}", "/papers", "/settings",
        ):  # fmt: skip
            answer = await customer.request.get(path)
            assert answer.status == 404, path
        # An empty answer is said on the page.
        await customer.goto(f"/portal/{mine}")
        await press(customer.get_by_role("button", name="Answer", exact=True))
        await expect(customer.get_by_role("alert")).to_be_visible()

    async with site.visitor() as consultant:
        await site.sign_in(consultant, owner)
        await consultant.goto(f"/organisations/{agency}")
        await press(consultant.get_by_role("button", name="Dissolve The Agency"))
        await expect(consultant.get_by_role("alert")).to_contain_text("kim@client.test in Salons")
        await press(consultant.get_by_role("button", name="Complete the engagement"))
        await expect(consultant.get_by_role("button", name="Reopen the engagement")).to_be_visible()
        await look(consultant)
        assert (await consultant.request.get(f"/studio/{theirs}")).status == 404
    # The browser itself notes an answer of 409 or 422 that it navigated to.
    assert [each for each in site.complaints if "status of 4" not in each] == []


async def test_the_portal_works_without_script(site: Site, owner: Subject) -> None:
    project = (await site.house.studio.create(owner, IDEA, name="Salons")).project.id
    agency = (await site.house.organisations.create(owner, "agency", "The Agency")).organisation.id
    _, token = await site.house.engagements.invite(
        owner, agency, "kim@client.test", resource=f"project:{project}", role="client"
    )
    async with site.visitor(has_script=False, width=PHONE) as page:
        await page.goto(f"/invitations/{token}")
        await press(page.get_by_role("button", name="Join"))
        await page.goto(f"/portal/{project}")
        await page.get_by_label("Your answer").first.fill("Half as many no-shows as today")
        await press(page.get_by_role("button", name="Answer", exact=True))
        await expect(page.get_by_role("heading", level=2).first).to_be_visible()
    assert (await site.house.studio.show(owner, project)).session.turn == 2
    assert site.complaints == []
