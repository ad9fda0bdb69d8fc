"""Reading the library: YAML files into checked entries, and the packaged one quickly.

One folder a kind (`domains`, `features`, `patterns`, `integrations`, `pools`). A domain is a file;
the others hold a list. Parsing half a megabyte of YAML takes over a second, so the packaged library
has a twin in JSON (`compiled.json`, written by `scripts/compile_library.py`), used only while the
digest in it is that of the YAML beside it.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson
from pydantic import BaseModel, ValidationError

from evigate.base.errors import EvigateError
from evigate.studio import yamlfiles
from evigate.studio.library.errors import E_LIBRARY_INVALID
from evigate.studio.library.models import (
    Domain,
    Entry,
    Feature,
    Integration,
    Library,
    Pattern,
    Pool,
)

KINDS: Mapping[str, type[Entry]] = {
    "domains": Domain,
    "features": Feature,
    "patterns": Pattern,
    "integrations": Integration,
    "pools": Pool,
}
# One domain is a file of its own; of the other kinds a file holds many.
ONE_A_FILE = ("domains", "pools")
FINDINGS_TOLD = 5
ROOT = Path(str(files("evigate.studio.library"))) / "content"
COMPILED = ROOT / "compiled.json"


@lru_cache(maxsize=1)
def packaged_library() -> Library:
    """Return the library of the package, read once; its content is checked by the tests."""
    sources = dict(_sources(ROOT))
    digest = digest_of(sources)
    if COMPILED.exists():
        raw = orjson.loads(COMPILED.read_bytes())
        if raw["version"] == digest:
            return Library.model_validate(raw)
    return read_sources(sources)


def read_library(root: Path) -> Library:
    """
    Return the library of a folder.

    Raises:
        EvigateError[E_LIBRARY_INVALID]: the message names the file, the entry and the field.
    """
    return read_sources(dict(_sources(root)))


def read_sources(sources: Mapping[str, bytes]) -> Library:
    """
    Return a library of YAML texts by their paths, such as `domains/clinics.yaml`.

    Raises:
        EvigateError[E_LIBRARY_INVALID]: the message names the file, the entry and the field; the
            detail lists all findings of that file.
    """
    found: dict[str, list[Entry]] = {kind: [] for kind in KINDS}
    for path, text in sorted(sources.items()):
        kind = path.split("/")[0]
        found[kind] += read_entries(kind, text, path=path)
    return Library.model_validate({"version": digest_of(sources), **found})


def read_entries(kind: str, text: bytes | str, *, path: str) -> list[Entry]:
    """
    Return the entries of one YAML text.

    Raises:
        EvigateError[E_LIBRARY_INVALID]: it is no YAML, too large, or an entry does not check.
    """
    raw = parse_yaml(text, path=path)
    rows = [raw] if kind in ONE_A_FILE else raw
    if not isinstance(rows, list):
        raise _invalid(path, "a list of entries is asked for")
    return [read_entry(kind, row, place=path) for row in rows]


def read_entry(kind: str, raw: Any, *, place: str) -> Any:
    """
    Return one entry of plain values.

    Raises:
        EvigateError[E_LIBRARY_INVALID]: the message names the place, the entry and the field.
    """
    if kind not in KINDS:
        raise _invalid(place, f"there is no kind {kind!r}; there are {', '.join(KINDS)}")
    try:
        return KINDS[kind].model_validate(raw)
    except (ValidationError, EvigateError) as error:
        name = raw.get("key", "without a key") if isinstance(raw, Mapping) else "of no mapping"
        findings = list(_findings(error, raw))
        told = "; ".join(f"{where}: {what}" for where, what in findings[:FINDINGS_TOLD])
        more = len(findings) - FINDINGS_TOLD
        rest = f" (and {more} more)" if more > 0 else ""
        raise EvigateError(
            E_LIBRARY_INVALID,
            f"{place}: entry {name}: {told}{rest}.",
            detail={"findings": [{"at": at, "problem": text} for at, text in findings]},
        ) from error


def parse_yaml(text: bytes | str, *, path: str) -> Any:
    """Return the plain values of a YAML text; see `yamlfiles.parse_yaml`."""
    return yamlfiles.parse_yaml(text, path=path, code=E_LIBRARY_INVALID)


def dump_yaml(entry: BaseModel | list[Any] | Mapping[str, Any]) -> str:
    """Return an entry, or plain values, as YAML that `parse_yaml` reads back to the same."""
    plain = (
        entry.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        if isinstance(entry, BaseModel)
        else entry
    )
    return yamlfiles.dump_yaml(plain)


def digest_of(sources: Mapping[str, bytes]) -> str:
    """Return the version of a library: a digest of its files' names and bytes."""
    digest = hashlib.sha256()
    for path, text in sorted(sources.items()):
        digest.update(f"{path}\0{len(text)}\0".encode() + text)
    return digest.hexdigest()[:16]


def _sources(root: Path) -> Iterator[tuple[str, bytes]]:
    for kind in KINDS:
        for path in sorted((root / kind).glob("*.yaml")):
            yield f"{kind}/{path.name}", path.read_bytes()


def _findings(error: Exception, raw: Any) -> Iterable[tuple[str, str]]:
    if not isinstance(error, ValidationError):
        yield "a condition", str(error)
        return
    for each in error.errors(include_url=False):
        yield _place(each["loc"], raw), each["msg"].removeprefix("Value error, ")


def _place(loc: tuple[int | str, ...], raw: Any) -> str:
    """Return a path of fields, with the key of an entry instead of its number."""
    steps: list[str] = []
    at = raw
    for step in loc:
        try:
            at = at[step]
        except (KeyError, IndexError, TypeError):
            at = None
        key = at.get("key") if isinstance(at, Mapping) and isinstance(step, int) else None
        steps.append(str(key or step))
    return ".".join(steps) or "the entry"


def _invalid(path: str, message: str) -> EvigateError:
    return EvigateError(E_LIBRARY_INVALID, f"{path}: {message}.")
