"""Errors and answers as Flight carries them: what was raised is raised at the other end."""

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import orjson
import pyarrow as pa
import structlog
from pyarrow import flight

from evigate.base.errors import CODES as BASE_CODES
from evigate.base.errors import E_BUG, E_UNAUTHENTICATED, Code, EvigateError, Kind
from evigate.engine.results import Result
from evigate.engine.server.codec import decode, encode
from evigate.engine.server.errors import E_CALL_CANCELLED, E_SERVER_TIMEOUT, E_SERVER_UNREACHABLE

log = structlog.get_logger(__name__)

TENANT_HEADER = "x-evigate-tenant"
NOTES_KEY = b"evigate"
# An error travels in a header, and a server of ours takes no longer ones.
MESSAGE_CHARACTERS = 1500
DETAIL_BYTES = 3000

Args = ParamSpec("Args")
Value = TypeVar("Value")


def flight_error(error: BaseException) -> flight.FlightError:
    """Return an error as Flight raises it, with code, message and remediation beside it."""
    if isinstance(error, flight.FlightError):
        return error
    if not isinstance(error, EvigateError):
        log.error("flight_call_failed", error=repr(error), exc_info=error)
        error = EvigateError(E_BUG, "Something went wrong on our side.")
    message = error.message[:MESSAGE_CHARACTERS]
    body: dict[str, Any] = {
        "code": error.code.name,
        "kind": error.code.kind.value,
        "status": error.code.status,
        "is_retryable": error.code.is_retryable,
        "message": message,
        "remediation": error.remediation,
    }
    detail = encode(error.detail, None, is_marked=False)
    if len(orjson.dumps(detail)) <= DETAIL_BYTES:
        body["detail"] = detail
    return _kind_of(error.code)(f"{error.code.name}: {message}", orjson.dumps(body))


def _kind_of(code: Code) -> Any:
    if code is E_UNAUTHENTICATED:
        return flight.FlightUnauthenticatedError
    if code is E_SERVER_TIMEOUT:
        return flight.FlightTimedOutError
    if code is E_CALL_CANCELLED:
        return flight.FlightCancelledError
    if code.kind is Kind.DENIED:
        return flight.FlightUnauthorizedError
    if code.kind is Kind.UNAVAILABLE:
        return flight.FlightUnavailableError
    return flight.FlightServerError


def typed(method: Callable[Args, Value]) -> Callable[Args, Value]:
    """Have a door's method raise our errors as Flight's."""

    @functools.wraps(method)
    def guarded(*args: Args.args, **kwargs: Args.kwargs) -> Value:
        try:
            return method(*args, **kwargs)
        except Exception as error:
            raise flight_error(error) from error

    return guarded


@functools.lru_cache(maxsize=1)
def _known() -> dict[str, Code]:
    from evigate.engine.wiring import CODES

    return {code.name: code for code in (*BASE_CODES, *CODES)}


def evigate_error(error: Exception, address: str) -> EvigateError:
    """Return the error that a server raised, or that it cannot be reached."""
    data = getattr(error, "extra_info", b"") or b""
    try:
        body = orjson.loads(data)
        name = body["code"]
    except (ValueError, TypeError, KeyError):
        if isinstance(error, flight.FlightUnavailableError):
            message = f"{address} does not answer."
            return EvigateError(E_SERVER_UNREACHABLE, message)
        if isinstance(error, flight.FlightCancelledError):
            return EvigateError(E_CALL_CANCELLED, "The call was cancelled.")
        return EvigateError(E_SERVER_UNREACHABLE, f"{address} answers otherwise: {error}")
    code = _known().get(name) or Code(
        name, Kind(body["kind"]), body["status"], body["remediation"], body["is_retryable"]
    )
    return EvigateError(
        code, body["message"], remediation=body["remediation"], detail=body.get("detail")
    )


def noted(answer: Any) -> pa.Table:
    """Return an answer's table, what a `Result` knows besides in its metadata."""
    table = getattr(answer, "__wrapped__", answer)
    if not isinstance(answer, Result):
        return table
    notes = {"gone": answer.gone, "notes": answer.notes, "query_id": answer.query_id}
    data = orjson.dumps(encode(notes, None, is_marked=True))
    return table.replace_schema_metadata({**(table.schema.metadata or {}), NOTES_KEY: data})


def result_of(table: pa.Table) -> Result:
    """Return a table that `noted` made as the result that it was."""
    metadata = dict(table.schema.metadata or {})
    notes = decode(orjson.loads(metadata.pop(NOTES_KEY, b"{}")))
    return Result(
        table.replace_schema_metadata(metadata or None),
        gone=[(key, score) for key, score in notes.get("gone", ())],
        notes=notes.get("notes", ()),
        query_id=notes.get("query_id"),
    )
