"""Retrieval measures on Cranfield, against the library, scikit-learn and formulas written out.

Origin, terms and counts are in the README beside this file.
"""

import csv
import math
from pathlib import Path

import numpy as np
import pytest
import pytrec_eval
from sklearn.metrics import ndcg_score

from evigate.engine.evals.retrieval import score_rankings

HERE = Path(__file__).parent
RUNS = ("bm25", "dense")
DEPTHS = (1, 5, 10, 20)

Qrels = dict[str, dict[str, int]]
Run = dict[str, list[str]]


def qrels() -> Qrels:
    found: Qrels = {}
    with (HERE / "cranfield_qrels.tsv").open() as file:
        for row in csv.DictReader(file, delimiter="\t"):
            found.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    return found


def run(name: str) -> Run:
    with (HERE / "cranfield_runs.tsv").open() as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {row["query_id"]: row["document_ids"].split() for row in rows if row["run"] == name}


def by_formula(ranking: list[str], grades: dict[str, int], k: int) -> dict[str, float]:
    """The measures as their definitions read, of a ranking without duplicates."""
    relevant = {document for document, grade in grades.items() if grade > 0}
    hits = [document in relevant for document in ranking[:k]]
    gains = [grades.get(document, 0) for document in ranking[:k]]
    ideal = sorted(grades.values(), reverse=True)[:k]
    precisions = [sum(hits[: n + 1]) / (n + 1) for n, hit in enumerate(hits) if hit]
    first = hits.index(True) + 1 if any(hits) else math.inf

    def dcg(values: list[int]) -> float:
        return sum(value / math.log2(place + 2) for place, value in enumerate(values))

    return {
        "recall": sum(hits) / len(relevant),
        "precision": sum(hits) / k,
        "mrr": 1 / first,
        "ndcg": dcg(gains) / dcg(ideal),
        "map": sum(precisions) / len(relevant),
        "hit_rate": float(any(hits)),
    }


def test_the_collection_is_whole() -> None:
    judged = qrels()
    assert len(judged) == 225
    assert sum(len(grades) for grades in judged.values()) == 1_612
    for name in RUNS:
        assert run(name).keys() == judged.keys()
        assert all(len(ranking) == len(set(ranking)) == 20 for ranking in run(name).values())


@pytest.mark.parametrize("k", DEPTHS)
@pytest.mark.parametrize("name", RUNS)
def test_every_query_scores_as_the_definitions_read(name: str, k: int) -> None:
    judged, answers = qrels(), run(name)
    found = score_rankings(answers, judged, k=k)
    for query, grades in judged.items():
        expected = by_formula(answers[query], grades, k)
        own = {measure: found[query][measure] for measure in expected}
        assert own == pytest.approx(expected, abs=1e-9), query


@pytest.mark.parametrize("k", DEPTHS)
@pytest.mark.parametrize("name", RUNS)
def test_every_query_scores_as_the_library_scores_the_bare_run(name: str, k: int) -> None:
    judged, answers = qrels(), run(name)
    found = score_rankings(answers, judged, k=k)
    measures = {
        "recall": f"recall_{k}",
        "precision": f"P_{k}",
        "ndcg": f"ndcg_cut_{k}",
        "map": f"map_cut_{k}",
        "hit_rate": f"success_{k}",
    }
    names = {name.replace(f"_{k}", f".{k}") for name in measures.values()}
    library = pytrec_eval.RelevanceEvaluator(judged, names).evaluate(
        {
            query: {document: 1.0 / (place + 1) for place, document in enumerate(ranking)}
            for query, ranking in answers.items()
        }
    )
    for query in judged:
        for ours, theirs in measures.items():
            assert found[query][ours] == pytest.approx(library[query][theirs], abs=1e-12)


@pytest.mark.parametrize("name", RUNS)
def test_ndcg_is_scikit_learns(name: str) -> None:
    judged, answers = qrels(), run(name)
    found = score_rankings(answers, judged, k=10)
    for query, grades in judged.items():
        documents = list(dict.fromkeys([*answers[query], *grades]))
        truth = [grades.get(document, 0) for document in documents]
        scores = -np.arange(len(documents))
        expected = ndcg_score([truth], [scores], k=10, ignore_ties=True)
        assert found[query]["ndcg"] == pytest.approx(expected, abs=1e-9), query


def test_the_means_stay_what_they_were() -> None:
    means = {}
    for name in RUNS:
        scores = score_rankings(run(name), qrels(), k=10).values()
        means[name] = {m: float(np.mean([s[m] for s in scores])) for m in ("ndcg", "recall", "map")}
    assert means["bm25"] == pytest.approx(
        {"ndcg": 0.343718, "recall": 0.380082, "map": 0.221491}, abs=1e-6
    )
    assert means["dense"] == pytest.approx(
        {"ndcg": 0.381124, "recall": 0.414985, "map": 0.259822}, abs=1e-6
    )
