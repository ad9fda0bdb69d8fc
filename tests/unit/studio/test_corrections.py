"""What a person takes back, and what must not be lost by it."""

from typing import Any

from tests.unit.studio.test_turns import Talk

from evigate.studio import fields
from evigate.studio.extraction import extract
from evigate.studio.session.answers import answer_claims

SHOPS = (
    "We run three bicycle repair shops. Half of the mechanics' morning goes on the phone and 15 bikes"
    " a month are never collected, which costs us money. I want customers to book a repair online"
    " and pay a deposit by card."
)


def standing(talk: Talk, path: str) -> list[Any]:
    return [each.value for each in talk.session.claims_of(path)]


def told(*said: str) -> Talk:
    talk = Talk()
    for text in said:
        talk.act("say", text)
    return talk


def test_a_correction_of_one_thing_leaves_the_problem_as_it_was() -> None:
    talk = told(SHOPS)
    before = standing(talk, fields.CORE_PROBLEM)
    assert before and "never collected" in before[0]
    for text in (
        "Actually the colours should be green and white.",
        "No, the shop in Leeds comes first.",
    ):
        talk.act("say", text)
        assert standing(talk, fields.CORE_PROBLEM) == before


def test_a_share_that_is_taken_back_is_replaced() -> None:
    talk = told(SHOPS, "The deposit is 30 %.", "Actually the deposit should be 50 %.")
    shares = [each["count"] for each in standing(talk, fields.COUNTS) if "unit" in each]
    assert shares == [50]


def test_two_shares_of_one_thing_are_asked_about() -> None:
    talk = told(SHOPS, "The deposit is 30 %.", "The deposit is 50 % for new customers.")
    negotiated = [each for each in talk.session.needs.values() if each.negotiation]
    assert [each.key for each in negotiated] == [fields.EXPECTED_SCALE]
    assert negotiated[0].negotiation is not None
    assert len(negotiated[0].negotiation["options"]) == 2


def test_programs_that_no_list_knows_are_kept_beside_those_that_one_does() -> None:
    text = "Lightspeed at the till and a shared Google Calendar"
    found = answer_claims(fields.EXISTING_SYSTEMS, text, extract(text).claims)
    assert [each.value for each in found] == ["Google Calendar", "Lightspeed at the till"]


def test_what_somebody_agrees_to_is_no_rule() -> None:
    assert [each.value for each in extract("Yes, that is right").claims] == []


def test_a_goal_does_not_contradict_what_is_so_today() -> None:
    talk = told(SHOPS, "No more than 5 uncollected bikes a month.")
    assert not any(each.negotiation for each in talk.session.needs.values())
