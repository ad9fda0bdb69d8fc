"""What code tries that it may not: told by a hook inside its process, for the run's record.

The source of this file runs in the sandbox before the code, so it imports the standard library
alone. It stops nothing, which is the sandbox's work; code that goes past the interpreter can also
go past this. Lines on a pipe are JSON: {"code", "what"}, each code at most `TOLD_MAX` times.
"""

import json
import os
import sys

TOLD_MAX = 5
WHAT_CHARACTERS_MAX = 200
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# Files of the system that libraries look for and that say nothing of who runs this.
_HARMLESS = ("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/mounts",
             "/proc/version", "/proc/sys", "/proc/thread-self", "/proc/filesystems", "/sys",
             "/dev", "/etc/mime.types", "/etc/ld.so", "/etc/localtime", "/etc/fonts",
             "/etc/alternatives", "/etc/matplotlibrc", "/etc/os-release", "/etc/ipython",
             "/etc/jupyter", "/usr/local/etc")  # fmt: skip


def watch(descriptor: int, readable: list[str], writable: list[str]) -> None:
    """Tell of attempts on the pipe `descriptor`; roots are absolute, and hold for good."""
    told: dict[str, int] = {}
    own = os.getpid()
    spell, send, real = json.dumps, os.write, os.path.realpath

    def tell(code: str, what: object) -> None:
        told[code] = told.get(code, 0) + 1
        if told[code] <= TOLD_MAX:
            line = spell({"code": code, "what": str(what)[:WHAT_CHARACTERS_MAX]}) + "\n"
            send(descriptor, line.encode())

    def beneath(path: str, roots: list[str] | tuple[str, ...]) -> bool:
        return any(path == root or path.startswith(root + "/") for root in roots)

    def opened(path: object, flags: object) -> None:
        if not isinstance(path, str | bytes):
            return
        literal = os.path.abspath(os.fsdecode(path))
        if beneath(literal, writable) or beneath(literal, _HARMLESS):
            return
        if isinstance(flags, int) and flags & _WRITES:
            tell("SANDBOX_WRITE_OUTSIDE", literal)
        elif not beneath(literal, readable) and not beneath(real(literal), readable):
            is_own = beneath(literal, (f"/proc/{own}",))
            if not is_own:
                tell("SANDBOX_READ_OUTSIDE", literal)

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            opened(arguments[0], arguments[2])
        elif event in ("socket.connect", "socket.sendto", "socket.bind", "socket.getaddrinfo"):
            address = arguments[0] if event == "socket.getaddrinfo" else arguments[1]
            tell("SANDBOX_NETWORK", address)
        elif event in ("os.kill", "os.killpg") and arguments[0] not in (own, 0):
            tell("SANDBOX_SIGNAL", f"process {arguments[0]}")
        elif event in ("os.fork", "os.forkpty", "os.posix_spawn", "os.system", "subprocess.Popen"):
            what = arguments[0] if arguments else "a copy of itself"
            # Libraries ask these for fonts and the processor, and go on without an answer.
            if what not in ("fc-list", "uname"):
                tell("SANDBOX_PROCESS", what)
        elif event in ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.chmod", "os.chown"):
            path = arguments[0]
            if isinstance(path, str) and not beneath(os.path.abspath(path), writable):
                tell("SANDBOX_WRITE_OUTSIDE", os.path.abspath(path))

    sys.addaudithook(hook)
