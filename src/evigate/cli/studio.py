"""`evigate studio ...`: the commands of the studio's parts, put together."""

import typer

from evigate.boot.console import HouseConsole
from evigate.studio.building.commands import add_build_command, builds_app
from evigate.studio.commands import studio_app
from evigate.studio.context.commands import context_app
from evigate.studio.design.commands import design_app
from evigate.studio.features.commands import features_app
from evigate.studio.feedback.commands import feedback_app
from evigate.studio.library.commands import library_app
from evigate.studio.moving.commands import project_app
from evigate.studio.objectives.commands import objectives_app
from evigate.studio.phases.commands import add_phase_commands
from evigate.studio.planning.commands import plan_app
from evigate.studio.reviews.commands import reviews_app
from evigate.studio.specification.commands import spec_app
from evigate.studio.tasks.commands import tasks_app


def whole_studio_app() -> typer.Typer:
    """Return every command of the studio."""
    studio = studio_app(HouseConsole(lambda house: house.studio))
    builds = HouseConsole(lambda house: house.builds)
    specifications = HouseConsole(lambda house: house.specifications)
    parts = {
        "objectives": objectives_app(HouseConsole(lambda house: house.studio.objectives)),
        "library": library_app(HouseConsole(lambda house: house.library)),
        "task": tasks_app(HouseConsole(lambda house: house.tasks)),
        "features": features_app(HouseConsole(lambda house: house.features)),
        "plan": plan_app(
            HouseConsole(lambda house: house.plans),
            HouseConsole(lambda house: house.planning_artifacts),
        ),
        "design": design_app(HouseConsole(lambda house: house.designs)),
        "context": context_app(
            HouseConsole(lambda house: house.contexts), HouseConsole(lambda house: house.renewals)
        ),
        "reviews": reviews_app(HouseConsole(lambda house: house.reviews)),
        "spec": spec_app(specifications, HouseConsole(lambda house: house.statements)),
        "feedback": feedback_app(HouseConsole(lambda house: house.feedback)),
        "project": project_app(HouseConsole(lambda house: house.moving)),
        "builds": builds_app(builds),
    }
    for name, part in parts.items():
        studio.add_typer(part, name=name)
    add_phase_commands(studio, HouseConsole(lambda house: house.phases))
    add_build_command(studio, builds)
    return studio
