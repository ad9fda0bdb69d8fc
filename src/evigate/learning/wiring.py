"""What the room registers: its permissions, kinds of artifact, agents, codes and jobs."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from evigate.base.subject import Subject
from evigate.kernel.jobs import JobSpec
from evigate.learning.building.service import BUILD
from evigate.learning.building.writer import WRITER
from evigate.learning.errors import CODES as CODES
from evigate.learning.items.kinds import KINDS as KINDS
from evigate.learning.permissions import PERMISSIONS as PERMISSIONS
from evigate.learning.practice.measure import MEASURE
from evigate.learning.service import LearningService

ATTEMPTS_MAX = 5
AGENTS = (WRITER,)


def jobs(service: LearningService) -> tuple[JobSpec, ...]:
    """Return the room's kinds of job."""
    builds = service.builds

    async def measure(subject: Subject, arguments: Mapping[str, Any]) -> None:
        await service.measure(subject, UUID(str(arguments["module_id"])))

    return (
        JobSpec(BUILD, builds.walk, max_attempts=ATTEMPTS_MAX, on_dead_letter=builds.give_up),
        JobSpec(MEASURE, measure, max_attempts=ATTEMPTS_MAX),
    )
