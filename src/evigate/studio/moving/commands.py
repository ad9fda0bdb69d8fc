"""`evigate studio project`: a project out, whole, and in again elsewhere."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from evigate.base.errors import EvigateError
from evigate.kernel.console import Console, note, print_json
from evigate.studio.moving.api import brought_view
from evigate.studio.moving.errors import E_PROJECT_FILE_INVALID
from evigate.studio.moving.folder import what_stays
from evigate.studio.moving.service import MovingService

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]


def project_app(console: Console[MovingService]) -> typer.Typer:
    """Return `evigate studio project`."""
    app = typer.Typer(no_args_is_help=True, help="All of a project as one file, out and in.")

    @app.command()
    def export(
        project: Annotated[UUID, typer.Argument(metavar="PROJECT", help="The project's id.")],
        target: Annotated[Path, typer.Argument(help="The zip to write.")],
        as_json: Json = False,
    ) -> None:
        """Write all of a project as one zip, without secrets; the same project, the same bytes."""
        data = console.run(lambda s: s.service.export(s.subject, project))
        stays = what_stays(data)
        try:
            target.write_bytes(data)
        except OSError as error:
            message = f"{target.name!r} cannot be written: {error.strerror}."
            raise EvigateError(E_PROJECT_FILE_INVALID, message) from error
        if as_json:
            print_json({"path": str(target), "bytes": len(data), "stays": list(stays)})
            return
        note(f"{target}: {len(data):,} bytes")
        for each in stays:
            note(f"stays: {each}")

    @app.command("import")
    def import_(
        source: Annotated[Path, typer.Argument(help="The zip to read.")], as_json: Json = False
    ) -> None:
        """Bring in a project out of such a zip: its ids, versions, approvals and events stay."""
        try:
            data = source.read_bytes()
        except OSError as error:
            message = f"{source.name!r} cannot be read: {error.strerror}."
            raise EvigateError(E_PROJECT_FILE_INVALID, message) from error
        found = brought_view(console.run(lambda s: s.service.bring(s.subject, data)))
        if as_json:
            print_json(asdict(found))
            return
        print(f"{found.project_id}  {found.name}")
        note(f"{found.rows} rows, {found.documents} documents")
        for each in found.left_out:
            note(f"left out: {each}")
        for each in found.stays:
            note(f"stayed: {each}")

    return app
