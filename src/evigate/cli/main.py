"""The command line: its top level, and errors as one line and an exit code."""

import sys
from importlib import metadata
from typing import Annotated

import typer

from evigate.base.errors import EXIT_CODES, EvigateError
from evigate.cli.rooms import ENTRIES, LazyGroup
from evigate.kernel.console import note

INTERRUPTED = 130


def build_app() -> typer.Typer:
    """Return the whole command line; what a command needs is loaded when it is run."""
    app = typer.Typer(
        cls=LazyGroup,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        help="Evidence in, gated artifacts out.",
    )

    @app.callback()
    def options(
        version: Annotated[
            bool,
            typer.Option(
                "--version", callback=_tell_version, is_eager=True, help="Show the version."
            ),
        ] = False,
    ) -> None: ...

    for entry in ENTRIES:
        app.add_typer(typer.Typer(), name=entry.name, help=entry.help)
    return app


def _tell_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"evigate {metadata.version('evigate')}")
        raise typer.Exit


def main() -> None:
    """Run a command and exit; 0 for success, else by the kind of error."""
    try:
        build_app()()
    except EvigateError as error:
        note(f"{error.code.name}: {error.message}")
        note(f"  {error.remediation}")
        sys.exit(EXIT_CODES[error.code.kind])
    except SystemExit as left:
        # Ctrl-C arrives here as the status that shells give it.
        if left.code == INTERRUPTED:
            note("Stopped.")
        raise
    except BrokenPipeError:
        sys.exit(141)
