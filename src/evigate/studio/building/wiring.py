"""What builds register: their codes, and the job that does one."""

from evigate.kernel.jobs import JobSpec
from evigate.studio.building.errors import CODES as CODES
from evigate.studio.building.service import BUILD_RUN, BuildService

ATTEMPTS_MAX = 3


def jobs(builds: BuildService) -> tuple[JobSpec, ...]:
    """Return the kinds of job."""
    return (
        JobSpec(BUILD_RUN, builds.walk, max_attempts=ATTEMPTS_MAX, on_dead_letter=builds.give_up),
    )
