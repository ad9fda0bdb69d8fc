"""Object storage as a source, against a server that speaks S3."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx
import obstore
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.conftest import need
from tests.integration.engine.azure_fake import ACCOUNT, KEY, azure

from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import Source, VersionKind
from evigate.engine.federation.duck import Duck
from evigate.engine.sources.context import SourceContext, SourceFacts
from evigate.engine.sources.probe import probe
from evigate.engine.sources.reading import changed
from evigate.engine.sources.rows import open_rows, scan
from evigate.kernel.storage import open_bucket

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def parquet(first: int) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table({"id": [first, first + 1]}), sink)
    return sink.getvalue()


class Bucket:
    """A bucket that tests fill."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint, self.name = endpoint, f"b{uuid4().hex[:12]}"
        self.options = {
            "endpoint": endpoint,
            "region": "us-east-1",
            "access_key_id": "test",
            "secret_access_key": "hunter2",
        }
        httpx.put(f"{endpoint}/{self.name}", trust_env=False).raise_for_status()

    def put(self, path: str, data: bytes) -> None:
        keys = {name: self.options[name] for name in ("access_key_id", "secret_access_key")}
        bucket = open_bucket(
            "s3", self.name, endpoint_url=self.endpoint, region="us-east-1", credentials=keys
        )
        obstore.put(bucket.backend, path, data)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    try:
        from moto.server import ThreadedMotoServer
    except ImportError:
        need("moto's server", is_there=False)
        raise
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint: str) -> Bucket:
    return Bucket(endpoint)


@pytest.fixture
def context(tmp_path: Path) -> Iterator[SourceContext]:
    duck = Duck(threads=1)
    yield SourceContext("t1", tmp_path, duck)
    duck.close()


def kept(facts: SourceFacts, context: SourceContext) -> tuple[Source, SourceContext]:
    source = Source(
        uuid4(), facts.name, facts.kind, facts.uri, facts.options, facts.schema, facts.key_column,
        facts.tenant_column, None, facts.version, facts.row_count, MOMENT, MOMENT,
    )  # fmt: skip
    return source, SourceContext("t1", context.folder, context.duck, facts.credentials)


@pytest.mark.parametrize("path", ["data/", "data", "data/*.parquet", "data/p*.parquet"])
def test_objects_are_read_as_files(path: str, bucket: Bucket, context: SourceContext) -> None:
    bucket.put("data/p1.parquet", parquet(1))
    bucket.put("data/p2.parquet", parquet(3))
    bucket.put("data/readme.txt", b"no data")
    bucket.put("database/p9.parquet", parquet(9))
    facts = probe(
        "docs",
        f"s3://{bucket.name}/{path}",
        context=context,
        options=bucket.options,
        format="parquet",
        key="id",
    )
    assert "hunter2" not in str(facts.options) and "hunter2" not in facts.uri
    assert facts.version.kind is VersionKind.ETAG
    source, who = kept(facts, context)
    assert scan(source, who).read_all()["id"].to_pylist() == [1, 2, 3, 4]
    assert changed(source, who) == source.version


def test_a_changed_object_is_another_version(bucket: Bucket, context: SourceContext) -> None:
    bucket.put("one.parquet", parquet(1))
    url = f"s3://{bucket.name}/one.parquet"
    facts = probe("docs", url, context=context, options=bucket.options, key="id")
    source, who = kept(facts, context)
    assert open_rows(source, who).keys.to_pylist() == [1, 2]
    bucket.put("one.parquet", parquet(5))
    assert changed(source, who) != source.version
    again = probe("docs", url, context=context, options=bucket.options, key="id")
    source, who = kept(again, context)
    assert open_rows(source, who).keys.to_pylist() == [5, 6]


def test_nothing_there_and_nobody_there(bucket: Bucket, context: SourceContext) -> None:
    for path, code in (("none.parquet", "E_SOURCE_EMPTY"), ("none/*.csv", "E_SOURCE_EMPTY")):
        with pytest.raises(EvigateError) as caught:
            probe("docs", f"s3://{bucket.name}/{path}", context=context, options=bucket.options)
        assert caught.value.code.name == code
    with pytest.raises(EvigateError) as caught:
        probe("docs", "s3://no-such-bucket/x.parquet", context=context, options=bucket.options)
    assert caught.value.code.name in ("E_SOURCE_EMPTY", "E_SOURCE_UNREACHABLE")


@pytest.mark.parametrize("path", ["data/p1.parquet", "data/*.parquet"])
def test_google_is_read_by_its_xml_interface(
    path: str, bucket: Bucket, context: SourceContext
) -> None:
    """Which is that of S3, so the same server speaks it; unsigned, as public data are read."""
    httpx.put(
        f"{bucket.endpoint}/{bucket.name}/data/p1.parquet", content=parquet(1),
        headers={"x-amz-acl": "public-read"}, trust_env=False,
    ).raise_for_status()  # fmt: skip
    options = {"endpoint": bucket.endpoint, "anonymous": True}
    facts = probe("docs", f"gs://{bucket.name}/{path}", context=context, options=options, key="id")
    source, who = kept(facts, context)
    assert scan(source, who).read_all()["id"].to_pylist() == [1, 2]


@pytest.mark.parametrize("path", ["data/p1.parquet", "data/*.parquet"])
def test_azure_is_read_with_the_accounts_key(path: str, context: SourceContext) -> None:
    blobs = {"data/p1.parquet": parquet(1), "data/readme.txt": b"no data", "x.parquet": parquet(9)}
    with azure("box", blobs) as endpoint:
        options = {"endpoint": endpoint, "account_name": ACCOUNT, "account_key": KEY}
        facts = probe("docs", f"az://box/{path}", context=context, options=options, key="id")
        assert KEY not in str(facts.options) and KEY not in facts.uri
        source, who = kept(facts, context)
        assert scan(source, who).read_all()["id"].to_pylist() == [1, 2]
        with pytest.raises(EvigateError) as caught:
            probe("docs", "az://box/none.parquet", context=context, options=options)
        assert caught.value.code.name == "E_SOURCE_EMPTY"


@pytest.mark.parametrize("url", ["gs://bucket/x.parquet", "az://container/x.parquet"])
def test_the_other_stores_are_asked_too(url: str, context: SourceContext) -> None:
    options = {"endpoint": "http://127.0.0.1:1", "anonymous": True}
    options |= {"account_name": "me"} if url.startswith("az") else {}
    with pytest.raises(EvigateError) as caught:
        probe("docs", url, context=context, options=options)
    assert caught.value.code.name == "E_SOURCE_UNREACHABLE", caught.value
