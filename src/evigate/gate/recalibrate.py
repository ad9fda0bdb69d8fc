"""Judges held against people: the tenant's own reviews measure each judge anew."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from evigate.gate.permissions import GOVERN, READ
from evigate.kernel.access import require
from evigate.kernel.db import Tx, load_queries

_queries = load_queries(__package__)

REVIEWS = "reviews"


@dataclass(frozen=True, slots=True)
class JudgeView:
    """A judge, what it judges, and whether it may gate for this tenant today."""

    name: str
    version: str
    eval_type: str
    nature: str
    may_gate: bool
    metric: str | None
    floor: Decimal | None
    n_min: int | None


@dataclass(frozen=True, slots=True)
class CalibrationView:
    """A judge's agreement with labels on one set; measures that do not apply are None."""

    id: UUID
    judge: str
    version: str
    eval_type: str
    dataset: str
    is_own_kind: bool
    n: int
    negatives: int
    auc: Decimal | None
    accuracy: Decimal | None
    kappa: Decimal | None
    alpha: Decimal | None
    veto_precision: Decimal | None
    threshold: Decimal | None
    is_library: bool
    created_at: datetime


async def list_judges(tx: Tx) -> list[JudgeView]:
    """Return the judges by what they judge."""
    require(tx.subject, READ)
    return [JudgeView(**row) for row in await _queries.list_judges(tx.connection)]


async def list_calibrations(tx: Tx) -> list[CalibrationView]:
    """Return what is known of the judges, the latest of each first."""
    require(tx.subject, READ)
    return [CalibrationView(**row) for row in await _queries.list_calibrations(tx.connection)]


async def record_calibration(
    tx: Tx,
    judge: str,
    version: str,
    eval_type: str,
    dataset: str,
    scores: list[float],
    labels: list[bool],
    *,
    threshold: float,
    is_own_kind: bool = True,
) -> UUID:
    """Keep how a judge did on labelled cases; the database works the measures out."""
    require(tx.subject, GOVERN)
    found: UUID = await _queries.record_calibration(
        tx.connection,
        judge=judge,
        version=version,
        eval_type=eval_type,
        dataset=dataset,
        is_own_kind=is_own_kind,
        scores=scores,
        labels=labels,
        threshold=threshold,
    )
    return found


async def recalibrate(tx: Tx) -> dict[str, int]:
    """Measure each judge on the verdicts that people gave; return the cases by judge.

    A verdict is on the whole item, so a judge of one thing can be right and differ; what counts is
    whether it orders what people approve above what they reject.
    """
    require(tx.subject, GOVERN)
    cases: dict[tuple[str, str, str, float], list[tuple[float, bool]]] = defaultdict(list)
    for row in await _queries.review_labels(tx.connection):
        judge = (row["judge"], row["judge_version"], row["eval_type"], row["threshold"])
        cases[judge].append((row["score"], row["label"]))
    for (name, version, eval_type, threshold), pairs in cases.items():
        await record_calibration(
            tx,
            name,
            version,
            eval_type,
            REVIEWS,
            [score for score, _ in pairs],
            [label for _, label in pairs],
            threshold=threshold,
        )
    return {name: len(pairs) for (name, *_), pairs in cases.items()}
