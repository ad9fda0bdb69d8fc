"""How long a turn of a discovery takes, with ten conversations at once; no model.

Each of ten people holds a conversation of its own, one turn after the other; without a pause that
is a harder load than ten people who read. Prints a JSON object; the aim is a p95 under 300 ms.

    python benchmarks/bench_discovery.py [--sessions 10] [--turns 12] [--pause-s 0]
"""

import argparse
import asyncio
import json
import random
import statistics
import tempfile
import time
from pathlib import Path

import uvloop

from evigate.base.subject import Subject
from evigate.boot import House, Settings

IDEA = (
    "We run a chain of dog-grooming salons. Customers phone to book, we lose appointments and"
    " no-shows cost us money. I need online booking with deposits by card and reminders, two salons"
    " now, ten next year, live in three months, budget about 20k. Staff must see only their own"
    " salon. Customer health notes are private."
)
ANSWERS = (
    "Reduce no-shows by at least half and get 60% of bookings online.",
    "It has to run in the browser and on the tablets at the desk.",
    "We keep our customers in Excel and send invoices with Xero.",
    "I don't know",
    "The manager, the groomers and an accountant.",
    "They manage",
    "No loyalty points and no web shop for now.",
    "Since the new card terminal law in March.",
    "The budget is 25k.",
    "25k",
    "decide later",
    "Actually, 12 salons next year.",
)


async def talk(house: House, subject: Subject, turns: int, pause_s: float = 0.0) -> list[float]:
    """Hold one conversation; return the milliseconds of each turn after the first."""
    found = await house.studio.create(subject, IDEA)
    taken = []
    for number in range(turns):
        await asyncio.sleep(pause_s * random.random() * 2)
        started = time.perf_counter()
        await house.studio.say(subject, found.project.id, ANSWERS[number % len(ANSWERS)])
        taken.append(1000 * (time.perf_counter() - started))
    return taken


async def measure(sessions: int, turns: int, pause_s: float) -> dict[str, float]:
    """Return the figures of one run in a house of its own."""
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder)
        data_dir.chmod(0o755)  # noqa: ASYNC240  nothing else runs yet
        async with House.open(Settings(data_dir=data_dir)) as house:
            subject = await house.operator()
            await talk(house, subject, 2)
            alone = await talk(house, subject, turns)
            together = await asyncio.gather(
                *(talk(house, subject, turns, pause_s) for _ in range(sessions))
            )
    spent = sorted(each for one in together for each in one)
    return {
        "sessions": sessions,
        "pause_s": pause_s,
        "turns": len(spent),
        "alone_p50_ms": round(statistics.median(alone), 1),
        "p50_ms": round(statistics.median(spent), 1),
        "p95_ms": round(spent[int(0.95 * len(spent))], 1),
        "max_ms": round(spent[-1], 1),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=10)
    parser.add_argument("--pause-s", type=float, default=0.0, help="mean pause between turns")
    parser.add_argument("--turns", type=int, default=len(ANSWERS))
    options = parser.parse_args()
    # The server runs on the same loop.
    print(
        json.dumps(uvloop.run(measure(options.sessions, options.turns, options.pause_s)), indent=2)
    )
