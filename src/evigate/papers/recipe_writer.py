"""The agent that writes a recipe for a method none of ours fits; only where a tenant chose a model.

The model reads the paper's own sentences on the method, fenced as evidence, and answers with one
function. Its notebook goes the usual way: the sandbox, the measuring, an owner's approval.
"""

from collections.abc import Sequence
from uuid import UUID

import structlog
from pydantic import BaseModel, ConfigDict, Field

from evigate.agents import Agent, AgentService, Answer, Implementation, Passage, PromptText
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.evidence import ParsedDocument
from evigate.gate.prompts import Prompt
from evigate.papers.plan.complete import slug
from evigate.papers.plan.obstacles import Unmatched
from evigate.papers.plan.text import read_sentences
from evigate.papers.recipes import Recipe
from evigate.papers.recipes.lexicon import method_words
from evigate.papers.recipes.written import CODE_MAX, written_recipe

log = structlog.get_logger(__name__)

NAME = "papers.recipe_writer"
PROMPT = "papers.recipe_writer"
METHODS_MAX = 3
PASSAGES_MAX = 12


class RecipeRequest(BaseModel):
    """The method that is wanted, and the data that it will learn from."""

    model_config = ConfigDict(extra="forbid")

    method: str
    dataset: str
    rows: int
    features: int | None = None
    classes: list[str] = Field(default_factory=list)


class WrittenCode(BaseModel):
    """One function `method(X_train, y_train, *, seed, report)`; empty where none can be written."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(default="", max_length=200)
    code: str = Field(default="", max_length=CODE_MAX)


def _write_nothing(_given: RecipeRequest, _passages: Sequence[Passage]) -> Answer:
    return Answer(WrittenCode())


RECIPE_WRITER = Agent(
    name=NAME,
    version="1",
    input=RecipeRequest,
    output=WrittenCode,
    builtin=_write_nothing,
    prompt_name=PROMPT,
    description="Writes the code of a method that no recipe of the house fits.",
)


async def is_model_chosen(agents: AgentService, subject: Subject) -> bool:
    """Say whether the tenant has given the writing of recipes to a model."""
    for state in await agents.choosing.states(subject):
        if state.agent.name == NAME:
            return state.selection.implementation is Implementation.MODEL
    return False


def _passages(document: ParsedDocument, method: str) -> list[Passage]:
    """The sentences that share a word of three letters or more with the method's name."""
    words = {word for word in method_words(method) if len(word) > 2}
    found = [s for s in read_sentences(document) if words & set(method_words(s.text))]
    return [
        Passage(f"s{index}", sentence.quote, f"page {sentence.page}")
        for index, sentence in enumerate(found[:PASSAGES_MAX], start=1)
    ]


async def write_recipes(
    agents: AgentService,
    subject: Subject,
    document: ParsedDocument,
    wanted: Sequence[Unmatched],
    prompt: Prompt,
    *,
    parent_id: UUID | None = None,
) -> dict[str, Recipe]:
    """Return recipes by the method's printed name; code that is refused is left out, and logged.

    Raises:
        EvigateError[E_AGENT_PAUSED | E_AGENT_LIMIT]: a limit was met.
    """
    found: dict[str, Recipe] = {}
    for each in wanted[:METHODS_MAX]:
        result = await agents.run(
            subject,
            NAME,
            RecipeRequest(
                method=each.method,
                dataset=each.entry.title,
                rows=each.entry.rows,
                features=each.entry.features,
                classes=list(each.entry.classes),
            ),
            _passages(document, each.method),
            prompt=PromptText(
                prompt.content, prompt.name, prompt.version, prompt.sha256, str(prompt.id)
            ),
            parent_id=parent_id,
        )
        written: WrittenCode = result.output
        if not written.code.strip():
            continue
        try:
            found[each.method] = written_recipe(
                slug(each.method), written.title or each.method, written.code, result.producer
            )
        except EvigateError as error:
            log.warning("recipe_refused", method=each.method, reason=error.message)
    return found
