"""The data sets that can be named in one place: the registry, and what a tenant added to it.

A catalogue knows which sets can be had here: those of scikit-learn always, those made from files
where the files are found. Whoever plans or builds for a tenant does so under its catalogue
(`using_catalog`), because a name is looked up in many places and means the same in all of them.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from functools import cached_property, lru_cache

from evigate.papers.datasets.models import DataKind, DatasetEntry, Loader, Prepared
from evigate.papers.datasets.registry import REGISTRY
from evigate.papers.datasets.sources import Sources

# Made when it was added or fetched, and kept in the tenant's store under its digest.
STORED = "stored"


def key_of(name: str) -> str:
    """Return what two spellings of one name have in common."""
    return re.sub(r"[^a-z0-9+]", "", name.lower())


class Catalog:
    """The registry's entries and the tenant's own, the latter first where names are equal."""

    def __init__(self, sources: Sources | None = None, added: Sequence[DatasetEntry] = ()) -> None:
        self.sources = sources or Sources()
        own = {entry.name: entry for entry in added}
        known = [self._as_here(own.pop(entry.name, entry)) for entry in REGISTRY]
        self.entries: tuple[DatasetEntry, ...] = (*known, *own.values())
        self._by_name = {entry.name: entry for entry in self.entries}

    def find(self, name: str) -> DatasetEntry | None:
        """Return the entry whose registry name is exactly `name`, or None."""
        return self._by_name.get(name)

    @cached_property
    def by_key(self) -> dict[str, DatasetEntry]:
        """Entries by each of their names' keys."""
        return {
            key_of(alias): entry for entry in self.entries for alias in (entry.name, *entry.aliases)
        }

    def missing(self, name: str) -> str | None:
        """Say what would bring a known set's files here; None if they are, or none would."""
        published = next((entry for entry in REGISTRY if entry.name == name), None)
        if published is None or not isinstance(published.loader, Prepared):
            return None
        places = published.loader.places
        return next((self.sources.missing(p) for p in places if not self.sources.has(p)), None)

    def _as_here(self, entry: DatasetEntry) -> DatasetEntry:
        loader = entry.loader
        if loader is None or isinstance(loader, Loader) or entry.kind is DataKind.NOTHING:
            return entry
        if loader.reader == STORED or all(self.sources.has(place) for place in loader.places):
            return entry
        return replace(entry, loader=None)


@lru_cache(maxsize=1)
def _built_in() -> Catalog:
    return Catalog()


_CURRENT: ContextVar[Catalog | None] = ContextVar("papers_catalog", default=None)


def current_catalog() -> Catalog:
    """Return the catalogue in use; the registry and the installed packages' if none was set."""
    return _CURRENT.get() or _built_in()


@contextmanager
def using_catalog(catalog: Catalog) -> Iterator[Catalog]:
    """Look names up in this catalogue within the block, threads started from it included."""
    token = _CURRENT.set(catalog)
    try:
        yield catalog
    finally:
        _CURRENT.reset(token)


def find_entry(name: str) -> DatasetEntry | None:
    """Return the entry of the catalogue in use whose registry name is `name`, or None."""
    return current_catalog().find(name)
