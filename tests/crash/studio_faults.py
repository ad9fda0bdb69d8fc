"""Say something and die by SIGKILL before or after the n-th exchange with the database, for every n.

Called by `test_studio_faults.py` as a program. Everything is loaded first; each attempt is a fork
with connections of its own, and says the same words under the same key until it gets through.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from evigate.base.subject import Subject
from evigate.boot import House, Settings
from evigate.boot.database import start_database
from evigate.kernel.secrets import SealingKey
from evigate.studio.service import Discovery
from evigate.studio.session.conflicts import shown

STEPS_MAX = 200


def shape(found: Discovery) -> dict[str, Any]:
    """Return a session without what differs between two runs of the same: ids and times."""
    session = found.session
    return {
        "turn": session.turn,
        "phase": session.phase,
        "completeness": session.completeness,
        "asked": session.asked_key,
        "needs": {
            key: [str(n.status), n.confidence, n.attempts] for key, n in session.needs.items()
        },
        "said": [[m.turn, m.role, m.content] for m in session.messages],
        "claims": [[c.field_path, shown(c.value), c.status] for c in session.claims.values()],
        "tasks": [[t.kind, t.need_key, t.status] for t in session.tasks.values()],
    }


class Steps:
    """Counts what goes to the database and back, and dies before the n-th."""

    def __init__(self, fatal: int) -> None:
        self.fatal, self.count = fatal, 0

    def install(self) -> None:
        """Stand before and after every exchange of every connection."""
        wait = psycopg.AsyncConnection.wait

        async def stepped(connection: Any, *args: Any, **options: Any) -> Any:
            self._step()
            done = await wait(connection, *args, **options)
            self._step()
            return done

        psycopg.AsyncConnection.wait = stepped  # type: ignore[method-assign]

    def _step(self) -> None:
        self.count += 1
        if self.count == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)


async def with_house(
    settings: Settings, work: Callable[[House], Awaitable[Any]], fatal: int | None = None
) -> Any:
    """Do something in a house without its server; the steps are counted once it is open."""
    key = SealingKey.load(settings.data_dir / "key", text=settings.key)
    _, urls = start_database(settings, key)
    house = House(settings, key, urls)
    await house.database.open()
    if fatal is not None:
        await house.operator()
        Steps(fatal).install()
    try:
        return await work(house)
    finally:
        await house.database.close()


def attempt(settings: Settings, project: UUID, subject: Subject, text: str, n: int) -> bool:
    """Say it in a fork that dies at step n; True when it got through first."""

    async def say(house: House) -> None:
        await house.studio.say(subject, project, text, idempotency_key=f"key of {text}")

    child = os.fork()
    if child == 0:
        try:
            asyncio.run(with_house(settings, say, n))
        except BaseException as error:
            print(repr(error), file=sys.stderr)
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return False
    assert os.WEXITSTATUS(status) == 0, "the turn failed"
    return True


def main(folder: Path, url: str, key: str, first: str, *said: str) -> None:
    """Print what a conversation came to with deaths in it, and without."""
    settings = Settings(data_dir=folder, key=key, database_url=url)

    async def begin(house: House) -> tuple[UUID, Subject]:
        subject = await house.operator()
        return (await house.studio.create(subject, first)).project.id, subject

    project, subject = asyncio.run(with_house(settings, begin))
    deaths = 0
    seen: set[int] = set()

    async def look(house: House) -> Discovery:
        found = await house.studio.show(subject, project)
        assert await house.studio.replayed(subject, project) == found.session
        return found

    # The first words meet a death at every step, the others at every seventh.
    for position, text in enumerate(said):
        for n in range(1, STEPS_MAX, 1 if position == 0 else 7):
            if attempt(settings, project, subject, text, n):
                break
            deaths += 1
            if n % 5 == 0:
                seen.add(asyncio.run(with_house(settings, look)).session.turn)
    found = asyncio.run(with_house(settings, look))

    async def straight(house: House) -> Discovery:
        other = (await house.studio.create(subject, first)).project.id
        for text in said:
            await house.studio.say(subject, other, text)
        return await house.studio.show(subject, other)

    plain = asyncio.run(with_house(settings, straight))
    print(
        json.dumps(
            {
                "deaths": deaths,
                "turns_seen": sorted(seen),
                "with": shape(found),
                "without": shape(plain),
            }
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
