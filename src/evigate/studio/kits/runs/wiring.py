"""What runs of kits register: codes, permissions, the mender, and the job that does a run."""

from evigate.kernel.jobs import JobSpec
from evigate.studio.kits.errors import CODES as CODES
from evigate.studio.kits.permissions import PERMISSIONS as PERMISSIONS
from evigate.studio.kits.runs.regenerating import MENDER
from evigate.studio.kits.runs.service import KIT_RUN, KitRunService

AGENTS = (MENDER,)
ATTEMPTS_MAX = 3


def jobs(runs: KitRunService) -> tuple[JobSpec, ...]:
    """Return the kinds of job."""
    return (JobSpec(KIT_RUN, runs.walk, max_attempts=ATTEMPTS_MAX, on_dead_letter=runs.give_up),)
