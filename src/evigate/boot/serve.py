"""Serving: the web server, the job worker and the listener, in one process, stopped together."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator
from urllib.parse import quote

import uvicorn
from starlette.types import ASGIApp

from evigate.base.errors import EvigateError
from evigate.boot.doors import flight_listen
from evigate.boot.errors import E_PORT_TAKEN
from evigate.boot.health import tell_health
from evigate.boot.house import House
from evigate.boot.logs import configure_logs
from evigate.boot.settings import Settings
from evigate.engine.server.flight import FlightDoor

GRACE_S = 5


async def serve_house(
    settings: Settings,
    create_app: Callable[[House], ASGIApp],
    *,
    has_worker: bool,
    landing: str | None,
    say: Callable[[str], None],
) -> None:
    """Serve until SIGINT or SIGTERM; says the address and a one-time sign-in link first.

    The link leads to the page `landing`, or to the first page.

    Raises:
        EvigateError[E_PORT_TAKEN]: the address cannot be listened on.
    """
    configure_logs(settings)
    listener = _listen(settings)
    port = listener.getsockname()[1]
    base = settings.public_url or f"http://{settings.host}:{port}"
    async with House.open(settings.model_copy(update={"port": port})) as house:
        subject = await house.operator()
        token = await house.tenancy.make_link(subject)
        server = _Server(
            uvicorn.Config(
                create_app(house),
                log_level="warning",
                access_log=False,
                lifespan="off",
                timeout_graceful_shutdown=GRACE_S,
            ),
            before_exit=house.live.close,
        )
        stop = asyncio.Event()
        tasks = [
            asyncio.create_task(house.follow_events()),
            asyncio.create_task(house.realtime.run()),
            asyncio.create_task(tell_health(house)),
        ]
        following = tuple(tasks)
        if has_worker:
            count = settings.worker_concurrency
            tasks.append(asyncio.create_task(house.worker().run(concurrency=count, stop=stop)))
            await asyncio.to_thread(house.engine.trainer.start)
        warming = asyncio.create_task(asyncio.to_thread(house.engine.warm))
        say(f"Evigate serves at {base} (Ctrl-C stops)")
        listen = flight_listen(settings)
        door = None if listen is None else FlightDoor(house.calls, listen)
        if door is not None:
            say(f"Arrow Flight at {door.address}")
        tail = f"?next={quote(landing, safe='/')}" if landing else ""
        say(f"Sign in, once and within ten minutes: {base}/sign-in/{token}{tail}")
        try:
            await server.serve(sockets=[listener])
        finally:
            if door is not None:
                await asyncio.to_thread(door.shutdown)
            await asyncio.wait([warming])
            stop.set()
            for each in following:
                each.cancel()
            await asyncio.wait(following)
            await asyncio.gather(*(each for each in tasks if each not in following))


class _Server(uvicorn.Server):
    """Ends live streams when it begins to stop, since it would wait for them.

    Signals are ours: uvicorn would raise them anew after its own end, before the house is closed.
    """

    def __init__(self, config: uvicorn.Config, before_exit: Callable[[], None]) -> None:
        super().__init__(config)
        self._before_exit = before_exit

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        caught = (signal.SIGINT, signal.SIGTERM)
        for each in caught:
            loop.add_signal_handler(each, self.handle_exit, each, None)
        try:
            yield
        finally:
            for each in caught:
                loop.remove_signal_handler(each)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._before_exit()
        await super().shutdown(sockets)


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    # Without it an answer's body waits 40 ms for the acknowledgement of its head. The event loop
    # sets it only on sockets that name their protocol; connections inherit it from here as well.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        message = f"{settings.host}:{settings.port} cannot be listened on: {error.strerror}."
        raise EvigateError(E_PORT_TAKEN, message) from error
    return listener
