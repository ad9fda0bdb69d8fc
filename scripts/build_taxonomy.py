"""Write the taxonomy that claims are linked to: tasks, data sets, metrics, and usual scores.

    PYTHONPATH=src python scripts/build_taxonomy.py SHARED/data/p2n

Only training splits are read, and every paper that is evaluated on (the folder `eval_pdf`, the
validation and test splits, and all papers of NLP-TDMS but its training split) is left out, so that
nothing learnt here was seen there. Each row names its sources. A name is an alias of another where
two papers or more report the same score of the same metric under both.
"""

import gzip
import json
import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean, pstdev

from evigate.papers.bench.scoring import likeness
from evigate.papers.claims.lexicon import metrics_in, squeeze

TARGET = Path(__file__).parent.parent / "src" / "evigate" / "papers" / "lexicons"
PAPERS_MIN = 2
ALIAS_PAPERS_MIN = 2
# A usual score needs as many papers; its spread is of the logarithm.
SCORES_MIN = 4
_VERSION = re.compile(r"v\d+$")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Row:
    """One annotated result with its paper and the gold it came from."""

    source: str
    paper: str
    task: str
    dataset: str
    metric: str
    score: str


@dataclass(slots=True)
class Name:
    """What was counted of a name."""

    papers: set[str] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)
    spellings: Counter[str] = field(default_factory=Counter)
    tasks: Counter[str] = field(default_factory=Counter)


def main() -> None:
    """Read the gold and write `taxonomy.tsv` and `usual.tsv`."""
    folder = Path(sys.argv[1])
    rows = list(training_rows(folder))
    names = count(rows)
    aliases = aliases_of(rows)
    lines = ["kind\tname\taliases\tpapers\ttask\tsources"]
    for (kind, key), name in sorted(names.items(), key=lambda item: _order(item[0], item[1])):
        if len(name.papers) >= PAPERS_MIN or "nlp-tdms kb" in name.sources:
            lines.append(_line(kind, key, name, aliases))
    (TARGET / "taxonomy.tsv").write_text("\n".join(lines) + "\n", "utf-8")
    usual = ["dataset\tmetric\tpapers\tlog_mean\tlog_spread"]
    usual += list(usual_scores(rows, names))
    (TARGET / "usual.tsv").write_text("\n".join(usual) + "\n", "utf-8")
    print(f"{len(rows)} rows, {len(lines) - 1} names, {len(usual) - 1} usual scores")


def training_rows(folder: Path) -> Iterator[Row]:
    """Yield every row of the training splits, evaluated papers left out."""
    closed = set(evaluated(folder))
    with gzip.open(folder / "clef_sota_gold" / "gold.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            paper = json.loads(line)
            if paper["split"] == "train" and base_id(paper["arxiv"]) not in closed:
                for task, dataset, metric, score in paper["tuples"]:
                    yield Row("clef-sota train", paper["arxiv"], task, dataset, metric, score)
    train = set((folder / "nlp_tdms" / "split_train_score_ids.txt").read_text().split())
    test = set((folder / "nlp_tdms" / "split_test_score_ids.txt").read_text().split())
    results = folder / "nlp_tdms" / "annotations" / "resultsAnnotation.tsv"
    yield from annotated(results, "nlp-tdms train", closed, only=train - test)
    yield from annotated(folder / "orkg_tdm" / "resultsAnnotation.tsv", "orkg-tdm", closed)
    for kind, name in (("dataset", "datasetKB"), ("task", "taskKB"), ("metric", "evaMatrixKB")):
        for line in (folder / "nlp_tdms" / "kb" / f"{name}.tsv").read_text().splitlines():
            value = line.split("\t")[1].replace("_", " ")
            parts = {"task": "", "dataset": "", "metric": "", kind: value}
            yield Row("nlp-tdms kb", "", parts["task"], parts["dataset"], parts["metric"], "")


def evaluated(folder: Path) -> Iterator[str]:
    """Yield the ids, without versions, of papers that anything is evaluated on."""
    for entry in json.loads((folder / "eval_pdf" / "manifest.json").read_text()):
        yield base_id(entry["paper"])
    with gzip.open(folder / "clef_sota_gold" / "gold.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            paper = json.loads(line)
            if paper["split"] != "train":
                yield base_id(paper["arxiv"])
    train = set((folder / "nlp_tdms" / "split_train_score_ids.txt").read_text().split())
    for line in (folder / "nlp_tdms" / "annotations" / "resultsAnnotation.tsv").open():
        name = line.split("\t")[0]
        if name not in train:
            yield base_id(name)


def base_id(name: str) -> str:
    """Return a paper's id without file ending and version."""
    return _VERSION.sub("", name.removesuffix(".pdf"))


def annotated(
    path: Path, source: str, closed: set[str], only: set[str] | None = None
) -> Iterator[Row]:
    """Yield the rows of a file in the form of NLP-TDMS; all papers but the closed, or only some."""
    for line in path.read_text("utf-8").splitlines():
        paper, _, results = line.partition("\t")
        if paper not in only if only is not None else base_id(paper) in closed:
            continue
        for result in results.split("$"):
            parts = result.split("#")
            if len(parts) >= 4:
                task, dataset, metric = (part.replace("_", " ") for part in parts[:3])
                yield Row(source, base_id(paper), task, dataset, metric, parts[-1])


def count(rows: Iterable[Row]) -> dict[tuple[str, str], Name]:
    """Count names by kind and by letters and digits alone; "MNIST" and "mnist" are one."""
    found: dict[tuple[str, str], Name] = defaultdict(Name)
    for row in rows:
        for kind, value in (("task", row.task), ("dataset", row.dataset), ("metric", row.metric)):
            key = squeeze(value)
            if len(key) < 2 or "\t" in value or value == "unknow":
                continue
            name = found[kind, key]
            name.sources.add(row.source)
            name.spellings[value.strip()] += 1
            if row.paper:
                name.papers.add(row.paper)
            if kind == "dataset" and row.task:
                name.tasks[row.task] += 1
    return found


def aliases_of(rows: Iterable[Row]) -> dict[str, list[str]]:
    """Return, by the key of a data set, other names under which papers repeat its scores."""
    same: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for row in rows:
        if row.dataset and _NUMBER.search(row.score):
            same[row.paper, squeeze(row.metric), row.score].add(row.dataset.strip())
    together: dict[tuple[str, str], set[str]] = defaultdict(set)
    for (paper, _, _), names in same.items():
        for one in names:
            for other in names:
                if squeeze(one) != squeeze(other) and likeness(one, other) >= 0.5:
                    together[one, other].add(paper)
    found: dict[str, list[str]] = defaultdict(list)
    for (one, other), papers in sorted(together.items()):
        if len(papers) >= ALIAS_PAPERS_MIN and _numbers(one) == _numbers(other):
            found[squeeze(one)].append(other)
    return found


def _numbers(text: str) -> list[str]:
    """Names that differ in a number, a split or a direction name different things."""
    return re.findall(r"\d+|->|test|val|dev|train|challenge|finetuned", text.lower())


def usual_scores(rows: Iterable[Row], names: dict[tuple[str, str], Name]) -> Iterator[str]:
    """Yield mean and spread of the logarithms of positive scores, a data set and metric a line."""
    seen: dict[tuple[str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        number = _NUMBER.search(row.score.replace(",", ""))
        family = next((m.metric.name for m in metrics_in(row.metric)), None)
        if number and float(number[0]) > 0 and family and squeeze(row.dataset):
            # Fractions and percent are told apart by size: nobody reports .5 %.
            value = float(number[0])
            seen[squeeze(row.dataset), family][row.paper].append(math.log(value))
    for (dataset, family), papers in sorted(seen.items()):
        logs = [fmean(values) for values in papers.values()]
        if len(logs) >= SCORES_MIN and ("dataset", dataset) in names:
            spelled = names["dataset", dataset].spellings.most_common(1)[0][0]
            yield f"{spelled}\t{family}\t{len(logs)}\t{fmean(logs):.3f}\t{pstdev(logs):.3f}"


def _order(key: tuple[str, str], name: Name) -> tuple[object, ...]:
    return key[0], -len(name.papers), key[1]


def _line(kind: str, key: str, name: Name, aliases: dict[str, list[str]]) -> str:
    spelled = min(name.spellings, key=lambda text: (-name.spellings[text], text))
    others = sorted(set(name.spellings) - {spelled})[:6]
    if kind == "dataset":
        others += [other for other in aliases.get(key, []) if other not in others]
    task = min(name.tasks, key=lambda text: (-name.tasks[text], text)) if name.tasks else ""
    sources = "|".join(sorted(name.sources))
    return f"{kind}\t{spelled}\t{'|'.join(others)}\t{len(name.papers)}\t{task}\t{sources}"


if __name__ == "__main__":
    main()
