"""`evigate tenants`, `members`, `tokens`, `jobs`: who may come in, and what waits."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from evigate.base.clock import utc_now
from evigate.base.errors import E_NOT_FOUND, EvigateError
from evigate.kernel.console import Console, Session, note, print_json
from evigate.kernel.jobs import Job, list_jobs, retry_job
from evigate.kernel.tenancy import Invitation

if TYPE_CHECKING:
    from evigate.boot import House

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]


def tenants_app(console: "Console[House]") -> typer.Typer:
    """Return `evigate tenants`."""
    app = typer.Typer(no_args_is_help=True, help="Tenants: the organisations in this house.")

    @app.command("list")
    def list_(as_json: Json = False) -> None:
        """List tenants."""
        tenants = console.run(lambda s: s.service.tenancy.list_tenants())
        if as_json:
            return print_json(
                [
                    {
                        "id": each.id,
                        "slug": each.slug,
                        "name": each.name,
                        "is_suspended": each.suspended_at is not None,
                    }
                    for each in tenants
                ]
            )
        for each in tenants:
            print(f"{each.slug}  {each.name}{'  (suspended)' if each.suspended_at else ''}")
        return None

    @app.command()
    def add(
        slug: Annotated[str, typer.Argument(help="Short name: a-z, 0-9 and hyphens.")],
        owner: Annotated[str, typer.Option(help="The first owner's address.")],
        name: Annotated[str | None, typer.Option(help="The full name.")] = None,
        as_json: Json = False,
    ) -> None:
        """Add a tenant with its first owner."""
        tenant = console.run(
            lambda s: s.service.tenancy.create_tenant(slug, name or slug, owner_email=owner)
        )
        if as_json:
            print_json({"id": tenant.id, "slug": tenant.slug})
        else:
            note(f"added {tenant.slug}; sign its owner in with EVIGATE_TENANT={slug} evigate link")

    @app.command()
    def suspend(
        slug: Annotated[str, typer.Argument(help="The tenant's short name.")],
        lift: Annotated[bool, typer.Option("--lift", help="Let the tenant in again.")] = False,
        as_json: Json = False,
    ) -> None:
        """Shut a tenant out; its data stays."""
        console.run(lambda s: s.service.tenancy.suspend_tenant(slug, suspended=not lift))
        if as_json:
            print_json({"slug": slug, "is_suspended": not lift})

    @app.command("suspend-user")
    def suspend_user(
        email: Annotated[str, typer.Argument(help="The person's address.")],
        lift: Annotated[bool, typer.Option("--lift", help="Let the person in again.")] = False,
        as_json: Json = False,
    ) -> None:
        """Shut a person out of every tenant."""
        console.run(lambda s: s.service.tenancy.suspend_user(email, suspended=not lift))
        if as_json:
            print_json({"email": email, "is_suspended": not lift})

    return app


def members_app(console: "Console[House]") -> typer.Typer:
    """Return `evigate members`."""
    app = typer.Typer(no_args_is_help=True, help="Members: the people of the tenant.")
    _member_list_command(app, console)
    _entry_commands(app, console)
    _place_commands(app, console)
    _invitation_commands(app, console)
    return app


def _member_list_command(app: typer.Typer, console: "Console[House]") -> None:
    @app.command("list")
    def list_(as_json: Json = False) -> None:
        """List members by address."""
        members = console.run(lambda s: s.service.tenancy.list_members(s.subject))
        if as_json:
            return print_json(
                [
                    {"user_id": each.user_id, "email": each.email, "role": each.role}
                    for each in members
                ]
            )
        for each in members:
            print(f"{each.email}  {each.role}{'  (suspended)' if each.suspended_at else ''}")
        return None


def _entry_commands(app: typer.Typer, console: "Console[House]") -> None:
    @app.command()
    def add(
        emails: Annotated[list[str], typer.Argument(help="Their addresses.")],
        role: Annotated[str, typer.Option(help="owner, editor, viewer or learner.")] = "learner",
        as_json: Json = False,
    ) -> None:
        """Let people in; whoever is in already keeps the role."""

        async def work(session: "Session[House]") -> list[UUID]:
            tenancy = session.service.tenancy
            return [await tenancy.add_member(session.subject, each, role) for each in emails]

        ids = console.run(work)
        if as_json:
            print_json([{"user_id": each} for each in ids])
        else:
            note("added; `evigate members link ADDRESS` prints a link that signs one in")

    @app.command()
    def link(
        email: Annotated[str, typer.Argument(help="The member's address.")],
        as_json: Json = False,
    ) -> None:
        """Print a link that signs a member in, once and within ten minutes."""
        url = console.run(lambda s: _link_of(s, email))
        if as_json:
            print_json({"url": url})
        else:
            print(url)


def _place_commands(app: typer.Typer, console: "Console[House]") -> None:
    @app.command("role")
    def role_(
        email: Annotated[str, typer.Argument(help="The member's address.")],
        role: Annotated[str, typer.Argument(help="owner, editor, viewer or learner.")],
        as_json: Json = False,
    ) -> None:
        """Give a member another role, at once."""
        user_id = console.run(lambda s: s.service.tenancy.change_role(s.subject, email, role))
        if as_json:
            print_json({"user_id": user_id, "role": role})
        else:
            note(f"{email} is now {role}")

    @app.command()
    def remove(
        email: Annotated[str, typer.Argument(help="The member's address.")],
        as_json: Json = False,
    ) -> None:
        """Take a member's place away, with their sessions and tokens here."""
        user_id = console.run(lambda s: s.service.tenancy.remove_member(s.subject, email))
        if as_json:
            print_json({"user_id": user_id})
        else:
            note(f"{email} has no place here any more")


def _invitation_commands(app: typer.Typer, console: "Console[House]") -> None:
    @app.command()
    def invite(
        email: Annotated[str, typer.Argument(help="Whom to invite.")],
        role: Annotated[str, typer.Option(help="owner, editor, viewer or learner.")] = "learner",
        message: Annotated[str, typer.Option(help="A word to them.")] = "",
        as_json: Json = False,
    ) -> None:
        """Offer a place to an address and print the link that takes it up, once, for seven days."""

        async def work(session: "Session[House]") -> tuple[Invitation, str]:
            found, token = await session.service.invitations.invite(
                session.subject, email, role, message
            )
            return found, house_url(session.service, f"/invitations/{token}")

        found, url = console.run(work)
        if as_json:
            print_json({"id": found.id, "url": url, "expires_at": found.expires_at})
        else:
            print(url)

    @app.command()
    def invitations(as_json: Json = False) -> None:
        """List invitations, newest first."""
        found = console.run(lambda s: s.service.invitations.list(s.subject))
        rows = [(each, each.status(utc_now())) for each in found]
        if as_json:
            return print_json([{**asdict(each), "status": status} for each, status in rows])
        for each, status in rows:
            print(f"{each.id}  {each.email}  {each.role}  {status}")
        return None

    @app.command()
    def revoke(
        invitation_id: Annotated[UUID, typer.Argument(help="The invitation's id.")],
        as_json: Json = False,
    ) -> None:
        """Make an invitation that waits worth nothing."""
        console.run(lambda s: s.service.invitations.revoke(s.subject, invitation_id))
        if as_json:
            print_json({"id": invitation_id})
        else:
            note("revoked")


async def _link_of(session: "Session[House]", email: str) -> str:
    token = await session.service.tenancy.make_link_for(session.subject, email)
    return link_url(session.service, token)


def link_url(house: "House", token: str) -> str:
    """Return the address at which a link's token signs in."""
    return house_url(house, f"/sign-in/{token}")


def house_url(house: "House", path: str) -> str:
    """Return a path of the house as an address."""
    settings = house.settings
    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    return base.rstrip("/") + path


def tokens_app(console: "Console[House]") -> typer.Typer:
    """Return `evigate tokens`."""
    app = typer.Typer(no_args_is_help=True, help="API tokens of the tenant's owner.")

    @app.command()
    def create(
        name: Annotated[str, typer.Argument(help="What it is for.")],
        role: Annotated[str, typer.Option(help="owner, editor or viewer.")] = "owner",
        days: Annotated[float | None, typer.Option(help="How long it is good for.")] = None,
        as_json: Json = False,
    ) -> None:
        """Make a token and print it, this once."""

        async def work(session: "Session[House]") -> tuple[UUID, str]:
            lifetime_s = None if days is None else days * 86400
            return await session.service.tenancy.create_token(
                session.subject, name, role=role, lifetime_s=lifetime_s
            )

        token_id, text = console.run(work)
        if as_json:
            print_json({"id": token_id, "token": text})
        else:
            print(text)

    @app.command("list")
    def list_(as_json: Json = False) -> None:
        """List tokens, newest first."""
        tokens = console.run(lambda s: s.service.tenancy.list_tokens(s.subject))
        if as_json:
            return print_json(
                [
                    {
                        "id": each.id,
                        "name": each.name,
                        "role": each.role,
                        "created_at": each.created_at,
                        "expires_at": each.expires_at,
                        "revoked_at": each.revoked_at,
                    }
                    for each in tokens
                ]
            )
        for each in tokens:
            print(f"{each.id}  {each.name}  {each.role}  {each.hint}")
        return None

    @app.command()
    def revoke(token_id: UUID, as_json: Json = False) -> None:
        """Make a token worthless at once."""
        console.run(lambda s: s.service.tenancy.revoke_token(s.subject, token_id))
        if as_json:
            print_json({"id": token_id, "revoked": True})

    return app


def jobs_app(console: "Console[House]") -> typer.Typer:
    """Return `evigate jobs`."""
    app = typer.Typer(no_args_is_help=True, help="Jobs: what waits, runs, and was given up.")

    @app.command("list")
    def list_(
        status: Annotated[
            str | None, typer.Option(help="todo, doing, succeeded, failed, cancelled, aborted.")
        ] = None,
        limit: Annotated[int, typer.Option(min=1, max=200, help="At most so many.")] = 50,
        as_json: Json = False,
    ) -> None:
        """List jobs, newest first; `--status failed` lists the dead letters."""

        async def work(session: "Session[House]") -> list[Job]:
            async with session.service.database.tx(session.subject) as tx:
                return await list_jobs(tx, status=status, limit=limit)

        jobs = console.run(work)
        if as_json:
            return print_json([_job_json(job) for job in jobs])
        for job in jobs:
            print(f"{job.id}  {job.task}  {job.status}  attempt {job.attempts}")
        return None

    @app.command()
    def retry(job_id: int, as_json: Json = False) -> None:
        """Send a dead letter again."""

        async def work(session: "Session[House]") -> None:
            async with session.service.database.tx(session.subject) as tx:
                if not await retry_job(tx, job_id):
                    raise EvigateError(E_NOT_FOUND, f"There is no dead letter {job_id}.")

        console.run(work)
        if as_json:
            print_json({"id": job_id, "status": "todo"})

    return app


def _job_json(job: Job) -> dict[str, Any]:
    return {name: getattr(job, name) for name in Job.__dataclass_fields__}
