"""Collects each room's commands, and turns errors into one line and an exit code."""

import sys
from importlib import metadata
from typing import Annotated

import typer

from evigate.agents.commands import agents_app
from evigate.base.errors import EXIT_CODES, EvigateError
from evigate.boot import load_settings
from evigate.boot.console import HouseConsole
from evigate.cli.access import access_app
from evigate.cli.database import db_app
from evigate.cli.house import add_house_commands
from evigate.cli.organisations import organisations_app
from evigate.cli.people import jobs_app, members_app, tenants_app, tokens_app
from evigate.cli.upkeep import budgets_app, secrets_app
from evigate.engine.commands import engine_app
from evigate.evidence import search_command, stores_app
from evigate.gate.commands import evals_app
from evigate.gate.people_commands import artifacts_app, prompts_app, reviews_app
from evigate.kernel.console import note
from evigate.learning.commands import learning_app
from evigate.papers import papers_app, runs_app, storyboards_app
from evigate.studio.building.commands import add_build_command, builds_app
from evigate.studio.commands import studio_app
from evigate.studio.context.commands import context_app
from evigate.studio.design.commands import design_app
from evigate.studio.features.commands import features_app
from evigate.studio.feedback.commands import feedback_app
from evigate.studio.kits.commands import kits_app
from evigate.studio.library.commands import library_app
from evigate.studio.moving.commands import project_app
from evigate.studio.objectives.commands import objectives_app
from evigate.studio.phases.commands import add_phase_commands
from evigate.studio.planning.commands import plan_app
from evigate.studio.reviews.commands import reviews_app as spec_reviews_app
from evigate.studio.specification.commands import spec_app
from evigate.studio.tasks.commands import tasks_app


def build_app() -> typer.Typer:
    """Return the whole command line."""
    app = typer.Typer(
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

    settings = load_settings()
    papers = HouseConsole(lambda house: house.papers)
    papers_commands = papers_app(papers, settings.upload_max_bytes)
    stories = HouseConsole(lambda house: house.storyboards)
    papers_commands.add_typer(storyboards_app(stories), name="storyboard")
    app.add_typer(papers_commands, name="papers")
    app.add_typer(runs_app(papers), name="runs")
    stores = HouseConsole(lambda house: house.stores)
    app.add_typer(stores_app(stores), name="stores")
    search_command(app, stores)
    app.add_typer(learning_app(HouseConsole(lambda house: house.learning)), name="learning")
    studio = studio_app(HouseConsole(lambda house: house.studio))
    studio.add_typer(
        objectives_app(HouseConsole(lambda house: house.studio.objectives)), name="objectives"
    )
    studio.add_typer(library_app(HouseConsole(lambda house: house.library)), name="library")
    studio.add_typer(tasks_app(HouseConsole(lambda house: house.tasks)), name="task")
    studio.add_typer(features_app(HouseConsole(lambda house: house.features)), name="features")
    plans = HouseConsole(lambda house: house.plans)
    desk = HouseConsole(lambda house: house.planning_artifacts)
    studio.add_typer(plan_app(plans, desk), name="plan")
    studio.add_typer(design_app(HouseConsole(lambda house: house.designs)), name="design")
    contexts = HouseConsole(lambda house: house.contexts)
    renewals = HouseConsole(lambda house: house.renewals)
    studio.add_typer(context_app(contexts, renewals), name="context")
    studio.add_typer(spec_reviews_app(HouseConsole(lambda house: house.reviews)), name="reviews")
    specifications = HouseConsole(lambda house: house.specifications)
    app.add_typer(kits_app(specifications, HouseConsole(lambda house: house.kits)), name="kits")
    statements = HouseConsole(lambda house: house.statements)
    studio.add_typer(spec_app(specifications, statements), name="spec")
    add_phase_commands(studio, HouseConsole(lambda house: house.phases))
    studio.add_typer(feedback_app(HouseConsole(lambda house: house.feedback)), name="feedback")
    studio.add_typer(project_app(HouseConsole(lambda house: house.moving)), name="project")
    builds = HouseConsole(lambda house: house.builds)
    add_build_command(studio, builds)
    studio.add_typer(builds_app(builds), name="builds")
    app.add_typer(studio, name="studio")
    house = HouseConsole(lambda house: house)
    app.add_typer(engine_app(HouseConsole(lambda house: house.engine)), name="engine")
    app.add_typer(agents_app(HouseConsole(lambda house: house.agents)), name="agents")
    gate = HouseConsole(lambda house: house.gate)
    app.add_typer(evals_app(gate), name="evals")
    app.add_typer(reviews_app(gate), name="reviews")
    app.add_typer(artifacts_app(gate), name="artifacts")
    app.add_typer(prompts_app(gate), name="prompts")
    app.add_typer(db_app(), name="db")
    app.add_typer(tenants_app(house), name="tenants")
    app.add_typer(members_app(house), name="members")
    app.add_typer(access_app(house), name="access")
    app.add_typer(organisations_app(house), name="orgs")
    app.add_typer(tokens_app(house), name="tokens")
    app.add_typer(jobs_app(house), name="jobs")
    app.add_typer(secrets_app(house), name="secrets")
    app.add_typer(budgets_app(house), name="budgets")
    add_house_commands(app, house)
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
    except KeyboardInterrupt:
        note("Stopped.")
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(141)
