"""What tests of the engine may ask for: its side of the database, and handles of two tenants."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from evigate.base.subject import Subject
from evigate.boot import House
from evigate.engine.core import Core, EngineOptions
from evigate.engine.engine import Engine
from evigate.kernel.db import SyncDatabase
from evigate.kernel.tenancy import find_operator


@pytest.fixture
def database(house: House) -> Iterator[SyncDatabase]:
    """The synchronous side of the house's database."""
    opened = SyncDatabase(house.urls)
    opened.open()
    yield opened
    opened.close()


@pytest.fixture
def core(house: House, tmp_path: Path) -> Iterator[Core]:
    """An open core, its files in the test's folder."""

    def tenant_of(subject: Subject, name: str) -> Subject:
        found = find_operator(made.database, name)
        assert found is not None, f"no tenant {name!r}"
        return found

    options = EngineOptions(root=tmp_path / "engine")
    made = Core(house.urls, house.key, options, tenant_of=tenant_of)
    made.open()
    yield made
    made.close()


@pytest.fixture
def db(core: Core, owner: Subject) -> Engine:
    """The home tenant's handle."""
    return Engine(core, owner)


@pytest.fixture
def other(core: Core, stranger: Subject) -> Engine:
    """Another tenant's handle."""
    return Engine(core, stranger)


TITLES = (
    "Slipstream over a wing",
    "Boundary layer of a flat plate",
    "Heat conduction in composite slabs",
    "Buckling of thin shells",
    "Boiling pasta with salt",
)


def documents(count: int = 5, start: int = 0) -> pa.Table:
    """Return documents with a text key, two text columns and a year."""
    numbers = range(start, start + count)
    return pa.table(
        {
            "id": [f"d{n:04d}" for n in numbers],
            "title": [f"{TITLES[n % len(TITLES)]} {n}" for n in numbers],
            "text": [f"Document {n} speaks of {TITLES[n % len(TITLES)].lower()}." for n in numbers],
            "year": [1940 + n % 60 for n in numbers],
        }
    )
