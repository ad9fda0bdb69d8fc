"""What the room registers: its permissions, kinds of artifact, agents, codes and jobs."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from evigate.base.subject import Subject
from evigate.kernel.jobs import JobSpec
from evigate.learning.building.objectives import OBJECTIVE_WRITER
from evigate.learning.building.overviews import OVERVIEW_WRITER
from evigate.learning.building.service import BUILD
from evigate.learning.building.writer import WRITER
from evigate.learning.errors import CODES as CODES
from evigate.learning.items.kinds import KINDS as KINDS
from evigate.learning.permissions import PERMISSIONS as PERMISSIONS
from evigate.learning.practice.grader import GRADER
from evigate.learning.practice.measure import MEASURE, MEASURE_DUE, ask_for_due
from evigate.learning.practice.records import SEND
from evigate.learning.service import LearningService

ATTEMPTS_MAX = 5
# A record store may be away for a while; the next answer asks again in any case.
SEND_ATTEMPTS_MAX = 10
DAILY = "23 2 * * *"
AGENTS = (WRITER, OBJECTIVE_WRITER, OVERVIEW_WRITER, GRADER)


def jobs(service: LearningService) -> tuple[JobSpec, ...]:
    """Return the room's kinds of job."""
    builds = service.builds

    async def measure(subject: Subject, arguments: Mapping[str, Any]) -> None:
        await service.measure(subject, UUID(str(arguments["module_id"])))

    async def measure_due(_subject: Subject, _arguments: Mapping[str, Any]) -> None:
        await ask_for_due(service.database)

    async def send(subject: Subject, _arguments: Mapping[str, Any]) -> None:
        await service.records.send(subject)

    return (
        JobSpec(BUILD, builds.walk, max_attempts=ATTEMPTS_MAX, on_dead_letter=builds.give_up),
        JobSpec(MEASURE, measure, max_attempts=ATTEMPTS_MAX),
        JobSpec(MEASURE_DUE, measure_due, cron=DAILY),
        JobSpec(SEND, send, max_attempts=SEND_ATTEMPTS_MAX),
    )
