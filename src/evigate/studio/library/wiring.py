"""What the library registers: its permissions and codes."""

from evigate.studio.library.errors import CODES as CODES
from evigate.studio.library.permissions import PERMISSIONS as PERMISSIONS
