"""Drafting by a model, where the tenant chose one for the item writer.

The model gets a few passages at a time. A
group of passages that the model could not be used for has the offline writer's items: which, the
drafts say by their producer.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from evigate.agents import AgentService, Passage, PromptText, Usage
from evigate.base.subject import Subject
from evigate.gate.prompts import Prompt
from evigate.learning.building.options import BuildOptions
from evigate.learning.building.writer import ITEMS_MAX, NAME, WriterInput, drafts_of
from evigate.learning.generate import DraftItem, Objective, SourceChunk, SourceText
from evigate.learning.generate.objectives import rank_items

PASSAGES_A_CALL = 8
ITEMS_A_CALL_MIN = 2
OBJECTIVES_MAX = 100


@dataclass(frozen=True, slots=True)
class ModelDrafts:
    """What a model wrote, with which parameters, and what that took.

    `producers` and `objective_of` are by the key of the draft.
    """

    items: tuple[DraftItem, ...]
    producers: dict[str, str]
    objective_of: dict[str, str]
    params: dict[str, Any]
    usage: dict[str, Any]


async def draft_by_model(
    agents: AgentService,
    subject: Subject,
    run_id: UUID,
    sources: Sequence[SourceText],
    options: BuildOptions,
    objectives: Sequence[Objective],
    prompt: Prompt,
    on_progress: Callable[[int, int], None],
) -> ModelDrafts:
    """Return a model's drafts from all sources; a build that is tried again asks nothing twice.

    An item serves the objective that the model named, if that is one of those given, else the one
    that it speaks of most, if any.

    Raises:
        EvigateError[E_AGENT_PAUSED | E_AGENT_LIMIT]: a limit was met.
    """
    groups = [group for source in sources for group in _groups(source)]
    share = round(options.items / max(1, len(groups)))
    share = min(max(ITEMS_A_CALL_MIN, share), ITEMS_MAX)
    found: dict[str, DraftItem] = {}
    producers: dict[str, str] = {}
    params: dict[str, Any] = {}
    usage = Usage()
    for number, (source, chunks) in enumerate(groups):
        on_progress(number, len(groups))
        result = await agents.run(
            subject,
            NAME,
            WriterInput(
                title=source.title,
                count=share,
                kinds=list(options.kinds),
                objectives=[each.text for each in objectives[:OBJECTIVES_MAX]],
            ),
            [Passage(each.sha256, each.text, " › ".join(each.heading_path)) for each in chunks],
            prompt=PromptText(
                prompt.content, prompt.name, prompt.version, prompt.sha256, str(prompt.id)
            ),
            parent_id=run_id,
        )
        for draft in drafts_of(result.output, chunks, source.document_id):
            found.setdefault(draft.key, draft)
            producers.setdefault(draft.key, result.producer)
        params |= result.params
        usage = usage.plus(result.usage.to_json())
    items = _placed(tuple(found.values())[: options.items], objectives)
    objective_of = {each.key: each.payload.objective for each in items if each.payload.objective}
    return ModelDrafts(items, producers, objective_of, params, usage.to_json())


def _placed(items: Sequence[DraftItem], objectives: Sequence[Objective]) -> tuple[DraftItem, ...]:
    known = {each.text for each in objectives}
    named = [each.payload.objective for each in items]
    bare = [_serving(each, "") for each in items]
    ranked, _ = rank_items(bare, objectives, None)
    return tuple(
        _serving(each, name) if name in known else each
        for each, name in zip(ranked, named, strict=True)
    )


def _serving(item: DraftItem, objective: str) -> DraftItem:
    return replace(item, payload=item.payload.model_copy(update={"objective": objective}))


def _groups(source: SourceText) -> Iterator[tuple[SourceText, tuple[SourceChunk, ...]]]:
    prose = [chunk for chunk in source.chunks if chunk.kind == "prose"]
    for first in range(0, len(prose), PASSAGES_A_CALL):
        yield source, tuple(prose[first : first + PASSAGES_A_CALL])
