r"""Regular expressions that two machines read alike: RE2 here, PostgreSQL's in lists.

What both know and mean the same by is kept: literals, classes, `.`, `^`, `$`, groups, alternation,
repetition. `\d`, `\w` and `\s` are spelt out, since the machines differ beyond ASCII. Everything
else is refused: it would be slow, or would mean one thing here and another there.
"""

from functools import lru_cache
from typing import Any

import re2

from evigate.kernel.conditions.models import Pattern

PATTERN_CHARACTERS_MAX = 500
REPEATS_MAX = 255
_CLASSES = {"d": "0-9", "w": "A-Za-z0-9_", "s": r" \t\n\r\f\v"}
_CONTROLS = "tnrfv"


class PatternError(ValueError):
    """A pattern is outside the subset; the message says what in it."""


def read_pattern(text: str, *, ignores_case: bool) -> Pattern:
    """Return a pattern of the subset.

    Raises:
        PatternError
    """
    if len(text) > PATTERN_CHARACTERS_MAX:
        raise PatternError(f"it is longer than {PATTERN_CHARACTERS_MAX} characters")
    if not text.isascii() and ignores_case:
        raise PatternError("case is ignored in ASCII patterns only")
    pattern = Pattern(_spelt(text), ignores_case)
    try:
        machine(pattern)
    except re2.error as error:
        raise PatternError(str(error.args[0] if error.args else error)) from error
    return pattern


@lru_cache(maxsize=512)
def machine(pattern: Pattern) -> Any:
    """Return what searches for a pattern, in time linear in the text."""
    options = re2.Options()
    options.dot_nl = True
    options.never_capture = True
    options.log_errors = False
    options.case_sensitive = not pattern.ignores_case
    return re2.compile(pattern.text, options=options)


def _spelt(text: str) -> str:
    """Return the pattern with its escapes spelt out, or refuse."""
    found: list[str] = []
    at, in_class = 0, False
    while at < len(text):
        mark = text[at]
        if mark == "\\":
            found.append(_escape(text[at + 1 : at + 2], in_class=in_class))
            at += 2
            continue
        if in_class:
            if mark == "[":
                raise PatternError("a bracket within brackets is written with a backslash")
            in_class = mark != "]"
        elif mark == "[":
            in_class = True
            if text[at + 1 : at + 2] == "]" or text[at + 1 : at + 3] == "^]":
                raise PatternError("an empty class of characters matches nothing")
        else:
            _check(text, at)
        found.append(mark)
        at += 1
    return "".join(found)


def _escape(mark: str, *, in_class: bool) -> str:
    if not mark:
        raise PatternError("it ends with a backslash")
    if mark.lower() in _CLASSES:
        if not in_class:
            return f"[{'^' if mark.isupper() else ''}{_CLASSES[mark.lower()]}]"
        if mark.islower():
            return _CLASSES[mark]
        raise PatternError(f"\\{mark} within brackets")
    if mark in _CONTROLS or (mark.isascii() and not mark.isalnum() and mark != "_"):
        return "\\" + mark
    raise PatternError(f"\\{mark} is not of the subset")


def _check(text: str, at: int) -> None:
    """Refuse what the two machines read differently."""
    mark, after = text[at], text[at + 1 : at + 3]
    if mark == "(" and after[:1] == "?" and after != "?:":
        raise PatternError(f"{text[at : at + 3]!r} is not of the subset")
    if mark in "^$(|" and after[:1] in ("*", "+", "?", "{") and not (mark == "(" and after == "?:"):
        raise PatternError(f"there is nothing before {after[:1]!r} to repeat")
    if mark in "*+?}" and after[:1] in ("*", "+", "{"):
        raise PatternError("a repetition is repeated")
    if mark == "{":
        _check_repeats(text[at + 1 :].partition("}"))


def _check_repeats(parts: tuple[str, str, str]) -> None:
    bounds = parts[0].split(",")
    is_well = (
        bool(parts[1])
        and len(bounds) <= 2
        and bounds[0].isdecimal()
        and all((each.isdecimal() and each.isascii()) or not each for each in bounds)
    )
    if not is_well:
        raise PatternError("a brace that is no repetition is written with a backslash")
    if any(each and int(each) > REPEATS_MAX for each in bounds):
        raise PatternError(f"nothing is repeated more than {REPEATS_MAX} times")
