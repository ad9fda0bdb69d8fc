"""An engine on a server, with the same namespaces and verbs as one in process.

The methods are made from the list of verbs, so none is missing and none differs. A handle holds a
token and a tenant and sends both with each call; threads may share it.
"""

import asyncio
import threading
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pyarrow as pa
from pyarrow import flight

from evigate.base.errors import E_UNAUTHENTICATED, EvigateError
from evigate.engine.errors import E_TENANT_MISSING
from evigate.engine.server.answers import answered
from evigate.engine.server.arguments import HOOKS, INSTEAD, find_verb, verbs
from evigate.engine.server.codec import decode, encode, pack, unpack
from evigate.engine.server.flight import CANCEL, VERB, WHO
from evigate.engine.server.wire import TENANT_HEADER, evigate_error, result_of
from evigate.engine.verbs import Answer, Verb

# Tables beyond this go ahead of their call, in pieces.
INLINE_BYTES = 4 * 1024**2
PIECE_BYTES = 8 * 1024**2
LOOK_S = 0.2

_ambient: ContextVar["RemoteEngine | None"] = ContextVar("evigate_remote_engine", default=None)


def connect_remote(url: str, token: str | None) -> "RemoteEngine":
    """Open a handle of an engine on a server, for the token's tenant.

    Args:
        url: grpc://host:port, or grpc+tls://host:port with TLS; `?ca=/path.pem` names the
            certificate to trust instead of the system's.

    Raises:
        EvigateError[E_UNAUTHENTICATED]: no token, or one that proves nothing.
        EvigateError[E_SERVER_UNREACHABLE]: nobody answers there.
    """
    if not token:
        raise EvigateError(E_UNAUTHENTICATED, "A server needs an API token: connect(url, token=…).")
    parts = urlsplit(url)
    authorities = parse_qs(parts.query).get("ca")
    options = {"tls_root_certs": Path(authorities[0]).read_bytes()} if authorities else {}
    address = f"{parts.scheme}://{parts.netloc}"
    client = flight.connect(address, **options)
    return RemoteEngine(Connection(client, address, token))


class Connection:
    """A server, a token, and a tenant where it is not the token's own; thread-safe."""

    def __init__(
        self, client: flight.FlightClient, address: str, token: str, tenant: str = ""
    ) -> None:
        self.client = client
        self.address = address
        self._token = token
        headers = [(b"authorization", f"Bearer {token}".encode())]
        if tenant:
            headers.append((TENANT_HEADER.encode(), tenant.encode()))
        self._options = flight.FlightCallOptions(headers=headers)

    def of_tenant(self, tenant: str) -> "Connection":
        """Return the same connection for another tenant."""
        return Connection(self.client, self.address, self._token, tenant)

    def action(self, kind: str, body: bytes) -> Iterator[tuple[dict[str, Any], list[pa.Table]]]:
        """Yield an action's messages; raises what the server raised."""
        with self.failures():
            for part in self.client.do_action(flight.Action(kind, body), self._options):
                yield unpack(part.body.to_pybytes())

    def get(self, body: bytes) -> flight.FlightStreamReader:
        """Return the reader of a ticket's rows."""
        with self.failures():
            return self.client.do_get(flight.Ticket(body), self._options)

    def upload(self, table: pa.Table) -> str:
        """Put a table ahead of the call that wants it, and return its name there."""
        name = uuid.uuid4().hex
        descriptor = flight.FlightDescriptor.for_command(pack({"upload": name}))
        rows = max(1, table.num_rows * PIECE_BYTES // max(1, table.nbytes))
        with self.failures():
            writer, _ = self.client.do_put(descriptor, table.schema, self._options)
            with writer:
                writer.write_table(table, max_chunksize=rows)
        return name

    def message(self, verb: str, arguments: Mapping[str, Any], call_id: str) -> bytes:
        """Return a call as one message; large tables are sent ahead of it."""
        tables: list[pa.Table] = []
        body = encode(dict(arguments), tables, is_marked=True)
        inline: list[pa.Table] = []
        uploads: list[str] = []
        places: dict[int, int | str] = {}
        for place, table in enumerate(tables):
            if table.nbytes > INLINE_BYTES:
                uploads.append(self.upload(table))
                places[place] = uploads[-1]
            else:
                places[place] = len(inline)
                inline.append(table)
        message = {"verb": verb, "id": call_id, "uploads": uploads}
        return pack({**message, "arguments": _moved(body, places)}, inline)

    @contextmanager
    def failures(self) -> Iterator[None]:
        """Raise the server's errors as they were raised there."""
        try:
            yield
        except (pa.ArrowException, OSError) as error:
            raise evigate_error(error, self.address) from error


def _moved(value: Any, places: Mapping[int, Any]) -> Any:
    """Return encoded arguments with tables under their places in the message."""
    if isinstance(value, list):
        return [_moved(each, places) for each in value]
    if not isinstance(value, dict):
        return value
    if value.get("$") == "table":
        return {"$": "table", "v": places[value["v"]]}
    return {name: _moved(each, places) for name, each in value.items()}


class RemoteStream:
    """Batches from a server as they are made, as a sync or async iterator; `close` ends it."""

    def __init__(self, reader: flight.FlightStreamReader, connection: Connection) -> None:
        self._reader = reader
        self._connection = connection
        self._is_closed = False
        with connection.failures():
            self.schema: pa.Schema = reader.schema

    def read_next_batch(self) -> pa.RecordBatch:
        """Return the next batch; StopIteration at the end."""
        return next(self)

    def read_all(self) -> pa.Table:
        """Return the rest as one table."""
        return pa.Table.from_batches(list(self), self.schema)

    def close(self) -> None:
        """End the stream, from any thread; closing twice is fine."""
        self._is_closed = True
        self._reader.cancel()

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        return self

    def __next__(self) -> pa.RecordBatch:
        batch = self._next()
        if batch is None:
            raise StopIteration
        return batch

    def _next(self) -> pa.RecordBatch | None:
        try:
            with self._connection.failures():
                return None if self._is_closed else self._reader.read_chunk().data
        except StopIteration:
            return None
        except EvigateError:
            if self._is_closed:
                return None
            raise

    async def __aiter__(self) -> AsyncIterator[pa.RecordBatch]:
        try:
            while (batch := await asyncio.to_thread(self._next)) is not None:
                yield batch
        finally:
            self.close()

    def __enter__(self) -> "RemoteStream":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        reader = pa.RecordBatchReader.from_batches(self.schema, iter(self))
        return reader.__arrow_c_stream__(requested_schema)


class RemoteEngine:
    """A tenant's engine on a server; its verbs are attributes, as of one in process."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        who, _ = next(connection.action(WHO, b""))
        self.tenant_id = UUID(who["tenant_id"])
        self.role: str | None = who["role"]
        for verb in verbs().values():
            namespace, _, name = verb.name.rpartition(".")
            owner = self._namespace(namespace) if namespace else self
            if not hasattr(owner, name):
                setattr(owner, name, _method(self, verb))

    def _namespace(self, name: str) -> "RemoteNamespace":
        if name not in vars(self):
            setattr(self, name, RemoteNamespace(name))
        found: RemoteNamespace = vars(self)[name]
        return found

    def close(self) -> None:
        """Let go of the connection, for every handle of it."""
        self.connection.client.close()

    def __enter__(self) -> "RemoteEngine":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def as_tenant(self, tenant: str | UUID) -> "RemoteEngine":
        """Return a handle bound to another tenant of the token's user, by id or slug.

        Raises:
            EvigateError[E_TENANT_MISSING]: there is none, or the user has no place there.
        """
        return RemoteEngine(self.connection.of_tenant(str(tenant)))

    @contextmanager
    def ambient(self) -> Iterator["RemoteEngine"]:
        """Make this handle what `current` returns, in this thread or task, while the block runs."""
        token = _ambient.set(self)
        try:
            yield self
        finally:
            _ambient.reset(token)

    def current(self) -> "RemoteEngine":
        """Return the handle of the innermost `ambient` block of this thread or task.

        Raises:
            EvigateError[E_TENANT_MISSING]: no such block is open.
        """
        found = _ambient.get()
        if found is None:
            raise EvigateError(E_TENANT_MISSING, "No tenant is ambient here.")
        return found

    def search_batch(
        self, /, source: str, queries: Sequence[Any], *, k: int = 10, **options: Any
    ) -> list[Any]:
        """Return what `search` returns for each query, one after the other."""
        search: Callable[..., Any] = vars(self)["search"]
        return [search(source, query, k=k, **options) for query in queries]

    def __repr__(self) -> str:
        return f"<Engine of tenant {self.tenant_id} at {self.connection.address}>"

    def _repr_html_(self) -> str:
        """Return what the tenant has as an HTML table."""
        sources, tables = vars(self)["sources"].list(), vars(self)["tables"].list()
        rows = [("source", each.name, each.kind, each.row_count) for each in sources]
        rows += [("table", each.name, each.kind, each.row_count) for each in tables]
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>"
            for row in rows
        )
        head = "<tr><th>what</th><th>name</th><th>kind</th><th>rows</th></tr>"
        empty = "" if rows else "<p>Nothing yet: add a source with db.sources.add(...).</p>"
        return f"<table><thead>{head}</thead><tbody>{body}</tbody></table>{empty}"


class RemoteNamespace:
    """The verbs of one namespace."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        verbs_here = ", ".join(name for name in vars(self) if not name.startswith("_"))
        return f"<{self._name}: {verbs_here}>"


def _method(engine: RemoteEngine, verb: Verb) -> Callable[..., Any]:
    """Return a verb as a function with the signature that it has in process."""

    def call(*args: Any, **kwargs: Any) -> Any:
        bound = verb.signature.bind(*args, **kwargs).arguments
        for name, parameter in verb.signature.parameters.items():
            if parameter.kind is parameter.VAR_KEYWORD:
                bound |= bound.pop(name, {})
        return _ask(engine.connection, verb, bound)

    call.__name__ = verb.name.rpartition(".")[2]
    call.__qualname__ = f"RemoteEngine.{verb.name}"
    call.__doc__ = verb.summary
    call.__signature__ = verb.signature  # type: ignore[attr-defined]
    return call


def _ask(connection: Connection, verb: Verb, arguments: dict[str, Any]) -> Any:
    if verb.name in INSTEAD or verb.answer is Answer.LOCAL:
        find_verb(verb.name)
    hooks = {name: arguments.pop(name, None) for name in HOOKS}
    call_id = uuid.uuid4().hex
    message = connection.message(verb.name, arguments, call_id)
    if verb.answer is Answer.STREAM:
        return RemoteStream(connection.get(message), connection)
    if verb.answer is Answer.TABLE:
        with connection.failures():
            return result_of(connection.get(message).read_all())
    with _cancelling(connection, hooks["is_cancelled"], call_id):
        for body, tables in connection.action(VERB, message):
            if "progress" in body and hooks["on_progress"] is not None:
                hooks["on_progress"](*body["progress"])
            if "answer" in body:
                answer = decode(body["answer"], tables)
    return answered(verb.name, answer)


@contextmanager
def _cancelling(
    connection: Connection, is_cancelled: Callable[[], bool] | None, call_id: str
) -> Iterator[None]:
    """Ask the caller now and then whether the call shall end, and have the server end it."""
    if is_cancelled is None:
        yield
        return
    done = threading.Event()

    def watch() -> None:
        while not done.wait(LOOK_S):
            if is_cancelled():
                list(connection.action(CANCEL, pack({"id": call_id})))
                return

    watcher = threading.Thread(target=watch, name="evigate-cancel", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
