"""Fifty clients on one run, dropped again and again: each event once, in order, to each of them."""

import asyncio
import random
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import uvicorn
from tests.fixtures.papers import wine_paper

from evigate.base.subject import Subject
from evigate.boot import House
from evigate.boot.console import working
from evigate.papers import ReproduceOptions, Source
from evigate.web import create_app

CLIENTS = 50
SLICE_MIN, SLICE_MAX = 1, 12


@asynccontextmanager
async def served(house: House) -> AsyncIterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        create_app(house), log_level="warning", access_log=False, lifespan="off", ws="none"
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    following = asyncio.create_task(house.follow_events())
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        house.live.close()
        server.should_exit = True
        following.cancel()
        await asyncio.gather(serving, following, return_exceptions=True)


async def follow(client: httpx.AsyncClient, url: str, dice: random.Random) -> tuple[list[int], int]:
    """Follow a run, hanging up after a few events each time; return what came, and the drops."""
    seen: list[int] = []
    drops = 0
    while True:
        headers = {"Last-Event-ID": str(seen[-1])} if seen else {}
        enough = dice.randint(SLICE_MIN, SLICE_MAX)
        got = 0
        async with client.stream("GET", url, headers=headers) as answer:
            # Whoever has heard the end is told that there is no more.
            if answer.status_code == 204:
                return seen, drops
            assert answer.status_code == 200
            buffer = ""
            async for text in answer.aiter_text():
                buffer += text
                *whole, buffer = buffer.split("\n\n")
                for frame in whole:
                    if re.search(r"^event: close$", frame, re.M):
                        return seen, drops
                    if number := re.search(r"^id: (\d+)$", frame, re.M):
                        seen.append(int(number[1]))
                        got += 1
                        if got >= enough:
                            break
                if got >= enough:
                    break
        drops += 1


async def test_fifty_dropped_clients_get_each_event_once(house: House, owner: Subject) -> None:
    paper = await house.papers.ingest(owner, wine_paper(), Source("wine.pdf"))
    options = ReproduceOptions(seeds=2, is_preapproved=True)
    journey = await house.papers.reproduce(owner, options, paper_id=paper.id)
    _, secret = await house.tenancy.create_token(owner, "live")
    limits = httpx.Limits(max_connections=CLIENTS + 10)
    dice = random.Random(7)
    async with (
        served(house) as base,
        working(house),
        httpx.AsyncClient(
            base_url=base,
            headers={"authorization": f"Bearer {secret}"},
            limits=limits,
            timeout=60,
        ) as client,
    ):
        inner = None
        while inner is None:
            view = await house.papers.get_run(owner, journey)
            inner = view.reproduction.run_id if view.reproduction else None
            await asyncio.sleep(0.05)
        url = f"/api/v1/runs/{inner}/events"
        told = await asyncio.gather(
            *(follow(client, url, random.Random(dice.random())) for _ in range(CLIENTS))
        )
    view = await house.papers.get_run(owner, inner)
    assert view.run.status.value == "succeeded"
    assert view.notebook is not None and view.notebook.findings == []
    assert view.notebook.cpu_seconds and view.notebook.peak_memory_bytes
    whole = list(range(1, max(told[0][0]) + 1))
    assert len(whole) > 20
    assert [seen for seen, _ in told if seen != whole] == []
    assert sum(drops for _, drops in told) > CLIENTS
