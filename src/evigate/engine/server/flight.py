"""The Flight server: Flight SQL for stock clients, and every verb for our own.

A verb that answers a value is an action; one that answers rows is a ticket. Both carry the verb's
name and arguments as one packed message; a table too large for a message is put ahead under a name.
"""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import pyarrow as pa
import structlog
from pyarrow import flight

from evigate.base.clock import monotonic_s
from evigate.base.errors import E_INVALID, EvigateError
from evigate.base.subject import Subject
from evigate.engine.server.arguments import find_verb
from evigate.engine.server.callers import MIDDLEWARE, CallerFactory, OpenHandshake
from evigate.engine.server.calls import LOOK_S, Call, Calls, Stream
from evigate.engine.server.codec import MARK, decode, encode, pack, unpack
from evigate.engine.server.errors import (
    E_FLIGHT_LISTEN,
    E_MESSAGE_TOO_LARGE,
    E_WIRE_UNSUPPORTED,
)
from evigate.engine.server.flightsql import FlightSql
from evigate.engine.server.messages import read_command
from evigate.engine.server.wire import flight_error, noted, typed
from evigate.engine.verbs import Answer

log = structlog.get_logger(__name__)

DOOR = "flight"
VERB, WHO, CANCEL = "evigate.verb", "evigate.who", "evigate.cancel"
# Stock clients take messages of 16 MiB by default.
PIECE_BYTES = 4 * 1024**2
UPLOAD_LIFETIME_S = 600.0
ACTIONS = (
    (VERB, "Call a verb that answers a value."),
    (WHO, "Tell for whom the caller acts."),
    (CANCEL, "End a call of the caller's by its id."),
    ("CreatePreparedStatement", "Flight SQL."),
    ("ClosePreparedStatement", "Flight SQL."),
    ("CancelQuery", "Flight SQL."),
    ("CancelFlightInfo", "Flight SQL."),
)


@dataclass(frozen=True, slots=True)
class Listen:
    """Where to listen; with a certificate and its key (PEM files) over TLS."""

    host: str = "127.0.0.1"
    port: int = 0
    certificate: Path | None = None
    private_key: Path | None = None


@dataclass(frozen=True, slots=True)
class _Upload:
    table: pa.Table
    put_at_s: float


class FlightDoor(flight.FlightServerBase):  # type: ignore[misc]
    """Serves from when it is made; `shutdown` ends it, open streams included."""

    def __init__(self, calls: Calls, listen: Listen) -> None:
        """Begin to serve.

        Raises:
            EvigateError[E_FLIGHT_LISTEN]: the address is taken, or a file of TLS cannot be read.
        """
        self._calls = calls
        self._sql = FlightSql(calls)
        self._lock = threading.Lock()
        self._uploads: dict[tuple[Any, str, str], _Upload] = {}
        self._running: dict[tuple[Any, str, str], Call] = {}
        self._watched: dict[Stream, flight.ServerCallContext] = {}
        self._stop = threading.Event()
        scheme, pairs = "grpc", []
        try:
            if listen.certificate is not None and listen.private_key is not None:
                scheme = "grpc+tls"
                pairs = [(listen.certificate.read_bytes(), listen.private_key.read_bytes())]
            super().__init__(
                f"{scheme}://{listen.host}:{listen.port}",
                auth_handler=OpenHandshake(),
                middleware={MIDDLEWARE: CallerFactory(calls.core)},
                tls_certificates=pairs,
            )
        except (OSError, pa.ArrowException) as error:
            message = f"Flight cannot listen on {listen.host}:{listen.port}: {error}."
            raise EvigateError(E_FLIGHT_LISTEN, message) from error
        self.address = f"{scheme}://{listen.host}:{self.port}"
        threading.Thread(target=self._watch, name="evigate-flight-watch", daemon=True).start()

    def shutdown(self) -> None:
        """End the streams, then stop serving."""
        self._stop.set()
        for stream in list(self._watched):
            stream.end()
        super().shutdown()

    # Actions ----------------------------------------------------------------------------------

    def list_actions(self, context: flight.ServerCallContext) -> list[tuple[str, str]]:
        """Return what can be done."""
        return list(ACTIONS)

    def do_action(
        self, context: flight.ServerCallContext, action: flight.Action
    ) -> Iterator[flight.Result]:
        """Do one thing; a long verb's progress comes before its answer."""
        try:
            for part in self._act(context, action.type, action.body.to_pybytes()):
                yield flight.Result(part)
        except Exception as error:
            raise flight_error(error) from error

    def _act(self, context: flight.ServerCallContext, kind: str, body: bytes) -> Iterator[bytes]:
        subject = _subject(context)
        self._check_size(len(body))
        if kind == VERB:
            yield from self._verb(context, subject, body)
        elif kind == WHO:
            yield pack({"tenant_id": str(subject.tenant_id), "role": subject.role})
        elif kind == CANCEL:
            wanted = str(unpack(body)[0].get("id"))
            call = self._running.get((subject.tenant_id, subject.actor, wanted))
            if call is not None:
                call.cancel()
            yield pack({"is_found": call is not None})
        elif kind == "CreatePreparedStatement":
            yield self._sql.prepare(body)
        elif kind == "ClosePreparedStatement":
            return
        elif kind in ("CancelQuery", "CancelFlightInfo"):
            yield self._sql.cancel(subject, kind, body)
        else:
            raise EvigateError(E_WIRE_UNSUPPORTED, f"The action {kind!r} is not supported.")

    def _verb(
        self, context: flight.ServerCallContext, subject: Subject, body: bytes
    ) -> Iterator[bytes]:
        name, arguments, call_id = self._read(subject, body)
        if find_verb(name).answer is not Answer.VALUE:
            raise EvigateError(E_INVALID, f"{name} answers rows: get it with a ticket.")
        steps: SimpleQueue[tuple[int, int | None] | None] = SimpleQueue()
        call = self._calls.start(
            subject,
            name,
            arguments,
            door=DOOR,
            on_progress=lambda done, total: steps.put((done, total)),
        )
        key = (subject.tenant_id, subject.actor, call_id)
        self._running[key] = call
        call.future.add_done_callback(lambda future: steps.put(None))
        try:
            yield from self._progress(context, call, steps)
            answer = call.result(LOOK_S)
        finally:
            self._running.pop(key, None)
        tables: list[pa.Table] = []
        yield pack({"answer": encode(answer, tables, is_marked=True)}, tables)

    def _progress(
        self,
        context: flight.ServerCallContext,
        call: Call,
        steps: "SimpleQueue[tuple[int, int | None] | None]",
    ) -> Iterator[bytes]:
        """Yield each step until the call has ended, by itself, by the clock or by its caller."""
        timeout_s = self._calls.limits.request_timeout_s
        deadline = monotonic_s() + timeout_s
        while True:
            try:
                step = steps.get(timeout=max(0.01, min(LOOK_S, deadline - monotonic_s())))
            except Empty:
                if monotonic_s() >= deadline or context.is_cancelled():
                    call.result(0.0, is_gone=context.is_cancelled)
                continue
            if step is None:
                return
            yield pack({"progress": step})

    # Rows -------------------------------------------------------------------------------------

    @typed
    def get_flight_info(
        self, context: flight.ServerCallContext, descriptor: flight.FlightDescriptor
    ) -> flight.FlightInfo:
        """Return where a Flight SQL command's rows are."""
        return self._sql.info(_subject(context), descriptor)

    @typed
    def get_schema(
        self, context: flight.ServerCallContext, descriptor: flight.FlightDescriptor
    ) -> flight.SchemaResult:
        """Return a Flight SQL command's columns."""
        return self._sql.schema(_subject(context), descriptor)

    @typed
    def do_get(
        self, context: flight.ServerCallContext, ticket: flight.Ticket
    ) -> flight.FlightDataStream:
        """Return the rows of a ticket: a verb's, or a statement's."""
        subject = _subject(context)
        self._check_size(len(ticket.ticket))
        if not ticket.ticket.startswith(MARK):
            found = self._sql.get(subject, ticket.ticket)
        else:
            found = self._rows(context, subject, ticket.ticket)
        if isinstance(found, Stream):
            return flight.GeneratorStream(found.schema, self._live(context, found))
        rows = pieces(found.to_batches())
        return flight.RecordBatchStream(pa.RecordBatchReader.from_batches(found.schema, rows))

    def _rows(
        self, context: flight.ServerCallContext, subject: Subject, body: bytes
    ) -> pa.Table | Stream:
        name, arguments, _ = self._read(subject, body)
        answer = find_verb(name).answer
        if answer is Answer.STREAM:
            return self._calls.open(subject, name, arguments, door=DOOR)
        if answer is not Answer.TABLE:
            raise EvigateError(E_INVALID, f"{name} answers a value: it is an action.")
        call = self._calls.start(subject, name, arguments, door=DOOR)
        timeout_s = self._calls.limits.request_timeout_s
        return noted(call.result(timeout_s, is_gone=context.is_cancelled))

    def _live(self, context: flight.ServerCallContext, stream: Stream) -> Iterator[pa.RecordBatch]:
        """Yield a stream's batches, and end it when whoever reads it has gone."""
        with self._lock:
            self._watched[stream] = context
        try:
            yield from pieces(stream)
        except GeneratorExit:
            raise
        except BaseException as error:
            raise flight_error(error) from error
        finally:
            # Under the lock: the context lives no longer than this.
            with self._lock:
                self._watched.pop(stream, None)
            stream.close("closed")

    def _watch(self) -> None:
        """Look after readers who went away while there was nothing to send them."""
        while not self._stop.wait(LOOK_S):
            with self._lock:
                gone = [each for each, context in self._watched.items() if context.is_cancelled()]
            for stream in gone:
                stream.end()
            self._forget_uploads()

    # Tables that come in -----------------------------------------------------------------------

    @typed
    def do_put(
        self,
        context: flight.ServerCallContext,
        descriptor: flight.FlightDescriptor,
        reader: flight.MetadataRecordBatchReader,
        writer: flight.FlightMetadataWriter,
    ) -> None:
        """Take in a table for a call that follows, or a prepared statement's parameters."""
        subject, command = _subject(context), descriptor.command or b""
        if command.startswith(MARK):
            name = str(unpack(command)[0].get("upload"))
            table = self._received(subject, reader, self._calls.limits.upload_max_bytes)
            with self._lock:
                key = (subject.tenant_id, subject.actor, name)
                self._uploads[key] = _Upload(table, monotonic_s())
            return
        prepared = read_command(command)
        if prepared.name != "CommandPreparedStatementQuery":
            raise EvigateError(E_WIRE_UNSUPPORTED, f"{prepared.name} is not supported.")
        rows = self._received(subject, reader, self._calls.limits.message_max_bytes)
        writer.write(pa.py_buffer(self._sql.bind(prepared, rows)))

    def _received(self, subject: Subject, reader: Any, size_max: int) -> pa.Table:
        with self._lock:
            waiting = sum(
                each.table.nbytes
                for (tenant, _, _), each in self._uploads.items()
                if tenant == subject.tenant_id
            )
        batches, size = [], waiting
        for chunk in reader:
            self._check_size(chunk.data.nbytes)
            size += chunk.data.nbytes
            if size > size_max:
                message = f"The rows take more than {size_max} bytes."
                raise EvigateError(E_MESSAGE_TOO_LARGE, message)
            batches.append(chunk.data)
        return pa.Table.from_batches(batches, reader.schema)

    def _forget_uploads(self) -> None:
        oldest_s = monotonic_s() - UPLOAD_LIFETIME_S
        with self._lock:
            for key in [key for key, each in self._uploads.items() if each.put_at_s < oldest_s]:
                del self._uploads[key]

    def _read(self, subject: Subject, body: bytes) -> tuple[str, dict[str, Any], str]:
        """Return a call's verb, its arguments with their tables in place, and its id."""
        message, inline = unpack(body)
        tables: dict[Any, pa.Table] = dict(enumerate(inline))
        with self._lock:
            for name in message.get("uploads", ()):
                found = self._uploads.pop((subject.tenant_id, subject.actor, str(name)), None)
                if found is not None:
                    tables[name] = found.table
        arguments = decode(message.get("arguments", {}), tables)
        if not isinstance(arguments, dict):
            raise EvigateError(E_INVALID, "The arguments are given by name.")
        return str(message.get("verb")), arguments, str(message.get("id"))

    def _check_size(self, size: int) -> None:
        size_max = self._calls.limits.message_max_bytes
        if size > size_max:
            message = f"The message takes {size} bytes, more than {size_max}."
            raise EvigateError(E_MESSAGE_TOO_LARGE, message)


def pieces(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield the same rows in batches of a few MiB at most, a row at least."""
    for batch in batches:
        if batch.nbytes <= PIECE_BYTES:
            yield batch
            continue
        step = max(1, batch.num_rows * PIECE_BYTES // batch.nbytes)
        for start in range(0, batch.num_rows, step):
            yield batch.slice(start, step)


def _subject(context: flight.ServerCallContext) -> Subject:
    subject: Subject = context.get_middleware(MIDDLEWARE).subject
    return subject
