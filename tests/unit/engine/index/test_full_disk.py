"""A file that cannot grow, in our own writes and in the libraries': an OSError, and nothing left."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from evigate.engine.catalog.models import Precision
from evigate.engine.index import write_lexical_segment, write_vector_segment
from evigate.engine.tables.files import FULL

COUNT, WIDTH = 3000, 32
ROWS_BYTES = COUNT * WIDTH * 4


@contextmanager
def files_limited_to(size_bytes: int) -> Iterator[None]:
    """Let this process write no longer file; a longer one fails as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("limit", [1_000, 100_000, ROWS_BYTES + 4_096])
def test_vectors_and_their_graph(tmp_path: Path, limit: int) -> None:
    values = np.random.default_rng(1).normal(size=(COUNT, WIDTH)).astype(np.float32)
    keys = pa.array([f"k{n}" for n in range(COUNT)])
    with pytest.raises(OSError) as caught, files_limited_to(limit):
        write_vector_segment(
            tmp_path / "s",
            [(keys, values)],
            dimensions=WIDTH,
            precision=Precision.F32,
            has_graph=True,
        )
    assert caught.value.errno in FULL
    assert list(tmp_path.iterdir()) == []
    # The last limit is one that the rows fit in and the graph does not.
    assert ("graph" in str(caught.value)) == (limit > ROWS_BYTES)


@pytest.mark.parametrize("limit", [100, 40_000, 60_000])
def test_words(tmp_path: Path, limit: int) -> None:
    words = [" ".join(f"w{n * at % 99_991:x}" for at in range(1, 30)) for n in range(COUNT)]
    batch = pa.record_batch({"id": [f"k{n}" for n in range(COUNT)], "text": words})
    with pytest.raises(OSError) as caught, files_limited_to(limit):
        write_lexical_segment(tmp_path / "s", [batch], key="id", columns=["text"])
    assert caught.value.errno in FULL
    assert list(tmp_path.iterdir()) == []
