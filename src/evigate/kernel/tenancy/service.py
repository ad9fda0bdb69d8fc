"""The verbs: tenants and members, signing in and out, tokens."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import psycopg

from evigate.base.errors import E_DENIED, EvigateError
from evigate.base.ids import TenantId, UserId, new_uuid
from evigate.base.subject import Subject, nobody
from evigate.kernel.access import EVERY_ROLE, OWNER_ONLY, Permission, require
from evigate.kernel.db import Database, Tx, load_queries
from evigate.kernel.events import audit
from evigate.kernel.tenancy import proofs
from evigate.kernel.tenancy.errors import (
    E_LAST_OWNER,
    E_MEMBER_BOUND,
    E_MEMBER_INVALID,
    E_SIGN_IN_LINK_INVALID,
    E_SIGN_IN_REFUSED,
    E_TENANT_EXISTS,
    E_TENANT_NOT_FOUND,
    E_TOKEN_NOT_FOUND,
    E_USER_NOT_FOUND,
)
from evigate.kernel.tenancy.models import (
    MEMBER_ROLES,
    ROLE_RANK,
    Account,
    ApiToken,
    Member,
    Tenant,
)

SESSION_LIFETIME_S = 14 * 24 * 3600
LINK_LIFETIME_S = 600

READ_MEMBERS = Permission("tenancy.read", EVERY_ROLE)
MANAGE_MEMBERS = Permission("tenancy.manage", OWNER_ONLY)
OWN_TOKENS = Permission("tokens.own", frozenset({"owner", "editor", "viewer"}))
# Whoever is a person here signs in and chooses a password; a learner is one too.
SIGN_IN = Permission("tenancy.sign_in", frozenset(ROLE_RANK))
PERMISSIONS = (READ_MEMBERS, MANAGE_MEMBERS, OWN_TOKENS, SIGN_IN)

ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s]{1,250}")


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
        """Let a person in; a person already in keeps the role.

        Raises:
            EvigateError[E_MEMBER_INVALID]: that is no address, or no role.
        """
        require(subject, MANAGE_MEMBERS)
        check_address(email)
        check_role(role)
        async with self._database.tx(subject) as tx:
            user_id = await self._ensure_user(tx, email)
            await _queries.add_member(tx.connection, user_id=user_id, role=role)
            await audit(tx, "member_added", user_id=str(user_id), role=role)
            return user_id

    async def address_of(self, subject: Subject, user_id: UUID) -> str:
        """Return a member's address.

        Raises:
            EvigateError[E_USER_NOT_FOUND]: the tenant has no such member.
        """
        found = {each.user_id: each.email for each in await self.list_members(subject)}
        if user_id not in found:
            raise EvigateError(E_USER_NOT_FOUND, f"There is no member {user_id}.")
        return found[UserId(user_id)]

    async def change_role(self, subject: Subject, email: str, role: str) -> UserId:
        """Give a member another role; sessions and tokens of theirs act by it at once.

        Raises:
            EvigateError[E_MEMBER_INVALID]: there is no such role.
            EvigateError[E_USER_NOT_FOUND]: no member has that address.
            EvigateError[E_LAST_OWNER]: nobody would own the tenant.
        """
        require(subject, MANAGE_MEMBERS)
        check_role(role)
        address = email.strip().lower()
        async with self._database.tx(subject) as tx, _an_owner_stays():
            row = await _queries.change_role(tx.connection, email=address, role=role)
            if row is None:
                raise _no_member(address)
            await audit(tx, "role_changed", user_id=str(row["user_id"]), role=role)
        return UserId(row["user_id"])

    async def remove_member(self, subject: Subject, email: str) -> UserId:
        """Take a member's place away, with their sessions, links and tokens here.

        Raises:
            EvigateError[E_USER_NOT_FOUND]: no member has that address.
            EvigateError[E_LAST_OWNER]: nobody would own the tenant.
            EvigateError[E_MEMBER_BOUND]: an organisation is the member's, or a customer is engaged.
        """
        require(subject, MANAGE_MEMBERS)
        address = email.strip().lower()
        async with self._database.tx(subject) as tx, _an_owner_stays():
            row = await _queries.remove_member(tx.connection, email=address)
            if row is None:
                raise _no_member(address)
            await _queries.check_references(tx.connection)
            await audit(tx, "member_removed", user_id=str(row["user_id"]))
        return UserId(row["user_id"])

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
        """Set the password that signs the person in to this tenant.

        Raises:
            EvigateError[E_PASSWORD_WEAK]: it is too short or too long.
        """
        require(subject, SIGN_IN)
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
            found = await _queries.find_accounts(tx.connection, email=email.strip())
        # A password is a place's own; whoever has several is let in where it fits first.
        for row in found or [None]:
            stored = None if row is None else row["password_hash"]
            is_right = await asyncio.to_thread(proofs.check_password, password, stored)
            if is_right and row is not None:
                return await self.open_session(subject_of(row), user_agent)
        raise EvigateError(E_SIGN_IN_REFUSED, "The address or the password is not right.")

    async def make_link(self, subject: Subject) -> str:
        """Return a token that signs its person in once, within ten minutes."""
        require(subject, SIGN_IN)
        async with self._database.tx(subject) as tx:
            return await self._link_for(tx, subject.user_id)

    async def make_link_for(self, subject: Subject, email: str) -> str:
        """Return a token that signs a member in once, within ten minutes; for who manages them.

        Nobody signs another owner in: whoever did would be that person.

        Raises:
            EvigateError[E_USER_NOT_FOUND]: no member has that address.
        """
        require(subject, MANAGE_MEMBERS)
        address = email.strip().lower()
        members = {each.email: each for each in await self.list_members(subject)}
        member = members.get(address)
        if member is None:
            raise _no_member(address)
        if member.role == "owner" and member.user_id != subject.user_id:
            raise EvigateError(E_DENIED, "A link for another owner is printed by that owner alone.")
        async with self._database.tx(subject) as tx:
            await audit(tx, "link_made", user_id=str(member.user_id))
            return await self._link_for(tx, member.user_id)

    async def _link_for(self, tx: Tx, user_id: UUID | None) -> str:
        token = proofs.new_token()
        await _queries.insert_link(
            tx.connection,
            user_id=user_id,
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
        return await self.open_session(subject_of(row), user_agent)

    async def open_session(self, subject: Subject, user_agent: str | None) -> str:
        """Return a new session's token for somebody who has proved to be the subject."""
        async with self._database.tx(subject) as tx:
            return await add_session(tx, user_agent)

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
        return Account(subject_of(row), row["email"], row["display_name"], row["session_id"])

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


async def add_session(tx: Tx, user_agent: str | None) -> str:
    """Return a new session's token for the transaction's subject."""
    token = proofs.new_token()
    await _queries.delete_old_sessions(tx.connection)
    await _queries.insert_session(
        tx.connection,
        id=new_uuid(),
        user_id=tx.subject.user_id,
        token_hash=token.digest,
        lifetime_s=SESSION_LIFETIME_S,
        user_agent=(user_agent or "")[:200],
    )
    await audit(tx, "signed_in")
    return token.text


@asynccontextmanager
async def _an_owner_stays() -> AsyncIterator[None]:
    """Turn the database's refusal to let the last owner go into a code."""
    try:
        yield
    except psycopg.errors.ObjectInUse as error:
        raise EvigateError(E_LAST_OWNER, "That is the tenant's last owner.") from error
    except psycopg.errors.ForeignKeyViolation as error:
        owns = error.diag.constraint_name == "organisations_owner_fkey"
        what = "owns an organisation" if owns else "is engaged by one"
        raise EvigateError(E_MEMBER_BOUND, f"The member {what}.") from error


def subject_of(row: Mapping[str, Any]) -> Subject:
    """Return a place as a subject."""
    return Subject(row["tenant_id"], f"user:{row['user_id']}", row["role"], row["user_id"])


def _no_member(address: str) -> EvigateError:
    return EvigateError(E_USER_NOT_FOUND, f"No member has the address {address!r}.")


def check_address(email: str) -> None:
    """Refuse what is no address."""
    if not ADDRESS.fullmatch(email.strip()):
        raise EvigateError(E_MEMBER_INVALID, f"{email.strip()!r} is no address.")


def check_role(role: str) -> None:
    """Refuse what is no role of a member."""
    if role not in MEMBER_ROLES:
        message = f"{role!r} is no role of a member; there are {', '.join(MEMBER_ROLES)}."
        raise EvigateError(E_MEMBER_INVALID, message)
