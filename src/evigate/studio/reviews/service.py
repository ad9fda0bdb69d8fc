"""The verbs of reviews: start, carry on, pause, resume, cancel, look, dismiss.

A review is a concert of the agents' room about a project, carried by a job. What follows from its
end (what reviewers remember) or from a limit (a task that asks for a decision) is written once, in
a transaction of its own, however often the job is done.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from evigate.agents import OnLimit
from evigate.agents.concert.carrying import LIMIT_REASON
from evigate.agents.concert.models import Concert, ConcertStatus, Strategy
from evigate.agents.concert.service import ConcertService
from evigate.base.errors import E_BUG, EvigateError
from evigate.base.ids import new_uuid
from evigate.base.subject import Subject
from evigate.gate.found import keep_found, standing_of, waive_found
from evigate.kernel.db import Tx
from evigate.kernel.events import NewEvent, append_events
from evigate.kernel.jobs import enqueue
from evigate.kernel.policies import Guard
from evigate.studio.context.models import Request
from evigate.studio.context.service import ContextService
from evigate.studio.features.service import STREAM
from evigate.studio.permissions import READ, WRITE, on_project
from evigate.studio.phases.store import get_project, lock_project
from evigate.studio.reviews import store
from evigate.studio.reviews.errors import E_SPEC_REVIEW_FINDING_NOT_FOUND, E_SPEC_REVIEW_NOT_FOUND
from evigate.studio.reviews.models import Finding
from evigate.studio.reviews.reviewers import REVIEWERS
from evigate.studio.reviews.store import Kept
from evigate.studio.reviews.working import (
    Came,
    as_found,
    came_to,
    dismissal,
    finders,
    memory_passage,
    remembered,
    scopes_of,
    work_of,
)
from evigate.studio.specification.service import SpecificationService
from evigate.studio.tasks.actions import SingleSelect
from evigate.studio.tasks.models import ActionDraft, Target, TaskDraft
from evigate.studio.tasks.store import insert_task, queries

REVIEW = "studio.review"
TARGET = "review"
ABOUT = "project"
RAISE, STOP = "Raise it to twice as much", "Stop the review"


@dataclass(frozen=True, slots=True)
class Review:
    """A review: which version it looks at, how far it is, and what it came to so far.

    `standing` is how each finding of the version stands, by fingerprint.
    """

    kept: Kept
    concert: Concert
    came: Came
    standing: Mapping[str, str]

    def stands(self, finding: Finding) -> str:
        """Return how a finding stands: open, resolved, waived, or empty before the end."""
        finder = finders(self.concert).get((finding.rule, finding.element), "")
        return self.standing.get(as_found(finding, finder).fingerprint, "")


class ReviewService:
    """Reviews of every tenant's specifications."""

    def __init__(
        self,
        guard: Guard,
        concerts: ConcertService,
        contexts: ContextService,
        specifications: SpecificationService,
    ) -> None:
        self.guard = guard
        self.concerts = concerts
        self._contexts = contexts
        self._specifications = specifications

    async def start(
        self,
        subject: Subject,
        project_id: UUID,
        strategy: Strategy,
        *,
        tokens_limit: int | None = None,
        on_limit: OnLimit = OnLimit.PAUSE,
    ) -> Review:
        """
        Have the newest specification reviewed; a job does it.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_SPECIFICATION_NOT_FOUND]
            EvigateError[E_CONCERT_INVALID]: the limit is none.
        """
        found = await self._specifications.show(subject, project_id)
        keys = tuple(f"requirement/{each['id']}" for each in found.payload["requirements"])
        asked = Request("workflow", "review", keys=keys[:100])
        made = await self._contexts.assemble(subject, project_id, asked)
        assert made.request_id is not None
        memory = [
            message
            for agent in REVIEWERS.values()
            for message in await self.concerts.memory(subject, project_id, agent.name)
        ]
        work = work_of(
            strategy,
            made.texts(),
            memory_passage(memory),
            is_whole=not made.is_exceeded,
            tokens_limit=tokens_limit,
            on_limit=on_limit,
        )
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            run_id = await self.concerts.start(tx, work, (ABOUT, project_id))
            await store.insert_review(tx, run_id, project_id, found.head.id, made.request_id)
            await self._send(tx, project_id, run_id)
            told = {"review": str(run_id), "strategy": strategy}
            await append_events(tx, STREAM, project_id, [NewEvent("review_started", told)])
        return await self.show(subject, project_id, run_id)

    async def walk(self, subject: Subject, arguments: Mapping[str, Any]) -> None:
        """Do a review's job: carry it on, then do what follows from how it stands."""
        run_id = UUID(str(arguments["run_id"]))
        concert = await self.concerts.carry(subject, run_id)
        project_id = UUID(str(arguments["project_id"]))
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            await store.lock_review(tx, run_id)
            (kept,) = await store.list_reviews(tx, project_id, id_=run_id)
            is_short = concert.status is ConcertStatus.PAUSED and concert.reason == LIMIT_REASON
            if is_short and kept.task_id is None:
                await self._ask(tx, project_id, concert)
            elif concert.status.is_end and await store.settle(tx, run_id):
                await self._settle(tx, project_id, kept.artifact_id, concert)

    async def give_up(
        self, subject: Subject, arguments: Mapping[str, Any], error: BaseException
    ) -> None:
        """End a review whose job was tried as often as allowed."""
        if not isinstance(error, EvigateError):
            error = EvigateError(E_BUG, f"The review broke: {type(error).__name__}.")
        await self.concerts.give_up(subject, UUID(str(arguments["run_id"])), error)

    async def list_reviews(self, subject: Subject, project_id: UUID) -> list[Review]:
        """Return a project's reviews, newest first; raises E_PROJECT_NOT_FOUND."""
        async with on_project(self.guard, subject, READ, project_id) as tx:
            await get_project(tx, project_id)
            kept = await store.list_reviews(tx, project_id)
        return [await self._whole(subject, each) for each in kept]

    async def show(self, subject: Subject, project_id: UUID, review_id: UUID) -> Review:
        """Return a review; raises E_PROJECT_NOT_FOUND or E_SPEC_REVIEW_NOT_FOUND."""
        return await self._whole(subject, await self._kept(subject, project_id, review_id))

    async def pause(self, subject: Subject, project_id: UUID, review_id: UUID) -> Review:
        """Let it wait after the steps under way.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_SPEC_REVIEW_NOT_FOUND]
            EvigateError[E_CONCERT_STATUS]: it does not run.
        """
        await self._may(subject, project_id, review_id)
        await self.concerts.pause(subject, review_id)
        return await self.show(subject, project_id, review_id)

    async def resume(
        self,
        subject: Subject,
        project_id: UUID,
        review_id: UUID,
        *,
        tokens_limit: int | None = None,
    ) -> Review:
        """Let it go on, with another limit if given; raises as `pause`."""
        await self._may(subject, project_id, review_id)
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            await lock_project(tx, project_id)
            await self.concerts.resume(tx, review_id, tokens_limit=tokens_limit)
            await self._close_task(tx, project_id, review_id, "It was resumed.")
            await self._send(tx, project_id, review_id)
        return await self.show(subject, project_id, review_id)

    async def cancel(self, subject: Subject, project_id: UUID, review_id: UUID) -> Review:
        """Let it end; raises as `pause`."""
        await self._may(subject, project_id, review_id)
        await self.concerts.cancel(subject, review_id)
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            await self._close_task(tx, project_id, review_id, "The review was cancelled.")
        return await self.show(subject, project_id, review_id)

    async def dismiss(
        self,
        subject: Subject,
        project_id: UUID,
        review_id: UUID,
        *,
        rule: str,
        element: str,
        reason: str,
    ) -> Finding:
        """
        Say that a finding is none; its reviewer remembers that and does not say it again.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_SPEC_REVIEW_NOT_FOUND]
            EvigateError[E_SPEC_REVIEW_FINDING_NOT_FOUND]: it did not find that.
        """
        await self._may(subject, project_id, review_id)
        review = await self.show(subject, project_id, review_id)
        for output in review.concert.outputs.values():
            for each in map(Finding.model_validate, output["output"]["findings"]):
                if (each.rule, each.element) == (rule, element):
                    async with on_project(self.guard, subject, WRITE, project_id) as tx:
                        pinned = dismissal(each, reason)
                        await self.concerts.remember(tx, project_id, output["agent"], [pinned])
                        finder = finders(review.concert)[rule, element]
                        await waive_found(
                            tx, review.kept.artifact_id, as_found(each, finder), reason
                        )
                        told = {"rule": rule, "element": element, "reason": reason}
                        event = NewEvent("review_finding_dismissed", told)
                        await append_events(tx, STREAM, project_id, [event])
                    return each
        message = f"The review found no {rule!r} of {element!r}."
        raise EvigateError(E_SPEC_REVIEW_FINDING_NOT_FOUND, message)

    async def take(self, tx: Tx, project_id: UUID, key: str, words: str, task_id: UUID) -> bool:
        """Do what was decided of a review at its limit, within the task's own transaction."""
        review_id = UUID(key)
        (kept,) = await store.list_reviews(tx, project_id, id_=review_id) or (None,)
        if kept is None or kept.task_id != task_id:
            return False
        await store.set_task(tx, review_id, None)
        if words == STOP:
            await self.concerts.cancel_in(tx, review_id)
            return True
        concert = await self.concerts.get_in(tx, review_id)
        limit = concert.spent.tokens_limit
        wanted = None if limit is None else max(2 * limit, concert.spent.tokens)
        await self.concerts.resume(tx, review_id, tokens_limit=wanted)
        await self._send(tx, project_id, review_id)
        return True

    async def _ask(self, tx: Tx, project_id: UUID, concert: Concert) -> None:
        """Leave a task to decide whether a review may use more."""
        spent = concert.spent
        draft = TaskDraft(
            kind="DECIDE",
            title="A review is at its limit: raise the budget?",
            description=(
                f"It used {spent.tokens:,} of {spent.tokens_limit or 0:,} tokens, and"
                f" {len(concert.pending)} of {len(concert.steps)} steps are left:"
                f" /studio/{project_id}/reviews/{concert.id}"
            ),
            priority="high",
            actions=(ActionDraft(label="Decide", config=SingleSelect(options=(RAISE, STOP))),),
            targets=(Target(kind=TARGET, target=str(concert.id)),),
        )
        task_id = new_uuid()
        await insert_task(tx, task_id, project_id, draft)
        await store.set_task(tx, concert.id, task_id)
        told = {"review": str(concert.id), "task": str(task_id)}
        await append_events(tx, STREAM, project_id, [NewEvent("review_waits", told)])

    async def _settle(self, tx: Tx, project_id: UUID, artifact_id: UUID, concert: Concert) -> None:
        if concert.status is ConcertStatus.COMPLETED:
            for agent, message in remembered(concert).items():
                await self.concerts.remember(tx, project_id, agent, [message])
            await _keep(tx, artifact_id, concert)
        told = {
            "review": str(concert.id),
            "status": concert.status,
            "findings": len(came_to(concert).findings),
        }
        await append_events(tx, STREAM, project_id, [NewEvent("review_ended", told)])

    async def _close_task(self, tx: Tx, project_id: UUID, review_id: UUID, reason: str) -> None:
        (kept,) = await store.list_reviews(tx, project_id, id_=review_id)
        if kept.task_id is not None:
            await store.set_task(tx, review_id, None)
            result = Jsonb({"reason": reason})
            await queries.close_task(
                tx.connection, id=kept.task_id, status="cancelled", result=result
            )

    async def _send(self, tx: Tx, project_id: UUID, run_id: UUID) -> None:
        args = {"run_id": str(run_id), "project_id": str(project_id)}
        await enqueue(tx, REVIEW, args, lock=f"review:{run_id}")

    async def _may(self, subject: Subject, project_id: UUID, review_id: UUID) -> None:
        """Refuse whoever may not change the project, or names a review that it has not."""
        async with on_project(self.guard, subject, WRITE, project_id):
            pass
        await self._kept(subject, project_id, review_id)

    async def _kept(self, subject: Subject, project_id: UUID, review_id: UUID) -> Kept:
        async with on_project(self.guard, subject, READ, project_id) as tx:
            await get_project(tx, project_id)
            found = await store.list_reviews(tx, project_id, id_=review_id)
        if not found:
            message = f"The project has no review {str(review_id)!r}."
            raise EvigateError(E_SPEC_REVIEW_NOT_FOUND, message)
        return found[0]

    async def _whole(self, subject: Subject, kept: Kept) -> Review:
        async with on_project(self.guard, subject, READ, kept.project_id) as tx:
            concert = await self.concerts.get_in(tx, kept.id)
            standing = await standing_of(tx, kept.artifact_id)
        return Review(kept, concert, came_to(concert), standing)


async def _keep(tx: Tx, artifact_id: UUID, concert: Concert) -> None:
    """Put what a review came to among the findings of the version that was read."""
    by = finders(concert)
    found = [as_found(each, by[each.rule, each.element]) for each in came_to(concert).findings]
    read = [each.id for each in concert.work.passages]
    await keep_found(tx, artifact_id, found, scopes=scopes_of(concert), elements=read)
