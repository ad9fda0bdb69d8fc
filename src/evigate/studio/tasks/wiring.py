"""What the room registers: its codes; and who takes the answer to a task, by what that is about."""

from collections.abc import Mapping

from evigate.kernel.policies import Guard
from evigate.kernel.secrets import Vault
from evigate.studio.service import StudioService
from evigate.studio.tasks.errors import CODES as CODES
from evigate.studio.tasks.service import Taker, TaskService


def tasks(
    guard: Guard, vault: Vault, studio: StudioService, takers: Mapping[str, Taker]
) -> TaskService:
    """Return the service; `takers` take answers by what these are about, beside a need's."""
    return TaskService(studio.database, guard, vault, studio, takers)
