"""QTI 3.0 packages: a manifest and one assessment item a file, with response processing.

Feedback, explanation and correction are modal feedbacks, a hint is a rubric block for tutors; the
rubric of a free answer is one for scorers; objective, concept, headings, tags, difficulty and
sources are learning object metadata in the manifest. Identifiers of choices are the item's own.

Source:
    1EdTech QTI 3.0 ASI information model and its XML binding (imsqtiasi_v3p0).
"""

import re
from collections.abc import Iterator, Sequence

from evigate.base.zips import zip_bytes
from evigate.learning.exchange.markup import Element, element, lines, serialise
from evigate.learning.exchange.models import ExchangeItem, identifier_of
from evigate.learning.items.kinds import question_of
from evigate.learning.items.payloads import (
    BLANK,
    ClozeItem,
    MatchingItem,
    McqItem,
    OrderingItem,
    Payload,
    ShortAnswerItem,
    TrueFalseItem,
)

ITEM = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
PACKAGE = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
LOM = "http://ltsc.ieee.org/xsd/LOM"
RESPONSE, FEEDBACK, SCORE = "RESPONSE", "FEEDBACK", "SCORE"
DIFFICULTY = {"introductory": "easy", "intermediate": "medium", "advanced": "difficult"}


def write(items: Sequence[ExchangeItem], title: str) -> bytes:
    """Return the package as a zip whose bytes depend on the items alone."""
    named = [(f"items/item-{number:05d}.xml", item) for number, item in enumerate(items, start=1)]
    files = {"imsmanifest.xml": _manifest(named, title)} | {
        name: _item(item) for name, item in named
    }
    return zip_bytes({name: serialise(root) for name, root in files.items()})


def _item(item: ExchangeItem) -> Element:
    payload = item.payload
    attributes = {
        "identifier": _identifier(item),
        "title": question_of(payload)[:100],
        "adaptive": "false",
        "time-dependent": "false",
    }
    feedback = dict(_feedback(payload))
    parts = [
        _declaration(payload),
        _qti("qti-outcome-declaration", {"identifier": SCORE, **_kind("single", "float")}),
        _qti(
            "qti-outcome-declaration", {"identifier": FEEDBACK, **_kind("multiple", "identifier")}
        ),
        _qti("qti-item-body", {}, *_body(payload), *_blocks(payload)),
    ]
    parts += [_processing(payload, feedback), *(_modal(*each) for each in feedback.items())]
    return element("qti-assessment-item", attributes, *parts, namespace=ITEM)


def _declaration(payload: Payload) -> Element:
    cardinality, base, values = _response(payload)
    correct = [_qti("qti-value", text=value) for value in values]
    children = [_qti("qti-correct-response", {}, *correct)] if correct else []
    if isinstance(payload, ClozeItem):
        keys = dict.fromkeys((payload.key, *payload.accepted))
        entries = [
            _qti("qti-map-entry", {"map-key": key, "mapped-value": "1", "case-sensitive": "false"})
            for key in keys
        ]
        children.append(_qti("qti-mapping", {"default-value": "0"}, *entries))
    attributes = {"identifier": RESPONSE, **_kind(cardinality, base)}
    return _qti("qti-response-declaration", attributes, *children)


def _response(payload: Payload) -> tuple[str, str, list[str]]:
    """Return the response's cardinality, base type and correct values."""
    match payload:
        case McqItem():
            return "single", "identifier", [payload.key]
        case TrueFalseItem():
            return "single", "identifier", ["true" if payload.key else "false"]
        case OrderingItem():
            return "ordered", "identifier", list(payload.key)
        case MatchingItem():
            pairs = [f"L{pair.id} R{pair.id}" for pair in payload.pairs]
            return "multiple", "directedPair", pairs
        case ClozeItem():
            return "single", "string", [payload.key]
        case ShortAnswerItem():
            return "single", "string", [payload.key, *payload.accepted][:1]
        case _:
            raise AssertionError(f"{type(payload).__name__} is left out before it comes here")


def _body(payload: Payload) -> Iterator[Element]:
    responds = {"response-identifier": RESPONSE}
    match payload:
        case McqItem():
            choices = [_choice(option.id, option.text) for option in payload.options]
            yield _choices(payload.stem, choices, shuffle="true")
        case TrueFalseItem():
            yield _choices(
                payload.stem, [_choice("true", "True"), _choice("false", "False")], shuffle="false"
            )
        case ClozeItem():
            yield _blanked(payload.stem)
        case ShortAnswerItem():
            prompt = lines("qti-prompt", payload.stem, namespace=ITEM)
            yield _qti("qti-extended-text-interaction", responds, prompt)
        case OrderingItem():
            steps = [_choice(step.id, step.text) for step in payload.steps]
            prompt = lines("qti-prompt", payload.stem, namespace=ITEM)
            yield _qti("qti-order-interaction", {**responds, "shuffle": "true"}, prompt, *steps)
        case MatchingItem():
            yield _matching(payload)


def _choices(stem: str, choices: Sequence[Element], *, shuffle: str) -> Element:
    attributes = {"response-identifier": RESPONSE, "max-choices": "1", "shuffle": shuffle}
    prompt = lines("qti-prompt", stem, namespace=ITEM)
    return _qti("qti-choice-interaction", attributes, prompt, *choices)


def _choice(identifier: str, text: str) -> Element:
    made = lines("qti-simple-choice", text, namespace=ITEM)
    made.set("identifier", identifier)
    return made


def _blanked(stem: str) -> Element:
    before, after = stem.split(BLANK)
    paragraph = lines("p", before, namespace=ITEM)
    blank = _qti("qti-text-entry-interaction", {"response-identifier": RESPONSE})
    rest = lines("p", after, namespace=ITEM)
    blank.tail = rest.text
    paragraph.extend([blank, *rest])
    return paragraph


def _matching(payload: MatchingItem) -> Element:
    sets = []
    for side in ("left", "right"):
        choices = [
            _qti(
                "qti-simple-associable-choice",
                {"identifier": f"{side[0].upper()}{pair.id}", "match-max": "1"},
                text=getattr(pair, side),
            )
            for pair in payload.pairs
        ]
        sets.append(_qti("qti-simple-match-set", {}, *choices))
    attributes = {
        "response-identifier": RESPONSE,
        "shuffle": "true",
        "max-associations": str(len(payload.pairs)),
    }
    prompt = lines("qti-prompt", payload.stem, namespace=ITEM)
    return _qti("qti-match-interaction", attributes, prompt, *sets)


def _blocks(payload: Payload) -> Iterator[Element]:
    if payload.hint:
        yield _block({"view": "tutor", "use": "ext:hint"}, payload.hint)
    if isinstance(payload, ShortAnswerItem):
        for answer in payload.accepted:
            yield _block({"view": "scorer", "use": "ext:accepted"}, answer)
        for line in payload.rubric:
            attributes = {"view": "scorer", "use": "scoring", "data-points": str(line.points)}
            yield _block(attributes, line.text)


def _block(attributes: dict[str, str], text: str) -> Element:
    body = _qti("qti-content-body", {}, lines("p", text, namespace=ITEM))
    return _qti("qti-rubric-block", attributes, body)


def _feedback(payload: Payload) -> Iterator[tuple[str, str]]:
    """Yield the texts shown after the answer, by identifier."""
    if isinstance(payload, McqItem):
        for option in payload.options:
            if option.feedback:
                yield f"option-{option.id}", option.feedback
    if isinstance(payload, TrueFalseItem) and payload.correction:
        yield "correction", payload.correction
    if payload.explanation:
        yield "explanation", payload.explanation


def _modal(identifier: str, text: str) -> Element:
    attributes = {
        "outcome-identifier": FEEDBACK,
        "identifier": identifier,
        "show-hide": "show",
    }
    body = _qti("qti-content-body", {}, lines("p", text, namespace=ITEM))
    return _qti("qti-modal-feedback", attributes, body)


def _processing(payload: Payload, feedback: dict[str, str]) -> Element:
    parts = [*_scoring(payload)]
    for identifier in feedback:
        if identifier.startswith("option-"):
            chosen = _value("identifier", identifier.removeprefix("option-"))
            test = _qti("qti-match", {}, _variable(RESPONSE), chosen)
            parts.append(_when(test, _show(identifier)))
        else:
            parts.append(_show(identifier))
    return _qti("qti-response-processing", {}, *parts)


def _scoring(payload: Payload) -> Iterator[Element]:
    if isinstance(payload, ShortAnswerItem):
        # A person, or a grader of the platform's, scores it by the rubric.
        return
    if isinstance(payload, ClozeItem):
        mapped = _qti("qti-map-response", {"identifier": RESPONSE})
        yield _qti("qti-set-outcome-value", {"identifier": SCORE}, mapped)
        return
    right = _qti(
        "qti-match", {}, _variable(RESPONSE), _qti("qti-correct", {"identifier": RESPONSE})
    )
    yield _when(right, _qti("qti-set-outcome-value", {"identifier": SCORE}, _value("float", "1")))


def _when(test: Element, then: Element) -> Element:
    return _qti("qti-response-condition", {}, _qti("qti-response-if", {}, test, then))


def _show(identifier: str) -> Element:
    more = _qti("qti-multiple", {}, _variable(FEEDBACK), _value("identifier", identifier))
    return _qti("qti-set-outcome-value", {"identifier": FEEDBACK}, more)


def _variable(identifier: str) -> Element:
    return _qti("qti-variable", {"identifier": identifier})


def _value(base: str, text: str) -> Element:
    return _qti("qti-base-value", {"base-type": base}, text=text)


def _kind(cardinality: str, base: str) -> dict[str, str]:
    return {"cardinality": cardinality, "base-type": base}


def _qti(
    tag: str, attributes: dict[str, str] | None = None, *children: Element, text: str = ""
) -> Element:
    return element(tag, attributes, *children, text=text, namespace=ITEM)


def _identifier(item: ExchangeItem) -> str:
    """Return the item's identifier as XML allows it: a letter first, no blanks or colons."""
    plain = re.sub(r"[^A-Za-z0-9_.-]", "-", identifier_of(item))
    return plain if plain[0].isalpha() else f"i-{plain}"


def _manifest(named: Sequence[tuple[str, ExchangeItem]], title: str) -> Element:
    def part(
        tag: str, attributes: dict[str, str] | None = None, *children: Element, text: str = ""
    ) -> Element:
        return element(tag, attributes, *children, text=text, namespace=PACKAGE)

    resources = [
        part(
            "resource",
            {"identifier": f"r-{number:05d}", "type": "imsqti_item_xmlv3p0", "href": name},
            part("metadata", {}, _metadata(item)),
            part("file", {"href": name}),
        )
        for number, (name, item) in enumerate(named, start=1)
    ]
    about = part(
        "metadata",
        {},
        part("schema", text="QTI Package"),
        part("schemaversion", text="3.0.0"),
        _lom("lom", _lom("general", _lom("title", _string(title)))),
    )
    return part(
        "manifest",
        {"identifier": "evigate-package"},
        about,
        part("organizations"),
        part("resources", {}, *resources),
    )


def _metadata(item: ExchangeItem) -> Element:
    payload = item.payload
    entry = _lom(
        "identifier", _lom("catalog", text="evigate"), _lom("entry", text=identifier_of(item))
    )
    general = _lom("general", entry, *(_lom("keyword", _string(tag)) for tag in item.tags))
    parts = [general]
    if item.difficulty:
        level = _lom("value", text=DIFFICULTY[item.difficulty])
        parts.append(_lom("educational", _lom("difficulty", _lom("source", text="LOMv1.0"), level)))
    for one in item.citations:
        where = [_known("document", one.document)] if one.document else []
        where += [_known("page", str(one.page))] if one.page is not None else []
        resource = _lom("resource", *where, _lom("description", _string(one.quote)))
        kind = _lom("kind", _lom("source", text="LOMv1.0"), _lom("value", text="isbasedon"))
        parts.append(_lom("relation", kind, resource))
    if payload.objective:
        objective = _lom("description", _string(payload.objective))
        parts.append(_classified("educational objective", objective))
    if payload.concept:
        parts.append(_classified("idea", _lom("description", _string(payload.concept))))
    if payload.section:
        taxons = [_lom("taxon", _lom("entry", _string(heading))) for heading in payload.section]
        parts.append(_classified("discipline", _lom("taxonPath", *taxons)))
    return _lom("lom", *parts)


def _known(catalog: str, entry: str) -> Element:
    return _lom("identifier", _lom("catalog", text=catalog), _lom("entry", text=entry))


def _classified(purpose: str, what: Element) -> Element:
    named = _lom("purpose", _lom("source", text="LOMv1.0"), _lom("value", text=purpose))
    return _lom("classification", named, what)


def _string(text: str) -> Element:
    return element("string", {"language": "en"}, text=text, namespace=LOM)


def _lom(tag: str, *children: Element, text: str = "") -> Element:
    return element(tag, {}, *children, text=text, namespace=LOM)
