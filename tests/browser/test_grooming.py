"""The dog groomer's story in a real browser, by keyboard, offline: from an agency to a running service.

One project walks the whole way, each step through the doors that a person has: an organisation, a
paragraph, the conversation, what came of it, features, plan, tasks, the customer, a policy tried
as Eva. The figures that a reader would ask for are printed (pytest -s).
"""

import json
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

from playwright.async_api import Page, expect

from evigate.base.subject import Subject
from evigate.studio import fields
from tests.browser.conftest import Site
from tests.browser.grooming_end import (
    answer_the_rest,
    ask_the_service,
    to_a_bundle,
    to_an_approved_specification,
)
from tests.browser.test_journeys import look, press
from tests.integration.studio.projects import GROOMING

NAME = "Salons"
ENOUGH = 91
TURNS_MAX = 10
# What she says when she is asked; a card of choices is answered by its words as well.
ANSWERS: Mapping[str, str] = {
    fields.MEASURES: "Half as many no-shows within six months, and 60% of bookings online.",
    fields.TECHNICAL_CONSTRAINTS: "People book on their phones, we have a tablet at the desk.",
    fields.EXISTING_SYSTEMS: "Square at the till and Excel for the customer list",
    fields.TRIGGER_EVENT: "Last month the phone line was down for a day and nobody could book.",
    fields.OUT_OF_SCOPE: "No loyalty points in the first version",
    "details.deposit-taken": "for new clients",
    "details.deposit-amount": "20 % of the price",
}
SALON_POLICY = {"resource.salon_id": {"$eq": {"$ref": "user.salon_id"}}}


async def say(page: Page, words: str) -> None:
    """Answer in words, with the keyboard."""
    before = await page.locator("input[name=turn_seen]").get_attribute("value")
    await page.locator("#field-say").fill(words)
    await press(page.get_by_role("button", name="Answer", exact=True))
    turn = page.locator(f"input[name=turn_seen][value='{int(before or 0) + 1}']")
    await expect(turn).to_have_count(1)


async def known(page: Page) -> int:
    return int(await page.locator("progress").first.get_attribute("value") or 0)


async def confirm(page: Page, turn: int) -> None:
    """Say yes to what was read back: the card's one choice, by the space bar."""
    choice = page.get_by_label("Yes, that is right")
    await choice.focus()
    await page.keyboard.press("Space")
    await press(page.get_by_role("button", name="Answer", exact=True))
    await expect(page.locator(f"input[name=turn_seen][value='{turn + 1}']")).to_have_count(1)


async def found_agency(page: Page) -> str:
    await page.goto("/settings")
    await press(page.get_by_role("link", name="Manage organisations"))
    await expect(page.get_by_text("No organisations yet")).to_be_visible()
    await look(page)
    await page.get_by_label("Name", exact=True).fill("The Agency")
    await page.get_by_label("Short name").fill("agency")
    await press(page.get_by_role("button", name="Found it"))
    await expect(page.get_by_text("No customer is engaged")).to_be_visible()
    return page.url.rpartition("/organisations/")[2].partition("/")[0]


async def begin(page: Page) -> UUID:
    """Type her paragraph; return the project's id."""
    await press(page.get_by_role("link", name="Studio"))
    await expect(page.get_by_text("No projects yet")).to_be_visible()
    await look(page)
    await page.get_by_label("What do you need?").fill(GROOMING)
    await page.get_by_label("Name, if it has one").fill(NAME)
    await press(page.get_by_role("button", name="Start", exact=True))
    await expect(page.get_by_text("Industry: Pet Care")).to_be_visible()
    seen = page.get_by_role("complementary", name="What we know")
    # The words behind a value show when the keyboard reaches it.
    value = seen.locator(".claim__value", has_text="live in three months").first
    quote = seen.locator(".claim__quote", has_text="live in three months").first
    await expect(quote).to_be_hidden()
    await value.focus()
    await expect(quote).to_be_visible()
    return UUID(page.url.partition("/studio/")[2][:36])


async def discover(site: Site, owner: Subject, page: Page, project: UUID) -> str:
    """Answer until nine tenths are known; return how much was known after each turn."""
    numbers = [await known(page)]
    while numbers[-1] < ENOUGH and len(numbers) <= TURNS_MAX:
        session = (await site.house.studio.show(owner, project)).session
        if session.asked_key is None:
            await confirm(page, session.turn)
        else:
            await say(page, ANSWERS[session.asked_key])
        numbers.append(await known(page))
    assert numbers[-1] >= ENOUGH and len(numbers) <= TURNS_MAX
    await look(page)
    return f"completeness by turn: {numbers}"


async def read_research(page: Page) -> None:
    """See what others had to decide about card payments, from the library, with its sources."""
    await page.reload()
    research = page.get_by_role("region", name="Research")
    card = research.locator("article", has_text="Card payments: what you must decide")
    for _ in range(300):
        if await card.count():
            break
        await page.wait_for_timeout(100)
        await page.reload()
    await expect(card).to_contain_text("From built-in knowledge")
    await press(card.locator("summary"))
    await expect(card.get_by_text("Stripe").first).to_be_visible()


async def correct_deposit(site: Site, owner: Subject, page: Page, project: UUID) -> str:
    """Say a deposit that the trade asks for, and another; choose between them on a card."""
    studio = site.house.studio
    while True:
        session = (await studio.show(owner, project)).session
        if session.claims_of("details.deposit-amount"):
            break
        if session.asked_key is None:
            await confirm(page, session.turn)
            continue
        if session.asked_key == "details.deposit-taken":
            await press(page.locator("#say").get_by_text("Why am I asked this?"))
            await expect(page.locator("#say").get_by_text("appointments").first).to_be_visible()
        await say(page, ANSWERS.get(session.asked_key, "decide later"))
    await say(page, "Deposit 30 %")
    await expect(page.get_by_role("heading", name="You said “20 % of the price”")).to_be_visible()
    await look(page)
    await page.get_by_label("20 % of the price", exact=True).first.focus()
    await page.keyboard.press("ArrowDown")
    await press(page.get_by_role("button", name="Answer", exact=True))
    seen = page.get_by_role("complementary", name="What we know")
    await expect(seen.locator(".claim__value", has_text="Deposit 30 %")).to_have_count(1)
    turns = (await studio.show(owner, project)).session.turn
    return f"turns with the deposit: {turns}, known: {await known(page)} %"


async def approve_output(page: Page) -> None:
    await press(page.get_by_role("link", name="What came of it"))
    await page.locator(".claim__value").first.focus()
    await expect(page.locator(".claim__quote").first).to_be_visible()
    quotes = await page.locator(".claim__quote .quote").all_inner_texts()
    assert quotes and all(each.strip() for each in quotes)
    await look(page)
    await press(page.get_by_role("button", name="Approve what came of it"))
    await expect(page.get_by_text("Approved", exact=True)).to_be_visible()


async def choose_features(page: Page) -> str:
    await press(page.get_by_role("link", name="Where it stands"))
    await look(page)
    await press(page.get_by_role("button", name="Go on to features"))
    await press(page.get_by_role("link", name="Features", exact=True))
    await press(page.get_by_role("button", name="Find candidates"))
    candidates = page.get_by_role("region", name="Candidates")
    await expect(candidates.get_by_text("you said “online booking”").first).to_be_visible()
    proposed = await candidates.locator(".board__row").count()
    await look(page)
    chosen = page.get_by_role("region", name="Chosen features")
    for title in ("Online booking", "Reminders", "Roles and permissions", "Deposits"):
        await press(page.get_by_role("button", name=f"Must: {title}", exact=True).first)
        await expect(chosen.get_by_text(title, exact=True)).to_be_visible()
    await expect(page.get_by_role("status").first).to_contain_text("came along")
    await expect(chosen.get_by_text("Staff accounts", exact=True)).to_be_visible()
    # One candidate is dropped, one's own is added.
    await press(page.get_by_role("button", name="Drop: No-show tracking", exact=True))
    await expect(candidates.get_by_text("· dropped").first).to_be_visible()
    await page.get_by_label("What it is called").fill("Groomer commission report")
    await press(page.get_by_role("button", name="Add as should"))
    await expect(chosen.get_by_text("Groomer commission report", exact=True)).to_be_visible()
    await press(page.get_by_role("button", name="Move up: Groomer commission report"))
    decided = await decide_seeds(page)
    await look(page)
    await press(page.get_by_role("link", name="Where it stands"))
    await press(page.get_by_role("button", name="Go on to plan", exact=True))
    return f"{proposed} candidates; {decided} critical seeds met otherwise"


async def decide_seeds(page: Page) -> int:
    decided = 0
    while True:
        critical = page.locator(".seed", has=page.get_by_text("Critical")).filter(
            has=page.get_by_role("button", name="Met otherwise")
        )
        if not (left := await critical.count()):
            return decided
        await critical.first.get_by_role("textbox").fill("kept by a rule")
        await press(critical.first.get_by_role("button", name="Met otherwise"))
        await expect(critical).to_have_count(left - 1)
        decided += 1


async def plan(page: Page) -> str:
    await press(page.get_by_role("link", name="Plan", exact=True))
    await press(page.get_by_role("button", name="Make the plan"))
    # The page follows the run, and is there with the plan when it ends.
    numbers = page.get_by_role("region", name="The plan in numbers")
    await expect(numbers).to_contain_text("prefilled")
    line = await numbers.locator("strong").first.inner_text()
    await look(page)
    await press(page.get_by_role("button", name="Accept all that is 85 % sure"))
    await expect(page.get_by_text("· accepted").first).to_be_visible()
    asked = page.locator(".asked", has_text="How long before should a reminder go out")
    await asked.get_by_role("textbox").first.fill("a day before")
    await press(asked.get_by_role("button", name="Answer:"))
    await expect(asked.get_by_text("a day before").first).to_be_visible()
    # What she said of deposits was offered as answered, and is taken; she answers otherwise.
    choice = page.locator(".asked", has_text="Do you want money at booking")
    await expect(choice.get_by_text("· accepted")).to_be_visible()
    await press(choice.get_by_text("Change it"))
    await choice.get_by_label("always", exact=True).focus()
    await page.keyboard.press("Space")
    await press(choice.get_by_role("button", name="Answer otherwise:"))
    await expect(choice.get_by_text("· edited")).to_be_visible()
    optional = page.locator(".asked", has_text="In which languages must people")
    await press(optional.get_by_role("button", name="Skip:"))
    await expect(optional.get_by_text("· skipped")).to_be_visible()
    await press(page.get_by_role("button", name="Apply: Hold, then confirm"))
    await expect(page.get_by_role("button", name="Take back: Hold, then")).to_be_visible()
    await press(page.get_by_role("button", name="Draft: Blueprint"))
    await expect(page.get_by_text("Blocks:").first).to_be_visible()
    await press(page.get_by_role("link", name="Health"))
    await expect(page.get_by_text("No mistakes so far")).to_be_visible()
    await look(page)
    return line


async def invite(page: Page, agency: str) -> str:
    """Invite the customer to the project; return the link."""
    await page.goto(f"/organisations/{agency}")
    await page.get_by_label("Address").first.fill("kim@client.test")
    await page.get_by_label("Project", exact=True).select_option(label=NAME)
    await page.get_by_label("Message, if any").fill("A question is left for you.")
    await press(page.get_by_role("button", name="Invite", exact=True))
    await expect(page.get_by_text("An invitation for kim@client.test")).to_be_visible()
    await look(page)
    return await page.locator("#new-link").inner_text()


async def try_as_eva(page: Page) -> None:
    """Write the salons' policy in the editor, try it as Eva, see why not, and keep it."""
    await page.goto("/settings")
    await press(page.get_by_role("link", name="Manage access"))
    await press(page.get_by_role("link", name="New policy"))
    await page.get_by_label("Name", exact=True).fill("Staff see their own salon")
    await page.get_by_label("Actions").fill("appointment:read")
    await page.get_by_label("Things", exact=True).fill("appointment:*")
    await page.get_by_label("Condition, as JSON").fill(json.dumps(SALON_POLICY))
    await page.get_by_label("Member").select_option(label="eva@salon.test")
    await page.get_by_label("What is done").fill("appointment:read")
    await page.get_by_label("To which thing").fill("appointment:17")
    for salon, said in (("s2", "eva@salon.test: denied"), ("s1", "eva@salon.test: allowed")):
        known = page.get_by_label("What is known of it, as JSON")
        await known.fill(json.dumps({"salon_id": salon}))
        await press(page.get_by_role("button", name="Try, keeping nothing"))
        await expect(page.get_by_role("status")).to_contain_text(said)
        await expect(page.get_by_text("resource.salon_id").first).to_be_visible()
    await look(page)
    await press(page.get_by_role("button", name="Keep", exact=True))
    await expect(page.get_by_role("link", name="Staff see their own salon")).to_be_visible()


async def answer_as_customer(page: Page, link: str, project: UUID, unseen: list[str]) -> None:
    """Join by the link, decide the rule that was left open, and find nothing else."""
    await page.goto(link)
    await expect(page.get_by_text("A question is left for you.")).to_be_visible()
    await look(page)
    await press(page.get_by_role("button", name="Join"))
    await page.wait_for_url("**/account")
    await press(page.get_by_role("link", name="Your projects"))
    await expect(page.get_by_role("row")).to_have_count(2)
    await look(page)
    await press(page.get_by_role("link", name=NAME))
    await look(page)
    await press(page.get_by_role("link", name="Tasks", exact=True))
    await press(page.get_by_role("link", name="Refund rule?"))
    await look(page)
    await page.get_by_label("Half").focus()
    await page.keyboard.press("Space")
    await press(page.get_by_role("button", name="Give it"))
    await expect(page.locator(".page-head")).to_contain_text("Done")
    for path in (*unseen, "/studio", f"/studio/{project}", "/papers", "/settings"):
        answered = await page.request.get(path)
        assert answered.status == 404, path


async def ask_refund_rule(page: Page, project: UUID) -> None:
    """Leave the customer a decision, and see the system that is to be connected."""
    await page.goto(f"/inbox?project={project}")
    await expect(page.get_by_role("row", name="Connect Square")).to_be_visible()
    await press(page.get_by_role("link", name="New task"))
    await look(page)
    await page.get_by_label("Kind").select_option(value="DECIDE")
    await page.get_by_label("What is to be done").fill("Refund rule?")
    await press(page.get_by_role("button", name="Make it"))
    await expect(page.get_by_role("alert")).to_contain_text("a decision needs an action")
    await page.get_by_label("Options, a line for each").fill("Half\nAll of it")
    await page.get_by_label("Whose it is").select_option(value="customer")
    await press(page.get_by_role("button", name="Make it"))
    await expect(page.get_by_role("heading", level=1)).to_have_text("Refund rule?")


async def end_engagement(page: Page, agency: str) -> None:
    await page.goto(f"/organisations/{agency}")
    await press(page.get_by_role("button", name="Dissolve The Agency"))
    await expect(page.get_by_role("alert")).to_contain_text(f"kim@client.test in {NAME}")
    await press(page.get_by_role("button", name="Complete the engagement"))
    await expect(page.get_by_role("button", name="Reopen the engagement")).to_be_visible()


async def to_the_end(
    site: Site, owner: Subject, page: Page, project: UUID, into: Path
) -> list[str]:
    """Walk on from the plan to a service that runs; return what a reader would ask for."""
    await answer_the_rest(site, owner, project)
    counted = await to_an_approved_specification(page, project)
    score = await to_a_bundle(page, project, into)
    await ask_the_service(into)
    return [counted, f"convergence {score}"]


async def test_the_dog_groomers_story(
    site: Site, owner: Subject, stranger: Subject, tmp_path: Path
) -> None:
    house = site.house
    theirs = (await house.studio.create(stranger, "A shop for bicycles.")).project.id
    told: list[str] = []
    async with site.visitor() as page:
        await site.sign_in(page, owner)
        agency = await found_agency(page)
        project = await begin(page)
        told.append(await discover(site, owner, page, project))
        await read_research(page)
        told.append(await correct_deposit(site, owner, page, project))
        await approve_output(page)
        told.append(await choose_features(page))
        told.append(await plan(page))
        await ask_refund_rule(page, project)
        link = await invite(page, agency)
    other = (await house.studio.create(owner, "A shop for bicycles.", name="Bicycles")).project.id
    async with site.visitor() as page:
        unseen = [f"/portal/{other}", f"/portal/{theirs}", f"/organisations/{agency}"]
        await answer_as_customer(page, link, project, unseen)
    eva = await house.tenancy.add_member(owner, "eva@salon.test", "viewer")
    await house.policies.set_attributes(owner, eva, {"salon_id": "s1"})
    async with site.visitor() as page:
        await site.sign_in(page, owner)
        await try_as_eva(page)
        await end_engagement(page, agency)
        told += await to_the_end(site, owner, page, project, tmp_path / "bundle")
        assert (await page.request.get(f"/studio/{theirs}")).status == 404
    session = (await house.studio.show(owner, project)).session
    (deposit,) = session.claims_of("details.deposit-amount")
    assert deposit.kind == "decision" and session.approval is not None
    assert await house.studio.replayed(owner, project) == session
    print("\n".join(told))
    # The browser itself notes an answer of 409 or 422 that it navigated to.
    assert [each for each in site.complaints if "status of 4" not in each] == []
