"""What the room registers: the job that sees to stale artifacts."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from evigate.base.subject import Subject
from evigate.gate.evaluate import Evaluator
from evigate.gate.kinds import Kinds
from evigate.gate.reevaluate import REEVALUATE, reevaluate
from evigate.kernel.db import Database
from evigate.kernel.jobs import JobSpec

ATTEMPTS_MAX = 5


def jobs(database: Database, evaluator: Evaluator, kinds: Kinds) -> tuple[JobSpec, ...]:
    """Return the room's kinds of job."""

    async def run(subject: Subject, arguments: Mapping[str, Any]) -> None:
        await reevaluate(database, evaluator, kinds, subject, UUID(str(arguments["module_id"])))

    return (JobSpec(REEVALUATE, run, max_attempts=ATTEMPTS_MAX),)
