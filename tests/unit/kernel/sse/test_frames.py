"""Events as bytes, and the window of the newest: exact frames, bounded memory, shared pieces."""

from datetime import UTC, datetime
from decimal import Decimal

import orjson
import pytest

from evigate.kernel.http.frames import Window, WireEvent, encode_event, join_events


def _event(seq: int, *, is_last: bool = False) -> WireEvent:
    return WireEvent(seq, "log_line", {"n": seq}, is_last)


def _window(after_seq: int = 0, *, max_bytes: int = 10_000, piece_bytes: int = 1_000) -> Window:
    return Window(after_seq, max_bytes=max_bytes, piece_bytes=piece_bytes)


def test_a_frame_is_id_event_data_and_an_empty_line() -> None:
    event = WireEvent(7, "progress", {"percent": 50, "message": "a\nb é"})
    assert encode_event(event) == (
        'id: 7\nevent: progress\ndata: {"percent":50,"message":"a\\nb é"}\n\n'.encode()
    )


def test_what_json_lacks_goes_out_as_text() -> None:
    payload = {"at": datetime(2026, 1, 2, tzinfo=UTC), "value": Decimal("97.66")}
    data = encode_event(WireEvent(1, "x", payload)).split(b"data: ")[1]
    assert orjson.loads(data) == {"at": "2026-01-02T00:00:00+00:00", "value": "97.66"}


@pytest.mark.parametrize("kind", ["a\nid: 9", "a\rb", "\0"])
def test_a_type_cannot_forge_a_line(kind: str) -> None:
    with pytest.raises(ValueError, match="printable"):
        encode_event(WireEvent(1, kind, {}))


def test_joining_passes_over_what_the_reader_has() -> None:
    piece = join_events([_event(1), _event(2), _event(4, is_last=True)], after_seq=1)
    assert piece.data == encode_event(_event(2)) + encode_event(_event(4))
    assert (piece.seq, piece.is_last) == (4, True)
    assert join_events([], after_seq=3).seq == 3


def test_readers_at_one_place_share_one_piece_of_bytes() -> None:
    window = _window()
    window.extend([_event(1), _event(2), _event(3)])
    first, second = window.take(1), window.take(1)
    assert first is not None and first is second
    assert first.data == encode_event(_event(2)) + encode_event(_event(3))
    assert window.take(3) is None
    assert window.take(99) is None


def test_a_piece_is_bounded_but_never_empty() -> None:
    frame_bytes = len(encode_event(_event(1)))
    window = _window(piece_bytes=2 * frame_bytes)
    window.extend([_event(seq) for seq in range(1, 6)])
    first = window.take(0)
    assert first is not None and first.seq == 2
    narrow = _window(piece_bytes=1)
    narrow.extend([_event(1), _event(2)])
    only = narrow.take(0)
    assert only is not None and only.seq == 1


def test_the_window_forgets_the_oldest_and_says_from_where_it_is_whole() -> None:
    frame_bytes = len(encode_event(_event(1)))
    window = _window(max_bytes=8 * frame_bytes)
    window.extend([_event(seq) for seq in range(1, 9)])
    assert (window.base, window.size_bytes) == (0, 8 * frame_bytes)
    # Nine frames are one too many; it keeps at most three quarters of eight: six.
    window.extend([_event(9)])
    assert (window.base, window.head, window.size_bytes) == (3, 9, 6 * frame_bytes)
    rest = window.take(3)
    assert rest is not None and rest.data.startswith(b"id: 4\n")


def test_events_that_are_there_already_are_not_added_again() -> None:
    window = _window(after_seq=2)
    assert window.extend([_event(1), _event(2)]) is False
    assert window.extend([_event(2), _event(3, is_last=True)]) is True
    piece = window.take(2)
    assert piece is not None and piece.data == encode_event(_event(3)) and piece.is_last
    assert window.last == 3
