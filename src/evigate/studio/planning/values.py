"""What counts as an answer to each kind of question; the one door for answers of every origin.

Pure. A person's text, a choice from a form, a pattern's settled value and a value from what was
said all pass here, so no answer of a wrong shape is ever kept.
"""

import math
import re
from datetime import date
from typing import Any

from evigate.base.errors import EvigateError
from evigate.studio.planning.errors import E_QUESTION_ANSWER_INVALID

CHARACTERS_MAX = 4000
ENTRIES_MAX = 100
YES, NO = frozenset({"yes", "y", "true", "1"}), frozenset({"no", "n", "false", "0"})


def read_answer(kind: str, options: tuple[str, ...], raw: Any) -> Any:
    """
    Return an answer as it is kept.

    Args:
        kind: of the question.
        options: what a choice chooses from.
        raw: what was given; a text is read as the kind wants it: "yes", "3.5", lines of a list.

    Raises:
        EvigateError[E_QUESTION_ANSWER_INVALID]: it is no answer of that kind; the message says why.
    """
    if kind == "boolean":
        return _boolean(raw)
    if kind == "choice":
        return _option(raw, options)
    if kind == "multi":
        return [_option(each, options) for each in _entries(raw)]
    if kind == "number":
        return _number(raw)
    if kind in ("list", "table"):
        return [_text(each) for each in _entries(raw)]
    if kind == "date":
        return _date(raw)
    return _text(raw)


def _boolean(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    said = str(raw).strip().casefold()
    if said in YES or said in NO:
        return said in YES
    raise _invalid(f"{raw!r} is neither yes nor no")


def _option(raw: Any, options: tuple[str, ...]) -> str:
    said = str(raw).strip()
    found = next((each for each in options if each.casefold() == said.casefold()), None)
    if found is None:
        raise _invalid(f"{said!r} is none of {', '.join(map(repr, options))}")
    return found


def _number(raw: Any) -> int | float:
    if isinstance(raw, bool):
        raise _invalid("yes and no are no numbers")
    try:
        value = float(str(raw).strip().replace(",", "").removesuffix("%"))
    except ValueError as error:
        raise _invalid(f"{raw!r} is no number") from error
    if not math.isfinite(value):
        raise _invalid(f"{raw!r} is no number that can be kept")
    return int(value) if value.is_integer() else value


def _date(raw: Any) -> str:
    try:
        return date.fromisoformat(str(raw).strip()).isoformat()
    except ValueError as error:
        raise _invalid(f"{raw!r} is no date such as 2027-02-28") from error


def _entries(raw: Any) -> list[Any]:
    values = raw if isinstance(raw, list) else re.split(r"[\n;]", str(raw))
    found = list(dict.fromkeys(each for each in values if str(each).strip()))
    if not found or len(found) > ENTRIES_MAX:
        raise _invalid(f"it has {len(found)} entries; 1 to {ENTRIES_MAX} are allowed")
    return found


def _text(raw: Any) -> str:
    if isinstance(raw, list | dict):
        raise _invalid("one text is asked for")
    said = str(raw).strip()
    if not said or len(said) > CHARACTERS_MAX or "\x00" in said:
        message = f"it has {len(said):,} characters; 1 to {CHARACTERS_MAX:,} are allowed"
        raise _invalid(message)
    return said


def _invalid(what: str) -> EvigateError:
    return EvigateError(E_QUESTION_ANSWER_INVALID, f"The answer cannot be kept: {what}.")
