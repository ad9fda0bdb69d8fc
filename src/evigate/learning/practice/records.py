"""xAPI statements to a learning record store: an outbox that is sent in order and tried again."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import psycopg

from evigate.base.clock import utc_now
from evigate.base.errors import E_UNAVAILABLE, EvigateError
from evigate.base.subject import Subject
from evigate.kernel.access import require
from evigate.kernel.db import Database, Tx, load_queries
from evigate.kernel.jobs import enqueue
from evigate.learning.permissions import WATCH

_queries = load_queries(__package__)

XAPI_VERSION = "1.0.3"
BATCH = 100
SEND = "learning.send_statements"
# So long a batch is gathered before it is sent.
SEND_AFTER = timedelta(seconds=20)
TIMEOUT_S = 20.0


@dataclass(frozen=True, slots=True)
class RecordStore:
    """Where statements go: the base address of an xAPI endpoint and its basic credentials."""

    url: str
    user: str = ""
    password: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of the outbox; `sent_at` is None while it waits."""

    id: UUID
    statement: dict[str, Any]
    sent_at: datetime | None
    error: str | None
    attempts: int
    created_at: datetime


async def ask_to_send(tx: Tx) -> None:
    """Leave a job that sends what waits; a tenant has one at most."""
    key = f"statements:{tx.subject.tenant_id}"
    try:
        async with tx.connection.transaction():
            await enqueue(tx, SEND, {}, run_at=utc_now() + SEND_AFTER, lock=key, unique_key=key)
    except psycopg.errors.UniqueViolation:
        return


class RecordService:
    """The outbox of every tenant; without a store statements are kept and can be read."""

    def __init__(self, database: Database, store: RecordStore | None) -> None:
        self._database = database
        self._store = store

    async def list_statements(
        self, subject: Subject, *, is_unsent: bool = False, limit: int = 500
    ) -> list[Statement]:
        """Return statements, oldest first."""
        require(subject, WATCH)
        async with self._database.tx(subject) as tx:
            rows = await _queries.list_statements(tx.connection, is_unsent=is_unsent, limit=limit)
        return [Statement(**row) for row in rows]

    async def send(self, subject: Subject) -> int:
        """Send what waits and return how many were taken; what was refused keeps the reason.

        Raises:
            EvigateError[E_UNAVAILABLE]: no store is set, or it did not take the statements.
        """
        require(subject, WATCH)
        if self._store is None:
            raise EvigateError(E_UNAVAILABLE, "No record store is set (EVIGATE_XAPI_URL).")
        sent = 0
        while waiting := await self.list_statements(subject, is_unsent=True, limit=BATCH):
            await self._post(subject, self._store, waiting)
            sent += len(waiting)
        return sent

    async def _post(
        self, subject: Subject, store: RecordStore, waiting: Sequence[Statement]
    ) -> None:
        ids = [each.id for each in waiting]
        auth = httpx.BasicAuth(store.user, store.password) if store.user else None
        problem = ""
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT_S, auth=auth) as client:
                answer = await client.post(
                    f"{store.url.rstrip('/')}/statements",
                    content=json.dumps([each.statement for each in waiting]),
                    headers={
                        "content-type": "application/json",
                        "x-experience-api-version": XAPI_VERSION,
                    },
                )
            # 409 says that the store has these very ids already.
            if answer.status_code >= 300 and answer.status_code != 409:
                problem = f"the record store answered {answer.status_code}"
        except httpx.HTTPError as error:
            problem = f"the record store cannot be reached: {type(error).__name__}"
        async with self._database.tx(subject) as tx:
            if problem:
                await _queries.mark_unsent(tx.connection, ids=ids, error=problem)
            else:
                await _queries.mark_sent(tx.connection, ids=ids)
        if problem:
            raise EvigateError(E_UNAVAILABLE, f"Statements wait: {problem}.")
