"""Events as bytes on the wire, and the newest of a stream kept ready for many readers.

Apart from the hub that serves them (`fanout.py`) because it is pure: no clock, no task, no socket.
An event is encoded here once, however many read it; readers at one place share one joined piece.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

HEARTBEAT_FRAME = b": heartbeat\n\n"
# Sent after a stream's last event; it has no id, so a client's offset stays at that event.
CLOSE_FRAME = b"event: close\ndata: {}\n\n"


@dataclass(frozen=True, slots=True)
class WireEvent:
    """One event of a stream.

    `seq` counts up from 1 within the stream; `type` is a word of the stream's vocabulary; after
    the event with `is_last` the stream has no other.
    """

    seq: int
    type: str
    payload: Mapping[str, Any]
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """Frames joined for one write; `seq` is where a reader stands who has taken them."""

    data: bytes
    seq: int
    is_last: bool


def encode_event(event: WireEvent) -> bytes:
    """Return the event's frame: id, event and data lines and an empty one.

    JSON text holds no raw newline, so the data is always a single line; times, ids and what else
    JSON lacks go out as their text.

    Raises:
        ValueError: the type could be mistaken for more lines than one.
    """
    if not event.type.isprintable():
        raise ValueError(f"An event's type is one printable word, not {event.type!r}.")
    data = orjson.dumps(event.payload, default=str)
    return b"id: %d\nevent: %b\ndata: %b\n\n" % (event.seq, event.type.encode(), data)


def join_events(events: Iterable[WireEvent], *, after_seq: int) -> Piece:
    """Return the frames of the events after `after_seq`, which ascend, as one piece."""
    frames: list[bytes] = []
    seq, is_last = after_seq, False
    for event in events:
        if event.seq > seq:
            frames.append(encode_event(event))
            seq, is_last = event.seq, event.is_last
    return Piece(b"".join(frames), seq, is_last)


class Window:
    """The newest events of a stream: all of those with `base < seq <= head`, in bounded memory.

    Args:
        after_seq: where the window begins, still empty.
        max_bytes: what its frames may take together; beyond it the oldest are forgotten and `base`
            rises, so a reader who stands before `base` must fetch what it misses elsewhere.
        piece_bytes: how much one `take` hands out at most, but never less than one frame.
    """

    def __init__(self, after_seq: int, *, max_bytes: int, piece_bytes: int) -> None:
        self.base = after_seq
        self.head = after_seq
        self.last: int | None = None
        self._max_bytes = max_bytes
        self._piece_bytes = piece_bytes
        self._seqs: list[int] = []
        self._frames: list[bytes] = []
        self._pieces: dict[int, Piece] = {}
        self.size_bytes = 0

    def extend(self, events: Iterable[WireEvent]) -> bool:
        """Add ascending events, passing over those already here; say whether any was new."""
        before = self.head
        for event in events:
            if event.seq > self.head:
                frame = encode_event(event)
                self._seqs.append(event.seq)
                self._frames.append(frame)
                self.size_bytes += len(frame)
                self.head = event.seq
                if event.is_last:
                    self.last = event.seq
        self._pieces.clear()
        if self.size_bytes > self._max_bytes:
            self._forget()
        return self.head > before

    def take(self, after_seq: int) -> Piece | None:
        """Return the next frames for a reader at `after_seq >= base`; None if it has them all."""
        if after_seq >= self.head:
            return None
        piece = self._pieces.get(after_seq)
        if piece is None:
            piece = self._pieces[after_seq] = self._join(after_seq)
        return piece

    def _join(self, after_seq: int) -> Piece:
        begin = end = bisect_right(self._seqs, after_seq)
        size = 0
        while end < len(self._frames) and (
            end == begin or size + len(self._frames[end]) <= self._piece_bytes
        ):
            size += len(self._frames[end])
            end += 1
        seq = self._seqs[end - 1]
        return Piece(b"".join(self._frames[begin:end]), seq, seq == self.last)

    def _forget(self) -> None:
        """Drop the oldest quarter and more, so that forgetting is rare and cheap on the whole."""
        count = 0
        while self.size_bytes > self._max_bytes * 3 // 4:
            self.size_bytes -= len(self._frames[count])
            count += 1
        self.base = self._seqs[count - 1]
        del self._seqs[:count], self._frames[:count]
