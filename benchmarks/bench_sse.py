"""Live events to many clients: the hub against the usual way, side by side on one server.

200 clients over loopback each receive 1,000 events of about 160 bytes from uvicorn in a process of
its own. The usual way is a queue a client, an encoding a client, a write an event. Both use the
same server, the same JSON library and the same source of events; rounds alternate, and the figure
is the median of the ratios of rounds that follow on each other. Every client's events are counted
and their order is checked, outside the time taken. In a flood the events come as fast as they can
be published, and wall time counts; paced, as a busy run logs them, and server CPU and latency do.
Prints a table, and a line of JSON.
"""

import asyncio
import json
import multiprocessing
import re
import resource
import socket
import statistics
import sys
import time
from bisect import bisect_left
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate
from multiprocessing.connection import Connection

CLIENT_COUNT = 200
EVENT_COUNT = 1000
BATCH_COUNT = 10
ROUND_COUNTS = {"flood": 5, "paced": 2}
PACED_EVENTS_PER_S = 400
GOAL_RATIO = 3.0
ROUND_LIMIT_S = 20.0
TOTAL_LIMIT_S = 50.0
METHODS = ("naive", "hub")


@dataclass(frozen=True)
class Round:
    """What one method took: wall time from the first event to the last client's last one."""

    method: str
    wall_s: float
    server_cpu_s: float
    latency_ms_p50: float
    latency_ms_p99: float

    @property
    def deliveries_per_s(self) -> float:
        return CLIENT_COUNT * EVENT_COUNT / self.wall_s


Pair = tuple[Round, Round]


def serve(listener: socket.socket, pipe: Connection) -> None:
    """Run the server until told to stop; child process."""
    import orjson
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse, Response, StreamingResponse
    from starlette.routing import Route

    from evigate.kernel.http.fanout import Fanout
    from evigate.kernel.http.frames import WireEvent
    from evigate.kernel.http.sse import EventStream

    payload = {"message": "epoch 12 of 20, batch 340 of 938", "level": "info", "pad": "x" * 30}
    known: list[WireEvent] = []
    queues: set[asyncio.Queue[WireEvent]] = set()

    async def replay(stream: str, after_seq: int, limit: int) -> Sequence[WireEvent]:
        return known[after_seq : after_seq + limit]

    hub = Fanout(replay)

    async def naive(request: Request) -> Response:
        queue: asyncio.Queue[WireEvent] = asyncio.Queue()
        queues.add(queue)

        async def frames() -> AsyncIterator[bytes]:
            is_last = False
            while not is_last:
                event = await queue.get()
                is_last = event.is_last
                data = orjson.dumps(event.payload)
                yield b"id: %d\nevent: %b\ndata: %b\n\n" % (event.seq, event.type.encode(), data)
            queues.discard(queue)

        return StreamingResponse(frames(), media_type="text/event-stream")

    async def live(request: Request) -> Response:
        return EventStream(hub.subscribe("run"))

    async def start(request: Request) -> Response:
        """Publish everything, giving way to others after each batch; paced, one event each."""
        is_naive = request.path_params["method"] == "naive"
        is_paced = request.path_params["pace"] == "paced"
        count = 1 if is_paced else BATCH_COUNT
        cpu_s, begun = _cpu_s(), time.perf_counter()
        for index in range(0, EVENT_COUNT, count):
            at = time.perf_counter()
            batch = [
                WireEvent(seq, "log_line", {**payload, "at": at}, is_last=seq == EVENT_COUNT)
                for seq in range(index + 1, index + count + 1)
            ]
            if is_naive:
                for queue in queues:
                    for event in batch:
                        queue.put_nowait(event)
            else:
                known.extend(batch)
                hub.publish("run", batch)
            due_at = begun + (index + 1) / PACED_EVENTS_PER_S if is_paced else 0
            await asyncio.sleep(max(0, due_at - time.perf_counter()))
        return JSONResponse({"cpu_s": cpu_s, "begun": begun})

    async def state(request: Request) -> Response:
        return JSONResponse({"readers": len(queues) + hub.subscriber_count, "cpu_s": _cpu_s()})

    async def reset(request: Request) -> Response:
        known.clear()
        return Response()

    routes = [
        Route("/naive", naive),
        Route("/hub", live),
        Route("/start/{method}/{pace}", start),
        Route("/state", state),
        Route("/reset", reset),
    ]
    config = uvicorn.Config(
        Starlette(routes=routes), log_level="critical", lifespan="off", access_log=False
    )
    server = uvicorn.Server(config)

    async def run() -> None:
        asyncio.get_running_loop().add_reader(
            pipe.fileno(), lambda: setattr(server, "should_exit", True)
        )
        await server.serve(sockets=[listener])

    import uvloop

    uvloop.run(run())


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


class Client(asyncio.Protocol):
    """Reads one stream, keeping its bytes; done when the last event's frame is whole."""

    _END = re.compile(rb"id: %d\n[^\n]*\n[^\n]*\n\n" % EVENT_COUNT)

    def __init__(self, path: str) -> None:
        self._path = path
        self.parts: list[bytes] = []
        self.arrivals: list[float] = []
        self.tail = b""
        self.finished_at: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        transport.write(  # type: ignore[attr-defined]
            f"GET {self._path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        self.parts.append(data)
        self.arrivals.append(time.perf_counter())
        self.tail = (self.tail + data)[-1024:]
        if not self.finished_at.done() and self._END.search(self.tail):
            self.finished_at.set_result(time.perf_counter())

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.finished_at.done():
            self.finished_at.set_exception(exc or ConnectionError("the stream broke off"))

    def check(self) -> None:
        """Raise unless every event came once, in order."""
        found = re.findall(rb"\bid: (\d+)\n", b"".join(self.parts))
        if [int(seq) for seq in found] != list(range(1, EVENT_COUNT + 1)):
            raise AssertionError(
                f"A client got {len(found)} of {EVENT_COUNT} events, or unordered."
            )

    def latencies_ms(self) -> list[float]:
        """Return for each event the time from its publishing to its frame's arrival."""
        ends = list(accumulate(len(part) for part in self.parts))
        whole = b"".join(self.parts)
        return [
            (self.arrivals[bisect_left(ends, found.end())] - float(found[1])) * 1e3
            for found in re.finditer(rb'"at":([\d.]+)}', whole)
        ]


async def _get(port: int, path: str) -> dict[str, float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    body = (await reader.read()).partition(b"\r\n\r\n")[2]
    writer.close()
    return json.loads(body) if body else {}


async def run_round(port: int, method: str, pace: str) -> Round:
    """Connect all clients, publish, and wait until the last of them has everything."""
    loop = asyncio.get_running_loop()
    clients: list[Client] = []
    for _ in range(CLIENT_COUNT):
        _, client = await loop.create_connection(lambda: Client(f"/{method}"), "127.0.0.1", port)
        clients.append(client)
    async with asyncio.timeout(ROUND_LIMIT_S):
        while (await _get(port, "/state"))["readers"] < CLIENT_COUNT:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        started = asyncio.create_task(_get(port, f"/start/{method}/{pace}"))
        finished = await asyncio.gather(*(client.finished_at for client in clients))
        begun = await started
    ended = await _get(port, "/state")
    for client in clients:
        client.check()
        client.transport.close()
    async with asyncio.timeout(ROUND_LIMIT_S):
        while (await _get(port, "/state"))["readers"] > 0:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    await _get(port, "/reset")
    latencies = sorted(ms for client in clients for ms in client.latencies_ms())
    return Round(
        method,
        max(finished) - begun["begun"],
        ended["cpu_s"] - begun["cpu_s"],
        latencies[len(latencies) // 2],
        latencies[len(latencies) * 99 // 100],
    )


async def measure(port: int) -> dict[str, list[Pair]]:
    """Run a pair to warm up, uncounted, then pairs until there are enough or time is out."""
    begun = time.monotonic()
    for method in METHODS:
        await run_round(port, method, "flood")
    pairs: dict[str, list[Pair]] = {pace: [] for pace in ROUND_COUNTS}
    for pace, count in ROUND_COUNTS.items():
        while len(pairs[pace]) < count and time.monotonic() - begun < TOTAL_LIMIT_S:
            naive = await run_round(port, "naive", pace)
            pairs[pace].append((naive, await run_round(port, "hub", pace)))
    return pairs


def report(pairs: Mapping[str, Sequence[Pair]]) -> dict[str, object]:
    """Print the table; return the figures."""
    print(
        f"{CLIENT_COUNT} clients x {EVENT_COUNT} events, uvicorn on loopback, every event checked"
    )
    print(f"{'':>5} {'':>6} {'wall s':>8} {'deliveries/s':>13} {'cpu us':>7} {'p50/p99 ms':>15}")
    for pace, several in pairs.items():
        for item in (item for pair in several for item in pair):
            cpu_us = item.server_cpu_s / (CLIENT_COUNT * EVENT_COUNT) * 1e6
            print(
                f"{pace:>5} {item.method:>6} {item.wall_s:>8.3f} {item.deliveries_per_s:>13,.0f} "
                f"{cpu_us:>7.2f} {item.latency_ms_p50:>7.1f}/{item.latency_ms_p99:.1f}"
            )
    ratios = [naive.wall_s / hub.wall_s for naive, hub in pairs["flood"]]
    return {
        "bench": "sse_fanout",
        "clients": CLIENT_COUNT,
        "events": EVENT_COUNT,
        "flood_ratio_median": round(statistics.median(ratios), 2),
        "flood_ratio_min": round(min(ratios), 2),
        "flood_ratio_max": round(max(ratios), 2),
        "paced_cpu_ratio_median": round(
            statistics.median(a.server_cpu_s / b.server_cpu_s for a, b in pairs["paced"]), 2
        ),
        "goal_ratio": GOAL_RATIO,
        "is_met": statistics.median(ratios) >= GOAL_RATIO,
        "rounds": {
            pace: [[asdict(naive), asdict(hub)] for naive, hub in several]
            for pace, several in pairs.items()
        },
    }


def main() -> int:
    """Measure; exit code 1 if the goal is not met."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=CLIENT_COUNT)
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("fork").Process(target=serve, args=(listener, theirs))
    server.start()
    port = listener.getsockname()[1]
    listener.close()
    try:
        pairs = asyncio.run(measure(port))
    finally:
        ours.send(None)
        server.join(timeout=5)
        server.kill()
    figures = report(pairs)
    print(f"flood, median ratio {figures['flood_ratio_median']} (goal {GOAL_RATIO})")
    print(json.dumps(figures))
    return 0 if figures["is_met"] else 1


if __name__ == "__main__":
    sys.exit(main())
