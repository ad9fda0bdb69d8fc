"""What a build will take and has taken: calls, tokens and money of the models it asks.

Before, an estimate from the passages: the writer's calls are known, what a judge is sent is guessed
from a passage's mean length. It errs on the dear side, since each answer is counted as long as it
may be. After, what the runs of agents under the build settled.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from evigate.agents import AgentService, AgentState, Implementation
from evigate.agents.policy import estimate_tokens
from evigate.base.subject import Subject
from evigate.evidence import StoredChunk
from evigate.gate.judges.chosen import PREFIX
from evigate.gate.judges.llm import SHUFFLE_SEEDS
from evigate.kernel.db import Tx, load_queries
from evigate.learning.building.by_model import PASSAGES_A_CALL
from evigate.learning.building.objectives import NAME as OBJECTIVES
from evigate.learning.building.options import BuildOptions
from evigate.learning.building.overviews import NAME as OVERVIEWS
from evigate.learning.building.writer import NAME

_queries = load_queries(__package__)

# Beside the passages: rules, the form of the answer, the draft's own parts.
FRAME_TOKENS = 700
# A judge's answer is short, whatever it may be at most.
JUDGE_ANSWER_TOKENS = 300
CORRECTNESS = f"{PREFIX}answer_correctness"


@dataclass(frozen=True, slots=True)
class Cost:
    """Calls of models, their tokens and what they cost; `micros` is None where a price is missing.

    `models` names who is asked, by agent; empty where everything is done here and nothing is paid.
    """

    calls: int
    input_tokens: int
    output_tokens: int
    micros: int | None
    models: Mapping[str, str]


async def estimate(
    agents: AgentService, subject: Subject, chunks: Sequence[StoredChunk], options: BuildOptions
) -> Cost:
    """Return what a build over these passages would take with the tenant's choices of today."""
    prose = [each for each in chunks if each.kind == "prose"]
    text_tokens = sum(estimate_tokens(each.text) for each in prose)
    passage_tokens = text_tokens // max(1, len(prose))
    calls = into = out = 0
    micros: int | None = 0
    models: dict[str, str] = {}
    for state in await agents.choosing.states(subject):
        counted = _calls_of(state, prose, options.items)
        if not counted or state.selection.implementation is not Implementation.MODEL:
            continue
        is_writer = state.agent.name in (NAME, OBJECTIVES, OVERVIEWS)
        own_in = counted * FRAME_TOKENS + (text_tokens if is_writer else counted * passage_tokens)
        own_out = counted * (state.limits.output_tokens if is_writer else JUDGE_ANSWER_TOKENS)
        price = state.selection.price
        cost = None if price is None else price.cost_micros(own_in, own_out)
        micros = None if micros is None or cost is None else micros + cost
        calls, into, out = calls + counted, into + own_in, out + own_out
        models[state.agent.name] = state.selection.label
    return Cost(calls, into, out, micros, models)


def _calls_of(state: AgentState, prose: Sequence[StoredChunk], items: int) -> int:
    """Return how often a build asks an agent; 0 for those that it does not use."""
    name = state.agent.name
    documents: dict[UUID, int] = {}
    for each in prose:
        documents[each.document_id] = documents.get(each.document_id, 0) + 1
    if name in (OBJECTIVES, OVERVIEWS):
        return len(documents)
    if name == NAME:
        return sum(-(-count // PASSAGES_A_CALL) for count in documents.values())
    if name == CORRECTNESS:
        return items * len(SHUFFLE_SEEDS)
    return items if name.startswith(PREFIX) else 0


async def spent(tx: Tx, run_id: UUID) -> Cost:
    """Return what the agents' runs under a build took."""
    rows = await _queries.usage_under(tx.connection, run_id=run_id)
    # A run that fell back has paid for what was asked before.
    known = [row for row in rows if row["calls"]]
    is_priced = all(row["micros"] is not None for row in known)
    return Cost(
        calls=sum(row["calls"] for row in known),
        input_tokens=sum(row["input_tokens"] for row in known),
        output_tokens=sum(row["output_tokens"] for row in known),
        micros=sum(row["micros"] for row in known) if is_priced else None,
        models={row["agent"]: row["model"] for row in known if row["model"] != "builtin"},
    )
