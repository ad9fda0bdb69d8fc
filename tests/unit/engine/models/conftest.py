"""One host for the tests that only ask; its cache folder is built once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from evigate.engine.models import ModelHost


@pytest.fixture(scope="session")
def model_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for graphs made from weights, shared by the session."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture
def host(model_cache: Path) -> Iterator[ModelHost]:
    """A host of two threads."""
    made = ModelHost(model_cache, threads=2)
    yield made
    made.close()
