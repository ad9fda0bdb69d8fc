"""GIFT, read: every type of question that an item of ours can hold, and a reason for the others.

Multiple choice, true or false, short answer and missing word, matching, numbers without tolerance
and essays with an answer in their feedback become items. A question with several right answers,
answers worth a part, or a range of numbers is refused by its line and said why. The format's rules
are Moodle's: a blank line ends a question, a backslash takes away a mark's meaning.

Source:
    Moodle's documentation of GIFT, and its sample questions.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evigate.base.errors import EvigateError
from evigate.learning.errors import E_EXCHANGE_FORMAT
from evigate.learning.exchange.gift_write import COMMENT
from evigate.learning.exchange.markup import html_text
from evigate.learning.exchange.models import (
    ITEMS_MAX,
    LETTERS,
    ExchangeItem,
    ReadBack,
    Reading,
    UnreadableError,
    decode,
    make,
)
from evigate.learning.exchange.own import facts_of
from evigate.learning.items.payloads import BLANK

_FORM = re.compile(r"\s*\[(html|plain|markdown|moodle)\]")
_TITLE = re.compile(r"\s*::((?:\\.|[^\\:]|:(?!:))*)::", re.DOTALL)
_WEIGHT = re.compile(r"\s*%(-?\d+(?:\.\d+)?)%")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$")
_ID = re.compile(r"\[id:([^\]]*)\]")
_TAG = re.compile(r"\[tag:([^\]]*)\]")
_TRUE, _FALSE = frozenset({"T", "TRUE"}), frozenset({"F", "FALSE"})
# What our own comments may say of a payload beside its question.
_ASIDE = ("concept", "objective", "section", "hint", "explanation", "accepted", "rubric")


@dataclass(frozen=True, slots=True)
class _Answer:
    """One answer of a question: its mark, weight in percent, text as written, and feedback."""

    mark: str
    weight: float | None
    text: str
    feedback: str


@dataclass(slots=True)
class _Block:
    """The lines of one question, the comments above it, and where it begins."""

    line: int
    text: str = ""
    comments: list[str] = field(default_factory=list)
    category: tuple[str, ...] = ()


def read(data: bytes) -> ReadBack:
    """Return the questions of a file, in order.

    Raises:
        EvigateError[E_EXCHANGE_FORMAT]: nothing in it has braces, so it is no GIFT.
    """
    text = decode(data)
    if _find(text, "{") is None:
        raise EvigateError(E_EXCHANGE_FORMAT, "The file has no question: there is no '{' in it.")
    reading = Reading()
    for block in _blocks(text):
        if len(reading.items) >= ITEMS_MAX:
            reading.refuse(
                f"line {block.line}", f"more than {ITEMS_MAX} items; the rest is not read"
            )
            break
        try:
            reading.items.append(_question(block))
        except UnreadableError as error:
            reading.refuse(f"line {block.line}", str(error))
    return reading.done()


def _blocks(text: str) -> Iterator[_Block]:
    """Yield the questions: runs of lines between blank ones, comments and categories apart."""
    category: tuple[str, ...] = ()
    block = _Block(1)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate([*lines, ""], start=1):
        stripped = line.strip()
        if stripped.startswith("$CATEGORY:"):
            category = _path(stripped.removeprefix("$CATEGORY:"))
        elif stripped.startswith("//"):
            block.comments.append(stripped)
        elif stripped:
            if not block.text:
                block.line = number
            block.text += ("\n" if block.text else "") + line
        elif block.text:
            block.category = category
            yield block
            block = _Block(number)


def _question(block: _Block) -> ExchangeItem:
    aside = _aside(block.comments)
    text = block.text
    title = _TITLE.match(text)
    if title:
        text = text[title.end() :]
    form = _FORM.match(text)
    if form:
        text = text[form.end() :]
    opening = _find(text, "{")
    closing = None if opening is None else _find(text, "}", opening + 1)
    if opening is None:
        raise UnreadableError("it has no answers in braces; a description is no question")
    if closing is None:
        raise UnreadableError("its brace is not closed before a blank line")
    if _find(text, "{", closing + 1) is not None:
        raise UnreadableError("it has answers in two places; an item here asks once")
    is_html = form is not None and form[1] in ("html", "moodle")
    before, after = (
        _around(part, is_html=is_html) for part in (text[:opening], text[closing + 1 :])
    )
    kind, values = _answers(text[opening + 1 : closing], before, after, aside, is_html=is_html)
    # A file of ours says each item's headings, also that it has none.
    section = () if aside else block.category
    values = {"section": section, **values, **{k: aside[k] for k in _ASIDE if k in aside}}
    if "accepted" in values and kind not in _ACCEPTING:
        del values["accepted"]
    if kind != "learning.short_answer_item":
        values.pop("rubric", None)
    facts = _facts(block, aside, _plain(title[1], is_html=False) if title else "")
    return ExchangeItem(kind, make(kind, values), **facts)


_ACCEPTING = frozenset({"learning.cloze_item", "learning.short_answer_item"})


def _facts(block: _Block, aside: Mapping[str, Any], title: str) -> dict[str, Any]:
    facts = facts_of(aside)
    comments = "\n".join(block.comments)
    named = _ID.search(comments)
    facts["identifier"] = facts["identifier"] or (named[1] if named else title)
    facts["tags"] = facts["tags"] or tuple(_TAG.findall(comments))
    return facts


def _aside(comments: Sequence[str]) -> dict[str, Any]:
    for comment in comments:
        if comment.startswith(COMMENT):
            try:
                value = json.loads(comment.removeprefix(COMMENT))
            except (ValueError, RecursionError):
                continue
            if isinstance(value, dict):
                return value
    return {}


Read = tuple[str, dict[str, Any]]


def _answers(
    source: str, before: str, after: str, aside: Mapping[str, Any], *, is_html: bool
) -> Read:
    body, general = _general(source, is_html=is_html)
    stem = _stem(before, after)
    if not body.strip():
        return _essay(stem, general)
    if body.strip().startswith("#"):
        return _numeric(body.strip()[1:], before, after, general)
    truth = _truth(body, stem, general, aside, is_html=is_html)
    if truth is not None:
        return truth
    answers = list(_split(body, is_html=is_html))
    if not answers:
        raise UnreadableError("what stands in its braces is no answer: none begins with = or ~")
    if any(_arrow(each.text) is not None for each in answers):
        return _matching(answers, stem, general, is_html=is_html)
    if all(each.mark == "=" for each in answers):
        return _short(answers, before, after, general, is_html=is_html)
    return _choice(answers, stem, general, is_html=is_html)


def _essay(stem: str, general: str) -> Read:
    if not general:
        raise UnreadableError("an essay has no answer to grade by; give it as feedback after ####")
    values = {"stem": stem, "key": general, "rubric": [{"text": general[:300]}]}
    return "learning.short_answer_item", values


def _truth(
    body: str, stem: str, general: str, aside: Mapping[str, Any], *, is_html: bool
) -> Read | None:
    parts = _parted(body, "#")
    word = parts[0].strip().upper()
    if word not in _TRUE | _FALSE:
        return None
    feedback = [_plain(part, is_html=is_html) for part in parts[1:]]
    is_true = word in _TRUE
    wrong = feedback[0] if feedback else ""
    right = feedback[1] if len(feedback) > 1 else ""
    correction = str(aside.get("correction") or "")
    if not is_true:
        # A false statement needs what is right: the feedback, or its plain denial.
        correction, wrong = wrong or general or f"It is not so: {stem}", ""
    explanation = "\n".join(dict.fromkeys(each for each in (general, wrong, right) if each))
    values = {"stem": stem, "key": is_true, "correction": correction, "explanation": explanation}
    return "learning.true_false_item", values


def _numeric(body: str, before: str, after: str, general: str) -> Read:
    answers = [each.strip() for each in re.split(r"[=]", body) if each.strip()]
    exact = []
    for each in answers:
        text, *feedback = _parted(each, "#")
        number, _, tolerance = text.strip().partition(":")
        if ".." in number or (tolerance and _float(tolerance) != 0):
            raise UnreadableError("a range of numbers is right; an item here has one value")
        if _WEIGHT.match(number) or "~" in number:
            raise UnreadableError("a number is worth a part; an item here is right or wrong")
        if not _NUMBER.match(number.strip()):
            raise UnreadableError(f"{number.strip()!r} is no number")
        exact.append(number.strip())
        general = "\n".join(part for part in (general, *map(_unescape, feedback)) if part)
    if not exact:
        raise UnreadableError("it asks for a number and has none")
    return _cloze(before, after, exact, general)


def _matching(answers: Sequence[_Answer], stem: str, general: str, *, is_html: bool) -> Read:
    pairs = []
    for letter, each in zip(LETTERS, answers, strict=False):
        arrow = _arrow(each.text)
        if each.mark != "=" or arrow is None:
            raise UnreadableError("it mixes pairs with other answers")
        left = _plain(each.text[:arrow], is_html=is_html)
        right = _plain(each.text[arrow + 2 :], is_html=is_html)
        if not left or not right:
            raise UnreadableError("a pair has one side only; an item here pairs all")
        pairs.append({"id": letter, "left": left, "right": right})
    if len(pairs) < len(answers):
        raise UnreadableError(f"it has {len(answers)} pairs, more than there are letters")
    notes = (general, *(_plain(each.feedback, is_html=is_html) for each in answers))
    explanation = "\n".join(note for note in notes if note)
    values = {"stem": stem, "pairs": pairs, "explanation": explanation}
    return "learning.matching_item", values


def _short(
    answers: Sequence[_Answer], before: str, after: str, general: str, *, is_html: bool
) -> Read:
    if any(each.weight not in (None, 100.0) for each in answers):
        raise UnreadableError("an answer is worth a part; an item here is right or wrong")
    texts = [_plain(each.text, is_html=is_html) for each in answers]
    notes = [general, *(_plain(each.feedback, is_html=is_html) for each in answers)]
    return _cloze(before, after, texts, "\n".join(note for note in notes if note))


def _cloze(before: str, after: str, texts: Sequence[str], explanation: str) -> Read:
    key, *others = dict.fromkeys(texts)
    # A question that ends with its answers gets the blank after it.
    gap = "" if after.strip() or not before or before[-1].isspace() else " "
    stem = f"{before}{gap}{BLANK}{after}".strip()
    values: dict[str, Any] = {"stem": stem, "key": key, "accepted": others}
    return "learning.cloze_item", {**values, "explanation": explanation}


def _choice(answers: Sequence[_Answer], stem: str, general: str, *, is_html: bool) -> Read:
    right = [each for each in answers if each.mark == "=" or each.weight == 100.0]
    if len(right) != 1:
        raise UnreadableError(f"it has {len(right)} right answers; an item here has one")
    if any(each.weight and each.weight > 0 for each in answers if each is not right[0]):
        raise UnreadableError("an answer is worth a part; an item here is right or wrong")
    options = [
        {
            "id": letter,
            "text": _plain(each.text, is_html=is_html),
            "feedback": _plain(each.feedback, is_html=is_html),
        }
        for letter, each in zip(LETTERS, answers, strict=False)
    ]
    key = LETTERS[list(answers).index(right[0])] if len(answers) <= len(LETTERS) else ""
    values = {"stem": stem, "options": options, "key": key, "explanation": general}
    return "learning.mcq_item", values


def _stem(before: str, after: str) -> str:
    """Return the question; a text that goes on after the answers has its blank where they stood."""
    if not after.strip():
        return before.strip()
    return f"{before}{BLANK}{after}".strip()


def _split(body: str, *, is_html: bool) -> Iterator[_Answer]:
    """Yield the answers of a body, each from its = or ~ to the next."""
    marks = [at for at in _positions(body, "=~") if not _within_weight(body, at)]
    if body[: marks[0] if marks else None].strip():
        raise UnreadableError("something stands before its first answer")
    for start, end in zip(marks, [*marks[1:], len(body)], strict=True):
        text, *feedback = _parted(body[start + 1 : end], "#")
        weight = _WEIGHT.match(text)
        yield _Answer(
            body[start],
            float(weight[1]) if weight else None,
            text[weight.end() :] if weight else text,
            "#".join(feedback).strip(),
        )


def _within_weight(body: str, at: int) -> bool:
    return body[at - 1 : at] == "%" and body[at + 1 : at + 2] == "%"


def _general(source: str, *, is_html: bool) -> tuple[str, str]:
    """Part the general feedback, after ####, from the answers."""
    for at in _positions(source, "#"):
        if source.startswith("####", at):
            return source[:at], _plain(source[at + 4 :], is_html=is_html)
    return source, ""


def _arrow(text: str) -> int | None:
    at = text.find("->")
    return None if at < 0 else at


def _parted(text: str, mark: str) -> list[str]:
    parts, start = [], 0
    for at in _positions(text, mark):
        parts.append(text[start:at])
        start = at + 1
    return [*parts, text[start:]]


def _positions(text: str, marks: str) -> Iterator[int]:
    """Yield where one of the marks stands with its meaning, that is without a backslash."""
    at = 0
    while at < len(text):
        if text[at] == "\\":
            at += 2
            continue
        if text[at] in marks:
            yield at
        at += 1


def _find(text: str, mark: str, start: int = 0) -> int | None:
    return next((at + start for at in _positions(text[start:], mark)), None)


def _plain(text: str, *, is_html: bool) -> str:
    """Return a part of a question as text: escapes and form taken away, lines joined."""
    return _around(text, is_html=is_html).strip()


def _around(text: str, *, is_html: bool) -> str:
    """Return the same with the blanks at its ends, which part a word from the blank beside it."""
    form = _FORM.match(text)
    if form:
        text, is_html = text[form.end() :], form[1] in ("html", "moodle")
    joined = re.sub(r"[ \t]*\n[ \t]*", " ", text)
    plain = _unescape(joined)
    return html_text(plain) if is_html else plain


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", lambda mark: "\n" if mark[1] == "n" else _meant(mark), text)


def _meant(mark: re.Match[str]) -> str:
    # A backslash before anything else is a backslash: C:\temp, \frac.
    return mark[1] if mark[1] in "\\~=#{}:" else mark[0]


def _path(text: str) -> tuple[str, ...]:
    """Return a category's parts; a doubled slash is a slash, `$course$` and `top` are nobody's."""
    parts = re.split(r"(?<!/)/(?!/)", text.strip())
    named = (part.replace("//", "/").strip() for part in parts)
    return tuple(part for part in named if part and part not in ("top", "$course$", "$system$"))


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("inf")
