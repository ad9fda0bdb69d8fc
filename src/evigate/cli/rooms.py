"""What stands at the top level of the command line, and how each is loaded when it is asked for.

The help of the whole and a mistyped name load no room; a command loads its own room alone until it
opens the house. The first lines of help stand here for that reason, and a test holds them to the
commands' own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import typer
from typer.core import TyperGroup

from evigate.boot.console import HouseConsole


@dataclass(frozen=True, slots=True)
class Entry:
    """A group of commands, or one command of the app that `load` returns."""

    name: str
    help: str
    load: Callable[[], typer.Typer]

    def command(self) -> Any:
        """Load it, as a command of click."""
        found = typer.main.get_command(self.load())
        alone = getattr(found, "commands", {}).get(self.name) if self in HOUSE else None
        found = alone or found
        found.name = self.name
        return found


def _papers() -> typer.Typer:
    from evigate.boot.settings import load_settings
    from evigate.papers import papers_app, storyboards_app

    app = papers_app(HouseConsole(lambda house: house.papers), load_settings().upload_max_bytes)
    stories = HouseConsole(lambda house: house.storyboards)
    app.add_typer(storyboards_app(stories), name="storyboard")
    return app


def _runs() -> typer.Typer:
    from evigate.papers import runs_app

    return runs_app(HouseConsole(lambda house: house.papers))


def _stores() -> typer.Typer:
    from evigate.evidence import stores_app

    return stores_app(HouseConsole(lambda house: house.stores))


def _search() -> typer.Typer:
    from evigate.evidence import search_command

    app = typer.Typer()
    search_command(app, HouseConsole(lambda house: house.stores))
    return app


def _learning() -> typer.Typer:
    from evigate.learning.commands import learning_app

    return learning_app(HouseConsole(lambda house: house.learning))


def _kits() -> typer.Typer:
    from evigate.studio.kits.commands import kits_app

    specifications = HouseConsole(lambda house: house.specifications)
    return kits_app(specifications, HouseConsole(lambda house: house.kits))


def _studio() -> typer.Typer:
    from evigate.cli.studio import whole_studio_app

    return whole_studio_app()


def _engine() -> typer.Typer:
    from evigate.engine.commands import engine_app

    return engine_app(HouseConsole(lambda house: house.engine))


def _agents() -> typer.Typer:
    from evigate.agents.commands import agents_app

    return agents_app(HouseConsole(lambda house: house.agents))


def _evals() -> typer.Typer:
    from evigate.gate.commands import evals_app

    return evals_app(HouseConsole(lambda house: house.gate))


def _of_gate(name: str) -> Callable[[], typer.Typer]:
    def load() -> typer.Typer:
        from evigate.gate import people_commands

        app: typer.Typer = getattr(people_commands, name)(HouseConsole(lambda house: house.gate))
        return app

    return load


def _database() -> typer.Typer:
    from evigate.cli.database import db_app

    return db_app()


def _access() -> typer.Typer:
    from evigate.cli.access import access_app

    return access_app(HouseConsole(lambda house: house))


def _organisations() -> typer.Typer:
    from evigate.cli.organisations import organisations_app

    return organisations_app(HouseConsole(lambda house: house))


def _of_people(name: str) -> Callable[[], typer.Typer]:
    def load() -> typer.Typer:
        from evigate.cli import people

        app: typer.Typer = getattr(people, name)(HouseConsole(lambda house: house))
        return app

    return load


def _of_upkeep(name: str) -> Callable[[], typer.Typer]:
    def load() -> typer.Typer:
        from evigate.cli import upkeep

        app: typer.Typer = getattr(upkeep, name)(HouseConsole(lambda house: house))
        return app

    return load


def _house() -> typer.Typer:
    from evigate.cli.house import add_house_commands

    app = typer.Typer()
    add_house_commands(app, HouseConsole(lambda house: house))
    return app


HOUSE = tuple(
    Entry(name, text, _house)
    for name, text in (
        ("serve", "Serve the pages and the API, and work on jobs."),
        ("mcp", "Serve the API's tools to a coding agent on standard input and output (MCP)."),
        ("worker", "Work on jobs until stopped."),
        ("health", "Look at what runs: database, queue, storage, connections, budgets."),
        ("connections", "List who follows what live, and how far behind each is."),
        ("heartbeat", "Set how often a type of channel is pinged."),
        ("doctor", "Tell what is here, what is missing, and what that costs."),
        ("export", "Write all of the tenant's rows as JSON lines and its files beside them."),
        (
            "sweep",
            "Remove files that no row names and that are older than a day; runs daily by itself.",
        ),
        ("link", "Print a link that signs the owner in, once and within ten minutes."),
    )
)
ENTRIES = (
    Entry("papers", "Papers: from a PDF to which numbers held up.", _papers),
    Entry("runs", "Runs: look at, follow, cancel, run again.", _runs),
    Entry("stores", "Stores: documents that can be searched.", _stores),
    Entry("search", "Find the passages of a store that answer a question.", _search),
    Entry("learning", "Learning: from a chapter to items one can trust.", _learning),
    Entry("studio", "Studio: from a paragraph to what must be built.", _studio),
    Entry("kits", "Kits: code and documents out of a specification.", _kits),
    Entry("engine", "The engine: sources, SQL, search, tables, topics.", _engine),
    Entry("agents", "Agents: who does their work, and their runs.", _agents),
    Entry("evals", "Judge drafts, and judge the judges.", _evals),
    Entry("reviews", "Reviews: what waits for a person's verdict.", _of_gate("reviews_app")),
    Entry("artifacts", "Artifacts: drafts, and what was decided.", _of_gate("artifacts_app")),
    Entry("prompts", "Prompts: versioned text, one version in use.", _of_gate("prompts_app")),
    *HOUSE,
    Entry("db", "The database: address, schema, migrations.", _database),
    Entry("tenants", "Tenants: the organisations in this house.", _of_people("tenants_app")),
    Entry("members", "Members: the people of the tenant.", _of_people("members_app")),
    Entry("access", "Access: roles, policies, who may do what.", _access),
    Entry("orgs", "Organisations: agencies and their customers.", _organisations),
    Entry("tokens", "API tokens of the tenant's owner.", _of_people("tokens_app")),
    Entry("jobs", "Jobs: what waits, runs, and was given up.", _of_people("jobs_app")),
    Entry("secrets", "Secrets: sealed, and never shown again.", _of_upkeep("secrets_app")),
    Entry("budgets", "Budgets: how much the tenant may use.", _of_upkeep("budgets_app")),
)


class LazyGroup(TyperGroup):
    """The top level: it lists by name and first line, and loads the command that is run."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that the arguments name, loaded."""
        name, listed, rest = super().resolve_command(ctx, args)
        return name, None if listed is None else loaded(name or ""), rest


def loaded(name: str) -> Any:
    """Load one entry by its name."""
    return next(entry for entry in ENTRIES if entry.name == name).command()
