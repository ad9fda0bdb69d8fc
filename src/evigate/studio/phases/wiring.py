"""What phases register: their codes; their permissions are the studio's."""

from evigate.studio.phases.errors import CODES as CODES
