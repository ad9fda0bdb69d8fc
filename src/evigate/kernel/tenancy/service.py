"""The verbs: tenants and members, signing in and out, tokens."""

import asyncio
from uuid import UUID

import psycopg

from evigate.base.errors import EvigateError
from evigate.base.ids import TenantId, UserId, new_uuid
from evigate.base.subject import Subject, nobody
from evigate.kernel.access import EVERY_ROLE, OWNER_ONLY, Permission, require
from evigate.kernel.db import Database, Tx, load_queries
from evigate.kernel.events import audit
from evigate.kernel.tenancy import proofs
from evigate.kernel.tenancy.errors import (
    E_SIGN_IN_LINK_INVALID,
    E_SIGN_IN_REFUSED,
    E_TENANT_EXISTS,
    E_TENANT_NOT_FOUND,
    E_TOKEN_NOT_FOUND,
    E_USER_NOT_FOUND,
)
from evigate.kernel.tenancy.models import ROLE_RANK, Account, ApiToken, Member, Tenant

SESSION_LIFETIME_S = 14 * 24 * 3600
LINK_LIFETIME_S = 600

READ_MEMBERS = Permission("tenancy.read", EVERY_ROLE)
MANAGE_MEMBERS = Permission("tenancy.manage", OWNER_ONLY)
OWN_TOKENS = Permission("tokens.own", frozenset({"owner", "editor", "viewer"}))
PERMISSIONS = (READ_MEMBERS, MANAGE_MEMBERS, OWN_TOKENS)


class TenancyService:
    """Tenants, members and proofs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Tenants: the operator's verbs, for whoever may run commands on the machine.

    async def create_tenant(self, slug: str, name: str, *, owner_email: str) -> Tenant:
        """Add a tenant with its first owner.

        Raises:
            EvigateError[E_TENANT_EXISTS]: the slug is taken.
        """
        tenant_id = TenantId(new_uuid())
        try:
            async with self._database.maintenance("operator") as tx:
                await _queries.create_tenant(tx.connection, id=tenant_id, name=name, slug=slug)
                user_id = await self._ensure_user(tx, owner_email)
                await _queries.add_first_member(tx.connection, tenant_id=tenant_id, user_id=user_id)
        except psycopg.errors.UniqueViolation as error:
            raise EvigateError(E_TENANT_EXISTS, f"The tenant {slug!r} is there already.") from error
        return Tenant(tenant_id, name, slug, None)

    async def ensure_tenant(self, slug: str, name: str, *, owner_email: str) -> Tenant:
        """Return the tenant, made first if need be; two processes at once make one."""
        try:
            return await self.get_tenant(slug)
        except EvigateError:
            try:
                return await self.create_tenant(slug, name, owner_email=owner_email)
            except EvigateError:
                return await self.get_tenant(slug)

    async def get_tenant(self, slug: str) -> Tenant:
        """Return the tenant of a slug, suspended or not.

        Raises:
            EvigateError[E_TENANT_NOT_FOUND]: there is none.
        """
        async with self._database.maintenance("operator") as tx:
            row = await _queries.find_tenant(tx.connection, slug=slug)
        if row is None:
            raise EvigateError(E_TENANT_NOT_FOUND, f"There is no tenant {slug!r}.")
        return Tenant(**row)

    async def list_tenants(self) -> list[Tenant]:
        """Return every tenant by slug; for the operator."""
        async with self._database.maintenance("operator") as tx:
            return [Tenant(**row) for row in await _queries.list_tenants(tx.connection)]

    async def suspend_tenant(self, slug: str, *, suspended: bool) -> None:
        """Shut a tenant out, or let it back in; its data stays."""
        async with self._database.maintenance("operator") as tx:
            if not await _queries.suspend_tenant(tx.connection, slug=slug, suspended=suspended):
                raise EvigateError(E_TENANT_NOT_FOUND, f"There is no tenant {slug!r}.")

    async def suspend_user(self, email: str, *, suspended: bool) -> None:
        """Shut a person out of every tenant, or let them in again.

        Raises:
            EvigateError[E_USER_NOT_FOUND]: nobody has that address.
        """
        address = email.strip().lower()
        async with self._database.maintenance("operator") as tx:
            if not await _queries.suspend_user(tx.connection, email=address, suspended=suspended):
                raise EvigateError(E_USER_NOT_FOUND, f"Nobody has the address {address!r}.")

    async def operator(self, tenant: Tenant) -> Subject:
        """Return the subject of the command line: the tenant's first owner."""
        subject = Subject(tenant.id, "system:operator", "owner")
        async with self._database.tx(subject) as tx:
            row = await _queries.first_owner(tx.connection)
        if row is None:
            return subject
        return Subject(tenant.id, f"user:{row['user_id']}", "owner", UserId(row["user_id"]))

    # Members ---------------------------------------------------------------------------

    async def add_member(self, subject: Subject, email: str, role: str) -> UserId:
        """Let a person in; a person already in keeps the role."""
        require(subject, MANAGE_MEMBERS)
        async with self._database.tx(subject) as tx:
            user_id = await self._ensure_user(tx, email)
            await _queries.add_member(tx.connection, user_id=user_id, role=role)
            await audit(tx, "member_added", user_id=str(user_id), role=role)
            return user_id

    async def list_members(self, subject: Subject) -> list[Member]:
        """Return the tenant's people by address."""
        require(subject, READ_MEMBERS)
        async with self._database.tx(subject) as tx:
            return [Member(**row) for row in await _queries.list_members(tx.connection)]

    async def _ensure_user(self, tx: Tx, email: str) -> UserId:
        address = email.strip().lower()
        user_id: UUID = await _queries.ensure_user(
            tx.connection, id=new_uuid(), email=address, display_name=address.split("@")[0]
        )
        return UserId(user_id)

    async def set_password(self, subject: Subject, password: str) -> None:
        """Set the signed-in person's password.

        Raises:
            EvigateError[E_PASSWORD_WEAK]: it is too short or too long.
        """
        require(subject, OWN_TOKENS)
        stored = await asyncio.to_thread(proofs.hash_password, password)
        async with self._database.tx(subject) as tx:
            await _queries.set_password(
                tx.connection, user_id=subject.user_id, password_hash=stored
            )

    # Signing in ------------------------------------------------------------------------

    async def sign_in(self, email: str, password: str, *, user_agent: str | None) -> str:
        """Check a password and return a new session's token.

        Raises:
            EvigateError[E_SIGN_IN_REFUSED]: no such person, or not that password.
        """
        async with self._database.tx(nobody()) as tx:
            row = await _queries.find_account(tx.connection, email=email.strip())
        stored = None if row is None else row["password_hash"]
        if not await asyncio.to_thread(proofs.check_password, password, stored) or row is None:
            raise EvigateError(E_SIGN_IN_REFUSED, "The address or the password is not right.")
        subject = Subject(row["tenant_id"], f"user:{row['user_id']}", row["role"], row["user_id"])
        return await self._open_session(subject, user_agent)

    async def make_link(self, subject: Subject) -> str:
        """Return a token that signs its person in once, within ten minutes."""
        require(subject, OWN_TOKENS)
        token = proofs.new_token()
        async with self._database.tx(subject) as tx:
            await _queries.insert_link(
                tx.connection,
                user_id=subject.user_id,
                token_hash=token.digest,
                lifetime_s=LINK_LIFETIME_S,
            )
        return token.text

    async def redeem_link(self, text: str, *, user_agent: str | None) -> str:
        """Turn a link's token into a session's token.

        Raises:
            EvigateError[E_SIGN_IN_LINK_INVALID]: it is unknown, used or too old.
        """
        async with self._database.tx(nobody()) as tx:
            row = await _queries.redeem_link(tx.connection, token_hash=proofs.token_digest(text))
        if row is None:
            raise EvigateError(E_SIGN_IN_LINK_INVALID, "The link is unknown, used or too old.")
        subject = Subject(row["tenant_id"], f"user:{row['user_id']}", row["role"], row["user_id"])
        return await self._open_session(subject, user_agent)

    async def _open_session(self, subject: Subject, user_agent: str | None) -> str:
        token = proofs.new_token()
        async with self._database.tx(subject) as tx:
            await _queries.delete_old_sessions(tx.connection)
            await _queries.insert_session(
                tx.connection,
                id=new_uuid(),
                user_id=subject.user_id,
                token_hash=token.digest,
                lifetime_s=SESSION_LIFETIME_S,
                user_agent=(user_agent or "")[:200],
            )
            await audit(tx, "signed_in")
        return token.text

    async def sign_out(self, subject: Subject, session_token: str) -> None:
        """End the session; ending one that is gone does nothing."""
        async with self._database.tx(subject) as tx:
            digest = proofs.token_digest(session_token)
            if await _queries.delete_session(tx.connection, token_hash=digest):
                await audit(tx, "signed_out")

    async def account_of_session(self, session_token: str) -> Account | None:
        """Return who a session's cookie speaks for; None where it speaks for nobody."""
        async with self._database.tx(nobody()) as tx:
            digest = proofs.token_digest(session_token)
            row = await _queries.find_session(tx.connection, token_hash=digest)
        if row is None:
            return None
        subject = Subject(row["tenant_id"], f"user:{row['user_id']}", row["role"], row["user_id"])
        return Account(subject, row["email"], row["display_name"], row["session_id"])

    async def account_of_token(self, text: str) -> Account | None:
        """Return who an API token speaks for; None where it speaks for nobody."""
        async with self._database.tx(nobody()) as tx:
            digest = proofs.token_digest(text)
            row = await _queries.find_api_token(tx.connection, token_hash=digest)
        if row is None:
            return None
        subject = Subject(row["tenant_id"], f"token:{row['token_id']}", row["role"], row["user_id"])
        return Account(subject, row["email"], row["display_name"])

    # Tokens ----------------------------------------------------------------------------

    async def create_token(
        self,
        subject: Subject,
        name: str,
        *,
        role: str | None = None,
        lifetime_s: float | None = None,
    ) -> tuple[UUID, str]:
        """Make a token of the person's and return its id and its text, which is shown only now.

        A token holds at most the person's own role.
        """
        require(subject, OWN_TOKENS)
        token, token_id = proofs.new_token(), new_uuid()
        own = subject.role or "viewer"
        granted = min(role or own, own, key=lambda each: ROLE_RANK[each])
        async with self._database.tx(subject) as tx:
            await _queries.insert_token(
                tx.connection,
                id=token_id,
                user_id=subject.user_id,
                name=name,
                hint=token.hint,
                token_hash=token.digest,
                role=granted,
                lifetime_s=lifetime_s,
            )
            await audit(tx, "token_created", token_id=str(token_id), role=granted)
        return token_id, token.text

    async def list_tokens(self, subject: Subject) -> list[ApiToken]:
        """Return the person's tokens, newest first, revoked ones too."""
        require(subject, OWN_TOKENS)
        async with self._database.tx(subject) as tx:
            rows = await _queries.list_tokens(tx.connection, user_id=subject.user_id)
            return [ApiToken(**row) for row in rows]

    async def revoke_token(self, subject: Subject, token_id: UUID) -> None:
        """Make a token worthless at once.

        Raises:
            EvigateError[E_TOKEN_NOT_FOUND]: it is none of this person's.
        """
        require(subject, OWN_TOKENS)
        async with self._database.tx(subject) as tx:
            if not await _queries.revoke_token(tx.connection, id=token_id, user_id=subject.user_id):
                raise EvigateError(E_TOKEN_NOT_FOUND, f"There is no token {str(token_id)!r}.")
            await audit(tx, "token_revoked", token_id=str(token_id))


_queries = load_queries(__package__)
