"""A body that is too large is cut off, declared or not."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from evigate.web.security import BodyLimit


async def read_all(scope: Scope, receive: Receive, send: Send) -> None:
    while (await receive()).get("more_body"):
        pass


def ask(parts: list[bytes], headers: list[tuple[bytes, bytes]]) -> int:
    """Send the parts to an application that reads all; return how many it took."""
    taken = 0
    left: Iterator[bytes] = iter(parts)

    async def receive() -> Message:
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": next(left), "more_body": taken < len(parts)}

    async def send(message: Message) -> None:
        raise AssertionError(message)

    scope: dict[str, Any] = {"type": "http", "headers": headers}
    asyncio.run(BodyLimit(read_all, 10)(scope, receive, send))
    return taken


def test_a_body_within_the_limit_is_read_whole() -> None:
    assert ask([b"12345", b"67890"], []) == 2
    assert ask([b"12345", b"67890"], [(b"content-length", b"10")]) == 2


@pytest.mark.parametrize("headers", [[], [(b"content-length", b"11")]])
def test_a_larger_one_is_cut_off(headers: list[tuple[bytes, bytes]]) -> None:
    with pytest.raises(HTTPException) as caught:
        ask([b"12345", b"678901", b"x"], headers)
    assert caught.value.status_code == 413
