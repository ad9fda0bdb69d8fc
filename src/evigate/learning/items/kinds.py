"""Learning's kinds of artifact: how each payload is read by checks and shown to people.

A claim is a statement that the evidence must support: the stem filled with its key, the definition,
the true version of a statement. What a learner would read is in `texts`, by its path.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, cast

from evigate.gate.checks import EvalType, Link, Option, Reading
from evigate.gate.kinds import ArtifactKind
from evigate.learning.items.payloads import (
    BLANK,
    MODELS,
    QUESTION_KINDS,
    ClozeItem,
    Flashcard,
    MatchingItem,
    McqItem,
    OrderingItem,
    Payload,
    SectionTopics,
    ShortAnswerItem,
    StudyPlan,
    Taxonomy,
    TaxonomyNode,
    TrueFalseItem,
)

TITLES = {
    "learning.mcq_item": "Multiple choice",
    "learning.true_false_item": "True or false",
    "learning.cloze_item": "Fill the blank",
    "learning.short_answer_item": "Short answer",
    "learning.flashcard": "Flashcard",
    "learning.ordering_item": "Ordering",
    "learning.matching_item": "Matching",
    "learning.section_topics": "Section topics",
    "learning.taxonomy": "Concept map",
    "learning.study_plan": "Study plan",
}
MAP = "learning.taxonomy"
# Where a reviewer who would rather mend an item than refuse it goes.
EDIT_HREF = "/learning/items/{artifact_id}?is_editing=true#edit"
DIFFICULTY = {"introductory": 1, "intermediate": 3, "advanced": 5}
_SAID = frozenset({EvalType.SCHEMA_VALIDATION, EvalType.READABILITY, EvalType.SAFETY_PII})
_ITEM = _SAID | {
    EvalType.GROUNDEDNESS,
    EvalType.DUPLICATION,
    EvalType.CONCEPT_ALIGNMENT,
    EvalType.DIFFICULTY_CALIBRATION,
    EvalType.ITEM_FLAWS,
}
_ASKED = _ITEM | {EvalType.ANSWERABILITY, EvalType.ANSWER_CORRECTNESS, EvalType.QA_ALIGNMENT}
CHECKS: dict[str, frozenset[EvalType]] = {
    "learning.mcq_item": _ASKED | {EvalType.DISTRACTOR_QUALITY},
    "learning.true_false_item": _ITEM | {EvalType.QA_ALIGNMENT},
    "learning.cloze_item": _ASKED,
    "learning.short_answer_item": _ASKED,
    "learning.flashcard": _ASKED,
    "learning.ordering_item": _ITEM,
    "learning.matching_item": _ITEM,
    "learning.section_topics": _SAID | {EvalType.GROUNDEDNESS, EvalType.CONCEPT_GROUNDEDNESS},
    "learning.taxonomy": _SAID | {EvalType.CONCEPT_GROUNDEDNESS, EvalType.HIERARCHY_CORRECTNESS},
    "learning.study_plan": _SAID | {EvalType.CONCEPT_GROUNDEDNESS},
}
# What a reader of the item never sees as its text.
NOT_TEXT = frozenset({"concept", "objective", "section", "key", "id", "path"})


def parse(kind: str, payload: Mapping[str, Any]) -> Payload:
    """Return the payload as its kind's model.

    Raises:
        pydantic.ValidationError: it does not hold to the model.
    """
    return MODELS[kind].model_validate(payload)


def question_of(item: Payload) -> str:
    """Return what the learner is asked, for lists and search."""
    if isinstance(item, Flashcard):
        return item.front
    return str(getattr(item, "stem", "") or TITLES[kind_of(item)])


def kind_of(item: Payload) -> str:
    """Return the kind whose model an item is of."""
    return next(kind for kind, model in MODELS.items() if type(item) is model)


def answer_of(item: Payload) -> str:
    """Return the key as a person would say it; empty for what has none."""
    match item:
        case McqItem():
            return item.answer
        case TrueFalseItem():
            return "True" if item.key else "False"
        case ClozeItem() | ShortAnswerItem():
            return item.key
        case Flashcard():
            return item.back
        case OrderingItem():
            texts = {step.id: step.text for step in item.steps}
            return " → ".join(texts[each] for each in item.key)
        case MatchingItem():
            return "; ".join(f"{pair.left} – {pair.right}" for pair in item.pairs)
        case _:
            return ""


def claims_of(item: Payload) -> tuple[str, ...]:
    """Return the statements that the evidence must support."""
    match item:
        case McqItem():
            return (fill(item.stem, item.answer),)
        case TrueFalseItem():
            return (item.stem if item.key else item.correction,)
        case ClozeItem():
            return (item.stem.replace(BLANK, item.key),)
        case ShortAnswerItem():
            return (item.key,)
        case Flashcard():
            return (f"{item.front}: {item.back}",)
        case OrderingItem():
            return tuple(step.text for step in item.steps)
        case MatchingItem():
            return tuple(f"{pair.left}: {pair.right}" for pair in item.pairs)
        case SectionTopics():
            return tuple(section.summary for section in item.sections)
        case Taxonomy():
            return tuple(
                f"{node.name}: {node.description}" for node in walk(item.nodes) if node.description
            )
        case _:
            return ()


def fill(stem: str, answer: str) -> str:
    """Return a stem with its answer in the blank, or after the question where there is none."""
    return stem.replace(BLANK, answer) if BLANK in stem else f"{stem} {answer}"


def walk(nodes: Iterable[TaxonomyNode]) -> Iterator[TaxonomyNode]:
    """Yield each node before its children."""
    for node in nodes:
        yield node
        yield from walk(node.children)


def reader(kind: str) -> Callable[[Mapping[str, Any]], Reading]:
    """Return how checks read a kind; a payload that breaks its model is read as bare texts."""

    def read(payload: Mapping[str, Any]) -> Reading:
        texts = dict(_texts(payload, ""))
        try:
            item = parse(kind, payload)
        except ValueError:
            # Schema validation says what is wrong; the others judge what can be read.
            return Reading(kind=kind, texts=texts)
        return Reading(
            kind=kind,
            texts=texts,
            question=question_of(item) if kind in _ASKING else None,
            answer=answer_of(item) or None if kind in _ASKING else None,
            accepted=getattr(item, "accepted", ()),
            options=_options(item),
            claims=claims_of(item),
            tags=_tags(item),
            links=tuple(_links(item)),
        )

    return read


_ASKING = frozenset(
    {
        "learning.mcq_item",
        "learning.cloze_item",
        "learning.short_answer_item",
        "learning.flashcard",
        "learning.true_false_item",
    }
)


def _options(item: Payload) -> tuple[Option, ...]:
    if isinstance(item, McqItem):
        return tuple(Option(each.id, each.text, each.id == item.key) for each in item.options)
    return ()


def _tags(item: Payload) -> tuple[str, ...]:
    if isinstance(item, Taxonomy):
        return tuple(node.name for node in walk(item.nodes))
    if isinstance(item, SectionTopics):
        return tuple(section.topic for section in item.sections)
    if isinstance(item, StudyPlan):
        return tuple(concept for step in item.steps for concept in step.concepts)
    if isinstance(item, MatchingItem):
        return tuple(pair.left for pair in item.pairs)
    return (item.concept,) if item.concept else ()


def _links(item: Payload) -> Iterator[Link]:
    if isinstance(item, Taxonomy):
        for node in walk(item.nodes):
            for child in node.children:
                yield Link(node.name, child.name)


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if value:
            yield path, value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            if name not in NOT_TEXT:
                yield from _texts(each, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list | tuple):
        for number, each in enumerate(value):
            yield from _texts(each, f"{path}[{number}]")


def render(kind: str) -> Callable[[Mapping[str, Any]], str]:
    """Return how payloads of a kind are shown to people: Markdown with the key marked."""

    def show(payload: Mapping[str, Any]) -> str:
        item = parse(kind, payload)
        lines = [f"**{question_of(item)}**", "", *_body(item)]
        if item.explanation:
            lines += ["", f"*{item.explanation}*"]
        return "\n".join(lines)

    return show


def _body(item: Payload) -> Iterator[str]:
    match item:
        case McqItem():
            for option in item.options:
                yield f"- {'✔ ' if option.id == item.key else ''}{option.id}. {option.text}"
        case OrderingItem():
            texts = {step.id: step.text for step in item.steps}
            yield from (f"{n}. {texts[each]}" for n, each in enumerate(item.key, start=1))
        case MatchingItem():
            yield from (f"- {pair.left} – {pair.right}" for pair in item.pairs)
        case SectionTopics():
            for section in item.sections:
                yield f"- **{section.title}** ({section.difficulty}/5): {section.summary}"
        case Taxonomy():
            yield from _tree(item.nodes, 0)
        case StudyPlan():
            yield from (f"{n}. {s.title} ({s.minutes} min)" for n, s in enumerate(item.steps, 1))
        case ShortAnswerItem():
            yield f"✔ {item.key}"
            yield from (f"- {line.text} ({line.points})" for line in item.rubric)
        case _:
            yield f"✔ {answer_of(item)}"


def _tree(nodes: Iterable[TaxonomyNode], depth: int) -> Iterator[str]:
    for node in nodes:
        about = f": {node.description}" if node.description else ""
        yield f"{'  ' * depth}- **{node.name}**{about}"
        yield from _tree(node.children, depth + 1)


def _kind(name: str) -> ArtifactKind:
    schema = cast("Mapping[str, Any]", MODELS[name].model_json_schema())
    # What an item is about is held against the map; the map itself is held against the text.
    concept_kind = MAP if name in QUESTION_KINDS else ""
    return ArtifactKind(
        name,
        TITLES[name],
        schema,
        CHECKS[name],
        reader(name),
        render(name),
        edit_href=EDIT_HREF if name in QUESTION_KINDS else "",
        levels=DIFFICULTY,
        concept_kind=concept_kind,
    )


KINDS: tuple[ArtifactKind, ...] = tuple(_kind(name) for name in MODELS)
