"""Files of tables where they are needed: up before a version is seen, down when it is read.

With storage on this machine alone there is nothing to do. With an object store, a version's files
are there before the transaction that shows it, and another machine fetches them when it first reads
the version's manifest. A file's name holds its digest, so a copy is never out of date.
"""

from collections.abc import Iterable
from pathlib import Path

from evigate.kernel.storage import FileMirror


class TableFiles:
    """Copies between the local root and the mirror, which may be None."""

    def __init__(self, root: Path, mirror: FileMirror | None) -> None:
        self._root = root
        self._mirror = mirror

    def push(self, folder: Path, names: Iterable[str]) -> None:
        """Copy files and segment folders up."""
        if self._mirror is None:
            return
        for name in names:
            for file in _files(folder / name):
                self._mirror.put(self._path(file), file)

    def fetch(self, folder: Path, names: Iterable[str]) -> None:
        """Copy down those files and segment folders that are not here.

        A segment that the mirror lacks too stays away: it is answered for, and rebuilt.

        Raises:
            E_BLOB_MISSING: a file is nowhere.
        """
        if self._mirror is None:
            return
        for name in names:
            place = folder / name
            if place.exists():
                continue
            if place.suffix:
                self._mirror.get(self._path(place), place)
                continue
            inside = self._mirror.names(self._path(place))
            # What opens a segment comes last: a copy that was cut short is none.
            for path in sorted(inside, key=lambda each: each.endswith("segment.json")):
                self._mirror.get(path, self._root / path)

    def remove(self, folder: Path, names: Iterable[str]) -> None:
        """Delete copies; those that are gone are fine."""
        if self._mirror is None:
            return
        for name in names:
            place = folder / name
            inside = [self._path(place)] if place.suffix else self._mirror.names(self._path(place))
            for path in inside:
                self._mirror.delete(path)

    def _path(self, place: Path) -> str:
        return place.relative_to(self._root).as_posix()


def _files(place: Path) -> list[Path]:
    return sorted(p for p in place.rglob("*") if p.is_file()) if place.is_dir() else [place]
