"""What speaks for a cell being a leaderboard's result: words near it, in its caption, in the paper.

Names are compared as runs of words with everything but letters and digits cut out, so "CTB - 6",
"CTB6" and "ctb-6" are one. Evidence is numbers only; `tdms_linker` learns what they are worth.
"""

import math
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files

from evigate.papers.bench.tdms_data import Board, ParsedCell, ParsedPaper, ParsedTable
from evigate.papers.claims.lexicon import metrics_in

RUN_MAX = 6
_WORD = re.compile(r"[a-z]+|\d+(?:\.\d+)?")
_OWN = re.compile(
    r"\bours?\b|this (?:paper|work)|our (?:model|system|parser|result|method|approach)|propos|"
    r"\bwe\b",
    re.I,
)
_CITED = re.compile(r"et al|\b(?:19|20)\d\d\b|\[\s?\d+\s?\]|&")
_PRINTED_NAME = re.compile(r"\b(?=\w*[A-Z\d])[A-Za-z]\w*[A-Z\d]\w*")
_DEV = re.compile(r"\b(?:dev|valid|validation|development)\b", re.I)
_TEST = re.compile(r"\btest\b", re.I)
_ABLATION = re.compile(r"ablation|effect of|analysis|varia|differen|statistic|hyper", re.I)
_MAIN = re.compile(r"result|comparison|performance|state|compar|score|test", re.I)
# Where training has no score of a kind: sixty, give or take a factor of e.
_ANY_SCORE = (math.log(60), 1.0)
_SPREAD_MIN = 0.1
_FAR = 5.0
# One name for scores of several sizes: ROUGE-1 and ROUGE-2, Hits@1 and Hits@10.
_MIXED_FAMILIES = frozenset({"ROUGE", "Hits"})
_LOWER_IS_BETTER = frozenset({"Error", "perplexity", "BPC"})
_COMPOUND = (
    (re.compile(r"perplexity", re.I), "perplexity"),
    (re.compile(r"BPC", re.I), "BPC"),
)
_QUALIFIERS = re.compile(
    r"test|validation|restaurant|laptop|newswire|full|cnn|daily mail|unigram|n-gram|matched|"
    r"mismatched|surface form",
    re.I,
)


@lru_cache(maxsize=1)
def aliases() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Return the written-down aliases by kind (task, dataset, metric), then by name."""
    text = files("evigate.papers.lexicons").joinpath("leaderboards.tsv").read_text("utf-8")
    found: dict[str, dict[str, tuple[str, ...]]] = {"task": {}, "dataset": {}, "metric": {}}
    for line in text.splitlines()[1:]:
        kind, name, spelled = line.split("\t")
        found[kind][name] = tuple(dict.fromkeys(squeeze(each) for each in spelled.split("|")))
    return found


def squeeze(text: str) -> str:
    """Return the letters and digits of a text, lower case."""
    return "".join(words(text))


def words(text: str) -> list[str]:
    """Return words and numbers of a text, lower case; "CTB6" is "ctb", "6"."""
    return _WORD.findall(text.lower())


def runs(text: str) -> Counter[str]:
    """Count every run of up to `RUN_MAX` words, squeezed."""
    found = words(text)
    return Counter(
        "".join(found[start : start + length])
        for length in range(1, RUN_MAX + 1)
        for start in range(len(found) - length + 1)
    )


@lru_cache(maxsize=1)
def _usual() -> Mapping[tuple[str, str], tuple[float, float]]:
    """Return mean and spread of log scores by squeezed data set and metric family.

    They are counted over other papers than any of this corpus, its training split aside; see
    `scripts/build_taxonomy.py`.
    """
    text = files("evigate.papers.lexicons").joinpath("usual.tsv").read_text("utf-8")
    found: dict[tuple[str, str], tuple[float, float]] = {}
    for line in text.splitlines()[1:]:
        dataset, metric, _, mean, spread = line.split("\t")
        found[squeeze(dataset), metric] = (float(mean), max(float(spread), _SPREAD_MIN))
    return found


def usual_score(names: "Names") -> tuple[float, float] | None:
    """Return what results on a leaderboard are usually like, if enough papers tell."""
    mentions = metrics_in(names.board.metric)
    family = mentions[0].metric.name if mentions else names.kind
    if family in _MIXED_FAMILIES:
        return None
    known = _usual()
    spelled = (squeeze(names.board.dataset), *names.dataset)
    return next((known[key] for each in spelled if (key := (each, family)) in known), None)


@dataclass(frozen=True)
class Names:
    """A leaderboard's spellings, and which way its metric gets better."""

    board: Board
    task: tuple[str, ...]
    dataset: tuple[str, ...]
    metric: tuple[str, ...]
    kind: str
    qualifiers: tuple[str, ...]

    @property
    def is_lower_better(self) -> bool:
        """Whether smaller is better."""
        return self.kind in _LOWER_IS_BETTER


def names_of(board: Board) -> Names:
    """Return a leaderboard's spellings: those written down, else its own name."""
    known = aliases()
    kind = metric_kind(board.metric)
    qualifiers = tuple(squeeze(found) for found in _QUALIFIERS.findall(board.metric))
    return Names(
        board,
        known["task"].get(board.task) or (squeeze(board.task),),
        known["dataset"].get(board.dataset) or (squeeze(board.dataset),),
        known["metric"].get(kind) or (squeeze(board.metric),),
        kind,
        qualifiers,
    )


def metric_kind(metric: str) -> str:
    """Return the known metric that a leaderboard's metric is a form of, or its own name."""
    known = aliases()["metric"]
    if metric in known:
        return metric
    for pattern, kind in _COMPOUND:
        if pattern.search(metric):
            return kind
    run = runs(metric)
    named = [kind for kind, spelled in known.items() if any(run[each] for each in spelled)]
    plain = [kind for kind in named if run[squeeze(kind)]]
    return next(iter(plain or named), metric)


class Taxonomy:
    """The closed set of leaderboards with every spelling that matters."""

    def __init__(self, boards: Sequence[Board]) -> None:
        self.names = tuple(names_of(board) for board in boards)
        self.datasets = frozenset(each for names in self.names for each in names.dataset)
        self.metrics = frozenset(each for names in self.names for each in names.metric)
        self.tasks = frozenset(each for names in self.names for each in names.task)
        self.qualifiers: dict[tuple[str, str], frozenset[str]] = {}
        for names in self.names:
            key = names.board[:2]
            told = self.qualifiers.get(key, frozenset())
            self.qualifiers[key] = told | frozenset(names.qualifiers)
        self._known = self.datasets | self.metrics | self.tasks
        self._known |= {each for told in self.qualifiers.values() for each in told}

    def spellings_in(self, text: str) -> Counter[str]:
        """Count the known spellings among the runs of a text."""
        return Counter({run: n for run, n in runs(text).items() if run in self._known})


class PaperWords:
    """A paper's texts as counted spellings."""

    def __init__(self, paper: ParsedPaper, taxonomy: Taxonomy) -> None:
        self.paper = paper
        self._taxonomy = taxonomy
        opening = f"{paper.title} {paper.abstract}"
        self._opening = {word.lower() for word in _PRINTED_NAME.findall(opening)}
        self.title = taxonomy.spellings_in(paper.title)
        self.abstract = taxonomy.spellings_in(paper.abstract)
        self.body = taxonomy.spellings_in(paper.body)
        self.captions = [taxonomy.spellings_in(table.caption) for table in paper.tables]
        self.every_caption = sum(self.captions, Counter())
        self._labels: dict[tuple[str, ...], Counter[str]] = {}
        self.every_label: Counter[str] = Counter()
        for table in paper.tables:
            for cell in table.cells:
                self.every_label |= self.labels((*cell.rows, *cell.columns))

    def own_share(self, row: str) -> float:
        """Return the share of a label's names, "AMANDA" or "BiLSTM", that title and abstract say.

        Names hold a capital after the first letter or a digit; 0 for a label without any.
        """
        named = {word.lower() for word in _PRINTED_NAME.findall(row)}
        return len(named & self._opening) / len(named) if named else 0.0

    def labels(self, texts: tuple[str, ...]) -> Counter[str]:
        """Count spellings in labels; a header in two lines is two labels, so runs cross them."""
        if texts not in self._labels:
            forward = self._taxonomy.spellings_in(" ".join(texts))
            backward = self._taxonomy.spellings_in(" ".join(reversed(texts)))
            self._labels[texts] = forward | backward
        return self._labels[texts]


def has(counted: Counter[str], spelled: Collection[str]) -> float:
    """Return the length of the longest spelling that is there, scaled to 1 for eight letters."""
    return min(max((len(each) for each in counted if each in spelled), default=0), 8) / 8


def count(counted: Counter[str], spelled: Collection[str]) -> float:
    """Return the logarithm of how often the most frequent spelling occurs; short ones are noise."""
    found = [number for each, number in counted.items() if each in spelled and len(each) > 2]
    return math.log1p(max(found, default=0))


@dataclass(frozen=True)
class Candidate:
    """A cell that may be a leaderboard's result, with its evidence."""

    paper: str
    board: Board
    place: tuple[int, int]
    value: Decimal
    evidence: tuple[float, ...]


def candidates(
    found: PaperWords, taxonomy: Taxonomy, typical: Mapping[str, tuple[float, float]]
) -> list[Candidate]:
    """Return every pairing of a leaderboard with a cell that something speaks for.

    Args:
        found: the paper.
        taxonomy: the closed set.
        typical: by metric kind, mean and spread of the logarithms of training scores.
    """
    ranks = {
        is_lower: [_ranks(table, is_lower=is_lower) for table in found.paper.tables]
        for is_lower in (False, True)
    }
    made: list[Candidate] = []
    for names in taxonomy.names:
        paper_wide = _paper_evidence(found, names)
        if paper_wide is None:
            continue
        for index, table in enumerate(found.paper.tables):
            table_wide = _table_evidence(found, names, taxonomy, index)
            best = ranks[names.is_lower_better][index]
            for number, cell in enumerate(table.cells):
                near = _cell_evidence(found, names, taxonomy, cell)
                if sum(near[:4]) + table_wide[1] > 0:
                    value = _value_evidence(cell, names, best, typical)
                    evidence = (*paper_wide, *table_wide, *near, *value)
                    place = (index, number)
                    made.append(Candidate(found.paper.id, names.board, place, cell.value, evidence))
    return made


def _paper_evidence(found: PaperWords, names: Names) -> tuple[float, ...] | None:
    """Return what the paper as a whole says of a leaderboard, or None if nothing of its data."""
    of_data = (
        has(found.title, names.dataset),
        has(found.abstract, names.dataset),
        count(found.body, names.dataset),
        has(found.every_caption, names.dataset),
        has(found.every_label, names.dataset),
    )
    if not any(of_data):
        return None
    return (
        *of_data,
        has(found.title, names.task),
        has(found.abstract, names.task),
        count(found.body, names.task),
        count(found.every_caption, names.task),
        count(found.body, names.metric),
        float(bool(found.paper.body)),
    )


def _table_evidence(
    found: PaperWords, names: Names, taxonomy: Taxonomy, index: int
) -> tuple[float, ...]:
    caption, table = found.captions[index], found.paper.tables[index]
    return (
        has(caption, names.dataset),
        has(caption, names.metric),
        has(caption, names.task),
        has(caption, taxonomy.datasets.difference(names.dataset)),
        float(bool(_ABLATION.search(table.caption))),
        float(bool(_MAIN.search(table.caption))),
        float(bool(_DEV.search(table.caption))),
        float(bool(_TEST.search(table.caption))),
        index / max(1, len(found.paper.tables)),
        math.log1p(len(table.cells)),
    )


def _cell_evidence(
    found: PaperWords, names: Names, taxonomy: Taxonomy, cell: ParsedCell
) -> tuple[float, ...]:
    rows, columns = found.labels(cell.rows), found.labels(cell.columns)
    both = found.labels((*cell.columns, *cell.rows))
    row_text, column_text = " ".join(cell.rows), " ".join(cell.columns)
    sibling = taxonomy.qualifiers[names.board[:2]].difference(names.qualifiers)
    return (
        has(columns, names.metric),
        has(rows, names.metric),
        has(columns, names.dataset),
        has(rows, names.dataset),
        has(columns, taxonomy.metrics.difference(names.metric)),
        has(rows, taxonomy.metrics.difference(names.metric)),
        has(both, taxonomy.datasets.difference(names.dataset)),
        has(both, names.qualifiers) if names.qualifiers else 0.5,
        has(both, sibling),
        float(bool(_OWN.search(row_text))),
        float(bool(_CITED.search(row_text))),
        float(bool(_DEV.search(f"{row_text} {column_text}"))),
        float(bool(_TEST.search(column_text))),
        float(not row_text.strip()),
        found.own_share(row_text),
        has(both, names.task),
    )


def _value_evidence(
    cell: ParsedCell,
    names: Names,
    best: Mapping[int, float],
    typical: Mapping[str, tuple[float, float]],
) -> tuple[float, ...]:
    value = float(cell.value)
    usual = usual_score(names)
    distance = _distance(value, typical.get(names.kind, _ANY_SCORE))
    decimals = -int(cell.value.as_tuple().exponent)
    return (
        float(cell.is_bold),
        best.get(id(cell), 0.5),
        distance,
        distance if usual is None else _distance(value, usual),
        float(usual is not None),
        float(0 < decimals < 4),
        float(value <= 100 or names.kind == "perplexity"),
        float(names.is_lower_better),
    )


def _distance(value: float, typical: tuple[float, float]) -> float:
    """Return how many spreads a value lies off, at most `_FAR`; .9 and 90 are one."""
    mean, spread = typical
    logs = (math.log(max(value, 1e-3)), math.log(max(value * 100, 1e-3)))
    return min(_FAR, *(abs(each - mean) / spread for each in logs[: 2 if value <= 1 else 1]))


def _ranks(table: ParsedTable, *, is_lower: bool) -> dict[int, float]:
    """Return each cell's rank among those of the same columns: 1 for the best, 0 for the worst."""
    columns: dict[tuple[str, ...], list[ParsedCell]] = {}
    for cell in table.cells:
        columns.setdefault(tuple(c for c in cell.columns if c != "-"), []).append(cell)
    ranks: dict[int, float] = {}
    for cells in columns.values():
        values = sorted({cell.value for cell in cells}, reverse=not is_lower)
        for cell in cells:
            place = values.index(cell.value)
            ranks[id(cell)] = 1.0 - place / (len(values) - 1) if len(values) > 1 else 0.5
    return ranks
