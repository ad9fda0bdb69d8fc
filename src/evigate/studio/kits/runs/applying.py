"""APPLY and VERIFY: the approved plan's items once each, the bundle, and the bundle held to itself.

An item's bytes are stored under their hash first and its row is written then, in one transaction
with its step; what a dead worker stored twice is stored once. A credential that is revoked while
items are applied stops before the next, and what was applied is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from evigate.base.canonical import content_hash
from evigate.base.errors import EvigateError
from evigate.base.zips import zip_bytes
from evigate.kernel.db import Tx
from evigate.kernel.events.telling import RUN_STREAM, tell
from evigate.kernel.storage import BlobRef
from evigate.studio.kits.errors import CODES, E_KIT_CREDENTIAL, E_KIT_VERIFY
from evigate.studio.kits.rendering import Bundle
from evigate.studio.kits.runs.checking import check_credentials
from evigate.studio.kits.runs.models import KitPlan, PlanItem
from evigate.studio.kits.runs.packages import files_of, hashes_of
from evigate.studio.kits.runs.store import (
    applied_items,
    bundle_of,
    find_execution,
    insert_bundle,
    insert_item,
    put_blob,
    set_log,
)
from evigate.studio.kits.runs.verifying import Ended, verify_bundle

if TYPE_CHECKING:
    from evigate.studio.kits.runs.walk import KitWalk, Loaded

FILE = "application/octet-stream"
_BY_NAME = {each.name: each for each in CODES}


class Applying:
    """The last two phases of one run."""

    def __init__(self, walk: KitWalk, loaded: Loaded, bundle: Bundle, plan: KitPlan) -> None:
        self._walk = walk
        self._loaded = loaded
        self._files = bundle.files
        self._plan = plan

    async def apply(self) -> EvigateError | None:
        """Apply the plan; return why it stopped before its last item, None if it did not."""
        if self._loaded.execution.phase not in ("APPLY", "VERIFY"):
            await self._walk.enter("APPLY")
        stopped: EvigateError | None = None
        for item in self._plan.items:
            if item.action == "no-op":
                continue
            try:
                await self._apply_one(item)
            except EvigateError as error:
                if error.code is not E_KIT_CREDENTIAL:
                    raise
                stopped = error
                break
        why = await self._publish(stopped)
        return EvigateError(E_KIT_CREDENTIAL, why) if why else None

    async def _apply_one(self, item: PlanItem) -> None:
        walk, loaded = self._walk, self._loaded

        async def compute() -> BlobRef | None:
            content = self._files.get(item.path)
            return None if content is None else await walk.put(content)

        async def record(tx: Tx, ref: BlobRef | None) -> Mapping[str, Any]:
            await check_credentials(tx, loaded.execution, loaded.kit.manifest)
            if ref is not None:
                await put_blob(tx, ref, FILE)
            await insert_item(tx, loaded.execution, item, self._plan.digest)
            told = {"path": item.path, "action": item.action}
            await tell(tx, RUN_STREAM, walk.id, "kit_item", **told)
            return {"sha256": item.sha256_after}

        await walk.steps.run(f"APPLY {item.path}", compute, record)

    async def _publish(self, stopped: EvigateError | None) -> str | None:
        """Write the bundle, once; return why it is not whole, None if it is."""
        walk = self._walk

        async def compute() -> tuple[dict[str, str], BlobRef]:
            whole = await self._whole()
            return hashes_of(whole), await walk.put(zip_bytes(whole))

        async def record(tx: Tx, made: tuple[dict[str, str], BlobRef]) -> Mapping[str, Any]:
            hashes, zipped = made
            current = await find_execution(tx, walk.id)
            assert current is not None
            await insert_bundle(tx, current, content_hash(hashes), zipped, hashes)
            return {"stopped": stopped.message if stopped else None}

        done = await walk.steps.run("APPLY", compute, record)
        why: str | None = done["stopped"]
        return why

    async def _whole(self) -> dict[str, bytes]:
        """Return the bundle: what was applied, and of the one before what was not."""
        before: dict[str, bytes] = {}
        base_run_id = self._plan.base_run_id
        async with self._walk.database.tx(self._walk.subject) as tx:
            done = await applied_items(tx, self._walk.id)
            base = await bundle_of(tx, base_run_id) if base_run_id else None
        if base is not None:
            before = await self._read(base["sha256"])
        whole: dict[str, bytes] = {}
        for item in self._plan.items:
            if item.action == "no-op" or item.path not in done:
                if item.path in before:
                    whole[item.path] = before[item.path]
            elif item.sha256_after is not None:
                whole[item.path] = self._files[item.path]
        return whole

    async def verify(self) -> EvigateError | None:
        """Read the bundle back and run the kit's commands; return what did not pass."""
        walk, manifest = self._walk, self._loaded.kit.manifest
        async with walk.database.tx(walk.subject) as tx:
            kept = await bundle_of(tx, walk.id)
        assert kept is not None

        async def compute() -> list[Ended]:
            files = await self._read(kept["sha256"])
            if hashes_of(files) != kept["files"]:
                return [Ended("read back", E_KIT_VERIFY, "it is not what was applied", "")]
            if "VERIFY" not in manifest.phases or not manifest.verify.run:
                return []
            return await verify_bundle(
                files, manifest.verify.run, manifest.verify.timeout_s, walk.is_stopped
            )

        async def record(tx: Tx, ended: list[Ended]) -> Mapping[str, Any]:
            await set_log(tx, walk.id, "\n".join(f"$ {e.command}\n{e.log}" for e in ended))
            wrong = [(e.code.name, f"{e.command}: {e.what}.") for e in ended if e.code is not None]
            return {"commands": len(ended), "wrong": wrong[0] if wrong else None}

        done = await walk.phase("VERIFY", compute, record)
        if done["wrong"] is None:
            return None
        name, message = done["wrong"]
        return EvigateError(_BY_NAME[name], message)

    async def _read(self, sha256: str) -> dict[str, bytes]:
        assert self._walk.subject.tenant_id is not None
        return files_of(await self._walk.means.storage.get(self._walk.subject.tenant_id, sha256))
