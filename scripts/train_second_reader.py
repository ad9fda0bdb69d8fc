"""Learn the weights of the extractor's second reader from this house's own labelled ideas.

    python scripts/train_second_reader.py [--without PART ...] [--into FILE]

A clause states a field where it overlaps the words of a label (tests/conformance/elicitation/
stated.jsonl, all of it written for this house). Printed is, by five folds over ideas, how often a
clause that is taken is one that was labelled. `--without` leaves parts out, to measure on them.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

from evigate.studio import fields
from evigate.studio.extraction.reading import read
from evigate.studio.extraction.second_reader import grams

ROOT = Path(__file__).resolve().parent.parent
LABELLED = ROOT / "tests/conformance/elicitation/stated.jsonl"
MODEL = ROOT / "src/evigate/studio/extraction/data/second_reader.json"
# A field, its label, and how probable a clause must be to be taken.
FIELDS = {
    fields.JOBS: ("jobs", 0.6),
    fields.ROLES_AND_ACCESS: ("roles", 0.6),
}
WEIGHT_MIN = 0.15
# The last part is not learnt from, so that it says what the whole does on unread ideas.
HELD_OUT = ["fourteenth"]


def clauses(rows: list[dict[str, Any]]) -> list[tuple[str, str, set[str]]]:
    """Return each clause with its idea and the labels whose words it overlaps."""
    found = []
    for row in rows:
        text = row["text"]
        for each in read(text).clauses:
            labels = {
                name
                for name, words in row["fields"].items()
                for one in words
                if _overlaps(text, one, each.start, each.end)
            }
            found.append((row["id"], text[each.start : each.end], labels))
    return found


def _overlaps(text: str, words: str, start: int, end: int) -> bool:
    place = text.find(words)
    while place >= 0:
        if place < end and start < place + len(words):
            return True
        place = text.find(words, place + 1)
    return False


def learnt(known: list[tuple[str, str, set[str]]]) -> dict[str, Any]:
    """Return the model of labelled clauses; print how often folds of them are taken rightly."""
    counted = TfidfVectorizer(analyzer=grams, min_df=2, sublinear_tf=True)
    matrix = counted.fit_transform([each[1] for each in known])
    names = [str(each) for each in counted.get_feature_names_out()]
    rarity = {name: round(float(each), 2) for name, each in zip(names, counted.idf_, strict=True)}
    ideas = [each[0] for each in known]
    made: dict[str, Any] = {"rarity": rarity, "fields": {}}
    for path, (label, least) in FIELDS.items():
        states = np.array([label in each[2] for each in known])
        model = LogisticRegression(C=4, class_weight="balanced", max_iter=400)
        options = {"groups": ideas, "cv": GroupKFold(5), "method": "predict_proba"}
        taken = cross_val_predict(model, matrix, states, **options)[:, 1] >= least
        sys.stdout.write(f"{path}: taken {taken.sum()}, rightly {states[taken].mean():.2f}\n")
        model.fit(matrix, states)
        made["fields"][path] = {
            "bias": round(float(model.intercept_[0]), 3),
            "least": least,
            "weights": {
                name: round(float(weight), 2)
                for name, weight in zip(names, model.coef_[0], strict=True)
                if abs(weight) >= WEIGHT_MIN
            },
        }
    return made


def main() -> None:
    """Learn, print what the folds say, and write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without", nargs="*", default=HELD_OUT)
    parser.add_argument("--into", type=Path, default=MODEL)
    asked = parser.parse_args()
    rows = [json.loads(line) for line in LABELLED.read_text(encoding="utf-8").splitlines()]
    made = learnt(clauses([row for row in rows if row["half"] not in asked.without]))
    asked.into.write_text(json.dumps(made, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
