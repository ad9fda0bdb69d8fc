"""The one file that knows uv: a virtual environment of exactly the versions named.

Its ordinary settings hold (`UV_INDEX_URL`, `UV_FIND_LINKS`, `UV_OFFLINE`, uv.toml). Wheels alone
are installed: building one would run its authors' code outside of any sandbox.
"""

import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from evigate.base.errors import EvigateError
from evigate.papers.errors import (
    E_ENVIRONMENT_TOOL,
    E_ENVIRONMENT_UNAVAILABLE,
)

BUILD_S_MAX = 1800.0
PROBE_S_MAX = 120.0
SAID_MAX = 600


def find_uv() -> str:
    """
    Return the path of uv.

    Raises:
        EvigateError[E_ENVIRONMENT_TOOL]: it is not on the path.
    """
    found = shutil.which("uv")
    if found is None:
        raise EvigateError(E_ENVIRONMENT_TOOL, "uv is not on the path of this process.")
    return found


def create(folder: Path, python: str) -> None:
    """
    Make an empty virtual environment with this version of Python; blocks.

    Raises:
        EvigateError[E_ENVIRONMENT_UNAVAILABLE]: uv finds no such Python.
    """
    done = _run("venv", "--no-project", "--clear", "--relocatable", "--python", python, str(folder))
    if done.returncode != 0:
        message = f"Python {python} cannot be had: {_said(done)}"
        raise EvigateError(
            E_ENVIRONMENT_UNAVAILABLE, message, detail={"missing": [f"python=={python}"]}
        )


def install(folder: Path, versions: Mapping[str, str], tell: Callable[[str], None]) -> None:
    """
    Install these distributions and no other into a virtual environment; blocks.

    Raises:
        EvigateError[E_ENVIRONMENT_UNAVAILABLE]: some cannot be had; `detail["missing"]` names them.
    """
    pins = [f"{name}=={version}" for name, version in sorted(versions.items())]
    done = _install(folder, pins)
    if done.returncode == 0:
        return
    tell("Not every version can be had; looking which")
    missing = [pin for pin in pins if _install(folder, [pin], "--dry-run").returncode != 0]
    named = ", ".join(missing) or "no single one of them"
    raise EvigateError(
        E_ENVIRONMENT_UNAVAILABLE,
        f"Cannot be had as a wheel for this Python and platform: {named}. uv said: {_said(done)}",
        detail={"missing": missing},
    )


def _install(folder: Path, pins: list[str], *more: str) -> subprocess.CompletedProcess[bytes]:
    python = str(folder / "bin" / "python")
    words = ("pip", "install", "--python", python, "--no-deps", "--no-build", *more, "--", *pins)
    return _run(*words, timeout_s=PROBE_S_MAX if more else BUILD_S_MAX)


def _run(*words: str, timeout_s: float = BUILD_S_MAX) -> subprocess.CompletedProcess[bytes]:
    command = [find_uv(), "--no-progress", "--color", "never", *words]
    try:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        message = f"uv did not end within {timeout_s:g} seconds."
        raise EvigateError(E_ENVIRONMENT_UNAVAILABLE, message) from error


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    text = " ".join(done.stderr.decode(errors="replace").split())
    return text[:SAID_MAX] or f"exit {done.returncode}"
