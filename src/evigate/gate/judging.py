"""Outside sets, line by line: a JSON line becomes a draft, a check scores it, a line comes out.

Nothing here needs a database: it is how a judge is measured before it is trusted. A line that
cannot be read is reported with its number, and the others are judged all the same.
"""

import inspect
import json
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evigate.base.errors import E_INVALID, EvigateError
from evigate.gate.checks import (
    BUILTIN_CHECKS,
    Check,
    Citation,
    Draft,
    EvalType,
    Link,
    Option,
    Reading,
    Score,
)
from evigate.gate.checks.models import BuiltinCheck
from evigate.gate.judges.agreement import (
    accuracy,
    auc,
    best_threshold,
    cohen_kappa,
    krippendorff_alpha,
)

LINE_CHARACTERS_MAX = 5_000_000
OPTIONS_MAX = 26
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

# From which score on a line passes, where the caller says nothing; the suites have their own.
PASS_MIN: Mapping[EvalType, float] = {
    EvalType.SCHEMA_VALIDATION: 1.0,
    EvalType.GROUNDEDNESS: 0.55,
    EvalType.ANSWERABILITY: 0.5,
    EvalType.ANSWER_CORRECTNESS: 0.5,
    EvalType.CONCEPT_GROUNDEDNESS: 1.0,
    EvalType.SAFETY_PII: 1.0,
    EvalType.ITEM_FLAWS: 0.75,
    EvalType.QA_ALIGNMENT: 0.6,
    EvalType.DUPLICATION: 0.15,
}
PASS_MIN_OTHERWISE = 0.5


class LineError(ValueError):
    """A line that is no question for a judge; the message says why."""


@dataclass(slots=True)
class Tally:
    """What was seen so far; `pairs` are (label, score) of the labelled lines that were measured."""

    passed: int = 0
    failed: int = 0
    not_measured: int = 0
    bad: int = 0
    skipped: int = 0
    pairs: list[tuple[bool, float]] = field(default_factory=list)
    keyed: int = 0
    best_is_key: int = 0
    decided: int = 0
    decided_right: int = 0


def find_check(name: str) -> BuiltinCheck:
    """
    Return the built-in check of that lower-case name.

    Raises:
        E_INVALID: there is none.
    """
    named = {kind.lower(): check for kind, check in BUILTIN_CHECKS.items()}
    check = named.get(name.lower())
    if check is None:
        known = ", ".join(sorted(named))
        raise EvigateError(E_INVALID, f"there is no built-in check {name!r}; there are: {known}")
    return check


@dataclass(frozen=True, slots=True)
class Case:
    """A line that can be judged; `label` says whether it is good, None where nobody did."""

    name: Any
    draft: Draft
    label: bool | None


def judge_lines(
    check: BuiltinCheck,
    lines: Iterable[str],
    tally: Tally,
    *,
    min_score: float | None = None,
    done: frozenset[str] = frozenset(),
) -> Iterator[dict[str, Any]]:
    """
    Judge lines one by one.

    Args:
        check: scores each line at once.
        lines: JSON objects; blank lines are passed over.
        tally: counts what was seen.
        min_score: from which score on a line passes; by default as `PASS_MIN` says.
        done: ids to skip.

    Yields:
        In the order of the lines: {id, score, pass, details}, with `reason` when score and pass are
        null; or {line, id, error} for a line that could not be read.
    """
    for case in _read_cases(lines, tally, done):
        if isinstance(case, Case):
            found = check.score(case.draft, {})
            yield _judged(check, case, found, tally, floor=floor_of(check, min_score))
        else:
            yield case


async def judge_lines_asking(
    check: Check,
    lines: Iterable[str],
    tally: Tally,
    *,
    min_score: float | None = None,
    done: frozenset[str] = frozenset(),
) -> AsyncIterator[dict[str, Any]]:
    """Judge lines by a judge that may ask a model; see `judge_lines`.

    What another judge answered in its place is not measured: it says nothing of this one.
    """
    for case in _read_cases(lines, tally, done):
        if not isinstance(case, Case):
            yield case
            continue
        answer = check.score(case.draft, {})
        found = await answer if inspect.isawaitable(answer) else answer
        if found.judged_by is not None:
            reason = str(found.details.get("fell_back") or found.reason)
            found = Score(None, found.details, reason)
        yield _judged(check, case, found, tally, floor=floor_of(check, min_score))


def floor_of(check: Check, min_score: float | None) -> float:
    """Return from which score on a line passes."""
    if min_score is not None:
        return min_score
    return PASS_MIN.get(check.eval_type, PASS_MIN_OTHERWISE)


def _read_cases(
    lines: Iterable[str], tally: Tally, done: frozenset[str]
) -> Iterator[Case | dict[str, Any]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        name: Any = None
        try:
            values = read_line(line)
            name = values.get("id", str(number))
            if str(name) in done:
                tally.skipped += 1
                continue
            case = Case(name, draft_of(values), _label(values))
        except LineError as error:
            tally.bad += 1
            yield {"line": number, "id": name, "error": str(error)}
            continue
        yield case


def _judged(
    check: Check, case: Case, found: Score, tally: Tally, *, floor: float
) -> dict[str, Any]:
    _count_key(tally, case.draft, found.details)
    score = found.score
    if score is None:
        tally.not_measured += 1
        return {
            "id": case.name,
            "score": None,
            "pass": None,
            "reason": found.reason,
            "details": found.details,
        }
    if check.eval_type is EvalType.DUPLICATION:
        # Outside, a higher score is always better; likeness is not.
        score = round(1 - score, 6)
    passes = score >= floor
    tally.passed += passes
    tally.failed += not passes
    if case.label is not None:
        tally.pairs.append((case.label, score))
    return {"id": case.name, "score": score, "pass": passes, "details": found.details}


def _count_key(tally: Tally, draft: Draft, details: Mapping[str, Any]) -> None:
    """Count how often the option that the evidence supports best is the key."""
    key = next((option.id for option in draft.reading.options if option.is_key), None)
    if key is None or "margin" not in details:
        return
    tally.keyed += 1
    is_right = details["best"] == key
    tally.best_is_key += is_right
    if details.get("decides"):
        tally.decided += 1
        tally.decided_right += is_right


def summarise(check: Check, tally: Tally, *, min_score: float | None = None) -> dict[str, Any]:
    """
    Return the counts, and for labelled lines how well the judge agrees with the labels.

    What cannot be computed (one class only, no labels) is null.
    """
    floor = floor_of(check, min_score)
    labels = [label for label, _ in tally.pairs]
    scores = [score for _, score in tally.pairs]
    verdicts = [score >= floor for score in scores]
    best = best_threshold(labels, scores)
    return {
        "check": check.eval_type.lower(),
        "judge": check.name,
        "version": check.version,
        "min_score": floor,
        "passed": tally.passed,
        "failed": tally.failed,
        "not_measured": tally.not_measured,
        "bad_lines": tally.bad,
        "skipped": tally.skipped,
        "labelled": len(labels),
        "base_rate": sum(labels) / len(labels) if labels else None,
        "auc": auc(labels, scores),
        "accuracy": accuracy(labels, verdicts),
        "kappa": cohen_kappa(labels, verdicts),
        "alpha": krippendorff_alpha([(bool(a), b) for a, b in zip(labels, verdicts, strict=True)]),
        "best_threshold": best.value if best else None,
        "balanced_accuracy_at_best": best.balanced_accuracy if best else None,
        "keyed": tally.keyed,
        "best_is_key": tally.best_is_key / tally.keyed if tally.keyed else None,
        "decided": tally.decided,
        "decided_precision": tally.decided_right / tally.decided if tally.decided else None,
    }


def read_line(line: str) -> dict[str, Any]:
    """
    Read a JSON object.

    Raises:
        LineError: it is longer than `LINE_CHARACTERS_MAX`, no JSON or no object.
    """
    if len(line) > LINE_CHARACTERS_MAX:
        raise LineError(f"the line has more than {LINE_CHARACTERS_MAX:,} characters")
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise LineError(f"the line is no JSON: {error}") from error
    if not isinstance(values, dict):
        raise LineError("the line is no JSON object")
    return values


def draft_of(values: Mapping[str, Any]) -> Draft:
    """
    Return the draft that a line describes.

    Args:
        values: `evidence` (a text or texts); any of `claim` or `claims`, `question` (or `stem`),
            `answer`, `accepted`, `options` (texts, or objects with id and text), `key` (an option's
            id, letter, index or text), `tags`, `concepts`, `links` (objects with parent and child),
            `difficulty`, `neighbours`, `text`, `quotes`, `payload` and `schema`. Others are
            ignored.

    Raises:
        LineError: a field has another type, or `key` names no option.
    """
    evidence = _texts(values, "evidence")
    question = _text(values, "question") or _text(values, "stem")
    answer = _text(values, "answer")
    claims = _texts(values, "claims") or _texts(values, "claim")
    if question is None and "options" in values:
        question = claims[0] if claims else None
    options = _options(values)
    if answer is None:
        answer = next((option.text for option in options if option.is_key), None)
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
        concepts=_texts(values, "concepts") if "concepts" in values else None,
        difficulty=_difficulty(values),
    )
    quotes = _texts(values, "quotes")
    citations = tuple(
        Citation(quotes[n] if n < len(quotes) else text, text) for n, text in enumerate(evidence)
    )
    schema = values.get("schema", {})
    if not isinstance(schema, dict):
        raise LineError("'schema' is no object")
    neighbours = _texts(values, "neighbours")
    return Draft(values.get("payload", {}), schema, reading, citations, neighbours)


def _text(values: Mapping[str, Any], name: str) -> str | None:
    value = values.get(name)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise LineError(f"{name!r} is no text")


def _texts(values: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = values.get(name)
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    raise LineError(f"{name!r} is neither a text nor a list of texts")


def _difficulty(values: Mapping[str, Any]) -> int | None:
    value = values.get("difficulty")
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise LineError("'difficulty' is no whole number")


def _links(values: Mapping[str, Any]) -> tuple[Link, ...]:
    try:
        return tuple(Link(str(one["parent"]), str(one["child"])) for one in values.get("links", ()))
    except (TypeError, KeyError) as error:
        raise LineError("'links' is no list of objects with parent and child") from error


def _options(values: Mapping[str, Any]) -> tuple[Option, ...]:
    given = values.get("options")
    if given is None:
        return ()
    if isinstance(given, dict):
        given = [{"id": name, "text": text} for name, text in given.items()]
    if not isinstance(given, list) or len(given) > OPTIONS_MAX:
        raise LineError(f"'options' is no list of at most {OPTIONS_MAX}")
    found: list[tuple[str, str]] = []
    for number, one in enumerate(given):
        if isinstance(one, str):
            found.append((_LETTERS[number], one))
        elif isinstance(one, dict) and isinstance(one.get("text"), str):
            found.append((str(one.get("id", _LETTERS[number])), one["text"]))
        else:
            raise LineError(f"option {number} is neither a text nor an object with a text")
    key = _key(values.get("key"), found)
    return tuple(Option(name, text, n == key) for n, (name, text) in enumerate(found))


def _key(key: Any, options: Sequence[tuple[str, str]]) -> int | None:
    """Return the index of the option that the key names: by id, letter, text or index."""
    if key is None:
        return None
    if isinstance(key, int) and not isinstance(key, bool) and 0 <= key < len(options):
        return key
    for place in (0, 1):
        for number, option in enumerate(options):
            if str(key) == option[place]:
                return number
    letter = str(key).strip().upper()
    if len(letter) == 1 and letter in _LETTERS[: len(options)]:
        return _LETTERS.index(letter)
    raise LineError(f"'key' {key!r} names no option")


def _label(values: Mapping[str, Any]) -> bool | None:
    label = values.get("label")
    if label is None:
        return None
    if label in (0, 1):
        return bool(label)
    raise LineError("'label' is neither 0 or 1 nor true or false")
