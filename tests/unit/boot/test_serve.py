"""The listening socket: an answer on a kept connection must not wait for an acknowledgement."""

import contextlib
import socket

from evigate.boot import Settings
from evigate.boot.serve import _listen


def test_accepted_connections_send_at_once() -> None:
    with contextlib.closing(_listen(Settings(port=0))) as listener:
        listener.listen()
        with contextlib.closing(socket.create_connection(listener.getsockname())):
            accepted, _ = listener.accept()
            with contextlib.closing(accepted):
                assert accepted.proto == socket.IPPROTO_TCP
                assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
