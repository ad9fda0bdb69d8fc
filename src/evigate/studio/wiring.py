"""What the room registers: permissions, codes, agents, jobs, and what access is asked of."""

from evigate.kernel.jobs import JobSpec
from evigate.kernel.organisations import DefaultRole
from evigate.studio.errors import CODES as CODES
from evigate.studio.permissions import ANSWER, PROJECT, READ
from evigate.studio.permissions import PERMISSIONS as PERMISSIONS
from evigate.studio.reader import REQUIREMENT_READER
from evigate.studio.research.models import ATTEMPTS_MAX
from evigate.studio.research.service import RESEARCH
from evigate.studio.service import StudioService

AGENTS = (REQUIREMENT_READER,)
KINDS = (PROJECT,)
CUSTOMER_ROLE = DefaultRole(
    "client",
    "A customer's: looks at the project and answers its questions and tasks.",
    tuple(each.name.replace(".", ":") for each in (READ, ANSWER)),
)


def jobs(service: StudioService) -> tuple[JobSpec, ...]:
    """Return the room's kinds of job."""
    research = service.research
    return (
        JobSpec(RESEARCH, research.run, max_attempts=ATTEMPTS_MAX, on_dead_letter=research.give_up),
    )
