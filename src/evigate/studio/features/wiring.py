"""What features register: their codes; their permissions are the studio's."""

from evigate.studio.features.errors import CODES as CODES
