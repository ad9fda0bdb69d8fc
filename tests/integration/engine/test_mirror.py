"""Tables in object storage: two machines with one database and one bucket, and nothing else shared."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer
from tests.integration.engine.conftest import documents

from evigate.base.subject import Subject
from evigate.boot import House, Settings
from evigate.boot.engine import engine_options
from evigate.engine.core import Core
from evigate.engine.engine import Engine

KEYS = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}


@pytest.fixture
def bucket() -> Iterator[tuple[str, str]]:
    """An S3 server of the test's own: its address, and a bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    boto3.client("s3", endpoint_url=endpoint, **KEYS).create_bucket(Bucket="lab")
    yield endpoint, "lab"
    server.stop()


def machine(house: House, bucket: tuple[str, str], folder: Path) -> Core:
    settings = Settings(
        data_dir=folder, storage_url=f"s3://{bucket[1]}/data", storage_endpoint_url=bucket[0],
        storage_region="us-east-1", storage_access_key_id="test", storage_secret_access_key="test",
    )  # fmt: skip
    return Core(house.urls, house.key, engine_options(settings), tenant_of=lambda s, _: s).open()


def test_what_one_machine_makes_another_searches(
    house: House, owner: Subject, bucket: tuple[str, str], tmp_path: Path
) -> None:
    one = machine(house, bucket, tmp_path / "one")
    two = machine(house, bucket, tmp_path / "two")
    try:
        here, there = Engine(one, owner), Engine(two, owner)
        here.sources.add("docs", documents(20), key="id")
        here.embed("docs", columns=["title"], model="wordllama")
        here.index("docs", columns=["title"])
        mine = here.search("docs", "boundary layer", k=5)
        two.catalogs.forget()
        # What is not in the bucket is not there for the other machine.
        (tmp_path / "one").rename(tmp_path / "away")
        theirs = there.search("docs", "boundary layer", k=5)
        assert theirs.equals(mine.to_arrow()) and theirs.notes == ()
        assert there.sql("SELECT count(*) AS n FROM docs")["n"].to_pylist() == [20]
        (tmp_path / "away").rename(tmp_path / "one")
        assert here.sources.describe("docs").uri.startswith("upload:")
        here.sources.add("docs", documents(25), key="id", replace=True)
        here.embed("docs", columns=["title"], model="wordllama")
        two.catalogs.forget()
        assert there.tables.read("docs_vectors").num_rows == 25
        assert there.tables.verify("docs_vectors", version=1).verdict == "match"
        # A machine whose disk was lost gets everything again.
        two.close()
        shutil.rmtree(tmp_path / "two")
        two = machine(house, bucket, tmp_path / "two")
        assert (
            Engine(two, owner).search("docs", "boundary layer", k=25, mode="vector").num_rows == 25
        )
        listed = boto3.client("s3", endpoint_url=bucket[0], **KEYS).list_objects_v2(Bucket="lab")
        kept = [item["Key"] for item in listed["Contents"]]
        assert kept and all(name.startswith("data/engine/") for name in kept)
        here.sources.remove("docs", cascade=True)
        listed = boto3.client("s3", endpoint_url=bucket[0], **KEYS).list_objects_v2(Bucket="lab")
        left = [item["Key"] for item in listed.get("Contents", [])]
        assert not [name for name in left if "/tables/" in name]
    finally:
        one.close()
        two.close()
