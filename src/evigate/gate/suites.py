"""The verbs on suites and prompts: rows that never change once used, and which one is in charge.

A suite without a tenant is the library's. A tenant may write its own and put it in charge of a
kind; the database asks that a hard check of it has a judge that may gate.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from evigate.base.errors import EvigateError
from evigate.base.ids import new_uuid
from evigate.gate.errors import (
    E_SUITE_INVALID,
    E_SUITE_NOT_FOUND,
    E_SUITE_WEAK,
    refusals,
)
from evigate.gate.models import Rule, Suite
from evigate.gate.permissions import GOVERN, READ
from evigate.kernel.access import require
from evigate.kernel.db import Tx, load_queries

_queries = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class NewRule:
    """A rule to write; one that is neither hard nor advice asks a person when it is missed."""

    eval_type: str
    min_score: float | None = None
    max_score: float | None = None
    weight: float = 1.0
    hard_fail: bool = False
    is_advisory: bool = False
    params: Mapping[str, Any] = field(default_factory=dict)


async def list_suites(tx: Tx) -> list[Suite]:
    """Return every suite that the tenant sees, by name, the newest version first."""
    require(tx.subject, READ)
    rows = await _queries.list_suites(tx.connection)
    return await _with_rules(tx, rows)


async def find_suite(tx: Tx, name: str, version: int | None = None) -> Suite:
    """Return a suite by name, the tenant's own before the library's, the newest unless told.

    Raises:
        EvigateError[E_SUITE_NOT_FOUND]: there is none such.
    """
    require(tx.subject, READ)
    row = await _queries.find_suite(tx.connection, name=name, version=version)
    if row is None:
        raise EvigateError(E_SUITE_NOT_FOUND, f"There is no suite {name!r}.")
    return (await _with_rules(tx, [row]))[0]


async def suite_in_charge(tx: Tx, kind: str) -> Suite:
    """Return the suite that judges a kind of artifact today.

    Raises:
        EvigateError[E_SUITE_NOT_FOUND]: none does.
    """
    require(tx.subject, READ)
    suite_id = await _queries.suite_in_charge(tx.connection, kind=kind)
    row = await _queries.get_suite(tx.connection, id=suite_id) if suite_id else None
    if row is None:
        raise EvigateError(E_SUITE_NOT_FOUND, f"No suite judges artifacts of kind {kind!r}.")
    return (await _with_rules(tx, [row]))[0]


async def charges(tx: Tx) -> dict[str, UUID]:
    """Return which suite is in charge of each kind."""
    require(tx.subject, READ)
    rows = await _queries.list_charges(tx.connection)
    return {row["kind"]: row["suite_id"] for row in rows}


async def create_suite(
    tx: Tx,
    name: str,
    rules: Sequence[NewRule],
    *,
    description: str = "",
    pass_score: float = 0.6,
    review: str = "doubtful",
    needs_citations: bool = True,
) -> Suite:
    """Write a suite; a name that exists gets its next version.

    Raises:
        EvigateError[E_SUITE_INVALID]: no rules, a check twice, or a bound out of range.
    """
    require(tx.subject, GOVERN)
    if not rules:
        raise EvigateError(E_SUITE_INVALID, f"The suite {name!r} has no rules.")
    suite_id = new_uuid()
    try:
        async with tx.connection.transaction():
            await _queries.insert_suite(
                tx.connection,
                id=suite_id,
                name=name,
                description=description,
                pass_score=pass_score,
                review=review,
                needs_citations=needs_citations,
            )
            for rule in rules:
                await _queries.insert_rule(tx.connection, suite_id=suite_id, **_columns(rule))
    except (psycopg.errors.IntegrityError, psycopg.errors.DataError) as error:
        reason = str(error).splitlines()[0]
        raise EvigateError(E_SUITE_INVALID, f"The suite {name!r} was refused: {reason}.") from error
    return await find_suite(tx, name)


async def put_in_charge(tx: Tx, kind: str, suite: Suite) -> None:
    """Let a suite judge a kind from now on; what it approved under another stays approved.

    Raises:
        EvigateError[E_SUITE_WEAK]: none of its hard checks has a judge that may gate.
    """
    require(tx.subject, GOVERN)
    async with refusals(tx, E_SUITE_WEAK):
        await _queries.put_in_charge(tx.connection, kind=kind, suite_id=suite.id)


def _columns(rule: NewRule) -> dict[str, Any]:
    return {
        "eval_type": rule.eval_type,
        "min_score": rule.min_score,
        "max_score": rule.max_score,
        "weight": rule.weight,
        "hard_fail": rule.hard_fail,
        "is_advisory": rule.is_advisory,
        "params": Jsonb(dict(rule.params)),
    }


async def _with_rules(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> list[Suite]:
    found = await _queries.list_rules(tx.connection, suite_ids=[row["id"] for row in rows])
    rules: dict[UUID, list[Rule]] = {}
    for each in found:
        rules.setdefault(each["suite_id"], []).append(Rule(**each))
    return [Suite(**row, rules=tuple(rules.get(row["id"], ()))) for row in rows]
