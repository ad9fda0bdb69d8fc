"""The fixed parts of a notebook's code: set-up, measuring, running, writing, plotting.

What stands here is read by people and executed in the sandbox, so it is plain numpy, scikit-learn
and matplotlib and imports nothing of this house. Names in capitals are set by earlier cells.
"""

SETUP = '''
Fitted = namedtuple(
    "Fitted", "predict scores"
)  # what a method returns: labels, and scores or None
EVENT = "application/vnd.evigate.event+json"

observations, series, failures, confusions = [], [], {}, {}


def emit(kind, **fields):
    """Tell whoever runs this notebook how far it is; elsewhere this shows as a line of text."""
    line = ", ".join(f"{name} {value}" for name, value in fields.items())
    publish_display_data({EVENT: {"type": kind, **fields}, "text/plain": f"{kind}: {line}"})


random.seed(SEED)
np.random.seed(SEED)
for variable in ("CUDA_VISIBLE_DEVICES",):
    if os.environ.get(variable, "-1") not in ("", "-1"):
        raise RuntimeError("E_GPU_REQUESTED: this notebook runs on the CPU only")
print(
    "Python",
    platform.python_version(),
    "| numpy",
    np.__version__,
    "| scikit-learn",
    sklearn.__version__,
)
print("seeds", SEEDS)
'''

LOAD = '''
def use_data(bunch, sha256, positive=None):
    """Take a data set as features, targets, class names and the class called positive."""
    features = np.ascontiguousarray(bunch.data, dtype=np.float64)
    targets = np.ascontiguousarray(bunch.target)
    digest = hashlib.sha256(
        features.tobytes() + targets.astype(np.float64).tobytes()
    ).hexdigest()
    assert digest == sha256, "these are not the data that the plan was written for"
    names = [] if targets.dtype.kind == "f" else [str(name) for name in bunch.target_names]
    print(f"{features.shape[0]} rows, {features.shape[1]} features, sha256 {digest[:16]}…")
    for label, name in enumerate(names):
        print(f"  class {label}: {name}, {np.sum(targets == label)} rows")
    return features, targets, names, names.index(positive) if positive else len(names) - 1
'''

LOAD_FILE = '''
def use_file(name, sha256):
    """Read a data set that was made ready before: a file of plain arrays, checked by its digest."""
    content = (Path(os.environ.get("EVIGATE_DATA", "data")) / f"{name}.npz").read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    assert digest == sha256, "these are not the data that the plan was written for"
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return {array: arrays[array] for array in arrays.files}


def take(data, positive=None):
    """Take such a set as features, targets, class names and the class called positive.

    Where an example is a text or a node, the features are row numbers.
    """
    targets = data["y"]
    features = data["X"] if "X" in data else np.arange(len(targets))
    if features.dtype == np.uint8:
        features = features.astype(np.float32)
    names = [str(name) for name in data["class_names"]] if "class_names" in data else []
    print(f"{len(targets)} rows, features {features.shape}")
    for label, name in enumerate(names):
        print(f"  class {label}: {name}, {np.sum(targets == label)} rows")
    return features, targets, names, names.index(positive) if positive else len(names) - 1
'''

MEASURE_HEAD = '''
def ratio(part, whole):
    """A proportion; not known (None) when nothing was counted."""
    return None if whole == 0 else part / whole


def measure(truth, predicted, scores):
    """Work out every metric that a claim needs, from all test rows at once."""
'''

MEASURE_CLASSES = '''
    def tp(c):
        return np.sum((predicted == c) & (truth == c))

    def fp(c):
        return np.sum((predicted == c) & (truth != c))

    def fn(c):
        return np.sum((predicted != c) & (truth == c))

    def tn(c):
        return np.sum((predicted != c) & (truth != c))

    def per_class(value_of):
        """The plain mean over the classes."""
        values = [value_of(c) for c in range(CLASS_COUNT)]
        return None if None in values else np.mean(values)

    def one_or_mean(value_of):
        """Two classes: the positive one's value; more: the plain mean over the classes."""
        return value_of(POSITIVE) if CLASS_COUNT == 2 else per_class(value_of)

    def area_under_curve():
        if scores is None or len(np.unique(truth)) < CLASS_COUNT:
            return None
        if CLASS_COUNT == 2:
            return roc_auc_score(truth, scores[:, 1] if scores.ndim == 2 else scores)
        if not np.allclose(scores.sum(axis=1), 1):
            return None
        return roc_auc_score(truth, scores, multi_class="ovr")
'''

MEASURE_TAIL = """
    return {name: None if value is None else float(value) for name, value in values.items()}
"""

RUN = '''
def run_round(method, seed, report, settings):
    """Fit on each training part, predict each test part; return the rows of all parts together."""
    parts = {"test": [], "train": []}
    for train, test in partitions(seed):
        X_train, X_test = preprocess(X[train], X[test])
        fitted = method(X_train, y[train], seed=seed, report=report, **settings)
        for split in SPLITS:
            rows, inputs = (test, X_test) if split == "test" else (train, X_train)
            scores = fitted.scores(inputs) if fitted.scores else None
            parts[split].append((y[rows], fitted.predict(inputs), scores, rows))
        report = lambda *told: None  # only the first part's losses are shown
    return {split: gather(parts[split]) for split in SPLITS}


def gather(parts):
    """Join the test rows of all folds."""
    truth, predicted, scores, rows = zip(*parts)
    joined = None if scores[0] is None else np.concatenate(scores)
    return np.concatenate(truth), np.concatenate(predicted), joined, np.concatenate(rows)


def run_method(name, method, seeds, **settings):
    """Fit and measure one method for each seed; a failure is noted and the others go on."""
    global runs_done
    emit("stage_update", stage="train", method=name)
    try:
        for seed in seeds:
            run_seed(name, method, seed, settings)
            runs_done += 1
            emit("progress", percent=round(100 * runs_done / RUNS_PLANNED, 1), stage=name)
    except (MemoryError, KeyboardInterrupt):
        raise
    except Exception as error:
        failures[name] = f"{type(error).__name__}: {error}"
        emit("error", message=f"{name} failed: {failures[name]}", method=name)
    summary = [o for o in observations if o["model_id"] == name and o["split"] == "test"]
    for metric in dict.fromkeys(o["metric"] for o in summary):
        values = [
            o["value"] for o in summary if o["metric"] == metric and o["value"] is not None
        ]
        if values:
            print(
                f"{metric:>18}  mean {np.mean(values):.4f}   seeds "
                + " ".join(f"{v:.4f}" for v in values)
            )


def run_seed(name, method, seed, settings):
    """Measure one method with one seed; with repeats, the mean over them."""

    def report(step, loss, accuracy=None):
        for metric, value in (("loss", loss), ("accuracy", accuracy)):
            if value is None:
                continue
            point = {"metric": metric, "split": "train", "step": step, "value": value}
            series.append({"model_id": name, "seed": seed, **point})
            emit("metric_update", method=name, seed=seed, **point)

    rounds = []
    for repeat in range(REPEATS):
        results = run_round(method, seed + 1000 * repeat, report, settings)
        rounds.append({split: measure(*results[split][:3]) for split in SPLITS})
        report = lambda *told: None
    truth, predicted, _, rows = results["test"]
    for split in SPLITS:
        for metric in rounds[0][split]:
            values = [round_[split][metric] for round_ in rounds]
            value = None if None in values else float(np.mean(values))
            observations.append(
                {
                    "model_id": name,
                    "seed": seed,
                    "metric": metric,
                    "split": split,
                    "value": value,
                    "test_rows": len(truth),
                }
            )
            if value is not None:
                emit(
                    "metric_update",
                    metric=metric,
                    value=value,
                    split=split,
                    method=name,
                    seed=seed,
                )
    if name not in confusions:
        show_samples(name, truth, predicted, rows)


def run_estimate(name, method, seeds, **settings):
    """Fit a method to all rows for each seed and note what it says; a failure is noted as well."""
    global runs_done
    emit("stage_update", stage="train", method=name)
    inputs, _ = preprocess(X, X)
    try:
        for seed in seeds:
            silent = lambda *told: None
            found = method(inputs, y, COLUMNS, seed=seed, report=silent, **settings)
            for metric, value in found.items():
                note_estimate(name, seed, metric, float(value))
            runs_done += 1
            emit("progress", percent=round(100 * runs_done / RUNS_PLANNED, 1), stage=name)
    except (MemoryError, KeyboardInterrupt):
        raise
    except Exception as error:
        failures[name] = f"{type(error).__name__}: {error}"
        emit("error", message=f"{name} failed: {failures[name]}", method=name)


def note_estimate(name, seed, metric, value):
    """Keep one quantity and show it."""
    known = value if np.isfinite(value) else None
    observations.append(
        {
            "model_id": name,
            "seed": seed,
            "metric": metric,
            "split": "test",
            "value": known,
            "test_rows": len(y),
        }
    )
    print(f"{metric:>32}  {value:.10g}")
    if known is not None:
        emit(
            "metric_update", metric=metric, value=value, split="test", method=name, seed=seed
        )


def show_samples(name, truth, predicted, rows):
    """Keep the first seed's confusion matrix and show three predictions."""
    labels = CLASS_NAMES or None
    if labels:
        table = np.zeros((CLASS_COUNT, CLASS_COUNT), dtype=int)
        np.add.at(table, (truth, predicted), 1)
        confusions[name] = {"classes": labels, "rows": table.tolist()}
    for index in range(min(3, len(truth))):
        true, pred = truth[index], predicted[index]
        if np.ndim(true):
            continue
        emit(
            "sample_pred",
            id=int(rows[index]),
            method=name,
            true=labels[true] if labels else float(true),
            pred=labels[pred] if labels else float(pred),
        )


runs_done = 0
'''

WRITE = """
emit("stage_update", stage="evaluate")
by_name = {}
for o in observations:
    if o["value"] is not None:
        split = "" if o["split"] == "test" else f"/{o['split']}"
        by_name.setdefault(f"{o['model_id']}/{o['metric']}{split}", []).append(o["value"])
metrics = {name: float(np.mean(values)) for name, values in by_name.items()}
for name, value in list(metrics.items()):
    model_id, _, metric = name.partition("/")
    if model_id == FIRST_MODEL and "/" not in metric:
        metrics[metric] = value  # the plan's first method, under the metric's plain name
with open("metrics.json", "w") as file:
    json.dump(
        {
            "metrics": metrics,
            "observations": observations,
            "series": series,
            "units": UNITS,
            "confusion": confusions,
            "failures": failures,
        },
        file,
        indent=1,
        allow_nan=False,
    )
assert observations, "no method could be measured"
print(len(observations), "numbers measured,", len(failures), "methods failed")
"""

TABLE = '''
def observed_for(claim):
    """The measured values of a claim's number, in the units that the claim is printed in."""
    return [
        o["value"] * claim["scale"]
        for o in observations
        if o["value"] is not None
        and (o["model_id"], o["metric"], o["split"])
        == (claim["model_id"], claim["metric"], claim["split"])
    ]


print(f"{'method':<24}{'metric':<18}{'claimed':>12}{'observed':>12}{'gap':>10}")
for claim in CLAIMS:
    values, claimed = observed_for(claim), claim["value"]
    line = f"{claim['method'][:23]:<24}{claim['metric']:<18}{claimed:>12.4g}"
    if values:
        mean = float(np.mean(values))
        print(f"{line}{mean:>12.4g}{mean - claimed:>+10.3g}")
    else:
        print(f"{line}{'not measured':>12}")
'''

PLOT_CLAIMS = '''
plt.rcParams.update(
    {
        "svg.hashsalt": "evigate",
        "font.size": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
    }
)


def show(figure):
    """Show a figure as SVG, which stays sharp at any size."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)
    display(SVG(buffer.getvalue()))


panels = list(
    dict.fromkeys((claim["metric"], claim["split"]) for claim in CLAIMS if observed_for(claim))
)
for metric, split in panels:
    rows = [
        c for c in CLAIMS if (c["metric"], c["split"]) == (metric, split) and observed_for(c)
    ]
    figure, axes = plt.subplots(figsize=(7, 0.8 + 0.38 * len(rows)))
    for place, claim in enumerate(rows):
        values = observed_for(claim)
        axes.plot(
            [min(values), max(values)],
            [place, place],
            color="#9db8d9",
            linewidth=5,
            solid_capstyle="round",
        )
        axes.plot(
            values,
            [place] * len(values),
            "o",
            color="#1f5fa8",
            markersize=5,
            label="observed, one dot a seed" if place == 0 else None,
        )
        axes.plot(
            claim["value"],
            place,
            "D",
            markerfacecolor="none",
            markeredgecolor="#b3401f",
            markersize=8,
            label="claimed" if place == 0 else None,
        )
    axes.set_yticks(range(len(rows)), [claim["method"] for claim in rows])
    axes.invert_yaxis()
    axes.set_xlabel(f"{metric} ({split}){', ' + rows[0]['units'] if rows[0]['units'] else ''}")
    axes.grid(axis="x", color="#dddddd")
    axes.legend(
        loc="upper center",
        bbox_to_anchor=(0.5, 1.0 + 0.5 / (0.8 + 0.38 * len(rows))),
        ncols=2,
        frameon=False,
    )
    show(figure)
'''

PLOT_CURVES = """
names = list(dict.fromkeys(point["model_id"] for point in series))
if names:
    figure, axes = plt.subplots(figsize=(7, 3))
    for place, name in enumerate(names):
        seed = next(point["seed"] for point in series if point["model_id"] == name)
        points = [
            point for point in series if (point["model_id"], point["seed"]) == (name, seed)
        ]
        losses = np.array([point["value"] for point in points])
        axes.plot(
            [point["step"] for point in points],
            losses / losses[0],
            label=name,
            linestyle=("-", "--", ":", "-.")[place % 4],
        )
    axes.set_xlabel("mini-batch step, first seed")
    axes.set_ylabel("training loss, first reported = 1")
    axes.set_yscale("log")
    axes.legend(frameon=False)
    show(figure)
"""

PLOT_CONFUSION = """
if confusions:
    columns = min(4, len(confusions))
    lines = -(-len(confusions) // columns)
    figure, grid = plt.subplots(
        lines, columns, figsize=(2.2 * columns, 2.4 * lines), squeeze=False
    )
    for axes in grid.flat[len(confusions) :]:
        axes.axis("off")
    for axes, (name, confusion) in zip(grid.flat, confusions.items()):
        table = np.array(confusion["rows"])
        axes.imshow(
            table / np.maximum(table.sum(axis=1, keepdims=True), 1),
            cmap="Blues",
            vmin=0,
            vmax=1.3,
        )
        axes.set_title(name, fontsize=8)
        ticks = range(len(table))
        axes.set_xticks(ticks, confusion["classes"], rotation=45, ha="right", fontsize=6)
        axes.set_yticks(ticks, confusion["classes"], fontsize=6)
        if len(table) <= 10:
            for (row, column), count in np.ndenumerate(table):
                axes.text(column, row, count, ha="center", va="center", fontsize=7)
    figure.supxlabel("predicted, first seed", fontsize=8)
    figure.supylabel("true", fontsize=8)
    figure.tight_layout()
    show(figure)
"""

DONE = """
emit("progress", percent=100, stage="complete")
emit("stage_update", stage="complete")
"""
