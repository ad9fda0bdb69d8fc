"""Build an environment from a lock, once: a folder named by the lock's hash."""

import json
import os
import shutil
import sysconfig
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from evigate.base.clock import utc_now
from evigate.base.errors import EvigateError
from evigate.kernel.sandbox import Interpreter, both_forms
from evigate.papers.environments import uv
from evigate.papers.environments.models import Difference, Lock, differences, parse_lock
from evigate.papers.errors import E_ENVIRONMENT_UNAVAILABLE
from evigate.papers.notebook import lock_of

MARK = "evigate-lock.json"
# What the sandbox starts and speaks to; a lock without it is of no notebook's run.
KERNEL = "ipykernel"
# Each is half a gigabyte where uv's cache is on another disk.
KEPT_MAX = 8
UNUSED_S_MIN = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class BuildReport:
    """An environment that is ready: its Python, and what is still otherwise than the lock says.

    What is left are other files under the same versions, or another platform; never a version.
    """

    interpreter: Interpreter
    remaining: tuple[Difference, ...]
    was_there: bool


def _folder(parent: Path, lock: Lock) -> Path:
    return parent / lock.key[:32]


def is_built(parent: Path, lock: Lock) -> bool:
    """Whether the lock's environment stands complete in this folder of environments."""
    return (_folder(parent, lock) / MARK).is_file()


def ensure_environment(
    parent: Path, lock: Lock, tell: Callable[[str], None] = lambda text: None
) -> BuildReport:
    """
    Return the lock's environment, built first where it is not there; blocks, minutes at worst.

    It is built in a folder of its own and moved into place whole, so that two builders at once
    and one that is killed leave nothing half.

    Raises:
        EvigateError[E_ENVIRONMENT_TOOL]: it must be built, and uv is not here.
        EvigateError[E_ENVIRONMENT_UNAVAILABLE]: the Python or a version cannot be had; named.
    """
    folder = _folder(parent, lock)
    was_there = is_built(parent, lock)
    if not was_there:
        parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".building-", dir=parent))
        try:
            _forget_old(parent)
            _build(draft, lock, tell)
            _place(draft, folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    (folder / MARK).touch()
    interpreter = _interpreter(folder, lock)
    present = parse_lock(lock_of(list(lock.packages), interpreter))
    left = differences(lock, present)
    wrong = [each for each in left if _is_version(each, lock)]
    if wrong:
        shutil.rmtree(folder, ignore_errors=True)
        names = ", ".join(f"{each.name} ({each.present})" for each in wrong)
        message = f"The environment came out otherwise than its lock says: {names}."
        raise EvigateError(E_ENVIRONMENT_UNAVAILABLE, message)
    return BuildReport(interpreter, left, was_there)


def _is_version(found: Difference, lock: Lock) -> bool:
    """Whether a difference is of what was asked for: Python's or a distribution's version."""
    locked = lock.packages.get(found.name)
    return found.name != "platform" and (locked is None or found.locked == locked.version)


def _build(draft: Path, lock: Lock, tell: Callable[[str], None]) -> None:
    if KERNEL not in lock.packages:
        raise EvigateError(
            E_ENVIRONMENT_UNAVAILABLE, f"The lock has no {KERNEL}, which runs notebooks."
        )
    tell(f"Making an environment of Python {lock.python}")
    uv.create(draft, lock.python)
    tell(f"Installing {len(lock.packages)} distributions")
    uv.install(draft, {name: each.version for name, each in lock.packages.items()}, tell)
    pins = {name: each.version for name, each in lock.packages.items()}
    (draft / MARK).write_text(json.dumps({"python": lock.python, "packages": pins}))


def _forget_old(parent: Path) -> None:
    """Make room for one more: remove those not used for longest, none that was used lately."""
    marks = sorted(parent.glob(f"*/{MARK}"), key=lambda mark: -mark.stat().st_mtime)
    oldest_s = utc_now().timestamp() - UNUSED_S_MIN
    for mark in marks[KEPT_MAX - 1 :]:
        if mark.stat().st_mtime < oldest_s:
            shutil.rmtree(mark.parent, ignore_errors=True)


def _place(draft: Path, folder: Path) -> None:
    """Move a built environment into its place, unless another builder was first."""
    draft.chmod(0o755)
    try:
        os.rename(draft, folder)
    except OSError:
        if not (folder / MARK).is_file():
            shutil.rmtree(folder, ignore_errors=True)
            os.rename(draft, folder)


def _interpreter(folder: Path, lock: Lock) -> Interpreter:
    executable = folder / "bin" / "python"
    site = sysconfig.get_path(
        "purelib", "venv", {"base": str(folder), "platbase": str(folder), **_short(lock.python)}
    )
    resolved = executable.resolve()
    # The standard library stands beside the interpreter's own `bin`.
    places = [str(folder), str(resolved.parent), str(resolved.parent.parent)]
    links = [str(_followed(executable).parent), str(_followed(executable).parent.parent)]
    return Interpreter(executable, _version(folder), both_forms([*places, *links]), Path(site))


def _version(folder: Path) -> str:
    """Return the version of Python that an environment was made with."""
    lines = (folder / "pyvenv.cfg").read_text().splitlines()
    facts = {name.strip(): value.strip() for name, _, value in (x.partition("=") for x in lines)}
    return facts.get("version_info") or facts.get("version") or ""


def _short(python: str) -> dict[str, str]:
    return {"py_version_short": ".".join(python.split(".")[:2])}


def _followed(executable: Path) -> Path:
    """Return where a link points, one step."""
    return executable.parent / executable.readlink() if executable.is_symlink() else executable
