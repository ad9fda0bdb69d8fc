"""Which words name metrics, data sets, splits and settings: the lexicons, loaded and searched.

The files lie in `papers/lexicons` with a note on where each came from. Labels (a table header) are
searched loosely; running text is searched for names only where they are printed like names.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from evigate.papers.datasets import REGISTRY, Loader
from evigate.papers.models import Direction

_MAX_NAME_TOKENS = 8
# Where a paper prints one number only, it is rather the other of these pairs.
_SELDOM_ALONE = frozenset({"EM", "F1"})
# "Error analysis" measures nothing.
_NOT_A_METRIC_BEFORE = frozenset({"analysis", "analyses", "bar", "bars", "propagation", "types"})
_PRETRAIN = re.compile(r"\bpre-?\s?train\w*|\b(?:no|with|without|w/o?) train\w*", re.I)
_CROSS_VALIDATION = re.compile(r"\bcross[-\s]*validat\w*", re.I)
_ON_TRAINING = re.compile(r"\btrain(?:ing)? (?:set|split|accuracy|acc|error|loss)\b", re.I)
_LABEL_WORDS = 3
_PLAIN_METHOD_LETTERS = 4
_PLAIN_NAME_LETTERS = 6
_PLAIN_NAME_PAPERS = 5
_TAXONOMY_PAPERS = 3
# Places and universities that are also names of data sets.
_PLACES = frozenset({"cornell", "wisconsin", "chameleon", "squirrel", "cambridge", "oxford"})
# What makes an everyday word before it the name of a data set, a list of names included.
_BESIDE_DATA = re.compile(
    r"(?:\s*\([^)]{2,40}\))?(?:\s*\[[\d, ]+\])?"
    r"(?:(?:,|\s+and|\s*&|\s*/)\s?[^.;:()]{1,80}?)?"
    r"[\s-]+(?:data\s?-?sets?|data\s?bases?|data|benchmarks?|corpus|problems?)\b",
    re.I,
)
_PREVIOUS_WORD = re.compile(r"(\S+)\s+[(“\"‘']?$")
_NEXT_WORD = re.compile(r"\s+[A-Z][a-z]")
# These are no names in small letters, though "on iris" is one.
_EVERYDAY_NOUNS = frozenset({"adult", "diabetes", "digits", "glass", "mushroom", "wine", "yeast"})
# The second name of "MNIST handwritten digits data set" is part of the first.
_SAME_NAME_CHARS = 25
_TOKEN = re.compile(r"[A-Za-z0-9²]+(?:[.@'’][A-Za-z0-9]+)*[+!]?|[#%θδ∆κ]")


@dataclass(frozen=True, slots=True)
class Metric:
    """A family of metrics: its name here, which way is better, and its usual unit if any."""

    name: str
    direction: Direction
    unit: str | None


@dataclass(frozen=True, slots=True)
class Dataset:
    """A data set's usual name, the metric it is mostly reported in, and how often it is used.

    `pair` names the two metrics of cells such as "84.8/88.9", where the field has that habit; if
    `is_pair_ordered`, by their size, the smaller first, because one is never above the other.
    """

    name: str
    metric: str | None
    papers: int
    pair: tuple[str, str] | None = None
    is_pair_ordered: bool = False


@dataclass(frozen=True, slots=True)
class MetricMention:
    """A metric found in a text: its family, the words that say so, and where they stand."""

    metric: Metric
    printed: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DatasetMention:
    """A data set found in a text."""

    dataset: Dataset
    printed: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Lexicons:
    metrics: Mapping[str, Metric]
    metric_keys: Mapping[tuple[str, ...], str]
    datasets: Mapping[str, Dataset]
    classical: Mapping[str, Dataset]
    everyday: frozenset[str]
    splits: Mapping[str, str]
    settings: frozenset[tuple[str, ...]]
    methods: frozenset[tuple[str, ...]]
    classical_methods: frozenset[tuple[str, ...]]


def _read(name: str) -> str:
    return resources.files("evigate.papers.lexicons").joinpath(name).read_text("utf-8")


def tokens_of(text: str) -> list[re.Match[str]]:
    """Cut a text into words for look-up; "top-1" gives two, "AP50" and "R@1" one each."""
    return list(_TOKEN.finditer(text))


def squeeze(text: str) -> str:
    """Return a text as a look-up key: lower case, letters, digits and "+" only."""
    return re.sub(r"[^a-z0-9+]+", "", text.lower())


def _words(text: str) -> tuple[str, ...]:
    return tuple(match.group().lower() for match in tokens_of(text))


@cache
def _lexicons() -> _Lexicons:
    metrics: dict[str, Metric] = {}
    metric_keys: dict[tuple[str, ...], str] = {}
    for entry in json.loads(_read("metrics.json")):
        metrics[entry["name"]] = Metric(entry["name"], Direction(entry["direction"]), entry["unit"])
        for alias in entry["aliases"]:
            metric_keys.setdefault(_words(alias), entry["name"])
    splits = {
        squeeze(word): split
        for split, words in json.loads(_read("splits.json")).items()
        for word in words
    }
    settings = frozenset(_words(phrase) for phrase in json.loads(_read("settings.json"))["phrases"])
    known = json.loads(_read("methods.json"))
    methods = frozenset(_words(word) for word in (*known["words"], *known["classical"]))
    classical_methods = frozenset(_words(word) for word in known["classical"])
    classical, everyday = _classical()
    datasets = _datasets({key: d for key, d in classical.items() if key not in everyday})
    return _Lexicons(
        metrics=metrics,
        metric_keys=metric_keys,
        datasets=datasets,
        classical=classical,
        everyday=everyday,
        splits=splits,
        settings=settings,
        methods=methods,
        classical_methods=classical_methods,
    )


def _classical() -> tuple[dict[str, Dataset], frozenset[str]]:
    """Read the data sets of machine learning's repositories, and which keys are plain words."""
    found: dict[str, Dataset] = {}
    everyday: set[str] = set()
    for line in _read("classical.tsv").splitlines()[1:]:
        name, metric, aliases, words = line.split("\t")
        dataset = Dataset(name, metric or None, 10)
        plain = {squeeze(word) for word in words.split("|") if word}
        keys = {squeeze(alias) for alias in aliases.split("|")} | {squeeze(name)}
        found.update(dict.fromkeys(keys | plain, dataset))
        everyday |= plain
    for entry in REGISTRY:
        if not isinstance(entry.loader, Loader):
            continue
        keys = {squeeze(alias) for alias in (entry.name, *entry.aliases)}
        known = next((found[key] for key in sorted(keys) if key in found), None)
        for key in keys:
            found.setdefault(key, known or Dataset(entry.title, None, 10))
    return found, frozenset(everyday)


def _datasets(classical: Mapping[str, Dataset]) -> dict[str, Dataset]:
    found = dict(classical)
    for line in _read("aliases.tsv").splitlines()[1:]:
        name, metric, aliases = line.split("\t")
        parts = re.split(r"[/<]", metric)
        pair = (parts[0], parts[1]) if len(parts) == 2 else None
        usual = next((part for part in parts if part not in _SELDOM_ALONE), parts[-1])
        dataset = Dataset(name, usual or None, 10, pair, "<" in metric)
        for alias in (name, *aliases.split("|")):
            found.setdefault(squeeze(alias), dataset)
    for line in _read("datasets.tsv").splitlines()[1:]:
        name, papers, metric, aliases = line.split("\t")
        dataset = Dataset(name, metric or None, int(papers))
        for alias in (name, *filter(None, aliases.split("|"))):
            found.setdefault(squeeze(alias), dataset)
    _add_taxonomy(found)
    return found


def _add_taxonomy(found: dict[str, Dataset]) -> None:
    """Add the spellings that several papers share to data sets that are known by another.

    Names that nothing else knows are left out: a taxonomy holds tasks and settings under the
    heading of data sets, and as names they would be read into labels of all kinds.
    """
    for line in _read("taxonomy.tsv").splitlines()[1:]:
        kind, name, aliases, papers, *_ = line.split("\t")
        if kind != "dataset" or int(papers) < _TAXONOMY_PAPERS:
            continue
        spellings = [squeeze(each) for each in (name, *aliases.split("|")) if len(each) > 2]
        known = next((found[key] for key in spellings if key in found), None)
        if known is not None:
            for key in spellings:
                found.setdefault(key, known)


def task_of(dataset: str | None) -> str | None:
    """Return the task that papers mostly report a data set for; None where too few tell."""
    return None if dataset is None else _tasks().get(squeeze(dataset))


@cache
def _tasks() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for line in _read("taxonomy.tsv").splitlines()[1:]:
        kind, name, aliases, papers, task, _ = line.split("\t")
        if kind == "dataset" and task and int(papers) >= _TAXONOMY_PAPERS:
            for spelled in (name, *filter(None, aliases.split("|"))):
                found.setdefault(squeeze(spelled), task)
    return found


def metric_named(name: str) -> Metric | None:
    """Return the metric family of that exact name."""
    return _lexicons().metrics.get(name)


def metrics_in(text: str) -> list[MetricMention]:
    """Find metrics in a label or a sentence, left to right, the longest phrase at each place."""
    lexicons = _lexicons()
    matches = tokens_of(text)
    words = [match.group().lower() for match in matches]
    found: list[MetricMention] = []
    index = 0
    while index < len(words):
        length = next(
            (
                n
                for n in range(min(5, len(words) - index), 0, -1)
                if tuple(words[index : index + n]) in lexicons.metric_keys
            ),
            0,
        )
        following = words[index + length] if index + length < len(words) else ""
        if length and following not in _NOT_A_METRIC_BEFORE:
            start, end = matches[index].start(), matches[index + length - 1].end()
            name = lexicons.metric_keys[tuple(words[index : index + length])]
            found.append(MetricMention(lexicons.metrics[name], text[start:end], start, end))
            index += length
        else:
            index += 1
    return as_summaries(found) if any(m.metric.name == "ROUGE" for m in found) else found


def as_summaries(mentions: Iterable[MetricMention]) -> list[MetricMention]:
    """Read "R2" as ROUGE-2, which it is beside other ROUGE scores and nowhere else."""
    rouge = _lexicons().metrics["ROUGE"]
    return [
        replace(mention, metric=rouge)
        if mention.metric.name == "R2" and re.fullmatch(r"R[\s-]?2", mention.printed, re.I)
        else mention
        for mention in mentions
    ]


def dataset_named(label: str) -> Dataset | None:
    """Return the data set that a whole label names, spelling and punctuation aside.

    "C = 10" is a setting, though C10 is short for a data set.
    """
    key = squeeze(label)
    return _lexicons().datasets.get(key) if len(key) >= 2 and "=" not in label else None


def dataset_of_list(label: str) -> Dataset:
    """Return the data set that a label names in a list of data sets, where "heart" is one too."""
    return _lexicons().classical.get(squeeze(label)) or Dataset(label, None, 0)


def datasets_in_label(label: str) -> list[DatasetMention]:
    """Find data sets named anywhere in a table label, the longest name at each place."""
    return list(_search(label, strict=False))


def datasets_in_text(text: str) -> list[DatasetMention]:
    """Find data sets named in running text, where names must look like names.

    A name of one word counts only if it holds a digit, a hyphen or a capital after its first
    letter, so that "places" or "Adult" in a sentence are not data sets. Classical data sets
    (Iris, Wine) count besides with a word such as "data set" beside them, in any case, or with a
    capital in the middle of a sentence.
    """
    return list(_search(text, strict=True))


def _search(text: str, *, strict: bool) -> Iterator[DatasetMention]:
    matches = tokens_of(text)
    index = 0
    last_end = -_SAME_NAME_CHARS
    while index < len(matches):
        step = 1
        for length in range(min(_MAX_NAME_TOKENS, len(matches) - index), 0, -1):
            start, end = matches[index].start(), matches[index + length - 1].end()
            dataset = _dataset_at(text, start, end, strict=strict)
            if dataset is not None:
                if text[start:end].istitle() or not _continues_name(text, last_end, start):
                    yield DatasetMention(dataset, text[start:end], start, end)
                step, last_end = length, end
                break
        index += step


def _dataset_at(text: str, start: int, end: int, *, strict: bool) -> Dataset | None:
    lexicons = _lexicons()
    printed = text[start:end]
    key = squeeze(printed)
    dataset = lexicons.datasets.get(key)
    if len(key) < (3 if strict else 2) or "=" in printed:
        return None
    if dataset is not None and (
        _looks_like_name(printed, strict=strict) or _is_plain_name(text, start, printed, dataset)
    ):
        return dataset
    classical = lexicons.classical.get(key) if strict else None
    if classical is None:
        return None
    if _BESIDE_DATA.match(text[end:]):
        return classical
    return classical if key not in lexicons.everyday and _stands_as_name(text, start, end) else None


def _continues_name(text: str, last_end: int, start: int) -> bool:
    """Say whether a plain word goes on with the name before it, and is no name of its own."""
    between = text[max(last_end, 0) : start]
    return start - last_end < _SAME_NAME_CHARS and not re.search(r"[,;/&]|\band\b", between)


def _stands_as_name(text: str, start: int, end: int) -> bool:
    """Say whether a capital in the middle of a sentence, words around it small, makes a name."""
    before = _PREVIOUS_WORD.search(text[:start])
    if before is None or _NEXT_WORD.match(text[end:]):
        return False
    previous = before[1]
    if not text[start].isupper():
        is_last = not re.match(r"\s*[\w-]", text[end:])
        return previous == "on" and is_last and text[start:end] not in _EVERYDAY_NOUNS
    if previous.endswith(":"):
        return not re.match(r"\s+\w", text[end:])
    is_plain = previous[0].islower() or previous.endswith(",") or re.fullmatch(r"\d{2,}", previous)
    return previous[-1] not in ".!?" and bool(is_plain)


def _looks_like_name(printed: str, *, strict: bool) -> bool:
    if not any(char.isalpha() for char in printed) or not any(c.isupper() for c in printed):
        return squeeze(printed) in {
            "text8",
            "enwik8",
            "lm1b",
            "enwiki8",
            "wikitext103",
            "wikitext2",
        }
    if not strict:
        return True
    if " " in printed:
        words = printed.split()
        named = sum(any(c.isupper() or c.isdigit() for c in word) for word in words)
        return 2 * named >= len(words) and (named >= 2 or any(c.isdigit() for c in printed))
    inner = printed[1:]
    return any(char.isupper() or char.isdigit() for char in inner) and (
        len(squeeze(printed)) >= 4 or any(char.isdigit() for char in printed)
    )


def _is_plain_name(text: str, start: int, printed: str, dataset: Dataset) -> bool:
    """Say whether a capitalised word inside a sentence is a well known data set ("Kinetics")."""
    inside = bool(re.search(r"[\w,)]\s$", text[:start]))
    return (
        inside
        and printed.istitle()
        and len(printed) >= _PLAIN_NAME_LETTERS
        and dataset.papers >= _PLAIN_NAME_PAPERS
        and printed.lower() not in _PLACES
    )


def _without_training(text: str) -> str:
    """Cut words that name no split: "pre-train", "cross-validation", or "training" in prose."""
    plain = _CROSS_VALIDATION.sub(" ", _PRETRAIN.sub(" ", text))
    if len(plain.split()) <= _LABEL_WORDS or _ON_TRAINING.search(plain):
        return plain
    return re.sub(r"\btrain\w*", " ", plain, flags=re.I)


def split_in(text: str) -> str | None:
    """Return "test", "dev" or "train" if a label or caption says so, the first one said."""
    splits = _lexicons().splits
    words = _words(_without_training(text))
    found = [
        (split, word)
        for index in range(len(words))
        for length in (2, 1)
        if (split := splits.get(word := "".join(words[index : index + length])))
    ]
    # "10-crop testing on the validation set" is about the validation set.
    plain = [split for split, word in found if word != "testing"]
    return plain[0] if plain else found[0][0] if found else None


def is_setting(label: str) -> bool:
    """Say whether a label names something chosen or counted (epochs, parameters), not a result.

    Units in brackets are put aside; the label counts if all of it, or its head (its last words
    or its first), is a known setting and no metric is named.
    """
    words = _words(re.sub(r"[(\[][^)\]]*[)\]]", " ", label)) or _words(label)
    if not words:
        return False
    settings = _lexicons().settings
    if words in settings:
        return True
    if metrics_in(label):
        return False
    heads = {words[-n:] for n in (1, 2, 3)} | {words[:n] for n in (1, 2, 3)}
    return any(head in settings and len("".join(head)) > 2 for head in heads)


def names_method(label: str) -> bool:
    """Say whether a label holds a widely known kind of model, as "GRU-SVM" holds SVM."""
    words = _words(label)
    methods = _lexicons().methods
    return any(
        words[start : start + length] in methods
        for length in (1, 2)
        for start in range(len(words) - length + 1)
    )


def is_classical_method(label: str) -> bool:
    """Say whether a label is nothing but the name of a textbook method, as "k-NN" is."""
    return _words(label) in _lexicons().classical_methods


def classical_methods_in(text: str) -> list[tuple[int, int]]:
    """Return where a text names textbook methods, left to right, the longest name at each place.

    A name of up to four letters counts only if it holds a capital, so that "part" is a word.
    """
    known = _lexicons().classical_methods
    matches = tokens_of(text)
    found: list[tuple[int, int]] = []
    index = 0
    while index < len(matches):
        step = 1
        for length in range(min(4, len(matches) - index), 0, -1):
            start, end = matches[index].start(), matches[index + length - 1].end()
            words = tuple(match.group().lower() for match in matches[index : index + length])
            is_plain = end - start <= _PLAIN_METHOD_LETTERS and text[start:end].islower()
            if words in known and not is_plain:
                found.append((start, end))
                step = length
                break
        index += step
    return found


def is_split(label: str) -> bool:
    """Say whether a label is nothing but the name of a split."""
    return squeeze(label) in _lexicons().splits
