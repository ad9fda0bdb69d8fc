"""Forms as answers and as items: what a learner and a teacher send becomes what the room takes."""

from uuid import uuid4

import pytest

from evigate.base.errors import EvigateError
from evigate.learning.answer_form import AnswerFields, answer_of_form
from evigate.learning.item_form import citations_of_form, fields_of, payload_of
from evigate.learning.pages_module import moved
from evigate.learning.pages_shared import marked


@pytest.mark.parametrize(
    ("kind", "values", "answer"),
    [
        ("mcq_item", {"answer": "C"}, "C"),
        ("true_false_item", {"answer": "false"}, False),
        ("cloze_item", {"answer": " node "}, " node "),
        ("short_answer_item", {}, ""),
        ("flashcard", {"rating": "4"}, {"rating": 4}),
        ("ordering_item", {"place_A": "2", "place_B": " 1", "place_C": "3"}, ["B", "A", "C"]),
        ("matching_item", {"pair_A": "B", "pair_B": ""}, {"A": "B"}),
    ],
)
def test_a_form_answers_in_the_shape_of_its_kind(
    kind: str, values: dict[str, str], answer: object
) -> None:
    assert answer_of_form(f"learning.{kind}", values) == answer


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("mcq_item", {}),
        ("true_false_item", {"answer": "maybe"}),
        ("flashcard", {"rating": "5"}),
        ("ordering_item", {"place_A": "1", "place_B": "1"}),
        ("ordering_item", {"place_A": "1", "place_B": "3"}),
        ("ordering_item", {"place_A": "1", "place_B": "²"}),
    ],
)
def test_an_answer_that_is_none_is_refused(kind: str, values: dict[str, str]) -> None:
    with pytest.raises(EvigateError) as refusal:
        answer_of_form(f"learning.{kind}", values)
    assert refusal.value.code.name == "E_ANSWER_INVALID"


@pytest.mark.parametrize(
    ("sent", "kept"), [("1500", 1500), ("", None), ("-3", None), ("9" * 30, None), ("x", None)]
)
def test_a_time_counts_only_where_it_can_be_one(sent: str, kept: int | None) -> None:
    form = {"artifact_id": str(uuid4()), "key": "k", "latency_ms": sent}
    fields = AnswerFields.parse(form, latency_max_ms=86_400_000)
    assert fields is not None and fields.latency_ms == kept


def test_a_form_without_a_question_is_none() -> None:
    assert AnswerFields.parse({"artifact_id": "x", "key": "k"}, latency_max_ms=1) is None
    assert AnswerFields.parse({"artifact_id": str(uuid4())}, latency_max_ms=1) is None


def test_steps_are_lettered_by_their_texts_and_not_by_their_order() -> None:
    payload = payload_of(
        "learning.ordering_item", {"stem": "Order", "steps": "wash\nboil\ndry"}, {}
    )
    # By alphabet: boil A, dry B, wash C.
    assert payload["key"] == ["C", "A", "B"]
    assert [step["text"] for step in payload["steps"]] == ["boil", "dry", "wash"]
    assert fields_of("learning.ordering_item", payload)["steps"] == "wash\nboil\ndry"


def test_points_of_a_rubric_stand_before_a_colon() -> None:
    form = {"stem": "Why?", "key": "so", "rubric": "2: says why\nsays: when"}
    payload = payload_of("learning.short_answer_item", form, {})
    assert payload["rubric"] == [
        {"text": "says why", "points": 2},
        {"text": "says: when", "points": 1},
    ]


def test_what_a_form_does_not_show_stays() -> None:
    old = {"objective": "Tell it", "section": ("A", "B")}
    payload = payload_of("learning.flashcard", {"front": "x", "back": "y"}, old)
    assert (payload["objective"], payload["section"]) == ("Tell it", ["A", "B"])


def test_a_quote_needs_a_document_and_a_page_is_the_first_where_it_is_none() -> None:
    document = uuid4()
    form = {
        "quote_0": " said ", "document_0": str(document), "page_0": "x",
        "quote_1": "nowhere", "document_1": "no id",
    }  # fmt: skip
    [citation] = citations_of_form(form, ())
    assert (citation.quote, citation.document_id, citation.page) == ("said", document, 1)


def test_marks_may_overlap_and_go_beyond_the_text() -> None:
    pieces = marked("abcdef", [(1, 3), (2, 4), (5, 99)])
    assert [(piece["text"], piece["is_marked"]) for piece in pieces] == [
        ("a", False), ("bc", True), ("d", True), ("e", False), ("f", True),
    ]  # fmt: skip
    assert marked("", []) == []


def test_moving_beyond_an_end_changes_nothing() -> None:
    class Each:
        def __init__(self) -> None:
            self.id = uuid4()

    first, second = Each(), Each()
    assert moved([first, second], first.id, "up") == [first, second]
    assert moved([first, second], first.id, "down") == [second, first]
    assert moved([first, second], uuid4(), "down") == [first, second]
