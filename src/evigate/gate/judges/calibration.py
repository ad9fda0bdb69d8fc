"""May a judge gate? Its threshold is chosen on one half of the labels and reported on the other.

Approving a bad item costs more than asking a person about a good one, so the threshold is the
lowest at which what passes is right often enough, not the one with the best accuracy.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from evigate.base.canonical import content_hash
from evigate.gate.judges.agreement import (
    accuracy,
    auc,
    cohen_kappa,
    expected_calibration_error,
    true_rates,
)

TARGET_PRECISION = 0.95
LABELS_MIN = 50
KAPPA_MIN = 0.6
AUC_MIN = 0.85


@dataclass(frozen=True, slots=True)
class Labelled:
    """A judge's score for a thing that people have labelled; `label` True means good."""

    id: str
    score: float
    label: bool


@dataclass(frozen=True, slots=True)
class Calibration:
    """
    How a judge did on labels it was not fitted to; None where a value cannot be had.

    `threshold` was chosen on the dev half; `n`, `base_rate` (share of good), `auc`, `kappa`,
    `precision` and the rest are of the test half at that threshold.
    """

    threshold: float | None
    n: int
    base_rate: float | None
    auc: float | None
    accuracy: float | None
    kappa: float | None
    precision: float | None
    tpr: float | None
    tnr: float | None
    ece: float | None


def calibrate(
    labelled: Sequence[Labelled], *, target_precision: float = TARGET_PRECISION
) -> Calibration:
    """
    Choose a threshold on one half and report on the other.

    Args:
        labelled: halves are told by the hash of each id, so one thing is always in the same half.
        target_precision: of what passes, at least so much is to be good on the dev half.

    Returns:
        The report; `threshold` is None, and so is what depends on it, when no score of the dev half
        reaches the target.
    """
    dev = [one for one in labelled if _is_dev(one.id)]
    test = [one for one in labelled if not _is_dev(one.id)]
    threshold = choose_threshold(dev, target_precision=target_precision)
    labels = [one.label for one in test]
    scores = [one.score for one in test]
    verdicts = None if threshold is None else [score >= threshold for score in scores]
    rates = None if verdicts is None else true_rates(labels, verdicts)
    return Calibration(
        threshold=threshold,
        n=len(test),
        base_rate=sum(labels) / len(labels) if labels else None,
        auc=auc(labels, scores),
        accuracy=None if verdicts is None else accuracy(labels, verdicts),
        kappa=None if verdicts is None else cohen_kappa(labels, verdicts),
        precision=None if verdicts is None else _precision(labels, verdicts),
        tpr=rates[0] if rates else None,
        tnr=rates[1] if rates else None,
        ece=expected_calibration_error(labels, scores),
    )


def choose_threshold(dev: Sequence[Labelled], *, target_precision: float) -> float | None:
    """Return the lowest score from which on the target precision holds; None when none does."""
    for value in sorted({one.score for one in dev}):
        passed = [one.label for one in dev if one.score >= value]
        if sum(passed) >= target_precision * len(passed):
            return value
    return None


def may_gate(calibration: Calibration) -> bool:
    """
    Say whether a judge so calibrated may decide alone.

    At least `LABELS_MIN` labels it was tested on, and either a kappa of `KAPPA_MIN` or an AUC of
    `AUC_MIN` with a threshold chosen.

    Source:
        kappa .6 is Landis & Koch's "substantial" (Biometrics 33, 1977).
    """
    if calibration.n < LABELS_MIN or calibration.threshold is None:
        return False
    agrees = calibration.kappa is not None and calibration.kappa >= KAPPA_MIN
    ranks = calibration.auc is not None and calibration.auc >= AUC_MIN
    return agrees or ranks


def _is_dev(name: str) -> bool:
    return int(content_hash(name)[:8], 16) % 2 == 0


def _precision(labels: Sequence[bool], verdicts: Sequence[bool]) -> float | None:
    passed = [label for label, verdict in zip(labels, verdicts, strict=True) if verdict]
    return sum(passed) / len(passed) if passed else None
