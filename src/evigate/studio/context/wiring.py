"""What the context registers: its codes."""

from evigate.studio.context.errors import CODES as CODES
