"""The commands that a bundle must pass, run in the sandbox: no network, no process, no other file.

A command is Python's: `python -m MODULE …` or `python FILE …`, words and no shell. What it tries
and may not is told by name, whether or not it then goes on.
"""

import asyncio
import contextlib
import json
import os
import shlex
import shutil
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from evigate.base.clock import utc_now
from evigate.base.errors import Code
from evigate.kernel.sandbox import (
    AUDIT_SOURCE,
    MIB,
    Rooms,
    RunLimits,
    SandboxLevel,
    process_environment,
    readable_places,
    sandbox_command,
    strongest_level,
)
from evigate.studio.kits.errors import (
    E_KIT_ENDLESS,
    E_KIT_NETWORK,
    E_KIT_OUTSIDE,
    E_KIT_PROCESS,
    E_KIT_SECRETS,
    E_KIT_TOOL,
    E_KIT_VERIFY,
)

LIMITS = RunLimits(memory_bytes=2048 * MIB, file_bytes=32 * MIB, disk_bytes=256 * MIB)
LOG_BYTES_MAX = 64 * 1024
LOOK_EVERY_S = 0.25
TOLD_BYTES_MAX = 64 * 1024
SCRATCH_PREFIX = "evigate-kit-"
SCRATCH_AGE_S_MAX = 24 * 3600.0
TRIED: Mapping[str, Code] = {
    "SANDBOX_WRITE_OUTSIDE": E_KIT_OUTSIDE,
    "SANDBOX_READ_OUTSIDE": E_KIT_SECRETS,
    "SANDBOX_NETWORK": E_KIT_NETWORK,
    "SANDBOX_PROCESS": E_KIT_PROCESS,
    "SANDBOX_SIGNAL": E_KIT_PROCESS,
}
# A bundle's tests are its own: what else is installed beside Evigate has no say in them.
_PYTEST = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": "-p no:cacheprovider"}
_MAIN = """
watch(%d, %r, %r)
import runpy, sys
sys.argv = %r
if %r:
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
else:
    sys.path[0] = "."
    runpy.run_path(sys.argv[0], run_name="__main__")
"""
IsCancelled = Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended; `code` is None if it passed, else `what` says what was wrong."""

    command: str
    code: Code | None
    what: str
    log: str


async def verify_bundle(
    files: Mapping[str, bytes], commands: Sequence[str], timeout_s: int, is_cancelled: IsCancelled
) -> list[Ended]:
    """
    Run a bundle's commands over a copy of it, in order, until one does not pass.

    Args:
        timeout_s: for all of them together.
        is_cancelled: asked a few times a second; when it says so, what runs is killed.

    Raises:
        EvigateError[E_SANDBOX_UNAVAILABLE]: nothing on this machine keeps code in.
    """
    level = await asyncio.to_thread(strongest_level)
    await asyncio.to_thread(sweep_scratch, Path(tempfile.gettempdir()))
    base = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix=SCRATCH_PREFIX))
    done: list[Ended] = []
    try:
        rooms = Rooms(base / "bundle", base / "scratch")
        await asyncio.to_thread(_lay_out, rooms, files)
        deadline = asyncio.get_running_loop().time() + timeout_s
        for command in commands:
            left = deadline - asyncio.get_running_loop().time()
            ended = await _run(command, rooms, level, max(left, 0.1), is_cancelled)
            done.append(ended)
            if ended.code is not None:
                break
    finally:
        await asyncio.to_thread(shutil.rmtree, base, ignore_errors=True)
    return done


def sweep_scratch(parent: Path) -> None:
    """Remove the folders of commands whose worker died and that nobody has touched for a day."""
    before = utc_now().timestamp() - SCRATCH_AGE_S_MAX
    for folder in parent.glob(f"{SCRATCH_PREFIX}*"):
        with contextlib.suppress(OSError):
            status = folder.lstat()
            if status.st_uid == os.geteuid() and status.st_mtime < before:
                shutil.rmtree(folder, ignore_errors=True)


def _lay_out(rooms: Rooms, files: Mapping[str, bytes]) -> None:
    rooms.work.mkdir()
    rooms.scratch.mkdir()
    for path, content in files.items():
        (rooms.work / path).parent.mkdir(parents=True, exist_ok=True)
        (rooms.work / path).write_bytes(content)


async def _run(
    command: str, rooms: Rooms, level: SandboxLevel, timeout_s: float, is_cancelled: IsCancelled
) -> Ended:
    words = shlex.split(command)[1:]
    is_module = words[0] == "-m"
    words = words[1:] if is_module else words
    if is_module and find_spec(words[0].partition(".")[0]) is None:
        return Ended(command, E_KIT_TOOL, f"the module {words[0]!r} is not installed here", "")
    inlet, outlet = os.pipe()
    readable = [*readable_places(rooms), str(rooms.work), str(rooms.scratch)]
    source = AUDIT_SOURCE + _MAIN % (
        outlet, readable, [str(rooms.work), str(rooms.scratch)], words, is_module
    )  # fmt: skip
    argv = [sys.executable, "-c", source]
    process = await asyncio.create_subprocess_exec(
        *sandbox_command(level, argv, rooms, LIMITS, cpu_s=int(timeout_s) + 1),
        env={**process_environment(rooms), **_PYTEST},
        cwd=rooms.work,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
        pass_fds=(outlet,),
    )
    os.close(outlet)
    log, told = _Kept(LOG_BYTES_MAX), _Kept(TOLD_BYTES_MAX)
    draining = asyncio.gather(_drain(process.stdout, log), _gather(inlet, told))
    stopped = ""
    try:
        stopped = await _watched(process, rooms, timeout_s, is_cancelled)
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        await draining
    return _ended(command, process.returncode, stopped, log.text(), told.text())


async def _watched(
    process: asyncio.subprocess.Process, rooms: Rooms, timeout_s: float, is_cancelled: IsCancelled
) -> str:
    """Wait for a process; return why it must be stopped, or nothing if it ended by itself."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + timeout_s
    while True:
        try:
            await asyncio.wait_for(asyncio.shield(process.wait()), LOOK_EVERY_S)
            return ""
        except TimeoutError:
            pass
        if loop.time() >= deadline:
            return f"it did not end within {timeout_s:.0f} s"
        if await asyncio.to_thread(_size_of, rooms) > LIMITS.disk_bytes:
            return f"it wrote more than {LIMITS.disk_bytes // MIB} MiB"
        if await is_cancelled():
            return "it was cancelled"


def _size_of(rooms: Rooms) -> int:
    size = 0
    for folder in (rooms.work, rooms.scratch):
        for place, _, names in os.walk(folder):
            for name in names:
                with contextlib.suppress(OSError):
                    size += os.lstat(os.path.join(place, name)).st_size
    return size


def _ended(command: str, status: int | None, stopped: str, log: str, told: str) -> Ended:
    tried = []
    for line in told.splitlines():
        with contextlib.suppress(ValueError, TypeError, KeyError):
            each = json.loads(line)
            tried.append((TRIED[str(each["code"])], str(each["what"])))
    if tried:
        code, what = tried[0]
        more = f" (and {len(tried) - 1} more)" if len(tried) > 1 else ""
        return Ended(command, code, f"it tried {what}{more}", log)
    if stopped:
        return Ended(command, E_KIT_ENDLESS, stopped, log)
    # The system kills what takes more of the processor, by all its threads, than its limit.
    if status in (-signal.SIGKILL, 128 + signal.SIGKILL):
        return Ended(command, E_KIT_ENDLESS, "it took more of the processor than it may", log)
    if status:
        return Ended(command, E_KIT_VERIFY, f"it ended with status {status}", log)
    return Ended(command, None, "", log)


class _Kept:
    """The first and the last of what was said, half of a bound each."""

    def __init__(self, bytes_max: int) -> None:
        self._half = bytes_max // 2
        self._head, self._tail, self._dropped = b"", b"", 0

    def add(self, data: bytes) -> None:
        room = self._half - len(self._head)
        self._head += data[:room] if room > 0 else b""
        self._tail += data[max(room, 0) :]
        if (over := len(self._tail) - self._half) > 0:
            self._dropped += over
            self._tail = self._tail[over:]

    def text(self) -> str:
        middle = f"\n[{self._dropped} bytes left out]\n".encode() if self._dropped else b""
        return (self._head + middle + self._tail).decode(errors="replace").replace("\x00", "�")


async def _drain(stream: asyncio.StreamReader | None, kept: _Kept) -> None:
    while stream is not None and (data := await stream.read(16_384)):
        kept.add(data)


async def _gather(inlet: int, kept: _Kept) -> None:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    with os.fdopen(inlet, "rb", 0) as pipe:
        transport, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), pipe
        )
        try:
            await _drain(reader, kept)
        finally:
            transport.close()
