"""Judges as agents: the built-in check by default, a model by the tenant's choice.

A model's judge runs as an agent, so it has the agents' caps, log, recordings, and their way with
answers that break the contract: repaired once, asked for anew once. Where that brings nothing the
built-in check judges, and the result says so and bears that check's name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from evigate.agents import (
    Agent,
    AgentService,
    Answer,
    Implementation,
    Passage,
    PromptText,
    Selection,
)
from evigate.agents.models import Builtin
from evigate.base.errors import E_INVALID, EvigateError
from evigate.base.subject import Subject
from evigate.gate.checks import BUILTIN_CHECKS, Check, Draft, EvalType, Score
from evigate.gate.evaluate import BUILT_IN
from evigate.gate.judges.forms import Form, form_of
from evigate.gate.judges.llm import SUPPORTED, Asked, LlmJudge, Unanswered, prompt_name
from evigate.gate.judges.prompts import Prompt
from evigate.gate.prompts import Prompt as PromptVersion
from evigate.gate.prompts import active_prompt, find_prompt
from evigate.kernel.db import Database

PREFIX = "judge."
VERSION = "2"
CHOSEN = "chosen"

FormT = TypeVar("FormT", bound=Form)


class JudgeInput(BaseModel):
    """The parts of the draft that a judge is asked about, and what the answer must cover."""

    model_config = ConfigDict(extra="forbid")

    parts: dict[str, str]
    places: list[str] = Field(default_factory=list)


class JudgeOutput(BaseModel, Generic[FormT]):
    """A judge's answer; none where no model gave one and the built-in check judges instead."""

    model_config = ConfigDict(extra="forbid")

    answer: FormT | None = None


def _output_of(kind: EvalType) -> type[JudgeOutput[Any]]:
    return cast("type[JudgeOutput[Any]]", JudgeOutput.__class_getitem__(form_of(kind)))


def _no_answer(kind: EvalType) -> Builtin:
    """Return what the agent does without a model: nothing, since the check judges beside it."""

    def answer(_given: JudgeInput, _passages: Sequence[Passage]) -> Answer:
        return Answer(_output_of(kind)())

    return answer


def _faults(given: JudgeInput, output: JudgeOutput[Form]) -> list[str]:
    if output.answer is None:
        return ["answer: it is needed"]
    return [f"answer.{fault}" for fault in output.answer.faults(given.places)]


def _agent(kind: EvalType) -> Agent:
    return Agent(
        name=f"{PREFIX}{kind.lower()}",
        version=VERSION,
        input=JudgeInput,
        output=_output_of(kind),
        builtin=_no_answer(kind),
        prompt_name=prompt_name(kind),
        description=f"Judges {kind.lower().replace('_', ' ')} of drafts.",
        faults=_faults,
    )


JUDGES: tuple[Agent, ...] = tuple(_agent(kind) for kind in sorted(SUPPORTED))


@dataclass(frozen=True, slots=True)
class ChosenJudge:
    """A model's judge with the built-in check behind it.

    `prompt` is the version in use. Under a `parent_id` the same question is asked once, however
    often the work is tried again. `is_given`: the model was named for this once, whatever the
    tenant's choice is.
    """

    agents: AgentService
    subject: Subject
    eval_type: EvalType
    selection: Selection
    prompt: PromptVersion
    parent_id: UUID | None = None
    is_given: bool = False

    @property
    def name(self) -> str:
        """Return the judge's name."""
        return self._judge().name

    @property
    def version(self) -> str:
        """Return the version that pins the scoring, the prompt and the parameters."""
        return self._judge().version

    @property
    def provenance(self) -> Mapping[str, Any]:
        """Return who judges, with what: provider, model, parameters and the prompt's version."""
        return {
            "judge": self.name,
            "provider": self.selection.provider,
            **self._judge().provenance,
            "prompt_id": str(self.prompt.id),
            "prompt_sha256": self.prompt.sha256,
        }

    async def score(self, draft: Draft, params: Mapping[str, Any]) -> Score:
        """Return the model's score; the built-in check's where the model could not be used."""
        found = await self._judge().score(draft, params)
        if found.score is not None:
            return found
        builtin = BUILTIN_CHECKS[self.eval_type]
        instead = builtin.score(draft, params)
        details = {**instead.details, "fell_back": found.reason}
        return Score(
            instead.score, details, instead.reason, judged_by=(builtin.name, builtin.version)
        )

    def _judge(self) -> LlmJudge:
        prompt = Prompt(
            self.prompt.name, self.prompt.version, self.prompt.content, tuple(self.prompt.inputs)
        )
        model = str(self.selection.model)
        return LlmJudge(self.eval_type, self._complete, model, prompt, self.selection.params)

    async def _complete(self, asked: Asked) -> Form:
        prompt = self.prompt
        result = await self.agents.run(
            self.subject,
            f"{PREFIX}{self.eval_type.lower()}",
            JudgeInput(parts=dict(asked.data), places=list(asked.places)),
            [Passage(str(number), text) for number, text in enumerate(asked.passages)],
            prompt=PromptText(
                asked.rules, prompt.name, prompt.version, prompt.sha256, str(prompt.id)
            ),
            parent_id=self.parent_id,
            selection=self.selection if self.is_given else None,
        )
        answer: Form | None = result.output.answer
        if answer is None:
            raise Unanswered(result.fallback_reason or "it has none")
        return answer


async def chosen_judges(
    database: Database, agents: AgentService, subject: Subject, parent_id: UUID | None = None
) -> dict[EvalType, Check]:
    """Return the judges that the tenant has given to a model; none by default."""
    found: dict[EvalType, Check] = {}
    for state in await agents.choosing.states(subject):
        if not state.agent.name.startswith(PREFIX):
            continue
        if state.selection.implementation is Implementation.MODEL:
            kind = EvalType(state.agent.name.removeprefix(PREFIX).upper())
            async with database.tx(subject) as tx:
                prompt = await active_prompt(tx, state.agent.prompt_name)
            found[kind] = ChosenJudge(agents, subject, kind, state.selection, prompt, parent_id)
    return found


async def judge_of(
    database: Database,
    agents: AgentService,
    subject: Subject,
    eval_type: EvalType,
    *,
    model: str = CHOSEN,
    prompt_version: str | None = None,
) -> Check:
    """
    Return a judge by name, to be measured or compared.

    Args:
        model: "built-in"; "chosen", the model that the tenant gave the judge to; or
            "PROVIDER:MODEL", asked with the tenant's own key.
        prompt_version: of the judge's prompt; the one in use by default.

    Raises:
        EvigateError[E_INVALID]: no model judges this, none is chosen, or the name is no name.
        EvigateError[E_PROMPT_NOT_FOUND]: there is no such version.
    """
    if model == BUILT_IN:
        return BUILTIN_CHECKS[eval_type]
    if eval_type not in SUPPORTED:
        raise EvigateError(E_INVALID, f"No model judges {eval_type.lower()}: a rule decides it.")
    states = {state.agent.name: state for state in await agents.choosing.states(subject)}
    state = states[f"{PREFIX}{eval_type.lower()}"]
    selection = _named(state.selection, model)
    async with database.tx(subject) as tx:
        prompt = await find_prompt(tx, state.agent.prompt_name, prompt_version)
    return ChosenJudge(agents, subject, eval_type, selection, prompt, is_given=model != CHOSEN)


def _named(chosen: Selection, model: str) -> Selection:
    if model == CHOSEN:
        if chosen.implementation is not Implementation.MODEL:
            message = f"No model is chosen for {chosen.agent!r}; choose one, or name it."
            raise EvigateError(E_INVALID, message)
        return chosen
    provider, _, name = model.partition(":")
    if not provider or not name:
        known = f"{BUILT_IN}, {CHOSEN} or PROVIDER:MODEL"
        raise EvigateError(E_INVALID, f"A judge is {known}, not {model!r}.")
    if chosen.provider == provider:
        # The same server and key; what another model costs is not known.
        is_same = chosen.model == name
        return replace(
            chosen,
            implementation=Implementation.MODEL,
            model=name,
            price=chosen.price if is_same else None,
        )
    return Selection(chosen.agent, Implementation.MODEL, provider=provider, model=name)


async def judges_of(
    database: Database, agents: AgentService, subject: Subject, named: Sequence[str]
) -> dict[EvalType, Check]:
    """
    Return judges by what they judge, for a trial.

    Args:
        named: each as CHECK=MODEL or CHECK=MODEL@PROMPT, with MODEL as for `judge_of` and PROMPT
            the version of its prompt.

    Raises:
        EvigateError[E_INVALID]: one is not of that form, or as for `judge_of`.
    """
    found: dict[EvalType, Check] = {}
    for text in named:
        check, equals, model = text.partition("=")
        name, _, version = model.partition("@")
        try:
            kind = EvalType(check.strip().upper())
        except ValueError:
            equals = ""
        if not equals or not name:
            message = f"A judge is CHECK=MODEL or CHECK=MODEL@PROMPT, not {text!r}."
            raise EvigateError(E_INVALID, message)
        found[kind] = await judge_of(
            database, agents, subject, kind, model=name, prompt_version=version or None
        )
    return found
