"""What a kit's platform is signed in to with: given, checked, rotated, revoked, never shown.

The value is sealed among the tenant's secrets under its row's id; what stands beside is where the
platform is and how the credential was found. Of one id one is active: a new one revokes the old.
What was read of a platform is here too, because it is read with a credential.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from evigate.base.clock import utc_now
from evigate.base.errors import EvigateError
from evigate.base.ids import new_uuid
from evigate.base.subject import Subject
from evigate.kernel.db import Tx
from evigate.kernel.events import audit
from evigate.kernel.policies import Guard
from evigate.kernel.secrets.errors import E_SECRET_NOT_FOUND
from evigate.studio.kits.errors import E_KIT_CREDENTIAL, E_KIT_DISCOVER, E_KIT_STATE
from evigate.studio.kits.manifest import Manifest
from evigate.studio.kits.runs.catalog import Catalog
from evigate.studio.kits.runs.discovering import read_platform
from evigate.studio.kits.runs.means import Means, secret_name
from evigate.studio.kits.runs.models import Credential, Discovery
from evigate.studio.kits.runs.store import (
    active_credential,
    end_credential,
    get_discovery,
    insert_credential,
    invalidate_discovery,
    list_credentials,
    note_check,
)
from evigate.studio.permissions import READ, WRITE, on_project
from evigate.studio.phases.store import get_project, lock_project

VALUE_CHARACTERS = 8_000


class KitCredentials:
    """Credentials of every tenant's projects, and what was read with them."""

    def __init__(self, means: Means, guard: Guard, catalog: Catalog) -> None:
        self.means = means
        self._guard = guard
        self._catalog = catalog

    async def list(
        self, subject: Subject, project_id: UUID, kit_id: str | None = None
    ) -> list[Credential]:
        """
        Return a project's credentials, newest first; no value.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND]
        """
        async with on_project(self._guard, subject, READ, project_id) as tx:
            await get_project(tx, project_id)
            return await list_credentials(tx, project_id, kit_id)

    async def give(
        self,
        subject: Subject,
        project_id: UUID,
        kit_id: str,
        credential_id: str,
        value: str,
        *,
        base_url: str,
        header: str = "",
        expires_at: datetime | None = None,
    ) -> Credential:
        """
        Seal a credential; one that held before is revoked in the same moment.

        Args:
            value: a key, a token, or `user:password` where the kit asks for basic.
            base_url: where the platform is.
            header: which header carries a key; Authorization, as a bearer's, where it is empty.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_KIT_NOT_FOUND | E_DENIED]
            EvigateError[E_KIT_CREDENTIAL]: the kit asks for none of that id, or it is none.
        """
        manifest = await self._catalog.manifest(subject, kit_id)
        need = manifest.credentials.get(credential_id)
        if need is None:
            known = ", ".join(manifest.credentials) or "none"
            message = f"The kit {kit_id!r} asks for no credential {credential_id!r} but {known}."
            raise EvigateError(E_KIT_CREDENTIAL, message)
        connection = _connection(base_url, header)
        if not value.strip() or len(value) > VALUE_CHARACTERS or not value.isprintable():
            raise EvigateError(
                E_KIT_CREDENTIAL, "A credential is one line of 1 to 8000 characters."
            )
        if expires_at is not None and expires_at <= utc_now():
            raise EvigateError(E_KIT_CREDENTIAL, "The credential has expired already.")
        row_id = new_uuid()
        async with on_project(self._guard, subject, WRITE, project_id) as tx:
            await lock_project(tx, project_id)
            await self._end(tx, project_id, kit_id, credential_id)
            await self.means.vault.write(tx, secret_name(row_id), value.strip())
            await insert_credential(
                tx,
                row_id,
                project_id,
                kit_id=kit_id,
                credential_id=credential_id,
                kind=need.type,
                connection=connection,
                expires_at=expires_at,
            )
            await audit(tx, "kit_credential_kept", kit=kit_id, credential=credential_id)
            found = await active_credential(tx, project_id, kit_id, credential_id)
            assert found is not None
            return found

    async def revoke(
        self, subject: Subject, project_id: UUID, kit_id: str, credential_id: str
    ) -> None:
        """
        Let a credential hold no longer, and forget its value; a run that applies stops there.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND]
            EvigateError[E_KIT_CREDENTIAL]: none holds.
        """
        async with on_project(self._guard, subject, WRITE, project_id) as tx:
            await lock_project(tx, project_id)
            if not await self._end(tx, project_id, kit_id, credential_id):
                raise _none(kit_id, credential_id)

    async def check(
        self, subject: Subject, project_id: UUID, kit_id: str, credential_id: str
    ) -> tuple[Credential, str]:
        """
        Sign in with a credential, and return it with what was wrong, empty if nothing.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_KIT_NOT_FOUND]
            EvigateError[E_KIT_CREDENTIAL]: none holds.
            EvigateError[E_KIT_STATE]: the kit reads nothing of a platform, so nothing can be asked.
        """
        manifest = await self._catalog.manifest(subject, kit_id)
        if manifest.discover is None:
            message = f"The kit {kit_id!r} reads nothing of a platform that could be asked."
            raise EvigateError(E_KIT_STATE, message)
        async with on_project(self._guard, subject, WRITE, project_id) as tx:
            found = await active_credential(tx, project_id, kit_id, credential_id)
            if found is None:
                raise _none(kit_id, credential_id)
            secret = await self.means.vault.read(tx, secret_name(found.id))
        wrong = await self._try(found, secret, manifest)
        async with on_project(self._guard, subject, WRITE, project_id) as tx:
            await note_check(tx, found.id, is_good=not wrong)
            checked = await active_credential(tx, project_id, kit_id, credential_id)
        return checked or found, wrong

    async def discovery(self, subject: Subject, project_id: UUID, kit_id: str) -> Discovery | None:
        """Return what was read of the platform last, None if nothing; raises as `list`."""
        async with on_project(self._guard, subject, READ, project_id) as tx:
            await get_project(tx, project_id)
            return await get_discovery(tx, project_id, kit_id)

    async def forget(self, subject: Subject, project_id: UUID, kit_id: str) -> bool:
        """Have the platform read anew by the next run; False where nothing was read."""
        async with on_project(self._guard, subject, WRITE, project_id) as tx:
            await get_project(tx, project_id)
            return await invalidate_discovery(tx, project_id, kit_id)

    async def _try(self, found: Credential, secret: str, manifest: Manifest) -> str:
        assert manifest.discover is not None
        try:
            await read_platform(found, secret, manifest.discover.path, rule=self.means.rule)
        except EvigateError as error:
            if error.code is not E_KIT_DISCOVER:
                raise
            return error.message
        return ""

    async def _end(self, tx: Tx, project_id: UUID, kit_id: str, credential_id: str) -> bool:
        before = [
            each
            for each in await list_credentials(tx, project_id, kit_id)
            if each.credential_id == credential_id and each.status == "active"
        ]
        for each in before:
            is_expired = each.expires_at is not None and each.expires_at <= utc_now()
            await end_credential(tx, each.id, "expired" if is_expired else "revoked")
            try:
                await self.means.vault.delete(tx, secret_name(each.id))
            except EvigateError as error:
                # Somebody took it out of the secrets by hand; it is gone either way.
                if error.code is not E_SECRET_NOT_FOUND:
                    raise
            await audit(tx, "kit_credential_revoked", kit=kit_id, credential=credential_id)
        return bool(before)


def _connection(base_url: str, header: str) -> Mapping[str, Any]:
    try:
        parts = urlsplit(base_url.strip())
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname)
        is_good = is_good and parts.username is None and not parts.query and not parts.fragment
    except ValueError:
        is_good = False
    if not is_good:
        message = "The platform's address begins with https:// or http:// and holds no password."
        raise EvigateError(E_KIT_CREDENTIAL, message)
    if header and not header.replace("-", "").isalnum():
        raise EvigateError(E_KIT_CREDENTIAL, f"{header!r} is no name of a header.")
    told = {"base_url": base_url.strip().rstrip("/")}
    return {**told, "header": header} if header else told


def _none(kit_id: str, credential_id: str) -> EvigateError:
    message = f"No credential {credential_id!r} of the kit {kit_id!r} holds in the project."
    return EvigateError(E_KIT_CREDENTIAL, message)
