"""The pure parts of features and planning: seeds, candidates, answers, offers, patterns, gates."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evigate.base.errors import EvigateError
from evigate.studio import fields
from evigate.studio.extraction import extract
from evigate.studio.features.candidates import candidates_of
from evigate.studio.features.reading import Known
from evigate.studio.features.seeds import seeds_of
from evigate.studio.library import packaged_library
from evigate.studio.phases.gates import RULES, gates_of
from evigate.studio.phases.models import Phase
from evigate.studio.planning.drafting import open_status, suppress, unsuppress
from evigate.studio.planning.models import Asked, Detection, PlanQuestion, Prefill
from evigate.studio.planning.prefills import Ground, prefill_of
from evigate.studio.planning.questions import merge_same
from evigate.studio.planning.values import read_answer
from evigate.studio.session.models import Claim

NOW = datetime(2026, 1, 1, tzinfo=UTC)
IDEA = (
    "We run three veterinary clinics. Pet owners phone for appointments and forget them. We want"
    " online booking and reminders by SMS. Vets must never see the payroll. No webshop."
    " Health records are private."
)


def known(text: str = IDEA) -> Known:
    claims = tuple(
        Claim(
            id=UUID(int=n),
            position=n,
            message_id=UUID(int=999),
            field_path=each.field_path,
            value=each.value,
            kind=each.kind,
            source="built-in",
            confidence=each.confidence,
            quote=each.quote,
            quote_start=each.start,
            quote_end=each.end,
        )
        for n, each in enumerate(extract(text).claims)
    )
    return Known(text, claims, 1, "service-booking")


def asked(kind: str = "text", **changes: Any) -> Asked:
    values: dict[str, Any] = {
        "key": "one",
        "ask": "What is it?",
        "why": "So.",
        "kind": kind,
        "options": (),
        "weight": 5,
        "is_required": False,
        "group_key": "general",
        "feature_keys": (),
        "origins": ({"layer": "pool", "id": "general"},),
    }
    return Asked(**{**values, **changes})


def test_seeds_are_the_same_for_the_same_words_and_differ_by_kind() -> None:
    seeds = seeds_of(known().claims)
    assert seeds == seeds_of(known().claims)
    assert len({each.key for each in seeds}) == len(seeds)
    for each in seeds:
        assert each.quote in IDEA
    order = ["critical", "high", "medium", "low"]
    places = [order.index(each.priority) for each in seeds]
    assert places == sorted(places)
    named = {each.source_field: each.priority for each in seeds}
    assert named[fields.DEALBREAKERS] == "critical"
    taken_back = [replace(each, status="superseded") for each in known().claims]
    assert seeds_of(taken_back) == ()


def test_candidates_of_other_trades_and_of_nothing() -> None:
    library = packaged_library()
    found = {each.key: each for each in candidates_of(IDEA, seeds_of(known().claims), library)}
    assert {"online-booking", "sms-messages"} <= set(found)
    assert all("SMS" in each.reason for key, each in found.items() if key == "sms-messages")
    assert candidates_of("Good morning.", (), library) == ()
    refused = candidates_of("We do not need any reminders or an online booking.", (), library)
    assert not {"reminders", "online-booking"} & {each.key for each in refused}


def test_a_job_in_other_words_places_and_who_may_see_what_call_for_features() -> None:
    text = (
        "We run three bicycle repair shops. Customers should book a repair online."
        " Mechanics must see only the jobs of their own shop."
    )
    seeds = seeds_of(known(text).claims)
    found = {each.key for each in candidates_of(text, seeds, packaged_library())}
    assert {"online-booking", "multi-location", "roles-permissions"} <= found
    alone = known("A board with two sample stores. Everyone may see everything.")
    assert not {"multi-location", "roles-permissions"} & {
        hint for each in seeds_of(alone.claims) for hint in each.hints
    }


@pytest.mark.parametrize(
    ("kind", "raw", "read"),
    [
        ("boolean", "Yes", True),
        ("boolean", "n", False),
        ("choice", " ALWAYS ", "always"),
        ("multi", "always; never", ["always", "never"]),
        ("number", "1,200", 1200),
        ("number", "2.5", 2.5),
        ("list", "a\nb\n\na", ["a", "b"]),
        ("date", "2027-02-28", "2027-02-28"),
        ("text", " x ", "x"),
    ],
)
def test_an_answer_is_read_as_its_kind_wants_it(kind: str, raw: Any, read: Any) -> None:
    assert read_answer(kind, ("always", "never"), raw) == read


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("boolean", "perhaps"),
        ("choice", "sometimes"),
        ("multi", ["always", "x"]),
        ("number", "many"),
        ("number", "nan"),
        ("number", True),
        ("date", "2027-02-30"),
        ("text", "  "),
        ("text", ["a"]),
        ("text", "a\x00b"),
        ("list", ""),
    ],
)
def test_what_is_no_answer_of_the_kind_is_refused(kind: str, raw: Any) -> None:
    with pytest.raises(EvigateError, match="E_QUESTION_ANSWER_INVALID"):
        read_answer(kind, ("always", "never"), raw)


@given(
    st.sampled_from(["boolean", "choice", "multi", "number", "list", "date", "text", "money"]),
    st.one_of(st.text(), st.booleans(), st.floats(), st.lists(st.text()), st.integers()),
)
def test_what_was_read_once_is_read_to_the_same(kind: str, raw: Any) -> None:
    try:
        read = read_answer(kind, ("always", "never"), raw)
    except EvigateError:
        return
    assert read_answer(kind, ("always", "never"), read) == read


def test_an_offer_says_by_what_how_surely_and_why() -> None:
    ground = Ground(known())
    who = prefill_of(asked(ask="Who needs to sign in?"), ground)
    assert who is not None and who.source == "persona" and who.explanation
    by = prefill_of(
        asked("choice", ask="How are reminders sent?", options=("SMS", "letter")), ground
    )
    assert by is not None and (by.value, by.source) == ("SMS", "inference")
    assert by.confidence == 0.75 and by.band == "medium"
    sites = prefill_of(asked("number", ask="How many clinics are there?"), ground)
    assert sites is not None and sites.value == 3
    assert prefill_of(asked(ask="In which colour?"), ground) is None
    shop = asked("choice", ask="Which channel?", options=("webshop", "letter"))
    assert prefill_of(shop, ground) is None, "what was refused is no offer"
    scope = asked("longtext", ask="What must work?", fills="domain_specific.outOfScope")
    assert prefill_of(scope, ground) is None


def test_questions_that_say_the_same_become_one_with_every_origin() -> None:
    one = asked(key="a", ask="Who may give money back?", weight=6, feature_keys=("refunds",))
    two = asked(
        key="b",
        ask="Who may give back money?",
        weight=4,
        feature_keys=("deposits",),
        origins=({"layer": "custom", "id": "x"},),
        is_required=True,
    )
    other = asked(key="c", ask="Who may see the wages?")
    merged = merge_same([two, other, one])
    assert [each.key for each in merged] == ["a", "c"]
    assert merged[0].feature_keys == ("refunds", "deposits")
    assert [each["layer"] for each in merged[0].origins] == ["pool", "custom"]
    assert merged[0].is_required


def question(**changes: Any) -> PlanQuestion:
    values: dict[str, Any] = {
        "id": UUID(int=1),
        "key": "one",
        "position": 0,
        "feature_key": None,
        "feature_keys": (),
        "group_key": "general",
        "ask": "What?",
        "why": "So.",
        "kind": "choice",
        "options": ("always", "never"),
        "weight": 9,
        "is_required": True,
        "origins": ({"layer": "pool", "id": "general"},),
        "prefill": None,
        "rejected": None,
        "status": "pending",
        "reason": "",
        "version": 1,
        "answer": None,
    }
    return PlanQuestion(**{**values, **changes})


def pattern(value: Any) -> Detection:
    return Detection(UUID(int=2), "p", "P", 0.9, ("said",), {"one": value}, ("do",), "detected", 1)


def test_a_pattern_hides_no_required_question_that_it_does_not_answer() -> None:
    hidden = suppress(question(), pattern("never"))
    assert hidden.status == "suppressed"
    assert hidden.prefill is not None and hidden.prefill.value == "never"
    assert unsuppress(hidden, pattern("never")).status == "prefilled"
    for answer in ("sometimes", "", None, ["always"]):
        assert suppress(question(), pattern(answer)) == question()
    given_ = question(status="answered")
    assert suppress(given_, pattern("never")) == given_
    assert suppress(question(key="other"), pattern("never")).status == "pending"


def test_a_refused_offer_is_not_made_again() -> None:
    offer = Prefill("never", 0.9, "inference", "You said so.")
    assert open_status(question(prefill=offer)) == "prefilled"
    assert open_status(question(prefill=offer, rejected="never")) == "rejected"
    assert open_status(question(prefill=offer, rejected="always")) == "prefilled"
    assert open_status(question()) == "pending"


def test_a_gate_without_facts_is_closed() -> None:
    gates = gates_of({}, now=NOW)
    assert [each.phase for each in gates] == list(Phase)
    assert not any(each.is_open for each in gates)
    assert all(rules for rules in RULES.values())


def test_a_gate_names_what_stands_against_it() -> None:
    facts = {"discovery": {"completeness": 0.9, "threshold": 0.85, "open_required": ["Budget"]}}
    gate = gates_of(facts, now=NOW)[Phase.DISCOVERY.place]
    assert [(each.key, each.is_met, each.found) for each in gate.items] == [
        ("completeness", True, ()),
        ("required", False, ("Budget",)),
    ]


def test_what_the_conversation_asked_already_is_offered_as_answered() -> None:
    base = known()
    told = [
        replace(
            base.claims[0],
            id=UUID(int=900 + n),
            field_path=path,
            value=value,
            quote=value,
            confidence=1.0,
        )
        for n, (path, value) in enumerate(
            [
                ("details.job-window", "a day"),
                ("details.emergency", "Yes"),
                ("details.channels", "e-mail"),
            ]
        )
    ]
    ground = Ground(Known(IDEA + "\n\na day\n\nYes", (*base.claims, *told), 1, "service-booking"))
    window = prefill_of(asked("choice", key="job-window", options=("a day", "two hours")), ground)
    assert window is not None
    assert (window.value, window.source, window.confidence) == ("a day", "cascade", 0.95)
    assert "in the conversation" in window.explanation
    emergency = prefill_of(asked("boolean", key="emergency"), ground)
    assert emergency is not None and emergency.value is True
    channels = prefill_of(asked("multi", key="channels", options=("e-mail", "SMS")), ground)
    assert channels is not None and channels.value == ["e-mail"]
    # The same words say nothing of another question.
    other = asked("choice", key="loss", ask="How much may be lost?", options=("nothing", "a day"))
    assert prefill_of(other, ground) is None
