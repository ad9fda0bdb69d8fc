"""The built-in checks: a sound item passes, and each clause broken alone is caught."""

import json
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.gate.drafts import PASSAGE, QUOTE, item, options

from evigate.gate.checks import BUILTIN_CHECKS, Citation, Draft, EvalType, Link, Score


def score(kind: EvalType, draft: Draft, **params: Any) -> Score:
    return BUILTIN_CHECKS[kind].score(draft, params)


def rules(found: Score) -> set[str]:
    return {
        one["rule"]
        for name in ("violations", "faults", "flaws")
        for one in found.details.get(name, ())
    }


def test_two_runs_are_bit_equal_and_details_are_json() -> None:
    for check in BUILTIN_CHECKS.values():
        first, second = check.score(item(), {}), check.score(item(), {})
        assert json.dumps(first.details) == json.dumps(second.details)
        assert first == second


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        (EvalType.GROUNDEDNESS, {"claims": ()}),
        (EvalType.GROUNDEDNESS, {"citations": ()}),
        (EvalType.ANSWERABILITY, {"question": None}),
        (EvalType.ANSWERABILITY, {"citations": ()}),
        (EvalType.ANSWER_CORRECTNESS, {"citations": ()}),
        (EvalType.ANSWER_CORRECTNESS, {"question": "Which of these is not an organelle?"}),
        (EvalType.DISTRACTOR_QUALITY, {"options": ()}),
        (EvalType.CONCEPT_ALIGNMENT, {"tags": ()}),
        (EvalType.HIERARCHY_CORRECTNESS, {}),
        (EvalType.DIFFICULTY_CALIBRATION, {"difficulty": None}),
        (EvalType.DUPLICATION, {"texts": {}, "question": None, "answer": None}),
        (EvalType.READABILITY, {"texts": {"stem": "…"}}),
    ],
)
def test_what_cannot_be_measured_is_neither_a_pass_nor_a_zero(
    kind: EvalType, change: dict[str, Any]
) -> None:
    found = score(kind, item(**change))
    assert found.score is None
    assert found.reason


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("schema", {"payload": {}}),
        ("schema", {"payload": {"stem": "x", "more": 1}}),
        ("count", {"options": options("a", "b")}),
        ("count", {"options": options("a", "b", "c", "d", "e", "f")}),
        ("ids", {"options": (*options("a", "b", "c"), *options("d", key=9))}),
        ("distinct", {"options": options("Rods", "Cones", "rods.")}),
        ("empty", {"options": options("a", " ", "c")}),
        ("key", {"options": options("a", "b", "c", key=7)}),
        ("key", {"options": (*options("a", "b", "c"), *options("q", "r", "s", "d", key=3)[3:])}),
        ("missing", {"citations": ()}),
        ("unresolved", {"citations": (Citation("quote", ""),)}),
        ("empty_quote", {"citations": (Citation("", PASSAGE),)}),
        ("not_literal", {"citations": (Citation(QUOTE.replace("most", "all"), PASSAGE),)}),
        ("offsets", {"citations": (Citation(QUOTE, PASSAGE, start=1, end=1 + len(QUOTE)),)}),
        ("offsets", {"citations": (Citation(QUOTE, PASSAGE, start=0, end=9_999),)}),
        ("empty", {"question": " "}),
    ],
)
def test_each_clause_of_the_schema_check_is_caught(rule: str, change: dict[str, Any]) -> None:
    found = score(EvalType.SCHEMA_VALIDATION, item(**change))
    assert found.score == 0.0
    assert rule in rules(found)


def test_a_cloze_has_exactly_one_blank() -> None:
    for stem, right in (("_____ make ATP.", 1.0), ("ATP.", 0.0), ("_____ and _____.", 0.0)):
        draft = item(question=stem, options=())
        assert score(EvalType.SCHEMA_VALIDATION, draft, blank=True).score == right


@pytest.mark.parametrize(
    ("claim", "where"),
    [
        ("A liver cell holds about 3,000 mitochondria.", "numbers"),
        ("Mitochondria were first described by Albert von Kölliker in 1875.", "numbers"),
        ("Mitochondria were first described by Rudolf Virchow in 1857.", "names"),
        ("Mitochondria hold chlorophyll.", "negations"),
        ("Ribosomes do not build proteins from amino acids.", "negations"),
    ],
)
def test_a_wrong_fact_in_right_words_is_caught(claim: str, where: str) -> None:
    found = score(EvalType.GROUNDEDNESS, item(claims=(claim,)), misses_max=0)
    assert found.score is not None
    assert found.score < 0.75
    [judged] = found.details["claims"]
    spans = judged[where]
    assert spans
    assert all(claim[one["start"] : one["end"]] == one["text"] for one in spans)


@pytest.mark.parametrize(
    "claim",
    [
        "A liver cell holds about two thousand mitochondria.",
        "Albert von Kolliker described mitochondria in 1857.",
        "Mitochondria do not hold chlorophyll.",
    ],
)
def test_a_right_fact_in_other_forms_is_not(claim: str) -> None:
    found = score(EvalType.GROUNDEDNESS, item(claims=(claim,)), misses_max=0)
    assert found.score is not None
    assert found.score >= 0.75


def test_a_draft_is_as_grounded_as_its_weakest_claim() -> None:
    claims = (QUOTE, "Purple giraffes juggle in orbit.")
    found = score(EvalType.GROUNDEDNESS, item(claims=claims))
    assert found.score is not None
    assert found.score < 0.2
    assert found.details["claims"][0]["score"] == 1.0


def test_a_question_on_another_passage_cannot_be_answered() -> None:
    other = "The Treaty of Utrecht ended the War of the Spanish Succession."
    right = score(EvalType.ANSWERABILITY, item())
    wrong = score(EvalType.ANSWERABILITY, item(citations=(Citation(other, other),)))
    assert right.score is not None
    assert wrong.score is not None
    assert wrong.score < 0.1 < 0.5 < right.score


def test_a_swapped_key_is_vetoed_and_loses_its_support() -> None:
    swapped = item(
        options=options("Mitochondria", "Ribosomes", "Lysosomes", "Vacuoles", key=1),
        answer="Ribosomes",
    )
    found = score(EvalType.ANSWER_CORRECTNESS, swapped)
    assert found.details["best"] == "A"
    assert found.details["veto"]
    assert found.score is not None
    assert found.score < 0.4


def test_a_second_key_fails_the_distractors() -> None:
    passage = f"{QUOTE} Chloroplasts are organelles that produce most of the cell's ATP in light."
    draft = item(
        options=options("Mitochondria", "Chloroplasts", "Lysosomes", "Vacuoles"),
        citations=(Citation(QUOTE, passage),),
    )
    found = score(EvalType.DISTRACTOR_QUALITY, draft)
    assert found.score == 0.0
    assert found.details["second_keys"] == ["B"]
    synonym = item(
        accepted=("Chondriosomes",), options=options("Mitochondria", "Chondriosomes", "X")
    )
    assert score(EvalType.DISTRACTOR_QUALITY, synonym).details["second_keys"] == ["B"]


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("leak", {"question": "Which organelles, called mitochondria, produce ATP?"}),
        ("leak", {"question": "What is the sodium pump?", "answer": "sodium potassium pump"}),
        ("blanks", {"question": "_____ and _____ make ATP."}),
        ("asks_nothing", {"question": "The cell needs much energy."}),
        ("type", {"question": "When did they meet?", "answer": "in a cave"}),
        ("type", {"question": "Who described them?", "answer": "in a cave"}),
        ("type", {"question": "How many are there?", "answer": "in a cave"}),
    ],
)
def test_a_key_that_leaks_or_does_not_fit_is_caught(rule: str, change: dict[str, Any]) -> None:
    found = score(EvalType.QA_ALIGNMENT, item(**change))
    assert rule in rules(found)
    assert found.score is not None
    assert found.score <= 0.6
    if rule == "leak":
        assert found.score == 0.0


def test_an_offered_choice_is_no_leak() -> None:
    draft = item(question="Do rods or cones see colour?", answer="cones")
    assert "leak" not in rules(score(EvalType.QA_ALIGNMENT, draft))


LONG = "the fluid mosaic of many lipids and proteins that surrounds each and every living cell"


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("longest_is_key", {"options": options(LONG, "wall", "coat", "pore")}),
        (
            "grammatical_cue",
            {"question": "This is called an", "options": options("axon", "dendrite", "soma")},
        ),
        ("negative_stem", {"question": "Which of these is not an organelle?"}),
        ("vague_option", {"options": options("never", "often", "at noon")}),
        (
            "double_negative",
            {
                "question": "Which of these is NOT true?",
                "options": options("They do not move.", "They eat.", "They sleep."),
            },
        ),
        ("absolute_option", {"options": options("It may grow", "It always grows", "It shrinks")}),
        ("number_order", {"options": options("23", "46", "12", "5")}),
        ("long_stem", {"question": "word " * 61 + "?"}),
        (
            "repeated_words",
            {"options": options("the big cell has A", "the big cell has B", "the big cell has C")},
        ),
        ("none_of_the_above", {"options": options("a", "b", "none of the above")}),
    ],
)
def test_each_flaw_is_caught_alone(rule: str, change: dict[str, Any]) -> None:
    assert rules(score(EvalType.ITEM_FLAWS, item())) == set()
    found = score(EvalType.ITEM_FLAWS, item(**change))
    assert rules(found) == {rule}
    assert found.score == 0.75


def test_copies_are_alike_and_strangers_are_not() -> None:
    own = "Which organelles produce most of the cell's ATP?\nMitochondria"
    moved = "Mitochondria\nMost of the cell's ATP, which organelles produce it?"
    strange = "Who signed the Treaty of Utrecht?\nQueen Anne"
    assert score(EvalType.DUPLICATION, item(neighbours=())).score == 0.0
    found = score(EvalType.DUPLICATION, item(neighbours=(strange, own)))
    assert found.score == 1.0
    assert found.details["nearest"]["index"] == 1
    moved_score = score(EvalType.DUPLICATION, item(neighbours=(moved,))).score
    strange_score = score(EvalType.DUPLICATION, item(neighbours=(strange,))).score
    assert moved_score is not None
    assert strange_score is not None
    assert strange_score < 0.2 < 0.85 < moved_score


def test_made_up_concepts_are_all_caught() -> None:
    tags = ("Mitochondria", "amino acid", "phlogiston", "Krebs cycle")
    found = score(EvalType.CONCEPT_GROUNDEDNESS, item(tags=tags))
    assert found.details["made_up"] == ["phlogiston", "Krebs cycle"]
    assert found.score == 0.5
    aligned = score(EvalType.CONCEPT_ALIGNMENT, item(concepts=("mitochondria",)))
    assert aligned.details["not_approved"] == ["ATP"]
    # Both stand in the evidence, one of two on the map: .7 + .3 / 2.
    assert aligned.score == 0.85
    wider = score(EvalType.CONCEPT_ALIGNMENT, item(concepts=("mitochondria", "ATP synthase")))
    assert wider.score == 1.0
    # What the map holds and the evidence does not name is a fault all the same.
    unnamed = score(
        EvalType.CONCEPT_ALIGNMENT, item(tags=("phlogiston",), concepts=("phlogiston",))
    )
    assert unnamed.score == 0.3


def test_a_hierarchy_needs_a_sign_and_no_loop() -> None:
    links = (Link("reinforcement", "positive reinforcement"), Link("Cells", "Ribosomes"))
    assert score(EvalType.HIERARCHY_CORRECTNESS, item(links=links)).score == 1.0
    foreign = (*links, Link("Ribosomes", "Utrecht"), Link("Utrecht", "Anne"))
    assert score(EvalType.HIERARCHY_CORRECTNESS, item(links=foreign)).score == 0.5
    loop = (Link("a", "b"), Link("b", "a"))
    found = score(EvalType.HIERARCHY_CORRECTNESS, item(links=loop))
    assert found.score == 0.0
    assert found.details["loops"] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Write to jane.doe@example.org", "email"),
        ("Call +44 20 7946 0958", "phone"),
        ("Call (555) 123-4567", "phone"),
        ("My number is 078-05-1120", "social_security"),
        ("Pay with 4111 1111 1111 1111", "card"),
        ("You moron", "insult"),
        ("Ask Jane Doe", "name"),
    ],
)
def test_personal_data_and_insults_are_caught(text: str, kind: str) -> None:
    found = score(EvalType.SAFETY_PII, item(texts={"stem": text}), names=["Jane Doe"])
    assert found.score == 0.0
    assert kind in {one["kind"] for one in found.details["findings"]}


@pytest.mark.parametrize(
    "text", ["In 1857 about 2,000 of 3.14 cells", "DNA has 3,000,000,000 pairs", "ISBN 12-34"]
)
def test_plain_numbers_are_no_personal_data(text: str) -> None:
    assert score(EvalType.SAFETY_PII, item(texts={"stem": text})).score == 1.0


def test_a_person_that_the_document_names_is_no_personal_data_and_others_are() -> None:
    people = ["Albert von Kölliker", "Jane Doe", "ATP"]
    texts = {"stem": "Albert von Kölliker showed Jane Doe what ATP is."}
    found = score(EvalType.SAFETY_PII, item(texts=texts), names=people)
    assert [one["name"] for one in found.details["findings"]] == ["Jane Doe"]
    texts = {"stem": "What did Albert von Kölliker describe first?"}
    assert score(EvalType.SAFETY_PII, item(texts=texts), names=people).score == 1.0


def test_what_the_source_itself_says_is_no_leak() -> None:
    text = "Write to info@example.org"
    draft = item(texts={"stem": text}, citations=(Citation(text, text),))
    assert score(EvalType.SAFETY_PII, draft).score == 1.0


def test_readability_is_a_band_and_another_language_none() -> None:
    draft = item(
        texts={"stem": "Mitochondrial phosphorylation necessitates electrochemical gradients."}
    )
    assert score(EvalType.READABILITY, draft, grade_max=8).score == 0.0
    german = item(texts={"stem": "Der Hund schläft jeden Tag unter dem Tisch im Garten."})
    assert score(EvalType.READABILITY, german, language="en").score == 0.0
    assert score(EvalType.READABILITY, german, language="de").score == 1.0


def test_a_difficulty_outside_its_band_loses_a_quarter_a_step() -> None:
    found = score(EvalType.DIFFICULTY_CALIBRATION, item())
    prior = found.details["prior"]
    assert score(EvalType.DIFFICULTY_CALIBRATION, item(difficulty=prior)).score == 1.0
    band = [prior + 2, prior + 3]
    assert score(EvalType.DIFFICULTY_CALIBRATION, item(), band=band).score == 0.5


def test_a_draft_lists_its_evidence_once() -> None:
    cited = Citation(QUOTE, PASSAGE)
    assert replace(item(), citations=(cited, cited)).evidence == (PASSAGE,)
