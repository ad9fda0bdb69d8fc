"""Objectives by an agent: those that the document lists by default, a model's by choice.

A model is given the beginning of each section of a document and says what a learner of it should be
able to do, each with the words that it rests on; what rests on none is left out. Offline a
document's own list is taken, and where it has none the generator goes by its headings.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from evigate.agents import Agent, AgentService, Answer, Limits, Passage, PromptText
from evigate.base.subject import Subject
from evigate.gate.prompts import Prompt
from evigate.learning.generate import Limits as DraftLimits
from evigate.learning.generate import Objective, SourceChunk, SourceText, generate

NAME = "objective_writer"
VERSION = "1"
PROMPT = "learning.objective_writer"
OBJECTIVES_MAX = 40
SECTIONS_MAX = 60


class ObjectivesInput(BaseModel):
    """What document, and at most how many objectives."""

    model_config = ConfigDict(extra="forbid")

    title: str = ""
    count: int = Field(default=10, ge=1, le=OBJECTIVES_MAX)


class ObjectiveOut(BaseModel):
    """What a learner should be able to do, and the words of a passage that it rests on."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(min_length=1, max_length=500)]
    passage: str
    quote: Annotated[str, Field(min_length=1, max_length=2_000)]


class ObjectivesOutput(BaseModel):
    """Objectives in the order of the document."""

    model_config = ConfigDict(extra="forbid")

    objectives: list[ObjectiveOut] = Field(max_length=OBJECTIVES_MAX)


def write_offline(given: ObjectivesInput, passages: Sequence[Passage]) -> Answer:
    """Take the objectives that the passages list themselves, word for word."""
    chunks = tuple(SourceChunk(each.id, each.text, 1) for each in passages)
    found = generate(SourceText(UUID(int=0), chunks, given.title), limits=DraftLimits(items=1))
    values = [
        {"text": each.text, "passage": passage.id, "quote": each.text}
        for each in found.objectives
        for passage in passages
        if each.origin == "listed" and each.text in passage.text
    ]
    return Answer(ObjectivesOutput.model_validate({"objectives": values[: given.count]}))


def _faults(given: ObjectivesInput, output: ObjectivesOutput) -> list[str]:
    texts = [each.text.casefold() for each in output.objectives]
    if len(texts) > given.count:
        return [f"objectives: at most {given.count}"]
    return ["objectives: two are the same"] if len(set(texts)) < len(texts) else []


OBJECTIVE_WRITER = Agent(
    name=NAME,
    version=VERSION,
    input=ObjectivesInput,
    output=ObjectivesOutput,
    builtin=write_offline,
    prompt_name=PROMPT,
    description="Says what a learner of a document should be able to do.",
    limits=Limits(turns=3),
    faults=_faults,
)


async def objectives_by_model(
    agents: AgentService,
    subject: Subject,
    run_id: UUID,
    sources: Sequence[SourceText],
    prompt: Prompt,
) -> tuple[Objective, ...]:
    """Return a model's objectives for each document; none for one where it gave none to use.

    Raises:
        EvigateError[E_AGENT_PAUSED | E_AGENT_LIMIT]: a limit was met.
    """
    found: dict[str, Objective] = {}
    for source in sources:
        chunks = list(_openings(source))
        result = await agents.run(
            subject,
            NAME,
            ObjectivesInput(title=source.title),
            [Passage(each.sha256, each.text, " › ".join(each.heading_path)) for each in chunks],
            prompt=PromptText(
                prompt.content, prompt.name, prompt.version, prompt.sha256, str(prompt.id)
            ),
            parent_id=run_id,
        )
        if result.fallback_reason is None:
            for each in _resting(result.output, chunks):
                found.setdefault(each.text, each)
    return tuple(found.values())


def _openings(source: SourceText) -> Iterator[SourceChunk]:
    """Yield the first running text under each heading, at most `SECTIONS_MAX`."""
    seen: set[tuple[str, ...]] = set()
    for chunk in source.chunks:
        if chunk.kind == "prose" and chunk.heading_path not in seen and len(seen) < SECTIONS_MAX:
            seen.add(chunk.heading_path)
            yield chunk


def _resting(output: ObjectivesOutput, chunks: Sequence[SourceChunk]) -> Iterator[Objective]:
    """Yield the objectives whose words stand in their passage, under its headings."""
    by_id = {each.sha256: each for each in chunks}
    for each in output.objectives:
        chunk = by_id.get(each.passage)
        if chunk is not None and each.quote in chunk.text:
            yield Objective(each.text, "model", chunk.heading_path)
