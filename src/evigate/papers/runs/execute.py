"""Execute a notebook: cell by cell in a sandboxed kernel, within one budget for the whole run.

Events leave as they happen. However the run ends, what it had made until then is kept: the log, the
executed cells, and metrics.json if it was written.
"""

import asyncio
import json
import shutil
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import output_from_msg

from evigate.base.clock import monotonic_s
from evigate.base.errors import Code, EvigateError
from evigate.kernel.sandbox import Interpreter, RunLimits, SandboxLevel, strongest_level
from evigate.papers.errors import (
    E_GPU_REQUESTED,
    E_RUN_CANCELLED,
    E_RUN_DISK,
    E_RUN_FAILED,
    E_RUN_MEMORY,
    E_RUN_PROCESSES,
    E_RUN_TIMEOUT,
)
from evigate.papers.runs.events import EVENT_MIME, RunEvent, log_line, parse_event
from evigate.papers.runs.findings import gather_findings
from evigate.papers.runs.gpu import requests_gpu
from evigate.papers.runs.kernel import Kernel, started_kernel, wait_until_ready
from evigate.papers.runs.models import Finding, RunOutcome, RunStatus
from evigate.papers.runs.monitor import disk_use, process_use
from evigate.papers.runs.plots import plots_of
from evigate.papers.runs.results import read_results

OnEvent = Callable[[str, dict[str, Any]], Awaitable[None] | None]
Cancelled = Callable[[], bool] | asyncio.Event | None
TRUNCATED = "\n__TRUNCATED__\n"
_OUTPUTS = frozenset({"stream", "display_data", "execute_result", "error"})
_MEMORY_NAMES = frozenset({"MemoryError", "_ArrayMemoryError"})
_KILLED = frozenset({-9, 137})
LOOK_S = 0.15


class _Stopped(Exception):
    """The run ends before its last cell; carries how."""

    def __init__(self, status: RunStatus, code: Code, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass(slots=True)
class _Recorder:
    """Passes events on and keeps the log, each up to its cap."""

    on_event: OnEvent
    limits: RunLimits
    log: list[str] = field(default_factory=list)
    log_bytes: int = 0
    events_bytes: int = 0
    event_count: int = 0
    is_full: bool = False
    is_log_full: bool = False
    partial: dict[str, str] = field(default_factory=dict)

    def write_log(self, text: str) -> None:
        room = self.limits.log_bytes - self.log_bytes
        if room <= 0:
            self.is_log_full = True
            return
        piece = text.encode()[:room].decode(errors="ignore")
        self.log.append(piece)
        self.log_bytes += len(text.encode())
        if self.log_bytes >= self.limits.log_bytes:
            self.log.append(TRUNCATED)

    async def send(self, event: RunEvent, *, always: bool = False) -> None:
        """Pass an event on; past the cap only the run's own closing events go through."""
        if self.is_full and not always:
            return
        self.events_bytes += event.size_bytes
        if self.events_bytes > self.limits.events_bytes and not self.is_full and not always:
            self.is_full = True
            event = log_line("The run sends too many events; no more are kept.", "warning")
        self.event_count += 1
        answer = self.on_event(event.type, event.payload)
        if answer is not None:
            await answer

    async def stream(self, name: str, text: str) -> None:
        """Take output as it comes and send it line by line."""
        self.write_log(text)
        *lines, rest = (self.partial.get(name, "") + text).split("\n")
        self.partial[name] = rest[-65_536:]
        for line in lines:
            await self.line(name, line)

    async def flush(self) -> None:
        """Send what was printed without a line's end."""
        for name, rest in self.partial.items():
            if rest:
                await self.line(name, rest)
        self.partial.clear()

    async def line(self, name: str, text: str) -> None:
        if text.strip():
            await self.send(log_line(text, "warning" if name == "stderr" else "info"))


@dataclass(slots=True)
class _Run:
    """One execution: the notebook being filled, its kernel's clock and its way to be stopped."""

    notebook: nbformat.NotebookNode
    recorder: _Recorder
    deadline_s: float
    budget_s: float
    cancelled: Cancelled
    limits: RunLimits
    outputs_bytes: int = 0
    breach: _Stopped | None = None
    peak_bytes: int | None = None
    cpu_s: float | None = None
    audit: bytearray = field(default_factory=bytearray)

    def check(self) -> None:
        """Stop if someone cancelled or the budget is spent."""
        if self.breach is not None:
            raise self.breach
        flag = self.cancelled
        if flag is not None and (flag.is_set() if isinstance(flag, asyncio.Event) else flag()):
            raise _Stopped(RunStatus.CANCELLED, E_RUN_CANCELLED, "The run was cancelled.")
        if monotonic_s() > self.deadline_s:
            message = f"The run spent its budget of {self.budget_s:g} seconds."
            raise _Stopped(RunStatus.TIMEOUT, E_RUN_TIMEOUT, message)

    async def run_cells(self, kernel: Kernel) -> None:
        count = 0
        for index, cell in enumerate(self.notebook.cells):
            if cell.cell_type == "code" and cell.source.strip():
                count += 1
                await self.run_cell(kernel, cell, index, count)

    async def run_cell(
        self, kernel: Kernel, cell: nbformat.NotebookNode, index: int, count: int
    ) -> None:
        message_id = kernel.client.execute(cell.source, allow_stdin=False)
        cell.execution_count = count
        while True:
            self.check()
            message = await kernel.next_output()
            if message is None:
                if not kernel.is_alive:
                    self.check()
                    raise _death(kernel, index)
                continue
            if message["parent_header"].get("msg_id") != message_id:
                continue
            if message["msg_type"] == "status":
                if message["content"]["execution_state"] == "idle":
                    break
            elif message["msg_type"] in _OUTPUTS:
                await self.take_output(cell, message, index)
        await self.recorder.flush()

    async def look(self, kernel: Kernel) -> None:
        """Watch from outside what the kernel uses in all; kill it once it is too much."""
        limits, rooms = self.limits, kernel.rooms
        while kernel.is_alive and self.breach is None:
            use = await asyncio.to_thread(process_use, kernel.process.pid)
            disk = await asyncio.to_thread(
                disk_use,
                [rooms.work, rooms.scratch],
                bytes_max=limits.disk_bytes,
                names_max=limits.disk_names,
            )
            if use is not None:
                self.peak_bytes = max(self.peak_bytes or 0, use.memory_bytes)
                self.cpu_s = max(self.cpu_s or 0.0, use.cpu_s)
            if disk.size_bytes > limits.disk_bytes or disk.name_count > limits.disk_names:
                allowed = f"{limits.disk_bytes / 2**20:.0f} MiB in {limits.disk_names} files"
                message = f"The run filled its folders; it may hold {allowed} at once."
                self.breach = _Stopped(RunStatus.FAILED, E_RUN_DISK, message)
            elif use is not None and use.count > limits.process_count:
                message = f"The run started more than {limits.process_count} processes."
                self.breach = _Stopped(RunStatus.FAILED, E_RUN_PROCESSES, message)
            if self.breach is not None:
                kernel.kill()
            await asyncio.sleep(LOOK_S)

    async def take_output(
        self, cell: nbformat.NotebookNode, message: dict[str, Any], index: int
    ) -> None:
        content = message["content"]
        if message["msg_type"] == "display_data" and EVENT_MIME in content.get("data", {}):
            event = parse_event(content["data"][EVENT_MIME])
            if event is None:
                event = log_line("The notebook sent an event that is none of the six.", "warning")
            if event.type == "log_line":
                self.recorder.write_log(event.payload["text"] + "\n")
            await self.recorder.send(event)
            return
        self.keep(cell, message)
        if message["msg_type"] == "stream":
            await self.recorder.stream(content["name"], content["text"])
        elif message["msg_type"] == "error":
            self.recorder.write_log("\n".join(content["traceback"]) + "\n")
            raise _fault(content["ename"], content["evalue"], index)

    def keep(self, cell: nbformat.NotebookNode, message: dict[str, Any]) -> None:
        """Add an output to the executed notebook, joining a stream's pieces, up to the cap."""
        output = _output_of(message)
        size = len(json.dumps(output).encode())
        if self.outputs_bytes >= self.limits.outputs_bytes:
            return
        self.outputs_bytes += size
        if self.outputs_bytes >= self.limits.outputs_bytes:
            text = "The outputs from here on were too many to keep.\n"
            output = nbformat.v4.new_output("stream", name="stderr", text=text)
        last = cell.outputs[-1] if cell.outputs else None
        is_same_stream = (
            last is not None
            and last.output_type == output.output_type == "stream"
            and last.name == output.name
        )
        if is_same_stream and last is not None:
            last.text += output.text
        else:
            cell.outputs.append(output)


def _output_of(message: dict[str, Any]) -> nbformat.NotebookNode:
    """Return what a message shows; the notebook wrote it, so it may be no output at all."""
    try:
        return output_from_msg(message)
    except (nbformat.ValidationError, AttributeError, KeyError, TypeError, ValueError):
        text = "An output that no notebook can hold was left out.\n"
        return nbformat.v4.new_output("stream", name="stderr", text=text)


def _fault(name: str, value: str, index: int) -> _Stopped:
    where = f"Cell {index + 1} failed: {name}: {value}"[:2000]
    if name in _MEMORY_NAMES:
        return _Stopped(RunStatus.FAILED, E_RUN_MEMORY, f"Cell {index + 1} ran out of memory.")
    if E_GPU_REQUESTED.name in value:
        return _Stopped(RunStatus.FAILED, E_GPU_REQUESTED, where)
    return _Stopped(RunStatus.FAILED, E_RUN_FAILED, where)


def _death(kernel: Kernel, index: int | None) -> _Stopped:
    status = kernel.process.returncode
    where = "before its first cell" if index is None else f"in cell {index + 1}"
    tail = kernel.stderr.decode(errors="replace").strip()[-800:]
    if status in _KILLED or "bad_alloc" in tail:
        message = f"The kernel was killed {where}, most likely for want of memory."
        return _Stopped(RunStatus.FAILED, E_RUN_MEMORY, message)
    message = f"The kernel ended {where} with exit status {status}. {tail}".strip()
    return _Stopped(RunStatus.FAILED, E_RUN_FAILED, message)


def _read_notebook(content: bytes) -> nbformat.NotebookNode:
    try:
        notebook = nbformat.reads(content.decode(), as_version=4)
        nbformat.validate(notebook)
    except Exception as error:
        # The library raises many types for what is one fault: these bytes are no notebook.
        raise EvigateError(E_RUN_FAILED, f"This is not a notebook: {error}") from error
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def _refuse_gpu(notebook: nbformat.NotebookNode) -> None:
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "code" and requests_gpu(cell.source):
            message = f"Cell {index + 1} asks for CUDA; runs are on the CPU only."
            raise _Stopped(RunStatus.FAILED, E_GPU_REQUESTED, message)


async def _run_in_kernel(run: _Run, kernel_of: AbstractAsyncContextManager[Kernel]) -> None:
    async with kernel_of as kernel:
        ready = asyncio.ensure_future(wait_until_ready(kernel))
        watch = asyncio.create_task(run.look(kernel))
        try:
            while not ready.done():
                run.check()
                await asyncio.wait({ready}, timeout=0.2)
            if not ready.result():
                run.check()
                raise _death(kernel, None)
            await run.run_cells(kernel)
            used = await kernel.used()
        finally:
            ready.cancel()
            watch.cancel()
            run.audit = kernel.audited
        if used is not None:
            run.peak_bytes, run.cpu_s = used


async def execute_notebook(
    notebook: bytes,
    *,
    workdir: Path,
    budget_s: float,
    seed: int,
    on_event: OnEvent,
    cancelled: Cancelled = None,
    limits: RunLimits | None = None,
    data: Path | None = None,
    interpreter: Interpreter | None = None,
) -> RunOutcome:
    """
    Run a notebook in a sandboxed kernel and say how it ended.

    Args:
        notebook: nbformat 4 JSON; outputs in it are dropped.
        workdir: an existing, empty folder of this run alone; the notebook's only place to write.
        budget_s: seconds of wall clock for everything, the kernel's start included; > 0.
        seed: given to the notebook as EVIGATE_SEED.
        on_event: called with each event's type and payload, in order, as it happens; awaited if it
            returns an awaitable. A slow one slows the run.
        cancelled: an event or a function asked several times a second; true ends the run.
        limits: what the run may use.
        data: a folder of data sets made ready before, which the notebook may only read.
        interpreter: the Python to run in; ours if there is none.

    Returns:
        The outcome; a failing notebook is an outcome, not an exception. The first event is
        stage_update `run_start` with seed and sandbox level, the last `run_complete` or
        `run_error`, the latter after an `error` event with the code.

    Raises:
        EvigateError[E_SANDBOX_UNAVAILABLE]: no sandbox works on this machine.
        EvigateError[E_RUN_FAILED]: `notebook` is no notebook.
    """
    limits = limits or RunLimits()
    nodes = _read_notebook(notebook)
    begun_s = monotonic_s()
    level = limits.level
    if level is None:
        level = await asyncio.to_thread(strongest_level)
    work = await asyncio.to_thread(workdir.resolve)
    recorder = _Recorder(on_event, limits)
    run = _Run(nodes, recorder, begun_s + budget_s, budget_s, cancelled, limits)
    start = {"stage": "run_start", "seed": seed, "sandbox": level.value}
    await recorder.send(RunEvent("stage_update", start))
    stopped: _Stopped | None = None
    try:
        if not limits.is_gpu_allowed:
            _refuse_gpu(nodes)
        kernel_of = started_kernel(
            work,
            level=level,
            limits=limits,
            seed=seed,
            cpu_s=int(budget_s) + 60,
            data=data,
            interpreter=interpreter,
        )
        await _run_in_kernel(run, kernel_of)
    except _Stopped as error:
        stopped = error
    await recorder.flush()
    findings = gather_findings(
        bytes(run.audit),
        stopped.code.name if stopped else None,
        is_output_cut=recorder.is_full or recorder.is_log_full,
    )
    await _close(recorder, stopped)
    return await _outcome(run, nodes, stopped, findings, work, level, begun_s)


async def _outcome(
    run: _Run,
    nodes: nbformat.NotebookNode,
    stopped: _Stopped | None,
    findings: tuple[Finding, ...],
    work: Path,
    level: SandboxLevel,
    begun_s: float,
) -> RunOutcome:
    """Gather what a run that has ended left behind."""
    recorder, limits = run.recorder, run.limits
    results = await asyncio.to_thread(read_results, work, size_max=limits.metrics_bytes)
    await asyncio.to_thread(shutil.rmtree, work / ".cache", ignore_errors=True)
    return RunOutcome(
        status=stopped.status if stopped else RunStatus.SUCCEEDED,
        error_code=stopped.code.name if stopped else None,
        error_message=stopped.message if stopped else None,
        metrics=results.metrics,
        observations=results.observations,
        series=results.series,
        failures=results.failures,
        raw_metrics=results.raw,
        executed_notebook=(nbformat.writes(nodes) + "\n").encode(),
        log="".join(recorder.log),
        event_count=recorder.event_count,
        duration_s=monotonic_s() - begun_s,
        sandbox_level=level,
        peak_memory_bytes=run.peak_bytes,
        cpu_s=None if run.cpu_s is None else round(run.cpu_s, 3),
        findings=findings,
        plots=plots_of(nodes),
    )


async def _close(recorder: _Recorder, stopped: _Stopped | None) -> None:
    """Send the closing events, which no cap holds back."""
    if stopped is None:
        await recorder.send(RunEvent("stage_update", {"stage": "run_complete"}), always=True)
        return
    recorder.write_log(f"{stopped.code.name}: {stopped.message}\n")
    fault = {"code": stopped.code.name, "message": stopped.message}
    await recorder.send(RunEvent("error", fault), always=True)
    await recorder.send(RunEvent("stage_update", {"stage": "run_error"}), always=True)
