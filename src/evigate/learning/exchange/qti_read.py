"""QTI packages read: our own, those of other systems in version 3, and simple items of version 2.

Choice, text entry, extended text, order and match become items; what an item of ours cannot hold
(several right answers, pictures, gaps by the dozen) is refused with its reason. Blanks run together
as they do on a page. The package is a stranger's: its size is bounded unpacked, its names are
looked up in the archive alone, and its XML can neither fetch nor expand anything.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from evigate.base.errors import EvigateError
from evigate.learning.errors import E_EXCHANGE_FORMAT, E_EXCHANGE_LIMIT
from evigate.learning.exchange.markup import (
    Element,
    attribute,
    find,
    find_all,
    local,
    parse,
    text_of,
)
from evigate.learning.exchange.models import (
    ITEMS_MAX,
    LETTERS,
    Cited,
    ExchangeItem,
    ReadBack,
    Reading,
    UnreadableError,
    make,
)
from evigate.learning.items.payloads import BLANK, Difficulty

UNPACKED_BYTES_MAX = 50_000_000
PART_BYTES_MAX = 2_000_000
MANIFEST = "imsmanifest.xml"
DIFFICULTY: Mapping[str, Difficulty] = {
    "very easy": "introductory",
    "easy": "introductory",
    "medium": "intermediate",
    "difficult": "advanced",
    "very difficult": "advanced",
}
# What an item of ours is not: a picture cannot be read, a formula would be read wrongly.
_UNHELD = frozenset({"img", "picture", "object", "audio", "video", "math", "svg", "iframe"})
_ASIDE = frozenset({"prompt", "feedback-inline", "feedback-block", "rubric-block"})
_INTERACTION = re.compile(r"-interaction$")


def read(data: bytes) -> ReadBack:
    """Return the items of a package in the manifest's order, or of one item's XML.

    Raises:
        EvigateError[E_EXCHANGE_FORMAT]: it is neither a zip with items nor an item.
        EvigateError[E_EXCHANGE_LIMIT]: it unpacks to more than `UNPACKED_BYTES_MAX`.
    """
    reading = Reading()
    if not data.startswith(b"PK"):
        _add(reading, "the file", data, {})
        if not reading.items and not _is_item(data):
            raise EvigateError(E_EXCHANGE_FORMAT, "The file is neither a zip nor an item's XML.")
        return reading.done()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _read_package(package, reading)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError) as error:
        raise EvigateError(E_EXCHANGE_FORMAT, f"The zip cannot be read: {error}.") from error
    return reading.done()


def _read_package(package: zipfile.ZipFile, reading: Reading) -> None:
    names = {name.lower(): name for name in package.namelist()}
    parts = _Parts(package)
    listed: list[tuple[str, dict[str, Any]]] = []
    manifest = next((names[each] for each in names if each.split("/")[-1] == MANIFEST), None)
    if manifest is not None:
        listed = _resources(parts.read(manifest), manifest, reading)
    if not listed:
        listed = [(name, {}) for name in package.namelist() if name.lower().endswith(".xml")]
        listed = [each for each in listed if each[0] != manifest]
    if not listed:
        raise EvigateError(E_EXCHANGE_FORMAT, "The zip holds no QTI item.")
    for number, (name, facts) in enumerate(listed, start=1):
        if number > ITEMS_MAX:
            reading.refuse(name, f"more than {ITEMS_MAX} items; the rest is not read")
            return
        if name not in package.namelist():
            reading.refuse(name, "the manifest names it, and the package does not hold it")
            continue
        _add(reading, name, parts.read(name), facts)


class _Parts:
    """The parts of an archive, unpacked one at a time within a bound on all of them."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self._package = package
        self._left = UNPACKED_BYTES_MAX

    def read(self, name: str) -> bytes:
        # The size that an archive states of itself is not to be trusted; what is read is counted.
        most = min(PART_BYTES_MAX if not name.endswith(MANIFEST) else self._left, self._left)
        with self._package.open(name) as part:
            data = part.read(most + 1)
        if len(data) > most:
            message = f"The part {name!r} unpacks to more than {most} bytes"
            raise EvigateError(E_EXCHANGE_LIMIT, f"{message}. Split the package.")
        self._left -= len(data)
        return data


def _resources(data: bytes, name: str, reading: Reading) -> list[tuple[str, dict[str, Any]]]:
    try:
        root = parse(data)
    except UnreadableError as error:
        reading.refuse(name, str(error))
        return []
    folder = name[: -len(MANIFEST)]
    return [
        (folder + unquote(attribute(each, "href")), _facts(each))
        for each in find_all(root, "resource")
        if "item" in attribute(each, "type") and attribute(each, "href")
    ]


def _facts(resource: Element) -> dict[str, Any]:
    """Return what the learning object metadata of a resource says of its item."""
    facts: dict[str, Any] = {
        "tags": tuple(text for each in find_all(resource, "keyword") if (text := text_of(each))),
        "citations": tuple(_citations(resource)),
    }
    difficulty = find(resource, "difficulty")
    if difficulty is not None:
        facts["difficulty"] = DIFFICULTY.get(text_of(find(difficulty, "value")))
    general = find(resource, "general")
    if general is not None:
        facts["identifier"] = _entries(general).get("evigate", "")
    for each in find_all(resource, "classification"):
        purpose = text_of(find(each, "value"))
        if purpose == "educational objective":
            facts["objective"] = text_of(find(each, "description"))
        elif purpose == "idea":
            facts["concept"] = text_of(find(each, "description"))
        elif purpose == "discipline":
            facts["section"] = tuple(text_of(one) for one in find_all(each, "entry"))
    return facts


def _citations(resource: Element) -> list[Cited]:
    cited = []
    for each in find_all(resource, "relation"):
        quote = text_of(find(each, "description"))
        if quote and text_of(find(each, "value")) == "isbasedon":
            known = _entries(each)
            page = known.get("page", "")
            number = int(page) if page.isdecimal() and len(page) < 7 else None
            cited.append(Cited(quote, number, known.get("document", "")))
    return cited


def _entries(node: Element) -> dict[str, str]:
    return {
        text_of(find(each, "catalog")): text_of(find(each, "entry"))
        for each in find_all(node, "identifier")
    }


def _is_item(data: bytes) -> bool:
    try:
        return local(parse(data)) == "assessment-item"
    except UnreadableError:
        return False


def _add(reading: Reading, name: str, data: bytes, facts: Mapping[str, Any]) -> None:
    try:
        root = parse(data)
        if local(root) != "assessment-item":
            raise UnreadableError(f"it is a {local(root)!r}, not an assessment item")
        reading.items.append(_item(root, facts))
    except UnreadableError as error:
        reading.refuse(name, str(error))


def _item(root: Element, facts: Mapping[str, Any]) -> ExchangeItem:
    body = find(root, "item-body")
    if body is None:
        raise UnreadableError("it has no item body")
    unheld = sorted({local(each) for each in body.iter()} & _UNHELD)
    if unheld:
        raise UnreadableError(f"it has a {unheld[0]!r} element, which an item here cannot hold")
    asked = [each for each in body.iter() if _INTERACTION.search(local(each))]
    if len(asked) != 1:
        raise UnreadableError(f"it asks {len(asked)} times; an item here asks once")
    kind = local(asked[0])
    if kind not in _READERS:
        raise UnreadableError(f"a {kind} is not read")
    kind_of_item, values = _READERS[kind](root, body, asked[0])
    values |= {
        "explanation": _modal(root).get("explanation", ""),
        "hint": next(iter(_rubric(body, "ext:hint")), ""),
        **{name: facts[name] for name in ("objective", "concept", "section") if name in facts},
    }
    return ExchangeItem(
        kind=kind_of_item,
        payload=make(kind_of_item, values),
        tags=facts.get("tags", ()),
        difficulty=facts.get("difficulty"),
        citations=facts.get("citations", ()),
        identifier=facts.get("identifier") or attribute(root, "identifier"),
    )


Read = tuple[str, dict[str, Any]]


def _read_choice(root: Element, body: Element, asked: Element) -> Read:
    choices = {attribute(each, "identifier"): each for each in find_all(asked, "simple-choice")}
    texts = {name: text_of(each, without=_ASIDE) for name, each in choices.items()}
    correct = _correct(root)
    if len(correct) != 1:
        raise UnreadableError(f"it has {len(correct)} right answers; an item here has one")
    if correct[0] not in choices:
        raise UnreadableError(f"the right answer {correct[0]!r} is none of its choices")
    feedback = _choice_feedback(root, choices)
    stem = _stem(body, asked)
    if sorted(text.lower() for text in texts.values()) == ["false", "true"]:
        return _truth(stem, is_true=texts[correct[0]].lower() == "true", root=root)
    named = _letters(list(choices))
    options = [
        {"id": named[name], "text": text, "feedback": feedback.get(name, "")}
        for name, text in texts.items()
    ]
    return "learning.mcq_item", {"stem": stem, "options": options, "key": named[correct[0]]}


def _truth(stem: str, *, is_true: bool, root: Element) -> Read:
    correction = _modal(root).get("correction", "")
    if not is_true and not correction:
        correction = f"It is not so: {stem}"
    values = {"stem": stem, "key": is_true, "correction": correction}
    return "learning.true_false_item", values


def _choice_feedback(root: Element, choices: Mapping[str, Element]) -> dict[str, str]:
    """Return feedback by choice: inline, or modal when its outcome is what was chosen."""
    found = {}
    modal = _modal(root)
    for name, each in choices.items():
        inline = find(each, "feedback-inline")
        found[name] = text_of(inline) or modal.get(f"option-{name}") or modal.get(name, "")
    return found


def _read_entry(root: Element, body: Element, asked: Element) -> Read:
    key = next(iter(_correct(root)), "")
    mapped = [
        attribute(each, "map-key")
        for each in find_all(root, "map-entry")
        if _number(attribute(each, "mapped-value")) > 0
    ]
    # Without a correct response the entry worth most is first among the mapped ones.
    key = key or next(iter(mapped), "")
    if not key:
        raise UnreadableError("it says nowhere which entry is right")
    accepted = tuple(each for each in dict.fromkeys(mapped) if each and each != key)
    blank = asked.makeelement("blank", {})
    blank.text, blank.tail = BLANK, asked.tail
    parent = asked.getparent()
    if parent is None:
        raise UnreadableError("its entry stands outside the body")
    parent.replace(asked, blank)
    stem = text_of(body, without=_ASIDE)
    return "learning.cloze_item", {"stem": stem, "key": key, "accepted": accepted}


def _read_extended(root: Element, body: Element, asked: Element) -> Read:
    key = next(iter(_correct(root)), "")
    lines = [
        {"text": text_of(each), "points": int(_number(attribute(each, "data-points")) or 1)}
        for each in find_all(body, "rubric-block")
        if attribute(each, "use") == "scoring"
    ]
    if not key:
        key = " ".join(str(line["text"]) for line in lines)
    if not key:
        raise UnreadableError("it has neither a model answer nor a rubric to grade by")
    values = {
        "stem": _stem(body, asked),
        "key": key,
        "accepted": tuple(_rubric(body, "ext:accepted")),
        "rubric": lines or [{"text": key[:300]}],
    }
    return "learning.short_answer_item", values


def _read_order(root: Element, body: Element, asked: Element) -> Read:
    texts = {
        attribute(each, "identifier"): text_of(each, without=_ASIDE)
        for each in find_all(asked, "simple-choice")
    }
    named = _letters(list(texts))
    correct = _correct(root)
    if sorted(correct) != sorted(texts):
        raise UnreadableError("its right order does not name each step once")
    steps = [{"id": named[name], "text": text} for name, text in texts.items()]
    key = [named[name] for name in correct]
    return "learning.ordering_item", {"stem": _stem(body, asked), "steps": steps, "key": key}


def _read_match(root: Element, body: Element, asked: Element) -> Read:
    sides = [
        {
            attribute(each, "identifier"): text_of(each, without=_ASIDE)
            for each in find_all(one, "simple-associable-choice")
        }
        for one in find_all(asked, "simple-match-set")
    ]
    pairs = [tuple(value.split()) for value in _correct(root)]
    if len(sides) != 2 or any(len(pair) != 2 for pair in pairs):
        raise UnreadableError("it is no matching of two sides")
    left, right = sides
    given = {one: two for one, two in pairs if one in left and two in right}
    if len(given) != len(left) or len(set(given.values())) != len(right):
        raise UnreadableError("its two sides do not belong together one to one")
    ours = all(re.fullmatch(r"L[A-Z]", name) for name in left)
    named = {name: name[1] for name in left} if ours else _letters(list(left))
    listed = [{"id": named[one], "left": left[one], "right": right[given[one]]} for one in left]
    return "learning.matching_item", {"stem": _stem(body, asked), "pairs": listed}


_READERS: Mapping[str, Callable[[Element, Element, Element], Read]] = {
    "choice-interaction": _read_choice,
    "text-entry-interaction": _read_entry,
    "extended-text-interaction": _read_extended,
    "order-interaction": _read_order,
    "match-interaction": _read_match,
}


def _correct(root: Element) -> list[str]:
    declared = find(root, "response-declaration")
    found = find(declared, "correct-response") if declared is not None else None
    return [] if found is None else [" ".join(text_of(v).split()) for v in find_all(found, "value")]


def _modal(root: Element) -> dict[str, str]:
    return {
        attribute(each, "identifier"): text_of(each) for each in find_all(root, "modal-feedback")
    }


def _rubric(body: Element, use: str) -> list[str]:
    return [
        text_of(each) for each in find_all(body, "rubric-block") if attribute(each, "use") == use
    ]


def _stem(body: Element, asked: Element) -> str:
    """Return the body's own text and the prompt; a stem may stand in either."""
    around = text_of(body, without=_ASIDE | {local(asked)})
    prompt = text_of(find(asked, "prompt"))
    return "\n".join(part for part in (around, prompt) if part)


def _letters(names: Sequence[str]) -> dict[str, str]:
    """Return a capital letter for each name: its own where all are capitals, else by order."""
    if len(set(names)) > len(LETTERS):
        raise UnreadableError(f"it has {len(names)} choices, more than there are letters")
    if all(re.fullmatch("[A-Z]", name) for name in names):
        return {name: name for name in names}
    return dict(zip(dict.fromkeys(names), LETTERS, strict=False))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
