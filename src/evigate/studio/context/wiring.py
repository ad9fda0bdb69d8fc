"""What the context registers: its codes, and the job that makes anew what is out of date."""

from evigate.kernel.jobs import JobSpec
from evigate.studio.context.errors import CODES as CODES
from evigate.studio.context.renewing import RENEWAL, RenewalService

ATTEMPTS_MAX = 3


def jobs(renewals: RenewalService) -> tuple[JobSpec, ...]:
    """Return the room's kinds of job."""
    walk, give_up = renewals.walk, renewals.give_up
    return (JobSpec(RENEWAL, walk, max_attempts=ATTEMPTS_MAX, on_dead_letter=give_up),)
