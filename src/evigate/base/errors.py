"""Every failure that a user may meet has a code here or in its room's `errors.py`.

A `Code` is a value: a stable name, one of eight kinds, an HTTP status, whether trying again can
help, and what to do about it. `EvigateError` is the one exception that carries a code; a new class
is made only where a caller must catch one thing and not another.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What sort of failure it is; decides the CLI's exit code."""

    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    INVALID = "invalid"
    DENIED = "denied"
    LIMIT = "limit"
    UPSTREAM = "upstream"
    UNAVAILABLE = "unavailable"
    BUG = "bug"


EXIT_CODES: Mapping[Kind, int] = {
    Kind.BUG: 1,
    Kind.INVALID: 2,
    Kind.NOT_FOUND: 3,
    Kind.CONFLICT: 4,
    Kind.DENIED: 5,
    Kind.LIMIT: 6,
    Kind.UPSTREAM: 7,
    Kind.UNAVAILABLE: 8,
}


@dataclass(frozen=True, slots=True)
class Code:
    """A stable name for one way to fail."""

    name: str
    kind: Kind
    status: int
    remediation: str
    is_retryable: bool = False


class EvigateError(Exception):
    """A failure with a code; the message says what and which, the remediation what to do next.

    Args:
        code: the table entry.
        message: one sentence for the person who asked; holds no secret and no trace.
        remediation: overrides the code's own advice.
        detail: further facts for a program, JSON values only.
    """

    def __init__(
        self,
        code: Code,
        message: str,
        *,
        remediation: str | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.remediation = remediation or code.remediation
        self.detail: Mapping[str, Any] = detail or {}

    def __str__(self) -> str:
        return f"{self.code.name}: {self.message}"


E_BUG = Code("E_BUG", Kind.BUG, 500, "This is our mistake: report it with the request's id.")
E_NOT_FOUND = Code("E_NOT_FOUND", Kind.NOT_FOUND, 404, "Check the id; list what there is.")
E_CONFLICT = Code("E_CONFLICT", Kind.CONFLICT, 409, "Look at the present state and try again.")
E_INVALID = Code("E_INVALID", Kind.INVALID, 422, "Correct the named fields and send it again.")
E_UNAUTHENTICATED = Code(
    "E_UNAUTHENTICATED", Kind.DENIED, 401, "Sign in, or send a valid API token."
)
E_DENIED = Code("E_DENIED", Kind.DENIED, 403, "Ask an owner of the tenant for the permission.")
E_SETTINGS_INVALID = Code(
    "E_SETTINGS_INVALID", Kind.INVALID, 400, "Correct the setting; the README lists all of them."
)
E_UNAVAILABLE = Code(
    "E_UNAVAILABLE",
    Kind.UNAVAILABLE,
    503,
    "Try again; `evigate doctor` says what is missing.",
    True,
)

CODES: tuple[Code, ...] = (
    E_BUG,
    E_NOT_FOUND,
    E_CONFLICT,
    E_INVALID,
    E_UNAUTHENTICATED,
    E_DENIED,
    E_SETTINGS_INVALID,
    E_UNAVAILABLE,
)
