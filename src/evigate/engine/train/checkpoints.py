"""States of a training on disk: one file an epoch, whole or absent, found again after a death.

A file's name ends with the beginning of its digest, and its heading names the digest of what is
being learnt: a state of other data, or a damaged one, is passed over.
"""

from pathlib import Path

from evigate.base.canonical import sha256_hex
from evigate.engine.models.arrays import NotArrays, pack, unpack
from evigate.engine.tables.files import write_file
from evigate.engine.train.learning import State

KEPT_MAX = 2
STEM = "state"


def save_state(folder: Path, state: State, data_digest: str) -> None:
    """Write a state durably, and remove all but the newest two of the folder."""
    heading, arrays = state.packed()
    data = pack({**heading, "data": data_digest}, arrays)
    write_file(folder, f"{STEM}-{state.epoch:06d}", ".evg", lambda file: file.write(data))
    for path in sorted(folder.glob(f"{STEM}-*.evg"))[:-KEPT_MAX]:
        path.unlink(missing_ok=True)


def newest_state(job_folder: Path, data_digest: str) -> State | None:
    """Return the furthest state that any attempt at a job left of the same data; None if none."""
    paths = job_folder.glob(f"*/{STEM}-*.evg")
    for path in sorted(paths, key=lambda each: each.name, reverse=True):
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            continue
        if not path.stem.endswith(sha256_hex(data)[:20]):
            continue
        try:
            heading, arrays = unpack(data)
        except NotArrays:
            continue
        if heading["data"] == data_digest:
            return State.unpacked(heading, arrays)
    return None
