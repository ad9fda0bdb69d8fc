"""The response over a real server and sockets: headers, resuming, ending, stalling, leaving."""

import asyncio
import contextlib
import re
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

import pytest
import uvicorn
from fastapi import FastAPI, Request

from evigate.base.errors import EvigateError
from evigate.kernel.http.fanout import Fanout
from evigate.kernel.http.frames import WireEvent
from evigate.kernel.http.sse import EventStream, parse_offset


@dataclass
class Site:
    """A running server with one stream, whose events the test adds."""

    hub: Fanout
    events: list[WireEvent]
    port: int = 0
    server: uvicorn.Server | None = field(default=None, repr=False)

    def add(self, count: int, *, size: int = 1, is_last: bool = False) -> None:
        begin = len(self.events) + 1
        new = [
            WireEvent(seq, "log_line", {"text": "x" * size}, is_last and seq == begin + count - 1)
            for seq in range(begin, begin + count)
        ]
        self.events += new
        self.hub.publish("run", new)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    events: list[WireEvent] = []

    async def replay(stream: str, after_seq: int, limit: int) -> Sequence[WireEvent]:
        return events[after_seq : after_seq + limit]

    hub = Fanout(replay, heartbeat_s=0.2, stall_s=1.5, flush_interval_s=0.001)
    app = FastAPI()

    @app.get("/events")
    async def stream(request: Request) -> EventStream:
        offset = parse_offset(request.headers.get("last-event-id"))
        return EventStream(hub.subscribe("run", offset))

    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
    )
    running = asyncio.create_task(server.serve(sockets=[listener]))
    await _until(lambda: server.started)
    yield Site(hub, events, listener.getsockname()[1], server)
    hub.close()
    server.should_exit = True
    await running
    listener.close()


async def _until(is_so: Callable[[], bool]) -> None:
    for _ in range(500):
        if is_so():
            return
        await asyncio.sleep(0.01)
    pytest.fail("it did not come about within five seconds")


async def _connect(
    site: Site, last_event_id: str | None = None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    extra = f"Last-Event-ID: {last_event_id}\r\n" if last_event_id else ""
    writer.write(f"GET /events HTTP/1.1\r\nHost: x\r\n{extra}Connection: close\r\n\r\n".encode())
    await writer.drain()
    return reader, writer


def _body(response: bytes) -> bytes:
    """Undo the chunked transfer coding."""
    head, _, rest = response.partition(b"\r\n\r\n")
    if b"chunked" not in head:
        return rest
    body = b""
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        body += rest[: int(size, 16)]
        rest = rest[int(size, 16) + 2 :]
    return body


def _ids(body: bytes) -> list[int]:
    return [int(found) for found in re.findall(rb"^id: (\d+)$", body, re.MULTILINE)]


async def _read_all(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    response = await asyncio.wait_for(reader.read(), 30)
    writer.close()
    return response


async def test_a_stream_is_sent_as_it_comes_and_the_response_ends_with_it(site: Site) -> None:
    site.add(2)
    connection = await _connect(site)
    await _until(lambda: site.hub.subscriber_count == 1)
    site.add(1, is_last=True)
    response = await _read_all(*connection)
    head = response.partition(b"\r\n\r\n")[0].lower()
    assert head.startswith(b"http/1.1 200")
    assert b"content-type: text/event-stream; charset=utf-8" in head
    assert b"content-length" not in head
    frames = [f'id: {seq}\nevent: log_line\ndata: {{"text":"x"}}\n\n'.encode() for seq in (1, 2, 3)]
    assert _body(response) == (
        b"retry: 2000\n\n" + b"".join(frames) + b"event: close\ndata: {}\n\n"
    )
    assert site.hub.subscriber_count == 0


async def test_a_client_resumes_after_its_last_event_id(site: Site) -> None:
    site.add(5, is_last=True)
    assert _ids(_body(await _read_all(*await _connect(site, "3")))) == [4, 5]


async def test_a_client_that_has_it_all_gets_204_and_so_stays_away(site: Site) -> None:
    site.add(5, is_last=True)
    response = await _read_all(*await _connect(site, "5"))
    assert response.startswith(b"HTTP/1.1 204")
    assert site.hub.subscriber_count == 0


async def test_a_quiet_stream_is_opened_at_once_and_kept_open(site: Site) -> None:
    reader, writer = await _connect(site)
    opening = await asyncio.wait_for(reader.readuntil(b"retry: 2000\n\n"), 30)
    assert opening.startswith(b"HTTP/1.1 200")
    await asyncio.wait_for(reader.readuntil(b": heartbeat\n\n"), 30)
    writer.close()


async def test_a_client_that_leaves_is_forgotten(site: Site) -> None:
    reader, writer = await _connect(site)
    await reader.readuntil(b"retry: 2000\n\n")
    assert site.hub.subscriber_count == 1
    writer.close()
    await writer.wait_closed()
    await _until(lambda: site.hub.subscriber_count == 0)


async def test_a_stalled_client_holds_bounded_memory_and_troubles_no_other(site: Site) -> None:
    """20 MB go past a client that reads nothing: it is dropped, the other has every event."""
    stalled = socket.create_connection(("127.0.0.1", site.port))
    stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    stalled.sendall(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
    healthy = asyncio.create_task(_read_all(*await _connect(site)))
    await _until(lambda: site.hub.subscriber_count == 2)
    buffered = 0
    for _ in range(200):
        site.add(10, size=10_000)
        await asyncio.sleep(0.002)
        buffered = max(buffered, *_write_buffers(site))
    # uvicorn pauses a writer above 64 kB; one piece may be on top of that.
    assert buffered <= (64 << 10) + site.hub.piece_bytes + 1000
    await _until(lambda: site.hub.subscriber_count == 1)
    site.add(1, is_last=True)
    assert _ids(_body(await healthy)) == list(range(1, 2002))
    with contextlib.closing(stalled):
        assert _ids(stalled.recv(1 << 20))[:1] == [1]


def _write_buffers(site: Site) -> list[int]:
    assert site.server is not None
    return [
        connection.transport.get_write_buffer_size()
        for connection in site.server.server_state.connections
    ]


@pytest.mark.parametrize(("text", "offset"), [(None, 0), ("", 0), ("0", 0), ("42", 42)])
def test_an_offset_is_read_from_last_event_id(text: str | None, offset: int) -> None:
    assert parse_offset(text) == offset


@pytest.mark.parametrize("text", ["-1", "1.5", "x", "٣", " 1", "9" * 19, "9" * 400])
def test_an_id_that_we_never_sent_is_refused(text: str) -> None:
    with pytest.raises(EvigateError, match="E_INVALID"):
        parse_offset(text)
