"""A Jupyter kernel in its own sandboxed process, spoken to over local sockets.

The kernel's sockets are files in a scratch folder that both sides see, because TCP cannot
cross into a network namespace. The process is ours: it is killed at the end, and dies if we die.
"""

import asyncio
import contextlib
import json
import os
import queue
import shutil
import signal
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
from evigate.kernel.sandbox import (
    AUDIT_SOURCE,
    Interpreter,
    Rooms,
    RunLimits,
    SandboxLevel,
    present_interpreter,
    process_environment,
    readable_places,
    sandbox_command,
)

MESSAGE_BYTES_MAX = 64 * 1024 * 1024
STDERR_BYTES_MAX = 64 * 1024
AUDIT_BYTES_MAX = 64 * 1024
POLL_S = 0.2
SCRATCH_PARENT = Path("/tmp")
SCRATCH_PREFIX = "evigate-run-"
SCRATCH_AGE_S_MAX = 24 * 3600.0
# The kernel opens a TCP port of its own for output of forked children; where sockets are refused
# that ends the process, so the port is not opened. Children's output is lost then, which is said
# nowhere else because notebooks of ours fork nothing.
_KERNEL_MAIN = """
watch(%d, %r, %r)
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
    rooms: Rooms
    stderr: bytearray = field(default_factory=bytearray)
    audited: bytearray = field(default_factory=bytearray)

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self.process.returncode is None

    def kill(self) -> None:
        """End the process and all that it started, at once."""
        _kill(self.process)

    async def next_output(self) -> dict[str, Any] | None:
        """Return the next message of the output channel, or None if none came within POLL_S."""
        try:
            message: dict[str, Any] = await self.client.get_iopub_msg(timeout=POLL_S)
        except queue.Empty:
            return None
        return message

    async def used(self) -> tuple[int, float] | None:
        """Ask the kernel for its peak of memory in bytes and its CPU seconds, children included.

        None if it does not answer soon.
        """
        expression = (
            "(lambda r: [max(u.ru_maxrss for u in r) * 1024, "
            "sum(u.ru_utime + u.ru_stime for u in r)])"
            "([__import__('resource').getrusage(who) for who in (0, -1)])"
        )
        message_id = self.client.execute(
            "0", store_history=False, allow_stdin=False, user_expressions={"used": expression}
        )
        for _ in range(10):
            try:
                reply = await self.client.get_shell_msg(timeout=POLL_S)
            except queue.Empty:
                continue
            if reply["parent_header"].get("msg_id") == message_id:
                found = reply["content"].get("user_expressions", {}).get("used", {})
                return _used(found.get("data", {}).get("text/plain", ""))
        return None


def _used(text: str) -> tuple[int, float] | None:
    """Read the kernel's answer, which the notebook could have changed."""
    try:
        peak, cpu_s = json.loads(text)
        return int(peak), float(cpu_s)
    except (ValueError, TypeError):
        return None


async def _gather(descriptor: int, kept: bytearray) -> None:
    """Read the audit pipe to its end, keeping its first part; closes the descriptor."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        transport, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), file
        )
        try:
            while chunk := await reader.read(16 * 1024):
                kept += chunk[: max(0, AUDIT_BYTES_MAX - len(kept))]
        finally:
            transport.close()


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


def _environment(rooms: Rooms, seed: int, *, is_gpu_allowed: bool) -> dict[str, str]:
    """Return a kernel's environment: any process's, its seed and where its data are."""
    hidden = {} if is_gpu_allowed else {"CUDA_VISIBLE_DEVICES": "-1"}
    return {
        **process_environment(rooms),
        **hidden,
        "IPYTHONDIR": str(rooms.scratch / "ipython"),
        "MPLCONFIGDIR": str(rooms.scratch / "matplotlib"),
        "JUPYTER_RUNTIME_DIR": str(rooms.scratch),
        "MPLBACKEND": "Agg",
        "EVIGATE_SEED": str(seed),
        "EVIGATE_DATA": str(rooms.data or rooms.work / "data"),
    }


def _kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


@contextlib.asynccontextmanager
async def started_kernel(
    work: Path,
    *,
    level: SandboxLevel,
    limits: RunLimits,
    seed: int,
    cpu_s: int,
    data: Path | None = None,
    interpreter: Interpreter | None = None,
) -> AsyncIterator[Kernel]:
    """
    Start a kernel whose working folder is `work`, and kill it at the end, come what may.

    It may read what is in the folder `data`, and write nothing there; it runs in `interpreter`,
    ours if there is none.

    The kernel may not answer yet: call `wait_until_ready`.

    Raises:
        OSError: the process could not be started.
    """
    # Socket paths must stay under 108 bytes, so the scratch is directly under the system's tmp.
    sweep_scratch(SCRATCH_PARENT)
    scratch = Path(tempfile.mkdtemp(prefix=SCRATCH_PREFIX, dir=SCRATCH_PARENT))
    try:
        rooms = Rooms(work, scratch, data, interpreter)
        connection = _connection_file(scratch)
        inlet, outlet = os.pipe()
        readable = [*readable_places(rooms), str(work), str(scratch)]
        main = _KERNEL_MAIN % (outlet, readable, [str(work), str(scratch)])
        source = AUDIT_SOURCE + main
        python = str((interpreter or present_interpreter()).executable)
        argv = [python, "-c", source, "-f", connection, *_KERNEL_ARGUMENTS]
        process = await asyncio.create_subprocess_exec(
            *sandbox_command(level, argv, rooms, limits, cpu_s=cpu_s),
            env=_environment(rooms, seed, is_gpu_allowed=limits.is_gpu_allowed),
            cwd=work,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            pass_fds=(outlet,),
        )
        os.close(outlet)
        try:
            client = _client(connection)
            kernel = Kernel(process, client, rooms)
            gather = asyncio.create_task(_gather(inlet, kernel.audited))
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
                await gather
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
