"""What a notebook needs installed, and a hash of what really is.

The hash covers what can change a result: the interpreter, the platform, every installed
distribution that the notebook's imports reach with the digests of its files, and the recipes' code.
"""

import platform
import re
import sysconfig
from functools import cache
from importlib import metadata

from evigate.base.canonical import content_hash, sha256_hex
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


@cache
def _installed() -> tuple[metadata.Distribution, ...]:
    """The direct distributions and all that they need, sorted by name."""
    found: dict[str, metadata.Distribution] = {}
    waiting = list(DIRECT)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        try:
            found[name] = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        waiting += _needs(found[name])
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
def _installed_lines() -> tuple[str, ...]:
    return tuple(
        f"{_canonical(distribution.name)}=={distribution.version} {_files_digest(distribution)}"
        for distribution in _installed()
    )


def requirements_txt(plan: Plan) -> str:
    """
    Return the pinned versions, as installed, of what the plan's notebook imports and their needs.

    One `name==version` a line, sorted, with a heading that names the interpreter; the same for all
    plans of one installation, because all notebooks import the same libraries.
    """
    titles = ", ".join(recipe.title for _, recipe, _ in runnable_models(complete_plan(plan)))
    pins = [f"{_canonical(d.name)}=={d.version}" for d in _installed()]
    return "\n".join([f"# Python {platform.python_version()}; {titles}", *pins, ""])


def environment_hash(plan: Plan) -> str:
    """
    Return the SHA-256, as hex, of the environment that the plan's notebook runs in.

    It changes with the interpreter, the platform, any installed file that the imports reach, and
    the recipes that the plan uses; it does not change with seeds, claims or wording.
    """
    recipes = {recipe.name: recipe.code for _, recipe, _ in runnable_models(complete_plan(plan))}
    return content_hash(
        {
            "python": platform.python_version(),
            "platform": sysconfig.get_platform(),
            "installed": list(_installed_lines()),
            "recipes": {name: sha256_hex(code.encode()) for name, code in recipes.items()},
        }
    )
