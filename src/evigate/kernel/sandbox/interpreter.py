"""Which Python a process runs in: this process's own, or one built from a lock."""

import os
import platform
import site
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Interpreter:
    """
    A Python and where its libraries are.

    `site` is the folder of its distributions, None for this process's own Python. `directories`
    hold the interpreter and its libraries, literal and resolved: what a process must be able to
    read.
    """

    executable: Path
    version: str
    directories: tuple[str, ...]
    site: Path | None = None


def present_interpreter() -> Interpreter:
    """Return the Python that this process runs in."""
    executable = Path(sys.executable)
    places = [sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix]
    places += [str(executable.parent), str(executable.resolve().parent)]
    places += [path for path in site.getsitepackages() if os.path.isdir(path)]
    return Interpreter(executable, platform.python_version(), both_forms(places))


def both_forms(places: Iterable[str]) -> tuple[str, ...]:
    """Return places as written and with links followed, sorted, each once; roots are left out."""
    both = {form for place in places for form in (place, os.path.realpath(place))}
    return tuple(sorted(both - {"/", ""}))
