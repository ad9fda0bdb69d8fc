"""`evigate db`: the database's address, schema and migrations."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from evigate.base.errors import E_INVALID, EvigateError
from evigate.boot import load_settings
from evigate.boot.database import start_database
from evigate.kernel.console import note, print_json
from evigate.kernel.db import DatabaseUrls, EmbeddedServer, Migrator, describe_schema
from evigate.kernel.secrets import SealingKey

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]


@contextmanager
def _running_database() -> Iterator[tuple[EmbeddedServer | None, DatabaseUrls]]:
    """Start the database if it does not run, and stop it if nobody else uses it."""
    settings = load_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    key = SealingKey.load(settings.data_dir / "key", text=settings.key)
    server, urls = start_database(settings, key)
    try:
        yield server, urls
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
        """Print a libpq URL of the running database; starts it, and keeps it until `db stop`."""
        if role not in ("owner", "app"):
            raise EvigateError(E_INVALID, f"{role!r} is neither `owner` nor `app`.")
        with _running_database() as (server, urls):
            Migrator(urls).up()
            if server is not None:
                server.keep()
            found = urls.owner if role == "owner" else urls.app
        if as_json:
            print_json({"url": found, "role": role})
        else:
            print(found)

    @app.command()
    def schema(as_json: Json = False) -> None:
        """Print every relation with its columns, of a migrated database."""
        with _running_database() as (_, urls):
            Migrator(urls).up()
            found = describe_schema(urls.owner)
        if as_json:
            return print_json(found)
        for name, relations in found.items():
            for relation, columns in relations.items():
                print(f"{name}.{relation}({', '.join(columns)})")
        return None

    @app.command()
    def stop(as_json: Json = False) -> None:
        """Stop the embedded database, unless others use it."""
        with _running_database() as (server, _):
            is_stopped = server is None or server.stop()
        if as_json:
            return print_json({"is_stopped": is_stopped})
        note("stopped" if is_stopped else "others use it; the last of them stops it")
        return None

    @app.command()
    def up(as_json: Json = False) -> None:
        """Bring the database up to this version."""
        with _running_database() as (_, urls):
            done = Migrator(urls).up()
        if as_json:
            return print_json({"applied": done})
        note("applied " + ", ".join(done) if done else "nothing to do")
        return None

    @app.command()
    def status(as_json: Json = False) -> None:
        """Tell which migrations are applied."""
        with _running_database() as (_, urls):
            states = Migrator(urls).status()
        if as_json:
            return print_json([{"name": each.name, "state": each.state} for each in states])
        for each in states:
            print(f"{each.state:8} {each.name}")
        return None

    return app
