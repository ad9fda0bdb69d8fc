"""The agents that the rooms registered, and one of our own that shows that a model answers."""

from collections.abc import Iterable, Iterator, Sequence

from pydantic import BaseModel, Field

from evigate.agents.contracts import Answer
from evigate.agents.errors import E_AGENT_UNKNOWN
from evigate.agents.messages import Passage, PromptText
from evigate.agents.models import Agent
from evigate.agents.policy import Limits
from evigate.base.errors import EvigateError


class Roster:
    """Agents by name."""

    def __init__(self, agents: Iterable[Agent]) -> None:
        self._agents: dict[str, Agent] = {}
        for agent in (PROBE, *agents):
            if self._agents.setdefault(agent.name, agent) is not agent:
                raise ValueError(f"Two agents are named {agent.name!r}.")

    def __iter__(self) -> Iterator[Agent]:
        return iter(sorted(self._agents.values(), key=lambda agent: agent.name))

    def get(self, name: str) -> Agent:
        """Return an agent.

        Raises:
            EvigateError[E_AGENT_UNKNOWN]: no room registered one of that name.
        """
        if (agent := self._agents.get(name)) is None:
            raise EvigateError(E_AGENT_UNKNOWN, f"There is no agent {name!r}.")
        return agent


class ProbeIn(BaseModel):
    """What the probe is asked."""

    word: str = Field(max_length=100)


class ProbeOut(BaseModel):
    """What it answers."""

    word: str = Field(max_length=100, description="The input's word, unchanged.")


def _echo(given: ProbeIn, context: Sequence[Passage]) -> Answer:
    return Answer(ProbeOut(word=given.word))


PROBE = Agent(
    name="probe",
    version="1",
    input=ProbeIn,
    output=ProbeOut,
    builtin=_echo,
    prompt_name="probe",
    description="Says a word back: shows that what was chosen answers.",
    limits=Limits(turns=3, output_tokens=256, duration_s=60, call_timeout_s=30),
)
PROBE_PROMPT = PromptText("Hand in the input's word, unchanged.", name="probe", version="1")
