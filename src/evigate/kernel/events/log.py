"""Appending to streams and reading them back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from psycopg.types.json import Jsonb

from evigate.base.ids import TenantId
from evigate.kernel.db import Tx, load_queries

AUDIT = "audit"
CHANNEL = "evigate_events"
READ_LIMIT_MAX = 1000

_queries = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class StreamKey:
    """A stream of one tenant; `kind` decides its vocabulary."""

    tenant_id: TenantId
    kind: str
    id: UUID

    def __str__(self) -> str:
        return f"{self.tenant_id}:{self.kind}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read back what `str` wrote; more fields after the id are ignored."""
        tenant, kind, stream_id, *_ = text.split(":")
        return cls(TenantId(UUID(tenant)), kind, UUID(stream_id))


@dataclass(frozen=True, slots=True)
class NewEvent:
    """A fact to append; `type` belongs to the vocabulary of the stream's kind."""

    type: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """A fact as it stands in the log; `seq` counts from 1 within its stream."""

    seq: int
    type: str
    actor: str
    payload: dict[str, Any]
    is_last: bool
    recorded_at: datetime


async def append_events(
    tx: Tx, kind: str, stream_id: UUID, events: Sequence[NewEvent], *, close: bool = False
) -> int:
    """Append facts in order and return the last seq; `close` makes the last one final.

    Raises:
        psycopg.errors.ForeignKeyViolation: a type is not in the vocabulary.
        psycopg.errors.ObjectNotInPrerequisiteState: the stream is closed.
    """
    seq: int = await _queries.append_events(
        tx.connection,
        kind=kind,
        id=stream_id,
        types=[event.type for event in events],
        payloads=[Jsonb(dict(event.payload)) for event in events],
        close=close,
    )
    return seq


async def audit(tx: Tx, type_: str, **payload: Any) -> None:
    """Append to the tenant's audit trail, in the transaction of what it tells of."""
    assert tx.subject.tenant_id is not None
    await append_events(tx, AUDIT, tx.subject.tenant_id, [NewEvent(type_, payload)])


async def reopen_stream(tx: Tx, kind: str, stream_id: UUID) -> None:
    """Let a closed stream take events again, as when a finished run is resumed."""
    await _queries.reopen_stream(tx.connection, kind=kind, id=stream_id)


async def read_events(
    tx: Tx, kind: str, stream_id: UUID, *, after: int = 0, limit: int = READ_LIMIT_MAX
) -> list[Event]:
    """Return the events after an offset, oldest first; empty for an unknown stream."""
    bound = min(limit, READ_LIMIT_MAX)
    rows = await _queries.read_events(
        tx.connection, kind=kind, id=stream_id, after=after, limit=bound
    )
    return [Event(**row) for row in rows]
