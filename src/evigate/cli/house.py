"""`evigate serve`, `mcp`, `worker`, `doctor`, `export`, `link`: the house itself."""

import asyncio
import signal
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evigate.base.subject import Subject
from evigate.boot import load_settings
from evigate.boot.doctor import Check, check_up
from evigate.boot.export import export_tenant
from evigate.boot.health import health_of
from evigate.boot.logs import configure_logs
from evigate.boot.serve import serve_house
from evigate.boot.upkeep import sweep_blobs
from evigate.cli.people import link_url
from evigate.kernel.console import Console, Session, note, print_json
from evigate.kernel.realtime import Heartbeat

if TYPE_CHECKING:
    from evigate.boot import House

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
TOOLS_TOKEN_LIFETIME_S = 24 * 3600.0


class ChannelKind(StrEnum):
    """The types of channels."""

    PROJECT = "project"
    SESSION = "session"
    ORGANIZATION = "organization"
    USER = "user"
    SYSTEM = "system"


MARKS = {"ok": "✔", "warning": "!", "failed": "✘"}


def add_house_commands(app: typer.Typer, console: "Console[House]") -> None:
    """Add the commands that stand at the top level."""
    _add_serving(app, console)
    _add_watching(app, console)
    _add_keeping(app, console)


def _add_serving(app: typer.Typer, console: "Console[House]") -> None:
    @app.command()
    def serve(
        host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
        port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one.")] = None,
        worker: Annotated[bool, typer.Option(help="Work on jobs in this process too.")] = True,
        landing: Annotated[
            str | None, typer.Option(help="Page that the printed link leads to, as in /papers.")
        ] = None,
    ) -> None:
        """Serve the pages and the API, and work on jobs."""
        from evigate.web import create_app

        settings = load_settings()
        chosen = settings.model_copy(
            update={
                name: value for name, value in (("host", host), ("port", port)) if value is not None
            }
        )
        asyncio.run(serve_house(chosen, create_app, has_worker=worker, landing=landing, say=note))

    @app.command()
    def mcp() -> None:
        """Serve the API's tools to a coding agent on standard input and output (MCP).

        `evigate serve` has the same tools over HTTP at /mcp, for anyone with a token.
        """

        async def work(session: "Session[House]") -> None:
            await _serve_tools(session.service, session.subject)

        console.run(work)

    @app.command()
    def worker(
        concurrency: Annotated[
            int | None, typer.Option(min=1, max=64, help="Jobs at the same time.")
        ] = None,
    ) -> None:
        """Work on jobs until stopped."""
        asyncio.run(_work(concurrency))


def _add_watching(app: typer.Typer, console: "Console[House]") -> None:
    @app.command()
    def health(as_json: Json = False) -> None:
        """Look at what runs: database, queue, storage, connections, budgets."""
        found = console.run(lambda s: health_of(s.service, s.subject))
        if as_json:
            print_json(found.to_json())
        else:
            _print_checks(list(found.checks))
        if found.status == "failed":
            raise typer.Exit(8)

    @app.command()
    def connections(
        everything: Annotated[bool, typer.Option("--all", help="Those that ended too.")] = False,
        as_json: Json = False,
    ) -> None:
        """List who follows what live, and how far behind each is."""
        found = console.run(
            lambda s: s.service.realtime.standing(s.subject, is_open=not everything)
        )
        if as_json:
            print_json([asdict(each) for each in found.connections])
            return
        for each in found.connections:
            print(f"{each.channel} {each.actor} {each.message_count} events, {each.lag} behind,"
                  f" {each.end_reason or 'open'}")  # fmt: skip
        note(f"{found.totals.open} open.")

    @app.command()
    def heartbeat(
        channel_type: Annotated[ChannelKind, typer.Argument(help="Which type of channel.")],
        interval_ms: Annotated[int, typer.Argument(help="A ping each so many milliseconds.")],
        timeout_ms: Annotated[int, typer.Argument(help="Dropped after taking nothing so long.")],
        as_json: Json = False,
    ) -> None:
        """Set how often a type of channel is pinged."""
        wanted = Heartbeat(channel_type.value, interval_ms, timeout_ms)
        console.run(lambda s: s.service.realtime.set_heartbeat(s.subject, wanted))
        if as_json:
            print_json(asdict(wanted))
        else:
            note(
                f"{wanted.channel_type}: pinged each {interval_ms} ms, dropped after {timeout_ms}."
            )

    @app.command()
    def doctor(as_json: Json = False) -> None:
        """Tell what is here, what is missing, and what that costs."""
        checks = asyncio.run(check_up(load_settings()))
        if as_json:
            print_json([each.to_json() for each in checks])
        else:
            _print_checks(checks)
        if any(each.status == "failed" for each in checks):
            raise typer.Exit(8)


def _add_keeping(app: typer.Typer, console: "Console[House]") -> None:
    @app.command()
    def export(
        folder: Annotated[Path, typer.Argument(help="A folder that is not there yet.")],
        as_json: Json = False,
    ) -> None:
        """Write all of the tenant's rows as JSON lines and its files beside them."""

        async def work(session: "Session[House]") -> dict[str, int]:
            return await export_tenant(session.service, session.subject, folder)

        counts = console.run(work)
        if as_json:
            print_json({"folder": str(folder), "rows": counts})
        else:
            note(f"{sum(counts.values())} rows of {len(counts)} tables written to {folder}")

    @app.command()
    def sweep(as_json: Json = False) -> None:
        """Remove files that no row names and that are older than a day; runs daily by itself."""
        count = console.run(lambda s: sweep_blobs(s.service))
        if as_json:
            print_json({"removed": count})
        else:
            note(f"removed {count} stray files")

    @app.command()
    def link(as_json: Json = False) -> None:
        """Print a link that signs the owner in, once and within ten minutes."""

        async def work(session: "Session[House]") -> str:
            token = await session.service.tenancy.make_link(session.subject)
            return link_url(session.service, token)

        url = console.run(work)
        if as_json:
            print_json({"url": url})
        else:
            print(url)


def _print_checks(checks: list[Check]) -> None:
    for each in checks:
        print(f"{MARKS[each.status]} {each.name}: {each.detail}")
        if each.remediation and each.status != "ok":
            print(f"    {each.remediation}")


async def _serve_tools(house: "House", subject: Subject) -> None:
    """Serve one client, with a token that is worth nothing once it has gone."""
    from evigate.web import create_app
    from evigate.web.tools import ToolsEndpoint

    token_id, token = await house.tenancy.create_token(
        subject, "evigate mcp", lifetime_s=TOOLS_TOKEN_LIFETIME_S
    )
    try:
        await ToolsEndpoint(create_app(house), house.doors).on_standard_input(token)
    finally:
        await house.tenancy.revoke_token(subject, token_id)


async def _work(concurrency: int | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stop.set)
    from evigate.boot import House

    settings = load_settings()
    configure_logs(settings)
    async with House.open(settings) as house:
        await house.home()
        note("working; Ctrl-C stops")
        count = concurrency or settings.worker_concurrency
        await house.worker().run(concurrency=count, stop=stop)
