"""What each built-in reviewer finds and does not find, in small specifications written by hand."""

from evigate.agents import Passage, estimate_tokens
from evigate.base.canonical import canonical_json
from evigate.studio.reviews.arguing import judged, stances
from evigate.studio.reviews.models import Finding, ReviewIn, ReviewOut
from evigate.studio.reviews.reading import STEP, Desk, desk_of
from evigate.studio.reviews.reviewers import OUTPUT_TOKENS, REVIEWERS, within
from evigate.studio.reviews.rules import RULES


def piece(key: str, text: str, **sections: list[str] | str) -> Passage:
    body = f"{text}\n\n"
    for heading, lines in sections.items():
        told = lines if isinstance(lines, str) else "\n".join(f"- {line}" for line in lines)
        body += f"### {heading.replace('_', ' ')}\n{told}\n\n"
    return Passage(key, f"## A title\n[spec {key}; out of date: x]\n\n{body}")


def requirement(name: str, text: str, *criteria: str) -> Passage:
    return piece(f"requirement/{name}", text, Accepted_when=list(criteria))


def rules_of(focus: str, *passages: Passage, is_whole: bool = True) -> list[tuple[str, str]]:
    found = list(RULES[focus](desk_of(passages), is_whole))
    for each in found:
        (told,) = [p.text for p in passages if p.id == each.passage]
        assert each.quote in told, "a finding quotes what was read"
    return [(each.rule, each.element.partition("/")[2]) for each in found]


GOOD = requirement("FR-A-1", "The system shall send 1 reminder.", "given x, then 1 message is sent")


def test_wording_finds_vague_words_open_ends_and_two_in_one() -> None:
    assert rules_of("wording", GOOD) == []
    assert rules_of(
        "wording",
        requirement("FR-1", "It shall be easy to book."),
        requirement("FR-2", "It shall keep names, phones, and so on."),
        requirement("FR-3", "It shall book and it shall pay."),
    ) == [("VAGUE_WORD", "FR-1"), ("OPEN_END", "FR-2"), ("TWO_IN_ONE", "FR-3")]
    # What was asked is not what is stated; what was answered is.
    asked = requirement("DC-1", "It shall follow this decision: How often? Each day.")
    answered = requirement("DC-2", "It shall follow this decision: When? As soon as possible.")
    assert rules_of("wording", asked, answered) == [("VAGUE_WORD", "DC-2")]


def test_testability_finds_what_nobody_could_tell_to_be_met() -> None:
    tests = piece("tests/FR-A-1", "")
    assert rules_of("testability", GOOD, tests) == []
    bare = requirement("FR-1", "The system shall be available.")
    vague = requirement("FR-2", "The system shall list 3 salons.", "then it is fast")
    assert rules_of("testability", bare, vague, tests) == [
        ("NO_CRITERION", "FR-1"), ("NO_NUMBER", "FR-1"), ("NO_TEST", "FR-1"),
        ("VAGUE_CRITERION", "FR-2"), ("NO_TEST", "FR-2"),
    ]  # fmt: skip
    # Where not all was given, what is missing may be among what was left out.
    assert ("NO_TEST", "FR-1") not in rules_of("testability", bare, tests, is_whole=False)


def record(name: str, *fields: str, **sections: list[str]) -> Passage:
    return piece(f"record/{name}", name, Fields=list(fields), **sections)


def test_completeness_finds_what_is_not_there() -> None:
    pet = record("pet", "name: text", "health_note: text, private")
    calls = piece("calls/pet", "")
    assert rules_of("completeness", pet, calls) == [("NO_RETENTION", "pet")]
    kept = requirement("DT-1", "Health notes shall be kept for 2 years.")
    assert rules_of("completeness", pet, calls, kept) == []
    assert rules_of("completeness", pet, calls, is_whole=False) == []
    endless = record("visit", "day: date", Steps=["asked to booked: it is free",
                                                  "booked to asked: it is moved"])  # fmt: skip
    assert rules_of("completeness", endless) == [("NO_END", "visit"), ("NO_CALLS", "visit")]
    feature = piece("feature/tips", "People leave a tip.")
    assert rules_of("completeness", feature, GOOD) == [("NO_REQUIREMENT", "tips")]
    assert rules_of("completeness", feature, requirement("FR-TIPS-1", "It takes 1 tip.")) == []


def test_security_finds_who_could_see_what_they_should_not() -> None:
    open_ = record("pet", "health_note: text, private", "email: text",
                   Who_may=["groomer: read", "owner: read (their own)"])  # fmt: skip
    assert rules_of("security", open_) == [
        ("PRIVATE_TO_ALL", "pet"),
        ("PERSONAL_NOT_PRIVATE", "pet"),
    ]
    shut = record("pet", "health_note: text, private", Who_may=["groomer: read (their own)"])
    assert rules_of("security", shut) == []
    calls = piece("calls/pet", "", delete_pet="DELETE /pets/{id}, for owner, groomer, clerk")
    assert rules_of("security", calls) == [("MANY_DELETE", "pet")]
    guarded = requirement("AC-1", "A groomer shall see the pets of their own salon.")
    assert rules_of("security", guarded) == [("NO_SIGN_IN", "AC-1")]
    assert rules_of("security", guarded, requirement("FR-2", "A groomer signs in by e-mail.")) == []


def test_consistency_finds_two_numbers_and_what_is_said_twice() -> None:
    one = requirement("FR-1", "A reminder is sent to the customer 24 hours before the appointment.")
    other = requirement("FR-2", "The customer gets a reminder sent 48 hours before an appointment.")
    assert rules_of("consistency", one, other) == [("TWO_NUMBERS", "FR-2")]
    same = requirement("FR-4", "The reminder is sent to a customer 24 hours before an appointment.")
    assert rules_of("consistency", one, same) == [("ALMOST_THE_SAME", "FR-4")]
    apart = requirement("FR-3", "Invoices are kept 48 hours.")
    assert rules_of("consistency", one, apart) == []


def said(role: str, *findings: Finding) -> Passage:
    output = {"findings": [each.model_dump() for each in findings], "stances": []}
    told = {"agent": f"reviewer.{role}", "role": role, "group": "", "output": output}
    return Passage(f"{STEP}00.{role}", canonical_json(told).decode())


def finding(desk: Desk) -> Finding:
    return next(iter(RULES["wording"](desk, True)))


def test_an_objection_in_words_that_stand_there_settles_a_finding() -> None:
    settled = requirement("FR-1", "The page shall be fast.", "then the page shows within 2 seconds")
    doubtful = requirement("FR-2", "The page shall be fast.", "then it shows")
    for passage, stance, left in ((settled, "objects", 0), (doubtful, "agrees", 1)):
        passages = [passage, said("wording", finding(desk_of([passage])))]
        (told,) = stances(desk_of(passages), "testability")
        assert told.stance == stance
        output = {"findings": [], "stances": [told.model_dump()]}
        values = {
            "agent": "reviewer.testability",
            "role": "testability",
            "group": "",
            "output": output,
        }
        answer = Passage(f"{STEP}01.testability", canonical_json(values).decode())
        assert len(judged(desk_of([*passages, answer]), [passage]).findings) == left
        # Words that stand nowhere settle nothing.
        assert len(judged(desk_of([*passages, answer]), []).findings) == 1


def test_a_reviewer_says_no_more_than_it_may() -> None:
    one = finding(desk_of([requirement("FR-1", "It shall be easy.")]))
    many = ReviewOut(findings=[one.model_copy(update={"quote": "ü" * 590})] * 60)
    kept = within(many)
    assert 0 < len(kept.findings) < 60
    text = canonical_json(kept.model_dump(mode="json")).decode()
    assert estimate_tokens(text) <= OUTPUT_TOKENS


def test_what_was_dismissed_is_not_said_again_and_what_is_known_is_marked() -> None:
    bad = requirement("FR-1", "It shall be easy."), requirement("FR-2", "It shall be easy.")
    told = {"dismissed": [["VAGUE_WORD", "requirement/FR-1"]],
            "found": [["VAGUE_WORD", "requirement/FR-2"]]}  # fmt: skip
    memory = Passage("memory:project", canonical_json(told).decode())
    answer = REVIEWERS["wording"].builtin(ReviewIn(focus="wording"), [*bad, memory])
    (kept,) = answer.output.findings  # type: ignore[union-attr]
    assert (kept.element, kept.is_known) == ("requirement/FR-2", True)
