"""SQL for one tenant: parsed, resolved in the caller's catalog, rewritten, then run.

A statement has a connection of its own. What it names is placed there (Arrow data is registered,
files and databases become SELECTs of our writing) and goes with it, so two statements never share
a version of anything.
"""

import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import numpy as np
import pyarrow as pa

from evigate.base.errors import EvigateError
from evigate.engine.federation.asof import AsofJoin, asof_from_arguments, asof_sql
from evigate.engine.federation.duck import Duck
from evigate.engine.federation.errors import E_SQL_INVALID, E_SQL_PARAMETER
from evigate.engine.federation.information import information_table
from evigate.engine.federation.placing import Placing
from evigate.engine.federation.quoting import quote_name
from evigate.engine.federation.relations import Catalog, Relation, TableFunction
from evigate.engine.federation.rewrite import Rewriter, parameter_name
from evigate.engine.federation.stream import BATCH_ROWS, Guard, Limits, SqlStream
from evigate.engine.federation.syntax import parse, split_explain, write

Parameters = Mapping[str, Any] | Sequence[Any]


class SqlSession:
    """One tenant's SQL; safe to share between threads."""

    def __init__(
        self,
        duck: Duck,
        catalog: Catalog,
        *,
        functions: Sequence[TableFunction] = (),
        limits: Limits | None = None,
    ) -> None:
        """Make it over the tenant's database and catalog; `functions` may stand in FROM."""
        own = TableFunction("asof_join", self._asof_function)
        self._functions = {item.name.lower(): item for item in (own, *functions)}
        self._duck = duck
        self._catalog = catalog
        self._limits = limits or Limits()
        self._lock = threading.Lock()
        self._running: dict[str, Guard] = {}

    def sql(
        self,
        text: str,
        parameters: Parameters | None = None,
        *,
        limits: Limits | None = None,
        query_id: str | None = None,
    ) -> pa.Table:
        """Return the rows of a SELECT, or of EXPLAIN of one.

        Args:
            text: one statement; `$name` or `?` stand for parameters.
            parameters: by name, or in order; lists and arrays are vectors.
            limits: what it may use, the session's own otherwise.
            query_id: a name under which `cancel` knows it.

        Raises:
            E_SQL_INVALID, E_SQL_FORBIDDEN, E_SQL_UNKNOWN_RELATION, E_SQL_PARAMETER: it is refused.
            E_SQL_TIMEOUT, E_SQL_MEMORY, E_SQL_ROWS, E_SQL_CANCELLED: it was ended.
            E_SQL_UPSTREAM: a file or database that it names cannot be read.
        """
        with self.sql_stream(text, parameters, limits=limits, query_id=query_id) as stream:
            return stream.read_all()

    def sql_stream(
        self,
        text: str,
        parameters: Parameters | None = None,
        *,
        batch_rows: int = BATCH_ROWS,
        limits: Limits | None = None,
        query_id: str | None = None,
    ) -> SqlStream:
        """Return the rows as they are made, at most `batch_rows` at a time; raises like `sql`."""
        if batch_rows < 1:
            raise EvigateError(E_SQL_INVALID, f"batch_rows is {batch_rows}; it must be positive.")
        given = _by_name(parameters)
        explain, body = split_explain(text)
        statement = parse(self._duck, body)
        with ExitStack() as stack:
            cursor = self._duck.open_cursor()
            stack.callback(cursor.close)
            guard = self._guard(stack, cursor.interrupt, limits or self._limits, query_id)
            placing = Placing(self._duck, cursor, stack, self._functions, given, self._information)
            rewriter = Rewriter(self._catalog, placing, tuple(self._functions))
            final = write(self._duck, rewriter.statement(statement))
            values = _chosen(given, rewriter.parameters)
            with guard.running():
                cursor.execute(explain + final, values)
                reader = cursor.to_arrow_reader(batch_rows)
            if explain:
                reader = _explained(reader)
            return SqlStream(reader, guard, limits or self._limits, stack.pop_all().close)

    def asof_join(self, join: AsofJoin, *, batch_rows: int = BATCH_ROWS) -> SqlStream:
        """Return each spine row with the fact that was known at its time; see `AsofJoin`."""
        spine = self._schema_of(join.spine)
        facts = self._schema_of(join.facts)
        return self.sql_stream(asof_sql(join, spine, facts), batch_rows=batch_rows)

    def cancel(self, query_id: str) -> bool:
        """End the statement of that name; return whether there was one."""
        with self._lock:
            guard = self._running.get(query_id)
        if guard is None:
            return False
        guard.cancel()
        return True

    def relation(self, name: str) -> Relation | None:
        """Return what a name stands for, None where the caller has none such."""
        return self._catalog.resolve(name)

    def _schema_of(self, name: str) -> pa.Schema:
        with self.sql_stream(f"SELECT * FROM {quote_name(name)} LIMIT 0") as stream:
            return stream.schema

    def _asof_function(self, args: Sequence[Any], named: Mapping[str, Any]) -> pa.Table:
        with self.asof_join(asof_from_arguments(args, named)) as stream:
            return stream.read_all()

    def _information(self, name: str) -> pa.Table:
        return information_table(name, self._catalog.describe())

    def _guard(
        self, stack: ExitStack, interrupt: Any, limits: Limits, query_id: str | None
    ) -> Guard:
        name = query_id or uuid4().hex
        guard = Guard(interrupt, limits)
        with self._lock:
            if name in self._running:
                raise EvigateError(E_SQL_INVALID, f"A statement {name!r} runs already.")
            self._running[name] = guard
        stack.callback(self._running.pop, name, None)
        return guard


def _by_name(parameters: Parameters | None) -> dict[str, Any]:
    """Parameters in order are named 1, 2, ...; arrays become lists."""
    if parameters is None:
        return {}
    if isinstance(parameters, Mapping):
        items = {str(name): value for name, value in parameters.items()}
    else:
        items = {str(number): value for number, value in enumerate(parameters, start=1)}
    return {name: _plain(value) for name, value in items.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, pa.Scalar):
        return value.as_py()
    if isinstance(value, pa.Array | pa.ChunkedArray):
        return value.to_pylist()
    return value


def _chosen(given: Mapping[str, Any], wanted: set[str]) -> dict[str, Any]:
    folded = {name.casefold(): value for name, value in given.items()}
    missing = sorted(name for name in wanted if name.casefold() not in folded)
    if missing:
        raise EvigateError(
            E_SQL_PARAMETER, f"The statement names ${missing[0]}, and no value was given for it."
        )
    return {parameter_name(name): folded[name.casefold()] for name in wanted}


def _explained(reader: pa.RecordBatchReader) -> pa.RecordBatchReader:
    table = reader.read_all()
    plan = table.rename_columns(["kind", "plan"])
    return plan.to_reader()
