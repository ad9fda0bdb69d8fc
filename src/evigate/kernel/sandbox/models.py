"""How strongly code is kept in, and what it may use."""

from dataclasses import dataclass
from enum import StrEnum

MIB = 1024 * 1024


class SandboxLevel(StrEnum):
    """
    What keeps a process in, strongest first.

    `bubblewrap`: own user, network, process and mount namespaces; the file system is read-only and
    holds only the interpreter. `unshare`: own user, network and process namespaces; landlock for
    files. `landlock`: landlock for files, a seccomp filter against sockets. All have rlimits.
    """

    BUBBLEWRAP = "bubblewrap"
    UNSHARE = "unshare"
    LANDLOCK = "landlock"


@dataclass(frozen=True, slots=True)
class RunLimits:
    """
    What a run may use, beside its budget of seconds.

    `level` forces one sandbox level (None takes the strongest that works here). The log's and the
    events' caps are the seed's. `disk_bytes` and `disk_names` hold for all that stands in the run's
    folders at once; `is_gpu_allowed` leaves CUDA to the code.
    """

    memory_bytes: int = 4096 * MIB
    file_bytes: int = 256 * MIB
    process_count: int = 256
    open_files: int = 256
    log_bytes: int = 2 * MIB
    events_bytes: int = 5 * MIB
    outputs_bytes: int = 8 * MIB
    metrics_bytes: int = 8 * MIB
    disk_bytes: int = 1024 * MIB
    disk_names: int = 20_000
    is_gpu_allowed: bool = False
    level: SandboxLevel | None = None
