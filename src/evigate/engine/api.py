"""The engine over HTTP: a route for each verb, made from the list of verbs; health; metrics.

Arguments come as a JSON object, or one table as an Arrow stream with the others in the query's
`arguments`. Rows leave as JSON, or as an Arrow stream for who accepts one; streams as JSON lines.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any

import orjson
import pyarrow as pa
from fastapi import APIRouter, Depends, Request, Response
from pydantic import TypeAdapter
from pydantic.errors import PydanticInvalidForJsonSchema, PydanticSchemaGenerationError
from starlette.responses import StreamingResponse

from evigate.base.errors import E_INVALID, EvigateError
from evigate.base.subject import Subject, nobody
from evigate.engine.results import Result
from evigate.engine.server.arguments import Parameter, parameters, takes_more, verbs, wire_type
from evigate.engine.server.calls import Call, Calls, Stream, late
from evigate.engine.server.codec import encode, read_table, write_table
from evigate.engine.server.errors import (
    E_MESSAGE_TOO_LARGE,
    E_SERVER_BUSY,
    E_SERVER_SHARE,
    E_SERVER_TIMEOUT,
    E_WIRE_MALFORMED,
)
from evigate.engine.server.metrics import MEDIA_TYPE as METRICS_MEDIA_TYPE
from evigate.engine.server.wire import noted
from evigate.engine.verbs import Answer, Verb
from evigate.kernel.http import API, Doors, problem_of, responses_of

DOOR = "http"
ARROW = "application/vnd.apache.arrow.stream"
NDJSON = "application/x-ndjson"
# Where rows given as JSON must be a table before the verb sees them.
ROWS_AS_TABLE = {"sources.add": "target", "tables.import_vectors": "vectors"}
CODES = (
    E_INVALID,
    E_WIRE_MALFORMED,
    E_MESSAGE_TOO_LARGE,
    E_SERVER_BUSY,
    E_SERVER_SHARE,
    E_SERVER_TIMEOUT,
)


def engine_router(calls: Calls, doors: Doors) -> APIRouter:
    """Return the verbs' routes, to be mounted under /api/v1."""
    routes = APIRouter(tags=["engine"], prefix=f"{API}/engine")
    subject_of = Depends(doors.subject)
    for verb in verbs().values():
        if verb.answer is not Answer.LOCAL:
            _add(routes, calls, verb, subject_of)
    return routes


def engine_signs(calls: Calls) -> APIRouter:
    """Return the routes that programs watch, readiness and metrics; nothing tells of tenants."""
    routes = APIRouter(tags=["health"])

    @routes.get("/health/ready")
    async def ready() -> dict[str, str]:
        """Tell that the database and the engine answer."""
        await asyncio.to_thread(_check, calls)
        return {"status": "ok"}

    @routes.get("/metrics", response_class=Response)
    async def metrics() -> Response:
        """Get counts and times in Prometheus' text."""
        text = await asyncio.to_thread(calls.metrics.text)
        return Response(text, media_type=METRICS_MEDIA_TYPE)

    return routes


def _check(calls: Calls) -> None:
    calls.core.check_open()
    with calls.core.database.read(nobody()) as tx:
        tx.connection.execute("SELECT 1")


def _add(routes: APIRouter, calls: Calls, verb: Verb, subject_of: Any) -> None:
    async def answer(request: Request, subject: Annotated[Subject, subject_of]) -> Response:
        arguments = await _arguments(request, verb, calls.limits.message_max_bytes)
        wants_arrow = ARROW in request.headers.get("accept", "")
        if verb.answer is Answer.STREAM:
            stream = await asyncio.to_thread(calls.open, subject, verb.name, arguments, door=DOOR)
            body = _arrow_parts if wants_arrow else _lines
            kind = ARROW if wants_arrow else NDJSON
            return StreamingResponse(body(stream, calls), media_type=kind)
        call = calls.start(subject, verb.name, arguments, door=DOOR)
        found = await _result(call, calls.limits.request_timeout_s)
        return await asyncio.to_thread(_respond, found, verb.answer, wants_arrow)

    namespace, _, name = verb.name.rpartition(".")
    routes.add_api_route(
        f"/{namespace}/{name}" if namespace else f"/{name}",
        answer,
        methods=["POST"],
        summary=verb.summary,
        description=verb.summary,
        name=verb.name,
        operation_id=f"engine_{verb.name.replace('.', '_')}",
        response_class=Response,
        responses={200: {"content": _contents(verb.answer)}, **responses_of(*CODES)},
        openapi_extra={"requestBody": _body_model(verb)},
    )


async def _result(call: Call, timeout_s: float) -> Any:
    waiting = asyncio.shield(asyncio.wrap_future(call.future))
    try:
        return await asyncio.wait_for(waiting, timeout_s)
    except TimeoutError as error:
        if call.future.done():
            raise
        call.cancel()
        raise late(call.verb, timeout_s) from error
    except asyncio.CancelledError:
        call.cancel()
        raise


def _respond(found: Any, answer: Answer, wants_arrow: bool) -> Response:
    if answer is Answer.TABLE and wants_arrow:
        return Response(write_table(noted(found)), media_type=ARROW)
    body = encode(found, None, is_marked=False)
    if answer is Answer.TABLE:
        body = {"row_count": len(body), "rows": body}
        if isinstance(found, Result):
            notes = {"gone": found.gone, "notes": found.notes, "query_id": found.query_id}
            body |= encode(notes, None, is_marked=False)
    return Response(orjson.dumps(body), media_type="application/json")


async def _lines(stream: Stream, calls: Calls) -> AsyncIterator[bytes]:
    """Yield a JSON line a row; a failure on the way is the last line, {"problem": …}."""
    try:
        async for batch in stream.batches(calls.pool):
            rows = encode(batch.to_pylist(), None, is_marked=False)
            yield b"".join(orjson.dumps(row) + b"\n" for row in rows)
    except EvigateError as error:
        yield orjson.dumps({"problem": problem_of(error, None).model_dump()}) + b"\n"


async def _arrow_parts(stream: Stream, calls: Calls) -> AsyncIterator[bytes]:
    sink = _Sink()
    writer = pa.ipc.new_stream(pa.PythonFile(sink, "w"), stream.schema)
    yield sink.take()
    async for batch in stream.batches(calls.pool):
        writer.write_batch(batch)
        yield sink.take()
    writer.close()
    yield sink.take()


class _Sink:
    """A file that hands out what was written since it was last asked."""

    closed = False

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Hold nothing back; there is nowhere to write it to."""

    def take(self) -> bytes:
        data = b"".join(self._parts)
        self._parts.clear()
        return data


async def _arguments(request: Request, verb: Verb, size_max: int) -> dict[str, Any]:
    body = await request.body()
    if len(body) > size_max:
        message = f"The message takes {len(body)} bytes, more than {size_max}."
        raise EvigateError(E_MESSAGE_TOO_LARGE, message)
    if not request.headers.get("content-type", "").startswith(ARROW):
        return _with_tables(verb, _object(body or b"{}", "body"))
    arguments = _object(request.query_params.get("arguments", "{}").encode(), "arguments")
    place = _table_place(verb, arguments)
    if place is None:
        raise EvigateError(E_INVALID, f"{verb.name} takes no table; send a JSON object.")
    try:
        arguments[place] = await asyncio.to_thread(read_table, body)
    except (pa.ArrowException, OSError) as error:
        message = f"The body is no Arrow stream: {error}."
        raise EvigateError(E_WIRE_MALFORMED, message) from error
    return arguments


def _object(data: bytes, what: str) -> dict[str, Any]:
    try:
        found = orjson.loads(data)
    except ValueError as error:
        raise EvigateError(E_WIRE_MALFORMED, f"The {what} is not JSON: {error}.") from error
    if not isinstance(found, dict):
        raise EvigateError(E_INVALID, f"The {what} must be a JSON object of arguments by name.")
    return found


def _with_tables(verb: Verb, arguments: dict[str, Any]) -> dict[str, Any]:
    for name, value in arguments.items():
        parameter = parameters(verb.name).get(name)
        is_table = ROWS_AS_TABLE.get(verb.name) == name or (
            parameter is not None and _names_table(parameter)
        )
        if is_table and isinstance(value, list):
            try:
                arguments[name] = pa.Table.from_pylist(value)
            except (pa.ArrowException, AttributeError, TypeError) as error:
                message = f"The rows of {name!r} make no table: {error}."
                raise EvigateError(E_INVALID, message) from error
    return arguments


def _names_table(parameter: Parameter) -> bool:
    annotation = parameter.annotation
    return annotation is pa.Table or pa.Table in getattr(annotation, "__args__", ())


def _table_place(verb: Verb, arguments: Mapping[str, Any]) -> str | None:
    """Return which argument a body's table is: the first that may be one and is not given."""
    for each in parameters(verb.name).values():
        may_be = _names_table(each) or (each.annotation is Any and each.is_required)
        if may_be and each.name not in arguments:
            return each.name
    return None


def _contents(answer: Answer) -> dict[str, Any]:
    if answer is Answer.VALUE:
        return {"application/json": {}}
    if answer is Answer.TABLE:
        return {"application/json": {}, ARROW: {}}
    return {NDJSON: {}, ARROW: {}}


def _body_model(verb: Verb) -> dict[str, Any]:
    """Return the OpenAPI body of a verb, from its signature."""
    known = parameters(verb.name)
    schema = {
        "type": "object",
        "properties": {each.name: _property(each) for each in known.values()},
        "required": [each.name for each in known.values() if each.is_required],
        "additionalProperties": takes_more(verb.name),
    }
    content: dict[str, Any] = {"application/json": {"schema": schema}}
    if _table_place(verb, {}) is not None:
        content[ARROW] = {"schema": {"type": "string", "format": "binary"}}
    return {"required": bool(schema["required"]), "content": content}


def _property(parameter: Parameter) -> dict[str, Any]:
    shown: dict[str, Any]
    try:
        shown = TypeAdapter(wire_type(parameter.annotation, is_plain=True)).json_schema()
    except (PydanticInvalidForJsonSchema, PydanticSchemaGenerationError):
        shown = {}
    shown = dict(_inlined(shown, shown.pop("$defs", {})))
    if parameter.help:
        shown["description"] = parameter.help
    if isinstance(parameter.default, bool | int | float | str):
        shown["default"] = parameter.default
    return shown


def _inlined(schema: Any, definitions: Mapping[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_inlined(each, definitions) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    return {name: _inlined(each, definitions) for name, each in schema.items()}
