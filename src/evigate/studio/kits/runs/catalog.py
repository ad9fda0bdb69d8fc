"""The kits that a tenant may run: those that come with Evigate, and those it brought.

What is brought is held to its own manifest before it is kept: it is read, its templates parse,
its fixtures pass, no path leads out. It is a draft then, which may be run dry, until it is made
active.
"""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.kernel.access import require
from evigate.kernel.db import Tx
from evigate.kernel.events import audit
from evigate.studio.kits.errors import (
    E_KIT_EXISTS,
    E_KIT_INVALID,
    E_KIT_NOT_FOUND,
    E_KIT_STATE,
)
from evigate.studio.kits.folder import (
    CHILDREN,
    MANIFEST,
    Kit,
    find_kit,
    lacking_children,
    load_kit,
    read_folder,
    shipped_kits,
)
from evigate.studio.kits.manifest import Manifest, read_manifest
from evigate.studio.kits.permissions import KIT_WRITE
from evigate.studio.kits.runs.means import Means
from evigate.studio.kits.runs.models import KeptKit, KitHead, KitStatus
from evigate.studio.kits.runs.packages import packed, unpacked
from evigate.studio.kits.runs.store import (
    find_kept,
    keep_kit,
    list_kept,
    move_kit,
    newest_imported,
)
from evigate.studio.kits.trying import try_kit
from evigate.studio.permissions import READ

FAULTS_TOLD = 5


class Catalog:
    """Kits of every tenant."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def list(self, subject: Subject) -> list[KitHead]:
        """Return the shipped kits and then the tenant's own, by id, newest version first."""
        require(subject, READ)
        async with self._means.database.tx(subject) as tx:
            kept = await list_kept(tx)
        shipped = await asyncio.to_thread(_shipped_heads)
        return [*shipped, *(_head(each) for each in kept if each.origin == "imported")]

    async def manifest(self, subject: Subject, kit_id: str, version: str | None = None) -> Manifest:
        """
        Return a kit's manifest; of several versions the active, or the highest.

        Raises:
            EvigateError[E_KIT_NOT_FOUND]
        """
        require(subject, READ)
        if kit_id in shipped_kits():
            return (await asyncio.to_thread(_shipped, kit_id)).manifest
        async with self._means.database.tx(subject) as tx:
            found = await newest_imported(tx, kit_id, version)
        if found is None:
            raise _missing(kit_id)
        return read_manifest(found.manifest, path=f"kit {kit_id}")

    async def bring(self, subject: Subject, files: Mapping[str, str]) -> KitHead:
        """
        Keep a kit as a draft; the same files again change nothing.

        A composite's children that were imported before are kept with it as they are now, so that
        it stays what it was when they go on.

        Raises:
            EvigateError[E_KIT_INVALID | E_KIT_TEMPLATE | E_KIT_OUTSIDE]: what is wrong with it; a
                fixture that does not pass is named.
            EvigateError[E_KIT_EXISTS]: another kit has the id and version, or a shipped one the id.
        """
        require(subject, KIT_WRITE)
        files = await self._with_children(subject, files)
        kit = await asyncio.to_thread(_tested, files)
        manifest = kit.manifest
        if manifest.id in shipped_kits():
            message = f"The id {manifest.id!r} is a shipped kit's."
            raise EvigateError(E_KIT_EXISTS, message)
        assert subject.tenant_id is not None
        package = await self._means.storage.put(subject.tenant_id, packed(files))
        async with self._means.database.tx(subject) as tx:
            found = await find_kept(tx, manifest.id, manifest.version)
            if found is None:
                await keep_kit(
                    tx,
                    kit_id=manifest.id,
                    version=manifest.version,
                    origin="imported",
                    status="draft",
                    digest=kit.digest,
                    package=package,
                    manifest=plain(manifest),
                )
                told = {"kit": manifest.id, "version": manifest.version}
                await audit(tx, "kit_imported", **told)
                found = await find_kept(tx, manifest.id, manifest.version)
            assert found is not None
            if found.digest != kit.digest:
                message = f"{manifest.id} {manifest.version} is here with other files."
                raise EvigateError(E_KIT_EXISTS, message)
            return _head(found)

    async def _with_children(self, subject: Subject, files: Mapping[str, str]) -> Mapping[str, str]:
        """Return a composite's files with those of imported children that it does not bring."""
        assert subject.tenant_id is not None
        found = dict(files)
        for kit_id in lacking_children(files):
            async with self._means.database.tx(subject) as tx:
                kept = await newest_imported(tx, kit_id, None)
            if kept is None or kept.status != "active":
                message = f"{MANIFEST}: child {kit_id}: there is no active kit of that id."
                raise EvigateError(E_KIT_NOT_FOUND, message)
            data = await self._means.storage.get(subject.tenant_id, kept.package_sha256)
            child = unpacked(data)
            found |= {f"{CHILDREN}/{kit_id}/{path}": text for path, text in child.items()}
        return found

    async def move(self, subject: Subject, kit_row_id: UUID, status: KitStatus) -> KitHead:
        """
        Make a draft active, or let a kit be started no longer.

        Raises:
            EvigateError[E_KIT_NOT_FOUND]
            EvigateError[E_KIT_STATE]: it cannot go there from where it is.
        """
        require(subject, KIT_WRITE)
        async with self._means.database.tx(subject) as tx:
            own = [k for k in await list_kept(tx) if k.id == kit_row_id and k.origin == "imported"]
            if not own:
                raise _missing(str(kit_row_id))
            allowed = {"draft": ("active", "deprecated"), "active": ("deprecated",)}
            if status == own[0].status:
                return _head(own[0])
            if status not in allowed.get(own[0].status, ()):
                message = (
                    f"{own[0].kit_id} {own[0].version} is {own[0].status}, not to be {status}."
                )
                raise EvigateError(E_KIT_STATE, message)
            await move_kit(tx, kit_row_id, status)
            await audit(tx, "kit_moved", kit=own[0].kit_id, status=status)
            moved = await find_kept(tx, own[0].kit_id, own[0].version)
            assert moved is not None
            return _head(moved)

    async def ready(self, tx: Tx, kit_id: str, version: str | None, *, is_dry: bool) -> KeptKit:
        """
        Return the row of a kit to be started; a shipped one is kept as it is now.

        Raises:
            EvigateError[E_KIT_NOT_FOUND]
            EvigateError[E_KIT_STATE]: it is deprecated, or a draft and not to run dry.
        """
        if kit_id in shipped_kits():
            return await self._keep_shipped(tx, kit_id)
        found = await newest_imported(tx, kit_id, version)
        if found is None:
            raise _missing(kit_id)
        if found.status == "deprecated" or (found.status == "draft" and not is_dry):
            message = f"{found.kit_id} {found.version} is {found.status}."
            raise EvigateError(E_KIT_STATE, message)
        return found

    async def _keep_shipped(self, tx: Tx, kit_id: str) -> KeptKit:
        kit = await asyncio.to_thread(_shipped, kit_id)
        assert tx.subject.tenant_id is not None
        package = await self._means.storage.put(tx.subject.tenant_id, packed(kit.files))
        await keep_kit(
            tx,
            kit_id=kit_id,
            version=kit.manifest.version,
            origin="shipped",
            status="active",
            digest=kit.digest,
            package=package,
            manifest=plain(kit.manifest),
        )
        found = await find_kept(tx, kit_id, kit.manifest.version)
        assert found is not None
        return found


def plain(manifest: Manifest) -> dict[str, Any]:
    """Return a manifest as JSON values, under the names of `kit.yaml`."""
    return manifest.model_dump(mode="json", by_alias=True)


def _shipped(kit_id: str) -> Kit:
    return load_kit(read_folder(find_kit(kit_id)))


def _shipped_heads() -> list[KitHead]:
    heads = []
    for kit_id in shipped_kits():
        kit = _shipped(kit_id)
        heads.append(_of_manifest(None, kit.manifest, "shipped", "active", kit.digest))
    return heads


def _head(kept: KeptKit) -> KitHead:
    manifest = read_manifest(kept.manifest, path=f"kit {kept.kit_id}")
    return _of_manifest(kept.id, manifest, kept.origin, kept.status, kept.digest)


def _of_manifest(
    row_id: UUID | None, manifest: Manifest, origin: Any, status: KitStatus, digest: str
) -> KitHead:
    return KitHead(
        row_id,
        manifest.id,
        manifest.version,
        manifest.name,
        manifest.type,
        origin,
        status,
        digest,
        len(manifest.outputs),
        manifest.phases,
        tuple(manifest.credentials),
    )


def _tested(files: Mapping[str, str]) -> Kit:
    kit = load_kit(files)
    faults = [
        f"{tried.path}: {fault}" for tried in try_kit(kit) for fault in tried.faults[:FAULTS_TOLD]
    ]
    if faults:
        told = "; ".join(faults[:FAULTS_TOLD])
        raise EvigateError(E_KIT_INVALID, f"Its own fixtures do not pass: {told}.")
    return kit


def _missing(kit_id: str) -> EvigateError:
    known = ", ".join(shipped_kits())
    return EvigateError(
        E_KIT_NOT_FOUND, f"{kit_id!r} is no kit of this house ({known}) nor one that was imported."
    )
