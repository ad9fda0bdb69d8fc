"""What the room registers: its permissions and its job."""

from collections.abc import Mapping
from typing import Any

from evigate.base.subject import Subject
from evigate.evidence.permissions import PERMISSIONS as PERMISSIONS
from evigate.evidence.stores import StoreService
from evigate.kernel.jobs import JobSpec

INDEX_TASK = "evidence.index"
ATTEMPTS_MAX = 3


def jobs(service: StoreService) -> tuple[JobSpec, ...]:
    """Return the room's kinds of job."""

    async def index(subject: Subject, arguments: Mapping[str, Any]) -> None:
        await service.index(subject, await service.get(subject, str(arguments["store_id"])))

    return (JobSpec(INDEX_TASK, index, max_attempts=ATTEMPTS_MAX),)
