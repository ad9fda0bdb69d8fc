"""What a statement of a tenant's may name: sources, tables, mutable tables, topics; and search.

Each name is looked up in the caller's own catalog when a statement mentions it. The table functions
call the same verbs as everybody else.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.catalog.models import Table
from evigate.engine.federation.errors import E_SQL_INVALID
from evigate.engine.federation.relations import (
    Catalog,
    Relation,
    Subquery,
    TableFunction,
    arrow_relation,
    parquet_relation,
)
from evigate.engine.federation.session import SqlSession
from evigate.engine.federation.stream import Limits
from evigate.engine.tables.log import live_batches
from evigate.engine.topics.codec import read_schema

if TYPE_CHECKING:
    from evigate.engine.catalog.cache import Catalog as EngineCatalog
    from evigate.engine.core import Core


class TenantCatalog:
    """A tenant's names, for SQL."""

    def __init__(self, core: "Core", subject: Subject) -> None:
        self._core = core
        self._subject = subject

    def resolve(self, name: str) -> Relation | None:
        """Return the relation of a name, whatever its case; None where the tenant has none."""
        found = self._listed(self._core.catalog(self._subject), name)
        found = found or self._mutable(name) or self._topic(name)
        # Another process may have made it since the catalog was read.
        return found or self._listed(self._core.catalogs.fresh(self._subject), name)

    def _listed(self, catalog: "EngineCatalog", name: str) -> Relation | None:
        if (exact := _match(catalog.sources, name)) is not None:
            return self._core.sources.relation(self._subject, exact)
        if (exact := _match(catalog.tables, name)) is not None:
            return self._table(catalog.tables[exact])
        return None

    def _mutable(self, name: str) -> Relation | None:
        from evigate.engine.mutable.relation import relation

        return relation(self._core.mutables, self._subject, name)

    def _table(self, table: Table) -> Relation | None:
        if table.current_version is None:
            return None
        tables, subject = self._core.tables, self._subject
        manifest = tables.manifest(subject, table)
        folder = tables.folder(subject, table)
        version = tables.version(subject, table).manifest_digest
        files = [str(folder / entry.file.name) for entry in manifest.entries]
        schema = tables.schema(subject, table)
        if all(entry.type == "rows" for entry in manifest.entries) and not manifest.masked_rows:
            return parquet_relation(
                table.name, kind="table", version=version, files=files, schema=schema
            )

        def live() -> pa.RecordBatchReader:
            return pa.RecordBatchReader.from_batches(schema, live_batches(folder, manifest))

        return arrow_relation(table.name, kind="table", version=version, schema=schema, open=live)

    def _topic(self, name: str) -> Relation | None:
        topics, subject = self._core.topics, self._subject
        exact = _match(topics.names(subject), name)
        if exact is None:
            return None
        topic = topics.get(subject, exact)
        schema = read_schema(topic)

        def replay() -> pa.RecordBatchReader:
            first, _ = topics.log.bounds(subject, topic)
            read = topics.subscribe(subject, topic.name, from_offset=first, is_replay=True)
            return pa.RecordBatchReader.from_batches(schema, iter(read))

        version = f"{topic.id}:{topic.next_offset}"
        return arrow_relation(topic.name, kind="topic", version=version, schema=schema, open=replay)

    def names(self) -> Sequence[str]:
        """Return every name the tenant has."""
        catalog = self._core.catalog(self._subject)
        topics = self._core.topics.names(self._subject)
        mutables = [table.name for table in self._core.mutables.names.tables(self._subject)]
        return [*catalog.sources, *catalog.tables, *mutables, *topics]

    def describe(self) -> Sequence[Relation]:
        """Return every relation; those that cannot be read just now are left out."""
        found = []
        for name in self.names():
            try:
                relation = self.resolve(name)
            except EvigateError:
                continue
            if relation is not None:
                found.append(relation)
        return found


def make_session(core: "Core", subject: Subject, *, catalog: Catalog | None = None) -> SqlSession:
    """Return a tenant's SQL over its catalog (or one on top of it), with the table functions."""
    modes = ("vector", "lexical", "hybrid")
    functions = [_search_function(core, subject, mode, mode) for mode in modes[1:]]
    functions.append(_search_function(core, subject, "search", None))
    functions.append(TableFunction("annotate", _annotate(core, subject)))
    return SqlSession(
        core.duck(subject),
        catalog or TenantCatalog(core, subject),
        functions=functions,
        limits=Limits(timeout_s=core.options.sql_timeout_s),
    )


def _search_function(core: "Core", subject: Subject, name: str, mode: str | None) -> TableFunction:
    """`name(source, query [, k] [, where := ..., select := ...])`: the key, score, channels."""

    def call(args: Sequence[Any], named: Mapping[str, Any]) -> pa.Table:
        from evigate.engine.engine import Engine

        given = dict(zip(("source", "query", "k"), args, strict=False)) | dict(named)
        source, query = given.pop("source", None), given.pop("query", None)
        if not isinstance(source, str) or query is None or len(args) > 3:
            message = f"{name}() takes a source, a query and perhaps k."
            raise EvigateError(E_SQL_INVALID, message)
        given.setdefault("mode", mode)
        # The statement joins the source's columns itself, by key.
        given.setdefault("select", [])
        known = {"k", "mode", "where", "select", "table", "text_table", "version"}
        known |= {"exact", "expansion"}
        if odd := sorted(set(given) - known):
            close = get_close_matches(odd[0], known, 1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            raise EvigateError(E_SQL_INVALID, f"{name}() has no argument {odd[0]!r}.{hint}")
        return Engine(core, subject).search(source, query, **given).to_arrow()

    return TableFunction(name, call)


def _annotate(
    core: "Core", subject: Subject
) -> Callable[[Sequence[Any], Mapping[str, Any]], pa.Table]:
    """`annotate(model, relation, key, column, ...)`: the model's columns for each row, by key."""

    def call(args: Sequence[Any], named: Mapping[str, Any]) -> pa.Table:
        from evigate.engine.engine import Engine

        given = list(args)
        model = named.get("model", given.pop(0) if given else None)
        relation = named.get("relation", given.pop(0) if given else None)
        key = named.get("key", given.pop(0) if given else None)
        columns = named.get("columns", given)
        if not model or relation is None or not key or not columns:
            message = "annotate() takes a model, a relation, its key and one column or more."
            raise EvigateError(E_SQL_INVALID, message)
        engine = Engine(core, subject)
        text = relation.text if isinstance(relation, Subquery) else None
        rows = engine.sql(text).to_arrow() if text is not None else None
        return engine.infer(
            model, relation if rows is None else rows, columns=list(columns), key=str(key)
        ).to_arrow()

    return call


def _match(names: Collection[str], wanted: str) -> str | None:
    """Return the exact name, else the only one that differs in case."""
    if wanted in names:
        return wanted
    found = [name for name in names if name.lower() == wanted.lower()]
    return found[0] if len(found) == 1 else None
