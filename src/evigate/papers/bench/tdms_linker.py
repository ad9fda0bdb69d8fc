"""Learn from annotated papers which cell is a leaderboard's result, and how sure to be.

A logistic regression over the evidence of `tdms_evidence`; regularised hard, since some fifty
papers teach it. The sureness from which a result is said is the one that does best on papers that
the model being asked had not seen, within training.
"""

import math
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean, pstdev
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evigate.papers.bench.scoring import Tally
from evigate.papers.bench.tdms_data import Board, Corpus
from evigate.papers.bench.tdms_evidence import (
    Candidate,
    PaperWords,
    Taxonomy,
    candidates,
    metric_kind,
)

FOLDS = 8
REPEATS = 5
# Chosen by cross-validation within training among .01, .03, .1, .3; ten times as much costs
# two points of F1.
INVERSE_STRENGTH = 0.01
SPREAD_MIN = 0.15
SEED = 0


@dataclass(frozen=True, slots=True)
class Result:
    """A result said of a paper."""

    board: Board
    value: Decimal
    sureness: float


@dataclass(frozen=True, slots=True)
class Linker:
    """A fitted model with its threshold and what cross-validation within training gave it."""

    model: Any
    typical: Mapping[str, tuple[float, float]]
    threshold: float
    validated: Tally

    def results(self, corpus: Corpus, paper: str, taxonomy: Taxonomy) -> list[Result]:
        """Return what is said of a paper, surest first; nothing for one that was not parsed."""
        if paper not in corpus.papers:
            return []
        words = PaperWords(corpus.papers[paper], taxonomy)
        found = candidates(words, taxonomy, self.typical)
        best = best_of_boards(found, _sureness(self.model, found))
        return [result for result in best if result.sureness >= self.threshold]


def fit_linker(corpus: Corpus, taxonomy: Taxonomy) -> Linker:
    """Learn from the training papers of a corpus, and from no other."""
    papers = [paper for paper in corpus.train if paper in corpus.papers]
    typical = typical_scores(corpus, papers)
    found = {
        paper: candidates(PaperWords(corpus.papers[paper], taxonomy), taxonomy, typical)
        for paper in papers
    }
    threshold, validated = _validated(corpus, papers, found)
    return Linker(_fitted(corpus, papers, found), typical, threshold, validated)


def typical_scores(corpus: Corpus, papers: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Return mean and spread of the logarithms of scores, by kind of metric seen twice or more."""
    seen: dict[str, list[float]] = defaultdict(list)
    for paper in papers:
        for board, value in corpus.results.get(paper, {}).items():
            if value > 0:
                seen[metric_kind(board.metric)].append(math.log(value))
    return {
        kind: (fmean(logs), max(pstdev(logs), SPREAD_MIN))
        for kind, logs in seen.items()
        if len(logs) > 1
    }


def _validated(
    corpus: Corpus, papers: Sequence[str], found: Mapping[str, Sequence[Candidate]]
) -> tuple[float, Tally]:
    """Return the best threshold over papers each judged by models of the other folds.

    Several divisions into folds vote, since the best threshold of one rests on its chances.
    """
    said: list[tuple[str, Result]] = []
    for repeat in range(REPEATS):
        shuffled = random.Random(repeat).sample(list(papers), len(papers))
        said.extend(_out_of_fold(corpus, shuffled, found))
    said.sort(key=lambda each: -each[1].sureness)
    wanted = REPEATS * sum(len(gold_of(corpus, paper)) for paper in papers)
    right, best_tally, threshold = 0, Tally(0, 1, wanted), 1.0
    for number, (paper, result) in enumerate(said, 1):
        right += is_right(corpus, paper, result)
        tally = Tally(right, number, wanted)
        if (tally.f1 or 0) > (best_tally.f1 or 0):
            best_tally, threshold = tally, result.sureness
    return threshold, best_tally


def _out_of_fold(
    corpus: Corpus, papers: Sequence[str], found: Mapping[str, Sequence[Candidate]]
) -> Iterator[tuple[str, Result]]:
    for fold in range(FOLDS):
        held = papers[fold::FOLDS]
        model = _fitted(corpus, [paper for paper in papers if paper not in held], found)
        for paper in held:
            for result in best_of_boards(found[paper], _sureness(model, found[paper])):
                yield paper, result


def gold_of(corpus: Corpus, paper: str) -> dict[Board, Decimal]:
    """Return a paper's results on the leaderboards of the closed taxonomy."""
    known = set(corpus.boards)
    return {b: value for b, value in corpus.results.get(paper, {}).items() if b in known}


def is_right(corpus: Corpus, paper: str, result: Result) -> bool:
    """Say whether the annotation has this very number, digits after the last non-zero aside."""
    return gold_of(corpus, paper).get(result.board) == result.value


def best_of_boards(found: Sequence[Candidate], sureness: Sequence[float]) -> list[Result]:
    """Return each leaderboard's surest cell, surest leaderboard first; ties by name.

    A cell is one result only: of leaderboards that want the same cell, the surest has it, and
    nothing is said of the others.
    """
    order = sorted(
        zip(found, sureness, strict=True),
        key=lambda pair: (-pair[1], pair[0].board, pair[0].place),
    )
    best: dict[Board, Result] = {}
    seen: set[Board] = set()
    taken: set[tuple[int, int]] = set()
    for candidate, sure in order:
        if candidate.board in seen:
            continue
        seen.add(candidate.board)
        if candidate.place not in taken:
            taken.add(candidate.place)
            best[candidate.board] = Result(candidate.board, candidate.value, sure)
    return list(best.values())


def _fitted(corpus: Corpus, papers: Sequence[str], found: Mapping[str, Sequence[Candidate]]) -> Any:
    # Imported here: it takes a second, and no other command of this room needs it.
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    rows = [candidate for paper in papers for candidate in found[paper]]
    right = [corpus.results.get(row.paper, {}).get(row.board) == row.value for row in rows]
    model = LogisticRegression(C=INVERSE_STRENGTH, max_iter=2000, random_state=SEED)
    return make_pipeline(StandardScaler(), model).fit(_matrix(rows), right)


def _sureness(model: Any, found: Sequence[Candidate]) -> list[float]:
    if not found:
        return []
    return [float(each) for each in model.predict_proba(_matrix(found))[:, 1]]


def _matrix(rows: Sequence[Candidate]) -> NDArray[np.float64]:
    return np.array([row.evidence for row in rows], dtype=np.float64)
