"""Following a run from the command line: its own events, and its notebook's while that runs."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

from evigate.base.ids import RunId
from evigate.base.subject import Subject
from evigate.kernel.events import Event, read_events
from evigate.kernel.events.telling import NOTEBOOK_STREAM, RUN_STREAM
from evigate.kernel.runs import Run, RunStatus, get_run
from evigate.papers.service import PapersService

POLL_S = 0.25


async def follow_run(
    service: PapersService, subject: Subject, run_id: RunId, say: Callable[[str], None]
) -> Run:
    """Say what a journey does until it ends or waits for an owner, and return its run."""
    seen = {RUN_STREAM: 0, NOTEBOOK_STREAM: 0}
    notebook_run: UUID | None = None
    last: Event | None = None
    while True:
        async with service.database.tx(subject) as tx:
            run = await get_run(tx, run_id)
            assert run is not None
            events = await read_events(tx, RUN_STREAM, run_id, after=seen[RUN_STREAM])
            inner: list[Event] = []
            if notebook_run is not None:
                inner = await read_events(
                    tx, NOTEBOOK_STREAM, notebook_run, after=seen[NOTEBOOK_STREAM]
                )
        for stream, found in ((NOTEBOOK_STREAM, inner), (RUN_STREAM, events)):
            for event in found:
                seen[stream] = event.seq
                notebook_run = _notebook_run(event) or notebook_run
                if line := _line(event):
                    say(line)
        last = events[-1] if events else last
        if run.status.is_end or (run.status is RunStatus.QUEUED and last and _waits(last)):
            return run
        await asyncio.sleep(POLL_S)


def _notebook_run(event: Event) -> UUID | None:
    payload = event.payload
    is_start = event.type == "stage_update" and payload.get("stage") == "run"
    return UUID(payload["run_id"]) if is_start and "run_id" in payload else None


def _waits(event: Event) -> bool:
    return event.type == "stage_update" and event.payload.get("stage") == "waiting"


def _line(event: Event) -> str | None:
    """Return what a person should read of an event; None for what is only for programs."""
    payload: dict[str, Any] = event.payload
    match event.type:
        case "stage_update" if payload.get("message"):
            return f"• {payload['message']}"
        case "stage_update" if payload.get("stage") == "claims_done":
            return f"  {payload['count']} claims"
        case "stage_update" if payload.get("stage") == "ingest_done":
            return f"  {payload['title']} ({payload['pages']} pages)"
        case "stage_update" if payload.get("stage") == "run_start":
            return f"  sandbox: {payload.get('sandbox')}"
        case "stage_update" if payload.get("stage") == "waiting":
            return f"• Waiting for an owner to approve the {payload['what']} {payload['plan_id']}"
        case "progress":
            return f"  {payload['percent']:3.0f} % {payload.get('message', '')}".rstrip()
        case "log_line":
            return f"  {payload.get('text', '')}"
        case "error":
            return f"! {payload.get('code') or ''} {payload.get('message')}"
        case _:
            return None
