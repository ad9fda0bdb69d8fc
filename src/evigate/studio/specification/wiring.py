"""What the specification registers: its codes and its kind of artifact."""

from evigate.studio.specification.errors import CODES as CODES
from evigate.studio.specification.kinds import KINDS as KINDS
