"""`db.audit`: who searched for what, and whether the record of it is whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from evigate.base.subject import Subject
from evigate.engine.audit.chain import AuditVerdict, Link
from evigate.engine.verbs import MANAGE, READ, verb

if TYPE_CHECKING:
    from evigate.engine.core import Core


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One search: `record` says who, when, what was asked, over which versions, and the answer."""

    seq: int
    query_id: UUID
    record: Mapping[str, Any]


class AuditVerbs:
    """The verbs on one tenant's search audit."""

    def __init__(self, core: "Core", subject: Subject) -> None:
        self.core = core
        self.subject = subject

    @verb(MANAGE)
    def recent(self, *, limit: int = 20) -> Sequence[AuditRecord]:
        """Return the latest searches, newest first."""
        return [_view(link) for link in self.core.audit.recent(self.subject, limit=limit)]

    @verb(MANAGE)
    def get(self, query_id: str) -> AuditRecord:
        """Return one search by its id."""
        return _view(self.core.audit.get(self.subject, UUID(query_id)))

    @verb(MANAGE)
    def verify(self) -> AuditVerdict:
        """Walk the chain and tell whether a record was changed, moved or taken out."""
        return self.core.audit.verify(self.subject)

    @verb(READ)
    def flush(self) -> None:
        """Write the records that wait; returns once they are durable."""
        self.core.audit.flush()


def _view(link: Link) -> AuditRecord:
    return AuditRecord(link.seq, link.query_id, link.record)
