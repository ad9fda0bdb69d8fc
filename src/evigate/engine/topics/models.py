"""A topic, its batches on disk, and a message as a consumer group sees it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

import pyarrow as pa

from evigate.base.choices import Choice

OFFSET = "_offset"
PRODUCED_AT = "_produced_at"
PRODUCED_TYPE = pa.timestamp("us", "UTC")


class Broker(Choice):
    """Who wakes the readers; the log is in the database whichever it is.

    `memory` wakes those of the publisher's process (others look once a second), `postgres` those of
    every process, `nats` relays to JetStream as well, for readers that know nothing of Evigate.
    """

    MEMORY = "memory"
    POSTGRES = "postgres"
    NATS = "nats"


@dataclass(frozen=True)
class Topic:
    """A registered topic; messages from `first_offset` up to, without, `next_offset` are there."""

    id: UUID
    name: str
    schema_bytes: bytes
    broker: Broker
    next_offset: int
    first_offset: int
    sealed_offset: int
    relayed_offset: int
    retention_rows: int | None
    retention_s: int | None
    attempts_max: int
    created_at: datetime

    @cached_property
    def schema(self) -> pa.Schema:
        """The columns that a publisher gives."""
        return pa.ipc.read_schema(pa.py_buffer(self.schema_bytes))

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of those columns."""
        return frozenset(self.schema.names)

    @cached_property
    def stored_schema(self) -> pa.Schema:
        """The columns that a batch on disk has."""
        return self.schema.append(pa.field(PRODUCED_AT, PRODUCED_TYPE, nullable=False))


@dataclass(frozen=True, slots=True)
class StoredBatch:
    """A batch as it lies in the database."""

    first_offset: int
    row_count: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Group:
    """A consumer group: where it is, what is out with consumers, what it gave up."""

    name: str
    next_offset: int
    pending: int
    dead: int
    lag: int


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that a group gave up, and why."""

    message_offset: int
    attempts: int
    reason: str
    created_at: datetime
