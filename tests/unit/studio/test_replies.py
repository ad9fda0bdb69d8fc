"""Replies told apart, questions that are the same, shares with their noun, trades joined."""

import pytest

from evigate.studio import fields
from evigate.studio.extraction import extract
from evigate.studio.library import packaged_library
from evigate.studio.library.trades import read_for_library
from evigate.studio.session.alike import is_alike, token_set_ratio
from evigate.studio.session.answers import answer_claims
from evigate.studio.session.replies import Reply, Verdict, asked_back, kind_of, verdict_of


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I don't know", Reply.UNKNOWN),
        ("Not sure, about 40.", Reply.ANSWER),
        ("We don't know which child is ill.", Reply.ANSWER),
        ("We don't know yet", Reply.UNKNOWN),
        ("Decide later", Reply.LATER),
        ("I'd rather not say", Reply.REFUSED),
        ("What do you mean?", Reply.QUESTION),
        ("The drivers?", Reply.ANSWER),
        ("Thanks, great!", Reply.IDLE),
        ("Great prices matter to us", Reply.ANSWER),
        ("???", Reply.QUESTION),
    ],
)
def test_a_reply_is_what_it_says(text: str, kind: Reply) -> None:
    assert kind_of(text) is kind


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Yes, that is right", Verdict.RIGHT),
        ("yes", Verdict.RIGHT),
        ("Yep, that's correct.", Verdict.RIGHT),
        ("Looks good", Verdict.RIGHT),
        ("No, something is wrong", Verdict.WRONG),
        ("No.", Verdict.WRONG),
        ("not quite", Verdict.WRONG),
        ("That isn't right", Verdict.WRONG),
        ("I don't know", Verdict.LEFT),
        ("Decide later", Verdict.LEFT),
        ("No login, please", None),
        ("No, the drivers use it most", None),
        ("Yes, but the budget is 3k", None),
    ],
)
def test_a_reading_back_is_confirmed_denied_or_left(text: str, verdict: Verdict | None) -> None:
    assert verdict_of(text) is verdict


@pytest.mark.parametrize(
    ("key", "text", "is_taken"),
    [
        (fields.MEASURES, "Only the caretaker opens the rooms.", False),
        (fields.MEASURES, "Only the manager may see the salaries.", False),
        (fields.MEASURES, "Fewer double bookings, and nobody phones any more.", True),
        (fields.MEASURES, "That the caretaker goes home earlier.", True),
        (fields.EXPECTED_SCALE, "Only the owner can see all of it.", False),
    ],
)
def test_who_may_do_what_is_no_answer_to_another_question(
    key: str, text: str, is_taken: bool
) -> None:
    assert bool(answer_claims(key, text, extract(text).claims)) is is_taken


@pytest.mark.parametrize(
    ("text", "choices", "value"),
    [
        ("no", ("Yes", "No"), "No"),
        ("Nope.", ("Yes", "No"), "No"),
        ("yes", ("Yes", "No"), "Yes"),
        ("None of these", ("Excel", "Paper"), "none"),
    ],
)
def test_a_yes_or_no_is_kept_as_one(text: str, choices: tuple[str, ...], value: str) -> None:
    (claim,) = answer_claims(fields.SENSITIVE_DATA, text, (), choices)
    assert claim.value == value


def test_what_is_asked_back_states_nothing() -> None:
    text = "Twelve people. Do you mean with the owner?"
    ((start, end),) = asked_back(text)
    assert text[start:end].strip() == "Do you mean with the owner?"


def test_words_in_another_order_are_the_same_question() -> None:
    # All of the shorter stands in the longer: the common words against themselves are 100.
    assert token_set_ratio(frozenset("abc"), frozenset("abcd")) == 100
    assert token_set_ratio(frozenset(), frozenset("a")) == 0
    assert is_alike("Who may see and change what?", "Who may change and see what?")
    assert not is_alike("How much is the deposit?", "When is a deposit kept by you?")


@pytest.mark.parametrize(
    ("text", "of", "quote"),
    [
        ("The deposit is 30 %.", "deposit", "deposit is 30 %"),
        ("We take 5% commission on it.", "commission", "5% commission"),
    ],
)
def test_a_share_keeps_its_noun_and_its_words(text: str, of: str, quote: str) -> None:
    rates = [each for each in extract(text).claims if each.rule == "rate"]
    assert [(each.field_path, each.value["of"], each.quote) for each in rates] == [
        (fields.COUNTS, of, quote)
    ]


def test_a_share_of_nothing_is_none() -> None:
    assert not [each for each in extract("It grew by 30 %.").claims if each.rule == "rate"]


def test_extractor_and_library_make_each_other_surer() -> None:
    text = "Customers book appointments at our salon."
    library = packaged_library()
    alone = read_for_library(text, library, domain="general", confidence=0.0)
    joined = read_for_library(text, library, domain="service-booking", confidence=0.9)
    assert alone.domain == joined.domain == "service-booking"
    assert (
        joined.facts["domain"]["appointments"]["score"]
        > alone.facts["domain"]["appointments"]["score"]
    )
    nothing = read_for_library("Hm.", library, domain="general", confidence=0.0)
    assert nothing.domain == "general" and not nothing.facts["domain"] and not nothing.industries
