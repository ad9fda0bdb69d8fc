"""`evigate tenants`, `evigate tokens`, `evigate jobs`: who may come in, and what waits."""

from typing import Annotated, Any
from uuid import UUID

import typer

from evigate.base.errors import E_NOT_FOUND, EvigateError
from evigate.boot import House
from evigate.kernel.console import Console, Session, note, print_json
from evigate.kernel.jobs import Job, list_jobs, retry_job

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]


def tenants_app(console: Console[House]) -> typer.Typer:
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


def tokens_app(console: Console[House]) -> typer.Typer:
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

        async def work(session: Session[House]) -> tuple[UUID, str]:
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


def jobs_app(console: Console[House]) -> typer.Typer:
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

        async def work(session: Session[House]) -> list[Job]:
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

        async def work(session: Session[House]) -> None:
            async with session.service.database.tx(session.subject) as tx:
                if not await retry_job(tx, job_id):
                    raise EvigateError(E_NOT_FOUND, f"There is no dead letter {job_id}.")

        console.run(work)
        if as_json:
            print_json({"id": job_id, "status": "todo"})

    return app


def _job_json(job: Job) -> dict[str, Any]:
    return {name: getattr(job, name) for name in Job.__dataclass_fields__}
