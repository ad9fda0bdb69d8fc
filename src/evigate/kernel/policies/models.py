"""Policies as values: who may do what to which things, under a condition, and how sure that is.

An action reads `resource:verb` (`project:read`), a thing reads `type:id` (`project:0190...`); in a
pattern a star stands for any part, and a last star for all that follows. A policy holds for an
action and a thing that its patterns cover where its condition is met; a grant is a role's
capabilities within a scope, which is the tenant or a thing that the asked one stands in.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from evigate.base.errors import EvigateError
from evigate.kernel.conditions import Condition, Step, parse_condition
from evigate.kernel.policies.errors import E_POLICY_INVALID

TENANT_SCOPE = "tenant"
PRIORITY_MAX = 1_000_000
_PART = r"(?:\*|[A-Za-z0-9_][A-Za-z0-9_.@+-]*)"
_PATTERN = re.compile(rf"{_PART}(?::{_PART})*")
PATTERN_MAX = 200
_ROLE_NAME = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_THING = re.compile(r"[a-z][a-z0-9_]*:[A-Za-z0-9_.@+-]+")


class Effect(StrEnum):
    """What a policy says where it holds."""

    ALLOW = "allow"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy; without a condition it holds wherever its patterns cover what is asked."""

    id: str
    name: str
    effect: Effect
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    condition: Condition | None = None
    priority: int = 0
    is_enabled: bool = True


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held within a scope until it expires; it allows what its capabilities cover."""

    id: str
    role: str
    capabilities: tuple[str, ...]
    scope: str = TENANT_SCOPE
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """May this be done to that? `document` holds what is known: `user`, `resource`, `env`, ...

    `scopes` are the things that the asked one stands in, itself first; the tenant is always one.
    """

    action: str
    resource: str
    document: Mapping[str, Any] = field(default_factory=dict)
    scopes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: an action, a thing, and what is known of the thing and of its surroundings.

    `resource_attributes` stand at `resource.NAME` in conditions beside `resource.type` and
    `resource.id`, `environment` at `env.NAME`; `scopes` are the things that it stands in.
    """

    action: str
    resource: str
    resource_attributes: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, Any] = field(default_factory=dict)
    scopes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Considered:
    """A policy or a grant that covers what is asked, and how its condition went.

    `result` is None for an error, which holds for a denial and does not for an allowance.
    """

    id: str
    name: str
    effect: Effect
    priority: int
    result: bool | None
    trace: tuple[Step, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether it has a say."""
        return self.effect is Effect.DENY if self.result is None else self.result


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer, those that made it by id, and all that was considered, most weighty first.

    `reason` is "allowed", "denied" (a policy says no), "error" (a denial's condition could not be
    answered, and nothing else denies) or "nothing_holds".
    """

    is_allowed: bool
    reason: str
    deciding: tuple[str, ...]
    considered: tuple[Considered, ...]


def parse_policy(policy_id: str, draft: "PolicyDraft") -> Policy:
    """
    Read a policy as a person wrote it; without conditions it holds always.

    Raises:
        EvigateError[E_POLICY_INVALID]: no name, effect, action or resource that is one, or a
            priority that is no whole number between -1,000,000 and 1,000,000.
        EvigateError[E_CONDITION_INVALID]: the condition is none of the rule language's.
    """
    name = draft.name.strip()
    if not 0 < len(name) <= PATTERN_MAX:
        raise EvigateError(E_POLICY_INVALID, "A policy has a name of up to 200 characters.")
    if draft.effect not in ("allow", "deny"):
        raise EvigateError(E_POLICY_INVALID, f"An effect is allow or deny, not {draft.effect!r}.")
    if not -PRIORITY_MAX <= draft.priority <= PRIORITY_MAX:
        message = f"A priority lies between -{PRIORITY_MAX} and {PRIORITY_MAX}."
        raise EvigateError(E_POLICY_INVALID, message)
    return Policy(
        id=policy_id,
        name=name,
        effect=Effect(draft.effect),
        actions=check_patterns("action", draft.actions),
        resources=check_patterns("resource", draft.resources),
        condition=parse_condition(dict(draft.conditions)) if draft.conditions else None,
        priority=draft.priority,
        is_enabled=draft.is_enabled,
    )


def check_name(name: str) -> str:
    """
    Return a role's name: up to 63 of a-z, 0-9, _ and -, a letter first.

    Raises:
        EvigateError[E_POLICY_INVALID]: it is none.
    """
    if not _ROLE_NAME.fullmatch(name):
        message = f"{name!r} is no name of a role: use a-z, 0-9, _ and -, a letter first."
        raise EvigateError(E_POLICY_INVALID, message)
    return name


def check_action(action: str) -> str:
    """
    Return an action, such as `project:read`.

    Raises:
        EvigateError[E_POLICY_INVALID]: it is none; a pattern is none either.
    """
    if "*" in action or not _PATTERN.fullmatch(action):
        raise EvigateError(E_POLICY_INVALID, f"{action!r} is no action such as project:read.")
    return action


def check_scope(scope: str) -> str:
    """
    Return a scope: `tenant`, or a thing such as `project:0190...`.

    Raises:
        EvigateError[E_POLICY_INVALID]: it is none.
    """
    if scope != TENANT_SCOPE and not _THING.fullmatch(scope):
        message = f"{scope!r} is no scope: write tenant, or a thing such as project:0190..."
        raise EvigateError(E_POLICY_INVALID, message)
    return scope


def check_patterns(what: str, patterns: Sequence[str]) -> tuple[str, ...]:
    """
    Return the patterns, each once, as they were given.

    Raises:
        EvigateError[E_POLICY_INVALID]: there is none, or one is no pattern.
    """
    if not patterns:
        raise EvigateError(E_POLICY_INVALID, f"At least one {what} is named; * covers all.")
    for pattern in patterns:
        if len(pattern) > PATTERN_MAX or not _PATTERN.fullmatch(pattern):
            message = f"{pattern!r} is no pattern of a {what}: write it like project:read or user:*"
            raise EvigateError(E_POLICY_INVALID, message)
    return tuple(dict.fromkeys(patterns))


def covers(pattern: str, name: str) -> bool:
    """Tell whether a pattern covers an action or a thing; `project:*` covers `project:a:b` too."""
    wanted, parts = pattern.split(":"), name.split(":")
    if wanted[-1] == "*":
        wanted, parts = wanted[:-1], parts[: len(wanted) - 1]
    return len(wanted) == len(parts) and all(
        part in ("*", found) for part, found in zip(wanted, parts, strict=True)
    )


@dataclass(frozen=True, slots=True)
class Role:
    """A role: the house's own have no id and cannot be changed; `version` counts its changes."""

    id: UUID | None
    name: str
    description: str
    capabilities: tuple[str, ...]
    version: int = 0


@dataclass(frozen=True, slots=True)
class HeldRole:
    """Who holds which role within which scope, until when, and through which organisation."""

    id: UUID
    role_id: UUID
    role: str
    user_id: UUID
    email: str
    scope: str
    granted_by: str
    created_at: datetime
    expires_at: datetime | None
    organisation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PolicyDraft:
    """A policy as a person writes it; `conditions` is a document of the rule language or None."""

    name: str
    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Mapping[str, Any] | None = None
    priority: int = 0
    is_enabled: bool = True
    description: str = ""


@dataclass(frozen=True, slots=True)
class KeptPolicy:
    """A policy as it is kept; `version` counts its changes."""

    id: UUID
    draft: PolicyDraft
    version: int
    created_by: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One answer that was given: to whom, what was asked, and what decided."""

    id: UUID
    user_id: UUID | None
    action: str
    resource: str
    is_allowed: bool
    reason: str
    deciding: tuple[str, ...]
    duration_us: int
    evaluated_at: datetime
