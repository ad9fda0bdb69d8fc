"""Topics, concept map and study plan by an agent: offline rules by default, a model by choice.

A model is given the running text of a document, as far as one call may hold, and returns what it
made with the words that each part rests on. A part with words that stand in none of the passages
letter by letter is left out, an overview that is left empty is not taken, and the offline one stays
in its place. Whatever is kept is judged at the gate like any other draft.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from evigate.agents import Agent, AgentService, Answer, Limits, Passage, PromptText
from evigate.base.subject import Subject
from evigate.gate.prompts import Prompt
from evigate.learning.generate import Cited, DraftItem, SourceChunk, SourceText, generate
from evigate.learning.generate import Limits as DraftLimits
from evigate.learning.generate.drafts import EXPLANATION_MAX, band_of, identity, prior_of
from evigate.learning.items.payloads import MODELS, SectionTopic, StudyStep, TaxonomyNode

NAME = "overview_writer"
VERSION = "1"
PROMPT = "learning.overview_writer"
PASSAGES_MAX = 120
PARTS_MAX = 200
QUOTES_MAX = 400


class OverviewInput(BaseModel):
    """What document the passages are of."""

    model_config = ConfigDict(extra="forbid")

    title: str = ""


class _Resting(BaseModel):
    model_config = ConfigDict(extra="forbid")

    passage: str
    quote: Annotated[str, Field(min_length=1, max_length=4_000)]


class TopicOut(_Resting):
    """A section's topic, and words that bear out its summary."""

    section: SectionTopic


class ConceptOut(_Resting):
    """A concept with words that name it, under a broader one that is named, or at the top."""

    name: Annotated[str, Field(min_length=1, max_length=300)]
    description: Annotated[str, Field(max_length=1_000)] = ""
    under: Annotated[str, Field(max_length=300)] = ""


class StepOut(_Resting):
    """A step of the plan, and words of its section."""

    step: StudyStep


class OverviewOutput(BaseModel):
    """The three overviews of a document; an empty one was not made."""

    model_config = ConfigDict(extra="forbid")

    topics: list[TopicOut] = Field(default_factory=list, max_length=PARTS_MAX)
    concepts: list[ConceptOut] = Field(default_factory=list, max_length=PARTS_MAX)
    steps: list[StepOut] = Field(default_factory=list, max_length=PARTS_MAX)


def write_offline(given: OverviewInput, passages: Sequence[Passage]) -> Answer:
    """Make the overviews by the offline rules; passages are read in the order given."""
    chunks = tuple(
        SourceChunk(one.id, one.text, 1, tuple(one.label.split(" › ")) if one.label else ())
        for one in passages
    )
    found = generate(SourceText(UUID(int=0), chunks, given.title), limits=DraftLimits(items=1))
    parts = {
        "topics": [
            {"section": each, **_words(found.topics, each["summary"])}
            for each in _parts(found.topics, "sections")
        ],
        "concepts": [
            {**each, **_words(found.taxonomy, each["name"])}
            for each in _flat(_parts(found.taxonomy, "nodes"))
        ],
        "steps": [
            {"step": each, **_words(found.study_plan, each["title"])}
            for each in _parts(found.study_plan, "steps")
        ],
    }
    return Answer(OverviewOutput.model_validate({k: v[:PARTS_MAX] for k, v in parts.items()}))


def _parts(draft: DraftItem | None, name: str) -> list[dict[str, Any]]:
    return [] if draft is None else draft.payload.model_dump(mode="json")[name]


def _flat(nodes: Sequence[dict[str, Any]], under: str = "") -> Iterator[dict[str, Any]]:
    for node in nodes:
        yield {"name": node["name"], "description": node["description"], "under": under}
        yield from _flat(node["children"], node["name"])


def _words(draft: DraftItem | None, text: str) -> dict[str, str]:
    """Return the cited words that a part names, else the draft's first."""
    cited = draft.citations if draft is not None else ()
    own = [each for each in cited if each.quote in text or text.casefold() in each.quote.casefold()]
    first = (own or list(cited))[0]
    return {"passage": first.chunk_sha256, "quote": first.quote}


OVERVIEW_WRITER = Agent(
    name=NAME,
    version=VERSION,
    input=OverviewInput,
    output=OverviewOutput,
    builtin=write_offline,
    prompt_name=PROMPT,
    description="Tells a document's topics, its concepts and an order to study them in.",
    limits=Limits(turns=3),
)


async def overviews_by_model(
    agents: AgentService,
    subject: Subject,
    run_id: UUID,
    source: SourceText,
    prompt: Prompt,
) -> tuple[dict[str, DraftItem], str]:
    """Return a model's overviews of a document by their kind, and who wrote them.

    Nothing where the model could not be used; at most `PASSAGES_MAX` passages are read.

    Raises:
        EvigateError[E_AGENT_PAUSED | E_AGENT_LIMIT]: a limit was met.
    """
    chunks = [each for each in source.chunks if each.kind == "prose"][:PASSAGES_MAX]
    result = await agents.run(
        subject,
        NAME,
        OverviewInput(title=source.title),
        [Passage(each.sha256, each.text, " › ".join(each.heading_path)) for each in chunks],
        prompt=PromptText(
            prompt.content, prompt.name, prompt.version, prompt.sha256, str(prompt.id)
        ),
        parent_id=run_id,
    )
    if result.fallback_reason is not None:
        return {}, result.producer
    return {each.kind: each for each in _drafts(result.output, chunks, source)}, result.producer


def _drafts(
    output: OverviewOutput, chunks: Sequence[SourceChunk], source: SourceText
) -> Iterator[DraftItem]:
    by_id = {each.sha256: each for each in chunks}

    def stands(part: _Resting) -> bool:
        return part.passage in by_id and part.quote in by_id[part.passage].text

    topics = [each for each in output.topics if stands(each)]
    concepts = [each for each in output.concepts if stands(each)]
    steps = [each for each in output.steps if stands(each)]
    made: list[tuple[str, Sequence[_Resting], dict[str, Any]]] = [
        ("section_topics", topics, {"sections": [each.section for each in topics]}),
        ("taxonomy", concepts, {"nodes": _tree(concepts)}),
        ("study_plan", steps, {"steps": _in_reach([each.step for each in steps])}),
    ]
    for name, parts, fields in made:
        if parts:
            cited = [
                Cited(source.document_id, each.passage, by_id[each.passage].page, each.quote)
                for each in parts
            ]
            yield _draft(f"learning.{name}", fields, cited, source.title)


def _draft(kind: str, fields: dict[str, Any], cited: Sequence[Cited], title: str) -> DraftItem:
    payload = MODELS[kind].model_validate(
        {**fields, "explanation": cited[0].quote[:EXPLANATION_MAX]}
    )
    answer = str(next(iter(fields.values())))
    prior = prior_of(kind, answer)
    return DraftItem(
        kind=kind,
        payload=payload,
        citations=tuple(dict.fromkeys(cited))[:QUOTES_MAX],
        difficulty=band_of(prior),
        difficulty_prior=prior,
        tags=(),
        concept="",
        key=identity(kind, title or kind, answer),
        quality=1.0,
    )


def _tree(concepts: Sequence[ConceptOut]) -> list[TaxonomyNode]:
    """Return the concepts as a tree; one under a name that is not there, or its own, is on top."""
    first: dict[str, ConceptOut] = {}
    for each in concepts:
        first.setdefault(each.name, each)
    above = {name: each.under for name, each in first.items() if _reaches_top(name, first)}

    def node(name: str) -> TaxonomyNode:
        children = tuple(node(other) for other, under in above.items() if under == name)
        return TaxonomyNode(name=name, description=first[name].description, children=children)

    tops = [name for name in first if above.get(name, "") not in first]
    return [node(name) for name in tops]


def _reaches_top(name: str, first: dict[str, ConceptOut]) -> bool:
    """Say whether the broader ones of a concept end, so that no circle is hung up."""
    seen: set[str] = set()
    while name in first and name not in seen:
        seen.add(name)
        name = first[name].under
    return name not in seen


def _in_reach(steps: Sequence[StudyStep]) -> list[StudyStep]:
    """Return the steps; each names as needed only what stands before it."""
    told: set[str] = set()
    found: list[StudyStep] = []
    for step in steps:
        found.append(
            step.model_copy(update={"after": tuple(each for each in step.after if each in told)})
        )
        told.add(step.title)
    return found
