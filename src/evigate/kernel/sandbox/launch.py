"""The last step before other people's code: give up rights, then become that process.

Executed as a script by the interpreter inside the sandbox, so it imports the standard library.
Its one argument is a JSON object: `argv`; `rlimits` {name: value}; `parent` (the pid that must be
alive, or null inside a pid namespace); `namespaces`, `landlock` {read, write} or null, `seccomp`
("needed", or "wanted" where another wall stands if this machine has none).
"""

import ctypes
import json
import os
import platform
import resource
import signal
import struct
import sys
from typing import Any

_PR_SET_PDEATHSIG = 1
_PR_SET_SECCOMP = 22
_PR_CAPBSET_DROP = 24
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2
_CAPABILITY_COUNT = 64
_CLONE_FLAGS = 0x10000000 | 0x40000000 | 0x08000000 | 0x20000000  # user, net, ipc, pid

# Landlock's system calls have these numbers on every architecture.
_SYS_CREATE_RULESET, _SYS_ADD_RULE, _SYS_RESTRICT_SELF = 444, 445, 446
_RULE_PATH_BENEATH = 1
_FS_EXECUTE, _FS_READ_FILE, _FS_READ_DIR = 1 << 0, 1 << 2, 1 << 3
_FS_BITS_BY_ABI = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_FILE_ONLY = (1 << 0) | (1 << 1) | (1 << 2) | (1 << 14) | (1 << 15)
_NET_BIND_CONNECT = 0b11
_SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS = 0b11

# Architecture: its audit number and the numbers of calls. io_uring can open sockets as well; a
# process is started by fork, vfork, or by clone without the flag that makes it a thread.
_SECCOMP_ARCH: dict[str, Any] = {
    "x86_64": {
        "arch": 0xC000003E,
        "socket": 41,
        "clone": 56,
        "refused": {"connect": 42, "fork": 57, "vfork": 58},
    },
    "aarch64": {"arch": 0xC00000B7, "socket": 198, "clone": 220, "refused": {"connect": 203}},
}
_SYS_IO_URING_SETUP = 425
_SYS_CLONE3 = 435
_CLONE_THREAD = 0x00010000
_AF_UNIX = 1
_EPERM, _ENOSYS = 1, 38


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def landlock_abi() -> int:
    """Return the version of landlock that this kernel speaks; 0 if none."""
    version = int(_libc().syscall(_SYS_CREATE_RULESET, None, 0, 1))
    return max(version, 0)


def _allow_beneath(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not os.path.isdir(path):
            rights &= _FILE_ONLY
        rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, descriptor))
        _check(
            libc.syscall(_SYS_ADD_RULE, ruleset, _RULE_PATH_BENEATH, rule, 0), f"landlock {path}"
        )
    finally:
        os.close(descriptor)


def restrict_files(read: list[str], write: list[str]) -> None:
    """Let this process and its children read only beneath `read`, write only beneath `write`."""
    libc, abi = _libc(), landlock_abi()
    everything = (1 << _FS_BITS_BY_ABI.get(min(abi, 5), 13)) - 1
    network = _NET_BIND_CONNECT if abi >= 4 else 0
    scope = _SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS if abi >= 6 else 0
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    attributes = ctypes.create_string_buffer(struct.pack("=QQQ", everything, network, scope)[:size])
    ruleset = _check(libc.syscall(_SYS_CREATE_RULESET, attributes, size, 0), "landlock ruleset")
    for path in read:
        _allow_beneath(libc, ruleset, path, _FS_EXECUTE | _FS_READ_FILE | _FS_READ_DIR)
    for path in write:
        _allow_beneath(libc, ruleset, path, everything)
    _check(libc.syscall(_SYS_RESTRICT_SELF, ruleset, 0), "landlock restrict")
    os.close(ruleset)


def _filter(machine: str) -> list[tuple[int, int, int, int]]:
    """Return the filter as instructions (code, jump if true, jump if false, constant)."""
    calls = _SECCOMP_ARCH[machine]
    load, equal, at_least, has_bits, give = 0x20, 0x15, 0x35, 0x45, 0x06
    allow, kill, errno = 0x7FFF0000, 0x80000000, 0x00050000
    refused = [*calls["refused"].values(), _SYS_IO_URING_SETUP]
    # Places of the ends, counted from the first instruction.
    size = 8 + len(refused)
    socket_at, clone_at = size, size + 2
    allow_at, refuse_at, unknown_at = size + 4, size + 5, size + 6
    program: list[tuple[int, int, int, int]] = []

    def jump(code: int, constant: int, target: int, *, otherwise: int | None = None) -> None:
        here = len(program) + 1
        program.append(
            (code, target - here, 0 if otherwise is None else otherwise - here, constant)
        )

    program += [(load, 0, 0, 4), (equal, 1, 0, calls["arch"]), (give, 0, 0, kill), (load, 0, 0, 0)]
    # The x32 calls would slip past the next lines.
    jump(at_least, 0x40000000, refuse_at)
    for number in refused:
        jump(equal, number, refuse_at)
    # The C library falls back to clone, whose flags can be read.
    jump(equal, _SYS_CLONE3, unknown_at)
    jump(equal, calls["socket"], socket_at)
    jump(equal, calls["clone"], clone_at, otherwise=allow_at)
    program.append((load, 0, 0, 16))
    jump(equal, _AF_UNIX, allow_at, otherwise=refuse_at)
    program.append((load, 0, 0, 16))
    jump(has_bits, _CLONE_THREAD, allow_at, otherwise=refuse_at)
    program += [(give, 0, 0, allow), (give, 0, 0, errno | _EPERM), (give, 0, 0, errno | _ENOSYS)]
    return program


def forbid_sockets_and_processes() -> None:
    """Refuse every socket that is not a local one, every connection, and every new process."""
    program = _filter(platform.machine())
    code = b"".join(struct.pack("=HBBI", *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("HxxxxxxP", len(program), ctypes.addressof(buffer))
    argument = ctypes.create_string_buffer(header, len(header))
    _check(_libc().prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, argument, 0, 0), "seccomp")


def _die_with(parent: int | None) -> None:
    _check(_libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "death signal")
    if parent is not None and os.getppid() != parent:
        os._exit(1)


def drop_capabilities() -> None:
    """Leave nothing for the next program to gain; one that never had any keeps none."""
    libc = _libc()
    for capability in range(_CAPABILITY_COUNT):
        libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)


def _enter_namespaces() -> None:
    """Take new user, network, ipc and pid namespaces; go on as the first process of the last."""
    _check(_libc().unshare(_CLONE_FLAGS), "unshare")
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    _die_with(None)


def main() -> None:
    """Do what the argument says, then execute its `argv`."""
    order = json.loads(sys.argv[1])
    _die_with(order["parent"])
    for name, value in order["rlimits"].items():
        number = getattr(resource, name)
        _, hard = resource.getrlimit(number)
        limit = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(number, (limit, limit))
    if order["namespaces"]:
        _enter_namespaces()
    drop_capabilities()
    _check(_libc().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no new privileges")
    if order["landlock"]:
        restrict_files(order["landlock"]["read"], order["landlock"]["write"])
    if order["seccomp"] == "needed" or platform.machine() in _SECCOMP_ARCH:
        forbid_sockets_and_processes()
    os.execv(order["argv"][0], order["argv"])


if __name__ == "__main__":
    main()
