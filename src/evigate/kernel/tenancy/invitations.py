"""Invitations: a place offered to an address, taken up once, by whoever holds the token."""

from uuid import UUID

from evigate.base.errors import EvigateError
from evigate.base.ids import new_uuid
from evigate.base.subject import Subject, nobody
from evigate.kernel.access import require
from evigate.kernel.db import Database, Tx, load_queries
from evigate.kernel.events import audit
from evigate.kernel.tenancy import proofs
from evigate.kernel.tenancy.errors import (
    E_INVITATION_INVALID,
    E_INVITATION_NOT_FOUND,
    E_MEMBER_EXISTS,
)
from evigate.kernel.tenancy.models import Accepted, Engaging, Invitation, Offer
from evigate.kernel.tenancy.service import (
    MANAGE_MEMBERS,
    TenancyService,
    add_session,
    check_address,
    check_role,
    subject_of,
)

INVITATION_LIFETIME_S = 7 * 24 * 3600

_queries = load_queries(__package__)


class Invitations:
    """The verbs of invitations."""

    def __init__(self, database: Database, tenancy: TenancyService) -> None:
        self._database = database
        self._tenancy = tenancy

    async def invite(
        self, subject: Subject, email: str, role: str, message: str = ""
    ) -> tuple[Invitation, str]:
        """Offer a place to an address; return the invitation and its token, shown this once.

        Inviting an address again renews what waits for it: the older token is worth nothing then.

        Raises:
            EvigateError[E_MEMBER_INVALID]: that is no address, or no role.
            EvigateError[E_MEMBER_EXISTS]: whoever has the address is a member.
        """
        require(subject, MANAGE_MEMBERS)
        check_address(email)
        check_role(role)
        address = email.strip().lower()
        if any(each.email == address for each in await self._tenancy.list_members(subject)):
            raise EvigateError(E_MEMBER_EXISTS, f"{address} is a member.")
        async with self._database.tx(subject) as tx:
            return await write_invitation(tx, address, role, message)

    async def list(self, subject: Subject) -> list[Invitation]:
        """Return the tenant's invitations, newest first, those that ended too."""
        require(subject, MANAGE_MEMBERS)
        async with self._database.tx(subject) as tx:
            return await read_invitations(tx)

    async def revoke(self, subject: Subject, invitation_id: UUID) -> None:
        """Make an invitation that waits worth nothing.

        Raises:
            EvigateError[E_INVITATION_NOT_FOUND]: none such waits.
        """
        require(subject, MANAGE_MEMBERS)
        async with self._database.tx(subject) as tx:
            await end_invitation(tx, invitation_id)

    async def find_offer(self, text: str) -> Offer:
        """Return what a token's holder may take up.

        Raises:
            EvigateError[E_INVITATION_INVALID]: it is unknown, taken up, revoked or too old.
        """
        async with self._database.tx(nobody()) as tx:
            digest = proofs.token_digest(text)
            row = await _queries.find_invitation(tx.connection, token_hash=digest)
        if row is None:
            raise _no_offer()
        return Offer(**row)

    async def was_taken_by(self, text: str, subject: Subject) -> bool:
        """Tell whether it was the subject who took up the invitation of a token."""
        async with self._database.tx(subject) as tx:
            found = await _queries.invitation_taken_by(
                tx.connection, token_hash=proofs.token_digest(text), tenant_id=subject.tenant_id
            )
        return found is not None and found == subject.user_id

    async def accept(
        self, text: str, *, user_agent: str | None, as_member: Subject | None = None
    ) -> Accepted:
        """Take a place, and what an organisation offers with it, all in one transaction.

        Whoever has the invited address and a place already gets no session, and signs in as ever:
        an invitation proves nothing about an account that is there. `as_member` is who takes it up
        in the place of the address that it was sent to, signed in here and asked before.

        Raises:
            EvigateError[E_INVITATION_INVALID]: it is unknown, taken up, revoked or too old, or the
                role that it names is gone.
        """
        async with self._database.tx(nobody()) as tx:
            row = await _queries.accept_invitation(
                tx.connection,
                token_hash=proofs.token_digest(text),
                user_id=new_uuid(),
                engagement_id=new_uuid(),
                grant_id=new_uuid(),
                as_user=as_member.user_id if as_member else None,
            )
            if row is None:
                raise _no_offer()
            # From here on the transaction is the person's, who came in by the statement above.
            own = Tx(tx.connection, subject_of(row))
            told = {"user_id": str(row["user_id"])}
            await audit(own, "invitation_accepted", **told)
            if row["resource"] is not None:
                await audit(own, "customer_engaged", **told, resource=row["resource"])
            session = await add_session(own, user_agent) if row["is_new"] else None
        return Accepted(own.subject, session, row["resource"])


async def write_invitation(
    tx: Tx, address: str, role: str, message: str, engaging: Engaging | None = None
) -> tuple[Invitation, str]:
    """Add an invitation, or renew the one that waits; return it and its token, shown this once."""
    token = proofs.new_token()
    row = await _queries.invite(
        tx.connection,
        id=new_uuid(),
        email=address,
        role=role,
        message=message.strip(),
        token_hash=token.digest,
        lifetime_s=INVITATION_LIFETIME_S,
        organisation_id=engaging.organisation_id if engaging else None,
        role_id=engaging.role_id if engaging else None,
        resource=engaging.resource if engaging else None,
    )
    await audit(tx, "invited", invitation_id=str(row["id"]), role=role)
    return Invitation(**row), token.text


async def read_invitations(tx: Tx, organisation_id: UUID | None = None) -> list[Invitation]:
    """Return invitations, of one organisation where it is named, newest first."""
    rows = await _queries.list_invitations(tx.connection, organisation_id=organisation_id)
    return [Invitation(**row) for row in rows]


async def end_invitation(tx: Tx, invitation_id: UUID, organisation_id: UUID | None = None) -> None:
    """Revoke an invitation that waits, of one organisation where it is named.

    Raises:
        EvigateError[E_INVITATION_NOT_FOUND]: none such waits.
    """
    found = await _queries.revoke_invitation(
        tx.connection, id=invitation_id, organisation_id=organisation_id
    )
    if found is None:
        message = f"There is no invitation {invitation_id} that waits."
        raise EvigateError(E_INVITATION_NOT_FOUND, message)
    await audit(tx, "invitation_revoked", invitation_id=str(invitation_id))


def _no_offer() -> EvigateError:
    message = "The invitation is unknown, taken up, revoked or too old."
    return EvigateError(E_INVITATION_INVALID, message)
