"""Ways of saying that other voices brought: lists behind a refusal, limits, rows, states, ranges."""

from typing import Any

import pytest

from evigate.studio import fields
from evigate.studio.batch import first_reading
from evigate.studio.extraction import extract


def values(text: str, path: str) -> list[Any]:
    return [each.value for each in extract(text).claims if each.field_path.startswith(path)]


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("We don't need chat, payments or recordings.", ["chat", "payments", "recordings"]),
        ("We'd skip reviews, shipping and exchanges for now.", ["reviews", "shipping", "exchanges"]),
        ("Chess for two. No accounts, ads or tracking.", ["accounts", "ads", "tracking"]),
        ("A recipe box. Not a social network.", ["social network"]),
        ("Six users, no bank connection for this first version.", ["bank connection"]),
        ("A planner for cooks, no payroll in this first release.", ["payroll"]),
        ("A box of plants. No plants that are poisonous to pets.", ["plants that are poisonous to pets"]),
        ("1. Farmers announce volumes.\n2. Payment is monthly (not in phase one).", ["Payment is monthly"]),
        ("Motor claims come first; household and travel claims are explicitly excluded.", ["household and travel claims"]),
        ("Rescuers note calls. We won't do live tracking in the first step.", ["live tracking"]),
        ("Teachers pick the topic; pupils never log in.", ["log in"]),
    ],
)  # fmt: skip
def test_each_thing_of_a_refusal_is_out_of_scope(text: str, refused: list[str]) -> None:
    assert values(text, fields.OUT_OF_SCOPE) == refused
    wanted = [each.value for each in extract(text).claims if each.field_path == fields.FEATURES]
    assert "login" not in wanted and "payments" not in wanted and "messaging" not in wanted


@pytest.mark.parametrize(
    "text",
    [
        "A box. Two hundred subscribers to start with, later maybe 5,000.",
        "Two kiosks first, later maybe six.",
        "Mayors must have no access.",
        "Staff work without a connection.",
    ],
)
def test_growth_and_rules_are_nothing_refused(text: str) -> None:
    assert values(text, fields.OUT_OF_SCOPE) == []


def test_what_is_to_come_later_is_a_scale() -> None:
    scale = values(
        "Two hundred subscribers to start with, later maybe 5,000.", fields.EXPECTED_SCALE
    )
    assert [each["count"] for each in scale] == [200, 5000]


@pytest.mark.parametrize(
    "text",
    [
        "Photographers upload pictures, the public cannot vote.",
        "Clients comment on boards but cannot edit them.",
        "Visitors can't see who else is coming.",
        "The tax office demands receipts that cannot be changed afterwards.",
    ],
)
def test_what_is_forbidden_is_a_rule_and_no_trouble(text: str) -> None:
    assert values(text, fields.DEALBREAKERS)
    assert values(text, fields.PAIN_POINTS) == []


def test_customers_who_cannot_see_what_is_free_have_a_trouble() -> None:
    assert values("Guests complain that they cannot see which slot is free.", fields.PAIN_POINTS)


def test_a_state_called_disputed_is_no_trouble() -> None:
    text = "Build Ledgerly, a tracker where flatmates record purchases and settle balances (Open, Disputed, Settled)."
    assert values(text, fields.PAIN_POINTS) == []
    assert values(text, fields.JOBS) == ["record purchases", "settle balances"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Marks of a third examiner decide.", []),
        ("We cover scope 1, 2 and 3 emissions.", []),
        ("It is tested against WCAG 2.1 AA.", []),
        ("Volunteers (62 people, of whom 18 may drive) answer alarms.", [(62, "people"), (18, "people")]),
        ("Our crew of nine loses hours.", [(9, "crew")]),
    ],
)  # fmt: skip
def test_numbers_that_count_are_told_from_those_that_do_not(
    text: str, expected: list[tuple[int, str]]
) -> None:
    assert [(each["count"], each["of"]) for each in values(text, fields.COUNTS)] == expected


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("Tickets move through New, Triaged, In Progress and Closed.", "Closed"),
        ("Status of a listing: available, reserved, given away.", "given away"),
        ("An article is pitched, commissioned, in legal check, laid out or printed.", "printed"),
        ("belts: white, yellow, green, brown, black. exam twice a year.", "black"),
    ],
)
def test_states_and_kinds_are_listed(text: str, last: str) -> None:
    assert [each["values"][-1] for each in values(text, fields.ENUMERATIONS)] == [last]


@pytest.mark.parametrize(
    ("text", "job"),
    [
        ("An app for rangers: log trees to be felled, photograph damage.", "photograph damage"),
        ("Develop a tool that renames photos in bulk.", "renames photos in bulk"),
        ("Build a CLI which lists slow queries and suggests indexes.", "suggests indexes"),
        ("It enables drivers to sign, and finance to trigger invoices.", "trigger invoices"),
        ("They enter energy bills.", "enter energy bills"),
    ],
)
def test_work_is_read_in_rows_and_behind_what_does_it(text: str, job: str) -> None:
    assert job in values(text, fields.JOBS)


def test_records_that_are_confidential_do_nothing() -> None:
    assert values("Patient records are confidential.", fields.JOBS) == []


def test_users_in_brackets_are_people() -> None:
    text = "Nine users (two foremen, seven pickers), four shelves."
    assert {"picker", "foreman"} <= set(values(text, "users_and_personas."))


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("Budget 80-100k EUR.", 100_000),
        ("£1,500 once is the most we can do.", 1_500),
        ("no webshop. 3k max", 3_000),
    ],
)
def test_what_may_be_spent_is_read(text: str, amount: int) -> None:
    assert [each["amount"] for each in values(text, fields.BUDGET)] == [amount]


def test_money_that_changes_no_hands_is_no_budget() -> None:
    assert values("Neighbours swap books. No money changes hands.", fields.BUDGET) == []


def test_a_number_that_ends_a_sentence_begins_no_item() -> None:
    text = "KPI: reduce days-to-invoice from 12 to 2. Go-live Q3 2027."
    assert values(text, fields.MEASURES) == ["KPI: reduce days-to-invoice from 12 to 2"]
    items = "We need 1. booking of rooms 2. reports for staff 3. payment."
    assert len({each.start for each in extract(items).claims}) > 2


def test_a_private_board_holds_no_personal_data() -> None:
    assert (
        values("Boards have one of three states: private, shared, final.", fields.SENSITIVE_DATA)
        == []
    )


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("A museum in our town lends paintings to schools. The registrar keeps loans on cards.", "content-media"),
        ("The bank gives loans at an interest of 4 % and wants to see who repays.", "finance"),
        ("Neighbours list books they no longer need and give them away.", "marketplace"),
        ("Guests book a table online and get a reminder.", "service-booking"),
        ("Discounts for students at the box office of our theatre.", "event-management"),
        ("Spoons share a drawer and a plan.", "general"),
    ],
)  # fmt: skip
def test_the_kind_of_business_is_what_most_words_say(text: str, domain: str) -> None:
    assert first_reading(text).domain == domain


def test_how_customers_come_refuses_nothing() -> None:
    text = "Customers drop in without asking and wait at the counter. They come without an appointment."
    assert values(text, fields.OUT_OF_SCOPE) == []


def test_a_wish_for_somebody_is_work_once() -> None:
    text = "I want customers to book a repair online and pay by card."
    assert values(text, fields.JOBS) == ["book a repair online", "pay by card"]


def test_a_date_and_a_sum_measure_no_success() -> None:
    text = "It should be running by the end of March and may cost at most 25,000 euros."
    assert values(text, fields.MEASURES) == []
    assert values(text, fields.JOBS) == []


def test_work_ends_before_somebody_elses_possession() -> None:
    text = "Mechanics see only the jobs of their own shop, and customers' numbers are private."
    assert not any("customers" in each for each in values(text, fields.JOBS))
