"""What the rest of a paper says about its tables: names, defaults, sections, mentions.

A cell rarely says which data set or metric it belongs to; the caption, the sentences that point
to the table, the abstract and the title do. Everything here is gathered once a paper.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evigate.evidence import Page, ParsedDocument
from evigate.papers.claims.lexicon import (
    Dataset,
    DatasetMention,
    Metric,
    dataset_named,
    dataset_of_list,
    datasets_in_label,
    datasets_in_text,
    is_setting,
    metric_named,
    metrics_in,
    names_method,
    squeeze,
)
from evigate.papers.claims.lines import Line, lines_of
from evigate.papers.claims.tables import Layout, Table

_ABSTRACT = re.compile(r"\babstract\b[\s:.—-]*", re.I)
_INTRODUCTION = re.compile(
    r"(?:^|\n)\s*(?:(?:1|I)?\.?\s*introduction\b|key\s?words\b|index terms\b)"
    r"|\n(?:1|I)\.?\s+[A-Z][A-Za-z]+(?: [A-Za-z]+){0,4}\n",
    re.I,
)
_REFERENCES = re.compile(r"(?:^|\n)\s*(?:\d+\.?\s*)?(?:references|bibliography)\s*(?:\n|$)", re.I)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z(\[“\"]|\d+-fold\b)|\n\s*\n")
# A heading in the text of a page, which is no part of the sentence below it.
_TEXT_HEADING = re.compile(
    r"^(?:abstract|introduction|conclusions?|results|discussion|methods?|experiments)$"
    r"|^\d{1,2}(?:\.\d{1,2}){0,2}\.?\s+[A-Z][^.,;]{2,60}$",
    re.I,
)
_POINTER = re.compile(
    r"\b(?:Tables?|TABLES?|Tab\.|tables?)\s+(?P<numbers>[\dIVXA-Z][\d.IVX]*"
    r"(?:\s?(?:,|and|&)\s?[\d][\d.]*)*)(?!\s?[:|])"
)
_HEADING = re.compile(
    r"^(?P<number>\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+(?P<title>(?:\d+ )?[A-Z][^.]{2,80})$"
)
_DATASET_CORNER = re.compile(
    r"(?:data\s?-?sets?|data|corpus|corpora|tasks?|benchmarks?|problems?|domains?)\b(?!.*method)",
    re.I,
)
_VARIED = re.compile(r"[-+–—−]\s|w/o?\b|without\b")
# A data set that no lexicon knows: its name has a capital inside or a digit, and what follows says
# what it is, once in "ZigQuery, a benchmark of questions", more than once in "the ZigQuery corpus".
_UNKNOWN_NAME = (
    r"(?<![\w-])(?P<name>[A-Z][A-Za-z]*(?:[a-z][A-Z]|[A-Z]{2}|\d)[\w]*(?:-[A-Z0-9]\w*)*)"
)
_DATA_NOUN = (
    r"(?:data\s?-?sets?|benchmarks?|corpus|corpora|(?:test|dev|training|validation)\s+sets?)\b"
)
_EXPLAINED = re.compile(rf"{_UNKNOWN_NAME}(?:,| is) an?\s+(?:[\w-]+\s+){{0,5}}{_DATA_NOUN}")
_SAID_DATASET = re.compile(rf"{_UNKNOWN_NAME}\s+{_DATA_NOUN}")
_LEAST_SAID = 2
_AMBIGUOUS_METRICS = frozenset({"score", "correlation", "precision", "recall", "return", "kappa"})
_ABSTRACT_CHARS = 2500
_LEAST_ABSTRACT = 20
_TITLE_LINES = 6
_DOMINANT_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered heading: where it stands, and the text that follows is in it."""

    number: str
    title: str
    page: int
    line: int


@dataclass(frozen=True)
class PaperContext:
    """What a paper says beside its tables."""

    document: ParsedDocument
    title: str
    abstract: str
    sentences: tuple[tuple[int, str], ...]
    sections: tuple[Section, ...]
    local_names: tuple[str, ...]
    own_datasets: tuple[str, ...]
    dataset: Dataset | None
    metric: Metric | None
    metric_counts: Counter[str]
    mentions: Mapping[str, tuple[tuple[int, str], ...]]

    def datasets_in(self, text: str) -> list[Dataset]:
        """Return the data sets that a text names, each once: known ones, then the paper's own."""
        found = {mention.dataset.name: mention.dataset for mention in datasets_in_text(text)}
        for name in self.own_datasets:
            if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w])", text):
                found.setdefault(name, dataset_of_list(name))
        return list(found.values())

    def sentences_about(self, table_label: str) -> tuple[str, ...]:
        """Return the sentences that name the table, in order, the caption's own left out."""
        return tuple(text for _, text in self.mentions.get(table_label.split()[1], ()))

    def section_about(self, table_label: str) -> Section | None:
        """Return the section that first names the table, or None."""
        for page, text in self.mentions.get(table_label.split()[1], ()):
            return self.section_at(page, text)
        return None

    def section_at(self, page_number: int, text: str) -> Section | None:
        """Return the section of the last heading before a text, in the order of the file."""
        page = self.document.pages[page_number - 1]
        place = page.text.find(text.strip()[:40])
        current: Section | None = None
        for section in self.sections:
            if section.page > page_number:
                break
            if section.page == page_number and page.text.find(section.title[:30]) > place >= 0:
                break
            current = section
        return current


def read_context(document: ParsedDocument, layout: Layout) -> PaperContext:
    """Gather what a paper says about its experiments outside its table cells."""
    title = document.title or ""
    tables = layout.tables
    abstract = abstract_of(document)
    sentences = tuple(_sentences(document.pages, layout.lines))
    counts = _metric_counts(sentences, abstract, tables)
    return PaperContext(
        document=document,
        title=title,
        abstract=abstract,
        sentences=sentences,
        sections=tuple(_sections(document.pages)),
        local_names=tuple(_local_names(tables)),
        own_datasets=tuple(_own_datasets(sentences)),
        dataset=_main_dataset(title, abstract, sentences),
        metric=_main_metric(counts),
        metric_counts=counts,
        mentions=_mentions(sentences),
    )


def abstract_of(document: ParsedDocument) -> str:
    """Return the abstract's text, or the first characters of the paper if none is marked."""
    text = "\n".join(page.text for page in document.pages[:2])
    start = _ABSTRACT.search(text[:6000])
    begin = start.end() if start else 0
    end = _INTRODUCTION.search(text, begin)
    stop = end.start() if end and end.start() - begin > _LEAST_ABSTRACT else begin + _ABSTRACT_CHARS
    return text[begin : min(stop, begin + 2 * _ABSTRACT_CHARS)]


def _sentences(
    pages: Sequence[Page], table_lines: Mapping[int, frozenset[str]]
) -> list[tuple[int, str]]:
    """Cut the paper's prose, up to its references, into (page, sentence)."""
    found: list[tuple[int, str]] = []
    for page in pages:
        text = _prose(page, table_lines.get(page.number, frozenset()))
        references = _REFERENCES.search(text)
        is_late = page.number * 2 > len(pages)
        body = text[: references.start()] if references and is_late else text
        found.extend((page.number, s) for s in _SENTENCE_END.split(body) if s.strip())
        if references and is_late:
            break
    return found


def _prose(page: Page, table_lines: frozenset[str]) -> str:
    """Return the page's text with empty lines in place of tables and around headings."""
    kept: list[str] = []
    joined = "\n".join(table_lines)
    for line in page.text.split("\n"):
        squeezed = "".join(line.split())
        is_table = squeezed in table_lines or (len(squeezed) > 2 and squeezed in joined)
        if is_table:
            kept.append("")
        elif _TEXT_HEADING.match(line.strip()) and _may_follow_heading(kept):
            kept.extend(("", line, ""))
        else:
            kept.append(line)
    return "\n".join(kept)


def _may_follow_heading(above: Sequence[str]) -> bool:
    """Say whether a heading may stand here: after a sentence's end, at the top, or a title."""
    last = above[-1].strip() if above else ""
    return not last or last[-1] in ".!?:" or len(above) <= _TITLE_LINES


def _mentions(
    sentences: Sequence[tuple[int, str]],
) -> dict[str, tuple[tuple[int, str], ...]]:
    """Return by table number the sentences that point to that table, with their pages."""
    found: dict[str, list[tuple[int, str]]] = {}
    for page, sentence in sentences:
        for match in _POINTER.finditer(sentence):
            for number in re.findall(r"[\w.]*\w", match["numbers"]):
                found.setdefault(number, []).append((page, sentence))
    return {number: tuple(dict.fromkeys(texts)) for number, texts in found.items()}


def _sections(pages: Sequence[Page]) -> list[Section]:
    found: list[Section] = []
    for page in pages:
        for line in lines_of(page):
            match = _HEADING.match(line.text)
            if match and _stands_out(line):
                found.append(Section(match["number"], match["title"], page.number, line.index))
    return found


def _stands_out(line: Line) -> bool:
    words = line.words[1:]
    is_set_off = all(word.is_bold for word in words) or line.text.isupper()
    return is_set_off and len(words) <= 12 and any(len(word.text) > 3 for word in words)


def _local_names(tables: Sequence[Table]) -> list[str]:
    """Return the row labels of tables that list data sets: the paper's own names for them."""
    names: list[str] = []
    for table in tables:
        if lists_datasets(table):
            names.extend(row.parts[0] for row in table.rows if row.parts)
    return [name for name in dict.fromkeys(names) if not is_setting(name)]


def lists_datasets(table: Table) -> bool:
    """Say whether the corner says so; rows that repeat or vary another are methods all the same."""
    if not _DATASET_CORNER.match(table.corner):
        return False
    labels = [(row.group, row.text) for row in table.rows if row.text]
    is_varied = any(_VARIED.match(text) for _, text in labels)
    return len(set(labels)) == len(labels) and not is_varied


def _own_datasets(sentences: Sequence[tuple[int, str]]) -> list[str]:
    """Return names that the paper says to be data sets, and no lexicon knows, as first said."""
    texts = [text for _, text in sentences]
    counts = Counter(m["name"] for text in texts for m in _SAID_DATASET.finditer(text))
    said = {name: None for name, count in counts.items() if count >= _LEAST_SAID}
    said |= {m["name"]: None for text in texts for m in _EXPLAINED.finditer(text)}
    return [name for name in said if not _is_known(name) and not names_method(name)]


def _is_known(name: str) -> bool:
    return dataset_named(name) is not None or bool(metrics_in(name))


def _main_dataset(
    title: str, abstract: str, sentences: Sequence[tuple[int, str]]
) -> Dataset | None:
    """Return the one data set of the title and abstract, or the one the paper speaks of most."""
    in_title = {mention.dataset.name: mention for mention in datasets_in_label(title)}
    named = {mention.dataset.name: mention.dataset for mention in datasets_in_text(abstract)}
    titled = {
        name: mention.dataset
        for name, mention in in_title.items()
        if name in named or (_names_fully(mention) and not (named and _is_plain(mention)))
    }
    for candidates in (titled, named):
        if len(candidates) == 1:
            return next(iter(candidates.values()))
    counts: Counter[str] = Counter()
    datasets: dict[str, Dataset] = {}
    for _, sentence in sentences:
        for mention in datasets_in_text(sentence):
            counts[mention.dataset.name] += 1
            datasets[mention.dataset.name] = mention.dataset
    if not counts:
        return None
    name, count = counts.most_common(1)[0]
    return datasets[name] if count > _DOMINANT_SHARE * counts.total() and count >= 3 else None


def _names_fully(mention: DatasetMention) -> bool:
    """Say whether a title's words are a data set's own name, not a word that is short for it."""
    printed = squeeze(mention.printed)
    is_whole = printed == squeeze(mention.dataset.name)
    return len(printed) > 5 and (is_whole or " " in mention.printed)


def _is_plain(mention: DatasetMention) -> bool:
    """Say whether a title's mention is one plain word, such as the disease "Diabetes" is."""
    return mention.printed.istitle() and " " not in mention.printed


def _metric_counts(
    sentences: Sequence[tuple[int, str]], abstract: str, tables: Sequence[Table]
) -> Counter[str]:
    """Count metric families over the paper; its abstract and captions weigh more."""
    counts: Counter[str] = Counter()
    weighted = [(abstract, 4), *((text, 1) for _, text in sentences)]
    weighted.extend((caption, 4) for caption in {table.caption for table in tables})
    for text, weight in weighted:
        for mention in metrics_in(text):
            if mention.printed.lower() not in {"error", "errors", "ap", "map", "rec"}:
                counts[mention.metric.name] += weight
    return counts


def _main_metric(counts: Counter[str]) -> Metric | None:
    for name, _ in counts.most_common():
        if name not in _AMBIGUOUS_METRICS:
            return metric_named(name)
    return None


def resolve_dataset(label: str, local_names: Sequence[str]) -> Dataset | None:
    """Return the data set that a table label stands for.

    The whole label is looked up first, then as an abbreviation of the paper's own names ("Amz. F."
    of "Amazon Review Full"); None if neither says.
    """
    cleaned = re.sub(r"\s*(?:\[[\d, ]+\]|\([^)]*\d{4}[^)]*\)|[*†‡∗§¶])", "", label).strip()
    known = dataset_named(cleaned) or dataset_named(re.sub(r"\s*\([^)]*\)", "", cleaned))
    if known:
        return known
    for name in local_names:
        if abbreviates(cleaned, name):
            return dataset_named(name) or dataset_of_list(name)
    return None


def abbreviates(short: str, full: str) -> bool:
    """Say whether each word of `short` shortens a word of `full`, in order, from the first one."""
    parts = re.findall(r"[A-Za-z0-9]+", short.lower())
    words = re.findall(r"[A-Za-z0-9]+", full.lower())
    if not parts or not words or not _shortens(parts[0], words[0]):
        return False
    position = 1
    for part in parts[1:]:
        while position < len(words) and not _shortens(part, words[position]):
            position += 1
        if position >= len(words):
            return False
        position += 1
    return True


def _shortens(part: str, word: str) -> bool:
    if not word.startswith(part[0]):
        return False
    rest = iter(word)
    return all(char in rest for char in part)
