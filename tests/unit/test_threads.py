"""Work in a thread: its result, its reports, and its end when nobody waits for it any more."""

import asyncio
import threading

import pytest

from evigate.base.threads import Report, in_thread


async def test_the_result_and_the_reports_come_back() -> None:
    told: list[tuple[int, int | None]] = []

    def work(report: Report) -> str:
        report(1, 2)
        report(2, None)
        return "done"

    assert await in_thread(work, lambda *each: told.append(each)) == "done"
    assert told == [(1, 2), (2, None)]


async def test_an_error_of_the_work_is_the_callers() -> None:
    def work(_: Report) -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await in_thread(work)


async def test_abandoned_work_ends_at_its_next_report_whatever_it_catches() -> None:
    begun, ended = threading.Event(), threading.Event()

    def work(report: Report) -> None:
        try:
            while True:
                try:
                    begun.set()
                    report(0, None)
                except Exception:
                    continue
        finally:
            ended.set()

    task = asyncio.create_task(in_thread(work))
    await asyncio.to_thread(begun.wait, 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(ended.wait, 10)
