"""The commands of the specification: `evigate studio spec …`."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

import typer

from evigate.base.errors import EvigateError
from evigate.kernel.console import Console, Session, note, print_json
from evigate.studio.specification.errors import E_SPECIFICATION_INVALID
from evigate.studio.specification.export import Layout, exported, file_name
from evigate.studio.specification.models import Style
from evigate.studio.specification.service import Specification, SpecificationService
from evigate.studio.specification.statements import StatementService
from evigate.studio.specification.store import KeptStatement
from evigate.studio.specification.views import (
    DifferenceView,
    SpecificationView,
    comment_view,
    difference_view,
    specification_view,
    statement_view,
    version_view,
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
ProjectId = Annotated[UUID, typer.Argument(metavar="PROJECT", help="The project's id.")]
VersionOption = Annotated[
    str | None, typer.Option("--version", help="Such as 1.2.0; the newest where it is left out.")
]
Why = Annotated[str, typer.Option("--reason", help="Why.")]
Work = Callable[[Session[SpecificationService]], Awaitable[Specification]]


def spec_app(
    console: Console[SpecificationService], statements: Console[StatementService]
) -> typer.Typer:
    """Return `evigate studio spec`."""
    app = typer.Typer(no_args_is_help=True, help="The specification, from words to contracts.")
    _look_commands(app, console)
    _compare_commands(app, console)
    _change_commands(app, console)
    _statement_commands(app, statements)
    return app


def _look_commands(app: typer.Typer, console: Console[SpecificationService]) -> None:
    @app.command()
    def show(project: ProjectId, version: VersionOption = None, as_json: Json = False) -> None:
        """Show the requirements with the words that ask for them, and what stands against them."""
        _print(console, project, lambda s: s.service.show(s.subject, project, version), as_json)

    @app.command()
    def versions(project: ProjectId, as_json: Json = False) -> None:
        """List the versions, newest first."""
        found = [
            version_view(v) for v in console.run(lambda s: s.service.versions(s.subject, project))
        ]
        if as_json:
            print_json([asdict(each) for each in found])
            return
        for each in found:
            current = "" if each.is_current else "  out of date"
            print(f"{each.version:10} {each.status:10} {each.content_hash[:12]}{current}")
        if not found:
            note("Nothing was compiled yet.")

    @app.command()
    def export(
        project: ProjectId,
        folder: Annotated[Path, typer.Argument(help="Where the file is written.")] = Path(),
        layout: Annotated[Layout, typer.Option(help="For whom it is.")] = "markdown",
        version: VersionOption = None,
        as_json: Json = False,
    ) -> None:
        """Write a version as a zip in a layout, or as a Word document or a PDF."""
        found = console.run(lambda s: s.service.show(s.subject, project, version))
        if not folder.is_dir():
            raise EvigateError(E_SPECIFICATION_INVALID, f"{str(folder)!r} is no folder.")
        target = folder / file_name(found, layout)
        target.write_bytes(exported(found, layout))
        if as_json:
            print_json({"path": str(target), "version": found.head.version, "layout": layout})
        else:
            print(target)


def _compare_commands(app: typer.Typer, console: Console[SpecificationService]) -> None:
    @app.command()
    def diff(
        project: ProjectId,
        before: Annotated[str | None, typer.Option(help="A version; the one before.")] = None,
        after: Annotated[str | None, typer.Option(help="A version; the newest.")] = None,
        as_json: Json = False,
    ) -> None:
        """Compare two versions by requirement."""
        old, new, found = console.run(lambda s: s.service.diff(s.subject, project, before, after))
        view = difference_view(old.version if old else None, new.version, found)
        _print_difference(view, as_json=as_json)

    @app.command()
    def impact(
        project: ProjectId,
        claim: Annotated[UUID, typer.Argument(help="The claim's id, as the sources name it.")],
        text: Annotated[
            str | None, typer.Option(help="What it would say; gone if left out.")
        ] = None,
        as_json: Json = False,
    ) -> None:
        """Tell what would differ if a claim read otherwise, or were gone; nothing is changed."""
        found = console.run(lambda s: s.service.impact(s.subject, project, claim, text=text))
        _print_difference(difference_view(None, "as if it were so", found), as_json=as_json)


def _change_commands(app: typer.Typer, console: Console[SpecificationService]) -> None:
    @app.command("compile")
    def compile_it(
        project: ProjectId,
        style: Annotated[Style | None, typer.Option(help="How it is worded.")] = None,
        as_json: Json = False,
    ) -> None:
        """Compile the project as it is now."""
        _print(
            console, project, lambda s: s.service.compile(s.subject, project, style=style), as_json
        )

    @app.command()
    def submit(project: ProjectId, as_json: Json = False) -> None:
        """Give the newest version to whoever decides."""
        _print(console, project, lambda s: s.service.submit(s.subject, project), as_json)

    @app.command()
    def approve(project: ProjectId, reason: Why, as_json: Json = False) -> None:
        """Approve what is in review; its content hash is pinned."""
        _print(console, project, lambda s: s.service.approve(s.subject, project, reason), as_json)

    @app.command()
    def reject(project: ProjectId, reason: Why, as_json: Json = False) -> None:
        """Reject what is in review."""
        _print(console, project, lambda s: s.service.reject(s.subject, project, reason), as_json)

    @app.command()
    def comment(
        project: ProjectId,
        body: Annotated[str, typer.Argument(help="What is said.")],
        about: Annotated[str, typer.Option(help="A requirement's id.")] = "",
        as_json: Json = False,
    ) -> None:
        """Say something about the newest version, or about one of its requirements."""
        said = console.run(lambda s: s.service.comment(s.subject, project, body, about=about))
        view = comment_view(said, {about} - {""})
        if as_json:
            print_json(asdict(view))
        else:
            print(f"{view.author_name}: {view.body}")


def _statement_commands(app: typer.Typer, console: Console[StatementService]) -> None:
    @app.command("import")
    def bring_in(
        project: ProjectId,
        file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A zip.")],
        as_json: Json = False,
    ) -> None:
        """Bring in a zipped OpenSpec or spec-kit folder; what it states waits for a person."""
        data = file.read_bytes()
        found = console.run(lambda s: s.service.bring_in(s.subject, project, data))
        _print_statements(found, as_json=as_json)

    @app.command()
    def statements(project: ProjectId, as_json: Json = False) -> None:
        """List what was brought in."""
        found = console.run(lambda s: s.service.list(s.subject, project))
        _print_statements(found, as_json=as_json)

    @app.command()
    def statement(
        project: ProjectId,
        statement: Annotated[UUID, typer.Argument(help="The statement's id.")],
        decision: Annotated[
            Literal["accepted", "rejected"], typer.Argument(help="What becomes of it.")
        ],
        as_json: Json = False,
    ) -> None:
        """Accept a statement, which is then said in the conversation, or reject it."""
        found = console.run(lambda s: s.service.decide(s.subject, project, statement, decision))
        _print_statements([found], as_json=as_json)


def _print(
    console: Console[SpecificationService], project: UUID, work: Work, as_json: bool
) -> None:
    view = specification_view(project, console.run(work))
    if as_json:
        print_json(asdict(view))
    else:
        _print_specification(view)


def _print_specification(view: SpecificationView) -> None:
    for each in view.specification["requirements"]:
        print(f"{each['id']} ({each['priority']})")
        print(f"  {each['text']}")
        print("  said: " + "; ".join(f"“{source['quote']}”" for source in each["sources"]))
    for finding in view.findings:
        print(f"{finding.severity:8} {finding.message} {finding.fix}")
    note(f"version {view.head.version}: {view.head.status}, {view.head.blockers} blocking")


def _print_difference(view: DifferenceView, *, as_json: bool) -> None:
    if as_json:
        print_json(asdict(view))
        return
    for mark, lines in (("+", view.added), ("-", view.removed)):
        for line in lines:
            print(f"{mark} {line.id}  {line.text}")
            if line.tests:
                print(f"    tests: {', '.join(line.tests)}")
    for each in view.changed:
        print(f"~ {each.id}  ({', '.join(each.fields)})")
        marks = {"gone": "[-{}-]", "new": "[+{}+]", "kept": "{}"}
        print("    " + " ".join(marks[piece.how].format(piece.text) for piece in each.pieces))
    for mark, names in (("+", view.endpoints_added), ("-", view.endpoints_removed)):
        for name in names:
            print(f"{mark} call {name}")
    note(
        f"{len(view.added)} added, {len(view.removed)} removed, {len(view.changed)} changed:"
        f" {view.part}"
    )


def _print_statements(found: list[KeptStatement], *, as_json: bool) -> None:
    views = [statement_view(each) for each in found]
    if as_json:
        print_json([asdict(each) for each in views])
        return
    for each in views:
        print(f"{each.id}  {each.status:8}  {each.title}")
        print(f"  “{each.quote[:200]}”  {each.path}")
