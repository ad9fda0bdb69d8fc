"""Collects each room's commands, and turns errors into one line and an exit code."""

import sys

import typer

from evigate.base.errors import EXIT_CODES, EvigateError
from evigate.boot import load_settings
from evigate.boot.console import HouseConsole
from evigate.cli.database import db_app
from evigate.cli.house import add_house_commands
from evigate.cli.people import jobs_app, tenants_app, tokens_app
from evigate.cli.upkeep import budgets_app, secrets_app
from evigate.engine.commands import engine_app
from evigate.evidence import search_command, stores_app
from evigate.kernel.console import note
from evigate.papers import papers_app, runs_app


def build_app() -> typer.Typer:
    """Return the whole command line."""
    app = typer.Typer(
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        help="Evidence in, gated artifacts out.",
    )
    settings = load_settings()
    papers = HouseConsole(lambda house: house.papers)
    app.add_typer(papers_app(papers, settings.upload_max_bytes), name="papers")
    app.add_typer(runs_app(papers), name="runs")
    stores = HouseConsole(lambda house: house.stores)
    app.add_typer(stores_app(stores), name="stores")
    search_command(app, stores)
    house = HouseConsole(lambda house: house)
    app.add_typer(engine_app(HouseConsole(lambda house: house.engine)), name="engine")
    app.add_typer(db_app(), name="db")
    app.add_typer(tenants_app(house), name="tenants")
    app.add_typer(tokens_app(house), name="tokens")
    app.add_typer(jobs_app(house), name="jobs")
    app.add_typer(secrets_app(house), name="secrets")
    app.add_typer(budgets_app(house), name="budgets")
    add_house_commands(app, house)
    return app


def main() -> None:
    """Run a command and exit; 0 for success, else by the kind of error."""
    try:
        build_app()()
    except EvigateError as error:
        note(f"{error.code.name}: {error.message}")
        note(f"  {error.remediation}")
        sys.exit(EXIT_CODES[error.code.kind])
    except KeyboardInterrupt:
        note("Stopped.")
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(141)
