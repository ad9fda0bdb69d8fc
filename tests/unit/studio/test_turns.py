"""Laws of a conversation, over random ones: replay, literal quotes, standing, one question a turn."""

import json
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from evigate.base.errors import EvigateError
from evigate.kernel.events import NewEvent
from evigate.studio import fields
from evigate.studio.batch import first_standings
from evigate.studio.extraction import extract
from evigate.studio.library import packaged_library
from evigate.studio.objective import Objective, objective_of
from evigate.studio.project_discovery import PROJECT_DISCOVERY
from evigate.studio.reader import read_offline
from evigate.studio.session.answers import answer_claims
from evigate.studio.session.evolve import begin, replay
from evigate.studio.session.models import Session
from evigate.studio.session.replies import Reply, kind_of
from evigate.studio.session.turns import Turn
from evigate.studio.standing import NeedStatus, Said, completeness, standing_of

SAID = (
    "We run two salons; customers phone to book and we lose appointments. Budget about 20k.",
    "I don't know",
    "decide later",
    "none",
    "The budget is 35k.",
    "Actually, the budget is 30k",
    "no login, please",
    "login and reports for 40 users",
    "Within three months",
    "live in two months",
    "20k",
    "35k",
    "Both, with a condition",
    "Payments, E-mail",
    "Yes, that is right",
    "No, something is wrong",
    "managers see all, staff only their own",
    "always, for new clients",
    "a deposit of 20 %",
    "the deposit is 30%",
    "What do you mean?",
    "🐕 ünïcode «quote» 12 dogs",
)
KEYS = [each.key for each in PROJECT_DISCOVERY.obligations]
# Of the trade that the first message tells of; others are no needs, and are refused.
DETAILS = ("details.deposit-taken", "details.deposit-amount", "details.client-health-note")
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.sampled_from(SAID)),
        st.tuples(st.just("answer"), st.tuples(st.sampled_from(KEYS), st.sampled_from(SAID))),
        st.tuples(st.sampled_from(["defer", "reopen", "confirm"]), st.sampled_from(KEYS)),
        st.tuples(st.just("skip"), st.sampled_from(KEYS)),
        st.tuples(st.just("industry"), st.sampled_from(["812910", "621111", "722511"])),
        st.tuples(st.just("answer"), st.tuples(st.sampled_from(DETAILS), st.sampled_from(SAID))),
        st.tuples(st.sampled_from(["revise", "correct", "dispute"]), st.integers(0, 40)),
    ),
    min_size=1,
    max_size=12,
)


class Talk:
    """A conversation without a database."""

    def __init__(self) -> None:
        numbers = count(1)
        self.new_id = lambda: UUID(int=next(numbers))
        started = {
            "id": str(self.new_id()),
            "project_id": str(self.new_id()),
            "objective_id": str(self.new_id()),
            "level": "novice",
            "needs": KEYS,
        }
        self.session: Session = begin(started)
        self.events = [NewEvent("session_started", started)]

    def act(self, name: str, what: Any) -> None:
        turn = Turn(self.session, PROJECT_DISCOVERY, self.new_id, packaged_library())
        try:
            self._act(turn, name, what)
        except EvigateError as error:
            assert error.code.name in {"E_EDIT_STALE", "E_NEED_NOT_FOUND"}
            return
        self.session, self.events = turn.session, [*self.events, *turn.events]

    def _act(self, turn: Turn, name: str, what: Any) -> None:
        if name in {"say", "answer"}:
            key, text = what if name == "answer" else (None, what)
            found, reading = read_offline(text, packaged_library())
            turn.say(
                text,
                found.claims,
                source="built-in",
                domain=reading.domain,
                reading=reading,
                key=key,
            )
        elif name in {"defer", "reopen", "confirm"}:
            getattr(turn, name)(what)
        elif name == "skip":
            turn.skip(what, "not now")
        elif name == "industry":
            turn.choose_industry(what)
        elif name == "revise":
            said = [each for each in self.session.messages if each.role == "user"]
            if said:
                text = "We run three salons. Budget 22k."
                turn.revise(
                    said[what % len(said)].id, text, extract(text).claims, source="built-in"
                )
        elif self.session.claims:
            claims = list(self.session.claims)
            getattr(turn, name)(claims[what % len(claims)], "15k at most")


@settings(max_examples=60, deadline=None)
@given(ACTS)
@example([("correct", 0), ("revise", 1)])
def test_events_alone_rebuild_the_session(acts: list[tuple[str, Any]]) -> None:
    talk = Talk()
    talk.act("say", SAID[0])
    for name, what in acts:
        before = talk.session
        talk.act(name, what)
        _hold(talk.session, before)
    # As the database gives them back: a tuple has become a list, an id its text.
    stored = [NewEvent(each.type, json.loads(json.dumps(each.payload))) for each in talk.events]
    assert replay(stored) == talk.session


def _hold(session: Session, before: Session) -> None:
    """What is true after every turn."""
    asked = [
        each for each in session.messages if each.role == "agent" and each.turn == session.turn
    ]
    assert len(asked) <= 1
    for claim in session.claims.values():
        message = session.message(claim.message_id)
        assert message is not None and message.role == "user"
        assert message.content[claim.quote_start : claim.quote_end] == claim.quote
        assert (claim.superseded_by is not None) == (claim.status == "superseded")
    for need in session.needs.values():
        assert need.attempts <= 3 and 0 <= need.confidence <= 1
        if need.status is NeedStatus.SATISFIED:
            assert session.claims_of(need.key)
        open_ = [
            t for t in session.tasks.values() if t.need_key == need.key and t.status == "pending"
        ]
        assert len(open_) <= 1
        assert not open_ or need.status is NeedStatus.DEFERRED
    assert set(before.needs) <= set(session.needs)
    for root, facts in before.facts.items():
        assert set(facts) <= set(session.facts[root])
    standings = {key: each.standing for key, each in session.needs.items()}
    assert session.completeness == completeness(PROJECT_DISCOVERY, standings)
    assert len(session.messages) >= len(before.messages)


def test_completeness_is_the_weighted_share_of_what_is_known() -> None:
    # Of 128 in weights: one of 10 fully known, one of 8 half known at .5 confidence.
    standings = {
        fields.CORE_PROBLEM: standing_of(_of(fields.CORE_PROBLEM), [Said("x", "fact", 1.0)]),
        fields.MEASURES: standing_of(_of(fields.MEASURES), [Said("x", "fact", 0.5)]),
    }
    total = sum(each.weight for each in PROJECT_DISCOVERY.obligations)
    assert total == 128
    assert standings[fields.MEASURES].status is NeedStatus.PARTIAL
    assert completeness(PROJECT_DISCOVERY, standings) == round((10 + 8 * 0.5 * 0.5) / 128, 2)


def test_none_said_outright_answers_a_question_for_several_things() -> None:
    assert standing_of(_of(fields.JOBS), [Said("x", "fact", 0.9)]).status is NeedStatus.PARTIAL
    assert (
        standing_of(_of(fields.JOBS), [Said("none", "decision", 0.9)]).status
        is NeedStatus.SATISFIED
    )


@pytest.mark.parametrize("text", ["I don't know", "dunno", "decide later", "not sure yet", "tbd"])
def test_a_way_out_is_no_answer(text: str) -> None:
    assert kind_of(text) in {Reply.UNKNOWN, Reply.LATER}


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        (fields.BUDGET, "about 12k", {"amount": 12000, "currency": None, "text": "12k"}),
        (fields.EXPECTED_SCALE, "twelve", {"count": 12, "of": "users", "text": "twelve"}),
        (fields.OUT_OF_SCOPE, "nothing", "none"),
        (fields.EXISTING_SYSTEMS, "EasyVet", "EasyVet"),
    ],
)
def test_an_answer_is_read_as_what_was_asked_for(key: str, text: str, value: Any) -> None:
    (claim,) = answer_claims(key, text, extract(text).claims)
    assert claim.value == value
    assert text[claim.start : claim.end] == claim.quote


def test_an_answer_about_something_else_is_not_taken_for_one() -> None:
    text = "The budget is 35k now."
    assert answer_claims(fields.TECHNICAL_CONSTRAINTS, text, extract(text).claims) == []


def test_who_is_named_later_is_one_of_the_others() -> None:
    talk = Talk()
    talk.act("say", "A web shop for my bakery. Customers order cakes online for pickup.")
    talk.act("say", "I run 2 shops; customers and my staff use it.")

    def users(path: str) -> list[Any]:
        return [each.value for each in talk.session.claims_of(path)]

    assert users(fields.PRIMARY_USER) == ["customer"]
    assert "customer" not in users(fields.SECONDARY_USERS)
    assert any("staff" in str(each) for each in users(fields.SECONDARY_USERS))


def _read_back() -> Talk:
    """A conversation whose last question reads back what was understood."""
    talk = Talk()
    talk.act(
        "say",
        "We lend tools to our 300 members; they phone the two wardens, who lose the slips of"
        " paper. Members want to reserve a tool on the phone. Live before May, 9,000 euros at most.",
    )
    for _ in range(20):
        if "confirms" in _last(talk).card:
            return talk
        talk.act("say", "decide later")
    raise AssertionError("nothing was read back")


def _last(talk: Talk) -> Any:
    return talk.session.messages[-1]


def _sureness(talk: Talk) -> list[float]:
    return [each.confidence for each in talk.session.claims.values()]


def test_a_reading_back_has_the_ways_out_of_every_card() -> None:
    talk = _read_back()
    card, before = _last(talk).card, _sureness(talk)
    assert card["escapes"] == ["I don't know", "Decide later"]
    talk.act("say", card["escapes"][1])
    assert _sureness(talk) == before and _last(talk).card.get("confirms") != card["confirms"]
    for _ in range(30):
        if _last(talk).role == "user":
            break
        talk.act("say", "decide later")
    assert talk.session.phase == "closing"


def test_a_plain_no_is_asked_what_is_wrong() -> None:
    talk = _read_back()
    before = _sureness(talk)
    talk.act("say", "no")
    assert _sureness(talk) == before
    assert _last(talk).content.startswith("What is wrong?") and _last(talk).card["escapes"]


def test_a_plain_no_is_no_trouble_of_theirs() -> None:
    talk = _read_back()
    claims = len(talk.session.claims)
    talk.act("say", "No, something is wrong")
    assert len(talk.session.claims) == claims


def test_only_what_is_unsure_is_read_back() -> None:
    talk = _read_back()
    confirmed = talk.session.claims[UUID(_last(talk).card["confirms"][0])]
    talk.act("say", "yes")
    title = _of(confirmed.field_path).title
    while _last(talk).role == "agent" and talk.session.phase != "closing":
        talk.act("say", "decide later")
    assert "confirms" in _last(talk).card and title not in _last(talk).content


@pytest.mark.parametrize("wish", ["no broken tool in the spring", "no unpaid fines"])
def test_what_shall_not_happen_measures_success_where_that_is_asked(wish: str) -> None:
    talk = Talk()
    talk.act("answer", (fields.MEASURES, f"Slips are found within a minute of asking, and {wish}"))
    said = [str(each.value) for each in talk.session.claims_of(fields.MEASURES)]
    assert any(wish in each for each in said)
    assert talk.session.claims_of(fields.OUT_OF_SCOPE) == []


def test_whoever_speaks_of_we_at_the_end_is_not_who_uses_it_most() -> None:
    talk = Talk()
    talk.act("say", "Guides plan walks and hikers book them. We take no payment by card.")
    before = talk.session.claims_of(fields.PRIMARY_USER)
    for _ in range(60):
        if talk.session.phase == "closing":
            break
        talk.act("say", "decide later")
    talk.act("say", "We want to print a map for each of them")
    assert talk.session.claims_of(fields.PRIMARY_USER) == before


def test_a_plain_yes_confirms_what_was_read_back() -> None:
    talk = _read_back()
    confirmed = _last(talk).card["confirms"]
    talk.act("say", "yes, that's correct")
    assert {talk.session.claims[UUID(each)].confidence for each in confirmed} == {1.0}


def test_an_objective_that_cannot_be_asked_is_refused() -> None:
    good = PROJECT_DISCOVERY.to_json()
    assert _made(good).obligations == PROJECT_DISCOVERY.obligations
    circular = {**good, "obligations": [dict(each) for each in good["obligations"]]}
    first, second = circular["obligations"][0], circular["obligations"][1]
    first["after"], second["after"] = [second["key"]], [first["key"]]
    twice = {**good, "obligations": [good["obligations"][0], good["obligations"][0]]}
    code = {**good, "obligations": [{**good["obligations"][0], "satisfied_when": {"$where": "1"}}]}
    for bad in (circular, twice, code, {"obligations": []}, {**good, "threshold": 2}):
        with pytest.raises(EvigateError):
            _made(bad)


def test_the_grooming_paragraph_stands_as_the_story_says() -> None:
    found = extract(
        "We run a chain of dog-grooming salons. Customers phone to book, we lose appointments and"
        " no-shows cost us money. I need online booking with deposits by card and reminders, two"
        " salons now, ten next year, live in three months, budget about 20k. Staff must see only"
        " their own salon. Customer health notes are private."
    )
    standings = first_standings(found, PROJECT_DISCOVERY)
    known = [key for key, each in standings.items() if each.status is not NeedStatus.PENDING]
    assert len(known) >= 11
    assert {fields.CORE_PROBLEM, fields.PRIMARY_USER, fields.PAIN_POINTS, fields.TIMELINE,
            fields.BUDGET, fields.SENSITIVE_DATA, fields.EXPECTED_SCALE} <= set(known)  # fmt: skip


def _of(key: str) -> Any:
    return PROJECT_DISCOVERY.obligation(key)


def _made(config: dict[str, Any]) -> Objective:
    return objective_of("project_discovery", "9.9.9", "Test", config)
