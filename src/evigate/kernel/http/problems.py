"""One shape for every failure that leaves by HTTP: a problem of RFC 9457 with our code."""

from collections.abc import Mapping
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from evigate.base.errors import E_BUG, E_INVALID, E_NOT_FOUND, Code, EvigateError

PROBLEM_MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """A failure: what, which, and what to do about it."""

    type: str = Field(examples=["urn:evigate:problem:E_NOT_FOUND"])
    title: str = Field(examples=["Not found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["There is no paper '0190…'."])
    code: str = Field(examples=["E_PAPER_NOT_FOUND"])
    remediation: str = Field(examples=["List the papers, and use one of their ids."])
    is_retryable: bool = Field(default=False)
    request_id: str | None = None
    errors: list[dict[str, Any]] = Field(default_factory=list)
    extra: dict[str, Any] = Field(default_factory=dict)


def problem_of(error: Exception, request_id: str | None) -> Problem:
    """Return what an exception is for the outside; an unknown one shows nothing of itself."""
    if isinstance(error, EvigateError):
        return _problem(error.code, error.message, request_id, error.remediation, error.detail)
    if isinstance(error, RequestValidationError):
        problem = _problem(E_INVALID, "The request is malformed.", request_id)
        problem.errors = [
            {"where": [str(part) for part in item["loc"]], "message": item["msg"]}
            for item in error.errors()
        ]
        return problem
    if isinstance(error, HTTPException) and error.status_code < 500:
        code = E_NOT_FOUND if error.status_code == 404 else E_INVALID
        problem = _problem(code, str(error.detail), request_id)
        problem.status = error.status_code
        return problem
    return _problem(E_BUG, "Something went wrong on our side.", request_id)


def _problem(
    code: Code,
    message: str,
    request_id: str | None,
    remediation: str | None = None,
    extra: Mapping[str, Any] | None = None,
) -> Problem:
    return Problem(
        type=f"urn:evigate:problem:{code.name}",
        title=code.kind.value.replace("_", " ").capitalize(),
        status=code.status,
        detail=message,
        code=code.name,
        remediation=remediation or code.remediation,
        is_retryable=code.is_retryable,
        request_id=request_id,
        extra=dict(extra or {}),
    )


def responses_of(*codes: Code) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI entries of the codes that a route may answer with, by status."""
    found: dict[int | str, dict[str, Any]] = {}
    for code in codes:
        example = _problem(code, "…", None).model_dump()
        entry = found.setdefault(
            code.status,
            {
                "model": Problem,
                "description": "",
                "content": {PROBLEM_MEDIA_TYPE: {"examples": {}}},
            },
        )
        entry["description"] = " · ".join(filter(None, [entry["description"], code.name]))
        entry["content"][PROBLEM_MEDIA_TYPE]["examples"][code.name] = {"value": example}
    return found
