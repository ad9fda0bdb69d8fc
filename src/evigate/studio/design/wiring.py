"""What the looks register: their codes."""

from evigate.studio.design.errors import CODES as CODES
