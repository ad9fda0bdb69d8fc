"""`evigate orgs`: organisations, their people, and the customers they invite and engage."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, TypeVar
from uuid import UUID

import typer

from evigate.base.clock import utc_now
from evigate.base.errors import EvigateError
from evigate.cli.people import house_url
from evigate.kernel.console import Console, Session, note, print_json
from evigate.kernel.organisations import Engagement, EngagementStatus, OrganisationView
from evigate.kernel.organisations.errors import (
    E_ENGAGEMENT_NOT_FOUND,
    E_ORGANISATION_MEMBER,
    E_ORGANISATION_NOT_FOUND,
)
from evigate.kernel.tenancy import Invitation

if TYPE_CHECKING:
    from evigate.boot import House

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
Slug = Annotated[str, typer.Argument(help="The organisation's short name.")]
Address = Annotated[str, typer.Argument(help="The person's address.")]
Thing = Annotated[str, typer.Argument(help="What it is about, such as project:0190...")]
Answer = TypeVar("Answer")
CustomerRole = Annotated[str, typer.Option("--role", help="The role held there.")]


def organisations_app(console: "Console[House]") -> typer.Typer:
    """Return `evigate orgs`."""
    app = typer.Typer(no_args_is_help=True, help="Organisations: agencies and their customers.")
    _organisation_commands(app, console)
    _person_commands(app, console)
    _invitation_commands(app, console)
    _engagement_commands(app, console)
    return app


def _organisation_commands(app: typer.Typer, console: "Console[House]") -> None:
    @app.command("list")
    def list_(as_json: Json = False) -> None:
        """List organisations by name."""
        found = console.run(lambda s: s.service.organisations.list(s.subject))
        if as_json:
            return print_json([asdict(each) for each in found])
        for each in found:
            print(f"{each.slug}  {each.name}  {each.owner}  {each.active_engagements} active")
        return None

    @app.command()
    def found(
        slug: Slug,
        name: Annotated[str | None, typer.Option(help="The full name.")] = None,
        as_json: Json = False,
    ) -> None:
        """Found an organisation; you own it."""
        view = console.run(lambda s: s.service.organisations.create(s.subject, slug, name or slug))
        print_json(view_json(view)) if as_json else note(f"founded {slug}")

    @app.command()
    def show(slug: Slug, as_json: Json = False) -> None:
        """Show an organisation: its people, its customers, its invitations."""
        view = console.run(_on(slug, lambda s, id_: s.service.organisations.show(s.subject, id_)))
        if as_json:
            return print_json(view_json(view))
        print(f"{view.organisation.name}, owned by {view.organisation.owner}")
        for person in view.members:
            print(f"  {person.email}  {person.role}")
        for each in view.engagements:
            print(f"  {each.id}  {each.email}  {each.role}  {each.resource}  {each.status.value}")
        for offer in view.invitations:
            print(f"  {offer.id}  {offer.email}  invited, {offer.status(utc_now())}")
        return None

    @app.command()
    def rename(
        slug: Slug,
        name: Annotated[str, typer.Argument(help="The new name.")],
        as_json: Json = False,
    ) -> None:
        """Give an organisation another name."""

        async def work(session: "Session[House]", id_: UUID) -> OrganisationView:
            service = session.service.organisations
            version = (await service.show(session.subject, id_)).organisation.version
            return await service.rename(session.subject, id_, name, version=version)

        view = console.run(_on(slug, work))
        print_json(view_json(view)) if as_json else note(f"{slug} is {name} now")

    @app.command()
    def dissolve(slug: Slug, as_json: Json = False) -> None:
        """Dissolve an organisation; refused with the list while engagements are active."""
        console.run(_on(slug, lambda s, id_: s.service.organisations.delete(s.subject, id_)))
        print_json({"dissolved": slug}) if as_json else note(f"dissolved {slug}")


def _person_commands(app: typer.Typer, console: "Console[House]") -> None:
    @app.command()
    def member(
        slug: Slug,
        email: Address,
        role: Annotated[str, typer.Option(help="admin or member.")] = "member",
        as_json: Json = False,
    ) -> None:
        """Let a member of the tenant in, or give another role."""
        view = console.run(
            _on(slug, lambda s, i: s.service.organisations.keep_member(s.subject, i, email, role))
        )
        print_json(view_json(view)) if as_json else note(f"{email} is {role} of {slug}")

    @app.command("remove-member")
    def remove_member(slug: Slug, email: Address, as_json: Json = False) -> None:
        """Take a member out, with every grant that came through the organisation."""

        async def work(session: "Session[House]", id_: UUID) -> tuple[UUID, ...]:
            user_id = await _member_id(session, id_, email)
            return await session.service.organisations.remove_member(session.subject, id_, user_id)

        revoked = console.run(_on(slug, work))
        if as_json:
            print_json({"email": email, "revoked": list(revoked)})
        else:
            note(f"{email} is out of {slug}; {len(revoked)} grants revoked")

    @app.command()
    def transfer(slug: Slug, email: Address, as_json: Json = False) -> None:
        """Hand an organisation over to one of its members."""

        async def work(session: "Session[House]", id_: UUID) -> OrganisationView:
            user_id = await _member_id(session, id_, email)
            return await session.service.organisations.transfer(session.subject, id_, user_id)

        view = console.run(_on(slug, work))
        print_json(view_json(view)) if as_json else note(f"{email} owns {slug}")


def _invitation_commands(app: typer.Typer, console: "Console[House]") -> None:
    @app.command()
    def invite(
        slug: Slug,
        email: Address,
        thing: Thing,
        role: CustomerRole = "client",
        message: Annotated[str, typer.Option(help="A word to them.")] = "",
        as_json: Json = False,
    ) -> None:
        """Invite a customer and print the link that takes it up, once, for seven days."""

        async def work(session: "Session[House]", id_: UUID) -> tuple[Invitation, str]:
            found, token = await session.service.engagements.invite(
                session.subject, id_, email, resource=thing, role=role, message=message
            )
            return found, house_url(session.service, f"/invitations/{token}")

        offer, url = console.run(_on(slug, work))
        if as_json:
            print_json({"id": offer.id, "url": url, "expires_at": offer.expires_at})
        else:
            print(url)

    @app.command()
    def revoke(
        slug: Slug,
        invitation_id: Annotated[UUID, typer.Argument(help="The invitation's id.")],
        as_json: Json = False,
    ) -> None:
        """Make an invitation of a customer worth nothing."""
        console.run(
            _on(
                slug,
                lambda s, i: s.service.engagements.revoke_invitation(s.subject, i, invitation_id),
            )
        )
        print_json({"id": invitation_id}) if as_json else note("revoked")


def _engagement_commands(app: typer.Typer, console: "Console[House]") -> None:
    @app.command()
    def engage(
        slug: Slug,
        email: Address,
        thing: Thing,
        role: CustomerRole = "client",
        as_json: Json = False,
    ) -> None:
        """Engage a customer who is here already in another thing."""
        engagement = console.run(
            _on(
                slug,
                lambda s, i: s.service.engagements.engage(
                    s.subject, i, email, resource=thing, role=role
                ),
            )
        )
        print_json(asdict(engagement)) if as_json else note(f"{email} is engaged in {thing}")

    @app.command()
    def engagement(
        slug: Slug,
        engagement_id: Annotated[UUID, typer.Argument(help="The engagement's id.")],
        status: Annotated[
            EngagementStatus | None, typer.Option(help="Where it goes; active reopens it.")
        ] = None,
        to: Annotated[str | None, typer.Option(help="The customer who takes it over.")] = None,
        remove: Annotated[bool, typer.Option("--remove", help="Forget it; it is over.")] = False,
        as_json: Json = False,
    ) -> None:
        """Complete, archive or reopen an engagement, hand it to another customer, or forget it."""

        async def work(session: "Session[House]", id_: UUID) -> Engagement:
            service, subject = session.service.engagements, session.subject
            if to is not None:
                await service.reassign(subject, id_, engagement_id, to)
            if status is not None:
                await service.change(subject, id_, engagement_id, status)
            view = await session.service.organisations.show(subject, id_)
            known = next((each for each in view.engagements if each.id == engagement_id), None)
            if known is None:
                message = f"There is no engagement {str(engagement_id)!r}."
                raise EvigateError(E_ENGAGEMENT_NOT_FOUND, message)
            if remove:
                await service.remove(subject, id_, engagement_id)
            return known

        known = console.run(_on(slug, work))
        print_json(asdict(known)) if as_json else note(f"{known.email}: {known.status.value}")


def _on(
    slug: str, work: Callable[["Session[House]", UUID], Awaitable[Answer]]
) -> Callable[["Session[House]"], Awaitable[Answer]]:
    """Return work on the organisation of a short name or id."""

    async def found(session: "Session[House]") -> Answer:
        for each in await session.service.organisations.list(session.subject):
            if slug in (each.slug, str(each.id)):
                return await work(session, each.id)
        raise EvigateError(E_ORGANISATION_NOT_FOUND, f"There is no organisation {slug!r}.")

    return found


async def _member_id(session: "Session[House]", organisation_id: UUID, email: str) -> UUID:
    view = await session.service.organisations.show(session.subject, organisation_id)
    for each in view.members:
        if each.email == email.strip().lower():
            return each.user_id
    raise EvigateError(E_ORGANISATION_MEMBER, f"The organisation has no member {email!r}.")


def view_json(view: OrganisationView) -> dict[str, Any]:
    """Return an organisation as `--json` prints it."""
    sent = asdict(view)
    return {**sent, "may": sorted(each.name for each in view.may)}
