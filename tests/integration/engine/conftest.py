"""What tests of the engine may ask for: its side of the database, bound to the house's tenants."""

from collections.abc import Iterator

import pytest

from evigate.boot import House
from evigate.kernel.db import SyncDatabase


@pytest.fixture
def database(house: House) -> Iterator[SyncDatabase]:
    """The synchronous side of the house's database."""
    opened = SyncDatabase(house.urls)
    opened.open()
    yield opened
    opened.close()
