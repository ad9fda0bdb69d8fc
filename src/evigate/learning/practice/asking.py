"""What a session asks next: the item it asked already, or the best of the bank for its learner."""

import time
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

import numpy as np

from evigate.base.clock import utc_now
from evigate.kernel.db import Tx, load_queries
from evigate.learning.practice.choose import Known, Pool, count_open, next_item
from evigate.learning.practice.learner import parameters_of
from evigate.learning.practice.models import Session

_queries = load_queries(__package__)

POOL_LIFETIME_S = 5.0
POOLS_MAX = 200
# A small bank is read anew each time; it costs little, and what was just approved is there.
FRESH_BELOW = 100


class Asking:
    """Chooses for every session; keeps each module's approved items for a few seconds."""

    def __init__(self) -> None:
        self._pools: dict[tuple[UUID | None, UUID], tuple[float, Pool]] = {}

    async def current(self, tx: Tx, session: Session) -> Mapping[str, Any] | None:
        """Return the bank's row of what the session asks now; None when nothing is left."""
        asked = session.current_artifact_id
        if asked is not None:
            row: Mapping[str, Any] | None = await _queries.bank_item(tx.connection, id=asked)
            if row is not None:
                return row
        found: Mapping[str, Any] | None = None
        chosen = await self.choose(tx, session)
        if chosen is not None:
            found = await _queries.bank_item(tx.connection, id=chosen)
        if found is None:
            # Nothing is left, or what was chosen left the bank since the pool was read.
            await self._pool(tx, session.module_id, is_fresh=True)
            chosen = await self.choose(tx, session)
            found = await _queries.bank_item(tx.connection, id=chosen) if chosen else None
        await _queries.ask(tx.connection, id=session.id, artifact_id=found["id"] if found else None)
        if found is not None:
            await _queries.count_shown(tx.connection, artifact_id=found["id"])
        return found

    async def count(
        self, tx: Tx, user_id: UUID, module_id: UUID, *, mode: str, kinds: Collection[str]
    ) -> int:
        """Return how many items a new session of a learner could ask, each once."""
        known = await _known(tx, user_id, module_id, None)
        pool = await self._pool(tx, module_id)
        return count_open(pool, known, mode=mode, kinds=kinds, now=utc_now())

    async def choose(self, tx: Tx, session: Session) -> UUID | None:
        """Return the item that serves the learner best now, None where nothing fits."""
        known = await _known(tx, session.user_id, session.module_id, session.id)
        return next_item(
            await self._pool(tx, session.module_id),
            known,
            mode=session.mode,
            kinds=session.kinds,
            now=utc_now(),
            seed=session.answered + session.id.int % 1_000_003,
        )

    async def _pool(self, tx: Tx, module_id: UUID, *, is_fresh: bool = False) -> Pool:
        """Return the module's approved items, as they were a few seconds ago at most."""
        place = (tx.subject.tenant_id, module_id)
        kept = self._pools.get(place)
        if kept is not None and not is_fresh:
            is_young = time.monotonic() - kept[0] < POOL_LIFETIME_S
            if is_young and len(kept[1].ids) >= FRESH_BELOW:
                return kept[1]
        rows = list(await _queries.pool(tx.connection, module_id=module_id))
        parameters = [parameters_of(row) for row in rows]
        pool = Pool(
            ids=tuple(row["id"] for row in rows),
            kinds=tuple(row["kind"] for row in rows),
            slopes=np.array([each.a for each in parameters]),
            difficulties=np.array([each.b for each in parameters]),
            exposures=tuple(row["exposure"] for row in rows),
        )
        if len(self._pools) >= POOLS_MAX:
            self._pools.clear()
        self._pools[place] = (time.monotonic(), pool)
        return pool


async def _known(tx: Tx, user_id: UUID, module_id: UUID, session_id: UUID | None) -> Known:
    row = await _queries.known_of_learner(
        tx.connection, user_id=user_id, module_id=module_id, session_id=session_id
    )
    return Known(
        seen=frozenset(row["seen"]),
        asked=frozenset(row["asked"]),
        due=dict(zip(row["planned"], row["due"], strict=True)),
        theta=row["theta"] or 0.0,
    )
