"""What a text speaks of, and why a question is asked, on the packaged library."""

import pytest

from evigate.studio.library import (
    active_questions,
    facts_of,
    match_domains,
    match_features,
    packaged_library,
)

LIBRARY = packaged_library()


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("Our barber shop drowns in phone calls for a haircut on Saturdays.", "appointments"),
        ("I run a nail studio and half my clients never turn up.", "appointments"),
    ],
)
def test_the_domain_is_the_one_of_the_trade(text: str, domain: str) -> None:
    assert match_domains(text, LIBRARY)[0].key == domain


def test_hits_are_literal_stretches_of_the_text() -> None:
    text = "Dog-grooming salons; clients phone to book, and no-shows cost us."
    for match in match_domains(text, LIBRARY):
        assert all(text[hit.start : hit.end] == hit.quote for hit in match.hits)


def test_an_unrelated_text_has_no_domain() -> None:
    assert not [each for each in match_domains("The sky is blue.", LIBRARY) if each.is_likely]
    assert match_domains("", LIBRARY) == []


def test_a_question_waits_for_its_prerequisite_and_says_why_it_is_asked() -> None:
    text = "An online booking page for our barber shop."
    before = {each.question.key for each in active_questions(facts_of(text, LIBRARY), LIBRARY)}
    assert "deposit-taken" in before
    assert "deposit-amount" not in before
    facts = facts_of(text, LIBRARY, answers={"deposit-taken": "always"})
    after = {each.question.key: each for each in active_questions(facts, LIBRARY)}
    assert "deposit-taken" not in after
    why = after["deposit-amount"].why()
    assert 'you answered "always" to "Do you want money at booking' in why
    assert '"barber shop"' in why or '"barber"' in why


def test_an_answer_that_rules_a_question_out_leaves_it_asleep() -> None:
    facts = facts_of("our barber shop", LIBRARY, answers={"deposit-taken": "never"})
    assert "deposit-amount" not in {e.question.key for e in active_questions(facts, LIBRARY)}


def test_without_a_domain_nothing_of_a_trade_is_asked() -> None:
    assert all(
        each.pool not in {domain.key for domain in LIBRARY.domains}
        for each in active_questions(facts_of("", LIBRARY), LIBRARY)
    )


@pytest.mark.parametrize(
    ("text", "feature"),
    [
        ("Of course we would like to book rooms till late.", "course-builder"),
        ("Of course we would like to book rooms till late.", "social-feed"),
        ("Of course we would like to book rooms till late.", "cash-reconciliation"),
        ("A booking system for our barbers.", "media-library"),
        ("A list of all stock levels.", "listings"),
        ("A list of all stock levels.", "game-play"),
        ("Tenants report a broken lift and it leads to quarrels.", "lead-pipeline"),
        ("We track orders with machine learning.", "event-agenda"),
    ],
)
def test_a_word_that_only_looks_alike_asks_for_nothing(text: str, feature: str) -> None:
    assert feature not in {each.key for each in match_features(text, LIBRARY) if each.hits}


@pytest.mark.parametrize(
    ("text", "feature", "is_excluded"),
    [
        ("Five users and no login for this first phase.", "customer-accounts", True),
        ("We don't need online booking.", "online-booking", True),
        ("It works without gift cards.", "gift-cards", True),
        ("Loyalty points are out of scope.", "loyalty-points", True),
        ("We have no online booking and lose clients.", "online-booking", False),
        ("No-shows cost us money, reminders would help.", "reminders", False),
        ("We cannot send reminders today.", "reminders", False),
        ("No payments yet, but gift cards matter.", "gift-cards", False),
    ],
)
def test_what_is_ruled_out_is_no_wish(text: str, feature: str, is_excluded: bool) -> None:
    (found,) = [each for each in match_features(text, LIBRARY) if each.key == feature]
    assert (found.score == 0 and bool(found.excluded)) is is_excluded
    assert bool(found.hits) is not is_excluded
