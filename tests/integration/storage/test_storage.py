"""What storage promises, on a directory and on S3 alike."""

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from evigate.base.errors import EvigateError
from evigate.base.ids import TenantId, new_uuid
from evigate.kernel.storage import BlobRef, Storage

HELLO = b"hello"
# printf hello | sha256sum
HELLO_DIGEST = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"


@pytest.fixture
def tenant() -> TenantId:
    return TenantId(new_uuid())


@pytest.fixture
def other() -> TenantId:
    return TenantId(new_uuid())


async def test_bytes_come_back_under_their_digest(place, tenant) -> None:
    storage = place.open()
    assert await storage.put(tenant, HELLO) == BlobRef(HELLO_DIGEST, 5)
    assert await storage.get(tenant, HELLO_DIGEST) == HELLO
    assert await place.open().get(tenant, HELLO_DIGEST) == HELLO
    assert await storage.exists(tenant, HELLO_DIGEST)


async def test_the_empty_blob_is_a_blob(place, tenant) -> None:
    storage = place.open()
    ref = await storage.put(tenant, b"")
    assert await storage.get(tenant, ref.digest) == b""
    assert [chunk async for chunk in storage.stream(tenant, ref.digest)] == []


async def test_putting_twice_is_putting_once(place, tenant) -> None:
    storage = place.open()
    await storage.put(tenant, HELLO)
    first = [blob async for blob in storage.list(tenant)]
    await storage.put(tenant, HELLO)
    assert [blob async for blob in storage.list(tenant)] == first
    assert [(blob.digest, blob.size_bytes) for blob in first] == [(HELLO_DIGEST, 5)]


async def test_a_tenant_sees_only_its_own_blobs(place, tenant, other) -> None:
    storage = place.open()
    await storage.put(tenant, HELLO)
    assert not await storage.exists(other, HELLO_DIGEST)
    assert [blob async for blob in storage.list(other)] == []
    with pytest.raises(EvigateError, match="E_BLOB_MISSING"):
        await storage.get(other, HELLO_DIGEST)


@pytest.mark.parametrize("digest", ["0" * 64, "../../etc/passwd", "", "A" * 64])
async def test_what_was_never_put_is_missing(place, tenant, digest: str) -> None:
    storage = place.open()
    assert not await storage.exists(tenant, digest)
    with pytest.raises(EvigateError, match="E_BLOB_MISSING"):
        await storage.get(tenant, digest)
    with pytest.raises(EvigateError, match="E_BLOB_MISSING"):
        [chunk async for chunk in storage.stream(tenant, digest)]


async def test_a_large_blob_streams_in_pieces_that_join_to_it(place, tenant) -> None:
    storage = place.open()
    data = hashlib.shake_256(b"seed").digest(5 << 20)
    ref = await storage.put(tenant, data)
    chunks = [chunk async for chunk in storage.stream(tenant, ref.digest)]
    assert b"".join(chunks) == data
    assert len(chunks) > 1


async def test_delete_removes_once_and_forgives_twice(place, tenant) -> None:
    storage = place.open()
    await storage.put(tenant, HELLO)
    await storage.delete(tenant, HELLO_DIGEST)
    await storage.delete(tenant, HELLO_DIGEST)
    assert not await storage.exists(tenant, HELLO_DIGEST)


async def test_more_bytes_than_the_limit_are_refused_before_writing(place, tenant) -> None:
    storage = place.open(max_blob_bytes=4)
    with pytest.raises(EvigateError) as caught:
        await storage.put(tenant, HELLO)
    assert caught.value.code.status == 413
    assert not await storage.exists(tenant, HELLO_DIGEST)


async def test_a_sweep_takes_old_strays_and_nothing_else(place, tenant, other) -> None:
    storage = place.open()
    kept = await storage.put(tenant, b"kept")
    stray = await storage.put(tenant, b"stray")
    foreign = await storage.put(other, b"foreign")
    assert await storage.sweep(tenant, {kept.digest}, timedelta(hours=2)) == 0

    def in_three_hours() -> datetime:
        return datetime.now(UTC) + timedelta(hours=3)

    later = place.open(clock=in_three_hours)
    assert await later.sweep(tenant, {kept.digest}, timedelta(hours=2)) == 1
    assert await storage.exists(tenant, kept.digest)
    assert not await storage.exists(tenant, stray.digest)
    assert await storage.exists(other, foreign.digest)


async def test_a_stray_that_is_put_again_becomes_young(place, tenant) -> None:
    """A row may be about to point at it; S3 keeps whole seconds, hence the window of two."""
    window = timedelta(seconds=2)
    storage = place.open(refresh_after=window)
    await storage.put(tenant, HELLO)
    before = [blob.modified_at async for blob in storage.list(tenant)]

    def much_later() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=2)

    await asyncio.sleep(1.1)
    await place.open(refresh_after=window, clock=much_later).put(tenant, HELLO)
    after = [blob.modified_at async for blob in storage.list(tenant)]
    assert after > before


async def test_a_sweep_inside_the_refresh_window_is_refused(place, tenant) -> None:
    with pytest.raises(EvigateError, match="E_SWEEP_TOO_EAGER"):
        await place.open().sweep(tenant, set(), timedelta(minutes=59))


@pytest.mark.parametrize("url", ["ftp://host/x", "s3:///x", "file://host/x", "file:///", "blobs"])
def test_a_url_of_another_kind_is_a_wrong_setting(url: str) -> None:
    with pytest.raises(EvigateError, match="E_SETTINGS_INVALID"):
        Storage.open(url)


async def test_a_bucket_that_is_not_there_is_said_to_be_unavailable(s3_endpoint, tenant) -> None:
    storage = Storage.open(
        "s3://no-such-bucket",
        endpoint_url=s3_endpoint,
        region="us-east-1",
        access_key_id="test",
        secret_access_key="test",
    )
    with pytest.raises(EvigateError) as caught:
        await storage.put(tenant, HELLO)
    assert caught.value.code.name == "E_STORAGE_UNAVAILABLE"
