"""Schema validation: the payload has its shape, its options are distinct, its citations resolve."""

from collections.abc import Iterator, Mapping
from typing import Any

from evigate.gate.checks.alignment import blank_count
from evigate.gate.checks.models import Citation, Draft, Score, measured, not_measured
from evigate.gate.shapes import schema_fault, shape_errors
from evigate.language.words import fold

VERSION = "1"
OPTIONS_MIN = 3
OPTIONS_MAX = 5
ERRORS_MAX = 50


def score_schema(draft: Draft, params: Mapping[str, Any]) -> Score:
    """
    Score 1 when every clause holds, else 0.

    Exact: a shape, a count and a literal quote hold or do not.

    Args:
        draft: the payload is held against its JSON Schema (2020-12); the reading and the citations
            against the clauses that a schema cannot say.
        params: `options_min`, `options_max`: how many options an item with options has (3 to 5);
            `blank`: the question must have exactly one blank; `citations_min`: default 1.

    Returns:
        details: `violations`, each with a path, a rule and a sentence; at most `ERRORS_MAX`.
        Not measured when the schema itself is no JSON Schema.
    """
    fault = schema_fault(draft.schema)
    if fault is not None:
        return not_measured(f"the kind's schema is no JSON Schema: {fault}")
    found = [
        *_schema_errors(draft),
        *_option_errors(draft, params),
        *_text_errors(draft, params),
        *_citation_errors(draft, int(params.get("citations_min", 1))),
    ][:ERRORS_MAX]
    return measured(0.0 if found else 1.0, {"violations": found})


def _violation(path: str, rule: str, message: str) -> dict[str, str]:
    return {"path": path, "rule": rule, "message": message}


def _schema_errors(draft: Draft) -> Iterator[dict[str, str]]:
    for path, message in shape_errors(draft.payload, draft.schema):
        yield _violation(path, "schema", message)


def _option_errors(draft: Draft, params: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    options = draft.reading.options
    if not options:
        return
    low, high = (
        int(params.get("options_min", OPTIONS_MIN)),
        int(params.get("options_max", OPTIONS_MAX)),
    )
    if not low <= len(options) <= high:
        yield _violation("options", "count", f"has {len(options)} options, not {low} to {high}")
    if len({one.id for one in options}) < len(options):
        yield _violation("options", "ids", "two options have the same id")
    if len({fold(one.text).strip(" .") for one in options}) < len(options):
        yield _violation("options", "distinct", "two options say the same")
    if any(not one.text.strip() for one in options):
        yield _violation("options", "empty", "an option is empty")
    keys = sum(one.is_key for one in options)
    if keys != 1:
        yield _violation("options", "key", f"{keys} options are the key, not exactly one")


def _text_errors(draft: Draft, params: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    reading = draft.reading
    if reading.question is not None and not reading.question.strip():
        yield _violation("question", "empty", "the question is empty")
    if reading.answer is not None and not reading.answer.strip():
        yield _violation("answer", "empty", "the key is empty")
    if params.get("blank"):
        count = blank_count(reading.question or "")
        if count != 1:
            yield _violation("question", "blank", f"has {count} blanks, not exactly one")


def _citation_errors(draft: Draft, citations_min: int) -> Iterator[dict[str, str]]:
    if len(draft.citations) < citations_min:
        yield _violation("citations", "missing", f"cites fewer than {citations_min} passages")
    for number, cited in enumerate(draft.citations):
        problem = citation_problem(cited)
        if problem:
            yield _violation(f"citations[{number}]", *problem)


def citation_problem(cited: Citation) -> tuple[str, str] | None:
    """
    Return the rule that a citation breaks and a sentence on it; None when it holds.

    It must resolve to a passage, its quote must not be empty, and stand literally in the passage:
    at its offsets when it gives any, anywhere otherwise. Not a letter or blank may differ.
    """
    if not cited.context.strip():
        return "unresolved", "resolves to no passage"
    if not cited.quote.strip():
        return "empty_quote", "quotes nothing"
    if cited.start is not None and cited.end is not None:
        inside = 0 <= cited.start < cited.end <= len(cited.context)
        if not inside or cited.context[cited.start : cited.end] != cited.quote:
            return "offsets", "the quote does not stand at its offsets"
    elif cited.quote not in cited.context:
        return "not_literal", "the quote does not stand literally in the passage"
    return None
