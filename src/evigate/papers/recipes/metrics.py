"""The metrics a run can measure: how papers call them, how a notebook computes them.

A metric's `kind` decides how it is compared: proportions live between 0 and 1 and may be printed in
per cent; errors and scores are taken in the target's own units.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from evigate.papers.models import Direction


class MetricKind(StrEnum):
    """What sort of number it is."""

    PROPORTION = "proportion"
    SCORE = "score"
    ERROR = "error"


class Counted(StrEnum):
    """Which test examples a proportion is counted over; decides its sampling error."""

    ALL = "all"
    POSITIVES = "positives"
    NEGATIVES = "negatives"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Metric:
    """
    One metric.

    `formula` is a notebook expression over the names that the measuring cell defines. `swapped` is
    the metric that takes this one's value when the two classes change places; None if it is the
    same metric.
    """

    key: str
    title: str
    aliases: tuple[str, ...]
    direction: Direction
    kind: MetricKind
    formula: str
    is_regression: bool = False
    counted: Counted = Counted.NONE
    depends_on_positive: bool = False
    swapped: str | None = None


_UP = Direction.MAXIMIZE
_DOWN = Direction.MINIMIZE
_P = MetricKind.PROPORTION

METRICS: tuple[Metric, ...] = (
    Metric(
        "accuracy",
        "Accuracy",
        (
            "accuracy",
            "acc",
            "test accuracy",
            "classification accuracy",
            "overall accuracy",
            "mean accuracy",
            "average accuracy",
            "correct classification rate",
            "classification rate",
            "success rate",
            "percentage correct",
            "percent correct",
            "top 1 accuracy",
            "training accuracy",
            "train accuracy",
            "testing accuracy",
            "validation accuracy",
        ),
        _UP,
        _P,
        "np.mean(truth == predicted)",
        counted=Counted.ALL,
    ),
    Metric(
        "error_rate",
        "Error rate",
        (
            "error rate",
            "error",
            "test error",
            "test error rate",
            "misclassification rate",
            "misclassification error",
            "classification error",
            "percentage error",
        ),
        _DOWN,
        _P,
        "np.mean(truth != predicted)",
        counted=Counted.ALL,
    ),
    Metric(
        "balanced_accuracy",
        "Balanced accuracy",
        ("balanced accuracy", "average class accuracy"),
        _UP,
        _P,
        "per_class(lambda c: ratio(np.sum((truth == c) & (predicted == c)), np.sum(truth == c)))",
    ),
    Metric(
        "precision",
        "Precision",
        ("precision", "positive predictive value", "ppv"),
        _UP,
        _P,
        "one_or_mean(lambda c: ratio(tp(c), tp(c) + fp(c)))",
        depends_on_positive=True,
        swapped="npv",
    ),
    Metric(
        "npv",
        "Negative predictive value",
        ("npv", "negative predictive value"),
        _UP,
        _P,
        "one_or_mean(lambda c: ratio(tn(c), tn(c) + fn(c)))",
        depends_on_positive=True,
        swapped="precision",
    ),
    Metric(
        "tpr",
        "True positive rate (recall, sensitivity)",
        ("tpr", "true positive rate", "recall", "sensitivity", "hit rate", "detection rate"),
        _UP,
        _P,
        "one_or_mean(lambda c: ratio(tp(c), tp(c) + fn(c)))",
        counted=Counted.POSITIVES,
        depends_on_positive=True,
        swapped="tnr",
    ),
    Metric(
        "tnr",
        "True negative rate (specificity)",
        ("tnr", "true negative rate", "specificity", "selectivity"),
        _UP,
        _P,
        "one_or_mean(lambda c: ratio(tn(c), tn(c) + fp(c)))",
        counted=Counted.NEGATIVES,
        depends_on_positive=True,
        swapped="tpr",
    ),
    Metric(
        "fpr",
        "False positive rate",
        ("fpr", "false positive rate", "false alarm rate", "fall out"),
        _DOWN,
        _P,
        "one_or_mean(lambda c: ratio(fp(c), tn(c) + fp(c)))",
        counted=Counted.NEGATIVES,
        depends_on_positive=True,
        swapped="fnr",
    ),
    Metric(
        "fnr",
        "False negative rate",
        ("fnr", "false negative rate", "miss rate"),
        _DOWN,
        _P,
        "one_or_mean(lambda c: ratio(fn(c), tp(c) + fn(c)))",
        counted=Counted.POSITIVES,
        depends_on_positive=True,
        swapped="fpr",
    ),
    Metric(
        "f1",
        "F1",
        ("f1", "f1 score", "f score", "f measure", "f1 measure", "macro f1", "f 1"),
        _UP,
        _P,
        "one_or_mean(lambda c: ratio(2 * tp(c), 2 * tp(c) + fp(c) + fn(c)))",
        depends_on_positive=True,
    ),
    Metric(
        "auc",
        "Area under the ROC curve",
        ("auc", "auroc", "roc auc", "area under curve", "area under the roc curve", "auc roc"),
        _UP,
        _P,
        "area_under_curve()",
    ),
    Metric(
        "mcc",
        "Matthews correlation coefficient",
        ("mcc", "matthews correlation coefficient", "matthews correlation"),
        _UP,
        MetricKind.SCORE,
        "matthews_corrcoef(truth, predicted)",
    ),
    Metric(
        "kappa",
        "Cohen's kappa",
        ("kappa", "cohen's kappa", "cohens kappa", "kappa statistic"),
        _UP,
        MetricKind.SCORE,
        "cohen_kappa_score(truth, predicted)",
    ),
    Metric(
        "mse",
        "Mean squared error",
        ("mse", "mean squared error", "mean square error", "test mse"),
        _DOWN,
        MetricKind.ERROR,
        "np.mean((truth - predicted) ** 2)",
        is_regression=True,
    ),
    Metric(
        "rmse",
        "Root mean squared error",
        ("rmse", "root mean squared error", "root mean square error"),
        _DOWN,
        MetricKind.ERROR,
        "np.sqrt(np.mean((truth - predicted) ** 2))",
        is_regression=True,
    ),
    Metric(
        "mae",
        "Mean absolute error",
        ("mae", "mean absolute error"),
        _DOWN,
        MetricKind.ERROR,
        "np.mean(np.abs(truth - predicted))",
        is_regression=True,
    ),
    Metric(
        "r2",
        "Coefficient of determination",
        ("r2", "r 2", "r squared", "r^2", "r²", "coefficient of determination"),
        _UP,
        MetricKind.SCORE,
        "1 - np.sum((truth - predicted) ** 2) / np.sum((truth - truth.mean(axis=0)) ** 2)",
        is_regression=True,
    ),
)

_BY_KEY = {metric.key: metric for metric in METRICS}
_BY_ALIAS = {
    re.sub(r"[^a-z0-9²]", "", alias): metric for metric in METRICS for alias in metric.aliases
}
_DECORATION = re.compile(
    r"\((?:%|in %|mean|avg\.?|test|[a-z]{2,4})\)|\[[^\]]*\]|%|[↑↓]|\b(?:mean|average|avg|overall"
    r"|test(?:ing)?|score|value)\b"
)


def find_metric(name: str) -> Metric | None:
    """
    Return the metric that a paper's name stands for, or None.

    Case, units in brackets, arrows and words such as "test" or "mean" are ignored; a metric's own
    key is also a name. "Data points", "epochs" and times are no metrics.
    """
    lower = name.lower().replace("_", " ").strip()
    if lower.replace(" ", "_") in _BY_KEY:
        return _BY_KEY[lower.replace(" ", "_")]
    for form in (lower, re.sub(r"\([^)]*\)", " ", lower), _DECORATION.sub(" ", lower)):
        found = _BY_ALIAS.get(re.sub(r"[^a-z0-9²]", "", form))
        if found is not None:
            return found
    return None
