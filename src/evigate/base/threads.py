"""Long work in a thread, which ends soon after nobody waits for it any more.

A thread cannot be stopped from outside. So the work reports how far it is, as it does anyway for
whoever watches, and the first report after its caller was cancelled ends it.
"""

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")

Report = Callable[[int, int | None], None]


class Abandoned(BaseException):
    """Ends work that nobody waits for; no `except Exception` of the work holds it up."""


async def in_thread(work: Callable[[Report], Result], told: Report | None = None) -> Result:
    """
    Return what the work returns, done in a thread of its own.

    Args:
        work: is given a function to call, as it goes on, with what is done and of how much, where
            that is known.
        told: called with the same, in that thread.
    """
    is_abandoned = threading.Event()

    def report(done: int, total: int | None) -> None:
        if is_abandoned.is_set():
            raise Abandoned
        if told is not None:
            told(done, total)

    try:
        return await asyncio.to_thread(work, report)
    except asyncio.CancelledError:
        is_abandoned.set()
        raise
