"""`evigate studio feedback`: rate, list, and what was learned."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

import typer

from evigate.kernel.console import Console, note, print_json
from evigate.studio.feedback.api import feedback_view, statistics_out
from evigate.studio.feedback.service import FeedbackService

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
ProjectId = Annotated[UUID, typer.Argument(metavar="PROJECT", help="The project's id.")]


def feedback_app(console: Console[FeedbackService]) -> typer.Typer:
    """Return `evigate studio feedback`."""
    app = typer.Typer(no_args_is_help=True, help="What people made of what was offered to them.")

    @app.command()
    def give(
        project: ProjectId,
        question: Annotated[str, typer.Option(help="A question's key; else the project.")] = "",
        rating: Annotated[int | None, typer.Option(min=1, max=5, help="1 to 5.")] = None,
        comment: Annotated[str, typer.Option(help="What there is to say.")] = "",
        as_json: Json = False,
    ) -> None:
        """Rate a question or the project, say something of it, or both."""
        found = console.run(
            lambda s: s.service.give(
                s.subject, project, question=question, rating=rating, comment=comment
            )
        )
        if as_json:
            print_json([asdict(feedback_view(each)) for each in found])
        else:
            note("Noted.")

    @app.command("list")
    def list_(project: ProjectId, as_json: Json = False) -> None:
        """List a project's feedback, newest first."""
        found = console.run(lambda s: s.service.show(s.subject, project))
        if as_json:
            print_json([asdict(feedback_view(each)) for each in found])
            return
        for each in found:
            print(f"{each.created_at:%Y-%m-%d %H:%M}  {each.feedback_type:20} {each.target_key}")
        if not found:
            note("Nobody made anything known yet.")

    @app.command()
    def statistics(as_json: Json = False) -> None:
        """Tell how the library's questions fare, and how sure each source of offers really is."""
        found = statistics_out(console.run(lambda s: s.service.statistics(s.subject)))
        if as_json:
            print_json(asdict(found))
            return
        for source in found.sources:
            print(f"{source.source:12} {source.taken} of {source.observations} taken")
        for each in found.questions:
            rate = "–" if each.accept_rate is None else f"{each.accept_rate:.0%}"
            print(f"{rate:>5}  {each.key}  {each.ask}")
        for gone in found.suppressed:
            print(f"not offered again: {gone.key} {gone.value}")
        if not found.questions:
            note("Nothing was learned yet.")

    return app
