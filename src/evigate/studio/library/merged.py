"""A tenant's library: its own entries in place of, or beside, the packaged ones.

Pure, and kept: the same own entries over the same package give the same object, so that its indexes
are built once.
"""

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import orjson

from evigate.studio.library.loader import KINDS, packaged_library, read_entry
from evigate.studio.library.models import Library

LIBRARIES_KEPT = 8
# A kind, a key and the entry's plain values as JSON.
OwnEntry = tuple[str, str, bytes]


def merged_library(own: Sequence[OwnEntry]) -> Library:
    """
    Return the packaged library with a tenant's entries; the packaged one itself without any.

    Raises:
        EvigateError[E_LIBRARY_INVALID]: an own entry does not check.
    """
    return _merged(tuple(sorted(own))) if own else packaged_library()


def own_entry(kind: str, key: str, entry: Mapping[str, Any]) -> OwnEntry:
    """Return an own entry as a value that compares."""
    return kind, key, orjson.dumps(entry, option=orjson.OPT_SORT_KEYS)


def entry_of(library: Library, kind: str, key: str) -> Any:
    """Return an entry by kind and key; None when the library has none."""
    return next((each for each in getattr(library, kind) if each.key == key), None)


@lru_cache(maxsize=LIBRARIES_KEPT)
def _merged(own: tuple[OwnEntry, ...]) -> Library:
    package = packaged_library()
    kinds: dict[str, list[Any]] = {kind: list(getattr(package, kind)) for kind in KINDS}
    digest = hashlib.sha256(package.version.encode())
    for kind, key, raw in own:
        digest.update(raw)
        entry = read_entry(kind, orjson.loads(raw), place=f"your {kind}")
        keys = [each.key for each in kinds[kind]]
        if key in keys:
            kinds[kind][keys.index(key)] = entry
        else:
            kinds[kind].append(entry)
    return Library(
        version=digest.hexdigest()[:16],
        known_stems=package.known_stems,
        domains=kinds["domains"],
        features=kinds["features"],
        patterns=kinds["patterns"],
        integrations=kinds["integrations"],
        pools=kinds["pools"],
    )
