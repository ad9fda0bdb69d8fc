"""What the room registers: its codes; and who takes the answer to a task, by what that is about."""

from evigate.kernel.policies import Guard
from evigate.kernel.secrets import Vault
from evigate.studio.planning.service import PlanService
from evigate.studio.service import StudioService
from evigate.studio.tasks.errors import CODES as CODES
from evigate.studio.tasks.service import TaskService


def tasks(guard: Guard, vault: Vault, studio: StudioService, plans: PlanService) -> TaskService:
    """Return the service; answers about a question are the plan's, about a need the talk's."""
    return TaskService(studio.database, guard, vault, studio, {"question": plans.take})
