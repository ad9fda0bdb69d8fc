"""The dog-grooming story, steps 0 to 3, in a real browser by keyboard alone; the numbers print.

A paragraph, a conversation of about eight turns to nine tenths known, a research card, a correction
of the deposit that becomes a negotiation and a decision, and the approval of what came of it.
"""

from collections.abc import Mapping
from uuid import UUID

from playwright.async_api import Page, expect

from evigate.base.subject import Subject
from evigate.studio import fields
from tests.browser.conftest import Site
from tests.browser.test_journeys import look, press
from tests.browser.test_studio import GROOMING

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


async def say(page: Page, words: str) -> None:
    """Answer in words, with the keyboard."""
    before = await page.locator("input[name=turn_seen]").get_attribute("value")
    await page.locator("#field-say").fill(words)
    await press(page.get_by_role("button", name="Answer", exact=True))
    turn = page.locator(f"input[name=turn_seen][value='{int(before or 0) + 1}']")
    await expect(turn).to_have_count(1)


async def known(page: Page) -> int:
    return int(await page.locator("progress").get_attribute("value") or 0)


async def confirm(page: Page) -> None:
    """Say yes to what was read back: the card's one choice, by the space bar."""
    choice = page.get_by_label("Yes, that is right")
    await choice.focus()
    await page.keyboard.press("Space")
    await press(page.get_by_role("button", name="Answer", exact=True))


async def test_from_a_paragraph_to_an_approved_discovery(site: Site, owner: Subject) -> None:
    async with site.visitor() as page:
        await site.sign_in(page, owner)
        await press(page.get_by_role("link", name="Studio"))
        await page.get_by_label("What do you need?").fill(GROOMING)
        await press(page.get_by_role("button", name="Start"))
        await expect(page.get_by_text("Industry: Pet Care")).to_be_visible()
        project = UUID(page.url.partition("/studio/")[2][:36])
        numbers = [await known(page)]

        while numbers[-1] < ENOUGH and len(numbers) <= TURNS_MAX:
            session = (await site.house.studio.show(owner, project)).session
            if session.asked_key is None:
                await confirm(page)
                await expect(page.locator("#say")).to_be_visible()
                await page.wait_for_function(
                    f"document.querySelector('input[name=turn_seen]').value > {session.turn}"
                )
            else:
                await say(page, ANSWERS[session.asked_key])
            numbers.append(await known(page))
        print(f"completeness by turn: {numbers}")
        assert numbers[-1] >= ENOUGH and len(numbers) <= TURNS_MAX
        await look(page)

        # What others had to decide about card payments, from the library, with its sources.
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

        # The trade asks for the deposit, and says why.
        while (await site.house.studio.show(owner, project)).session.claims_of(
            "details.deposit-amount"
        ) == []:
            session = (await site.house.studio.show(owner, project)).session
            if session.asked_key is None:
                await confirm(page)
                await page.wait_for_function(
                    f"document.querySelector('input[name=turn_seen]').value > {session.turn}"
                )
                continue
            if session.asked_key == "details.deposit-taken":
                why = page.locator("#say").get_by_text("Why am I asked this?")
                await press(why)
                await expect(page.locator("#say").get_by_text("appointments").first).to_be_visible()
            await say(page, ANSWERS.get(session.asked_key, "decide later"))
        await say(page, "Deposit 30 %")
        await expect(
            page.get_by_role("heading", name="You said “20 % of the price”")
        ).to_be_visible()
        await look(page)
        await page.get_by_label("20 % of the price", exact=True).first.focus()
        await page.keyboard.press("ArrowDown")
        await press(page.get_by_role("button", name="Answer", exact=True))
        known_now = page.get_by_role("complementary", name="What we know")
        await expect(known_now.locator(".claim__value", has_text="Deposit 30 %")).to_have_count(1)
        turns = (await site.house.studio.show(owner, project)).session.turn
        print(f"turns with the deposit: {turns}, known: {await known(page)} %")

        # What came of it, each value with its words, approved.
        await press(page.get_by_role("link", name="What came of it"))
        await page.locator(".claim__value").first.focus()
        await expect(page.locator(".claim__quote").first).to_be_visible()
        await press(page.get_by_role("button", name="Approve what came of it"))
        await expect(page.get_by_text("Approved").first).to_be_visible()
        await look(page)
    found = await site.house.studio.show(owner, project)
    (deposit,) = found.session.claims_of("details.deposit-amount")
    assert deposit.kind == "decision" and found.session.approval is not None
    assert await site.house.studio.replayed(owner, found.project.id) == found.session
    assert site.complaints == []
