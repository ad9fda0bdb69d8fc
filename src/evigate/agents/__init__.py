"""Agents: runs that turn an input and its context into a typed output, with claims and usage.

What enters is an input, evidence as context and a set of tools; what leaves is a value of the
agent's output schema and what it cost. Always true: text of documents is never an instruction,
a cap is reserved before a call and settled after it, and every output names its producer.
"""

from evigate.agents.choosing import AgentState, Recordings
from evigate.agents.contracts import Answer, ClaimIn, verify
from evigate.agents.messages import Claim, DroppedClaim, Passage, PromptText, Usage
from evigate.agents.models import Agent, AgentResult, Implementation, Selection
from evigate.agents.policy import Limits, OnLimit, Price, estimate_tokens
from evigate.agents.service import AgentService, RunView
from evigate.agents.tools import Effect, Tool, ToolUse

__all__ = [
    "Agent",
    "AgentResult",
    "AgentService",
    "AgentState",
    "Answer",
    "Claim",
    "ClaimIn",
    "DroppedClaim",
    "Effect",
    "Implementation",
    "Limits",
    "OnLimit",
    "Passage",
    "Price",
    "PromptText",
    "Recordings",
    "RunView",
    "Selection",
    "Tool",
    "ToolUse",
    "Usage",
    "estimate_tokens",
    "verify",
]
