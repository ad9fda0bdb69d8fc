"""Make a data set ready for a run: find its files, read them, pack them, check the digest."""

from pathlib import Path

from evigate.base.canonical import sha256_hex
from evigate.base.errors import EvigateError
from evigate.papers.datasets.catalog import STORED
from evigate.papers.datasets.models import DataKind, DatasetEntry, Prepared
from evigate.papers.datasets.packing import pack
from evigate.papers.datasets.reading import make_arrays
from evigate.papers.datasets.sources import Sources
from evigate.papers.errors import E_DATASET_CHANGED, E_DATASET_UNAVAILABLE


def needs_file(entry: DatasetEntry) -> bool:
    """Return whether a notebook reads the set from a file that is made ready before."""
    return isinstance(entry.loader, Prepared) and entry.kind is not DataKind.NOTHING


def make_file(entry: DatasetEntry, sources: Sources) -> bytes:
    """
    Return the packed file of a set that is made from files; its digest is the registry's.

    Raises:
        EvigateError[E_DATASET_UNAVAILABLE]: its files are not here, or it is in the store.
        EvigateError[E_DATASET_CHANGED]: the files are not the published ones.
        EvigateError[E_DATASET_INVALID]: they cannot be read.
    """
    loader = entry.loader
    if not isinstance(loader, Prepared) or loader.reader == STORED:
        message = f"{entry.title} is not made from files that are here."
        raise EvigateError(E_DATASET_UNAVAILABLE, message)
    files = [sources.read(place) for place in loader.places]
    content = pack(make_arrays(loader.reader, files, dict(loader.options)))
    if sha256_hex(content) != loader.sha256:
        message = f"The files of {entry.title} are not the ones that the registry knows."
        raise EvigateError(E_DATASET_CHANGED, message)
    return content


def write_file(folder: Path, entry: DatasetEntry, content: bytes) -> Path:
    """Write a set's file under the name that notebooks look for; the folder is made if needed."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{entry.name}.npz"
    path.write_bytes(content)
    return path
