"""What the room registers: its permissions and its codes."""

from evigate.agents.errors import CODES as CODES
from evigate.agents.permissions import PERMISSIONS as PERMISSIONS
