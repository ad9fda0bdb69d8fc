"""What the room registers: its codes."""

from evigate.studio.tasks.errors import CODES as CODES
