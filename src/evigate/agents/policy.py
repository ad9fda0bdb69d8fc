"""Caps on a run: what is reserved before a call, what a call cost, and when a limit is met.

Pure arithmetic; `meter.py` does the same against the tenant's budgets. Money is in micros, the
millionth of the unit that prices are given in; prices are micros per million tokens.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from evigate.agents.messages import ModelRequest, Usage
from evigate.base.choices import Choice

WARNING_SHARE = 0.8
# Tokens of tokenizers in use hold about four bytes of English and seldom fewer than three; other
# scripts take one to two tokens a character. Too low an estimate would let a call exceed its
# reservation, so both are taken from the expensive side.
ASCII_PER_TOKEN = 3
TOKENS_PER_OTHER = 2
TOKENS_PER_MESSAGE = 16
PER_MILLION = 1_000_000


class OnLimit(Choice):
    """What a run does at a limit: wait for a person, end, or go on and say so."""

    PAUSE = "pause"
    FAIL = "fail"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may take; None is no cap. `output_tokens` is of one call, the rest of all."""

    turns: int = 12
    output_tokens: int = 4096
    tokens: int | None = None
    cost_micros: int | None = None
    duration_s: float = 600.0
    call_timeout_s: float = 120.0

    def to_json(self) -> dict[str, Any]:
        """Return them as JSON values."""
        return asdict(self)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Read back what `to_json` returned; names it does not have keep their defaults."""
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Price:
    """What a model costs, in micros per million tokens."""

    input_micros: int
    output_micros: int

    def cost_micros(self, input_tokens: int, output_tokens: int) -> int:
        """Return the cost, rounded up, so that many small calls cannot pass for free."""
        total = input_tokens * self.input_micros + output_tokens * self.output_micros
        return math.ceil(total / PER_MILLION)


@dataclass(frozen=True, slots=True)
class Reservation:
    """What a call may take at most; `micros` is None where no price is known."""

    tokens: int
    micros: int | None


@dataclass(frozen=True, slots=True)
class LimitHit:
    """A limit that the next call would pass."""

    name: str
    limit: float
    wanted: float

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)

    def __str__(self) -> str:
        return (
            f"{self.name}: the limit is {self.limit:g}, the next call could bring {self.wanted:g}"
        )


def estimate_tokens(text: str) -> int:
    """Return about how many tokens a text takes, rather too many than too few; 0 for none."""
    plain = sum(1 for character in text if character.isascii())
    return math.ceil(plain / ASCII_PER_TOKEN) + (len(text) - plain) * TOKENS_PER_OTHER


def reservation(request: ModelRequest, price: Price | None) -> Reservation:
    """Return what a request may take: its own estimated tokens and the longest answer."""
    values = request.to_json()
    texts = (json.dumps(values[name], ensure_ascii=False) for name in ("turns", "tools"))
    parts = (request.system, *texts, json.dumps(request.output_schema, ensure_ascii=False))
    prompt = sum(estimate_tokens(part) for part in parts)
    prompt += TOKENS_PER_MESSAGE * (len(request.turns) + len(request.tools) + 2)
    output = request.output_tokens_max
    micros = None if price is None else price.cost_micros(prompt, output)
    return Reservation(prompt + output, micros)


def limit_hit(limits: Limits, usage: Usage, wanted: Reservation) -> LimitHit | None:
    """Return the run's own limit that the next call would pass, None if none.

    Turns first, then time, tokens, cost. Cost that is capped and has no price meets its cap.
    """
    if usage.calls >= limits.turns:
        return LimitHit("turns", limits.turns, usage.calls + 1)
    if usage.duration_ms / 1000 >= limits.duration_s:
        return LimitHit("duration_s", limits.duration_s, usage.duration_ms / 1000)
    tokens = usage.input_tokens + usage.output_tokens + wanted.tokens
    if limits.tokens is not None and tokens > limits.tokens:
        return LimitHit("tokens", limits.tokens, tokens)
    if limits.cost_micros is not None:
        spent, next_ = usage.cost_micros, wanted.micros
        is_priced = spent is not None and next_ is not None
        cost = (spent or 0) + (next_ or 0) if is_priced else limits.cost_micros + 1
        if cost > limits.cost_micros:
            return LimitHit("cost_micros", limits.cost_micros, cost)
    return None


def crossed(before: float, after: float, limit: float | None) -> bool:
    """Tell whether the warning share of a limit was passed between two readings."""
    if limit is None or limit <= 0:
        return False
    return before < WARNING_SHARE * limit <= after


def warnings(limits: Limits, before: Usage, after: Usage) -> list[str]:
    """Return the names of the run's limits of which four fifths are now used and were not."""
    readings = (
        ("turns", before.calls, after.calls, limits.turns),
        ("tokens", _tokens(before), _tokens(after), limits.tokens),
        ("cost_micros", before.cost_micros or 0, after.cost_micros or 0, limits.cost_micros),
        ("duration_s", before.duration_ms / 1000, after.duration_ms / 1000, limits.duration_s),
    )
    return [name for name, old, new, limit in readings if crossed(old, new, limit)]


def _tokens(usage: Usage) -> int:
    return usage.input_tokens + usage.output_tokens
