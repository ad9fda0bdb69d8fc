"""The gate as its entry points get it: the database, what judges, and the kinds there are."""

from dataclasses import dataclass

from evigate.gate.evaluate import Evaluator
from evigate.gate.kinds import Kinds
from evigate.kernel.db import Database


@dataclass(frozen=True, slots=True)
class Gate:
    """What commands and pages of the gate need; `boot` makes it."""

    database: Database
    evaluator: Evaluator
    kinds: Kinds
