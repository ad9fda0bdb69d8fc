"""A directory of blobs survives kill -9, bit rot, races and a full or forbidden disk."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evigate.base.errors import EvigateError
from evigate.base.ids import TenantId, new_uuid
from evigate.kernel.storage import Storage

WRITER = """
import asyncio, sys
from uuid import UUID
from evigate.kernel.storage import Storage

async def main():
    storage = Storage.open(sys.argv[1])
    for index in range(100_000):
        ref = await storage.put(UUID(sys.argv[2]), index.to_bytes(4, "big") * 200_000)
        print(ref.digest, flush=True)

asyncio.run(main())
"""


@pytest.fixture
def tenant() -> TenantId:
    return TenantId(new_uuid())


async def test_a_killed_writer_leaves_whole_blobs_only(tmp_path: Path, tenant: TenantId) -> None:
    """Killed thrice at different moments: every acknowledged blob is there, every blob is whole."""
    url = f"file://{tmp_path}/blobs"
    storage = Storage.open(url)
    for pause_s in (0.05, 0.11, 0.23):
        acknowledged = _write_until_killed(url, tenant, pause_s)
        assert acknowledged
        for digest in acknowledged:
            assert len(await storage.get(tenant, digest)) == 800_000
    async for blob in storage.list(tenant):
        assert len(await storage.get(tenant, blob.digest)) == blob.size_bytes == 800_000


def _write_until_killed(url: str, tenant: TenantId, pause_s: float) -> list[str]:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, url, str(tenant)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(pause_s)
        os.kill(process.pid, signal.SIGKILL)
        rest = process.stdout.read()
    lines = (first + rest).split("\n")
    return [line for line in lines if len(line) == 64]


async def test_half_written_files_are_unseen_and_swept(tmp_path: Path, tenant: TenantId) -> None:
    storage = Storage.open(f"file://{tmp_path}")
    ref = await storage.put(tenant, b"whole")
    partial = tmp_path / ".partial" / "dead"
    partial.write_bytes(b"ha")
    assert [blob.digest async for blob in storage.list(tenant)] == [ref.digest]

    def in_three_hours() -> datetime:
        return datetime.now(UTC) + timedelta(hours=3)

    await storage.sweep(tenant, {ref.digest}, timedelta(hours=2))
    assert partial.exists()
    later = Storage.open(f"file://{tmp_path}", clock=in_three_hours)
    await later.sweep(tenant, {ref.digest}, timedelta(hours=2))
    assert not partial.exists()


@pytest.mark.parametrize("rotten", [b"", b"wholE", b"whole and more"])
async def test_rotten_bytes_are_never_handed_out(
    tmp_path: Path, tenant: TenantId, rotten: bytes
) -> None:
    storage = Storage.open(f"file://{tmp_path}")
    ref = await storage.put(tenant, b"whole")
    (tmp_path / str(tenant) / ref.digest[:2] / ref.digest).write_bytes(rotten)
    with pytest.raises(EvigateError, match="E_BLOB_CORRUPT"):
        await storage.get(tenant, ref.digest)
    seen = b""
    with pytest.raises(EvigateError, match="E_BLOB_CORRUPT"):
        async for chunk in storage.stream(tenant, ref.digest):
            seen += chunk
    assert seen == b""


async def test_a_blob_cut_short_is_healed_by_the_next_put(tmp_path: Path, tenant: TenantId) -> None:
    storage = Storage.open(f"file://{tmp_path}")
    ref = await storage.put(tenant, b"whole")
    (tmp_path / str(tenant) / ref.digest[:2] / ref.digest).write_bytes(b"wh")
    await storage.put(tenant, b"whole")
    assert await storage.get(tenant, ref.digest) == b"whole"


async def test_many_writers_of_one_blob_agree(tmp_path: Path, tenant: TenantId) -> None:
    storage = Storage.open(f"file://{tmp_path}")
    refs = await asyncio.gather(*(storage.put(tenant, b"same" * 1000) for _ in range(20)))
    assert len(set(refs)) == 1
    assert await storage.get(tenant, refs[0].digest) == b"same" * 1000
    assert list((tmp_path / ".partial").iterdir()) == []


async def test_a_path_that_cannot_be_written_is_unavailable_and_leaves_nothing(
    tmp_path: Path, tenant: TenantId
) -> None:
    (tmp_path / str(tenant)).write_text("a file where the tenant's directory belongs")
    storage = Storage.open(f"file://{tmp_path}")
    with pytest.raises(EvigateError) as caught:
        await storage.put(tenant, b"data")
    assert caught.value.code.name == "E_STORAGE_UNAVAILABLE"
    assert caught.value.code.is_retryable


async def test_files_that_are_not_blobs_are_passed_over(tmp_path: Path, tenant: TenantId) -> None:
    storage = Storage.open(f"file://{tmp_path}")
    ref = await storage.put(tenant, b"data")
    (tmp_path / str(tenant) / "README").write_text("hello")
    (tmp_path / str(tenant) / ref.digest[:2] / ref.digest[:63]).write_text("hello")
    assert [blob.digest async for blob in storage.list(tenant)] == [ref.digest]
