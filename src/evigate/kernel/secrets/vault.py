"""A tenant's secrets: keys of providers and the like, sealed in the database.

Sealing binds a secret to its tenant and name, so a row moved elsewhere does not open. Only code
reads a secret back; no route, page or command shows one.
"""

from dataclasses import dataclass
from datetime import datetime

from evigate.base.errors import EvigateError
from evigate.kernel.access import OWNER_ONLY, Permission, require
from evigate.kernel.db import SyncTx, Tx, load_queries, load_sync_queries
from evigate.kernel.events import audit
from evigate.kernel.secrets.errors import E_SECRET_NOT_FOUND
from evigate.kernel.secrets.sealing import SealingKey

MANAGE = Permission("secrets.manage", OWNER_ONLY)
PERMISSIONS = (MANAGE,)

_queries = load_queries(__package__)
_sync_queries = load_sync_queries(__package__)


@dataclass(frozen=True, slots=True)
class SecretName:
    """A secret as it may be shown: that it is there, and since when."""

    name: str
    updated_at: datetime


class Vault:
    """The verbs; each takes the caller's transaction."""

    def __init__(self, key: SealingKey) -> None:
        self._key = key

    async def write(self, tx: Tx, name: str, value: str) -> None:
        """Seal a value under a name, in the place of an older one.

        Raises:
            psycopg.errors.CheckViolation: the name is not of a-z, 0-9, `_`, `.` and `-`.
        """
        require(tx.subject, MANAGE)
        sealed = self.seal(tx, name, value)
        await _queries.write_secret(tx.connection, name=name, sealed=sealed)
        await audit(tx, "secret_written", name=name)

    def seal(self, tx: Tx, name: str, value: str) -> bytes:
        """Return a value sealed for its tenant and name, for a verb that keeps it itself."""
        return self._key.seal(value.encode(), context=_context(tx, name))

    async def read(self, tx: Tx, name: str) -> str:
        """Return a secret's value, for a job or a verb that uses it.

        Raises:
            EvigateError[E_SECRET_NOT_FOUND]: the tenant has none of that name.
        """
        sealed = await _queries.read_secret(tx.connection, name=name)
        if sealed is None:
            raise EvigateError(E_SECRET_NOT_FOUND, f"There is no secret {name!r}.")
        return self._key.unseal(bytes(sealed), context=_context(tx, name)).decode()

    async def list(self, tx: Tx) -> list[SecretName]:
        """Return the names of the tenant's secrets, in order; no value."""
        require(tx.subject, MANAGE)
        return [SecretName(**row) for row in await _queries.list_secrets(tx.connection)]

    async def delete(self, tx: Tx, name: str) -> None:
        """Remove a secret.

        Raises:
            EvigateError[E_SECRET_NOT_FOUND]: the tenant has none of that name.
        """
        require(tx.subject, MANAGE)
        if not await _queries.delete_secret(tx.connection, name=name):
            raise EvigateError(E_SECRET_NOT_FOUND, f"There is no secret {name!r}.")
        await audit(tx, "secret_deleted", name=name)


def _context(tx: Tx | SyncTx, name: str) -> str:
    return f"secret {tx.subject.tenant_id} {name}"


class SyncVault:
    """The same secrets for threads. The caller's own verb has asked for permission."""

    def __init__(self, key: SealingKey) -> None:
        self._key = key

    def write(self, tx: SyncTx, name: str, value: str) -> None:
        """Seal a value under a name, in the place of an older one."""
        sealed = self._key.seal(value.encode(), context=_context(tx, name))
        _sync_queries.write_secret(tx.connection, name=name, sealed=sealed)

    def read(self, tx: SyncTx, name: str) -> str:
        """Return a secret's value.

        Raises:
            EvigateError[E_SECRET_NOT_FOUND]: the tenant has none of that name.
        """
        sealed = _sync_queries.read_secret(tx.connection, name=name)
        if sealed is None:
            raise EvigateError(E_SECRET_NOT_FOUND, f"There is no secret {name!r}.")
        return self._key.unseal(bytes(sealed), context=_context(tx, name)).decode()

    def delete(self, tx: SyncTx, name: str) -> None:
        """Remove a secret; one that is not there is fine."""
        _sync_queries.delete_secret(tx.connection, name=name)
