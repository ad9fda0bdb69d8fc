"""The SQL of features: seeds, candidate sets, the board."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from evigate.base.ids import new_uuid
from evigate.kernel.db import Tx, load_queries
from evigate.studio.features.models import Candidate, Chosen, Curation, Seed, SeedDecision

_queries = load_queries(__package__)
_LISTS = ("needed_by", "depends", "excludes", "accept", "seed_keys")


async def list_seeds(tx: Tx, project_id: UUID) -> tuple[Seed, ...]:
    """Return the project's present seeds, critical ones first; the rules' hints are not kept."""
    return tuple(
        Seed(**row) for row in await _queries.list_seeds(tx.connection, project_id=project_id)
    )


async def replace_seeds(
    tx: Tx, project_id: UUID, seeds: Sequence[Seed], discovery_version: int
) -> None:
    """Put the seeds of a version of the discovery in place of the ones before, which are kept."""
    await _queries.supersede_seeds(tx.connection, project_id=project_id)
    for position, seed in enumerate(seeds):
        plain = asdict(seed)
        del plain["hints"]
        await _queries.put_seed(
            tx.connection,
            id=new_uuid(),
            project_id=project_id,
            position=position,
            discovery_version=discovery_version,
            **plain,
        )


async def list_decisions(tx: Tx, project_id: UUID) -> dict[str, SeedDecision]:
    """Return what was decided of seeds, by their keys."""
    rows = await _queries.list_decisions(tx.connection, project_id=project_id)
    return {row.pop("seed_key"): SeedDecision(**row) for row in map(dict, rows)}


async def put_decision(
    tx: Tx, project_id: UUID, seed_key: str, decision: str | None, reason: str
) -> None:
    """Keep what was decided of a seed; None takes the decision back."""
    if decision is None:
        await _queries.undecide_seed(tx.connection, project_id=project_id, seed_key=seed_key)
        return
    await _queries.decide_seed(
        tx.connection, project_id=project_id, seed_key=seed_key, decision=decision, reason=reason
    )


async def insert_candidates(
    tx: Tx,
    project_id: UUID,
    candidates: Sequence[Candidate],
    *,
    metadata: Mapping[str, Any],
    content_hash: str,
    discovery_version: int,
) -> UUID:
    """Add a set of candidates, which never changes, and return its id."""
    set_id = new_uuid()
    await _queries.insert_candidate_set(
        tx.connection,
        id=set_id,
        project_id=project_id,
        discovery_version=discovery_version,
        candidates=Jsonb([asdict(each) for each in candidates]),
        metadata=Jsonb(dict(metadata)),
        content_hash=content_hash,
    )
    return set_id


async def get_candidates(tx: Tx, set_id: UUID) -> tuple[dict[str, Any], tuple[Candidate, ...]]:
    """Return a set's row and its candidates, surest first."""
    row = dict(await _queries.get_candidate_set(tx.connection, id=set_id))
    return row, tuple(_candidate(each) for each in row.pop("candidates"))


def _candidate(plain: Mapping[str, Any]) -> Candidate:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in plain.items()
    }
    return Candidate(**values)


async def get_curation(tx: Tx, project_id: UUID) -> Curation | None:
    """Return the head of a project's board; None where nobody looked for candidates yet."""
    row = await _queries.get_curation(tx.connection, project_id=project_id)
    return None if row is None else Curation(**row)


async def put_curation(
    tx: Tx,
    project_id: UUID,
    set_id: UUID,
    *,
    discovery_version: int,
    cached: Mapping[str, Sequence[Any]],
) -> None:
    """Let the board rest on a set of candidates; what was chosen stays."""
    await _queries.put_curation(
        tx.connection,
        id=new_uuid(),
        project_id=project_id,
        candidate_set_id=set_id,
        discovery_version=discovery_version,
        **{name: Jsonb(list(values)) for name, values in cached.items()},
    )


async def touch_curation(tx: Tx, project_id: UUID, source_hash: str) -> None:
    """Say that the board is being worked on, and what it holds."""
    await _queries.touch_curation(tx.connection, project_id=project_id, source_hash=source_hash)


async def complete_curation(tx: Tx, project_id: UUID) -> None:
    """Say that the board is whole and is planned by."""
    await _queries.complete_curation(tx.connection, project_id=project_id)


async def list_features(tx: Tx, project_id: UUID) -> tuple[Chosen, ...]:
    """Return the features that were decided on, in the order of the board."""
    rows = await _queries.list_features(tx.connection, project_id=project_id)
    return tuple(Chosen(**{**row, **{name: tuple(row[name]) for name in _LISTS}}) for row in rows)


async def put_feature(tx: Tx, project_id: UUID, set_id: UUID | None, feature: Chosen) -> None:
    """Write a feature of the board as it stands."""
    plain = asdict(feature)
    await _queries.put_feature(
        tx.connection,
        project_id=project_id,
        candidate_set_id=set_id,
        **{**plain, **{name: list(plain[name]) for name in _LISTS}},
    )


async def follow_selection(tx: Tx, project_id: UUID, selected: Sequence[str]) -> None:
    """Withdraw the plan's questions that no chosen feature asks, and bring back those one does."""
    for query in (_queries.withdraw_questions, _queries.restore_questions):
        await query(tx.connection, project_id=project_id, selected=list(selected))
