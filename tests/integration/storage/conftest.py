"""Both kinds of storage, so that one suite speaks of both: a directory, and a moto S3 server."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from evigate.kernel.storage import Storage


@dataclass(frozen=True)
class Place:
    """Where a storage lives, so that a test can open it again."""

    url: str
    options: dict[str, str]

    def open(self, **more: object) -> Storage:
        return Storage.open(self.url, **self.options, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    try:
        from moto.server import ThreadedMotoServer
    except ImportError:
        if os.environ.get("EVIGATE_TEST_REQUIRE") == "all":
            raise
        pytest.skip("moto's server is not installed")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["local", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "local":
        return Place(f"file://{tmp_path}/blobs", {})
    endpoint = request.getfixturevalue("s3_endpoint")
    bucket = f"b{uuid4().hex[:12]}"
    httpx.put(f"{endpoint}/{bucket}", trust_env=False).raise_for_status()
    return Place(
        f"s3://{bucket}/a/prefix",
        {
            "endpoint_url": endpoint,
            "region": "us-east-1",
            "access_key_id": "test",
            "secret_access_key": "test",
        },
    )
