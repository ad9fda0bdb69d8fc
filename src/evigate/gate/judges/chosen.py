"""Judges as agents: the built-in check by default, a model by the tenant's choice.

A model's judge runs as an agent, so it has the agents' caps, log and recordings. Where its answers
cannot be used the built-in check judges, and the result says so and bears that check's name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel, ConfigDict, RootModel

from evigate.agents import Agent, AgentService, Answer, Implementation, Passage, PromptText
from evigate.base.canonical import content_hash
from evigate.base.subject import Subject
from evigate.gate.checks import BUILTIN_CHECKS, Check, Draft, EvalType, Score
from evigate.gate.judges.llm import SUPPORTED, LlmJudge

PREFIX = "judge."
VERSION = "1"


class JudgeInput(BaseModel):
    """The form of the answer; what is asked stands in the prompt, with its evidence fenced."""

    model_config = ConfigDict(extra="forbid")

    form: dict[str, Any]


class JudgeOutput(RootModel[dict[str, Any]]):
    """A judge's answer; the judge itself holds it against the form that it asked for."""


class _FellBack(ValueError):
    """The model gave no answer that could be used."""


def _no_answer(_given: JudgeInput, _passages: Sequence[Passage]) -> Answer:
    """Answer nothing: the built-in check judges in its own way, beside the agent."""
    return Answer(JudgeOutput({}))


JUDGES: tuple[Agent, ...] = tuple(
    Agent(
        name=f"{PREFIX}{kind.lower()}",
        version=VERSION,
        input=JudgeInput,
        output=JudgeOutput,
        builtin=_no_answer,
        prompt_name=f"judge.{kind.lower()}",
        description=f"Judges {kind.lower().replace('_', ' ')} of drafts.",
    )
    for kind in sorted(SUPPORTED)
)


@dataclass(frozen=True, slots=True)
class ChosenJudge:
    """A model's judge with the built-in check behind it."""

    agents: AgentService
    subject: Subject
    eval_type: EvalType
    model: str

    @property
    def name(self) -> str:
        """Return the judge's name."""
        return self._judge().name

    @property
    def version(self) -> str:
        """Return the version that pins the scoring and the prompt."""
        return self._judge().version

    async def score(self, draft: Draft, params: Mapping[str, Any]) -> Score:
        """Return the model's score; the built-in check's where the model could not be used."""
        # The same draft has the same fence, so that a recording replays; no document can hold it,
        # since it is a hash over the document among others.
        fence = content_hash([list(draft.evidence), dict(draft.reading.texts)])[:16]
        found = await replace(self._judge(), fence=lambda: fence).score(draft, params)
        if found.score is not None:
            return found
        builtin = BUILTIN_CHECKS[self.eval_type]
        instead = builtin.score(draft, params)
        details = {**instead.details, "fell_back": found.reason}
        return replace(instead, details=details, judged_by=(builtin.name, builtin.version))

    def _judge(self) -> LlmJudge:
        return LlmJudge(self.eval_type, self._complete, self.model)

    async def _complete(
        self, system: str, prompt: str, form: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        result = await self.agents.run(
            self.subject,
            f"{PREFIX}{self.eval_type.lower()}",
            JudgeInput(form=dict(form)),
            prompt=PromptText(f"{system}\n\n{prompt}"),
        )
        if result.fallback_reason is not None:
            raise _FellBack(result.fallback_reason)
        answer: dict[str, Any] = result.output.root
        return answer


async def chosen_judges(agents: AgentService, subject: Subject) -> dict[EvalType, Check]:
    """Return the judges that the tenant has given to a model; none by default."""
    found: dict[EvalType, Check] = {}
    for state in await agents.choosing.states(subject):
        if not state.agent.name.startswith(PREFIX):
            continue
        selection = state.selection
        if selection.implementation is Implementation.MODEL:
            kind = EvalType(state.agent.name.removeprefix(PREFIX).upper())
            found[kind] = ChosenJudge(agents, subject, kind, str(selection.model))
    return found
