"""NLP-TDMS: (task, data set, metric, score) of papers on a closed set of leaderboards.

What is scored, exactly. Leaderboards are the triples that at least five annotated papers share,
sizes of models aside; a paper's gold is its annotated numbers on those. A result is right if its
leaderboard and its number are; "TDM" asks for the leaderboard alone. Papers without gold on any
leaderboard are in: whatever is said of them is wrong. "Unknown" as a label of such papers is not
scored, so figures compare with the published ones "without Unknown" and with the TDMS ones.
Counted are the papers of the published test split that have candidates of scores, less one that is
in the training split too. Micro pools all results; macro averages over leaderboards that have gold.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import fmean
from typing import Any

from evigate.papers.bench.scoring import Tally
from evigate.papers.bench.tdms_data import Board, Corpus
from evigate.papers.bench.tdms_evidence import Taxonomy
from evigate.papers.bench.tdms_linker import Result, fit_linker, gold_of, is_right

# F1 in percent. Hou et al., ACL 2019, Table 5, and Kardas et al., EMNLP 2020 (AxCell).
PUBLISHED = {"TDMS-IE, from PDF": 11.8, "AxCell, from LaTeX": 25.8}


def bench_tdms(corpus: Corpus, *, say: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """Learn from the training split, say what the test split's papers report, and score it.

    Returns:
        JSON values; "test" holds the figures to compare, "beyond_training" the same over every
        annotated paper that is not in training, and "training" what cross-validation gave.
    """
    taxonomy = Taxonomy(corpus.boards)
    say(f"learning from {len(corpus.train)} papers")
    linker = fit_linker(corpus, taxonomy)
    others = [paper for paper in corpus.results if paper not in set(corpus.train)]
    said: dict[str, list[Result]] = {}
    for number, paper in enumerate(others, 1):
        said[paper] = linker.results(corpus, paper, taxonomy)
        if number % 50 == 0:
            say(f"{number}/{len(others)} papers")
    return {
        "leaderboards": len(corpus.boards),
        "threshold": round(linker.threshold, 4),
        "training": {"papers": len(corpus.train), "tdms": _prf(linker.validated)},
        "test": _figures(corpus, corpus.test, said),
        "beyond_training": _figures(corpus, others, said),
        "published_micro_f1": PUBLISHED,
    }


def _figures(
    corpus: Corpus, papers: Sequence[str], said: Mapping[str, Sequence[Result]]
) -> dict[str, Any]:
    tdms: dict[Board, Tally] = defaultdict(lambda: Tally(0, 0, 0))
    tdm: dict[Board, Tally] = defaultdict(lambda: Tally(0, 0, 0))
    annotated = 0
    for paper in papers:
        gold = gold_of(corpus, paper)
        annotated += len(corpus.results.get(paper, {}))
        for board in gold:
            tdms[board] += Tally(0, 0, 1)
            tdm[board] += Tally(0, 0, 1)
        for result in said.get(paper, ()):
            tdms[result.board] += Tally(int(is_right(corpus, paper, result)), 1, 0)
            tdm[result.board] += Tally(int(result.board in gold), 1, 0)
    micro = sum(tdms.values(), Tally(0, 0, 0))
    return {
        "papers": len(papers),
        "not_parsed": sorted(paper for paper in papers if paper not in corpus.papers),
        "without_text": sum(
            paper in corpus.papers and not corpus.papers[paper].body for paper in papers
        ),
        "annotated_scores": annotated,
        "tdms": {"micro": _prf(micro), "macro": _macro(tdms.values())},
        "tdms_of_all_annotated": _prf(Tally(micro.right, micro.claimed, annotated)),
        "tdm": {
            "micro": _prf(sum(tdm.values(), Tally(0, 0, 0))),
            "macro": _macro(tdm.values()),
        },
    }


def _macro(tallies: Iterable[Tally]) -> dict[str, float | None]:
    known = [tally for tally in tallies if tally.wanted]
    if not known:
        return {"precision": None, "recall": None, "f1": None}
    return {
        "precision": fmean(tally.precision or 0.0 for tally in known),
        "recall": fmean(tally.recall or 0.0 for tally in known),
        "f1": fmean(tally.f1 or 0.0 for tally in known),
    }


def _prf(tally: Tally) -> dict[str, Any]:
    return {
        "right": tally.right,
        "said": tally.claimed,
        "wanted": tally.wanted,
        "precision": tally.precision,
        "recall": tally.recall,
        "f1": tally.f1,
    }
