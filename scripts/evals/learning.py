"""Measure learning's pure parts on outside sets; print one JSON object.

Run it as `python scripts/evals/learning.py [--data FOLDER] [--fit]`. Grading is cross-validated:
the weights that grade an answer never saw its module (or its question). `--fit` prints the weights
that `learning/free_answers.py` holds, from all of the training set.
"""

import argparse
import csv
import json
import math
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import cohen_kappa_score, f1_score, roc_auc_score
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import StandardScaler

from evigate.learning import schedule
from evigate.learning.ability import fit, prior_parameters
from evigate.learning.free_answers import COEFFICIENTS, RIGHT_FROM, WRONG_TO, closest, judge, read
from evigate.learning.statistics import Answered, item_statistics, reliability

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "learning"
SETS = ("sciEntsBank", "beetle")
FOLDS = 10
NAMES = tuple(COEFFICIENTS)
# Of the published model, for comparison: mirt's test file, and ltm's manual.
LSAT7 = {
    "a": [0.988, 1.081, 1.706, 0.7651, 0.7358],
    "d": [1.8561, 0.808, 1.8043, 0.486, 1.8545],
}
LSAT6 = {"b": [-3.3597, -1.3696, -0.2799, -1.8659, -3.1236], "log_likelihood": -2466.65}


def main() -> int:
    """Print the figures; return 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--fit", action="store_true", help="print the weights alone")
    options = parser.parse_args()
    if options.fit:
        found: dict[str, Any] = weights_of(graded(options.data))
    else:
        found = {
            "grading": grading(options.data),
            "lsat6": lsat(options.data, 6),
            "lsat7": lsat(options.data, 7),
            "sat12": sat12(options.data),
            "fsrs": recall(options.data),
            "speed": speed(),
        }
    json.dump(found, sys.stdout, indent=2)
    sys.stdout.write("\n")
    return 0


class Graded:
    """The training set as arrays: features (n, names), right, and where each answer is from."""

    def __init__(self, rows: Sequence[tuple[str, str, str, bool, list[float]]]) -> None:
        self.sets, self.modules, self.questions = (
            np.array([row[at] for row in rows]) for at in range(3)
        )
        self.right = np.array([row[3] for row in rows])
        self.features = np.array([row[4] for row in rows])
        counts = {name: int((self.sets == name).sum()) for name in SETS}
        self.weights = np.array([len(rows) / len(SETS) / counts[name] for name in self.sets])


def graded(data: Path) -> Graded:
    """Read SemEval-2013's training half, every answer beside its closest reference."""
    path = data / "short_answer" / "semeval2013_3way_train.jsonl"
    rows = []
    for line in path.open(encoding="utf-8"):
        one = json.loads(line)
        asked, known = read(one["q"]), [read(each) for each in one["refs"]]
        expected = [word for text in (asked, *known) for word in text.words]
        for text, label in one["answers"]:
            features, _ = closest(read(text, expected), known, asked)
            values = [features[name] for name in NAMES]
            rows.append((one["set"], one["module"], one["qid"], label == "correct", values))
    return Graded(rows)


def grading(data: Path) -> dict[str, Any]:
    """Cross-validate over modules and over questions; one model for both sets."""
    known = graded(data)
    found: dict[str, Any] = {}
    for name, groups in (("module", known.modules), ("question", known.questions)):
        chances = np.zeros(len(known.right))
        for seen, unseen in GroupKFold(FOLDS).split(known.features, groups=groups):
            model = _fitted(known, seen)
            chances[unseen] = model(known.features[unseen])
        found[f"by_{name}"] = {
            each: _figures(known.right[known.sets == each], chances[known.sets == each])
            for each in SETS
        }
    found["reference_macro_f1"] = {
        "sciEntsBank": {"answers": 0.703, "questions": 0.743, "domains": 0.717},
        "beetle": {"answers": 0.745, "questions": 0.665},
    }
    return found


def weights_of(known: Graded) -> dict[str, Any]:
    """Return the weights fitted on everything."""
    scale, model = _model(known, np.arange(len(known.right)))
    weights = model.coef_[0] / scale.scale_
    intercept = model.intercept_[0] - float((weights * scale.mean_).sum())
    return {
        "intercept": round(intercept, 3),
        "coefficients": {name: round(float(w), 3) for name, w in zip(NAMES, weights, strict=True)},
    }


def _model(known: Graded, rows: Any) -> tuple[Any, Any]:
    scale = StandardScaler().fit(known.features[rows])
    model = LogisticRegression(C=0.3, max_iter=3000)
    model.fit(scale.transform(known.features[rows]), known.right[rows], known.weights[rows])
    return scale, model


def _fitted(known: Graded, rows: Any) -> Callable[[Any], Any]:
    scale, model = _model(known, rows)
    return lambda features: model.predict_proba(scale.transform(features))[:, 1]


def _figures(right: Any, chances: Any) -> dict[str, Any]:
    sure = (chances >= RIGHT_FROM) | (chances <= WRONG_TO)
    verdicts = chances >= 0.5
    return {
        "n": len(right),
        "macro_f1": _round(f1_score(right, verdicts, average="macro")),
        "kappa": _round(cohen_kappa_score(right, verdicts)),
        "auc": _round(roc_auc_score(right, chances)),
        # Pearson's, of the chance given with the teacher's verdict (point-biserial).
        "correlation": _round(np.corrcoef(chances, right)[0, 1]),
        "sure": _round(sure.mean()),
        "sure_is_right": _round((right == verdicts)[sure].mean()),
        "right_is_right": _round(right[chances >= RIGHT_FROM].mean()),
        "wrong_is_wrong": _round(1 - right[chances <= WRONG_TO].mean()),
    }


def lsat(data: Path, number: int) -> dict[str, Any]:
    """Fit a law school admission test's five items by likelihood alone."""
    answers = []
    rows = csv.DictReader((data / "irt" / f"lsat{number}_patterns.csv").open())
    learner = 0
    for row in rows:
        for _ in range(int(row["freq"])):
            answers += [(learner, name, row[name] == "1") for name in row if name != "freq"]
            learner += 1
    found = fit(answers, {})
    items = list(found.items.values())
    return {
        "a": [_round(one.a) for one in items],
        "b": [_round(one.b) for one in items],
        "d": [_round(-one.a * one.b) for one in items],
        "se_a": [_round(one.se_a or 0) for one in items],
        "log_likelihood": round(found.log_likelihood, 2),
        "reference": LSAT6 if number == 6 else LSAT7,
    }


def sat12(data: Path) -> dict[str, Any]:
    """Look for wrong keys among the 32 science items, of which 32 is known to be one."""
    folder = data / "irt"
    keys = json.loads((folder / "sat12_key.json").read_text())["key"]
    names = [f"i{number}" for number in range(1, len(keys) + 1)]
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    answers = []
    for learner, row in enumerate(csv.DictReader((folder / "sat12_raw_options.csv").open())):
        for name, key in zip(names, keys, strict=True):
            choice = None if row[name] == "8" else row[name]
            answers.append(Answered(learner, name, row[name] == str(key), choice, None, moment))
    key_of: dict[str, str | None] = {name: str(key) for name, key in zip(names, keys, strict=True)}
    found = item_statistics(answers, key_of, dict.fromkeys(names, "12345"))
    wrong = {
        name: [flag.message for flag in one.flags if flag.code == "mis_keyed"]
        for name, one in found.items()
        if any(flag.code == "mis_keyed" for flag in one.flags)
    }
    return {"mis_keyed": wrong, "reference": ["i32"], "kr20": _round(reliability(answers) or 0)}


def recall(data: Path) -> dict[str, Any]:
    """Predict each spaced review of a real log before it is made, with default weights."""
    by_card: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    for row in csv.DictReader((data / "fsrs" / "review_logs_josh.csv").open()):
        moment = datetime.fromisoformat(row["review_time"])
        by_card[row["card_id"]].append((moment, int(row["review_rating"])))
    pairs = [pair for reviews in by_card.values() for pair in _predicted(sorted(reviews))]
    mean = sum(recalled for _, recalled in pairs) / len(pairs)
    return {
        "n": len(pairs),
        "log_loss": _round(_log_loss(pairs)),
        "constant": _round(_log_loss([(mean, recalled) for _, recalled in pairs])),
        "reference": {"log_loss": 0.4587, "constant": 0.5112},
    }


def _predicted(reviews: Sequence[tuple[datetime, int]]) -> Iterator[tuple[float, bool]]:
    state, last = schedule.new_state(), None
    for moment, rating in reviews:
        # A review on the day of the last one is drill, which no spacing predicts.
        if last is not None and (moment - last).days >= 1:
            yield schedule.retrievability(state, moment), rating > 1
        state, last = schedule.review(state, rating, moment).state, moment


def _log_loss(pairs: Sequence[tuple[float, bool]]) -> float:
    kept = ((min(1 - 1e-6, max(1e-6, p)), recalled) for p, recalled in pairs)
    return -math.fsum(math.log(p if recalled else 1 - p) for p, recalled in kept) / len(pairs)


def speed() -> dict[str, Any]:
    """Time one answer, warm, and a fit of 1,000 learners by 100 items drawn by a fixed seed."""
    key = "The mitochondria make most of the ATP that the cell uses, by breaking down glucose."
    answer = "They break glucose down, and so most of the energy the cell needs is made there."
    judge(answer, "What do mitochondria do?", (key,))
    start = time.perf_counter()
    for _ in range(100):
        judge(answer, "What do mitochondria do?", (key,), [key] * 5)
    answer_ms = (time.perf_counter() - start) * 10
    random = np.random.default_rng(1)
    theta, a, b = (
        random.normal(size=1000),
        np.exp(0.4 * random.normal(size=100)),
        random.normal(size=100),
    )
    right = random.random((1000, 100)) < 1 / (1 + np.exp(-a * (theta[:, None] - b)))
    answers = [
        (row, column, bool(right[row, column])) for row in range(1000) for column in range(100)
    ]
    start = time.perf_counter()
    fit(answers, {column: prior_parameters(0.5) for column in range(100)})
    return {
        "answer_ms": _round(answer_ms),
        "fit_1000_by_100_s": _round(time.perf_counter() - start),
    }


def _round(value: float) -> float:
    return round(float(value), 4)


if __name__ == "__main__":
    sys.exit(main())
