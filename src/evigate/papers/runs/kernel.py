"""A Jupyter kernel in its own sandboxed process, spoken to over local sockets.

The kernel's sockets are files in a scratch folder that both sides see, because TCP cannot
cross into a network namespace. The process is ours: it is killed at the end, and dies if we die.
"""

import asyncio
import contextlib
import os
import queue
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.connect import write_connection_file

from evigate.base.clock import utc_now
from evigate.papers.runs.models import RunLimits, SandboxLevel
from evigate.papers.runs.sandbox import Rooms, kernel_environment, sandbox_command

MESSAGE_BYTES_MAX = 64 * 1024 * 1024
STDERR_BYTES_MAX = 64 * 1024
POLL_S = 0.2
SCRATCH_PARENT = Path("/tmp")
SCRATCH_PREFIX = "evigate-run-"
SCRATCH_AGE_S_MAX = 24 * 3600.0
# The kernel opens a TCP port of its own for output of forked children; where sockets are refused
# that ends the process, so the port is not opened. Children's output is lost then, which is said
# nowhere else because notebooks of ours fork nothing.
_KERNEL_MAIN = """
from ipykernel import iostream, kernelapp
def open_no_port(thread):
    thread._pipe_flag = False
iostream.IOPubThread._setup_pipe_in = open_no_port
kernelapp.launch_new_instance()
"""
_KERNEL_ARGUMENTS = (
    "--HistoryManager.enabled=False",
    "--IPKernelApp.log_level=40",
    "--InteractiveShell.colors=nocolor",
)


@dataclass(slots=True)
class Kernel:
    """A started kernel: its process, its client and what its process wrote to standard error."""

    process: asyncio.subprocess.Process
    client: AsyncKernelClient
    stderr: bytearray = field(default_factory=bytearray)

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self.process.returncode is None

    async def next_output(self) -> dict[str, Any] | None:
        """Return the next message of the output channel, or None if none came within POLL_S."""
        try:
            message: dict[str, Any] = await self.client.get_iopub_msg(timeout=POLL_S)
        except queue.Empty:
            return None
        return message

    async def peak_memory_bytes(self) -> int | None:
        """Ask the kernel for the most memory it ever held; None if it does not answer soon."""
        expression = "__import__('resource').getrusage(0).ru_maxrss * 1024"
        message_id = self.client.execute(
            "0", store_history=False, allow_stdin=False, user_expressions={"peak": expression}
        )
        for _ in range(10):
            try:
                reply = await self.client.get_shell_msg(timeout=POLL_S)
            except queue.Empty:
                continue
            if reply["parent_header"].get("msg_id") == message_id:
                peak = reply["content"].get("user_expressions", {}).get("peak", {})
                text = peak.get("data", {}).get("text/plain", "")
                return int(text) if text.isdigit() else None
        return None


async def _drain(stream: asyncio.StreamReader, kept: bytearray) -> None:
    """Read a pipe to its end, keeping its last part, so that the writer never blocks."""
    while chunk := await stream.read(16 * 1024):
        kept += chunk
        del kept[:-STDERR_BYTES_MAX]


def _connection_file(scratch: Path) -> str:
    path = str(scratch / "kernel.json")
    ports = {f"{channel}_port": number for number, channel in enumerate(_CHANNELS, start=1)}
    write_connection_file(path, transport="ipc", ip=str(scratch / "socket"), **ports)
    return path


_CHANNELS = ("shell", "iopub", "stdin", "control", "hb")


def _client(connection_file: str) -> AsyncKernelClient:
    context = zmq.asyncio.Context()
    context.setsockopt(zmq.MAXMSGSIZE, MESSAGE_BYTES_MAX)
    context.setsockopt(zmq.LINGER, 0)
    client = AsyncKernelClient(connection_file=connection_file, context=context)
    client.load_connection_file()
    client.start_channels(stdin=False, hb=False)
    return client


async def _is_answering(kernel: Kernel) -> bool:
    """Whether the kernel answers and its output reaches us; asks again until both are so."""
    kernel.client.kernel_info()
    message = await kernel.next_output()
    return message is not None and message["msg_type"] == "status"


async def _settle(kernel: Kernel) -> None:
    """Throw away the answers to our knocking, so that the first cell starts with empty channels."""
    while await kernel.next_output() is not None:
        continue
    with contextlib.suppress(queue.Empty):
        while True:
            await kernel.client.get_shell_msg(timeout=0)


def sweep_scratch(parent: Path) -> None:
    """Remove our scratch folders that are older than any run: a killed server leaves its own."""
    oldest_s = utc_now().timestamp() - SCRATCH_AGE_S_MAX
    for folder in parent.glob(f"{SCRATCH_PREFIX}*"):
        with contextlib.suppress(OSError):
            status = folder.lstat()
            if status.st_uid == os.geteuid() and status.st_mtime < oldest_s:
                shutil.rmtree(folder, ignore_errors=True)


def _kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


@contextlib.asynccontextmanager
async def started_kernel(
    work: Path, *, level: SandboxLevel, limits: RunLimits, seed: int, cpu_s: int
) -> AsyncIterator[Kernel]:
    """
    Start a kernel whose working folder is `work`, and kill it at the end, come what may.

    The kernel may not answer yet: call `wait_until_ready`.

    Raises:
        OSError: the process could not be started.
    """
    # Socket paths must stay under 108 bytes, so the scratch is directly under the system's tmp.
    sweep_scratch(SCRATCH_PARENT)
    scratch = Path(tempfile.mkdtemp(prefix=SCRATCH_PREFIX, dir=SCRATCH_PARENT))
    try:
        rooms = Rooms(work, scratch)
        connection = _connection_file(scratch)
        argv = [sys.executable, "-c", _KERNEL_MAIN, "-f", connection, *_KERNEL_ARGUMENTS]
        process = await asyncio.create_subprocess_exec(
            *sandbox_command(level, argv, rooms, limits, cpu_s=cpu_s),
            env=kernel_environment(rooms, seed),
            cwd=work,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        try:
            client = _client(connection)
            kernel = Kernel(process, client)
            stream = process.stderr
            drain = asyncio.create_task(_drain(stream, kernel.stderr)) if stream else None
            try:
                yield kernel
            finally:
                client.stop_channels()
                client.context.destroy(linger=0)
                _kill(process)
                await process.wait()
                if drain is not None:
                    await drain
        finally:
            _kill(process)
            await process.wait()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


async def wait_until_ready(kernel: Kernel) -> bool:
    """Knock until the kernel answers; return False if its process ended instead."""
    while kernel.is_alive:
        if await _is_answering(kernel):
            await _settle(kernel)
            return True
    return False
