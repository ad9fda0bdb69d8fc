"""The recipes there are: numpy for methods trained by gradient steps, scikit-learn for others.

Each scikit-learn recipe is rendered from one form, so that a reader sees the class and its settings
and nothing else. Costs were measured on one core of a 2024 server and are rounded up; they decide
only whether a schedule is cut short, never a result.
"""

import math
from collections.abc import Callable, Mapping
from itertools import pairwise

from evigate.papers.datasets import Task
from evigate.papers.recipes import estimate_code, text_code
from evigate.papers.recipes import gradient_code as gradient
from evigate.papers.recipes.models import FitSize, Recipe, Setting, SettingValue
from evigate.papers.recipes.more import MORE

_C = Task.CLASSIFICATION
_R = Task.REGRESSION
_SKLEARN_DEFAULT = "the default of scikit-learn"

# Operations a second of one core in float32, and the fixed cost of a numpy step. Measured 1.1e11
# and 25 microseconds; a slower machine must still keep to the budget.
FLOPS_PER_S = 8e10
STEP_S = 6e-5

Settings = Mapping[str, SettingValue]
Cost = Callable[[FitSize, Settings], float]


def _number(settings: Settings, name: str, otherwise: float) -> float:
    value = settings.get(name)
    return float(value) if isinstance(value, int | float) else otherwise


def _step_s(size: FitSize, settings: Settings) -> float:
    """Seconds of one mini-batch step; three matrix products a layer, forward and back."""
    batch = min(_number(settings, "batch_size", 32), size.rows)
    layers = settings.get("hidden_layers")
    cell = _number(settings, "cell_size", 0)
    if cell:
        products = size.features * (cell + 1) * 3 * cell
        return size.features * 4 * STEP_S + 6 * batch * products / FLOPS_PER_S
    widths = [size.features, *(layers if isinstance(layers, tuple) else ()), size.classes]
    products = sum(before * after for before, after in pairwise(widths))
    return len(widths) * STEP_S + 6 * batch * products / FLOPS_PER_S


def _steps_cost(size: FitSize, settings: Settings) -> float:
    return _number(settings, "steps", 1) * _step_s(size, settings)


def _per_cell(microseconds: float) -> Cost:
    """A cost in proportion to rows times features."""
    return lambda size, settings: 0.003 + microseconds * 1e-6 * size.rows * size.features


def _trees(microseconds: float, *, per_class: bool = False) -> Cost:
    def cost(size: FitSize, settings: Settings) -> float:
        count = _number(settings, "n_estimators", 100) * (size.classes if per_class else 1)
        cells = size.rows * math.sqrt(size.features)
        return 0.003 + count * (8e-4 + microseconds * 1e-6 * cells)

    return cost


def _quadratic(microseconds: float) -> Cost:
    """A cost in proportion to the square of the rows."""
    return lambda size, settings: 0.003 + microseconds * 1e-6 * size.rows**2


_GRADIENT_SETTINGS = (
    Setting("learning_rate", 0.01, "a common first choice"),
    Setting("batch_size", 32, "a common first choice"),
    Setting("epochs", 100, "a common first choice"),
)


def _gradient(name: str, title: str, code: str, optimizer: str, *settings: Setting) -> Recipe:
    return Recipe(
        name=name,
        title=title,
        task=_C,
        code=code.strip(),
        imports=(),
        settings=(
            *settings,
            *_GRADIENT_SETTINGS,
            Setting("optimizer", optimizer, "the usual choice for this method"),
        ),
        fit_s=_steps_cost,
        is_iterative=True,
        is_seeded=True,
        shared=("training", "l2_svm") if name == "gru_svm" else ("training",),
    )


_SKLEARN_FORM = '''def {name}(X_train, y_train, *, seed, report, **settings):
    """{title}, from scikit-learn."""
    model = {call}.fit(X_train, y_train)
    return Fitted(model.predict, {scores})'''


def _sklearn(
    name: str,
    title: str,
    path: str,
    cost: Cost,
    *settings: Setting,
    task: Task = _C,
    fixed: str = "",
    scores: str | None = None,
    is_seeded: bool = False,
    needs_non_negative: bool = False,
) -> Recipe:
    module, _, symbol = path.rpartition(".")
    seed = "random_state=seed" if is_seeded else ""
    arguments = ", ".join(part for part in (fixed, seed, "**settings") if part)
    given = "None" if scores is None else f"model.{scores}"
    code = _SKLEARN_FORM.format(name=name, title=title, call=f"{symbol}({arguments})", scores=given)
    return Recipe(
        name=name,
        title=title,
        task=task,
        code=code,
        imports=(f"from {module} import {symbol}",),
        settings=settings,
        fit_s=cost,
        is_seeded=is_seeded,
        needs_non_negative=needs_non_negative,
    )


def _default(name: str, value: SettingValue) -> Setting:
    return Setting(name, value, _SKLEARN_DEFAULT)


_KERNEL = (_default("C", 1.0), _default("kernel", "rbf"), _default("gamma", "scale"))
_DEPTH = (_default("criterion", "gini"), _default("max_depth", None))
_FOREST = (_default("n_estimators", 100), _default("max_depth", None))
_BOOST = (
    _default("n_estimators", 100),
    _default("learning_rate", 0.1),
    _default("max_depth", 3),
)
_NEIGHBOURS = (
    _default("n_neighbors", 5),
    Setting("metric", "euclidean", "the usual distance"),
    _default("weights", "uniform"),
)
_PROBABILITY = "predict_proba"
_MARGIN = "decision_function"

CLASSIFIERS: tuple[Recipe, ...] = (
    _gradient("softmax_regression", "Softmax regression", gradient.SOFTMAX, "sgd"),
    _gradient(
        "linear_regression_classifier",
        "Linear regression with a threshold",
        gradient.LINEAR_THRESHOLD,
        "sgd",
        Setting("threshold", 0.5, "half way between the two targets"),
    ),
    _gradient(
        "multilayer_perceptron",
        "Multilayer perceptron",
        gradient.MLP,
        "adam",
        Setting("hidden_layers", (100,), _SKLEARN_DEFAULT),
        Setting("activation", "relu", "the usual choice for this method"),
        Setting("dropout", 0.0, "no dropout unless the paper says so"),
    ),
    _gradient(
        "l2_svm",
        "Linear SVM with squared hinge loss, trained by gradient steps",
        gradient.L2_SVM,
        "adam",
        Setting("C", 1.0, "a common first choice"),
    ),
    _gradient(
        "gru_svm",
        "Gated recurrent unit with an L2-SVM on top",
        gradient.GRU_SVM,
        "adam",
        Setting("cell_size", 128, "a common first choice"),
        Setting("dropout", 0.0, "no dropout unless the paper says so"),
        Setting("C", 1.0, "a common first choice"),
    ),
    _sklearn(
        "nearest_neighbours",
        "Nearest neighbours",
        "sklearn.neighbors.KNeighborsClassifier",
        _quadratic(0.02),
        *_NEIGHBOURS,
        scores=_PROBABILITY,
    ),
    _sklearn(
        "logistic_regression",
        "Logistic regression",
        "sklearn.linear_model.LogisticRegression",
        _per_cell(1),
        _default("C", 1.0),
        fixed="max_iter=5000",
        scores=_PROBABILITY,
    ),
    _sklearn(
        "linear_svm",
        "Linear support vector machine",
        "sklearn.svm.LinearSVC",
        _per_cell(5),
        _default("C", 1.0),
        fixed="max_iter=50_000",
        scores=_MARGIN,
        is_seeded=True,
    ),
    _sklearn(
        "kernel_svm",
        "Support vector machine with a kernel",
        "sklearn.svm.SVC",
        _quadratic(0.03),
        *_KERNEL,
        _default("degree", 3),
        scores=_MARGIN,
    ),
    _sklearn(
        "gaussian_naive_bayes",
        "Gaussian naive Bayes",
        "sklearn.naive_bayes.GaussianNB",
        _per_cell(0.05),
        scores=_PROBABILITY,
    ),
    _sklearn(
        "multinomial_naive_bayes",
        "Multinomial naive Bayes",
        "sklearn.naive_bayes.MultinomialNB",
        _per_cell(0.05),
        _default("alpha", 1.0),
        scores=_PROBABILITY,
        needs_non_negative=True,
    ),
    _sklearn(
        "bernoulli_naive_bayes",
        "Bernoulli naive Bayes",
        "sklearn.naive_bayes.BernoulliNB",
        _per_cell(0.05),
        _default("alpha", 1.0),
        scores=_PROBABILITY,
    ),
    _sklearn(
        "decision_tree",
        "Decision tree",
        "sklearn.tree.DecisionTreeClassifier",
        _per_cell(0.5),
        *_DEPTH,
        scores=_PROBABILITY,
        is_seeded=True,
    ),
    _sklearn(
        "random_forest",
        "Random forest",
        "sklearn.ensemble.RandomForestClassifier",
        _trees(0.2),
        *_FOREST,
        _default("criterion", "gini"),
        scores=_PROBABILITY,
        is_seeded=True,
    ),
    _sklearn(
        "extra_trees",
        "Extremely randomised trees",
        "sklearn.ensemble.ExtraTreesClassifier",
        _trees(0.2),
        *_FOREST,
        scores=_PROBABILITY,
        is_seeded=True,
    ),
    _sklearn(
        "gradient_boosting",
        "Gradient boosting",
        "sklearn.ensemble.GradientBoostingClassifier",
        _trees(0.5, per_class=True),
        *_BOOST,
        scores=_PROBABILITY,
        is_seeded=True,
    ),
    _sklearn(
        "adaboost",
        "AdaBoost",
        "sklearn.ensemble.AdaBoostClassifier",
        _trees(0.6),
        _default("n_estimators", 50),
        _default("learning_rate", 1.0),
        scores=_PROBABILITY,
        is_seeded=True,
    ),
    _sklearn(
        "bagging",
        "Bagged decision trees",
        "sklearn.ensemble.BaggingClassifier",
        _trees(1.5),
        _default("n_estimators", 10),
        scores=_PROBABILITY,
        is_seeded=True,
    ),
    _sklearn(
        "linear_discriminant",
        "Linear discriminant analysis",
        "sklearn.discriminant_analysis.LinearDiscriminantAnalysis",
        _per_cell(0.2),
        scores=_PROBABILITY,
    ),
    _sklearn(
        "quadratic_discriminant",
        "Quadratic discriminant analysis",
        "sklearn.discriminant_analysis.QuadraticDiscriminantAnalysis",
        _per_cell(0.2),
        scores=_PROBABILITY,
    ),
    _sklearn(
        "nearest_centroid",
        "Nearest centroid",
        "sklearn.neighbors.NearestCentroid",
        _per_cell(0.05),
    ),
    _sklearn(
        "ridge_classifier",
        "Ridge classifier",
        "sklearn.linear_model.RidgeClassifier",
        _per_cell(0.1),
        _default("alpha", 1.0),
        scores=_MARGIN,
    ),
    _sklearn(
        "perceptron",
        "Perceptron",
        "sklearn.linear_model.Perceptron",
        _per_cell(0.3),
        scores=_MARGIN,
        is_seeded=True,
    ),
    _sklearn(
        "gaussian_process",
        "Gaussian process classifier",
        "sklearn.gaussian_process.GaussianProcessClassifier",
        _quadratic(1),
        scores=_PROBABILITY,
        is_seeded=True,
    ),
)

REGRESSORS: tuple[Recipe, ...] = (
    _sklearn(
        "ordinary_least_squares",
        "Linear regression by ordinary least squares",
        "sklearn.linear_model.LinearRegression",
        _per_cell(0.2),
        task=_R,
    ),
    _sklearn(
        "ridge",
        "Ridge regression",
        "sklearn.linear_model.Ridge",
        _per_cell(0.2),
        _default("alpha", 1.0),
        task=_R,
    ),
    _sklearn(
        "lasso",
        "Lasso",
        "sklearn.linear_model.Lasso",
        _per_cell(0.3),
        _default("alpha", 1.0),
        task=_R,
        fixed="max_iter=50_000",
    ),
    _sklearn(
        "elastic_net",
        "Elastic net",
        "sklearn.linear_model.ElasticNet",
        _per_cell(0.3),
        _default("alpha", 1.0),
        _default("l1_ratio", 0.5),
        task=_R,
        fixed="max_iter=50_000",
    ),
    _sklearn(
        "nearest_neighbours_regressor",
        "Nearest neighbours regression",
        "sklearn.neighbors.KNeighborsRegressor",
        _quadratic(0.02),
        *_NEIGHBOURS,
        task=_R,
    ),
    _sklearn(
        "support_vector_regressor",
        "Support vector regression",
        "sklearn.svm.SVR",
        _quadratic(0.05),
        *_KERNEL,
        _default("degree", 3),
        task=_R,
    ),
    _sklearn(
        "decision_tree_regressor",
        "Regression tree",
        "sklearn.tree.DecisionTreeRegressor",
        _per_cell(0.5),
        _default("max_depth", None),
        task=_R,
        is_seeded=True,
    ),
    _sklearn(
        "random_forest_regressor",
        "Random forest regression",
        "sklearn.ensemble.RandomForestRegressor",
        _trees(1),
        *_FOREST,
        task=_R,
        is_seeded=True,
    ),
    _sklearn(
        "gradient_boosting_regressor",
        "Gradient boosting regression",
        "sklearn.ensemble.GradientBoostingRegressor",
        _trees(0.5),
        *_BOOST,
        task=_R,
        is_seeded=True,
    ),
    _sklearn(
        "multilayer_perceptron_regressor",
        "Multilayer perceptron regression",
        "sklearn.neural_network.MLPRegressor",
        _per_cell(250),
        Setting("hidden_layer_sizes", (100,), _SKLEARN_DEFAULT),
        _default("activation", "relu"),
        task=_R,
        fixed="max_iter=1000",
        is_seeded=True,
    ),
)

RECIPES: tuple[Recipe, ...] = CLASSIFIERS + REGRESSORS + MORE
_BY_NAME = {recipe.name: recipe for recipe in RECIPES}


SHARED: Mapping[str, str] = {
    "training": gradient.TRAINING.strip(),
    "l2_svm": gradient.L2_SVM.strip(),
    "bag_of_words": text_code.BAG_OF_WORDS.strip(),
    "estimates": estimate_code.HELPERS.strip(),
}


def find_recipe(name: str) -> Recipe | None:
    """Return the recipe of that name, or None."""
    return _BY_NAME.get(name)


def step_s(size: FitSize, settings: Settings) -> float:
    """Return the estimated seconds of one mini-batch step of an iterative recipe."""
    return _step_s(size, settings)
