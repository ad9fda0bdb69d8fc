"""Claims as JSON lines, for people and programs that score or read them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple

from evigate.papers.claims.lexicon import task_of
from evigate.papers.models import ClaimDraft


def claims_jsonl(stem: str, claims: Iterable[ClaimDraft]) -> Iterator[str]:
    """Write each claim as one line of JSON, without a line end.

    Args:
        stem: the file's name without its ending, under "paper".
        claims: in the order wanted.

    Returns:
        Lines with the keys paper, dataset, metric, value (a number), task, split, row, column,
        table, page, own_method, quote, bbox, method, units, confidence, source_citation; null where
        the paper does not say. The task is not read but what the data set is mostly used for.
    """
    for claim in claims:
        head = {"paper": stem, "dataset": claim.dataset, "metric": claim.metric}
        # The digits as printed: a float would round 99.038449585420729.
        yield f'{_json(head)[:-1]}, "value": {claim.value:f}, {_json(_rest(claim))[1:]}'


def _rest(claim: ClaimDraft) -> dict[str, object]:
    cell = claim.cell
    return {
        "task": task_of(claim.dataset),
        "split": claim.split,
        "row": cell.row if cell else None,
        "column": cell.column if cell else None,
        "table": cell.table if cell else None,
        "page": claim.page,
        "own_method": claim.is_own_method,
        "quote": claim.quote,
        "bbox": list(astuple(claim.box)),
        "method": claim.method,
        "units": claim.units,
        "confidence": claim.confidence,
        "source_citation": claim.source_citation,
    }


def _json(value: Mapping[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False)
