"""The same house on a server PostgreSQL and on S3: an organisation's installation."""

import asyncio
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from tests.conftest import KEY_TEXT, Cluster, need
from tests.fixtures.papers import wine_paper

from evigate.boot import House, Settings
from evigate.boot.console import working
from evigate.client import connect
from evigate.kernel.runs import RunStatus
from evigate.papers import ReproduceOptions, Source, build_report

SERVER = os.environ.get("EVIGATE_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")


@pytest.fixture
def server_url() -> Iterator[str]:
    """A fresh database on a PostgreSQL server of this machine."""
    name = f"evigate_test_{uuid.uuid4().hex[:8]}"
    try:
        connection = psycopg.connect(SERVER, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        need("a PostgreSQL server", is_there=False)
        return
    with connection:
        if connection.info.server_version < 150000:
            need("PostgreSQL 15 or later", is_there=False)
        connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
    yield SERVER.rsplit("/", 1)[0] + f"/{name}"
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


@pytest.fixture
def s3_settings() -> Iterator[dict[str, str]]:
    """A bucket on an S3 server in this process."""
    moto_server = pytest.importorskip("moto.server")
    server = moto_server.ThreadedMotoServer(port=0)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    import boto3

    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    s3 = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", **keys)
    s3.create_bucket(Bucket="evigate")
    yield {
        "storage_url": "s3://evigate/blobs",
        "storage_endpoint_url": endpoint,
        "storage_region": "us-east-1",
        "storage_access_key_id": "test",
        "storage_secret_access_key": "test",
    }
    server.stop()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_the_journey_on_a_server_database_and_s3(
    server_url: str, s3_settings: dict[str, str], tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path, key=KEY_TEXT, database_url=server_url, **s3_settings)
    async with House.open(settings) as house:
        owner = await house.operator()
        options = ReproduceOptions(seeds=1, is_preapproved=True)
        run_id = await house.papers.reproduce(
            owner, options, data=wine_paper(), source=Source("wine.pdf")
        )
        async with working(house), asyncio.timeout(90):
            while (view := await house.papers.get_run(owner, run_id)).run.completed_at is None:
                await asyncio.sleep(0.2)
        assert view.run.status is RunStatus.SUCCEEDED
        report = await build_report(house.papers, owner, run_id)
        assert len(report.rows) == 3 and all(row.is_compared for row in report.rows)
    assert not (tmp_path / "blobs").exists(), "bytes went to the local disk"
    assert not (tmp_path / "postgres").exists(), "an embedded server was started"
    with psycopg.connect(server_url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_extension WHERE extname <> 'plpgsql'"
        ).fetchone()
    assert row == (0,), "an extension was installed that a managed server may lack"


async def test_an_owner_who_is_no_superuser_suffices(cluster: Cluster, tmp_path: Path) -> None:
    """As on a managed server: the owner may make roles and databases, and nothing more."""
    name = f"owner_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(cluster.server.url(), autocommit=True) as connection:
        connection.execute(
            SQL("CREATE ROLE {} LOGIN CREATEROLE PASSWORD 'x'").format(Identifier(name))
        )
        connection.execute(SQL("CREATE DATABASE {0} OWNER {0}").format(Identifier(name)))
        for role in ("evigate_app", "evigate_queue", "service_role"):
            grant = SQL("GRANT {} TO {} WITH ADMIN OPTION")
            connection.execute(grant.format(Identifier(role), Identifier(name)))
    url = f"postgresql://{name}:x@127.0.0.1:{cluster.server.port}/{name}"
    try:
        settings = Settings(data_dir=tmp_path, key=KEY_TEXT, database_url=url)
        async with House.open(settings) as house:
            owner = await house.operator()
            paper = await house.papers.ingest(owner, wine_paper(), Source("wine.pdf"))
            assert len(await house.papers.extract(owner, paper.id)) == 3
            other = await house.tenancy.create_tenant("b", "B", owner_email="b@b.test")
            stranger = await house.tenancy.operator(other)
            assert await house.papers.list_papers(stranger) == []
    finally:
        cluster.drop(name)


async def test_the_client_has_the_same_verbs_in_process(tmp_path: Path) -> None:
    async with connect(tmp_path.as_uri()) as client:
        paper_id = await client.ingest(wine_paper())
        assert [paper["id"] for paper in await client.list_papers()] == [paper_id]
        run = await client.wait(await client.reproduce(paper_id, seeds=1, is_preapproved=True))
        assert run["status"] == "succeeded"
        report = await client.report(paper_id)
    assert report["headline"].endswith("could not be compared.")
    assert len(report["rows"]) == 3
