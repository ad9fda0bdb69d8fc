"""Measures of ranked answers, by trec_eval; what it cannot know is settled here.

trec_eval scores sets of scored documents: it knows no list with the same document twice. Here a
duplicate counts once, at its best place, and the later places it takes stay taken.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pytrec_eval

from evigate.engine.evals.models import Metrics

# Depths at which recall is told, as far as k reaches.
DEPTHS = (1, 3, 5, 10)
MEASURES = ("recall", "precision", "mrr", "ndcg", "map", "hit_rate")


def score_rankings(
    rankings: Mapping[str, Sequence[str]],
    judgments: Mapping[str, Mapping[str, int]],
    *,
    k: int,
) -> dict[str, dict[str, float]]:
    """
    Return the measures of each judged query's best k answers.

    Args:
        rankings: ids for each query, best first; a query without any has the empty ranking.
        judgments: for each query the grade of each judged id; a grade above 0 is relevant.
        k: how many answers count, > 0; later ones are ignored.

    Returns:
        For each query of `judgments`: recall (of its relevant ids), precision (over k, also where
        fewer came), mrr, ndcg (gain is the grade, discount log2(place + 1) from place 1, ideal over
        all judgments), map, hit_rate, and recall_at_1, 3, 5, 10 as far as k reaches. All are 0 for
        a query for which nothing is relevant.

    Source:
        trec_eval's recall, P, recip_rank, ndcg_cut, map_cut and success.
    """
    qrels, run = {}, {}
    names: dict[str, str] = {}
    for number, (query, grades) in enumerate(judgments.items()):
        # Ids go in as numbers: a C string ends at a zero byte and takes no half characters.
        names[str(number)] = query
        places = {document: str(place) for place, document in enumerate(grades)}
        qrels[str(number)] = {places[document]: grade for document, grade in grades.items()}
        run[str(number)] = _scores(rankings.get(query, ())[:k], places)
    depths = [depth for depth in DEPTHS if depth <= k]
    recalls = ",".join(str(depth) for depth in sorted({k, *depths}))
    wanted = [f"recall.{recalls}", f"P.{k}", "recip_rank", f"ndcg_cut.{k}", f"map_cut.{k}"]
    judged = {query: grades for query, grades in qrels.items() if grades}
    found = pytrec_eval.RelevanceEvaluator(judged, [*wanted, f"success.{k}"]).evaluate(
        {query: run[query] for query in judged}
    )
    return {name: _named(found.get(query, {}), k, depths) for query, name in names.items()}


def _scores(ranking: Sequence[str], places: Mapping[str, str]) -> dict[str, float]:
    """Return a score that falls with the place; strangers and duplicates get ids of their own."""
    scores: dict[str, float] = {}
    for place, document in enumerate(ranking):
        known = places.get(document)
        name = known if known is not None and known not in scores else f"other {place}"
        scores[name] = -float(place)
    return scores


def _named(found: Mapping[str, float], k: int, depths: Sequence[int]) -> dict[str, float]:
    theirs = (f"recall_{k}", f"P_{k}", "recip_rank", f"ndcg_cut_{k}", f"map_cut_{k}")
    values = dict(zip(MEASURES, (*theirs, f"success_{k}"), strict=True))
    values |= {f"recall_at_{depth}": f"recall_{depth}" for depth in depths}
    return {ours: float(found.get(name, 0.0)) for ours, name in values.items()}


def latency_measures(latencies_ms: Sequence[float]) -> Metrics:
    """Return the mean, median, 95th percentile and largest of latencies in ms; none for none."""
    if not latencies_ms:
        return {}
    p50, p95 = np.quantile(latencies_ms, [0.5, 0.95])
    return {
        "latency_ms_mean": float(np.mean(latencies_ms)),
        "latency_ms_p50": float(p50),
        "latency_ms_p95": float(p95),
        "latency_ms_max": float(np.max(latencies_ms)),
    }
