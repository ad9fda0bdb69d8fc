"""Outside sets, line by line: a JSON line becomes a draft, a check scores it, a line comes out.

Nothing here needs a database: it is how a judge is measured before it is trusted. A line that
cannot be read is reported with its number, and the others are judged all the same.
"""

import inspect
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from evigate.base.errors import E_INVALID, EvigateError
from evigate.gate.checks import BUILTIN_CHECKS, Check, Draft, EvalType, Score
from evigate.gate.checks.models import BuiltinCheck
from evigate.gate.judges.agreement import (
    accuracy,
    auc,
    best_threshold,
    cohen_kappa,
    krippendorff_alpha,
)
from evigate.gate.lines import LineError, draft_of, label_of, read_line

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
# What people call a check beside its own name.
ALSO_CALLED: Mapping[str, EvalType] = {
    "schema": EvalType.SCHEMA_VALIDATION,
    "format": EvalType.SCHEMA_VALIDATION,
    "citations": EvalType.SCHEMA_VALIDATION,
    "quote": EvalType.SCHEMA_VALIDATION,
    "one_right_answer": EvalType.ANSWER_CORRECTNESS,
    "key": EvalType.ANSWER_CORRECTNESS,
    "distractors": EvalType.DISTRACTOR_QUALITY,
    "difficulty": EvalType.DIFFICULTY_CALIBRATION,
    "duplicate": EvalType.DUPLICATION,
    "duplicates": EvalType.DUPLICATION,
    "leakage": EvalType.QA_ALIGNMENT,
    "flaws": EvalType.ITEM_FLAWS,
    "safety": EvalType.SAFETY_PII,
    "toxicity": EvalType.SAFETY_PII,
    "pii": EvalType.SAFETY_PII,
}


@dataclass(slots=True)
class Tally:
    """What was seen so far; `pairs` are (label, score) of the labelled lines that were measured.

    `unread_labels` counts lines that were judged though nobody can say what their label means.
    """

    passed: int = 0
    failed: int = 0
    not_measured: int = 0
    bad: int = 0
    skipped: int = 0
    unread_labels: int = 0
    pairs: list[tuple[bool, float]] = field(default_factory=list)
    keyed: int = 0
    best_is_key: int = 0
    decided: int = 0
    decided_right: int = 0


def find_check(name: str) -> BuiltinCheck:
    """
    Return the built-in check of that name, whatever its case, or of one in `ALSO_CALLED`.

    Raises:
        E_INVALID: there is none.
    """
    named = {kind.lower(): check for kind, check in BUILTIN_CHECKS.items()}
    wanted = name.strip().lower().replace("-", "_").replace(" ", "_")
    check = named.get(wanted) or named.get(ALSO_CALLED.get(wanted, "").lower())
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
        null; a line that could not be read has `line`, its number, and `error` as well.
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
            label, is_read = label_of(values)
            case = Case(name, draft_of(values), label)
        except LineError as error:
            tally.bad += 1
            yield {**_unmeasured(name, str(error), {}), "line": number, "error": str(error)}
            continue
        tally.unread_labels += not is_read
        yield case


def _unmeasured(name: Any, reason: str | None, details: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": name, "score": None, "pass": None, "reason": reason, "details": details}


def _judged(
    check: Check, case: Case, found: Score, tally: Tally, *, floor: float
) -> dict[str, Any]:
    _count_key(tally, case.draft, found.details)
    score = found.score
    if score is None:
        tally.not_measured += 1
        return _unmeasured(case.name, found.reason, found.details)
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
        "unread_labels": tally.unread_labels,
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
