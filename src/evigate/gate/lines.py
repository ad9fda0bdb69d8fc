"""A line of an outside set, read into a draft.

What a check needs is read in any form that leaves no doubt: a number where a text is asked, a key
by its text in other case, wrong options beside the key. A text that is none makes the line bad; a
label or a difficulty that nobody can read does not, since most of a line can be judged without.
"""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from evigate.gate.checks import Citation, Draft, Link, Option, Reading
from evigate.language.words import fold

LINE_CHARACTERS_MAX = 5_000_000
OPTIONS_MAX = 26
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LABELS: Mapping[str, bool] = {
    "0": False, "false": False, "no": False, "1": True, "true": True, "yes": True,
}  # fmt: skip


class LineError(ValueError):
    """A line that is no question for a judge; the message says why."""


def read_line(line: str) -> dict[str, Any]:
    """
    Read a JSON object; half of a surrogate pair, which no file can hold, becomes a mark for it.

    Raises:
        LineError: it is longer than `LINE_CHARACTERS_MAX`, no JSON or no object.
    """
    if len(line) > LINE_CHARACTERS_MAX:
        raise LineError(f"the line has more than {LINE_CHARACTERS_MAX:,} characters")
    try:
        values = _whole(json.loads(line.removeprefix("\ufeff"), parse_constant=_no_number))
    except (ValueError, RecursionError) as error:
        raise LineError(f"the line is no JSON: {error}") from error
    if not isinstance(values, dict):
        raise LineError("the line is no JSON object")
    return values


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")


def _whole(value: Any) -> Any:
    """Return the value with each text such that it can be written as UTF-8."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number is too large")
    if isinstance(value, list):
        return [_whole(one) for one in value]
    if isinstance(value, dict):
        return {_whole(name): _whole(one) for name, one in value.items()}
    return value


def draft_of(values: Mapping[str, Any]) -> Draft:
    """
    Return the draft that a line describes.

    Args:
        values: `evidence` (a text or texts, or objects with a text); any of `claim` or `claims`,
            `question` (or `stem`), `answer`, `accepted`, `options` (texts, or objects with id and
            text), `key` (an option's id, letter, index from 0, or text; by default the option that
            `answer` names), `distractors` (the wrong options, where `options` are not given),
            `tags`, `concepts`, `links` (objects with parent and child), `difficulty` (1 to 5),
            `neighbours`, `text`, `quotes`, `payload` and `schema`. Others are ignored, and null is
            as good as absent.

    Raises:
        LineError: a field has another type, or `key` names no option.
    """
    evidence = _texts(values, "evidence")
    question = _text(values, "question") or _text(values, "stem")
    claims = _texts(values, "claims") or _texts(values, "claim")
    if question is None and values.get("options") is not None:
        question = claims[0] if claims else None
    options = _options(values)
    answer = next((option.text for option in options if option.is_key), None)
    answer = answer or _text(values, "answer") or _text(values, "key")
    parts = {
        "text": _text(values, "text"),
        "question": question,
        "answer": answer,
        **{f"claims[{n}]": claim for n, claim in enumerate(claims)},
        **{f"options[{n}]": option.text for n, option in enumerate(options)},
    }
    reading = Reading(
        kind=str(values.get("kind", "line")),
        texts={path: text for path, text in parts.items() if text},
        question=question,
        answer=answer,
        accepted=_texts(values, "accepted"),
        options=options,
        claims=claims,
        tags=_texts(values, "tags"),
        links=_links(values),
        concepts=_texts(values, "concepts") if values.get("concepts") is not None else None,
        difficulty=_difficulty(values),
    )
    quotes = _texts(values, "quotes")
    citations = tuple(
        Citation(quotes[n] if n < len(quotes) else text, text) for n, text in enumerate(evidence)
    )
    schema = values.get("schema")
    if not isinstance(schema, dict | None):
        raise LineError("'schema' is no object")
    payload = values.get("payload")
    neighbours = _texts(values, "neighbours")
    return Draft({} if payload is None else payload, schema or {}, reading, citations, neighbours)


def label_of(values: Mapping[str, Any]) -> tuple[bool | None, bool]:
    """Return whether the line is said to be good, None if nobody says, and if that was readable."""
    label = values.get("label")
    if label is None:
        return None, True
    if isinstance(label, str):
        found = _LABELS.get(label.strip().lower())
        return found, found is not None
    if isinstance(label, int | float) and label in (0, 1):
        return bool(label), True
    return None, False


def _text(values: Mapping[str, Any], name: str) -> str | None:
    value = values.get(name)
    if value is None or isinstance(value, str):
        return value
    text = _number(value)
    if text is None:
        raise LineError(f"{name!r} is no text")
    return text


def _texts(values: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = values.get(name)
    if value is None:
        return ()
    given = value if isinstance(value, list) else [value]
    found = tuple(_plain(one) for one in given if one is not None)
    if any(one is None for one in found):
        raise LineError(f"{name!r} is neither a text nor a list of texts")
    return tuple(one for one in found if one is not None)


def _plain(value: Any) -> str | None:
    """Return a text, a number as a text, or an object's text; None for anything else."""
    if isinstance(value, dict):
        value = value.get("text")
    return value if isinstance(value, str) else _number(value)


def _number(value: Any) -> str | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else None


def _difficulty(values: Mapping[str, Any]) -> int | None:
    """Return a whole number; what is none says nothing of how hard the draft is."""
    value = values.get("difficulty")
    if isinstance(value, str) and value.strip().isdecimal():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if value == int(value) else None


def _links(values: Mapping[str, Any]) -> tuple[Link, ...]:
    given = values.get("links") or ()
    try:
        return tuple(Link(str(one["parent"]), str(one["child"])) for one in given)
    except (TypeError, KeyError) as error:
        raise LineError("'links' is no list of objects with parent and child") from error


def _options(values: Mapping[str, Any]) -> tuple[Option, ...]:
    given = values.get("options")
    if given is None:
        return _around_key(values)
    if isinstance(given, dict):
        given = [{"id": name, "text": text} for name, text in given.items()]
    if not isinstance(given, list) or len(given) > OPTIONS_MAX:
        raise LineError(f"'options' is no list of at most {OPTIONS_MAX}")
    found: list[tuple[str, str]] = []
    for number, one in enumerate(given):
        text = _plain(one)
        if text is None:
            raise LineError(f"option {number} is neither a text nor an object with a text")
        name = one.get("id") if isinstance(one, dict) else None
        found.append((_LETTERS[number] if name is None else str(name), text))
    key = _key(values.get("key"), found)
    if key is None:
        key = _named(_text(values, "answer"), found)
    return tuple(Option(name, text, n == key) for n, (name, text) in enumerate(found))


def _around_key(values: Mapping[str, Any]) -> tuple[Option, ...]:
    """Return the key and the wrong options, where a line gives them apart."""
    wrong = _texts(values, "distractors")[: OPTIONS_MAX - 1]
    key = _text(values, "key") or _text(values, "answer")
    if not wrong or key is None:
        return ()
    return tuple(Option(_LETTERS[n], text, n == 0) for n, text in enumerate((key, *wrong)))


def _key(key: Any, options: Sequence[tuple[str, str]]) -> int | None:
    """Return the index of the option that the key names: by id, index, letter or text."""
    if key is None:
        return None
    is_index = isinstance(key, int) and not isinstance(key, bool) and 0 <= key < len(options)
    if is_index and str(key) not in [name for name, _ in options]:
        return int(key)
    found = _named(str(key), options)
    if found is None:
        raise LineError(f"'key' {key!r} names no option")
    return found


def _named(name: str | None, options: Sequence[tuple[str, str]]) -> int | None:
    """Return the index of the option of that id, text or letter; None for none."""
    if name is None:
        return None
    for place in (0, 1):
        for number, option in enumerate(options):
            if name == option[place]:
                return number
    plain = fold(name).strip(" .")
    same = [number for number, (_, text) in enumerate(options) if fold(text).strip(" .") == plain]
    if plain and len(same) == 1:
        return same[0]
    letter = name.strip().upper()
    if len(letter) == 1 and letter in _LETTERS[: len(options)]:
        return _LETTERS.index(letter)
    return None
