"""What a text tells in the order people tell it, what only looks like a refusal, and whose trade it is."""

import pytest

from evigate.studio import fields
from evigate.studio.batch import first_reading


def values(text: str, path: str) -> list[str]:
    return [str(each.value) for each in first_reading(text).claims if each.field_path == path]


def test_the_last_thing_told_before_a_wish_is_the_problem() -> None:
    text = (
        "Brass band, 45 players. Before a concert our conductor finds out on the night who comes. "
        "Players should say yes or no for each rehearsal."
    )
    [claim] = [e for e in first_reading(text).claims if e.field_path == fields.CORE_PROBLEM]
    assert claim.quote == "Before a concert our conductor finds out on the night who comes"
    assert claim.kind == "inference"


def test_trouble_before_the_wish_outranks_what_is_said_behind_it() -> None:
    text = (
        "Nobody knows when a machine is free. Students should see it from their room. "
        "Half of them are late with rent and complain about errors and delays."
    )
    assert values(text, fields.CORE_PROBLEM) == ["Nobody knows when a machine is free"]


def test_what_things_are_kept_on_is_how_it_is_done_now() -> None:
    text = "The registrar keeps loans in ring binders. The registrar should open a loan."
    assert values(text, fields.CURRENT_SOLUTION) == ["The registrar keeps loans in ring binders"]


def test_whose_work_is_wished_for_first_is_whom_it_is_for() -> None:
    text = (
        "Residents ring up and residents complain that their bin was missed. "
        "Crews ought to photograph a bin."
    )
    assert values(text, fields.PRIMARY_USER) == ["crew"]
    assert values(text, fields.JOBS) == ["photograph a bin"]


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("Take everything over except the payroll.", "payroll"),
        ("A kiosk. Leave payments out, please.", "payments"),
        ("We run a kiosk. Selling online? No, not for us.", "Selling online"),
        ("A bakery. Don't collect birth dates.", "birth dates"),
        ("An escape room. Cameras aren't needed either.", "Cameras"),
        ("A race. Timing is done by another company.", "Timing"),
        ("A tattoo studio. We gave up on walk-ins.", "walk-ins"),
        ("A court office. Fees are out.", "Fees"),
        ("Lab, ten students. Ordering itself stays in the old portal.", "Ordering"),
        ("A puzzle. There are no timers, no lives, no ads.", "timers"),
        ("A wind farm. Nothing that controls a turbine.", "controls a turbine"),
        ("Families get a link, they never get a login.", "login"),
    ],
)
def test_more_voices_of_leaving_out(text: str, refused: str) -> None:
    assert refused in values(text, fields.OUT_OF_SCOPE)


@pytest.mark.parametrize(
    "text",
    [
        "Except for coaches nobody pays in advance.",
        "Nobody except the nurse may read the notes.",
        "Anything apart from seeds stays outside.",
        "Without a badge you can still pay in cash.",
        "Members without a phone must still be able to book.",
        "Half of our tenants don't have a smartphone. Tenants report a leak.",
        "Success = no double booking for a season.",
        "We say no to groups although a guide is free.",
        "I am no techie at all.",
        "A customer stands there without her goose.",
        "Readings are scribbled on forms, typed weeks later.",
    ],
)
def test_what_only_sounds_like_a_refusal_leaves_nothing_out(text: str) -> None:
    assert values(text, fields.OUT_OF_SCOPE) == []


@pytest.mark.parametrize(
    "text",
    [
        "Nobody but me may read the notes.",
        "Only licensed sellers may offer fish.",
        "Prices are not to be edited by anyone.",
        "Nothing must be installed on the lab computers.",
        "Deletion of entries is prohibited.",
    ],
)
def test_what_nobody_may_do_breaks_the_deal(text: str) -> None:
    assert values(text, fields.DEALBREAKERS) == [text.rstrip(".")]


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("We are a brewery. The driver scans kegs and sees orders.", "food"),
        ("Notary's office, four notaries. Clients comment on a draft, clerks send photos.", "legal"),
        ("A regional seed bank stores samples for researchers.", "inventory"),
        ("Temp agency for waiters. Hotels phone at noon, hotels post a shift.", "human-resources"),
        ("I want an app like Uber for lawn mowing where gardeners bid.", "marketplace"),
        ("A discussion platform for gardeners with answers.", "general"),
        ("Things lie on a shelf and people look at them.", "general"),
    ],
)  # fmt: skip
def test_a_business_is_what_it_calls_itself(text: str, domain: str) -> None:
    assert first_reading(text).domain == domain


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("We can spend 4-5 thousand.", 5000),
        ("Season starts soon. 9000 all in.", 9000),
        ("6k is what I have.", 6000),
        ("Going live soon, 12k at the very most.", 12000),
    ],
)
def test_a_budget_said_in_passing(text: str, amount: int) -> None:
    found = [e.value for e in first_reading(text).claims if e.field_path == fields.BUDGET]
    assert [each["amount"] for each in found] == [amount]


def test_a_loss_is_no_budget_and_a_goal_no_deadline() -> None:
    assert values("Floors get ruined: 12,000 EUR last year.", fields.BUDGET) == []
    assert values("The nurse should dictate a fall right away.", fields.TIMELINE) == []
    assert values("We need it right away.", fields.TIMELINE) != []
    goal = "Goal: waste down by half within a year."
    assert values(goal, fields.TIMELINE) == []
    assert values(goal, fields.MEASURES)
