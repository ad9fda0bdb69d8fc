"""Server-sent events: a subscription as an HTTP response, and the offset a client comes back with.

A raw ASGI response: what has piled up for a client goes out in one write, there is no generator
in between, and the client's going away is noticed while nothing is being sent.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from evigate.base.errors import E_INVALID, EvigateError
from evigate.kernel.http.fanout import Subscription

RETRY_FRAME = b"retry: 2000\n\n"
# More digits than any sequence has; the database's is a bigint.
OFFSET_MAX = 2**63 - 1
_HEADERS: Mapping[str, str] = {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    # Keeps nginx from holding events back.
    "x-accel-buffering": "no",
}


def parse_offset(last_event_id: str | None) -> int:
    """Return the offset in a `Last-Event-ID` header (or the query field of that meaning).

    Absent or empty means 0, the stream's beginning.

    Raises:
        E_INVALID: it is not a number that we have ever sent.
    """
    if not last_event_id:
        return 0
    if last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) <= 19:
        offset = int(last_event_id)
        if offset <= OFFSET_MAX:
            return offset
    raise EvigateError(E_INVALID, "Last-Event-ID is not the id of an event of this stream.")


class EventStream(Response):
    """The response that sends a subscription's events as they come, and ends with the stream.

    A client that already has the stream's last event gets 204, upon which an `EventSource` does
    not come back. `preface` goes first. `allowed` is asked before each piece; at a no, nothing more
    is sent. `on_sent` is told how many events went out, `on_end` whether the reader was dropped.
    """

    def __init__(
        self,
        subscription: Subscription,
        *,
        preface: bytes = b"",
        allowed: Callable[[], Awaitable[bool]] | None = None,
        on_sent: Callable[[int], object] | None = None,
        on_end: Callable[[bool], object] | None = None,
    ) -> None:
        self.subscription = subscription
        self._preface, self._allowed = preface, allowed
        self._on_sent, self._on_end = on_sent, on_end
        self.status_code = 200
        self.background = None
        self.init_headers(_HEADERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            ready = await self.subscription.ready_piece()
            if self.subscription.is_over and not ready:
                await Response(status_code=204)(scope, receive, send)
                return
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            await self._stream(RETRY_FRAME + self._preface + ready, receive, send)
        finally:
            self.subscription.close()
            if self._on_end is not None:
                self._on_end(self.subscription.was_dropped)

    async def _stream(self, first: bytes, receive: Receive, send: Send) -> None:
        """Send until the stream ends, the client leaves, or it is dropped for taking nothing."""
        sender = asyncio.create_task(self._send_all(first, send))
        watcher = asyncio.create_task(_disconnected(receive))
        self.subscription.on_drop = sender.cancel
        try:
            await asyncio.wait({sender, watcher}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sender.cancel()
            watcher.cancel()
            failure, _ = await asyncio.gather(sender, watcher, return_exceptions=True)
        # A server says with OSError that the client has gone.
        if isinstance(failure, Exception) and not isinstance(failure, OSError):
            raise failure

    async def _send_all(self, first: bytes, send: Send) -> None:
        piece: bytes | None = first
        while piece is not None:
            if self._allowed is not None and not await self._allowed():
                break
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            if self._on_sent is not None:
                self._on_sent(piece.count(b"\nevent: "))
            piece = await self.subscription.next_piece()
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
