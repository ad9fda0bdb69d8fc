"""What a discovery knows, as features and plan read it: the words, the claims, the version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from evigate.base.errors import EvigateError
from evigate.kernel.db import Tx
from evigate.studio import fields
from evigate.studio.errors import E_PROJECT_NOT_FOUND
from evigate.studio.features.models import DiscoveryChange, Seed
from evigate.studio.features.seeds import seeds_of
from evigate.studio.session.conflicts import shown
from evigate.studio.session.models import Claim, Session
from evigate.studio.store import load_session

PERSONAS = (fields.PRIMARY_USER, fields.SECONDARY_USERS, fields.TECHNICAL_LEVEL)
PRIORITIES = (fields.DEALBREAKERS, fields.MEASURES, fields.CORE_PROBLEM)
CONSTRAINTS = (
    fields.TIMELINE,
    fields.BUDGET,
    fields.TECHNICAL_CONSTRAINTS,
    fields.EXISTING_SYSTEMS,
    fields.OUT_OF_SCOPE,
)


@dataclass(frozen=True, slots=True)
class Known:
    """All that was said and holds: the words, the accepted claims, the version of the discovery."""

    text: str
    claims: tuple[Claim, ...]
    version: int
    domain: str

    @property
    def cached(self) -> Mapping[str, Sequence[Any]]:
        """Return what a board keeps beside it: who it is for, what matters, what limits it."""
        parts = {
            "user_profiles": PERSONAS,
            "priority_signals": PRIORITIES,
            "constraints": CONSTRAINTS,
        }
        return {
            name: [_plain(c) for p in paths for c in self.of(p)] for name, paths in parts.items()
        }

    def of(self, field_path: str) -> list[Claim]:
        """Return the claims of a field, in the order they were said."""
        return [each for each in self.claims if each.field_path == field_path]


async def known_of(tx: Tx, project_id: UUID) -> Known:
    """
    Return what the project's discovery knows.

    Raises:
        EvigateError[E_PROJECT_NOT_FOUND]: this tenant has none such.
    """
    session = await load_session(tx, project_id)
    if session is None:
        raise EvigateError(E_PROJECT_NOT_FOUND, f"There is no project {str(project_id)!r}.")
    accepted = tuple(each for each in session.claims.values() if each.status == "accepted")
    return Known(said_text(session), accepted, session.version, session.domain)


def said_text(session: Session) -> str:
    """Return what people said and did not take back, a paragraph a message."""
    revised = {each.revises for each in session.messages if each.revises is not None}
    return "\n\n".join(
        each.content for each in session.messages if each.role == "user" and each.id not in revised
    )


def change_of(known: Known, version_then: int, seeds: Sequence[Seed]) -> DiscoveryChange | None:
    """Return what the discovery says otherwise than when the seeds were drawn; None for nothing."""
    if known.version == version_then:
        return None
    now = {each.key: each.feature_name for each in seeds_of(known.claims)}
    then = {each.key: each.feature_name for each in seeds}
    return DiscoveryChange(
        version_then=version_then,
        version_now=known.version,
        added=tuple(name for key, name in now.items() if key not in then),
        gone=tuple(name for key, name in then.items() if key not in now),
    )


def _plain(claim: Claim) -> dict[str, Any]:
    return {"field": claim.field_path, "value": shown(claim.value), "confidence": claim.confidence}
