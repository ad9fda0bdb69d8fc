"""The console's other side: opening the house for one command.

Help and mistakes never open it, so what opens it is imported only then.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from evigate.kernel.console import Session

if TYPE_CHECKING:
    from evigate.boot.house import House

Result = TypeVar("Result")
Service = TypeVar("Service")


class HouseConsole(Generic[Service]):
    """Runs commands of the room whose service `pick` takes from the house."""

    def __init__(self, pick: Callable[["House"], Service]) -> None:
        self._pick = pick

    def run(self, work: Callable[[Session[Any]], Awaitable[Result]]) -> Result:
        """Open the house, do the work as the operator, close the house, return the result."""

        from evigate.boot.house import House
        from evigate.boot.logs import configure_logs
        from evigate.boot.settings import load_settings

        async def whole() -> Result:
            settings = load_settings()
            configure_logs(settings)
            async with House.open(settings) as house:
                subject = await house.operator()
                session = Session(self._pick(house), subject, lambda: working(house))
                return await work(session)

        return asyncio.run(whole())


@asynccontextmanager
async def working(house: "House") -> AsyncIterator[None]:
    """Have a worker of this process's own while the block runs."""
    stop = asyncio.Event()
    task = asyncio.create_task(house.worker().run(concurrency=1, stop=stop))
    try:
        yield
    finally:
        stop.set()
        await task
