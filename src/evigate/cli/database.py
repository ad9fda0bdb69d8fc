"""`evigate db`: the database's address, schema and migrations."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from evigate.base.errors import E_INVALID, EvigateError
from evigate.boot import load_settings
from evigate.boot.house import start_database
from evigate.kernel.console import note, print_json
from evigate.kernel.db import DatabaseUrls, Migrator, describe_schema
from evigate.kernel.secrets import SealingKey

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]


@contextmanager
def _running_database() -> Iterator[DatabaseUrls]:
    """Start the database if it does not run, and stop it if nobody else uses it."""
    settings = load_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    key = SealingKey.load(settings.data_dir / "key", text=settings.key)
    server, urls = start_database(settings, key)
    try:
        yield urls
    finally:
        if server is not None:
            server.close()


def db_app() -> typer.Typer:
    """Return `evigate db`."""
    app = typer.Typer(no_args_is_help=True, help="The database: address, schema, migrations.")

    @app.command()
    def url(
        role: Annotated[
            str, typer.Option(help="As whom: `owner`, or `app`, whom row-level security binds.")
        ] = "owner",
        as_json: Json = False,
    ) -> None:
        """Print a libpq URL of the database; of the running one while Evigate serves."""
        if role not in ("owner", "app"):
            raise EvigateError(E_INVALID, f"{role!r} is neither `owner` nor `app`.")
        with _running_database() as urls:
            found = urls.owner if role == "owner" else urls.app
        if as_json:
            print_json({"url": found, "role": role})
        else:
            print(found)

    @app.command()
    def schema(as_json: Json = False) -> None:
        """Print every relation with its columns, of a migrated database."""
        with _running_database() as urls:
            Migrator(urls).up()
            found = describe_schema(urls.owner)
        if as_json:
            return print_json(found)
        for name, relations in found.items():
            for relation, columns in relations.items():
                print(f"{name}.{relation}({', '.join(columns)})")
        return None

    @app.command()
    def up(as_json: Json = False) -> None:
        """Bring the database up to this version."""
        with _running_database() as urls:
            done = Migrator(urls).up()
        if as_json:
            return print_json({"applied": done})
        note("applied " + ", ".join(done) if done else "nothing to do")
        return None

    @app.command()
    def status(as_json: Json = False) -> None:
        """Tell which migrations are applied."""
        with _running_database() as urls:
            states = Migrator(urls).status()
        if as_json:
            return print_json([{"name": each.name, "state": each.state} for each in states])
        for each in states:
            print(f"{each.state:8} {each.name}")
        return None

    return app
