"""Recipes beyond tables of features: texts, time series, graphs, and methods that estimate."""

from collections.abc import Callable, Mapping

from evigate.papers.datasets import DataKind, Task
from evigate.papers.recipes import estimate_code, graph_code, series_code, text_code, torch_code
from evigate.papers.recipes.models import FitSize, Recipe, Setting, SettingValue

_TEXT = frozenset({DataKind.TEXT})
_DEFAULT = "the default of scikit-learn"
Settings = Mapping[str, SettingValue]

_WORDS = (
    Setting("ngrams", 1, "single words, unless the method's name says more"),
    Setting("counting", "binary", "whether a word is there; usual for sentences"),
)
_COUNT_WORDS = "from sklearn.feature_extraction.text import CountVectorizer"
_NORMALIZE = "from sklearn.preprocessing import normalize"


def _text_cost(microseconds: float) -> Callable[[FitSize, Settings], float]:
    return lambda size, settings: 0.02 + microseconds * 1e-6 * size.rows


def _text(
    name: str, title: str, code: str, imports: tuple[str, ...], cost: float, *settings: Setting
) -> Recipe:
    return Recipe(
        name=name,
        title=title,
        task=Task.CLASSIFICATION,
        code=code.strip(),
        imports=(_COUNT_WORDS, _NORMALIZE, *imports),
        settings=(*_WORDS, *settings),
        fit_s=_text_cost(cost),
        kinds=_TEXT,
        shared=("bag_of_words",),
    )


_LINEAR_SVC = "from sklearn.svm import LinearSVC"

TEXT_RECIPES = (
    _text(
        "text_naive_bayes",
        "Multinomial naive Bayes on words",
        text_code.TEXT_NAIVE_BAYES,
        ("from sklearn.naive_bayes import MultinomialNB",),
        10,
        Setting("alpha", 1.0, _DEFAULT),
    ),
    _text(
        "text_linear_svm",
        "Linear support vector machine on words",
        text_code.TEXT_LINEAR_SVM,
        (_LINEAR_SVC,),
        60,
        Setting("C", 1.0, _DEFAULT),
    ),
    _text(
        "text_nbsvm",
        "Linear SVM on naive Bayes log-count ratios (NBSVM)",
        text_code.TEXT_NBSVM,
        (_LINEAR_SVC,),
        60,
        Setting("alpha", 1.0, "the choice of the method's authors"),
        Setting("C", 1.0, "the choice of the method's authors"),
        Setting("beta", 0.25, "the choice of the method's authors"),
    ),
    _text(
        "text_logistic_regression",
        "Logistic regression on words",
        text_code.TEXT_LOGISTIC,
        ("from sklearn.linear_model import LogisticRegression",),
        150,
        Setting("C", 1.0, _DEFAULT),
    ),
)


def _warping_cost(size: FitSize, settings: Settings) -> float:
    """Seconds to compare as many series again with all of them: 5e8 cells a second."""
    return 0.05 + 2e-9 * size.rows * size.rows * size.features**2


NEAREST_WARPED = Recipe(
    name="nearest_warped",
    title="Nearest neighbours under dynamic time warping",
    task=Task.CLASSIFICATION,
    code=series_code.NEAREST_WARPED.strip(),
    imports=(),
    settings=(
        Setting("n_neighbors", 1, "one neighbour is usual under warping"),
        Setting("window", None, "no window, as the archive's first column of results has it"),
    ),
    fit_s=_warping_cost,
    kinds=frozenset({DataKind.SERIES}),
)

GRAPH_CONVOLUTION = Recipe(
    name="graph_convolution",
    title="Graph convolutional network",
    task=Task.CLASSIFICATION,
    code=graph_code.GCN.strip(),
    imports=("from scipy.sparse import csr_matrix, diags",),
    settings=(
        Setting("hidden_units", 16, "the choice of the method's authors"),
        Setting("dropout", 0.5, "the choice of the method's authors"),
        Setting("weight_decay", 5e-4, "the choice of the method's authors"),
        Setting("learning_rate", 0.01, "the choice of the method's authors"),
        Setting("epochs", 200, "the choice of the method's authors"),
        Setting("patience", 10, "the choice of the method's authors"),
    ),
    fit_s=lambda size, settings: 4.0,
    is_seeded=True,
    kinds=frozenset({DataKind.GRAPH}),
    shared=("training",),
)


def _estimate(
    name: str,
    title: str,
    code: str,
    imports: tuple[str, ...],
    *settings: Setting,
    packages: tuple[str, ...] = (),
    kinds: frozenset[DataKind] = frozenset({DataKind.TABLE}),
    is_seeded: bool = False,
) -> Recipe:
    return Recipe(
        name=name,
        title=title,
        task=Task.ESTIMATION,
        code=code.strip(),
        imports=("import re", *imports),
        settings=settings,
        fit_s=lambda size, _: 0.2 + 1e-5 * size.rows,
        is_seeded=is_seeded,
        kinds=kinds,
        shared=("estimates",),
        packages=packages,
        extra="stats" if packages else None,
    )


_SM = ("import statsmodels.api as sm",)
_STATSMODELS = ("statsmodels",)

ESTIMATES = (
    _estimate(
        "ols_estimate",
        "Linear regression by ordinary least squares, its coefficients",
        estimate_code.OLS,
        _SM,
        packages=_STATSMODELS,
    ),
    _estimate(
        "logit_estimate",
        "Logit or probit regression, its coefficients",
        estimate_code.LOGIT,
        _SM,
        Setting("link", "logit", "the usual link for two outcomes"),
        packages=_STATSMODELS,
    ),
    _estimate(
        "glm_estimate",
        "Generalised linear model, its coefficients",
        estimate_code.GLM,
        _SM,
        Setting("family", "poisson", "the usual family for counts"),
        packages=_STATSMODELS,
    ),
    _estimate(
        "quantile_estimate",
        "Quantile regression, its coefficients",
        estimate_code.QUANTILE,
        _SM,
        Setting("quantile", 0.5, "the median"),
        packages=_STATSMODELS,
    ),
    _estimate(
        "cox_estimate",
        "Cox proportional hazards, its coefficients",
        estimate_code.COX,
        ("import pandas as pd", "from lifelines import CoxPHFitter"),
        packages=("lifelines",),
    ),
    _estimate(
        "lars_entry",
        "Least angle regression, the order in which columns enter",
        estimate_code.LARS,
        ("from sklearn.linear_model import lars_path",),
    ),
    _estimate(
        "clustering",
        "Clustering of all rows",
        estimate_code.CLUSTERING,
        (
            "from scipy.optimize import linear_sum_assignment",
            "from sklearn.cluster import AgglomerativeClustering, KMeans",
            "from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score",
            "from sklearn.metrics import silhouette_score",
            "from sklearn.mixture import GaussianMixture",
        ),
        Setting("method", "k_means", "the usual first choice"),
        Setting("clusters", None, "as many as the set has classes"),
        is_seeded=True,
    ),
    _estimate(
        "principal_components",
        "Principal components, the variance they explain",
        estimate_code.PCA,
        ("from sklearn.decomposition import PCA as SklearnPCA",),
    ),
    _estimate(
        "streak_enumeration",
        "All sequences of trials, enumerated",
        estimate_code.ENUMERATION,
        ("import itertools",),
        Setting("flips", 4, "no number of trials is named"),
        Setting("streak", 1, "right after one success"),
        Setting("chance", 0.5, "a fair coin"),
        kinds=frozenset({DataKind.NOTHING}),
    ),
)


def _torch(
    name: str,
    title: str,
    code: str,
    imports: tuple[str, ...],
    milliseconds: float,
    *settings: Setting,
    kinds: frozenset[DataKind] = _TEXT,
) -> Recipe:
    """A network whose cost is `milliseconds` a row and epoch."""

    def cost(size: FitSize, given: Settings) -> float:
        epochs = given.get("epochs")
        return 1e-3 * milliseconds * size.rows * (epochs if isinstance(epochs, int) else 1)

    return Recipe(
        name=name,
        title=title,
        task=Task.CLASSIFICATION,
        code=code.strip(),
        imports=("import torch", *imports),
        settings=settings,
        fit_s=cost,
        is_seeded=True,
        kinds=kinds,
        packages=("torch",),
        extra="torch",
    )


_AUTHORS = "the choice of the method's authors"

TORCH_RECIPES = (
    _torch(
        "text_cnn",
        "Convolutional network on word embeddings that begin at random",
        torch_code.TEXT_CNN,
        (),
        2.0,
        Setting("embedding_size", 300, _AUTHORS),
        Setting("filters", 100, _AUTHORS),
        Setting("dropout", 0.5, _AUTHORS),
        Setting("batch_size", 50, _AUTHORS),
        Setting("epochs", 10, "a common first choice"),
    ),
    _torch(
        "text_embedding_bag",
        "Mean of word embeddings with a softmax layer",
        torch_code.TEXT_EMBEDDING_BAG,
        ("import zlib",),
        0.2,
        Setting("embedding_size", 10, _AUTHORS),
        Setting("ngrams", 2, _AUTHORS),
        Setting("learning_rate", 0.5, _AUTHORS),
        Setting("batch_size", 1, _AUTHORS),
        Setting("epochs", 5, _AUTHORS),
    ),
    _torch(
        "small_resnet",
        "Small residual network on images",
        torch_code.SMALL_RESNET,
        (),
        1.5,
        Setting("width", 16, _AUTHORS),
        Setting("blocks", 1, "the smallest of the form; the authors have 3 and more"),
        Setting("learning_rate", 0.1, _AUTHORS),
        Setting("momentum", 0.9, _AUTHORS),
        Setting("weight_decay", 1e-4, _AUTHORS),
        Setting("batch_size", 128, _AUTHORS),
        Setting("epochs", 10, "a common first choice"),
        kinds=frozenset({DataKind.TABLE}),
    ),
)

MORE: tuple[Recipe, ...] = (
    *TEXT_RECIPES,
    *TORCH_RECIPES,
    NEAREST_WARPED,
    GRAPH_CONVOLUTION,
    *ESTIMATES,
)
