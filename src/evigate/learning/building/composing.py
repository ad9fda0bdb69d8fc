"""Who drafts what: the offline rules for everything, and a model for what the tenant gave to one.

The offline drafts are made in one pass over the whole text, since distractors and concepts come
from all of it; a model's objectives, items and overviews then stand in the place of the offline
ones. Why the pass is no run of an agent: docs/decisions/0056.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from evigate.agents import AgentService, Implementation
from evigate.agents.policy import estimate_tokens
from evigate.base.subject import Subject
from evigate.base.threads import Report, in_thread
from evigate.gate.prompts import Prompt, active_prompt
from evigate.kernel.db import Database
from evigate.learning.building import objectives, overviews, writer
from evigate.learning.building.by_model import draft_by_model
from evigate.learning.building.drafting import Drafted, draft_all
from evigate.learning.building.options import BuildOptions
from evigate.learning.generate import DraftItem, Objective, SourceText


@dataclass(frozen=True, slots=True)
class Composer:
    """Drafts one build's items and overviews; without agents by the offline rules alone."""

    database: Database
    agents: AgentService | None
    subject: Subject
    run_id: UUID

    async def draft(
        self,
        sources: Sequence[SourceText],
        options: BuildOptions,
        on_progress: Report,
    ) -> Drafted:
        """Return the drafts of all documents.

        Raises:
            EvigateError[E_AGENT_PAUSED | E_AGENT_LIMIT]: a model met a limit.
        """
        chosen = await self._given_to_models()
        named: tuple[Objective, ...] = ()
        if self.agents and objectives.NAME in chosen and not options.objectives:
            named = await objectives.objectives_by_model(
                self.agents,
                self.subject,
                self.run_id,
                sources,
                await self._prompt(objectives.PROMPT),
            )
        drafted = await self._offline(sources, options, named, on_progress)
        if self.agents and overviews.NAME in chosen:
            drafted = await self._with_overviews(self.agents, sources, drafted)
        if self.agents and writer.NAME in chosen:
            drafted = await self._with_items(self.agents, sources, options, drafted, on_progress)
        return drafted

    async def _given_to_models(self) -> frozenset[str]:
        if self.agents is None:
            return frozenset()
        states = await self.agents.states(self.subject)
        model = Implementation.MODEL
        return frozenset(s.agent.name for s in states if s.selection.implementation is model)

    async def _prompt(self, name: str) -> Prompt:
        async with self.database.tx(self.subject) as tx:
            return await active_prompt(tx, name)

    async def _offline(
        self,
        sources: Sequence[SourceText],
        options: BuildOptions,
        named: Sequence[Objective],
        on_progress: Report,
    ) -> Drafted:
        """Return the offline drafts, for the objectives of a model where there are some."""
        texts = tuple(each.text for each in named)
        wanted = replace(options, objectives=(*options.objectives, *texts))
        drafted = await in_thread(lambda report: draft_all(sources, wanted, report), on_progress)
        own = {each.text: each for each in named}
        return replace(
            drafted,
            objectives=tuple(own.get(each.text, each) for each in drafted.objectives),
            usage={**drafted.usage, **_tokens(sources, drafted)},
        )

    async def _with_overviews(
        self, agents: AgentService, sources: Sequence[SourceText], drafted: Drafted
    ) -> Drafted:
        """Return the drafts with a model's overviews in the place of a document's offline ones."""
        prompt = await self._prompt(overviews.PROMPT)
        producers = dict(drafted.producers)
        kept: list[DraftItem] = []
        for source in sources:
            found, producer = await overviews.overviews_by_model(
                agents, self.subject, self.run_id, source, prompt
            )
            own = [each for each in drafted.overviews if _is_of(each, source)]
            kept += [each for each in own if each.kind not in found]
            kept += found.values()
            producers |= {each.key: producer for each in found.values()}
        return replace(drafted, overviews=tuple(kept), producers=producers)

    async def _with_items(
        self,
        agents: AgentService,
        sources: Sequence[SourceText],
        options: BuildOptions,
        drafted: Drafted,
        on_progress: Report,
    ) -> Drafted:
        """Return the drafts with a model's items in the place of the offline writer's."""
        prompt = await self._prompt(writer.PROMPT)
        written = await draft_by_model(
            agents,
            self.subject,
            self.run_id,
            sources,
            options,
            drafted.objectives,
            prompt,
            on_progress,
        )
        return replace(
            drafted,
            items=written.items,
            producers={**drafted.producers, **written.producers},
            objective_of=written.objective_of,
            usage=written.usage,
            params=written.params,
            prompt_id=prompt.id,
        )


def _is_of(draft: DraftItem, source: SourceText) -> bool:
    return draft.citations[0].document_id == source.document_id


def _tokens(sources: Sequence[SourceText], drafted: Drafted) -> dict[str, int]:
    """Return what the texts read and the drafts written would count as a model's tokens."""
    read = sum(estimate_tokens(chunk.text) for source in sources for chunk in source.chunks)
    drafts = (*drafted.overviews, *drafted.items)
    written = sum(estimate_tokens(each.payload.model_dump_json()) for each in drafts)
    return {"input_tokens": read, "output_tokens": written}
