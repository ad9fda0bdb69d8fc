"""Flight SQL for stock clients: statements, prepared ones, metadata, cancelling.

Nothing is kept between calls: a statement's handle is the statement, with its bound parameters, so
it means nothing to whoever else may get hold of it but their own query of that text.
"""

import base64
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from importlib.metadata import version
from typing import Any
from uuid import uuid4

import orjson
import pyarrow as pa
from pyarrow import flight

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.federation.information import CATALOG, SCHEMA
from evigate.engine.server.calls import Calls, Stream
from evigate.engine.server.codec import read_table, write_table
from evigate.engine.server.errors import E_WIRE_MALFORMED, E_WIRE_UNSUPPORTED
from evigate.engine.server.messages import Command, read_command, read_fields, write_command
from evigate.engine.server.messages import write_fields as fields
from evigate.engine.verbs import READ
from evigate.kernel.access import require

DOOR = "flight_sql"
TABLE_TYPES = ("source", "table", "mutable", "topic")
CANCELLED, NOT_CANCELLABLE = 1, 3

_text = pa.string()
CATALOGS = pa.schema([pa.field("catalog_name", _text, nullable=False)])
SCHEMAS = pa.schema(
    [pa.field("catalog_name", _text), pa.field("db_schema_name", _text, nullable=False)]
)
TABLES = pa.schema(
    [
        pa.field("catalog_name", _text),
        pa.field("db_schema_name", _text),
        pa.field("table_name", _text, nullable=False),
        pa.field("table_type", _text, nullable=False),
    ]
)
TABLES_IN_FULL = TABLES.append(pa.field("table_schema", pa.binary(), nullable=False))
TYPES = pa.schema([pa.field("table_type", _text, nullable=False)])
_INFO_TYPES = (
    pa.field("string_value", _text),
    pa.field("bool_value", pa.bool_()),
    pa.field("bigint_value", pa.int64()),
    pa.field("int32_bitmask", pa.int32()),
    pa.field("string_list", pa.list_(_text)),
    pa.field("int32_to_int32_list_map", pa.map_(pa.int32(), pa.list_(pa.int32()))),
)
INFO = pa.schema(
    [
        pa.field("info_name", pa.uint32(), nullable=False),
        pa.field("value", pa.dense_union(_INFO_TYPES), nullable=False),
    ]
)


class FlightSql:
    """The commands of Flight SQL over one engine's calls."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._core = calls.core
        self._metadata: Mapping[str, tuple[Callable[[Command], pa.Schema], Callable[..., Any]]] = {
            "CommandGetSqlInfo": (lambda command: INFO, _sql_info),
            "CommandGetCatalogs": (lambda command: CATALOGS, self._catalogs),
            "CommandGetDbSchemas": (lambda command: SCHEMAS, self._schemas),
            "CommandGetTables": (_tables_schema, self._tables),
            "CommandGetTableTypes": (lambda command: TYPES, self._types),
        }

    def info(self, subject: Subject, descriptor: flight.FlightDescriptor) -> flight.FlightInfo:
        """Return where a command's rows are to be had; a statement runs when they are fetched."""
        command = read_command(descriptor.command or b"")
        if command.name in self._metadata:
            schema, ticket = self._metadata[command.name][0](command), descriptor.command
        else:
            schema = None
            handle = {**_statement(command), "id": uuid4().hex}
            ticket = write_command("TicketStatementQuery", {1: orjson.dumps(handle)})
        endpoint = flight.FlightEndpoint(ticket, [])
        return flight.FlightInfo(schema, descriptor, [endpoint], -1, -1)

    def schema(self, subject: Subject, descriptor: flight.FlightDescriptor) -> flight.SchemaResult:
        """Return a command's columns, without its rows."""
        require(subject, READ)
        command = read_command(descriptor.command or b"")
        if command.name in self._metadata:
            return flight.SchemaResult(self._metadata[command.name][0](command))
        stream = self._open(subject, {**_statement(command), "id": uuid4().hex})
        stream.close()
        return flight.SchemaResult(stream.schema)

    def get(self, subject: Subject, ticket: bytes) -> pa.Table | Stream:
        """Return the rows of a ticket."""
        require(subject, READ)
        command = read_command(ticket)
        if command.name in self._metadata:
            schema, rows = self._metadata[command.name]
            found = rows(subject, command)
            return pa.Table.from_arrays(found, schema=schema(command))
        return self._open(subject, _statement(command))

    def prepare(self, body: bytes) -> bytes:
        """Return the answer to CreatePreparedStatement; faults show when it is run."""
        sql = read_command(body).text(1) or ""
        return write_command("ActionCreatePreparedStatementResult", {1: orjson.dumps({"sql": sql})})

    def bind(self, command: Command, rows: pa.Table) -> bytes:
        """Return a prepared statement's new handle, which holds the parameters."""
        handle = {"sql": _statement(command)["sql"]}
        handle["rows"] = base64.b64encode(write_table(rows)).decode()
        return fields({1: orjson.dumps(handle)})

    def cancel(self, subject: Subject, action: str, body: bytes) -> bytes:
        """End the statements of a FlightInfo; answer in the shape that the action wants."""
        is_old = action == "CancelQuery"
        info = read_command(body).data(1) if is_old else Command("", read_fields(body)).data(1)
        is_found = False
        for endpoint in read_fields(info or b"").get(3, ()):
            ticket = Command("", read_fields(_bytes(endpoint))).data(1) or b""
            data = Command("", read_fields(ticket)).data(1) or b""
            query_id = str(_statement(read_command(data)).get("id"))
            is_found |= self._core.sql(subject).cancel(query_id)
        status = CANCELLED if is_found else NOT_CANCELLABLE
        if is_old:
            return write_command("ActionCancelQueryResult", {1: status})
        return fields({1: status})

    def _open(self, subject: Subject, handle: Mapping[str, Any]) -> Stream:
        def make() -> Any:
            session, query_id = self._core.sql(subject), handle.get("id")
            bound = _parameters(handle)
            first = session.sql_stream(handle["sql"], bound[0], query_id=query_id)
            if len(bound) == 1:
                return first
            return _Chain(first, (session.sql_stream(handle["sql"], each) for each in bound[1:]))

        return self._calls.stream(subject, make, "sql_stream", DOOR)

    def _catalogs(self, subject: Subject, command: Command) -> list[pa.Array]:
        return [pa.array([CATALOG])]

    def _schemas(self, subject: Subject, command: Command) -> list[pa.Array]:
        is_there = command.text(1) in (None, CATALOG) and _like(command.text(2), SCHEMA)
        count = int(is_there)
        return [pa.array([CATALOG] * count, _text), pa.array([SCHEMA] * count, _text)]

    def _types(self, subject: Subject, command: Command) -> list[pa.Array]:
        return [pa.array(TABLE_TYPES)]

    def _tables(self, subject: Subject, command: Command) -> list[pa.Array]:
        from evigate.engine.relations import TenantCatalog

        kinds = command.texts(4)
        is_ours = command.text(1) in (None, CATALOG) and _like(command.text(2), SCHEMA)
        relations = [
            each
            for each in (TenantCatalog(self._core, subject).describe() if is_ours else ())
            if _like(command.text(3), each.name) and (not kinds or each.kind in kinds)
        ]
        relations.sort(key=lambda each: each.name)
        count = len(relations)
        columns = [
            pa.array([CATALOG] * count, _text),
            pa.array([SCHEMA] * count, _text),
            pa.array([each.name for each in relations], _text),
            pa.array([each.kind for each in relations], _text),
        ]
        if command.flag(5):
            schemas = [each.schema.serialize().to_pybytes() for each in relations]
            columns.append(pa.array(schemas, pa.binary()))
        return columns


class _Chain:
    """The rows of one statement for each row of parameters, one after the other."""

    def __init__(self, first: Any, rest: Iterator[Any]) -> None:
        self.schema: pa.Schema = first.schema
        self._now, self._rest = first, rest

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        yield from self._now
        for each in self._rest:
            self._now = each
            yield from each

    def cancel(self) -> None:
        self._now.cancel()

    def close(self) -> None:
        self._now.close()


def _statement(command: Command) -> dict[str, Any]:
    """Return a command's statement: its text, and what its handle holds besides."""
    if command.name == "CommandStatementQuery":
        return {"sql": command.text(1) or ""}
    if command.name not in ("CommandPreparedStatementQuery", "TicketStatementQuery"):
        raise EvigateError(E_WIRE_UNSUPPORTED, f"{command.name} is not supported.")
    with suppress(ValueError):
        handle = orjson.loads(command.data(1) or b"")
        if isinstance(handle, dict) and isinstance(handle.get("sql"), str):
            return handle
    raise EvigateError(E_WIRE_MALFORMED, "The statement's handle is none of this server's.")


def _parameters(handle: Mapping[str, Any]) -> Sequence[Any]:
    """Return the parameters of each run: by name, or in order where the names are numbers."""
    if "rows" not in handle:
        return [None]
    rows = read_table(base64.b64decode(handle["rows"]))
    is_in_order = all(re.fullmatch(r"\$?\d*\??", name) for name in rows.column_names)
    if not is_in_order:
        return rows.to_pylist() or [None]
    columns = [column.to_pylist() for column in rows.columns]
    return [list(row) for row in zip(*columns, strict=True)] or [None]


def _like(pattern: str | None, name: str) -> bool:
    """Tell whether a name is like a pattern of SQL; everything is like none."""
    if pattern is None:
        return True
    marks = {"%": ".*", "_": "."}
    return bool(re.fullmatch("".join(marks.get(c, re.escape(c)) for c in pattern), name, re.S))


def _tables_schema(command: Command) -> pa.Schema:
    return TABLES_IN_FULL if command.flag(5) else TABLES


def _bytes(value: int | bytes) -> bytes:
    return value if isinstance(value, bytes) else b""


def _sql_info(subject: Subject, command: Command) -> list[pa.Array]:
    """The numbers are FlightSql.proto's SqlInfo."""
    known: dict[int, str | bool | int] = {
        0: "Evigate",
        1: version("evigate"),
        2: pa.__version__,
        3: True,  # read only
        4: True,  # SQL
        5: False,  # Substrait
        8: 0,  # no transactions
        9: True,  # cancelling
        504: '"',
    }
    wanted = command.numbers(1) or list(known)
    chosen = [(number, known[number]) for number in wanted if number in known]
    values: list[list[Any]] = [[] for _ in _INFO_TYPES]
    kinds, offsets = [], []
    for _, value in chosen:
        kind = 0 if isinstance(value, str) else 1 if isinstance(value, bool) else 3
        kinds.append(kind)
        offsets.append(len(values[kind]))
        values[kind].append(value)
    union = pa.UnionArray.from_dense(
        pa.array(kinds, pa.int8()),
        pa.array(offsets, pa.int32()),
        [pa.array(part, field.type) for part, field in zip(values, _INFO_TYPES, strict=True)],
        [field.name for field in _INFO_TYPES],
    )
    return [pa.array([number for number, _ in chosen], pa.uint32()), union]
