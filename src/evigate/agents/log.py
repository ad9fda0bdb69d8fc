"""A run's log and what it says: the events of a run, folded into where the run stands.

Nothing about a run in progress is kept elsewhere, so a process that reads the log carries on where
the last one stopped. The vocabulary is in migrations/functions/250_agents.sql.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter

from evigate.agents.messages import (
    ModelReply,
    ModelTurn,
    ToolCall,
    ToolResult,
    ToolTurn,
    Turn,
    Usage,
    UserTurn,
)

STREAM = "agent_run"

_RESULT: TypeAdapter[ToolResult] = TypeAdapter(ToolResult)


@dataclass(slots=True)
class Progress:
    """Where a run stands, as its events tell it.

    `attempt` counts outputs that broke the contract: 0 the first answer, 1 its repair, 2 a retry.
    `reply` is an answer that has not been judged; `open_call` a call that was reserved and not
    answered; `pending` are tool calls without a result, in order; `begun` those outside ones that
    were started. `answered_at` is how many turns there were before the last answer, `broken_at`
    before the first that broke the contract.
    """

    fence: str = ""
    overrides: dict[str, Any] = field(default_factory=dict)
    turns: list[Turn] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)
    attempt: int = 0
    reply: ModelReply | None = None
    open_call: dict[str, Any] | None = None
    pending: list[ToolCall] = field(default_factory=list)
    results: list[ToolResult] = field(default_factory=list)
    begun: set[str] = field(default_factory=set)
    approvals: dict[str, bool] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    fallback_reason: str | None = None
    is_paused: bool = False
    warned: set[tuple[str, bool]] = field(default_factory=set)
    answered_at: int = 0
    broken_at: int = 0

    def apply(self, type_: str, payload: Mapping[str, Any]) -> None:
        """Take in one event; events that only tell a reader something change nothing."""
        if (change := _CHANGES.get(type_)) is not None:
            change(self, payload)

    def _take(self, payload: Mapping[str, Any]) -> None:
        """Add what a call or a tool took."""
        self.usage = self.usage.plus(payload.get("usage") or {})

    def _start(self, payload: Mapping[str, Any]) -> None:
        self.fence = payload["fence"]
        self.turns = [UserTurn(text) for text in payload.get("turns", ())]

    def _reserve(self, payload: Mapping[str, Any]) -> None:
        self.open_call = dict(payload)

    def _answer(self, payload: Mapping[str, Any]) -> None:
        self.open_call = None
        self._take(payload)
        reply = ModelReply.of(payload["reply"])
        self.answered_at = len(self.turns)
        # An answer ends the conversation; what tools it names beside that are not used.
        is_final = reply.turn.output is not None or not reply.turn.calls or reply.finish != "stop"
        if is_final:
            self.reply = reply
            self.turns.append(ModelTurn(reply.turn.output or reply.turn.text))
            return
        self.turns.append(reply.turn)
        self.pending = list(reply.turn.calls)

    def _lose(self, payload: Mapping[str, Any]) -> None:
        self.open_call = None
        self._take(payload)

    def _begin_tool(self, payload: Mapping[str, Any]) -> None:
        self.begun.add(payload["call_id"])

    def _end_tool(self, payload: Mapping[str, Any]) -> None:
        self._take(payload)
        self.results.append(_RESULT.validate_python(payload["result"]))
        self.pending.pop(0)
        if not self.pending:
            self.turns.append(ToolTurn(tuple(self.results)))
            self.results = []

    def _break(self, payload: Mapping[str, Any]) -> None:
        self.reply = None
        self.attempt += 1
        if payload["next"] == "repair":
            self.broken_at = self.answered_at
            self.turns.append(UserTurn(payload["turn"]))
        elif payload["next"] == "retry":
            # As though the broken answers had not been given; what tools did since then stands.
            has_acted = any(isinstance(turn, ToolTurn) for turn in self.turns[self.broken_at :])
            del self.turns[self.answered_at if has_acted else self.broken_at :]

    def _fall_back(self, payload: Mapping[str, Any]) -> None:
        self.fallback_reason = payload["reason"]

    def _ask_approval(self, payload: Mapping[str, Any]) -> None:
        self.asked.add(payload["call_id"])

    def _decide(self, payload: Mapping[str, Any]) -> None:
        self.approvals[payload["call_id"]] = payload["is_approved"]

    def _pause(self, payload: Mapping[str, Any]) -> None:
        self.is_paused = True

    def _resume(self, payload: Mapping[str, Any]) -> None:
        self.is_paused = False
        self.overrides.update(payload.get("limits") or {})

    def _warn(self, payload: Mapping[str, Any]) -> None:
        self.warned.add((payload["name"], payload["is_passed"]))


_CHANGES: Mapping[str, Callable[[Progress, Mapping[str, Any]], None]] = {
    "run_started": Progress._start,
    "call_reserved": Progress._reserve,
    "model_turn": Progress._answer,
    "call_failed": Progress._lose,
    "call_lost": Progress._lose,
    "tool_started": Progress._begin_tool,
    "tool_finished": Progress._end_tool,
    "contract_broken": Progress._break,
    "fell_back": Progress._fall_back,
    "approval_needed": Progress._ask_approval,
    "approval_decided": Progress._decide,
    "run_paused": Progress._pause,
    "run_resumed": Progress._resume,
    "limit_warned": Progress._warn,
}
