"""Where other people's code is kept: which level works here, and the command that builds it.

A level counts as working only after it was really tried: a probe inside it must fail to reach the
network, to write outside its folder and to read a file it was not given.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from evigate.base.errors import EvigateError
from evigate.kernel.sandbox import launch
from evigate.kernel.sandbox.errors import E_SANDBOX_UNAVAILABLE
from evigate.kernel.sandbox.interpreter import Interpreter, present_interpreter
from evigate.kernel.sandbox.models import RunLimits, SandboxLevel

PROBE_S = 20.0
_SYSTEM_DIRECTORIES = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store")
_SYSTEM_FILES = (
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/alternatives",
    "/etc/localtime",
    "/etc/fonts",
)
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


@dataclass(frozen=True, slots=True)
class Rooms:
    """
    The two folders a process may write: its work, and a scratch for sockets and caches.

    `data` is a folder that it may read and not write, None if the run needs no data of ours.
    `interpreter` is the Python that it runs in, None for ours.
    """

    work: Path
    scratch: Path
    data: Path | None = None
    interpreter: Interpreter | None = None


def interpreter_directories(other: Interpreter | None = None) -> list[str]:
    """
    Return the folders that hold our interpreter and its libraries, and those of another.

    Ours starts what gives up rights, so a process of another interpreter needs both. Folders of the
    system, which every process sees, and folders within others are left out.
    """
    places = {*present_interpreter().directories, *(other.directories if other else ())}
    system = tuple(f"{directory}/" for directory in _SYSTEM_DIRECTORIES)
    outside = sorted(p for p in places if not p.startswith(system) and p not in _SYSTEM_DIRECTORIES)
    return [p for p in outside if not any(p.startswith(f"{each}/") for each in outside)]


def process_environment(rooms: Rooms) -> dict[str, str]:
    """Return the whole environment of a process: nothing of ours, threads and hashes fixed."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": str(rooms.work),
        "TMPDIR": str(rooms.scratch),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONNOUSERSITE": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "NUMEXPR_NUM_THREADS": "1",
        "JOBLIB_MULTIPROCESSING": "0",
        "SOURCE_DATE_EPOCH": "0",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
    }


def _rlimits(limits: RunLimits, level: SandboxLevel, cpu_s: int) -> dict[str, int]:
    values = {
        "RLIMIT_AS": limits.memory_bytes,
        "RLIMIT_FSIZE": limits.file_bytes,
        "RLIMIT_NOFILE": limits.open_files,
        "RLIMIT_CPU": cpu_s,
        "RLIMIT_CORE": 0,
    }
    # Without a user namespace the count is over all processes of the user, ours among them.
    if level is SandboxLevel.BUBBLEWRAP:
        values["RLIMIT_NPROC"] = limits.process_count
    return values


def gpu_devices() -> list[str]:
    """Return the device files of this machine's GPUs."""
    return sorted(str(path) for path in Path("/dev").glob("nvidia*") if not path.is_dir())


def _bubblewrap(rooms: Rooms, limits: RunLimits) -> list[str]:
    command = [shutil.which("bwrap") or "bwrap", "--unshare-all", "--die-with-parent"]
    command += ["--new-session", "--uid", "65534", "--gid", "65534", "--cap-drop", "ALL"]
    for directory in _SYSTEM_DIRECTORIES:
        if os.path.islink(directory):
            command += ["--symlink", os.readlink(directory), directory]
        elif os.path.isdir(directory):
            command += ["--ro-bind", directory, directory]
    for path in _SYSTEM_FILES:
        command += ["--ro-bind-try", path, path]
    # A folder in memory that a run could fill is none of its own: it is read-only.
    command += ["--proc", "/proc", "--dev", "/dev"]
    for device in gpu_devices() if limits.is_gpu_allowed else []:
        command += ["--dev-bind-try", device, device]
    command += ["--remount-ro", "/dev"]
    for directory in interpreter_directories(rooms.interpreter):
        command += ["--ro-bind", directory, directory]
    command += ["--ro-bind", launch.__file__, launch.__file__]
    for room in (rooms.work, rooms.scratch):
        command += ["--bind", str(room), str(room)]
    if rooms.data is not None:
        command += ["--ro-bind", str(rooms.data), str(rooms.data)]
    return [*command, "--remount-ro", "/", "--chdir", str(rooms.work), "--"]


def readable_places(rooms: Rooms) -> list[str]:
    """Return what a process may read beside its own two folders: data, system, interpreter."""
    return [
        *([str(rooms.data)] if rooms.data is not None else []),
        *_SYSTEM_DIRECTORIES,
        *_SYSTEM_FILES,
        *interpreter_directories(rooms.interpreter),
        launch.__file__,
        "/proc",
        "/sys/devices/system/cpu",
    ]


def sandbox_command(
    level: SandboxLevel, argv: Sequence[str], rooms: Rooms, limits: RunLimits, *, cpu_s: int
) -> list[str]:
    """
    Return the command that runs `argv` inside a level.

    `argv[0]` is an absolute path. The command must be started by the process that is to own it:
    when that process dies, so does everything inside.
    """
    is_bubblewrap = level is SandboxLevel.BUBBLEWRAP
    order: dict[str, Any] = {
        "argv": list(argv),
        "rlimits": _rlimits(limits, level, cpu_s),
        "parent": None if is_bubblewrap else os.getpid(),
        "namespaces": level is SandboxLevel.UNSHARE,
        "landlock": None
        if is_bubblewrap
        else {
            "read": readable_places(rooms),
            "write": [str(rooms.work), str(rooms.scratch), *_DEVICES],
        },
        "seccomp": "wanted" if is_bubblewrap else "needed",
    }
    inner = [sys.executable, "-I", launch.__file__, json.dumps(order)]
    return [*_bubblewrap(rooms, limits), *inner] if is_bubblewrap else inner


_PROBE = """
import os, socket, sys
secret, work = sys.argv[1:]
open(os.path.join(work, "probe"), "w").write("ok")
for attempt in (
    lambda: open(secret).read(),
    lambda: open(os.path.join(os.path.dirname(secret), "written"), "w"),
    lambda: socket.create_connection(("198.51.100.1", 9), timeout=2),
):
    try:
        attempt()
    except TimeoutError:
        sys.exit("the network was tried, not refused")
    except OSError:
        continue
    sys.exit("something was allowed")
print("kept in")
"""


def probe_level(level: SandboxLevel) -> str | None:
    """Try a level for real; return None if it keeps a process in, else what went wrong."""
    if level is SandboxLevel.BUBBLEWRAP and shutil.which("bwrap") is None:
        return "bubblewrap is not installed"
    if level is not SandboxLevel.BUBBLEWRAP and launch.landlock_abi() < 1:
        return "this kernel has no landlock"
    with tempfile.TemporaryDirectory(prefix="evigate-probe-") as directory:
        base = Path(directory)
        rooms = Rooms(base / "work", base / "scratch")
        rooms.work.mkdir()
        rooms.scratch.mkdir()
        secret = base / "secret"
        secret.write_text("not for the sandbox")
        argv = [sys.executable, "-I", "-c", _PROBE, str(secret), str(rooms.work)]
        command = sandbox_command(level, argv, rooms, RunLimits(), cpu_s=60)
        try:
            done = subprocess.run(
                command,
                env=process_environment(rooms),
                cwd=rooms.work,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=PROBE_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return str(error)
        if done.returncode == 0 and done.stdout.strip() == b"kept in":
            return None
        return done.stderr.decode(errors="replace").strip()[-500:] or f"exit {done.returncode}"


@cache
def _working_level() -> tuple[SandboxLevel | None, tuple[str, ...]]:
    faults: list[str] = []
    for level in SandboxLevel:
        fault = probe_level(level)
        if fault is None:
            return level, tuple(faults)
        faults.append(f"{level.value}: {fault}")
    return None, tuple(faults)


def strongest_level() -> SandboxLevel:
    """
    Return the strongest level that works on this machine; tried once a process, then remembered.

    Blocks for up to a minute at the first call.

    Raises:
        EvigateError[E_SANDBOX_UNAVAILABLE]: none works; the message says why for each.
    """
    level, faults = _working_level()
    if level is None:
        raise EvigateError(E_SANDBOX_UNAVAILABLE, "No sandbox works here: " + "; ".join(faults))
    return level
