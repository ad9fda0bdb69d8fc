"""From a method's name as printed to a recipe, or to a reason a person can act on.

The longest known alias in the name is taken out; what is left must be words that modify the method
(a kernel, a norm, a number) or that say nothing ("classifier", "our"). A word left over means a
variant that no recipe implements, and the method is skipped: "CNN-SVM" is not an SVM.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from evigate.papers.datasets import DataKind, Task
from evigate.papers.recipes.models import SettingValue

# Family, then the names that papers use for it; written as normalised words.
_FAMILIES: Mapping[str, tuple[str, ...]] = {
    "knn": (
        "k nearest neighbors",
        "k nearest neighbor",
        "nearest neighbors",
        "nearest neighbor",
        "knn",
        "k nn",
        "nn",
        "k neighbors",
        "instance based learner",
        "ibk",
    ),
    "softmax": (
        "softmax regression",
        "multinomial logistic regression",
        "multinomial logistic",
        "multinomial regression",
        "softmax classifier",
        "maximum entropy",
        "maxent",
        "softmax",
    ),
    "logistic": ("logistic regression", "logistic", "logit", "logreg"),
    "linear_regression": (
        "linear regression",
        "multiple linear regression",
        "ordinary least squares",
        "least squares regression",
        "least squares",
        "ols",
    ),
    "mlp": (
        "multilayer perceptron",
        "multi layer perceptron",
        "multilayer perceptrons",
        "mlp",
        "feedforward neural network",
        "feed forward neural network",
        "artificial neural network",
        "neural network",
        "back propagation neural network",
        "bpnn",
        "ann",
        "fully connected network",
    ),
    "svm": (
        "support vector machine",
        "support vector machines",
        "support vector classifier",
        "support vector classification",
        "svm",
        "svms",
        "svc",
        "smo",
        "sequential minimal optimization",
        "linearsvc",
    ),
    "svr": ("support vector regression", "support vector regressor", "svr"),
    "nbsvm": ("nbsvm", "nb svm", "naive bayes svm"),
    "resnet": (
        "small resnet",
        "small residual network",
        "resnet 8",
        "resnet 14",
        "resnet 20",
        "resnet",
        "residual network",
    ),
    "text_cnn": ("cnn rand", "textcnn", "text cnn", "kim cnn", "cnn random embeddings"),
    "fasttext": ("fasttext", "fast text"),
    "dtw": (
        "dtw",
        "nn dtw",
        "dynamic time warping",
        "nearest neighbor dtw",
        "nearest neighbor dynamic time warping",
    ),
    "gcn": ("gcn", "gcns", "graph convolutional network", "graph convolutional networks"),
    "logit": ("logit model", "logit regression", "probit", "probit model", "probit regression"),
    "glm": ("generalized linear model", "glm", "poisson regression", "poisson glm"),
    "quantile": (
        "quantile regression",
        "median regression",
        "least absolute deviations",
        "lad regression",
        "quantreg",
    ),
    "cox": (
        "cox proportional hazards",
        "cox proportional hazards model",
        "cox regression",
        "cox model",
        "proportional hazards",
        "cox ph",
        "cox",
    ),
    "lars": ("least angle regression", "lars", "lar"),
    "clustering": (
        "k means",
        "k means clustering",
        "kmeans",
        "ward",
        "ward clustering",
        "hierarchical clustering",
        "agglomerative clustering",
        "average linkage",
        "gaussian mixture",
        "gaussian mixture model",
        "gmm",
    ),
    "pca": ("principal component analysis", "principal components", "pca"),
    "streaks": (
        "streak enumeration",
        "hot hand",
        "streak selection",
        "proportion of heads after heads",
        "heads after heads",
        "enumeration",
    ),
    "gru_svm": ("gru svm", "gated recurrent unit support vector machine"),
    "naive_bayes": (
        "naive bayes",
        "naive bayesian",
        "nb",
        "mnb",
        "multinomial naive bayes",
        "multinomial nb",
    ),
    "tree": (
        "decision tree",
        "decision trees",
        "decision tree j48",
        "classification tree",
        "regression tree",
        "cart",
        "c4 5",
        "j48",
        "id3",
        "dt",
    ),
    "random_forest": ("random forest", "random forests", "rf"),
    "extra_trees": (
        "extremely randomized trees",
        "extra trees",
        "extratrees",
        "extremely randomised trees",
    ),
    "gradient_boosting": (
        "gradient boosting",
        "gradient boosted trees",
        "gradient boosting decision tree",
        "gradient boosting machine",
        "gradient tree boosting",
        "gbdt",
        "gbm",
        "gbt",
        "gbrt",
    ),
    "adaboost": ("adaboost", "ada boost", "adaptive boosting", "adaboost m1"),
    "bagging": ("bagging", "bootstrap aggregating", "bagged trees"),
    "lda": (
        "linear discriminant analysis",
        "linear discriminant",
        "fisher discriminant",
        "fisher linear discriminant",
        "lda",
    ),
    "qda": ("quadratic discriminant analysis", "quadratic discriminant", "qda"),
    "nearest_centroid": ("nearest centroid", "nearest mean", "minimum distance to mean"),
    "ridge": ("ridge regression", "ridge", "tikhonov regularization"),
    "lasso": ("lasso", "lasso regression"),
    "elastic_net": ("elastic net", "elasticnet"),
    "perceptron": ("perceptron", "rosenblatt perceptron"),
    "gaussian_process": ("gaussian process", "gaussian processes", "gpc"),
}

_FILLER_WORDS = """
    a an the our ours proposed this paper work with of using and by via based trained standard
    plain classifier classifiers classification regression regressor algorithm algorithms model
    models method methods approach search baseline kernel norm distance function machine
    activation learning analysis single simple basic default sklearn scikit learn weka python k
    n architecture hidden layer layers nodes units tree trees neighbors neighbor
"""
_FILLERS = frozenset(_FILLER_WORDS.split())

# What a word beside the alias says of the settings, by family.
_DISTANCES: Mapping[str, Mapping[str, SettingValue]] = {
    "l1": {"metric": "manhattan"},
    "manhattan": {"metric": "manhattan"},
    "cityblock": {"metric": "manhattan"},
    "l2": {"metric": "euclidean"},
    "euclidean": {"metric": "euclidean"},
    "cosine": {"metric": "cosine"},
    "chebyshev": {"metric": "chebyshev"},
    "weighted": {"weights": "distance"},
}
_KERNELS: Mapping[str, Mapping[str, SettingValue]] = {
    "linear": {"kernel": "linear"},
    "rbf": {"kernel": "rbf"},
    "gaussian": {"kernel": "rbf"},
    "radial": {"kernel": "rbf"},
    "basis": {},
    "polynomial": {"kernel": "poly"},
    "poly": {"kernel": "poly"},
    "sigmoid": {"kernel": "sigmoid"},
    "l2": {"loss": "squared_hinge"},
    "c": {},
}
_MODIFIERS: Mapping[str, Mapping[str, Mapping[str, SettingValue]]] = {
    "knn": _DISTANCES,
    "svm": _KERNELS,
    "svr": _KERNELS,
    "naive_bayes": {
        "gaussian": {"variant": "gaussian"},
        "multinomial": {"variant": "multinomial"},
        "bernoulli": {"variant": "bernoulli"},
    },
    "mlp": {
        "relu": {"activation": "relu"},
        "tanh": {"activation": "tanh"},
        "sigmoid": {"activation": "sigmoid"},
        "mlp": {},
    },
    "linear_regression": {"ols": {}, "multiple": {}},
    "tree": {"gini": {"criterion": "gini"}, "entropy": {"criterion": "entropy"}},
    "lda": {"fisher": {}, "fisher's": {}},
    "logit": {"probit": {"link": "probit"}, "logit": {}},
    "logistic": {"multinomial": {}, "binary": {}, "l2": {}, "logit": {}},
    "glm": {"poisson": {}, "binomial": {"family": "binomial"}, "gamma": {"family": "gamma"}},
    "quantile": {"median": {}},
    "cox": {"ph": {}, "efron": {}, "ties": {}, "hazard": {}, "hazards": {}, "proportional": {}},
    "dtw": {"full": {}, "window": {}, "unconstrained": {}, "1nn": {}},
    "pca": {"component": {}, "components": {}},
    "lars": {"lar": {}},
}
_TEXT_WORDS: Mapping[str, Mapping[str, SettingValue]] = {
    "uni": {"ngrams": 1},
    "unigram": {"ngrams": 1},
    "unigrams": {"ngrams": 1},
    "bi": {"ngrams": 2},
    "bigram": {"ngrams": 2},
    "bigrams": {"ngrams": 2},
    "tri": {"ngrams": 3},
    "trigrams": {"ngrams": 3},
    "binarized": {"counting": "binary"},
    "binary": {"counting": "binary"},
    "multinomial": {},
    "linear": {},
    "tfidf": {"counting": "tfidf"},
    "bow": {},
    "bag": {},
    "words": {},
}

_RECIPES: Mapping[tuple[str, Task], str] = {
    ("knn", Task.CLASSIFICATION): "nearest_neighbours",
    ("knn", Task.REGRESSION): "nearest_neighbours_regressor",
    ("softmax", Task.CLASSIFICATION): "softmax_regression",
    ("logistic", Task.CLASSIFICATION): "logistic_regression",
    ("linear_regression", Task.CLASSIFICATION): "linear_regression_classifier",
    ("linear_regression", Task.REGRESSION): "ordinary_least_squares",
    ("mlp", Task.CLASSIFICATION): "multilayer_perceptron",
    ("mlp", Task.REGRESSION): "multilayer_perceptron_regressor",
    ("svm", Task.CLASSIFICATION): "kernel_svm",
    ("svm", Task.REGRESSION): "support_vector_regressor",
    ("svr", Task.REGRESSION): "support_vector_regressor",
    ("gru_svm", Task.CLASSIFICATION): "gru_svm",
    ("resnet", Task.CLASSIFICATION): "small_resnet",
    ("naive_bayes", Task.CLASSIFICATION): "gaussian_naive_bayes",
    ("tree", Task.CLASSIFICATION): "decision_tree",
    ("tree", Task.REGRESSION): "decision_tree_regressor",
    ("random_forest", Task.CLASSIFICATION): "random_forest",
    ("random_forest", Task.REGRESSION): "random_forest_regressor",
    ("extra_trees", Task.CLASSIFICATION): "extra_trees",
    ("gradient_boosting", Task.CLASSIFICATION): "gradient_boosting",
    ("gradient_boosting", Task.REGRESSION): "gradient_boosting_regressor",
    ("adaboost", Task.CLASSIFICATION): "adaboost",
    ("bagging", Task.CLASSIFICATION): "bagging",
    ("lda", Task.CLASSIFICATION): "linear_discriminant",
    ("qda", Task.CLASSIFICATION): "quadratic_discriminant",
    ("nearest_centroid", Task.CLASSIFICATION): "nearest_centroid",
    ("ridge", Task.CLASSIFICATION): "ridge_classifier",
    ("ridge", Task.REGRESSION): "ridge",
    ("lasso", Task.REGRESSION): "lasso",
    ("elastic_net", Task.REGRESSION): "elastic_net",
    ("perceptron", Task.CLASSIFICATION): "perceptron",
    ("gaussian_process", Task.CLASSIFICATION): "gaussian_process",
}

_TEXT_RECIPES: Mapping[str, str] = {
    "naive_bayes": "text_naive_bayes",
    "svm": "text_linear_svm",
    "nbsvm": "text_nbsvm",
    "text_cnn": "text_cnn",
    "fasttext": "text_embedding_bag",
    "logistic": "text_logistic_regression",
    "softmax": "text_logistic_regression",
}
_ESTIMATES: Mapping[str, str] = {
    "linear_regression": "ols_estimate",
    "logistic": "logit_estimate",
    "logit": "logit_estimate",
    "glm": "glm_estimate",
    "quantile": "quantile_estimate",
    "cox": "cox_estimate",
    "lars": "lars_entry",
    "clustering": "clustering",
    "pca": "principal_components",
    "streaks": "streak_enumeration",
}
# Families that only estimate: their claims are of quantities whatever the metric is called.
_ONLY_ESTIMATES = frozenset(set(_ESTIMATES) - {"linear_regression", "logistic"})

# What an alias itself says: the nearest neighbor is one, and C4.5 splits by information gain.
_IMPLIED: Mapping[str, Mapping[str, SettingValue]] = {
    "nn": {"n_neighbors": 1},
    "nearest neighbor": {"n_neighbors": 1},
    "nearest neighbors": {"n_neighbors": 1},
    "j48": {"criterion": "entropy"},
    "decision tree j48": {"criterion": "entropy"},
    "c4 5": {"criterion": "entropy"},
    "id3": {"criterion": "entropy"},
    "resnet 8": {"blocks": 1},
    "resnet 14": {"blocks": 2},
    "resnet 20": {"blocks": 3},
    "mnb": {"variant": "multinomial"},
    "multinomial naive bayes": {"variant": "multinomial"},
    "multinomial nb": {"variant": "multinomial"},
    "probit": {"link": "probit"},
    "probit model": {"link": "probit"},
    "probit regression": {"link": "probit"},
    "ward": {"method": "ward"},
    "ward clustering": {"method": "ward"},
    "hierarchical clustering": {"method": "ward"},
    "agglomerative clustering": {"method": "ward"},
    "average linkage": {"method": "average"},
    "gaussian mixture": {"method": "gaussian_mixture"},
    "gaussian mixture model": {"method": "gaussian_mixture"},
    "gmm": {"method": "gaussian_mixture"},
}

_ALIASES: tuple[tuple[tuple[str, ...], str], ...] = tuple(
    sorted(
        ((tuple(alias.split()), family) for family, names in _FAMILIES.items() for alias in names),
        key=lambda item: -len(item[0]),
    )
)


@dataclass(frozen=True, slots=True)
class MethodMatch:
    """What a method's name means: its recipe and the settings the name itself gives.

    `recipe` is None if there is none, and `reason` then says why and what would help.
    """

    name: str
    family: str | None
    recipe: str | None
    settings: Mapping[str, SettingValue] = field(default_factory=dict)
    reason: str = ""


def method_words(name: str) -> list[str]:
    """Return a method's name as plain lower-case words: no citations, hyphens, British spelling."""
    plain = re.sub(r"\[[^\]]*\]|[†‡*∗]", " ", name.lower())
    plain = plain.replace("neighbour", "neighbor").replace("naïve", "naive")
    plain = re.sub(r"\b(\d+)\s*-?\s*(nn|nearest)\b", r"k=\1 \2", plain)
    letters = "k|c|σ|sigma|gamma|γ|n|p|q|tau|alpha|α|beta|β"
    plain = re.sub(rf"\b({letters})\s*=\s*([\d.e-]+)", r" \1=\2 ", plain)
    plain = re.sub(r"(?<=\d)\s*[-–−]\s*(?=\d)", "_", plain)
    return re.sub(r"[^\w=.']+", " ", plain.replace(".", " ") if "=" not in plain else plain).split()


def _find_alias(words: list[str]) -> tuple[str, int, int] | None:
    for alias, family in _ALIASES:
        size = len(alias)
        for start in range(len(words) - size + 1):
            if tuple(words[start : start + size]) == alias:
                return family, start, start + size
    return None


def _assignments(word: str, family: str) -> dict[str, SettingValue] | None:
    """Read "k=5", "c=10" or "500_500_500"; None if the word is no such thing."""
    hidden = re.fullmatch(r"\d+(?:_\d+)+", word)
    if hidden and family == "mlp":
        return {"hidden_layers": tuple(int(part) for part in word.split("_"))}
    pair = re.fullmatch(r"(k|c|σ|sigma|gamma|γ|n|p|q|tau|α|alpha|beta|β)=([\d.]+(?:e-?\d+)?)", word)
    if pair is None:
        return None
    name, value = pair[1], float(pair[2])
    special = _FAMILY_LETTERS.get((family, name))
    if special is not None:
        return {special: int(value) if special in ("flips", "streak", "clusters") else value}
    if name not in ("k", "c", "σ", "sigma", "gamma", "γ"):
        return None
    if name == "k":
        return {"n_neighbors": int(value)}
    if name == "c":
        return {"C": value}
    return {"gamma": value if name in ("gamma", "γ") else 1 / (2 * value * value)}


_FAMILY_LETTERS: Mapping[tuple[str, str], str] = {
    ("streaks", "n"): "flips",
    ("streaks", "k"): "streak",
    ("streaks", "p"): "chance",
    ("quantile", "q"): "quantile",
    ("quantile", "tau"): "quantile",
    ("clustering", "k"): "clusters",
    ("naive_bayes", "alpha"): "alpha",
    ("naive_bayes", "α"): "alpha",
    ("nbsvm", "alpha"): "alpha",
    ("nbsvm", "beta"): "beta",
    ("nbsvm", "β"): "beta",
}


def _is_same_method_twice(words: list[str], family: str) -> bool:
    """Whether the words are another name of the family: "(SVM)" after "support vector machine"."""
    return any(tuple(words) == alias for alias, other in _ALIASES if other == family)


def _recipe_of(
    family: str, task: Task, settings: dict[str, SettingValue], kind: DataKind, *, estimates: bool
) -> str | None:
    variant = settings.pop("variant", None)
    if (estimates or family in _ONLY_ESTIMATES) and kind in (DataKind.TABLE, DataKind.NOTHING):
        return _ESTIMATES.get(family)
    if kind is DataKind.TEXT:
        return _TEXT_RECIPES.get(family)
    if kind is DataKind.GRAPH:
        return "graph_convolution" if family == "gcn" else None
    if family == "dtw":
        return "nearest_warped" if kind is DataKind.SERIES else None
    if family == "naive_bayes" and variant in ("multinomial", "bernoulli"):
        return f"{variant}_naive_bayes"
    if family == "svm" and task is Task.CLASSIFICATION and settings.get("kernel") == "linear":
        settings.pop("kernel")
        return "linear_svm"
    return _RECIPES.get((family, task))


def match_method(
    name: str,
    task: Task,
    *,
    expansions: Mapping[str, str] | None = None,
    kind: DataKind = DataKind.TABLE,
    estimates: bool = False,
) -> MethodMatch:
    """
    Find the recipe that a method's printed name stands for.

    Args:
        name: as printed; citations, case and hyphens do not matter.
        task: what the data set asks for; "linear regression" is a classifier on classes.
        kind: what the data are; naive Bayes on texts counts words.
        estimates: the claim is of a quantity such as a coefficient, not of predictions.
        expansions: abbreviations that the paper itself defines ("NN": "nearest neighbor").

    Returns:
        A match with a recipe and the settings in the name; or without one, and a reason. An
        abbreviation that the paper defines is read as the paper defines it, unless that leads
        nowhere and the abbreviation is part of a longer name: "CNN-rand". "L2" beside a support
        vector machine is kept as the setting `loss`, for the caller to choose the recipe by.
    """
    printed = words = method_words(name)
    meanings = {key.lower(): value for key, value in (expansions or {}).items()}
    words = [
        part
        for word in words
        for part in (method_words(meanings[word]) if word in meanings else [word])
    ]
    found = _find_alias(words)
    as_printed = _find_alias(printed)
    if found is None and as_printed is not None and as_printed[2] - as_printed[1] > 1:
        words, found = printed, as_printed
    if found is None:
        reason = f"no recipe is known for {name!r}"
        return MethodMatch(name, None, None, reason=reason)
    family, start, end = found
    is_plural = "k" in words[:start]
    settings = {} if is_plural else dict(_IMPLIED.get(" ".join(words[start:end]), {}))
    rest: list[str] = []
    for word in words[:start] + words[end:]:
        given = _assignments(word, family)
        modifier = _MODIFIERS.get(family, {}).get(word)
        if kind is DataKind.TEXT:
            modifier = _TEXT_WORDS.get(word, modifier)
        if given is not None:
            settings.update(given)
        elif modifier is not None:
            settings.update(modifier)
        elif word not in _FILLERS:
            rest.append(word)
    if rest and not _is_same_method_twice(rest, family):
        reason = f"{name!r} holds {' '.join(rest)!r}, which no recipe implements"
        return MethodMatch(name, family, None, reason=reason)
    recipe = _recipe_of(family, task, settings, kind, estimates=estimates)
    if recipe is None:
        what = task.value if kind is DataKind.TABLE else f"{task.value} on {_KIND_WORDS[kind]}"
        return MethodMatch(name, family, None, reason=f"no recipe runs {name!r} for {what}")
    return MethodMatch(name, family, recipe, settings)


_KIND_WORDS: Mapping[DataKind, str] = {
    DataKind.TEXT: "texts",
    DataKind.SERIES: "time series",
    DataKind.GRAPH: "a graph",
    DataKind.NOTHING: "no data",
    DataKind.TABLE: "a table",
}


def family_aliases(family: str) -> tuple[str, ...]:
    """Return the names that papers use for a family, longest first."""
    return tuple(" ".join(alias) for alias, other in _ALIASES if other == family)


def find_family(name: str) -> str | None:
    """Return the family of the longest alias in a name, or None."""
    found = _find_alias(method_words(name))
    return found[0] if found else None
