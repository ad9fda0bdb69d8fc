"""Deciding by grants and policies: the highest priority that has a say decides, and a denial wins.

A grant allows at priority 0. Nothing that holds is a denial. The order in which policies and
grants are given is nothing: the answer and the order of what was considered come from their
priority, effect and id.
"""

from collections.abc import Iterable
from datetime import datetime

from evigate.kernel.conditions import Step, evaluate
from evigate.kernel.policies.models import (
    TENANT_SCOPE,
    Considered,
    Decision,
    Effect,
    Grant,
    Policy,
    Question,
    covers,
)


def decide(
    question: Question, policies: Iterable[Policy], grants: Iterable[Grant], *, now: datetime
) -> Decision:
    """
    Answer a question of access.

    Args:
        policies: those that are switched off have no say.
        grants: those of the one who asks; one that expired, or whose scope is none of the
            question's, has no say.
        now: the moment of asking, for expiry and for conditions on time.

    Returns:
        The decision; everything that covers the action and the thing is in `considered`, also
        where its condition was not met.
    """
    found = [_by_grant(grant) for grant in grants if _applies(grant, question, now)]
    found += [
        _by_policy(policy, question, now) for policy in policies if _concerns(policy, question)
    ]
    found.sort(key=lambda each: (-each.priority, each.effect is Effect.ALLOW, each.id))
    having_a_say = [each for each in found if each.holds]
    if not having_a_say:
        return Decision(False, "nothing_holds", (), tuple(found))
    top = [each for each in having_a_say if each.priority == having_a_say[0].priority]
    denying = [each for each in top if each.effect is Effect.DENY]
    deciding = denying or top
    if not denying:
        reason = "allowed"
    else:
        reason = "denied" if any(each.result for each in denying) else "error"
    return Decision(not denying, reason, tuple(each.id for each in deciding), tuple(found))


def _applies(grant: Grant, question: Question, now: datetime) -> bool:
    if grant.expires_at is not None and grant.expires_at <= now:
        return False
    is_in_scope = grant.scope == TENANT_SCOPE or any(
        covers(grant.scope, scope) for scope in (question.resource, *question.scopes)
    )
    return is_in_scope and any(covers(each, question.action) for each in grant.capabilities)


def _concerns(policy: Policy, question: Question) -> bool:
    return (
        policy.is_enabled
        and any(covers(pattern, question.action) for pattern in policy.actions)
        and any(covers(pattern, question.resource) for pattern in policy.resources)
    )


def _by_grant(grant: Grant) -> Considered:
    return Considered(grant.id, grant.role, Effect.ALLOW, 0, result=True)


def _by_policy(policy: Policy, question: Question, now: datetime) -> Considered:
    result: bool | None = True
    trace: tuple[Step, ...] = ()
    if policy.condition is not None:
        outcome = evaluate(policy.condition, dict(question.document), now=now)
        result, trace = outcome.result, outcome.trace
    return Considered(policy.id, policy.name, policy.effect, policy.priority, result, trace)
