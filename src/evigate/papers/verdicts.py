"""Gaps as rows: numbers for the claims that were compared, a verdict for every claim.

The schema document allows one comparison a run and metric name; two claims of one number (a table's
and the abstract's) therefore get names that differ by a count.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from evigate.base.ids import new_uuid
from evigate.papers.compare import Gap


def verdict_rows(
    gaps: Sequence[Gap], paper_id: UUID, journey: UUID, run_id: UUID | None
) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """Return the rows of `papers.evals` and of `papers.gaps`, in the order of the gaps."""
    evals: list[Mapping[str, Any]] = []
    rows: list[Mapping[str, Any]] = []
    names: Counter[str] = Counter()
    for gap in gaps:
        eval_id = None
        if gap.observed is not None and run_id is not None:
            eval_id = new_uuid()
            evals.append(_eval_row(gap, eval_id, paper_id, run_id, names))
        rows.append(
            {
                "reproduction_id": journey,
                "claim_id": UUID(gap.claim_id),
                "eval_id": eval_id,
                "verdict": gap.verdict.value,
                "reason": _sentence(gap),
                "units": gap.units,
                "observed_low": _exact(gap.interval_low),
                "observed_high": _exact(gap.interval_high),
                "seeds_count": len(gap.values),
                "notebook_cell": gap.model_id,
            }
        )
    return evals, rows


def _eval_row(
    gap: Gap, eval_id: UUID, paper_id: UUID, run_id: UUID, names: Counter[str]
) -> Mapping[str, Any]:
    name = f"{gap.model_id}/{gap.metric_key}/{gap.split}"
    names[name] += 1
    return {
        "id": eval_id,
        "paper_id": paper_id,
        "run_id": run_id,
        "metric_name": name if names[name] == 1 else f"{name}#{names[name]}",
        "claimed": _exact(gap.claimed),
        "observed": _exact(gap.observed),
        "gap_percent": _exact(gap.gap_percent),
        "gap_abs": _exact(gap.gap_abs),
        "tolerance": _exact(gap.tolerance),
        "direction": gap.direction,
    }


def _exact(value: float | Decimal | None) -> Decimal | None:
    return value if value is None or isinstance(value, Decimal) else Decimal(repr(value))


def _sentence(gap: Gap) -> str:
    """Return the reason with what the tolerance rests on, as one sentence."""
    basis = f" ({gap.tolerance_reason})" if gap.tolerance_reason else ""
    return f"{gap.reason[:1].upper()}{gap.reason[1:]}{basis}".rstrip(".") + "."
