"""`evigate papers storyboard …`: tell a paper to children, bring the story up to a run, read it."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from evigate.kernel.console import Console, note, print_json
from evigate.papers.schemas_storyboards import StoryboardLineOut, StoryboardOut
from evigate.papers.storyboards import StoryboardService, StoryboardView
from evigate.papers.storyboards.picture import draw

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
StoryboardId = Annotated[UUID, typer.Argument(help="The storyboard's id.")]


def storyboards_app(console: Console[StoryboardService]) -> typer.Typer:
    """Return `evigate papers storyboard`."""
    app = typer.Typer(no_args_is_help=True, help="Storyboards: papers told to children.")

    @app.command()
    def make(
        paper_id: Annotated[UUID, typer.Argument(help="The paper's id.")], as_json: Json = False
    ) -> None:
        """Tell a paper in 5 to 7 pages; the same facts again change nothing."""
        show(console.run(lambda s: s.service.explain(s.subject, paper_id)), as_json=as_json)

    @app.command()
    def refresh(storyboard_id: StoryboardId, as_json: Json = False) -> None:
        """Bring a storyboard up to the paper's newest run."""
        show(console.run(lambda s: s.service.refresh(s.subject, storyboard_id)), as_json=as_json)

    @app.command()
    def get(
        storyboard_id: StoryboardId,
        pictures: Annotated[
            Path | None, typer.Option(help="Folder for the drawings, as SVG files.")
        ] = None,
        as_json: Json = False,
    ) -> None:
        """Read a storyboard."""
        view = console.run(lambda s: s.service.get(s.subject, storyboard_id))
        if pictures is not None:
            pictures.mkdir(parents=True, exist_ok=True)
            for page in view.story.pages:
                path = pictures / f"page-{page.page_number}.svg"
                path.write_text(draw(page.drawing, page.alt_text), encoding="utf-8")
            note(f"drawings written to {pictures}")
        show(view, as_json=as_json)

    @app.command("list")
    def list_(
        paper_id: Annotated[UUID | None, typer.Option(help="Of this paper alone.")] = None,
        limit: Annotated[int, typer.Option(min=1, max=200, help="At most so many.")] = 50,
        as_json: Json = False,
    ) -> None:
        """List storyboards, newest first."""
        views = console.run(
            lambda s: s.service.list_stories(s.subject, paper_id=paper_id, limit=limit)
        )
        if as_json:
            return print_json(
                [StoryboardLineOut.of(view).model_dump(mode="json") for view in views]
            )
        if not views:
            note("No storyboards yet: `evigate papers storyboard make PAPER_ID`.")
        for view in views:
            print(f"{view.row.id}  {view.row.status:12}  {view.story.title}")
        return None

    return app


def show(view: StoryboardView, *, as_json: bool) -> None:
    """Print a storyboard: a page a paragraph, with its grade."""
    if as_json:
        print_json(StoryboardOut.of(view).model_dump(mode="json"))
        return
    print(f"{view.story.title}\nstoryboard {view.row.id} ({view.row.status})\n")
    for page in view.story.pages:
        print(f"{page.page_number}. {page.title} (grade {page.reading_grade:g})")
        print(f"   {page.body}\n   [{page.alt_text}]\n")
    for term in view.story.glossary:
        print(f"{term.term}: {term.definition}")
