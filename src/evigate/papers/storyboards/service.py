"""The verbs on storyboards: tell a paper, bring the story up to a run, list and read it.

One storyboard a paper. Telling again from the same facts changes nothing; from other facts it makes
a new version, which takes the place of the old once the gate has approved it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from evigate.agents import AgentService, PromptText
from evigate.base.canonical import canonical_json, content_hash
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.evidence import register_blob
from evigate.gate import (
    GenerationRun,
    NewArtifact,
    create_artifact,
    finish_generation,
    get_artifact,
    record_generation,
)
from evigate.gate.evaluate import Evaluator
from evigate.gate.prompts import active_prompt
from evigate.kernel.access import may, require
from evigate.kernel.db import Tx
from evigate.kernel.events import audit
from evigate.kernel.runs import RunStatus, create_run, finish_run, start_run
from evigate.kernel.storage import BlobRef
from evigate.language.readability import flesch_kincaid
from evigate.papers import store as papers_store
from evigate.papers.errors import E_EXTRACT_NO_CLAIMS
from evigate.papers.models import Paper
from evigate.papers.permissions import READ, STORIES, WRITE
from evigate.papers.report import Report, build_report
from evigate.papers.service import PapersService
from evigate.papers.storyboards import store
from evigate.papers.storyboards.agent import AGENT, NAME, PROMPT
from evigate.papers.storyboards.errors import (
    E_STORY_GENERATION_FAILED,
    E_STORY_NO_RUN,
    E_STORY_NOT_FOUND,
)
from evigate.papers.storyboards.facts import scoreboard_of, story_facts
from evigate.papers.storyboards.guard import story_faults
from evigate.papers.storyboards.kind import NAME as KIND_NAME
from evigate.papers.storyboards.models import (
    SCHEMA_VERSION,
    Page,
    Storyboard,
    StoryInput,
    StoryOut,
    page_text,
)
from evigate.papers.storyboards.tell import tell_story

RUN_KIND = "papers.storyboard"


@dataclass(frozen=True, slots=True)
class StoryboardView:
    """A storyboard for whoever may see it; `story` is what is shown."""

    row: store.StoryboardRow
    story: Storyboard


@dataclass(frozen=True, slots=True)
class _Told:
    """A story with who told it; `fallback` says why a model's was not taken."""

    story: StoryOut
    producer: str
    usage: Mapping[str, Any]
    fallback: str | None


class StoryboardService:
    """What can be done with storyboards."""

    def __init__(self, papers: PapersService, evaluator: Evaluator, agents: AgentService) -> None:
        self._papers = papers
        self._database = papers.database
        self._evaluator = evaluator
        self._agents = agents

    async def explain(self, subject: Subject, paper_id: UUID) -> StoryboardView:
        """Tell a paper from its claims and its newest report; the same facts change nothing.

        Raises:
            EvigateError[E_PAPER_NOT_FOUND]: this tenant has none such.
            EvigateError[E_EXTRACT_NO_CLAIMS]: the paper has no claims to tell of.
            EvigateError[E_STORY_GENERATION_FAILED]: the facts cannot be told at the grade.
        """
        require(subject, WRITE)
        return await self._tell(subject, paper_id, await self._newest_report(subject, paper_id))

    async def refresh(self, subject: Subject, storyboard_id: UUID) -> StoryboardView:
        """Bring a storyboard up to the paper's newest run; again changes nothing.

        Raises:
            EvigateError[E_STORY_NOT_FOUND]: this tenant has none such.
            EvigateError[E_STORY_NO_RUN]: no run of the paper has come to its end.
        """
        require(subject, WRITE)
        async with self._database.tx(subject) as tx:
            row = await _need(tx, storyboard_id, is_approved_only=False)
        report = await self._newest_report(subject, row.paper_id)
        if report is None or report.run is None:
            raise EvigateError(E_STORY_NO_RUN, "No run of this paper has come to its end.")
        return await self._tell(subject, row.paper_id, report)

    async def get(self, subject: Subject, storyboard_id: UUID) -> StoryboardView:
        """Return a storyboard; what the gate has not approved only those see who write papers.

        Raises:
            EvigateError[E_STORY_NOT_FOUND]: this subject sees none such.
        """
        require(subject, STORIES)
        async with self._database.tx(subject) as tx:
            row = await _need(tx, storyboard_id, is_approved_only=not may(subject, WRITE))
        return _view(row)

    async def list_stories(
        self,
        subject: Subject,
        *,
        paper_id: UUID | None = None,
        before: UUID | None = None,
        limit: int = 50,
    ) -> list[StoryboardView]:
        """Return storyboards, newest first, as far as the subject may see them."""
        require(subject, STORIES)
        async with self._database.tx(subject) as tx:
            rows = await store.list_storyboards(
                tx,
                is_approved_only=not may(subject, WRITE),
                paper_id=paper_id,
                before=before,
                limit=limit,
            )
        return [_view(row) for row in rows]

    async def _newest_report(self, subject: Subject, paper_id: UUID) -> Report | None:
        require(subject, READ)
        await self._papers.get_paper(subject, paper_id)
        for journey, _ in await self._papers.list_reproductions(subject, paper_id=paper_id):
            if journey.summary is not None:
                return await build_report(self._papers, subject, journey.id)
        return None

    async def _tell(
        self, subject: Subject, paper_id: UUID, report: Report | None
    ) -> StoryboardView:
        paper = await self._papers.get_paper(subject, paper_id)
        claims = await self._papers.list_claims(subject, paper_id)
        if not claims:
            message = "The paper has no claims to tell of."
            raise EvigateError(E_EXTRACT_NO_CLAIMS, message)
        given = story_facts(paper, claims, report)
        facts_hash = content_hash({"facts": given.model_dump(mode="json"), "agent": AGENT.version})
        async with self._database.tx(subject) as tx:
            known = await store.find_storyboard(tx, paper_id)
            if known is not None and await self._is_told(tx, known, facts_hash):
                return _view(known)
            run_id = await create_run(
                tx, RUN_KIND, {"paper_id": str(paper_id), "facts": facts_hash}
            )
            await start_run(tx, run_id)
        try:
            told = await self._told_by_agent(subject, given, run_id)
            payload = _payload(paper, given, told.story, report)
        except EvigateError as error:
            await self._end(subject, run_id, error)
            raise
        artifact_id = await self._keep(
            subject, paper, known.id if known else None, payload, run_id, told, facts_hash, report
        )
        await self._evaluator.evaluate(subject, [artifact_id])
        async with self._database.tx(subject) as tx:
            row = await store.find_storyboard(tx, paper_id)
        assert row is not None
        return _view(row)

    async def _is_told(self, tx: Tx, known: store.StoryboardRow, facts_hash: str) -> bool:
        """Say whether the newest version was told from these very facts by the same teller."""
        newest = known.grounding
        if known.draft_artifact_id is not None:
            newest = (await get_artifact(tx, known.draft_artifact_id)).grounding
        teller = await self._teller(tx.subject)
        return newest.get("facts") == facts_hash and newest.get("teller") == teller

    async def _teller(self, subject: Subject) -> str:
        for state in await self._agents.choosing.states(subject):
            if state.agent.name == NAME:
                return state.selection.label
        return "builtin"

    async def _told_by_agent(self, subject: Subject, given: StoryInput, run_id: UUID) -> _Told:
        async with self._database.tx(subject) as tx:
            prompt = await active_prompt(tx, PROMPT)
        result = await self._agents.run(
            subject,
            NAME,
            given,
            prompt=PromptText(
                prompt.content, prompt.name, prompt.version, prompt.sha256, str(prompt.id)
            ),
            parent_id=run_id,
        )
        faults = list(story_faults(given, result.output))
        if not faults:
            return _Told(
                result.output, result.producer, result.usage.to_json(), result.fallback_reason
            )
        # What a model says beyond the facts is not repaired: the rules tell the story instead.
        own = StoryOut.model_validate(tell_story(given, ()).output)
        if own_faults := list(story_faults(given, own)):
            raise EvigateError(E_STORY_GENERATION_FAILED, own_faults[0])
        reason = f"{result.producer} was not taken: {faults[0]}"
        return _Told(own, f"builtin:{NAME}@{AGENT.version}", result.usage.to_json(), reason)

    async def _keep(
        self,
        subject: Subject,
        paper: Paper,
        storyboard_id: UUID | None,
        payload: Mapping[str, Any],
        run_id: UUID,
        told: _Told,
        facts_hash: str,
        report: Report | None,
    ) -> UUID:
        assert subject.tenant_id is not None
        data = canonical_json(payload)
        blob: BlobRef = await self._papers.storage.put(subject.tenant_id, data)
        teller = await self._teller(subject)
        async with self._database.tx(subject) as tx:
            await register_blob(tx, blob, "application/json")
            await record_generation(
                tx,
                run_id,
                paper.module_id,
                GenerationRun(NAME, AGENT.version, told.producer, paper.vector_store_id),
            )
            artifact_id = await create_artifact(
                tx,
                NewArtifact(
                    module_id=paper.module_id,
                    kind=KIND_NAME,
                    key="storyboard",
                    schema_version=SCHEMA_VERSION,
                    content_hash=content_hash(payload),
                    evidence_version=paper.pdf_sha256,
                    run_id=run_id,
                    payload=payload,
                    grounding={
                        "facts": facts_hash,
                        "teller": teller,
                        "fallback": told.fallback,
                        "claims": _cited(payload),
                    },
                    producer=told.producer,
                ),
            )
            storyboard_id = await store.put_draft(
                tx,
                storyboard_id=storyboard_id,
                paper_id=paper.id,
                run_id=report.run.id if report and report.run else None,
                payload=payload,
                content_hash=blob.digest,
                artifact_id=artifact_id,
            )
            await papers_store.put_asset(
                tx, "storyboard", f"storyboards/{blob.digest}.json", blob, paper_id=paper.id
            )
            await finish_generation(
                tx, run_id, {"storyboard_id": str(storyboard_id)}, dict(told.usage)
            )
            await finish_run(
                tx, run_id, RunStatus.SUCCEEDED, output={"storyboard_id": str(storyboard_id)}
            )
            await audit(tx, "storyboard_told", storyboard_id=str(storyboard_id))
        return artifact_id

    async def _end(self, subject: Subject, run_id: UUID, error: EvigateError) -> None:
        async with self._database.tx(subject) as tx:
            await finish_run(
                tx,
                run_id,
                RunStatus.FAILED,
                error_code=error.code.name,
                error_message=error.message,
            )


async def _need(tx: Tx, storyboard_id: UUID, *, is_approved_only: bool) -> store.StoryboardRow:
    row = await store.get_storyboard(tx, storyboard_id, is_approved_only=is_approved_only)
    if row is None:
        raise EvigateError(E_STORY_NOT_FOUND, f"There is no storyboard {str(storyboard_id)!r}.")
    return row


def _view(row: store.StoryboardRow) -> StoryboardView:
    return StoryboardView(row, Storyboard.model_validate(row.storyboard_json))


def _payload(
    paper: Paper, given: StoryInput, story: StoryOut, report: Report | None
) -> dict[str, Any]:
    drawings = {each.name: each.drawing for each in given.drawings}
    pages = [
        Page(
            page_number=number,
            title=page.title,
            body=page.body,
            alt_text=page.alt_text,
            visual_hint=page.visual_hint,
            drawing=drawings[page.drawing],
            claim_ids=page.claim_ids,
            reading_grade=flesch_kincaid(page_text(page.title, page.body)).grade or 0.0,
        )
        for number, page in enumerate(story.pages, start=1)
    ]
    found = Storyboard(
        title=paper.title,
        pages=pages,
        glossary=story.glossary,
        scoreboard=scoreboard_of(given, report),
        run_id=str(report.run.id) if report and report.run else None,
    )
    return found.model_dump(mode="json")


def _cited(payload: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(each for page in payload["pages"] for each in page["claim_ids"]))
