"""Which things of a kind a member may have something done to, as one expression of SQL.

The same answer as `decide` gives for each, level by level of priority: a denial that holds or has
no answer, then an allowance that holds, then the next level; grants stand at 0. The expression is
over rows `t(id uuid, attributes jsonb, scopes text[])`, and over `d.doc`, a row's document.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from evigate.kernel.conditions import Condition, compile_sql, reduce_condition
from evigate.kernel.policies.models import TENANT_SCOPE, Effect, Grant, Policy, covers
from evigate.kernel.policies.standing import Standing


@dataclass(frozen=True, slots=True)
class Filter:
    """An expression of type boolean, never null, and what goes into its places."""

    sql: str
    values: dict[str, Any]


ALL = Filter("true", {})
NONE = Filter("false", {})


def filter_of(standing: Standing, action: str, kind: str) -> Filter:
    """Return what is allowed of a kind; `ALL` or `NONE` itself where no row need be looked at."""
    writing = _Writing(standing, kind)
    granted = writing.granted([each for each in standing.grants if _allows(each, action)])
    concerned = [
        each for each in standing.policies if any(covers(one, action) for one in each.actions)
    ]
    tests = [(each, matched) for each in concerned if (matched := writing.matched(each))]
    nothing = {"true": ALL, "false": NONE}.get(granted, Filter(granted, writing.values))
    levels = sorted({0, *(each.priority for each, _ in tests)}, reverse=True)
    lines, has_a_say = [], False
    for level in levels:
        at_level = [(each, matched) for each, matched in tests if each.priority == level]
        denied = writing.joined(at_level, Effect.DENY)
        allowed = writing.joined(at_level, Effect.ALLOW)
        has_a_say |= bool(denied or allowed)
        if level == 0:
            allowed.append(granted)
        lines += [f"WHEN {' OR '.join(denied)} THEN false"] if denied else []
        lines += [f"WHEN {' OR '.join(allowed)} THEN true"] if allowed else []
    if not has_a_say:
        return nothing
    return Filter(f"(CASE {' '.join(lines)} ELSE false END)", writing.values)


def _allows(grant: Grant, action: str) -> bool:
    return any(covers(each, action) for each in grant.capabilities)


@dataclass(slots=True)
class _Writing:
    standing: Standing
    kind: str
    values: dict[str, Any] = field(default_factory=dict)

    def granted(self, grants: Sequence[Grant]) -> str:
        """Return where a grant that allows the action is held."""
        now = self.standing.now
        scopes = [each.scope for each in grants if not each.expires_at or each.expires_at > now]
        if TENANT_SCOPE in scopes:
            return "true"
        if not scopes:
            return "false"
        own = [each.partition(":")[2] for each in scopes if each.startswith(f"{self.kind}:")]
        self.values.update(granted_ids=own, granted_scopes=scopes)
        return "(t.id::text = ANY(%(granted_ids)s) OR t.scopes && %(granted_scopes)s)"

    def matched(self, policy: Policy) -> str | None:
        """Return which rows a policy's patterns cover; None where they cover no row of the kind."""
        if any(covers(each, f"{self.kind}:*") for each in policy.resources):
            return "true"
        ids = [thing for each in policy.resources if (thing := self._id_in(each))]
        if not ids:
            return None
        name = f"ids_{len(self.values)}"
        self.values[name] = ids
        return f"t.id::text = ANY(%({name})s)"

    def _id_in(self, pattern: str) -> str | None:
        thing = pattern.split(":")[1] if ":" in pattern else "*"
        return thing if thing != "*" and covers(pattern, f"{self.kind}:{thing}") else None

    def joined(self, tests: Sequence[tuple[Policy, str]], effect: Effect) -> list[str]:
        """Return the tests of one effect; no answer holds for a denial alone."""
        found = []
        for policy, matched in tests:
            if policy.effect is not effect:
                continue
            left = True if policy.condition is None else self._left_of(policy.condition)
            if isinstance(left, bool):
                found += [matched] if left else []
                continue
            prefix = f"p{len(self.values)}_"
            compiled = compile_sql(left, "d.doc", now=self.standing.now, prefix=prefix)
            self.values.update(compiled.values)
            unanswered = "true" if effect is Effect.DENY else "false"
            found.append(f"({matched} AND coalesce({compiled.sql}, {unanswered}))")
        return found

    def _left_of(self, condition: Condition) -> Condition | bool:
        """Return what is to be asked of each row; what is asked of the member is answered once."""
        known = {"user": self.standing.user, "env": {}}
        return reduce_condition(condition, known, now=self.standing.now)
