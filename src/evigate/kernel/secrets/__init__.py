"""Keeping secrets: sealing them at rest, deriving keys from one, and hiding them from logs.

One sealing key guards an installation. What is sealed with it can be kept in a database or a file;
what is derived from it (cookie signatures, signed links, the database role's password) need not be
kept at all. The room is pure but for the key's own file.
"""

from evigate.kernel.secrets.errors import CODES as CODES
from evigate.kernel.secrets.redaction import redact as redact
from evigate.kernel.secrets.redaction import redact_event as redact_event
from evigate.kernel.secrets.sealing import SealingKey as SealingKey
from evigate.kernel.secrets.vault import PERMISSIONS as PERMISSIONS
from evigate.kernel.secrets.vault import SyncVault as SyncVault
from evigate.kernel.secrets.vault import Vault as Vault
