"""Requirement classes on PROMISE_exp, split by project: what a model learns of one it has not seen.

Trained here and now, on material that may not be built upon in the product (ORIGIN.md); the figures
are beside those that others measured.
"""

import re
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.svm import LinearSVC

DATA = Path(__file__).parent / "PROMISE_exp.arff"
ROW = re.compile(r"^(\d+),'(.*)',(\w+)\s*$", re.MULTILINE)
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
FOLDS = 10
# Macro F1 of functional or not, weighted F1 of the classes: what others measured by project.
OTHERS = (0.736, 0.673)
# Ours is .758 and .666; below these something broke.
FLOORS = (0.74, 0.65)


def rows() -> list[tuple[int, str, str]]:
    """Return the project, the words and the class of each requirement."""
    text = DATA.read_text(encoding="utf-8", errors="replace").partition("@DATA")[2]
    return [(int(project), words, kind) for project, words, kind in ROW.findall(text)]


def model() -> Pipeline:
    return make_pipeline(
        TfidfVectorizer(
            preprocessor=lambda text: NUMBER.sub(" number ", text.lower()),
            ngram_range=(1, 2),
            sublinear_tf=True,
        ),
        LinearSVC(class_weight="balanced", C=0.2),
    )


def test_all_requirements_are_read() -> None:
    found = rows()
    assert len(found) == 969
    assert len({project for project, _, _ in found}) == 47
    assert len({kind for _, _, kind in found}) == 12


def test_classes_of_projects_that_were_not_seen() -> None:
    projects, texts, kinds = zip(*rows(), strict=True)
    classes = np.array(kinds)
    is_functional = classes == "F"
    folds = GroupKFold(FOLDS)
    sides = cross_val_predict(model(), texts, is_functional, groups=projects, cv=folds)
    told = cross_val_predict(model(), texts, classes, groups=projects, cv=folds)
    binary = f1_score(is_functional, sides, average="macro")
    weighted = f1_score(classes, told, average="weighted")
    print(f"by project: {binary:.3f} / {weighted:.3f}; others {OTHERS[0]} / {OTHERS[1]}")
    assert binary >= FLOORS[0] and weighted >= FLOORS[1]
