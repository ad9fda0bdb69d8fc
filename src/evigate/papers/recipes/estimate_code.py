"""Notebook code of the methods that estimate: what is claimed is a coefficient, not a prediction.

Each function takes all rows and returns its quantities by name: "coefficient:gpa", "r2". Names are
the columns' in lower case, without what is no letter, digit or underscore; the intercept, "const".
"""

HELPERS = '''
def named(prefix, names, values):
    """Quantities under "prefix:column"; a column's name is written small and plain."""
    plain = [re.sub(r"[^a-z0-9_]+", "_", str(name).lower()).strip("_") for name in names]
    return {f"{prefix}:{name}": float(value) for name, value in zip(plain, values)}


def with_constant(X, names):
    """The design matrix with a first column of ones, and its columns' names."""
    return np.column_stack([np.ones(len(X)), X]), ["const", *names]


def described(fitted, names):
    """What a fitted statsmodels result says of each coefficient."""
    found = named("coefficient", names, fitted.params)
    found |= named("standard_error", names, fitted.bse)
    found |= named("statistic", names, fitted.tvalues)
    found |= named("p_value", names, fitted.pvalues)
    if len(names) == 2:
        found["slope"] = float(fitted.params[1])
    return found
'''

OLS = '''
def ols_estimate(X, y, names, *, seed, report):
    """Linear regression by ordinary least squares, with an intercept, by statsmodels."""
    design, columns = with_constant(X, names)
    fitted = sm.OLS(y, design).fit()
    return described(fitted, columns) | {
        "r2": fitted.rsquared,
        "adjusted_r2": fitted.rsquared_adj,
        "f_statistic": fitted.fvalue,
        "log_likelihood": fitted.llf,
        "aic": fitted.aic,
        "bic": fitted.bic,
        "residual_standard_error": np.sqrt(fitted.scale),
    }
'''

LOGIT = '''
def logit_estimate(X, y, names, *, seed, report, link):
    """Binary regression by maximum likelihood, with an intercept, by statsmodels."""
    design, columns = with_constant(X, names)
    model = {"logit": sm.Logit, "probit": sm.Probit}[link]
    fitted = model(y, design).fit(disp=0, maxiter=200)
    return described(fitted, columns) | named("odds_ratio", columns, np.exp(fitted.params)) | {
        "log_likelihood": fitted.llf,
        "pseudo_r2": fitted.prsquared,
        "aic": fitted.aic,
        "bic": fitted.bic,
    }
'''

GLM = '''
def glm_estimate(X, y, names, *, seed, report, family):
    """A generalised linear model with its family's usual link and an intercept, by statsmodels."""
    design, columns = with_constant(X, names)
    families = {
        "poisson": sm.families.Poisson,
        "gaussian": sm.families.Gaussian,
        "binomial": sm.families.Binomial,
        "gamma": sm.families.Gamma,
    }
    fitted = sm.GLM(y, design, family=families[family]()).fit()
    return described(fitted, columns) | {
        "log_likelihood": fitted.llf,
        "deviance": fitted.deviance,
        "aic": fitted.aic,
    }
'''

QUANTILE = '''
def quantile_estimate(X, y, names, *, seed, report, quantile):
    """Quantile regression with an intercept, by statsmodels."""
    design, columns = with_constant(X, names)
    fitted = sm.QuantReg(y, design).fit(q=quantile, max_iter=5000)
    return described(fitted, columns) | {"pseudo_r2": fitted.prsquared}
'''

COX = '''
def cox_estimate(X, y, names, *, seed, report):
    """Proportional hazards (Cox 1972), Efron's ties, by lifelines; `OBSERVED` marks events."""
    table = pd.DataFrame(X, columns=list(names)).assign(**{"@time": y, "@event": OBSERVED})
    fitted = CoxPHFitter().fit(table, duration_col="@time", event_col="@event")
    columns = list(fitted.params_.index)
    return (
        named("coefficient", columns, fitted.params_)
        | named("hazard_ratio", columns, np.exp(fitted.params_))
        | named("standard_error", columns, fitted.standard_errors_)
        | named("p_value", columns, fitted.summary["p"])
        | {
            "log_likelihood": fitted.log_likelihood_,
            "concordance": fitted.concordance_index_,
            "aic": fitted.AIC_partial_,
        }
    )
'''

LARS = '''
def lars_entry(X, y, names, *, seed, report):
    """In which order least angle regression takes the columns in; both count from 1."""
    centred = y - y.mean()
    _, active, _ = lars_path(X - X.mean(axis=0), centred, method="lar")
    found = {f"entry:{step}": float(column + 1) for step, column in enumerate(active, start=1)}
    plain = named("position", [names[column] for column in active], range(1, len(active) + 1))
    numbered = {f"position:{column + 1}": float(step) for step, column in enumerate(active, 1)}
    return found | plain | numbered
'''

CLUSTERING = '''
def clustering(X, y, names, *, seed, report, method, clusters):
    """Clusters of all rows, and how they agree with the classes."""
    count = clusters or CLASS_COUNT
    model = {
        "k_means": lambda: KMeans(n_clusters=count, n_init=10, random_state=seed),
        "ward": lambda: AgglomerativeClustering(n_clusters=count),
        "average": lambda: AgglomerativeClustering(n_clusters=count, linkage="average"),
        "gaussian_mixture": lambda: GaussianMixture(n_components=count, random_state=seed),
    }[method]()
    labels = model.fit_predict(X)
    found = {"silhouette": silhouette_score(X, labels)}
    if hasattr(model, "inertia_"):
        found["inertia"] = model.inertia_
    if CLASS_COUNT:
        table = np.zeros((count, CLASS_COUNT), dtype=int)
        np.add.at(table, (labels, y), 1)
        rows, columns = linear_sum_assignment(-table)
        found |= {
            "adjusted_rand_index": adjusted_rand_score(y, labels),
            "normalized_mutual_information": normalized_mutual_info_score(y, labels),
            "purity": table.max(axis=1).sum() / len(y),
            "clustering_accuracy": table[rows, columns].sum() / len(y),
        }
    return found
'''

PCA = '''
def principal_components(X, y, names, *, seed, report):
    """Which share of the variance each principal component explains, from scikit-learn."""
    shares = SklearnPCA(svd_solver="full").fit(X).explained_variance_ratio_
    found = {f"explained_variance:{index}": float(share) for index, share in enumerate(shares, 1)}
    sums = np.cumsum(shares)
    return found | {f"cumulative_variance:{index}": float(s) for index, s in enumerate(sums, 1)}
'''

ENUMERATION = '''
def streak_enumeration(X, y, names, *, seed, report, flips, streak, chance):
    """The expected share of successes right after `streak` successes, over all sequences.

    Every sequence of `flips` independent trials counts with its probability; those in which no
    trial follows such a streak have no share and are left out (Miller & Sanjurjo 2018).
    """
    assert flips <= 22, "more sequences than can be enumerated here"
    after_success, after_failure, weights = [], [], []
    for trials in itertools.product((0, 1), repeat=flips):
        weight = np.prod([chance if trial else 1 - chance for trial in trials])
        hits = [
            trials[i] for i in range(streak, flips) if all(trials[i - streak : i])
        ]
        misses = [
            trials[i] for i in range(streak, flips) if not any(trials[i - streak : i])
        ]
        after_success.append(np.mean(hits) if hits else np.nan)
        after_failure.append(np.mean(misses) if misses else np.nan)
        weights.append(weight)
    weights = np.array(weights)

    def expected(values):
        there = ~np.isnan(values)
        return float(np.sum(weights[there] * values[there]) / np.sum(weights[there]))

    hits, misses = np.array(after_success), np.array(after_failure)
    found = {"expected_proportion": expected(hits)}
    if np.any(~np.isnan(hits - misses)):
        found["expected_difference"] = expected(hits - misses)
    return found
'''
