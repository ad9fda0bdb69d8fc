"""Measures of labels, spans and numbers that a model gave, against what they should have been."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

# Stands for "the model gave none"; no class of its own, and wrong wherever it stands.
NO_LABEL = "\0"


@dataclass(frozen=True, slots=True)
class ClassMeasures:
    """One class's own measures; a share of nothing is 0."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class LabelMeasures:
    """Measures of single labels; the macro F1 is the plain mean over `classes`."""

    accuracy: float
    macro_f1: float
    weighted_f1: float
    classes: Mapping[str, ClassMeasures]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """An entity's characters [start, end) and label; two are equal if these are, whatever else."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class SpanMeasures:
    """Measures of exact spans: micro over all, macro over labels, and each label's own."""

    precision: float
    recall: float
    f1: float
    macro_f1: float
    classes: Mapping[str, ClassMeasures]


@dataclass(frozen=True, slots=True)
class NumberMeasures:
    """Errors of numbers; `r2` is None where the truth is constant or one number only."""

    mae: float
    rmse: float
    r2: float | None


def score_labels(truth: Sequence[str], given: Sequence[str | None]) -> LabelMeasures:
    """
    Return the measures of labels, as many as there are in the truth, > 0.

    A row without a label is wrong. Classes are those of the truth and those given, in order.

    Source:
        scikit-learn's precision_recall_fscore_support, zero for a division by zero.
    """
    from sklearn.metrics import precision_recall_fscore_support

    answers = [NO_LABEL if label is None else label for label in given]
    classes = sorted({*truth, *answers} - {NO_LABEL})
    precision, recall, f1, support = precision_recall_fscore_support(
        truth, answers, labels=classes, zero_division=0
    )
    right = sum(one == two for one, two in zip(truth, answers, strict=True))
    return LabelMeasures(
        accuracy=right / len(truth),
        macro_f1=float(np.mean(f1)),
        weighted_f1=float(np.average(f1, weights=support)),
        classes={
            name: ClassMeasures(float(p), float(r), float(f), int(n))
            for name, p, r, f, n in zip(classes, precision, recall, f1, support, strict=True)
        },
    )


def count_spans(
    truth: Iterable[Span], given: Iterable[Span]
) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Return, by label, how many of a text's spans are right, given, true; repeats once."""
    wanted, found = set(truth), set(given)
    return (
        Counter(span.label for span in wanted & found),
        Counter(span.label for span in found),
        Counter(span.label for span in wanted),
    )


def score_spans(truth: Sequence[Iterable[Span]], given: Sequence[Iterable[Span]]) -> SpanMeasures:
    """Return the measures of the spans of some texts, in the same order; exact matches alone count.

    Without any span, true or given, every measure is 0.
    """
    right: Counter[str] = Counter()
    found: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    for one, two in zip(truth, given, strict=True):
        for total, part in zip((right, found, wanted), count_spans(one, two), strict=True):
            total.update(part)
    classes = {
        label: _measures(right[label], found[label], wanted[label])
        for label in sorted({*found, *wanted})
    }
    whole = _measures(right.total(), found.total(), wanted.total())
    macro = float(np.mean([each.f1 for each in classes.values()])) if classes else 0.0
    return SpanMeasures(whole.precision, whole.recall, whole.f1, macro, classes)


def span_f1(truth: Iterable[Span], given: Iterable[Span]) -> float:
    """Return one text's F1; 1 where there was nothing to find and nothing was given."""
    right, found, wanted = (counts.total() for counts in count_spans(truth, given))
    return 1.0 if not found and not wanted else _measures(right, found, wanted).f1


def _measures(right: int, found: int, wanted: int) -> ClassMeasures:
    precision = right / found if found else 0.0
    recall = right / wanted if wanted else 0.0
    f1 = 2 * right / (found + wanted) if found + wanted else 0.0
    return ClassMeasures(precision, recall, f1, wanted)


def score_numbers(truth: npt.NDArray[np.float64], given: npt.NDArray[np.float64]) -> NumberMeasures:
    """Return the errors of numbers (n,), n > 0, all finite."""
    errors = given - truth
    spread = float(np.sum((truth - truth.mean()) ** 2))
    squares = float(np.sum(errors**2))
    return NumberMeasures(
        mae=float(np.mean(np.abs(errors))),
        rmse=math.sqrt(squares / len(truth)),
        r2=1 - squares / spread if spread > 0 else None,
    )
