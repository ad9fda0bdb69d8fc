"""The room's commands: `evigate studio …`."""

import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console as Screen
from rich.progress import Progress

from evigate.base.errors import E_INVALID, EvigateError
from evigate.kernel.console import Console, Session, note, print_json
from evigate.studio.batch import Tally, extract_lines
from evigate.studio.research.models import ResearchTask
from evigate.studio.service import Discovery, StudioService
from evigate.studio.standing import NeedStatus
from evigate.studio.views import DiscoveryView, need_of, view_of

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]


ProjectId = Annotated[UUID, typer.Argument(metavar="PROJECT", help="The project's id.")]
Words = Annotated[str, typer.Argument(help="What you say; - reads it from standard input.")]
Work = Callable[[Session[StudioService]], Awaitable[Discovery]]


class ResearchKind(StrEnum):
    """Where the library is looked into."""

    COMPETITIVE_ANALYSIS = "competitive_analysis"
    TECH_FEASIBILITY = "tech_feasibility"
    MARKET_RESEARCH = "market_research"
    DOMAIN_RESEARCH = "domain_research"
    INTEGRATION_RESEARCH = "integration_research"


DEFAULT_RESEARCH = ResearchKind.INTEGRATION_RESEARCH
MARKS = {
    NeedStatus.SATISFIED: "✔",
    NeedStatus.PARTIAL: "◐",
    NeedStatus.PENDING: "·",
    NeedStatus.DEFERRED: "→",
    NeedStatus.SKIPPED: "–",
}


def studio_app(console: Console[StudioService]) -> typer.Typer:
    """Return `evigate studio`."""
    app = typer.Typer(no_args_is_help=True, help="Studio: from a paragraph to what must be built.")
    _extract_command(app)
    _talk_commands(app, console)
    _look_commands(app, console)
    _change_commands(app, console)
    return app


def _talk_commands(app: typer.Typer, console: Console[StudioService]) -> None:
    @app.command()
    def new(
        text: Words,
        name: Annotated[str | None, typer.Option(help="A name; else its first words.")] = None,
        expert: Annotated[bool, typer.Option("--expert", help="Ask in technical words.")] = False,
        objective: Annotated[
            str, typer.Option(help="What is to be learned: a kind of objective.")
        ] = "project_discovery",
        as_json: Json = False,
    ) -> None:
        """Start a project from one paragraph, and print the first question."""
        words = _words(text)
        _tell(
            console,
            lambda s: s.service.create(
                s.subject,
                words,
                name=name,
                level="expert" if expert else "novice",
                context_type=objective,
            ),
            as_json=as_json,
        )

    @app.command()
    def say(project: ProjectId, text: Words, as_json: Json = False) -> None:
        """Say something in a project's discovery; it answers what was asked last."""
        words = _words(text)
        _tell(console, lambda s: s.service.say(s.subject, project, words), as_json=as_json)

    @app.command()
    def answer(
        project: ProjectId,
        key: Annotated[str, typer.Argument(help="The need, as `show` names it.")],
        text: Words,
        as_json: Json = False,
    ) -> None:
        """Answer one need, whether it was asked or not."""
        words = _words(text)
        _tell(console, lambda s: s.service.say(s.subject, project, words, key=key), as_json=as_json)

    @app.command()
    def industry(
        project: ProjectId,
        code: Annotated[str, typer.Argument(help="A NAICS 2022 code, such as 812910.")],
        as_json: Json = False,
    ) -> None:
        """Say which industry it is; its trades add their questions."""
        _tell(
            console, lambda s: s.service.choose_industry(s.subject, project, code), as_json=as_json
        )

    @app.command()
    def approve(project: ProjectId, as_json: Json = False) -> None:
        """Approve what came of a discovery, which ends it; refused while too little is known."""
        _tell(console, lambda s: s.service.approve(s.subject, project), as_json=as_json)

    @app.command()
    def close(project: ProjectId, as_json: Json = False) -> None:
        """End a discovery."""
        _tell(console, lambda s: s.service.close(s.subject, project), as_json=as_json)

    @app.command()
    def reopen(project: ProjectId, as_json: Json = False) -> None:
        """Go on with a discovery that was ended; what came of it is to be approved anew."""
        _tell(console, lambda s: s.service.take_up(s.subject, project), as_json=as_json)


def _look_commands(app: typer.Typer, console: Console[StudioService]) -> None:
    @app.command("list")
    def list_(as_json: Json = False) -> None:
        """List the projects, newest first."""
        found = console.run(lambda s: s.service.list_projects(s.subject))
        if as_json:
            print_json([asdict(each) for each in found])
            return
        for each in found:
            print(f"{each.id}  {each.completeness:4.0%}  {each.domain:20}  {each.name}")
        if not found:
            note('No projects yet: evigate studio new "…" starts one.')

    @app.command()
    def show(project: ProjectId, as_json: Json = False) -> None:
        """Show what is known, with the words that say it, and what is missing."""
        view = view_of(console.run(lambda s: s.service.show(s.subject, project)))
        if as_json:
            print_json(asdict(view))
        else:
            _print_known(view)

    @app.command()
    def why(
        project: ProjectId,
        key: Annotated[str, typer.Argument(help="The need, as `show` names it.")],
        as_json: Json = False,
    ) -> None:
        """Tell why a need is asked: its reason, the library's rules, and the words they rest on."""
        view = view_of(console.run(lambda s: s.service.show(s.subject, project)))
        need = need_of(view, key)
        if as_json:
            print_json(
                {"key": need.key, "why": need.why, "origins": list(map(asdict, need.origins))}
            )
            return
        print(f"{need.title}\n{need.why}")
        for each in need.origins:
            print(f"- {each.pool}/{each.id} ({each.layer}): {'; '.join(each.evidence)}")

    @app.command()
    def research(
        project: ProjectId,
        query: Annotated[str | None, typer.Option(help="Something to look up.")] = None,
        kind: Annotated[ResearchKind, typer.Option(help="Where to look.")] = DEFAULT_RESEARCH,
        as_json: Json = False,
    ) -> None:
        """Show what was looked up beside a discovery; with --query, look something up."""

        async def work(session: Session[StudioService]) -> list[ResearchTask]:
            service = session.service.research
            if query is None:
                return await service.list_tasks(session.subject, project)
            async with session.working():
                await service.ask(session.subject, project, kind.value, query)
                return await service.settled(session.subject, project)

        found = console.run(work)
        if as_json:
            print_json([asdict(each) for each in found])
            return
        for each in found:
            _print_research(each)
        if not found:
            note("Nothing was looked up: --query 'card payments' does.")

    @app.command()
    def tasks(project: ProjectId, as_json: Json = False) -> None:
        """List what someone must still give or decide."""
        view = view_of(console.run(lambda s: s.service.show(s.subject, project)))
        if as_json:
            print_json([asdict(each) for each in view.tasks])
            return
        for each in view.tasks:
            print(f"{each.id}  {each.status:9}  {each.title}")
        if not view.tasks:
            note("No tasks.")


def _change_commands(app: typer.Typer, console: Console[StudioService]) -> None:
    @app.command()
    def edit(
        project: ProjectId,
        what: Annotated[UUID, typer.Argument(help="The id of a claim, or of something you said.")],
        text: Words,
        as_json: Json = False,
    ) -> None:
        """Put other words in place of a value or of something said; the old ones are kept."""
        words = _words(text)

        async def work(session: Session[StudioService]) -> Discovery:
            found = await session.service.show(session.subject, project)
            if found.session.message(what) is not None:
                return await session.service.revise(session.subject, project, what, words)
            return await session.service.correct(session.subject, project, what, words)

        _tell(console, work, as_json=as_json)

    @app.command()
    def submit(
        project: ProjectId,
        task: Annotated[UUID, typer.Argument(help="The task's id.")],
        text: Words,
        as_json: Json = False,
    ) -> None:
        """Give what a task asks for."""
        words = _words(text)
        _tell(
            console,
            lambda s: s.service.submit_task(s.subject, project, task, words),
            as_json=as_json,
        )

    @app.command()
    def skip(
        project: ProjectId,
        key: Annotated[str, typer.Argument(help="The need, as `show` names it.")],
        reason: Annotated[str, typer.Option(help="Why; a required need wants one.")] = "",
        as_json: Json = False,
    ) -> None:
        """Leave a need out."""
        _tell(console, lambda s: s.service.skip(s.subject, project, key, reason), as_json=as_json)


def _tell(console: Console[StudioService], work: Work, *, as_json: bool) -> None:
    """Do a turn and print what it came to: all of it as JSON, or the next question."""
    view = view_of(console.run(work))
    if as_json:
        print_json(asdict(view))
        return
    note(f"project {view.project_id}: {view.completeness:.0%} known, {view.phase}")
    last = view.messages[-1]
    if last.role == "agent":
        print(last.content)
        for choice in last.card["choices"] if last.card else ():
            print(f"  - {choice}")


def _print_known(view: DiscoveryView) -> None:
    print(f"{view.name}\n{view.domain}, {view.completeness:.0%} known, {view.phase}")
    if view.industry:
        print(f"Industry: {view.industry['title']} ({view.industry['code']})")
    for need in view.needs:
        mark = "*" if need.is_required else " "
        print(f"{MARKS[need.status]}{mark} {need.title} ({need.key}) {need.confidence:.0%}")
        for claim in need.claims:
            print(f"      {claim.shown}  — “{claim.quote}”  {claim.id}")


def _print_research(task: ResearchTask) -> None:
    print(f"{task.id}  {task.status:9}  {task.task_type}: {task.query}")
    if task.error_message:
        print(f"    {task.error_message}")
    if task.result is not None:
        for point in task.result["points"]:
            print(f"    {point['title']}: {point['text']}  [{point['source']['label']}]")
        for question in task.result["decide"]:
            print(f"    decide: {question}")
        if not task.result["points"]:
            print("    nothing found")


def _words(text: str) -> str:
    return sys.stdin.read() if text == "-" else text


def _extract_command(app: typer.Typer) -> None:
    @app.command("extract")
    def extract_ideas(
        source: Annotated[
            Path, typer.Option("--in", help="A file of JSON lines, {id, text} each; - for stdin.")
        ],
        target: Annotated[Path, typer.Option("--out", help="The file to write, a line for each.")],
        as_json: Json = False,
    ) -> None:
        """Read many ideas: what each says, with the words that say it."""
        lines = _lines_of(source)
        tally = Tally()
        partial = target.with_name(target.name + ".part")
        screen = Screen(stderr=True)
        with partial.open("w", encoding="utf-8") as out, Progress(console=screen) as progress:
            task = progress.add_task("reading ideas", total=len(lines))
            for answer in extract_lines(lines, tally):
                out.write(json.dumps(answer, ensure_ascii=False) + "\n")
                progress.update(task, completed=tally.ideas)
        # The file appears whole or not at all.
        partial.replace(target)
        if as_json:
            print_json({**tally.to_json(), "out": str(target)})
        else:
            note(f"{tally.ideas} ideas, {tally.claims} claims, {tally.failed} unreadable: {target}")


def _lines_of(source: Path) -> list[str]:
    if str(source) == "-":
        return sys.stdin.read().splitlines()
    if not source.is_file():
        raise EvigateError(E_INVALID, f"There is no file {str(source)!r}.")
    return source.read_text(encoding="utf-8-sig", errors="replace").split("\n")
