"""What a room's commands are given: the house, opened for one command, and two ways to print.

A command parses, calls a verb and renders. It does not know how the house is put together, so it
takes a `Console`; `boot` makes it.
"""

import json
import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from evigate.base.subject import Subject

Result = TypeVar("Result")
Service = TypeVar("Service")
Service_co = TypeVar("Service_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Session(Generic[Service]):
    """An open house, for one command: the room's service, the caller, and a worker on demand."""

    service: Service
    subject: Subject
    working: Callable[[], AbstractAsyncContextManager[None]]


class Console(Protocol[Service_co]):
    """Runs a command's work in an open house."""

    def run(self, work: Callable[[Session[Any]], Awaitable[Result]]) -> Result:
        """Open the house, do the work as the operator, close the house, return the result."""
        ...


def print_json(value: Any) -> None:
    """Print JSON values to standard output, for a program to read."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def note(text: str) -> None:
    """Print a line for a person to standard error, so that standard output stays clean."""
    print(text, file=sys.stderr, flush=True)
