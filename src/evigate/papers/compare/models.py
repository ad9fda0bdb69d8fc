"""What became of a claim."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """
    The four answers.

    `reproduced`: the gap is within the tolerance. `partly`: within twice the tolerance, or inside
    the seeds' interval, or better than claimed, or within it under another reading of the claim.
    `not reproduced`: none of these. `not comparable`: nothing was measured that could be compared.
    """

    REPRODUCED = "reproduced"
    PARTLY = "partly"
    NOT_REPRODUCED = "not reproduced"
    NOT_COMPARABLE = "not comparable"


@dataclass(frozen=True, slots=True)
class Gap:
    """
    One claim against what a run measured, all numbers in the units that the claim is printed in.

    `gap_abs` is observed - claimed; `gap_percent` is the seed's, gap_abs / max(|claimed|, 1e-9)
    * 100, which says little when the claim is 0. `values` are the observed ones, one a seed, in the
    seeds' order; `observed` is their mean. The interval is the 95 % prediction interval for one
    further run, by Student's t over the seeds; None with fewer than two values. Numbers are None
    exactly if the verdict is "not comparable".
    """

    claim_id: str
    method: str | None
    dataset: str | None
    metric: str
    metric_key: str | None
    split: str | None
    units: str | None
    claimed: float
    observed: float | None
    gap_abs: float | None
    gap_percent: float | None
    direction: str | None
    tolerance: float | None
    tolerance_reason: str | None
    interval_low: float | None
    interval_high: float | None
    values: tuple[float, ...]
    verdict: Verdict
    reason: str
    model_id: str | None
    recipe: str | None
    page: int
    quote: str
    source_citation: str

    @property
    def percent_is_meaningful(self) -> bool:
        """Whether `gap_percent` says anything: not of a claim that is 0."""
        return self.gap_percent is not None and self.claimed != 0
