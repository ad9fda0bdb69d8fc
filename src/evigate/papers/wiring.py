"""What the room registers: its jobs."""

from collections.abc import Mapping
from typing import Any

from evigate.base.subject import Subject
from evigate.kernel.jobs import JobSpec
from evigate.papers.reproduce import give_up_journey, walk_journey
from evigate.papers.service import PapersService
from evigate.papers.verbs_plans import REPRODUCE

ATTEMPTS_MAX = 6


def jobs(service: PapersService) -> tuple[JobSpec, ...]:
    """Return the room's kinds of job."""

    async def walk(subject: Subject, arguments: Mapping[str, Any]) -> None:
        await walk_journey(service, subject, arguments)

    async def give_up(subject: Subject, arguments: Mapping[str, Any], error: BaseException) -> None:
        await give_up_journey(service, subject, arguments, error)

    return (JobSpec(REPRODUCE, walk, max_attempts=ATTEMPTS_MAX, on_dead_letter=give_up),)
