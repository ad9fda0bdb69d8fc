"""What a notebook needs installed, and a hash of what really is.

The hash covers what can change a result: the interpreter, the platform, every installed
distribution that the notebook's imports reach with the digests of its files, and the recipes' code.
"""

import re
import sysconfig
from collections.abc import Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from evigate.base.canonical import content_hash, sha256_hex
from evigate.kernel.sandbox import Interpreter, present_interpreter
from evigate.papers.plan.complete import complete_plan, runnable_models
from evigate.papers.plan.models import Plan

# The distributions that a notebook's import lines name, and the kernel that runs it.
DIRECT = ("numpy", "scikit-learn", "matplotlib", "ipython", "ipykernel")
_NAME = re.compile(r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)")


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _needs(distribution: metadata.Distribution) -> list[str]:
    """Names of what it needs without extras; markers for other platforms are skipped if absent."""
    lines = [line for line in distribution.requires or [] if "extra ==" not in line]
    return [_canonical(match[1]) for line in lines if (match := _NAME.match(line))]


def _packages(plan: Plan) -> tuple[str, ...]:
    """What the plan's recipes need beside the direct distributions, sorted."""
    recipes = [recipe for _, recipe, _ in runnable_models(complete_plan(plan))]
    return tuple(sorted({name for recipe in recipes for name in recipe.packages}))


def _find(name: str, site: Path | None) -> metadata.Distribution | None:
    """Return a distribution of a folder, or of this process where there is no folder."""
    if site is None:
        try:
            return metadata.distribution(name)
        except metadata.PackageNotFoundError:
            return None
    return next(iter(metadata.Distribution.discover(name=name, path=[str(site)])), None)


@cache
def _installed(more: tuple[str, ...], site: Path | None) -> tuple[metadata.Distribution, ...]:
    """The direct distributions, some more, and all that they need, sorted by name."""
    found: dict[str, metadata.Distribution] = {}
    waiting = [*DIRECT, *more]
    while waiting:
        name = waiting.pop()
        distribution = None if name in found else _find(name, site)
        if distribution is not None:
            found[name] = distribution
            waiting += _needs(distribution)
    return tuple(found[name] for name in sorted(found))


def _files_digest(distribution: metadata.Distribution) -> str:
    """A digest of the digests of its files; what installing adds for itself is left out."""
    record = distribution.read_text("RECORD") or ""
    lines = sorted(
        line
        for line in record.splitlines()
        if ",sha256=" in line and not re.search(r"\.dist-info/|/bin/|\.pyc,", line)
    )
    return sha256_hex("\n".join(lines).encode())


@cache
def _packages_of(more: tuple[str, ...], site: Path | None) -> tuple[dict[str, str], ...]:
    return tuple(_pinned(each) for each in _installed(more, site))


def _pinned(distribution: metadata.Distribution) -> dict[str, str]:
    return {
        "name": _canonical(distribution.name),
        "version": distribution.version,
        "sha256": _files_digest(distribution),
    }


def requirements_txt(plan: Plan) -> str:
    """
    Return the pinned versions, as installed, of what the plan's notebook imports and their needs.

    One `name==version` a line, sorted, with a heading that names the interpreter; the same for all
    plans of one installation whose recipes need no more than the libraries that all notebooks do.
    """
    titles = ", ".join(recipe.title for _, recipe, _ in runnable_models(complete_plan(plan)))
    pins = [f"{_canonical(d.name)}=={d.version}" for d in _installed(_packages(plan), None)]
    return "\n".join([f"# Python {present_interpreter().version}; {titles}", *pins, ""])


def environment_lock(plan: Plan, interpreter: Interpreter | None = None) -> dict[str, Any]:
    """Return what the plan's notebook runs in: the interpreter, the platform, each distribution.

    `packages` are by name, with the digest of their files; `recipes` are not part of it. Without
    an interpreter it is of the one that this process runs in.
    """
    interpreter = interpreter or present_interpreter()
    return _lock(interpreter, _packages_of(_packages(plan), interpreter.site))


def lock_of(names: Sequence[str], interpreter: Interpreter) -> dict[str, Any]:
    """Return the lock of these distributions as an interpreter has them; those it lacks are out."""
    found = [_find(name, interpreter.site) for name in sorted(names)]
    return _lock(interpreter, [_pinned(each) for each in found if each is not None])


def _lock(interpreter: Interpreter, packages: Sequence[dict[str, str]]) -> dict[str, Any]:
    return {
        "python": interpreter.version,
        "platform": sysconfig.get_platform(),
        "packages": [dict(each) for each in packages],
    }


def environment_hash(plan: Plan, interpreter: Interpreter | None = None) -> str:
    """
    Return the SHA-256, as hex, of the environment that the plan's notebook runs in.

    It changes with the interpreter, the platform, any installed file that the imports reach, and
    the recipes that the plan uses; it does not change with seeds, claims or wording.
    """
    recipes = {recipe.name: recipe.code for _, recipe, _ in runnable_models(complete_plan(plan))}
    lock = environment_lock(plan, interpreter)
    return content_hash(
        {
            "python": lock["python"],
            "platform": lock["platform"],
            "installed": [f"{p['name']}=={p['version']} {p['sha256']}" for p in lock["packages"]],
            "recipes": {name: sha256_hex(code.encode()) for name, code in recipes.items()},
        }
    )
