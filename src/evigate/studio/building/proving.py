"""Running a bundle's own tests, in a folder that is thrown away, with nothing of ours around them.

What runs was made by a kit: it gets an empty environment, a time limit, and a folder of its own.
"""

import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from evigate.studio.building.models import Proof
from evigate.studio.kits.manifest import Verify
from evigate.studio.kits.planning import apply_plan, make_plan
from evigate.studio.kits.rendering import Bundle

TOLD_CHARACTERS = 3000


def prove(bundle: Bundle, verify: Verify) -> tuple[Proof, ...]:
    """
    Run a kit's `verify` commands over a bundle, in order, up to the first that fails.

    Returns:
        One proof for each command that was run; empty where the kit names none.
    """
    if not verify.run:
        return ()
    with tempfile.TemporaryDirectory(prefix="evigate-bundle-") as name:
        folder = Path(name)
        apply_plan(make_plan(bundle, folder), bundle, folder)
        return tuple(_runs(verify, folder))


def _runs(verify: Verify, folder: Path) -> Iterator[Proof]:
    for command in verify.run:
        proof = _run(command, folder, verify.timeout_s)
        yield proof
        if not proof.is_passed:
            return


def _run(command: str, folder: Path, timeout_s: int) -> Proof:
    try:
        done = subprocess.run(
            _words(command),
            cwd=folder,
            env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Proof(command, is_passed=False, told=f"It did not end within {timeout_s} s.")
    except OSError as error:
        return Proof(command, is_passed=False, told=f"It could not be run: {error.strerror}.")
    told = done.stdout.decode(errors="replace").strip()[-TOLD_CHARACTERS:]
    return Proof(command, is_passed=done.returncode == 0, told=told)


def _words(command: str) -> Sequence[str]:
    words = shlex.split(command)
    return [sys.executable if word == "python" else word for word in words[:1]] + words[1:]
