"""What a bundle would do to a folder, file by file, and doing exactly that.

A record beside the files says which of them a kit wrote and with which bytes, so a person's changes
are told from the kit's own: they are a conflict, and stay. Each file is written whole or not at
all, and one that is as it should be is not written again, so a plan may be applied twice.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import orjson

from evigate.base.canonical import content_hash, sha256_hex
from evigate.base.errors import EvigateError
from evigate.studio.kits.errors import E_KIT_OUTSIDE, E_KIT_TARGET
from evigate.studio.kits.rendering import Bundle

Action = Literal["create", "update", "delete", "no-op", "conflict"]
RECORD = ".evigate-kit.json"


@dataclass(frozen=True, slots=True)
class Item:
    """What becomes of one file; `why` says it for a conflict."""

    path: str
    action: Action
    why: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of each file, by path; `digest` names exactly this plan of these bytes."""

    items: tuple[Item, ...]
    digest: str

    def count(self, action: Action) -> int:
        """Return how many files have an action."""
        return sum(each.action == action for each in self.items)


def make_plan(bundle: Bundle, target: Path) -> Plan:
    """
    Compare a bundle with a folder, which need not be there yet.

    Raises:
        EvigateError[E_KIT_TARGET]: the target is a file.
    """
    if target.exists() and not target.is_dir():
        raise EvigateError(E_KIT_TARGET, f"{target.name!r} is no folder.")
    items = tuple(_items(bundle.files, _record(target), target))
    facts = [(each.path, each.action, each.why) for each in items]
    return Plan(items, content_hash({"bundle": bundle.digest, "items": facts}))


def apply_plan(plan: Plan, bundle: Bundle, target: Path) -> int:
    """
    Do what a plan says and return how many files changed; conflicts stay as they are.

    Raises:
        EvigateError[E_KIT_OUTSIDE]: a folder in the target is a link that leads out of it.
        EvigateError[E_KIT_TARGET]: a file cannot be written.
    """
    files, changed = bundle.files, 0
    record = dict(_record(target))
    try:
        target.mkdir(parents=True, exist_ok=True)
        for item in plan.items:
            place = _place(target, item.path)
            if item.action in ("create", "update"):
                _write(place, files[item.path])
                changed += 1
            elif item.action == "delete":
                place.unlink(missing_ok=True)
                changed += 1
            if item.path not in files and item.action != "conflict":
                record.pop(item.path, None)
            elif item.action != "conflict":
                record[item.path] = sha256_hex(files[item.path])
            _write(target / RECORD, _record_bytes(bundle, record))
    except OSError as error:
        raise EvigateError(E_KIT_TARGET, f"It could not be written: {error.strerror}.") from error
    return changed


def _items(files: Mapping[str, bytes], record: Mapping[str, str], target: Path) -> Iterator[Item]:
    for path in sorted({*files, *record}):
        place = target / path
        present = sha256_hex(place.read_bytes()) if place.is_file() else None
        wanted = sha256_hex(files[path]) if path in files else None
        yield Item(path, *_action(present, wanted, record.get(path)))


def _action(present: str | None, wanted: str | None, recorded: str | None) -> tuple[Action, str]:
    if present == wanted:
        return "no-op", ""
    if present is None:
        return "create", ""
    if recorded is None:
        return "conflict", "it was there before and no kit wrote it"
    if present != recorded:
        return "conflict", "somebody changed it since a kit wrote it"
    return ("delete", "") if wanted is None else ("update", "")


def _record(target: Path) -> dict[str, str]:
    try:
        raw = orjson.loads((target / RECORD).read_bytes())
        return {str(path): str(digest) for path, digest in raw["files"].items()}
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (orjson.JSONDecodeError, KeyError, AttributeError, TypeError) as error:
        message = f"{RECORD} in the target is damaged; remove it to have its files asked about."
        raise EvigateError(E_KIT_TARGET, message) from error


def _record_bytes(bundle: Bundle, record: Mapping[str, str]) -> bytes:
    kit = {"id": bundle.kit_id, "version": bundle.kit_version}
    return orjson.dumps(
        {"kit": kit, "files": dict(sorted(record.items()))}, option=orjson.OPT_INDENT_2
    )


def _place(target: Path, path: str) -> Path:
    place = target / path
    if not place.parent.resolve().is_relative_to(target.resolve()) or place.is_symlink():
        raise EvigateError(E_KIT_OUTSIDE, f"{path!r} in the target leads out of it by a link.")
    return place


def _write(place: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=".evigate-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
