"""Everyday words for the field's words: what a metric counts, and what the hard words mean."""

from dataclasses import dataclass

from evigate.papers.recipes import find_metric


@dataclass(frozen=True, slots=True)
class PlainMetric:
    """A metric in plain words.

    `term` and `meaning` go into the glossary. `share` says what a part of a hundred is of, with
    {n} in it; None where the number is no such share. `is_low_good` is None if it is not known.
    """

    term: str
    meaning: str
    share: str | None
    is_low_good: bool | None


_RIGHT = "That means {n} out of 100 were right."
_METRICS = {
    "accuracy": PlainMetric("accuracy", "How many it got right.", _RIGHT, False),
    "error_rate": PlainMetric(
        "error rate", "How many it got wrong.", "That means {n} out of 100 were wrong.", True
    ),
    "precision": PlainMetric(
        "precision",
        "It says yes at times. This is how many of those are right.",
        "When it said yes, it was right {n} times out of 100.",
        False,
    ),
    "recall": PlainMetric(
        "recall",
        "Some things should be found. This is how many of them it finds.",
        "It found {n} out of each 100 things to find.",
        False,
    ),
    "f1": PlainMetric(
        "F1", "A score from 0 to 1. It mixes two ways to be right. One is best.", None, False
    ),
    "auc": PlainMetric(
        "AUC", "A score. It tells how well things are put in order. One is best.", None, False
    ),
    "rmse": PlainMetric("RMSE", "How far off it is. Big misses count more.", None, True),
    "mse": PlainMetric("MSE", "How far off it is. Big misses count a lot more.", None, True),
    "mae": PlainMetric("MAE", "How far off it is most of the time.", None, True),
    "r2": PlainMetric("R2", "How much of the ups and downs it can tell. One is best.", None, False),
}
WORDS = {
    "claim": "A thing that a paper says is true.",
    "data set": "A big list of things to learn from and to test with.",
    "method": "A way to do the job.",
    "paper": "What people write to tell the world what they found.",
    "run": "To let the computer do the test.",
}


def plain_metric(name: str) -> PlainMetric:
    """Return a metric in plain words; one that we do not know is called a score."""
    metric = find_metric(name)
    if metric is not None and metric.key in _METRICS:
        return _METRICS[metric.key]
    is_low_good = None if metric is None else metric.direction.value == "minimize"
    meaning = "A score for the test."
    if is_low_good is not None:
        meaning += " Less is best." if is_low_good else " More is best."
    return PlainMetric(name, meaning, None, is_low_good)
