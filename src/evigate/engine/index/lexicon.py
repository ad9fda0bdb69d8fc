"""The one file that knows the full-text library (tantivy): schema, analysis, writing, asking.

Each column is a field of its own, and where there are several a further field holds all of their
text: plain words are asked of that one field, so a word counts once by how often it stands in the
row, not once a column. The row number is a fast field, read for many hits at once.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
import tantivy
from tantivy import Filter, Occur, Query, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from evigate.base.errors import EvigateError
from evigate.engine.index import grammar
from evigate.engine.index.errors import E_INDEX_INVALID, E_SEGMENT_CORRUPT
from evigate.engine.index.grammar import Group, Term, TermKind
from evigate.engine.index.ranking import Rows, Scores

LIBRARY = tantivy.__version__
ROW_FIELD = "row"
ALL_FIELD = "all"
TOKENIZER_NAME = "evigate"
TERM_CHARACTERS_MAX = 255
WRITER_BYTES = 128_000_000
COLUMNS_MAX = 64
SYSTEM_ERROR = re.compile(r"\(os error (\d+)\)")

_OCCUR = {
    grammar.Occur.SHOULD: Occur.Should,
    grammar.Occur.MUST: Occur.Must,
    grammar.Occur.MUST_NOT: Occur.MustNot,
}


class Analyzer(StrEnum):
    """How text becomes terms: `english` stems words, `raw` only splits and lower-cases them."""

    ENGLISH = "english"
    RAW = "raw"


@dataclass(frozen=True, slots=True)
class Analysis:
    """An analyser and whether it drops English stop words (raw never does)."""

    analyzer: Analyzer
    stop_words: bool

    def build(self) -> TextAnalyzer:
        """Return the library's analyser."""
        builder = TextAnalyzerBuilder(Tokenizer.simple())
        builder = builder.filter(Filter.remove_long(TERM_CHARACTERS_MAX)).filter(Filter.lowercase())
        if self.analyzer is Analyzer.RAW:
            return builder.build()
        builder = builder.filter(Filter.ascii_fold())
        if self.stop_words:
            builder = builder.filter(Filter.stopword("english"))
        return builder.filter(Filter.stemmer("english")).build()


TextRow = Sequence[str | None]


class Lexicon:
    """A full-text index of rows of some columns, on disk or in memory."""

    def __init__(
        self,
        index: tantivy.Index,
        columns: Sequence[str],
        analysis: Analysis,
        schema: tantivy.Schema,
    ) -> None:
        self.columns = tuple(columns)
        self._index = index
        self._schema = schema
        self._analyzer = analysis.build()
        # A prefix is compared with terms before stemming, too.
        self._plain = Analysis(Analyzer.RAW, stop_words=False).build()
        index.register_tokenizer(TOKENIZER_NAME, self._analyzer)
        self._fields = {column: f"c{number}" for number, column in enumerate(columns)}
        self._default = ALL_FIELD if len(columns) > 1 else "c0"
        self._searcher = index.searcher()

    @classmethod
    def create(
        cls,
        path: Path | None,
        columns: Sequence[str],
        analysis: Analysis,
        rows: Iterable[TextRow],
    ) -> "Lexicon":
        """Index rows of texts, one a column, None for no text; in memory without a path.

        Raises:
            EvigateError[E_INDEX_INVALID]: no columns, or more than 64.
            OSError: the disk is full.
        """
        if not 1 <= len(columns) <= COLUMNS_MAX:
            raise EvigateError(E_INDEX_INVALID, f"{len(columns)} columns are not in 1..64.")
        schema = _schema(len(columns))
        with _disk_named():
            index = tantivy.Index(schema, path=None if path is None else str(path))
            lexicon = cls(index, columns, analysis, schema)
            # One thread, so rows keep their order and a small table becomes one piece.
            writer = index.writer(heap_size=WRITER_BYTES, num_threads=1)
            for number, texts in enumerate(rows):
                writer.add_document(_document(number, texts))
            writer.commit()
            writer.wait_merging_threads()
        lexicon._reload()
        return lexicon

    @classmethod
    def open(cls, path: Path, columns: Sequence[str], analysis: Analysis) -> "Lexicon":
        """Map an index from disk.

        Raises:
            EvigateError[E_SEGMENT_CORRUPT]: the library cannot open it.
        """
        with _panics_named(path):
            try:
                index = tantivy.Index.open(str(path))
                return cls(index, columns, analysis, _schema(len(columns)))
            except (ValueError, OSError) as error:
                raise _corrupt(path) from error

    @property
    def count(self) -> int:
        """How many rows are indexed."""
        return int(self._searcher.num_docs)

    def query(self, tree: Term | Group, weights: Mapping[str, float] | None = None) -> Query | None:
        """Return the library's query for a parsed one; None when no term is left after analysis.

        `weights` multiply the scores of terms that name no column, a column each.
        """
        clauses = self._clauses(tree, weights or {}, column=None)
        if not clauses:
            return None
        if all(occur is Occur.MustNot for occur, _ in clauses):
            clauses.append((Occur.Must, Query.const_score_query(Query.all_query(), 0.0)))
        return Query.boolean_query(clauses)

    def within(self, query: Query, rows: Rows) -> Query:
        """Return a query that finds only some rows; their scores stay as they were."""
        only = Query.term_set_query(self._schema, ROW_FIELD, rows.tolist())
        return Query.boolean_query(
            [(Occur.Must, query), (Occur.Must, Query.const_score_query(only, 0.0))]
        )

    def best(self, query: Query, count: int) -> tuple[Rows, Scores]:
        """Return up to `count` rows and their BM25 scores, best first."""
        with _panics_named(None):
            hits = self._searcher.search(query, count, count=False).hits
            rows = self._searcher.fast_field_values(ROW_FIELD, [address for _, address in hits])
        return (
            np.array(rows, np.int64),
            np.array([score for score, _ in hits], np.float32),
        )

    def _reload(self) -> None:
        self._index.reload()
        self._searcher = self._index.searcher()

    def _clauses(
        self, tree: Term | Group, weights: Mapping[str, float], column: str | None
    ) -> list[tuple[Occur, Query]]:
        if isinstance(tree, Term):
            return [(Occur.Should, query) for query in self._leaves(tree, weights)]
        clauses: list[tuple[Occur, Query]] = []
        for occur, part in tree.clauses:
            below = self._clauses(part, weights, column)
            if occur is grammar.Occur.SHOULD and isinstance(part, Term):
                clauses.extend(below)
            elif below:
                words = isinstance(part, Term) and part.kind is TermKind.WORDS
                if words and occur is grammar.Occur.MUST:
                    below = [(Occur.Must, query) for _, query in below]
                clauses.append((_OCCUR[occur], Query.boolean_query(below)))
        return clauses

    def _leaves(self, term: Term, weights: Mapping[str, float]) -> list[Query]:
        """Return one query an analysed word, or one for the whole phrase."""
        if term.column is not None:
            return self._in_field(term, self._fields[term.column])
        if not weights:
            return self._in_field(term, self._default)
        by_column = [
            [
                query if weight == 1 else Query.boost_query(query, weight)
                for query in self._in_field(term, self._fields[column])
            ]
            for column, weight in weights.items()
        ]
        return [
            Query.boolean_query([(Occur.Should, query) for query in same])
            for same in zip(*by_column, strict=True)
        ]

    def _in_field(self, term: Term, field: str) -> list[Query]:
        schema = self._schema
        if term.kind is TermKind.PHRASE:
            return self._phrase(term.text, field)
        if term.kind is TermKind.PREFIX:
            return self._prefix(term.text, field)
        words = self._analyzer.analyze(term.text)
        if term.kind is TermKind.FUZZY:
            return [
                Query.fuzzy_term_query(schema, field, word, distance=term.distance)
                for word in words
            ]
        return [Query.term_query(schema, field, word) for word in words]

    def _phrase(self, text: str, field: str) -> list[Query]:
        """A phrase keeps the gaps that stop words leave."""
        tokens = self._analyzer.pre_tokenize(text).tokens
        if not tokens:
            return []
        if len(tokens) == 1:
            return [Query.term_query(self._schema, field, tokens[0].text)]
        first = tokens[0].position
        words = [(token.position - first, token.text) for token in tokens]
        return [Query.phrase_query(self._schema, field, words)]

    def _prefix(self, text: str, field: str) -> list[Query]:
        """Terms are stemmed, so a prefix longer than the stem is looked for as the word, too."""
        plain = self._plain.analyze(text)
        if not plain:
            return []
        *words, last = plain
        queries = [self._in_field(Term(word), field) for word in words]
        starts = Query.regex_query(self._schema, field, f"{last}.*")
        either = [starts, *self._in_field(Term(last), field)]
        joined = Query.boolean_query([(Occur.Should, query) for query in either])
        return [*(query for several in queries for query in several), joined]


def _schema(column_count: int) -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field(ROW_FIELD, indexed=True, fast=True)
    for number in range(column_count):
        builder.add_text_field(f"c{number}", tokenizer_name=TOKENIZER_NAME)
    if column_count > 1:
        builder.add_text_field(ALL_FIELD, tokenizer_name=TOKENIZER_NAME)
    return builder.build()


def _document(number: int, texts: TextRow) -> tantivy.Document:
    """A row number given to the constructor is taken for signed and kills the writer's thread."""
    document = tantivy.Document()
    document.add_unsigned(ROW_FIELD, number)
    present = [(place, text) for place, text in enumerate(texts) if text]
    for place, text in present:
        document.add_text(f"c{place}", text)
    if len(texts) > 1 and present:
        document.add_text(ALL_FIELD, "\n".join(text for _, text in present))
    return document


@contextmanager
def _panics_named(path: Path | None) -> Iterator[None]:
    """The library panics on some broken files, past `Exception`; that is a broken segment."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise _corrupt(path) from error


@contextmanager
def _disk_named() -> Iterator[None]:
    """The library tells a system's error as words in a ValueError; that is an OSError again."""
    try:
        yield
    except ValueError as error:
        told = SYSTEM_ERROR.search(str(error))
        if told is None:
            raise
        raise OSError(int(told[1]), f"The terms could not be written: {error}") from error


def _corrupt(path: Path | None) -> EvigateError:
    name = "in memory" if path is None else path.parent.name
    return EvigateError(
        E_SEGMENT_CORRUPT,
        f"The terms of segment {name!r} cannot be read.",
        detail={"segment": name, "file": "terms"},
    )
