"""The commands of reviews: `evigate studio reviews …`."""

import asyncio
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console as Screen
from rich.progress import Progress

from evigate.agents import OnLimit
from evigate.agents.concert.models import ConcertStatus, Strategy
from evigate.kernel.console import Console, Session, note, print_json
from evigate.studio.reviews.service import Review, ReviewService
from evigate.studio.reviews.views import ReviewView, checkpoint_view, review_view

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
ProjectId = Annotated[UUID, typer.Argument(metavar="PROJECT", help="The project's id.")]
ReviewId = Annotated[UUID, typer.Argument(metavar="REVIEW", help="The review's id.")]
Limit = Annotated[int | None, typer.Option(help="The most tokens; none is no limit.")]
LOOK_EVERY_S = 0.1


class How(StrEnum):
    """How the reviewers work together."""

    PARALLEL = "parallel"
    SEQUENTIAL = "sequential"
    HIERARCHICAL = "hierarchical"
    DEBATE = "debate"


def reviews_app(console: Console[ReviewService]) -> typer.Typer:
    """Return `evigate studio reviews`."""
    app = typer.Typer(no_args_is_help=True, help="Several reviewers of a specification.")
    _start_command(app, console)
    _look_commands(app, console)
    _change_commands(app, console)
    return app


def _told(found: ReviewView) -> None:
    limit = f" of {found.tokens_limit}" if found.tokens_limit is not None else ""
    note(f"{found.id}: {found.status}, {found.done} of {len(found.steps)} steps,"
         f" {found.tokens}{limit} tokens. {found.reason}")  # fmt: skip
    for each in found.findings:
        print(f"{each.severity:8} {each.rule} {each.element}: {each.message} “{each.quote}”")
    if found.status == ConcertStatus.COMPLETED and not found.findings:
        note("Nothing was found.")


def _print(found: Review, as_json: bool) -> None:
    if as_json:
        print_json(asdict(review_view(found)))
    else:
        _told(review_view(found))


async def _followed(session: Session[ReviewService], project: UUID, review: UUID) -> Review:
    """Work until a review has ended or waits, with a bar of its steps."""
    service, subject = session.service, session.subject
    async with session.working():
        with Progress(console=Screen(stderr=True), transient=True) as bar:
            line = bar.add_task("Reviewing", total=None)
            while True:
                found = await service.show(subject, project, review)
                status, done = found.concert.status, len(found.concert.outputs)
                bar.update(line, completed=done, total=len(found.concert.steps))
                is_told = found.kept.settled_at or found.kept.task_id
                if (status.is_end or status is ConcertStatus.PAUSED) and (
                    is_told or (status is ConcertStatus.PAUSED and not found.concert.pending)
                ):
                    return found
                await asyncio.sleep(LOOK_EVERY_S)


def _start_command(app: typer.Typer, console: Console[ReviewService]) -> None:
    @app.command()
    def start(
        project: ProjectId,
        strategy: Annotated[How, typer.Option(help="How they work together.")] = How.PARALLEL,
        tokens_limit: Limit = None,
        as_json: Json = False,
    ) -> None:
        """Have the newest specification reviewed, and print what was found."""

        async def work(session: Session[ReviewService]) -> Review:
            made = await session.service.start(
                session.subject,
                project,
                Strategy(strategy.value),
                tokens_limit=tokens_limit,
                on_limit=OnLimit.PAUSE,
            )
            return await _followed(session, project, made.kept.id)

        _print(console.run(work), as_json)


def _look_commands(app: typer.Typer, console: Console[ReviewService]) -> None:
    @app.command("list")
    def list_reviews(project: ProjectId, as_json: Json = False) -> None:
        """List a project's reviews, newest first."""
        found = [
            review_view(each)
            for each in console.run(lambda s: s.service.list_reviews(s.subject, project))
        ]
        if as_json:
            print_json([asdict(each) for each in found])
            return
        for each in found:
            print(f"{each.id} {each.strategy} {each.status} {len(each.findings)} findings")

    @app.command()
    def show(project: ProjectId, review: ReviewId, as_json: Json = False) -> None:
        """Show how far a review is and what it found."""
        _print(console.run(lambda s: s.service.show(s.subject, project, review)), as_json)

    @app.command()
    def checkpoints(project: ProjectId, review: ReviewId, as_json: Json = False) -> None:
        """List how far a review was after each step."""

        async def work(session: Session[ReviewService]) -> list[object]:
            await session.service.show(session.subject, project, review)
            found = await session.service.concerts.checkpoints(session.subject, review)
            return [asdict(checkpoint_view(each)) for each in found]

        found = console.run(work)
        if as_json:
            print_json(found)
            return
        for each in found:
            print(f"{each['step_index']:3} {each['step_name']}")  # type: ignore[index]


def _change_commands(app: typer.Typer, console: Console[ReviewService]) -> None:
    @app.command()
    def pause(project: ProjectId, review: ReviewId, as_json: Json = False) -> None:
        """Let a review wait once the steps under way are done."""
        _print(console.run(lambda s: s.service.pause(s.subject, project, review)), as_json)

    @app.command()
    def resume(
        project: ProjectId,
        review: ReviewId,
        tokens_limit: Limit = None,
        as_json: Json = False,
    ) -> None:
        """Let a review go on that waits, and print what was found."""

        async def work(session: Session[ReviewService]) -> Review:
            await session.service.resume(
                session.subject, project, review, tokens_limit=tokens_limit
            )
            return await _followed(session, project, review)

        _print(console.run(work), as_json)

    @app.command()
    def cancel(project: ProjectId, review: ReviewId, as_json: Json = False) -> None:
        """Let a review end."""
        _print(console.run(lambda s: s.service.cancel(s.subject, project, review)), as_json)

    @app.command()
    def dismiss(
        project: ProjectId,
        review: ReviewId,
        rule: Annotated[str, typer.Argument(help="The finding's rule.")],
        element: Annotated[str, typer.Argument(help="What it is about.")],
        reason: Annotated[str, typer.Argument(help="Why it is none.")],
        as_json: Json = False,
    ) -> None:
        """Say that a finding is none; its reviewer does not say it again."""
        found = console.run(
            lambda s: s.service.dismiss(
                s.subject, project, review, rule=rule, element=element, reason=reason
            )
        )
        if as_json:
            print_json(found.model_dump(mode="json"))
        else:
            note(f"{found.rule} of {found.element} is dismissed.")
