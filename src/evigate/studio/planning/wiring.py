"""What planning registers: its codes, its kinds of artifact, and the job that makes a plan."""

from evigate.kernel.jobs import JobSpec
from evigate.studio.planning.errors import CODES as CODES
from evigate.studio.planning.kinds import KINDS as KINDS
from evigate.studio.planning.service import PLAN, PlanService

ATTEMPTS_MAX = 3


def jobs(plans: PlanService) -> tuple[JobSpec, ...]:
    """Return the room's kinds of job."""
    return (JobSpec(PLAN, plans.walk, max_attempts=ATTEMPTS_MAX, on_dead_letter=plans.give_up),)
