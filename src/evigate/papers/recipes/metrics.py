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
    is_quantity: bool = False
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


_OF = r"\s*(?:of|for|on|at|:|\(|\[)?\s*(?:the\s+)?"
_ORDINALS = {"first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5"}
# Name of the quantity, its title, its kind, and how papers write it before the column's name.
_COLUMN_QUANTITIES = (
    ("standard_error", "Standard error", r"(?:standard|std\.?)\s+error"),
    ("p_value", "p-value", r"p[- ]?value"),
    ("statistic", "Test statistic", r"(?:t|z)[- ]?(?:statistic|value|ratio|score)"),
    ("odds_ratio", "Odds ratio", r"odds\s+ratio"),
    ("hazard_ratio", "Hazard ratio", r"hazards?\s+ratio"),
    ("coefficient", "Coefficient", r"(?:coefficient|coef\.?|estimate|effect|beta|slope)"),
    (
        "entry",
        "Column entering",
        r"(?:column|covariate|variable|predictor)\s+entering(?:\s+at)?(?:\s+step)?|entry(?:\s+order)?(?:\s+step)?",
    ),
    ("position", "Place of entry", r"(?:entry\s+position|position|place)"),
    (
        "cumulative_variance",
        "Cumulative explained variance",
        r"cumulative\s+(?:explained\s+)?variance(?:\s+ratio)?(?:\s+explained)?(?:\s+(?:of|by))?(?:\s+components?)?",
    ),
    (
        "explained_variance",
        "Explained variance",
        r"(?:explained\s+variance|variance\s+explained)(?:\s+ratio)?(?:\s+(?:of|by))?(?:\s+(?:the\s+)?(?:principal\s+)?(?:component|pc))?",
    ),
)
_PLAIN_QUANTITIES = (
    ("log_likelihood", "Log-likelihood", r"(?:partial\s+)?log[- ]?lik(?:elihood)?|logl"),
    ("adjusted_r2", "Adjusted R2", r"adj(?:usted|\.)?\s+r[- ]?(?:squared|2|²|\^2)"),
    ("pseudo_r2", "Pseudo R2", r"(?:mcfadden'?s?\s+)?pseudo[- ]?r[- ]?(?:squared|2|²|\^2)"),
    ("f_statistic", "F statistic", r"f[- ]?(?:statistic|value)"),
    (
        "residual_standard_error",
        "Residual standard error",
        r"residual\s+(?:standard\s+error|std\.?\s*dev\w*|standard\s+deviation)",
    ),
    ("aic", "AIC", r"aic|akaike\s+information\s+criterion"),
    ("bic", "BIC", r"bic|bayesian\s+information\s+criterion"),
    ("deviance", "Deviance", r"(?:residual\s+)?deviance"),
    ("concordance", "Concordance", r"concordance(?:\s+index)?|c[- ]index"),
    ("slope", "Slope", r"slope"),
    ("coefficient:const", "Intercept", r"intercept|constant(?:\s+term)?|const"),
    ("adjusted_rand_index", "Adjusted Rand index", r"adjusted\s+rand(?:\s+(?:index|score))?|ari"),
    (
        "normalized_mutual_information",
        "Normalised mutual information",
        r"normali[sz]ed\s+mutual\s+info(?:rmation)?|nmi",
    ),
    ("purity", "Purity", r"(?:cluster(?:ing)?\s+)?purity"),
    ("clustering_accuracy", "Clustering accuracy", r"cluster(?:ing)?\s+acc(?:uracy)?"),
    ("silhouette", "Silhouette", r"silhouette(?:\s+(?:score|coefficient|width))?"),
    ("inertia", "Inertia", r"inertia|within[- ]cluster\s+sum\s+of\s+squares|wcss"),
    (
        "expected_proportion",
        "Expected proportion",
        r"expected\s+(?:proportion|share|fraction|relative\s+frequency)(?:\s+of\s+.*)?",
    ),
    ("expected_difference", "Expected difference", r"expected\s+difference(?:\s+in\s+.*)?"),
)
_PROPORTIONS = frozenset(
    {"explained_variance", "cumulative_variance", "purity", "clustering_accuracy", "concordance"}
    | {"expected_proportion", "expected_difference"}
)
_MINIMIZED = frozenset({"aic", "bic", "deviance", "inertia", "residual_standard_error"})


def _quantity(key: str, title: str) -> Metric:
    name = key.partition(":")[0]
    return Metric(
        key,
        title,
        (),
        _DOWN if name in _MINIMIZED else _UP,
        _P if name in _PROPORTIONS else MetricKind.SCORE,
        "",
        is_quantity=True,
    )


def find_quantity(name: str) -> Metric | None:
    """
    Return what an estimate says under a paper's name, or None: "coefficient of GPA", "log-lik".

    Its key is a quantity's name in estimate_code: "coefficient:gpa". A key is also a name.
    """
    lower = " ".join(name.lower().replace("–", "-").split())
    head, _, rest = lower.partition(":")
    titles = {key: title for key, title, _ in (*_COLUMN_QUANTITIES, *_PLAIN_QUANTITIES)}
    if lower in titles or (rest and head in titles and " " not in lower):
        return _quantity(lower, f"{titles[head]} {rest}".strip() if rest else titles[lower])
    for key, title, pattern in _PLAIN_QUANTITIES:
        if re.fullmatch(rf"(?:{pattern})(?:\s*\(\w+\))?", lower):
            return _quantity(key, title)
    for key, title, pattern in _COLUMN_QUANTITIES:
        match = re.fullmatch(rf"(?:{pattern}){_OF}([\w .%/-]+?)\s*[\])]?", lower)
        if match:
            column = re.sub(r"[^a-z0-9_]+", "_", match[1]).strip("_")
            column = {"constant": "const", "intercept": "const", **_ORDINALS}.get(column, column)
            return _quantity(f"{key}:{column}", f"{title} of {match[1]}")
        for word, number in _ORDINALS.items() if "variance" in key else ():
            if re.search(rf"\b{word}\b.*component", lower) and re.search(key.split("_")[0], lower):
                return _quantity(f"{key}:{number}", f"{title} of component {number}")
    return None


def find_metric(name: str) -> Metric | None:
    """
    Return the metric that a paper's name stands for, or None.

    Case, units in brackets, arrows and words such as "test" or "mean" are ignored; a metric's own
    key is also a name. "Data points", "epochs" and times are no metrics.
    """
    lower = name.lower().replace("_", " ").strip()
    if lower.replace(" ", "_") in _BY_KEY:
        return _BY_KEY[lower.replace(" ", "_")]
    quantity = find_quantity(name)
    if quantity is not None:
        return quantity
    for form in (lower, re.sub(r"\([^)]*\)", " ", lower), _DECORATION.sub(" ", lower)):
        found = _BY_ALIAS.get(re.sub(r"[^a-z0-9²]", "", form))
        if found is not None:
            return found
    return None
