"""Two sets of judgements side by side, paired by artifact: do rules differ, or is it luck?

A set is the runs of one trial: one suite and judge over artifacts. Pairs are of the same
kind and key, so another prompt's draft of an item meets the one it would replace. The test is the
sign-flip permutation test of the engine's evals, Holm-corrected over the rules.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from evigate.gate.permissions import READ
from evigate.kernel.access import require
from evigate.kernel.db import Tx, load_queries

_queries = load_queries(__package__)

OVERALL = "OVERALL"
ALPHA = 0.05

# Scores by rule, then by (kind, key) of the artifact.
Scores = Mapping[str, Mapping[tuple[str, str], float]]


@dataclass(frozen=True, slots=True)
class RuleDifference:
    """One rule over the pairs that both sets scored; differences are second less first.

    `p_value` is Holm-corrected over the rules; `low` and `high` bound the mean difference at 95 %.
    """

    rule: str
    pairs: int
    first: float
    second: float
    difference: float
    low: float
    high: float
    p_value: float
    is_significant: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sets: how many artifacts each judged, how many both did, and rule by rule."""

    first_count: int
    second_count: int
    shared: int
    rules: tuple[RuleDifference, ...]

    @property
    def worse(self) -> tuple[RuleDifference, ...]:
        """Return the rules on which the second is worse, and not by luck."""
        return tuple(each for each in self.rules if each.is_significant and each.difference < 0)


async def scores_of(tx: Tx, run_ids: Sequence[UUID]) -> dict[str, dict[tuple[str, str], float]]:
    """Return the scores of eval runs by rule and artifact; the whole run's under "OVERALL".

    What could not be measured is left out; of two runs of one artifact the later counts.
    """
    require(tx.subject, READ)
    found: dict[str, dict[tuple[str, str], float]] = defaultdict(dict)
    for row in await _queries.paired_scores(tx.connection, run_ids=list(run_ids)):
        pair = (row["kind"], row["key"])
        if row["score"] is not None:
            found[row["eval_type"]][pair] = row["score"]
        if row["overall_score"] is not None:
            found[OVERALL][pair] = row["overall_score"]
    return dict(found)


def compare_scores(first: Scores, second: Scores) -> Comparison:
    """Compare two sets of scores by their pairs; a rule that only one has is left out."""
    raw = [
        _difference(rule, first[rule], second[rule])
        for rule in sorted(first.keys() & second.keys())
        if first[rule].keys() & second[rule].keys()
    ]
    one, other = first.get(OVERALL, {}), second.get(OVERALL, {})
    return Comparison(len(one), len(other), len(one.keys() & other.keys()), tuple(_corrected(raw)))


def _difference(
    rule: str,
    first: Mapping[tuple[str, str], float],
    second: Mapping[tuple[str, str], float],
) -> RuleDifference:
    # Its statistics take a second to import, and few commands compare.
    from evigate.engine.evals.compare import paired_significance

    shared = sorted(first.keys() & second.keys())
    before = np.array([first[pair] for pair in shared])
    after = np.array([second[pair] for pair in shared])
    found = paired_significance(after - before)
    return RuleDifference(
        rule=rule,
        pairs=len(shared),
        first=float(before.mean()),
        second=float(after.mean()),
        difference=float((after - before).mean()),
        low=found.lower,
        high=found.upper,
        p_value=found.p_value,
        is_significant=False,
    )


def _corrected(raw: Sequence[RuleDifference]) -> list[RuleDifference]:
    """Return the differences in their order with Holm's p-values."""
    ranked = sorted(range(len(raw)), key=lambda number: raw[number].p_value)
    corrected: dict[int, float] = {}
    highest = 0.0
    for rank, number in enumerate(ranked):
        highest = max(highest, min(1.0, raw[number].p_value * (len(raw) - rank)))
        corrected[number] = highest
    return [
        RuleDifference(
            each.rule,
            each.pairs,
            each.first,
            each.second,
            each.difference,
            each.low,
            each.high,
            corrected[number],
            corrected[number] < ALPHA,
        )
        for number, each in enumerate(raw)
    ]
