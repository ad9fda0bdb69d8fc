"""Looking at a run from outside: how much disk, how many processes, how much memory and CPU.

Limits of the kernel (rlimits) hold for one process or one file; what a notebook may use in all is
seen here, several times a second, and a run beyond it is ended.
"""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@dataclass(frozen=True, slots=True)
class DiskUse:
    """What a folder holds: bytes on disk, and names; both stop being counted at their limits."""

    size_bytes: int
    name_count: int


@dataclass(frozen=True, slots=True)
class ProcessUse:
    """A process and all that descend from it, at one moment."""

    count: int
    memory_bytes: int
    cpu_s: float


def disk_use(folders: list[Path], *, bytes_max: int, names_max: int) -> DiskUse:
    """Return what folders hold, links not followed; counting ends once a limit is passed."""
    size, names = 0, 0
    waiting = [str(folder) for folder in folders]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as found:
                for entry in found:
                    names += 1
                    try:
                        status = entry.stat(follow_symlinks=False)
                    except OSError:
                        continue
                    size += status.st_blocks * 512
                    if stat.S_ISDIR(status.st_mode):
                        waiting.append(entry.path)
                    if size > bytes_max or names > names_max:
                        return DiskUse(size, names)
        except OSError:
            continue
    return DiskUse(size, names)


def process_use(root: int) -> ProcessUse | None:
    """Return the use of a process tree; None where /proc does not say.

    Memory is the resident pages, counted for each process, so what is shared counts more than once.
    """
    try:
        pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return None
    parents: dict[int, int] = {}
    fields: dict[int, tuple[int, float]] = {}
    for pid in pids:
        try:
            text = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            continue
        # The name, in brackets, may hold blanks and brackets of its own.
        rest = text[text.rindex(")") + 2 :].split()
        parents[pid] = int(rest[1])
        ticks = int(rest[11]) + int(rest[12]) + int(rest[13]) + int(rest[14])
        fields[pid] = (int(rest[21]) * os.sysconf("SC_PAGE_SIZE"), ticks / _TICK)
    tree = _descendants(root, parents)
    mine = [fields[pid] for pid in tree if pid in fields]
    return ProcessUse(len(mine), sum(memory for memory, _ in mine), sum(cpu for _, cpu in mine))


def _descendants(root: int, parents: dict[int, int]) -> set[int]:
    children: dict[int, list[int]] = {}
    for pid, parent in parents.items():
        children.setdefault(parent, []).append(pid)
    found, waiting = set(), [root]
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.add(pid)
            waiting += children.get(pid, [])
    return found
