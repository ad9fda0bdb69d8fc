"""The gate as its entry points get it: the database, what judges, the kinds, and the agents."""

from dataclasses import dataclass

from evigate.agents import AgentService
from evigate.gate.evaluate import Evaluator
from evigate.gate.kinds import Kinds
from evigate.kernel.db import Database


@dataclass(frozen=True, slots=True)
class Gate:
    """What commands and pages of the gate need; `boot` makes it."""

    database: Database
    evaluator: Evaluator
    kinds: Kinds
    agents: AgentService
