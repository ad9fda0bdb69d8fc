"""What the room registers: its jobs, kinds of artifact, agents and codes."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from evigate.base.subject import Subject
from evigate.kernel.jobs import JobSpec
from evigate.papers.by_model import CLAIM_READER
from evigate.papers.environments.verbs import ENVIRONMENT
from evigate.papers.errors import CODES as PAPER_CODES
from evigate.papers.recipe_writer import RECIPE_WRITER
from evigate.papers.reproduce import give_up_journey, walk_journey
from evigate.papers.service import PapersService
from evigate.papers.storyboards import STORYBOARD_KIND, STORYTELLER
from evigate.papers.storyboards.errors import CODES as STORY_CODES
from evigate.papers.verbs_plans import REPRODUCE

ATTEMPTS_MAX = 6
KINDS = (STORYBOARD_KIND,)
AGENTS = (CLAIM_READER, RECIPE_WRITER, STORYTELLER)
CODES = (*PAPER_CODES, *STORY_CODES)


def jobs(service: PapersService) -> tuple[JobSpec, ...]:
    """Return the room's kinds of job."""

    async def walk(subject: Subject, arguments: Mapping[str, Any]) -> None:
        await walk_journey(service, subject, arguments)

    async def give_up(subject: Subject, arguments: Mapping[str, Any], error: BaseException) -> None:
        await give_up_journey(service, subject, arguments, error)

    async def build(subject: Subject, arguments: Mapping[str, Any]) -> None:
        await service.build_environment(subject, UUID(arguments["run_id"]))

    async def stop_building(
        subject: Subject, arguments: Mapping[str, Any], error: BaseException
    ) -> None:
        await service.end_building(subject, UUID(arguments["run_id"]), error)

    return (
        JobSpec(REPRODUCE, walk, max_attempts=ATTEMPTS_MAX, on_dead_letter=give_up),
        JobSpec(ENVIRONMENT, build, max_attempts=ATTEMPTS_MAX, on_dead_letter=stop_building),
    )
