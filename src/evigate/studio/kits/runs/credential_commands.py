"""`evigate kits credentials …` and `discovered`: platforms, and what was read of them."""

import sys
from dataclasses import asdict
from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer

from evigate.base.errors import EvigateError
from evigate.kernel.console import Console, note, print_json
from evigate.studio.kits.errors import E_KIT_CREDENTIAL
from evigate.studio.kits.runs.service import KitRunService
from evigate.studio.kits.runs.views import KitCredentialView, credential_view, discovery_view

FAILED_EXIT = 6
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
ProjectId = Annotated[UUID, typer.Argument(metavar="PROJECT", help="The project's id.")]
KitId = Annotated[str, typer.Argument(metavar="KIT", help="The kit's id.")]
CredentialId = Annotated[str, typer.Argument(metavar="CREDENTIAL", help="Its id in kit.yaml.")]


def add_platform_commands(app: typer.Typer, console: Console[KitRunService]) -> None:
    """Add what is about platforms to `evigate kits`."""
    credentials = typer.Typer(no_args_is_help=True, help="What platforms are signed in to with.")
    _credential_commands(credentials, console)
    app.add_typer(credentials, name="credentials")

    @app.command()
    def discovered(
        project: ProjectId,
        kit: KitId,
        forget: Annotated[bool, typer.Option(help="Have it read anew by the next run.")] = False,
        as_json: Json = False,
    ) -> None:
        """Show what was read of a kit's platform, and what follows from it."""
        if forget:
            console.run(lambda s: s.service.credentials.forget(s.subject, project, kit))
        found = console.run(lambda s: s.service.credentials.discovery(s.subject, project, kit))
        if as_json:
            print_json(None if found is None else asdict(discovery_view(found)))
            return
        for each in found.implications if found else ():
            print(each)
        if found is None:
            note("Nothing was read yet.")
        else:
            stale = ", to be read anew" if found.is_invalidated else ""
            note(f"read {found.discovered_at:%Y-%m-%d %H:%M}{stale}")


def _credential_commands(app: typer.Typer, console: Console[KitRunService]) -> None:
    @app.command("list")
    def list_(project: ProjectId, as_json: Json = False) -> None:
        """List a project's credentials, newest first; no value is shown."""
        found = console.run(lambda s: s.service.credentials.list(s.subject, project))
        views = [credential_view(each) for each in found]
        if as_json:
            print_json([asdict(each) for each in views])
            return
        for each in views:
            _print_one(each)
        if not views:
            note("No credential was given yet.")

    @app.command("set")
    def set_(
        project: ProjectId,
        kit: KitId,
        credential: CredentialId,
        base_url: Annotated[str, typer.Option(help="Where the platform is.")],
        header: Annotated[
            str, typer.Option(help="Which header carries a key; Authorization as a bearer's.")
        ] = "",
        expires: Annotated[
            str, typer.Option(help="When it ends to hold, such as 2027-01-31T12:00:00Z.")
        ] = "",
        as_json: Json = False,
    ) -> None:
        """Seal a credential, read from standard input; one that held before is revoked."""
        if sys.stdin.isatty():
            value = typer.prompt("Value", hide_input=True)
        else:
            value = sys.stdin.read().rstrip("\n")
        until = _moment(expires) if expires else None
        found = console.run(
            lambda s: s.service.credentials.give(
                s.subject,
                project,
                kit,
                credential,
                value,
                base_url=base_url,
                header=header,
                expires_at=until,
            )
        )
        view = credential_view(found)
        print_json(asdict(view)) if as_json else _print_one(view)

    @app.command()
    def check(
        project: ProjectId, kit: KitId, credential: CredentialId, as_json: Json = False
    ) -> None:
        """Sign in with a credential, and say how it went."""
        found, problem = console.run(
            lambda s: s.service.credentials.check(s.subject, project, kit, credential)
        )
        if as_json:
            print_json({**asdict(credential_view(found)), "problem": problem})
        else:
            print(problem or "It signs in.")
        if problem:
            raise typer.Exit(FAILED_EXIT)

    @app.command()
    def revoke(
        project: ProjectId, kit: KitId, credential: CredentialId, as_json: Json = False
    ) -> None:
        """Let a credential hold no longer, and forget its value."""
        console.run(lambda s: s.service.credentials.revoke(s.subject, project, kit, credential))
        print_json({"revoked": credential}) if as_json else note(f"{credential} is revoked")


def _print_one(view: KitCredentialView) -> None:
    checked = f", check {view.last_check_status}" if view.last_check_status else ""
    where = view.connection["base_url"]
    print(f"{view.kit_id} {view.credential_id}  {view.type}  {view.status}{checked}  {where}")


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise EvigateError(E_KIT_CREDENTIAL, f"{text!r} is no moment in time.") from error
    if found.tzinfo is None:
        raise EvigateError(E_KIT_CREDENTIAL, f"{text!r} names no time zone; add a Z for UTC.")
    return found
