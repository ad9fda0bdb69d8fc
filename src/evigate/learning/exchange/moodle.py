"""Moodle XML, written: one category of questions for Moodle 4.4 and later.

A fill-in is a short answer with the blank in its text, a free answer an essay whose key and rubric
are the grader's information. Source passages stand in the general feedback.
"""

import html
from collections.abc import Iterator, Sequence

from evigate.learning.exchange.markup import Element, cdata, element, serialise
from evigate.learning.exchange.models import ExchangeItem, identifier_of
from evigate.learning.items.kinds import question_of
from evigate.learning.items.payloads import (
    ClozeItem,
    MatchingItem,
    McqItem,
    OrderingItem,
    Payload,
    ShortAnswerItem,
    TrueFalseItem,
)

TYPES = {
    McqItem: "multichoice",
    TrueFalseItem: "truefalse",
    ClozeItem: "shortanswer",
    ShortAnswerItem: "essay",
    MatchingItem: "matching",
    OrderingItem: "ordering",
}


def write(items: Sequence[ExchangeItem], title: str) -> bytes:
    """Return a quiz of the items, in a category of the title."""
    category = element("category", {}, element("text", text=f"$course$/top/{_path(title)}"))
    first = element("question", {"type": "category"}, category)
    return serialise(element("quiz", {}, first, *(_question(item) for item in items)))


def _question(item: ExchangeItem) -> Element:
    payload = item.payload
    made = element(
        "question",
        {"type": TYPES[type(payload)]},
        element("name", {}, element("text", text=question_of(payload)[:100])),
        _html("questiontext", _asked(payload)),
        _html("generalfeedback", "\n".join(_general(item))),
        element("defaultgrade", text=_points(payload)),
        element("idnumber", text=identifier_of(item)[:100]),
    )
    made.extend(list(_parts(payload)))
    if payload.hint:
        made.append(_html("hint", payload.hint))
    if item.tags:
        tags = [element("tag", {}, element("text", text=tag)) for tag in item.tags]
        made.append(element("tags", {}, *tags))
    return made


def _asked(payload: Payload) -> str:
    return str(getattr(payload, "stem", ""))


def _parts(payload: Payload) -> Iterator[Element]:
    match payload:
        case McqItem():
            yield element("single", text="true")
            yield element("shuffleanswers", text="true")
            yield element("answernumbering", text="ABCD")
            for option in payload.options:
                fraction = "100" if option.id == payload.key else "0"
                yield _answer(option.text, fraction, option.feedback)
        case TrueFalseItem():
            for name, is_true in (("true", True), ("false", False)):
                feedback = "" if is_true is payload.key else payload.correction
                fraction = "100" if is_true is payload.key else "0"
                yield _answer(name, fraction, feedback, form="moodle_auto_format")
        case ClozeItem():
            yield element("usecase", text="0")
            for text in dict.fromkeys((payload.key, *payload.accepted)):
                # An asterisk is a wildcard there.
                yield _answer(text.replace("*", "\\*"), "100", "", form="moodle_auto_format")
        case ShortAnswerItem():
            yield element("responseformat", text="plain")
            yield element("responserequired", text="1")
            yield element("attachments", text="0")
            yield _html("graderinfo", "\n".join(_grader_lines(payload)))
        case MatchingItem():
            yield element("shuffleanswers", text="true")
            for pair in payload.pairs:
                right = element("answer", {}, element("text", text=pair.right))
                made = _html("subquestion", pair.left)
                made.append(right)
                yield made
        case OrderingItem():
            yield from _ordering(payload)


def _ordering(payload: OrderingItem) -> Iterator[Element]:
    for name, value in (
        ("layouttype", "VERTICAL"),
        ("selecttype", "ALL"),
        ("selectcount", str(len(payload.steps))),
        ("gradingtype", "RELATIVE_NEXT_EXCLUDE_LAST"),
        ("showgrading", "SHOW"),
        ("numberingstyle", "none"),
    ):
        yield element(name, text=value)
    texts = {step.id: step.text for step in payload.steps}
    for place, each in enumerate(payload.key, start=1):
        # Moodle reads the place of an item in the right order from its fraction.
        yield _answer(texts[each], str(place), "")


def _grader_lines(payload: ShortAnswerItem) -> Iterator[str]:
    yield payload.key
    yield from (f"Also: {each}" for each in payload.accepted)
    yield from (f"{line.points}: {line.text}" for line in payload.rubric)


def _points(payload: Payload) -> str:
    if isinstance(payload, ShortAnswerItem):
        return str(sum(line.points for line in payload.rubric))
    return "1"


def _general(item: ExchangeItem) -> Iterator[str]:
    payload = item.payload
    if isinstance(payload, TrueFalseItem) and payload.correction:
        yield payload.correction
    if payload.explanation:
        yield payload.explanation
    for one in item.citations:
        page = f"p. {one.page}" if one.page is not None else ""
        where = ", ".join(part for part in (one.document, page) if part)
        yield f"“{one.quote}”" + (f" ({where})" if where else "")


def _answer(text: str, fraction: str, feedback: str, *, form: str = "html") -> Element:
    shown = _text(text) if form == "html" else element("text", text=text)
    attributes = {"fraction": fraction, "format": form}
    return element("answer", attributes, shown, _html("feedback", feedback))


def _html(tag: str, text: str) -> Element:
    return element(tag, {"format": "html"}, _text(text))


def _text(text: str) -> Element:
    made = element("text")
    if text:
        made.text = cdata("<br>".join(html.escape(line, quote=False) for line in text.split("\n")))
    return made


def _path(title: str) -> str:
    # A slash parts categories there, a doubled one is a slash.
    return title.replace("/", "//") or "Evigate"
