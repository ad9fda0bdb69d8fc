"""Fetching an address: what a stranger could try, against a real server on loopback."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from evigate.base.errors import EvigateError
from evigate.evidence.fetch import fetch_url, is_public

Answer = Callable[[str], bytes]


def on_loopback(address: str, port: int) -> bool:
    """The rule of these tests: this machine's own server counts as public, the rest does not."""
    return address == "127.0.0.1"


@pytest.fixture
async def serve() -> AsyncIterator[Callable[[Answer], Awaitable[str]]]:
    servers: list[asyncio.Server] = []

    async def start(answer: Answer) -> str:
        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = await reader.readuntil(b"\r\n\r\n")
            writer.write(answer(head.split()[1].decode()))
            writer.close()

        server = await asyncio.start_server(handle, "127.0.0.1", 0)
        servers.append(server)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    yield start
    for server in servers:
        server.close()


def ok(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


def moved(target: str) -> bytes:
    return f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode()


async def test_a_file_is_fetched_through_redirects(
    serve: Callable[[Answer], Awaitable[str]],
) -> None:
    base = await serve(lambda path: ok(b"%PDF") if path == "/b" else moved("/b"))
    assert await fetch_url(f"{base}/a", max_bytes=10, rule=on_loopback) == b"%PDF"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (ok(b"x" * 11), "E_FETCH_TOO_LARGE"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nxxxxxxxxxxx\r\n0\r\n\r\n",
            "E_FETCH_TOO_LARGE",
        ),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "E_FETCH_FAILED"),
        (b"nonsense\r\n\r\n", "E_FETCH_FAILED"),
        (moved("/again"), "E_FETCH_FAILED"),
        (moved("http://10.0.0.1/x"), "E_FETCH_REFUSED"),
        (moved("file:///etc/passwd"), "E_FETCH_REFUSED"),
    ],
)
async def test_bad_answers_are_refused_by_name(
    answer: bytes, code: str, serve: Callable[[Answer], Awaitable[str]]
) -> None:
    base = await serve(lambda path: answer)
    with pytest.raises(EvigateError) as refusal:
        await fetch_url(f"{base}/a", max_bytes=10, rule=on_loopback)
    assert refusal.value.code.name == code


async def test_nothing_listens(serve: Callable[[Answer], Awaitable[str]]) -> None:
    with pytest.raises(EvigateError, match="E_FETCH_FAILED"):
        await fetch_url("http://127.0.0.1:1/x", max_bytes=10, rule=on_loopback)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("127.0.0.2", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_what_counts_as_public(address: str, expected: bool) -> None:
    assert is_public(address, 443) is expected


def test_only_web_ports_are_public() -> None:
    assert not is_public("93.184.216.34", 5432)
