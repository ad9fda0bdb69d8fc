"""A retrieval eval: queries go to whoever answers them, and its lists are scored."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evigate.base.clock import monotonic_s
from evigate.engine.evals.judgments import Judgments
from evigate.engine.evals.models import Examined, Metrics, Outcome, Scored
from evigate.engine.evals.retrieval import MEASURES, latency_measures, score_rankings
from evigate.engine.evals.summary import means_of, summarise

LATENCY = "latency_ms"
MS = 1_000.0


@dataclass(frozen=True, slots=True)
class Answers:
    """For each query, in order: the ids found, best first, and how long it took."""

    rankings: Sequence[Sequence[str]]
    latencies_ms: Sequence[float]


Answer = Callable[[Sequence[str], int], Answers]


def one_by_one(find: Callable[[str, int], Sequence[str]]) -> Answer:
    """Return an answerer that asks `find` for one query at a time and takes the time.

    The first query is asked once before, so that opening an index is in nobody's time.
    """

    def answer(queries: Sequence[str], k: int) -> Answers:
        rankings, latencies_ms = [], []
        if queries:
            find(queries[0], k)
        for query in queries:
            begun_s = monotonic_s()
            rankings.append(find(query, k))
            latencies_ms.append((monotonic_s() - begun_s) * MS)
        return Answers(rankings, latencies_ms)

    return answer


def evaluate_ranking(
    judgments: Judgments, answer: Answer, *, k: int, examined: Examined | None = None
) -> Outcome:
    """
    Ask every judged query and score the best k of each answer.

    Returns:
        The mean of each measure over all judged queries. A query for which nothing is relevant
        scores 0 and stays in the mean, as in trec_eval; `details` counts such queries, and those
        that got no answer at all.
    """
    queries = judgments.queries
    answers = answer([query.text for query in queries], k)
    rankings = {query.id: ranking for query, ranking in zip(queries, answers.rankings, strict=True)}
    scores = score_rankings(rankings, judgments.grades, k=k)
    rows = [
        Scored(query.id, {**scores[query.id], LATENCY: latency_ms}, query.cohorts)
        for query, latency_ms in zip(queries, answers.latencies_ms, strict=True)
    ]

    def aggregate(chosen: Sequence[int]) -> Metrics:
        return ranking_measures([rows[position].metrics for position in chosen])

    summary, cohorts = summarise(rows, aggregate)
    details = {
        "nothing_relevant_count": sum(
            not any(grade > 0 for grade in query.grades.values()) for query in queries
        ),
        "nothing_found_count": sum(not ranking for ranking in rankings.values()),
    }
    return Outcome(examined or Examined(), judgments.golden, summary, cohorts, rows, details)


def ranking_measures(rows: Sequence[Metrics]) -> Metrics:
    """Return the means of queries' measures, and the latency's; without a query they are 0."""
    scores = [{name: row[name] for name in row if name != LATENCY} for row in rows]
    latencies_ms = [row[LATENCY] for row in rows if LATENCY in row]
    known = [value for value in latencies_ms if value is not None]
    return {**means_of(scores, MEASURES), **latency_measures(known)}
