"""`evigate secrets` and `evigate budgets`: what a tenant keeps sealed, and how much it may use."""

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from evigate.kernel.budgets import RUN_SECONDS, Budget, list_budgets, set_budget
from evigate.kernel.console import Console, Session, note, print_json

if TYPE_CHECKING:
    from evigate.boot import House

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
Name = Annotated[str, typer.Argument(help="a-z, 0-9, `_`, `.` and `-`.")]


def secrets_app(console: "Console[House]") -> typer.Typer:
    """Return `evigate secrets`."""
    app = typer.Typer(no_args_is_help=True, help="Secrets: sealed, and never shown again.")

    @app.command("set")
    def set_(name: Name, as_json: Json = False) -> None:
        """Seal a secret, read from the terminal or from standard input."""
        if sys.stdin.isatty():
            value = typer.prompt("Value", hide_input=True, err=True)
        else:
            value = sys.stdin.read().rstrip("\n")

        async def work(session: "Session[House]") -> None:
            async with session.service.database.tx(session.subject) as tx:
                await session.service.vault.write(tx, name, value)

        console.run(work)
        if as_json:
            print_json({"name": name})
        else:
            note(f"sealed {name}")

    @app.command("list")
    def list_(as_json: Json = False) -> None:
        """List the names of secrets."""

        async def work(session: "Session[House]") -> list[dict[str, object]]:
            async with session.service.database.tx(session.subject) as tx:
                return [asdict(each) for each in await session.service.vault.list(tx)]

        found = console.run(work)
        if as_json:
            return print_json(found)
        for each in found:
            print(f"{each['name']}  {each['updated_at']}")
        return None

    @app.command()
    def delete(name: Name, as_json: Json = False) -> None:
        """Remove a secret."""

        async def work(session: "Session[House]") -> None:
            async with session.service.database.tx(session.subject) as tx:
                await session.service.vault.delete(tx, name)

        console.run(work)
        if as_json:
            print_json({"name": name, "deleted": True})

    return app


def budgets_app(console: "Console[House]") -> typer.Typer:
    """Return `evigate budgets`."""
    app = typer.Typer(no_args_is_help=True, help="Budgets: how much the tenant may use.")

    @app.command("list")
    def list_(as_json: Json = False) -> None:
        """List budgets; what has none is unlimited."""

        async def work(session: "Session[House]") -> list[Budget]:
            async with session.service.database.tx(session.subject) as tx:
                return await list_budgets(tx)

        found = console.run(work)
        if as_json:
            return print_json([asdict(each) for each in found])
        for each in found:
            used = f"{each.spent} spent, {each.reserved} reserved"
            print(f"{each.name}  {each.limit_amount} {each.unit}  {used}")
        return None

    @app.command("set")
    def set_(
        seconds: Annotated[int, typer.Argument(min=0, help="Seconds of notebook runs.")],
        as_json: Json = False,
    ) -> None:
        """Limit how long notebooks may run in all."""

        async def work(session: "Session[House]") -> None:
            async with session.service.database.tx(session.subject) as tx:
                await set_budget(tx, RUN_SECONDS, unit="seconds", limit_amount=seconds)

        console.run(work)
        if as_json:
            print_json({"name": RUN_SECONDS, "limit_amount": seconds, "unit": "seconds"})

    return app
