"""A kit as files: read whole, checked whole, never run.

A folder or a zip becomes a mapping of paths to texts; from then on nothing of the file system is
seen, so a kit can reach only what it brought.
"""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files as package_files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from evigate.base.canonical import content_hash
from evigate.base.errors import EvigateError
from evigate.gate.shapes import schema_fault
from evigate.kernel.conditions import Condition, parse_condition
from evigate.studio.kits.errors import E_KIT_INVALID, E_KIT_NOT_FOUND, E_KIT_OUTSIDE
from evigate.studio.kits.manifest import Manifest, read_manifest
from evigate.studio.yamlfiles import parse_yaml

if TYPE_CHECKING:
    from evigate.studio.kits.templates import Templates

MANIFEST = "kit.yaml"
FILES_MAX = 500
BYTES_MAX = 8_000_000
SHIPPED = Path(str(package_files("evigate.studio.kits"))) / "shipped"
SKIPPED = frozenset({".git", "__pycache__", ".DS_Store"})


@dataclass(frozen=True, slots=True)
class CheckRule:
    """A condition that each file of an output must meet, and what to say if it does not."""

    key: str
    must: Condition
    message: str
    is_error: bool


# Where a composite brings along the children that are not shipped.
CHILDREN = "children"


@dataclass(frozen=True)
class Kit:
    """A kit that was read and checked; `files` are its texts by path."""

    manifest: Manifest
    files: Mapping[str, str]
    schema: Mapping[str, Any] | None
    rules: Mapping[str, tuple[CheckRule, ...]]
    children: Mapping[str, "Kit"] = field(default_factory=dict)

    @cached_property
    def templates(self) -> "Templates":
        """The kit's templates, parsed as they are used."""
        # Loaded on use: each command would wait for the template library otherwise.
        from evigate.studio.kits.templates import Templates

        return Templates(self.files)

    @cached_property
    def digest(self) -> str:
        """The hash of all of its files; two kits of one digest make the same of the same."""
        if not self.children:
            return content_hash(dict(self.files))
        own = {name: each.digest for name, each in self.children.items()}
        return content_hash({"files": dict(self.files), "children": own})


def read_folder(root: Path) -> dict[str, str]:
    """
    Return the texts of a folder by their paths, links not followed.

    Raises:
        EvigateError[E_KIT_INVALID]: it is no folder, holds a link or bytes that are no text, or is
            too large.
    """
    if not root.is_dir():
        raise EvigateError(E_KIT_INVALID, f"{root.name!r} is no folder.")
    found: dict[str, str] = {}
    size = 0
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if SKIPPED & set(name.split("/")):
            continue
        if path.is_symlink():
            raise EvigateError(E_KIT_OUTSIDE, f"{name} is a link; a kit holds plain files only.")
        if path.is_file():
            size += path.stat().st_size
            if size > BYTES_MAX or len(found) >= FILES_MAX:
                message = f"The kit has more than {FILES_MAX} files or {BYTES_MAX} bytes."
                raise EvigateError(E_KIT_INVALID, message)
            try:
                found[name] = path.read_text("utf-8")
            except UnicodeDecodeError as error:
                raise EvigateError(E_KIT_INVALID, f"{name} is no UTF-8 text.") from error
    return found


def find_kit(name: str) -> Path:
    """
    Return the folder of a kit: a path to one, or the id of a shipped one.

    Raises:
        EvigateError[E_KIT_NOT_FOUND]: it is neither; the message names the shipped ones.
    """
    path = Path(name)
    if path.is_dir():
        return path
    if name in shipped_kits():
        return SHIPPED / name
    known = ", ".join(shipped_kits())
    raise EvigateError(E_KIT_NOT_FOUND, f"{name!r} is no folder and no shipped kit ({known}).")


def shipped_kits() -> list[str]:
    """Return the ids of the kits that come with the package, in order."""
    return sorted(each.name for each in SHIPPED.iterdir() if (each / MANIFEST).is_file())


def load_kit(files: Mapping[str, str]) -> Kit:
    """
    Check a kit's files and return the kit.

    A composite's child is the kit below `children/ID` of its files, else the shipped one;
    none is a composite itself.

    Raises:
        EvigateError[E_KIT_INVALID | E_KIT_TEMPLATE | E_KIT_OUTSIDE]: naming the file, and the field
            or the line.
        EvigateError[E_KIT_NOT_FOUND]: a child is neither among the files nor shipped.
    """
    if MANIFEST not in files:
        raise EvigateError(E_KIT_INVALID, f"There is no {MANIFEST}.")
    raw = parse_yaml(files[MANIFEST], path=MANIFEST, code=E_KIT_INVALID)
    manifest = read_manifest(raw, path=MANIFEST)
    rules: dict[str, tuple[CheckRule, ...]] = {}
    for output in manifest.outputs:
        place = f"{MANIFEST}: output {output.id}"
        inside(output.path, where=place)
        for path in (output.template, *output.validate_by):
            _needed(files, path, place)
        for path in output.validate_by:
            rules[path] = _rules(files[path], path)
    for path in (*manifest.discovery, *manifest.tests):
        _needed(files, path, MANIFEST)
    kit = Kit(manifest, dict(files), _schema(manifest, files), rules, _children(manifest, files))
    for output in manifest.outputs:
        if output.template is not None:
            kit.templates.check(output.template)
    return kit


def lacking_children(files: Mapping[str, str]) -> list[str]:
    """Return the ids of a composite's children that are neither among its files nor shipped."""
    if MANIFEST not in files:
        return []
    raw = parse_yaml(files[MANIFEST], path=MANIFEST, code=E_KIT_INVALID)
    manifest = read_manifest(raw, path=MANIFEST)
    ids = dict.fromkeys(each.kit for each in manifest.children)
    return [each for each in ids if not child_files(files, each) and each not in shipped_kits()]


def child_files(files: Mapping[str, str], kit_id: str) -> dict[str, str]:
    """Return the files of a child that a composite brings along, by their paths in the child."""
    top = f"{CHILDREN}/{kit_id}/"
    return {path.removeprefix(top): text for path, text in files.items() if path.startswith(top)}


def _children(manifest: Manifest, files: Mapping[str, str]) -> dict[str, Kit]:
    found: dict[str, Kit] = {}
    for child in manifest.children:
        where = f"{MANIFEST}: child {child.kit}"
        inside(child.into, where=where)
        own = child_files(files, child.kit)
        if not own and child.kit not in shipped_kits():
            message = f"{where}: no kit of that id is shipped, nor below {CHILDREN}/{child.kit}."
            raise EvigateError(E_KIT_NOT_FOUND, message)
        kit = load_kit(own or read_folder(SHIPPED / child.kit))
        if own and kit.manifest.id != child.kit:
            message = f"{where}: below {CHILDREN}/{child.kit} is the kit {kit.manifest.id!r}."
            raise EvigateError(E_KIT_INVALID, message)
        if kit.manifest.children:
            raise EvigateError(E_KIT_INVALID, f"{where}: a composite stands in no other.")
        for name, wire in child.given.items():
            outputs = {each.id for each in found[wire.child].manifest.outputs}
            if wire.output not in outputs:
                message = f"{where}: given {name}: {wire.child} has no output {wire.output!r}."
                raise EvigateError(E_KIT_INVALID, message)
        found[child.kit] = kit
    return found


def inside(path: str, *, where: str) -> str:
    """
    Return a path inside the bundle, made plain.

    Raises:
        EvigateError[E_KIT_OUTSIDE]: it is absolute, climbs out, or holds what no path should.
    """
    plain = posixpath.normpath(path)
    is_odd = any(mark in path for mark in ("\\", "\0", ":")) or any(ord(c) < 32 for c in path)
    if path.startswith(("/", "~")) or plain.startswith("..") or plain == "." or is_odd:
        raise EvigateError(E_KIT_OUTSIDE, f"{where}: the path {path!r} leads out of the bundle.")
    return plain


def _needed(files: Mapping[str, str], path: str | None, where: str) -> None:
    if path is not None and path not in files:
        raise EvigateError(E_KIT_INVALID, f"{where}: there is no file {path!r} in the kit.")


def _schema(manifest: Manifest, files: Mapping[str, str]) -> Mapping[str, Any] | None:
    if manifest.inputs is None:
        return None
    path = manifest.inputs.schema_path
    _needed(files, path, f"{MANIFEST}: inputs")
    try:
        schema = orjson.loads(files[path])
    except orjson.JSONDecodeError as error:
        raise EvigateError(E_KIT_INVALID, f"{path}: it is no JSON: {error}.") from error
    fault = schema_fault(schema) if isinstance(schema, dict) else "it is no object"
    if fault is not None:
        raise EvigateError(E_KIT_INVALID, f"{path}: it is no JSON Schema: {fault}.")
    return dict(schema)


def _rules(text: str, path: str) -> tuple[CheckRule, ...]:
    raw = parse_yaml(text, path=path, code=E_KIT_INVALID)
    if not isinstance(raw, list):
        raise EvigateError(E_KIT_INVALID, f"{path}: a list of rules is asked for.")
    return tuple(_rule(each, f"{path}: rule {number}") for number, each in enumerate(raw, 1))


def _rule(raw: Any, where: str) -> CheckRule:
    known = {"rule", "must", "message", "severity"}
    if not isinstance(raw, Mapping) or not {"rule", "must", "message"} <= set(raw) <= known:
        message = f"{where}: it has rule, must and message, and may have severity."
        raise EvigateError(E_KIT_INVALID, message)
    severity = raw.get("severity", "error")
    if severity not in ("error", "warning"):
        raise EvigateError(E_KIT_INVALID, f"{where}: severity is error or warning.")
    try:
        must = parse_condition(raw["must"])
    except EvigateError as error:
        raise EvigateError(E_KIT_INVALID, f"{where}: {error.message}") from error
    return CheckRule(str(raw["rule"]), must, str(raw["message"]), severity == "error")
