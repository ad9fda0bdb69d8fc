"""What runs of kits work with."""

from dataclasses import dataclass
from uuid import UUID

from evigate.agents import AgentService
from evigate.evidence import fetch
from evigate.kernel.db import Database
from evigate.kernel.secrets import Vault
from evigate.kernel.storage import Storage


@dataclass(frozen=True, slots=True)
class Means:
    """Where rows, bytes and secrets are; `rule` says which addresses a platform may have."""

    database: Database
    storage: Storage
    vault: Vault
    agents: AgentService
    rule: fetch.AddressRule = fetch.is_public


def secret_name(credential_row_id: UUID) -> str:
    """Return the name under which a credential's value is sealed."""
    return f"kit.{credential_row_id}"
