"""Locks as values and what differs between two; pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from evigate.base.canonical import content_hash
from evigate.base.errors import EvigateError
from evigate.papers.errors import E_ENVIRONMENT_INVALID

PACKAGES_MAX = 1000
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.!+_-]*")
_PYTHON = re.compile(r"\d+\.\d+\.\d+\S{0,20}")


@dataclass(frozen=True, slots=True)
class Locked:
    """One distribution: its version and a digest over its installed files."""

    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Lock:
    """The interpreter's version, the platform, and each distribution by its canonical name."""

    python: str
    platform: str
    packages: Mapping[str, Locked]

    @property
    def key(self) -> str:
        """A hash of all that it says, as hex."""
        pinned = {name: [each.version, each.sha256] for name, each in self.packages.items()}
        return content_hash({"python": self.python, "platform": self.platform, "packages": pinned})


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as the lock says; None where one side has none.

    `name` is a distribution, `python` or `platform`. Two equal versions differ if their files do;
    then both sides carry the beginning of the files' digest.
    """

    name: str
    locked: str | None
    present: str | None


def parse_lock(document: object) -> Lock:
    """
    Read a lock, as `environment_lock` writes it.

    Raises:
        EvigateError[E_ENVIRONMENT_INVALID]: it is none; the message names what is wrong.
    """
    if not isinstance(document, Mapping):
        raise _invalid("it is no object")
    python, packages = document.get("python"), document.get("packages")
    if not isinstance(python, str) or not _PYTHON.fullmatch(python):
        raise _invalid(f"its Python is {python!r}")
    if not isinstance(packages, list) or len(packages) > PACKAGES_MAX:
        raise _invalid("it has no list of packages")
    found: dict[str, Locked] = {}
    for each in packages:
        name, version, digest = (
            (each.get("name"), each.get("version"), each.get("sha256"))
            if isinstance(each, Mapping)
            else (None, None, None)
        )
        is_named = isinstance(name, str) and _NAME.fullmatch(name)
        if not is_named or not isinstance(version, str) or not _VERSION.fullmatch(version):
            raise _invalid(f"{name!r} in version {version!r} is no distribution")
        found[str(name)] = Locked(version, str(digest or ""))
    return Lock(python, str(document.get("platform") or ""), found)


def _invalid(what: str) -> EvigateError:
    return EvigateError(E_ENVIRONMENT_INVALID, f"This is no lock of an environment: {what}.")


def differences(locked: Lock, present: Lock) -> tuple[Difference, ...]:
    """
    Return what of a lock is otherwise in another: Python, platform, then packages by name.

    A package that only `present` has is no difference: the run did not need it.
    """
    found = [
        Difference(name, one, other)
        for name, one, other in (
            ("python", locked.python, present.python),
            ("platform", locked.platform, present.platform),
        )
        if one != other
    ]
    for name, each in sorted(locked.packages.items()):
        other = present.packages.get(name)
        if other is None:
            found.append(Difference(name, each.version, None))
        elif other.version != each.version:
            found.append(Difference(name, each.version, other.version))
        elif other.sha256 != each.sha256:
            sides = [f"{side.version}, files {side.sha256[:12]}" for side in (each, other)]
            found.append(Difference(name, sides[0], sides[1]))
    return tuple(found)
