"""The handle: every verb of the engine, for one tenant, for its whole life.

A handle is cheap; `as_tenant` gives another. No verb reads a tenant from anywhere but the handle it
is called on, so threads may share handles and never each other's rows.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from html import escape
from typing import Any
from uuid import UUID

import numpy.typing as npt
import pyarrow as pa

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.audit.verbs import AuditVerbs
from evigate.engine.catalog.models import Model, ModelTask, Precision, Source, TableKind
from evigate.engine.channels.verbs import ChannelVerbs
from evigate.engine.core import Core
from evigate.engine.derived.verbs import DeriveVerbs
from evigate.engine.embed.service import Refreshed
from evigate.engine.errors import E_TENANT_MISSING
from evigate.engine.evals.verbs import EvalVerbs
from evigate.engine.mutable.verbs import MutableVerbs
from evigate.engine.results import Result
from evigate.engine.sessions.verbs import SessionVerbs
from evigate.engine.train.verbs import TrainVerbs
from evigate.engine.train.verbs_jobs import JobVerbs
from evigate.engine.verbs import READ, WRITE, Answer, Verb, marked, verb
from evigate.engine.verbs_models import ModelVerbs
from evigate.engine.verbs_sources import SourceVerbs
from evigate.engine.verbs_tables import TableVerbs
from evigate.engine.verbs_topics import TopicVerbs

Progress = Callable[[int, int | None], None]
Query = str | Sequence[float] | npt.NDArray[Any]

_ambient: ContextVar[Subject | None] = ContextVar("evigate_engine_subject", default=None)


class Engine:
    """A tenant's engine."""

    def __init__(
        self, core: Core, subject: Subject, *, on_close: Callable[[], None] | None = None
    ) -> None:
        self.core = core
        self.subject = subject
        self._on_close = on_close
        self.sources = SourceVerbs(core, subject)
        self.models = ModelVerbs(core, subject)
        self.tables = TableVerbs(core, subject)
        self.topics = TopicVerbs(core, subject)
        self.audit = AuditVerbs(core, subject)
        self.channels = ChannelVerbs(core, subject)
        self.derive = DeriveVerbs(core, subject)
        self.mutable = MutableVerbs(core, subject)
        self.sessions = SessionVerbs(core, subject)
        self.evals = EvalVerbs(core, subject)
        self.train = TrainVerbs(core, subject)
        self.jobs = JobVerbs(core, subject)

    # A handle's life ------------------------------------------------------------------------

    def close(self) -> None:
        """Let go of the engine; for the handle that `connect` returned."""
        if self._on_close is not None:
            self._on_close()

    def __enter__(self) -> "Engine":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @verb(READ, Answer.LOCAL)
    def as_tenant(self, tenant: str | UUID) -> "Engine":
        """Return a handle bound to another tenant, by its id or slug, for its life.

        Raises:
            EvigateError[E_TENANT_MISSING]: there is none, or it is not the subject's to enter.
        """
        return Engine(self.core, self.core.tenant_of(self.subject, str(tenant)))

    @contextmanager
    def ambient(self) -> Iterator["Engine"]:
        """Make this handle what `current` returns, in this thread or task, while the block runs.

        Blocks nest; leaving one, by exception too, restores what was.
        """
        token = _ambient.set(self.subject)
        try:
            yield self
        finally:
            _ambient.reset(token)

    def current(self) -> "Engine":
        """Return the handle of the innermost `ambient` block of this thread or task.

        Raises:
            EvigateError[E_TENANT_MISSING]: no such block is open.
        """
        subject = _ambient.get()
        if subject is None:
            raise EvigateError(E_TENANT_MISSING, "No tenant is ambient here.")
        return Engine(self.core, subject)

    @property
    def tenant_id(self) -> UUID | None:
        """The tenant that the handle is bound to."""
        return self.subject.tenant_id

    def __repr__(self) -> str:
        catalog = self.core.catalog(self.subject)
        return (
            f"<Engine of tenant {self.tenant_id}: {len(catalog.sources)} sources,"
            f" {len(catalog.tables)} tables>"
        )

    def _repr_html_(self) -> str:
        """Return what the tenant has as an HTML table."""
        catalog = self.core.catalog(self.subject)
        rows = [
            ("source", each.name, each.kind.value, each.row_count)
            for each in catalog.sources.values()
        ]
        for table in catalog.tables.values():
            version = catalog.version_of(table)
            count = None if version is None else version.row_count
            rows.append(("table", table.name, table.kind.value, count))
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>"
            for row in rows
        )
        head = "<tr><th>what</th><th>name</th><th>kind</th><th>rows</th></tr>"
        empty = "" if rows else "<p>Nothing yet: add a source with db.sources.add(...).</p>"
        return f"<table><thead>{head}</thead><tbody>{body}</tbody></table>{empty}"

    # Making tables --------------------------------------------------------------------------

    @verb(WRITE)
    def embed(
        self,
        source: str,
        columns: Sequence[str],
        *,
        model: str = "",
        name: str | None = None,
        precision: str = "bf16",
        metric: str = "cosine",
        connectivity: int = 16,
        expansion_add: int = 128,
        cache: str = "use",
        replace: bool = False,
        on_progress: Progress | None = None,
        is_cancelled: Callable[[], bool] | None = None,
    ) -> Refreshed:
        """Embed a source's columns, or bring its embedding table up to date.

        Columns are joined with a space. Only rows whose text changed are embedded; a call that was
        killed goes on where it stopped; nothing is done when the source has not changed.

        Args:
            model: a name; "" for the built-in one.
            name: of the table; else the source's name with `_vectors`.
            precision: f32, bf16, f16, i8 or binary: how the index holds vectors; scores are exact.
            metric: cosine, ip or l2.
            cache: "use", or "bypass" to ask the model for every row again.
            replace: define the table anew where it is defined otherwise.
        """
        from evigate.engine.embed.payloads import VectorIndex
        from evigate.engine.index import Metric
        from evigate.engine.searching import vectors_name

        index = VectorIndex(Precision(precision), Metric(metric), connectivity, expansion_add)
        current = self.core.sources.refresh(self.subject, source)
        return self.core.embeds.embed(
            self.subject,
            current,
            columns,
            self._model(model),
            name=vectors_name(source) if name is None else name,
            index=index,
            cache=cache,
            is_replacing=replace,
            on_progress=on_progress,
            is_cancelled=is_cancelled,
        )

    def _model(self, name: str) -> Model:
        from evigate.engine.models import DEFAULT_MODEL

        return self.core.model(self.subject, name or DEFAULT_MODEL)

    @verb(WRITE)
    def index(
        self,
        source: str,
        columns: Sequence[str],
        *,
        name: str | None = None,
        analyzer: str = "english",
        stop_words: bool = True,
        cache: str = "use",
        replace: bool = False,
        on_progress: Progress | None = None,
        is_cancelled: Callable[[], bool] | None = None,
    ) -> Refreshed:
        """Index a source's columns by their words, or bring its lexical table up to date.

        Args:
            name: of the table; else the source's name with `_words`.
            analyzer: "english" stems; "raw" takes words as they stand.
            stop_words: whether the analyser leaves out words such as "the".
            cache, replace: as in `embed`.
        """
        from evigate.engine.embed.payloads import TextAnalysis
        from evigate.engine.searching import texts_name

        current = self.core.sources.refresh(self.subject, source)
        return self.core.embeds.index_texts(
            self.subject,
            current,
            columns,
            name=texts_name(source) if name is None else name,
            analysis=TextAnalysis(analyzer, stop_words),
            cache=cache,
            is_replacing=replace,
            on_progress=on_progress,
            is_cancelled=is_cancelled,
        )

    # Asking ---------------------------------------------------------------------------------

    @verb(READ, Answer.TABLE)
    def search(
        self,
        source: str,
        query: Query | None = None,
        *,
        k: int = 10,
        mode: str | None = None,
        vector: Sequence[float] | npt.NDArray[Any] | None = None,
        row_key: str | int | None = None,
        where: str | None = None,
        params: Mapping[str, Any] | None = None,
        select: Sequence[str] | None = None,
        table: str | None = None,
        text_table: str | None = None,
        version: int | None = None,
        exact: bool = False,
        oversample: int | None = None,
        expansion: int | None = None,
        fusion: Mapping[str, Any] | None = None,
        weights: Mapping[str, float] | None = None,
        rerank: str | None = None,
        rerank_columns: Sequence[str] | None = None,
        strict: bool = False,
    ) -> Result:
        """Return the best k rows of a source, hydrated, with where each was found.

        Args:
            query: a text, or a vector.
            mode: vector, lexical or hybrid; else hybrid where the source has both tables and the
                query a text.
            vector: beside a text, the vector to search with.
            row_key: search with the vector of the row that has this key.
            where: a SQL predicate over the source's columns; only rows that pass are ranked.
            select: the source's columns wanted; all of them unless given.
            table, text_table, version: what to search, where the default is not meant.
            exact: score every row; the oracle.
            oversample: candidates a hit, scored exactly; None takes the index's own.
            expansion: candidates that a walk of the graph weighs (elsewhere called `ef`); fewer are
                faster and miss more. None takes what the graph was found to need for recall .95.
            fusion: {"method": "rrf" | "convex", ...} for hybrid search.
            rerank: a cross-encoder's name, which reads `rerank_columns` of the first hits.
            strict: refuse malformed query text instead of taking it as plain words.

        Returns:
            Best first, ties by key: the key, `score`, `retrieved_by`, `annotated_by`, a column for
            each channel, then the source's columns. `gone` and `notes` say what is not as usual.
        """
        from evigate.engine.asking import Options, ask

        options = Options(
            k=k,
            mode=mode,
            vector=vector,
            row_key=row_key,
            where=where,
            params=params,
            select=select,
            table=table,
            text_table=text_table,
            version=version,
            exact=exact,
            oversample=oversample,
            expansion=expansion,
            fusion=fusion,
            weights=weights,
            rerank=rerank,
            rerank_columns=rerank_columns,
            strict=strict,
        )
        return ask(self.core, self.subject, source, [query], options)[0]

    @verb(READ, Answer.LOCAL)
    def search_batch(
        self, /, source: str, queries: Sequence[Query], *, k: int = 10, **options: Any
    ) -> list[Result]:
        """Return what `search` returns for each query, sharing the work; options as there."""
        from evigate.engine.asking import Options, ask

        return ask(self.core, self.subject, source, list(queries), Options(k=k, **options))

    @verb(READ, Answer.TABLE)
    def sql(
        self,
        /,
        text: str,
        params: Mapping[str, Any] | Sequence[Any] | None = None,
        *,
        timeout_s: float | None = None,
        query_id: str | None = None,
        **named: Any,
    ) -> Result:
        """Return the rows of a SELECT over sources, tables, mutable tables and topics.

        Args:
            text: one statement; `$name` or `?` stand for parameters.
            params: by name, or in order; further names may be given as arguments.
            timeout_s: the statement is ended after it.
            query_id: a name for `cancel`.
        """
        session = self.core.sql(self.subject)
        given = {**params, **named} if isinstance(params, Mapping) else (params or named or None)
        limits = self._limits(timeout_s)
        return Result(session.sql(text, given, limits=limits, query_id=query_id))

    @verb(READ, Answer.STREAM)
    def sql_stream(
        self,
        text: str,
        params: Mapping[str, Any] | Sequence[Any] | None = None,
        *,
        batch_rows: int = 8192,
        timeout_s: float | None = None,
        query_id: str | None = None,
    ) -> Any:
        """Return the same rows as they are made, as record batches; closing it ends the query."""
        session = self.core.sql(self.subject)
        limits = self._limits(timeout_s)
        return session.sql_stream(
            text, params, batch_rows=batch_rows, limits=limits, query_id=query_id
        )

    @verb(READ)
    def cancel(self, query_id: str) -> bool:
        """End the statement of that name; tell whether there was one."""
        return self.core.cancel(self.subject, query_id)

    def _limits(self, timeout_s: float | None) -> Any:
        from evigate.engine.federation.stream import Limits

        return None if timeout_s is None else Limits(timeout_s=timeout_s)

    @verb(READ, Answer.TABLE)
    def infer(
        self,
        model: str,
        source: str | pa.Table,
        *,
        columns: Sequence[str],
        key: str | None = None,
    ) -> Result:
        """Run a classification, NER, regression or embedding model over rows.

        Returns `_row_id`, `_ordinal`, `_source`, `_model`, `_status`, `_error`, `_latency_ms` and
        the task's columns, a row for each row, in order.
        """
        from evigate.engine.inferring import infer

        return Result(infer(self.core, self.subject, model, source, columns, key))


NAMESPACES: Mapping[str, type] = {
    "sources": SourceVerbs,
    "models": ModelVerbs,
    "tables": TableVerbs,
    "topics": TopicVerbs,
    "audit": AuditVerbs,
    "channels": ChannelVerbs,
    "derive": DeriveVerbs,
    "mutable": MutableVerbs,
    "sessions": SessionVerbs,
    "evals": EvalVerbs,
    "train": TrainVerbs,
    "jobs": JobVerbs,
}


def all_verbs() -> dict[str, Verb]:
    """Return every verb of the engine by its full name, in order."""
    found = list(marked(Engine))
    for name, owner in NAMESPACES.items():
        found.extend(marked(owner, f"{name}."))
    return {each.name: each for each in found}


__all__ = ["NAMESPACES", "Engine", "ModelTask", "Source", "TableKind", "all_verbs"]
