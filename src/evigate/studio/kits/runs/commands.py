"""The commands of kits over a project: bring, start, plan, approve, outputs, bundle, cancel."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from evigate.base.errors import EvigateError
from evigate.kernel.console import Console, Session, note, print_json
from evigate.studio.kits.errors import E_KIT_TARGET
from evigate.studio.kits.folder import read_folder
from evigate.studio.kits.runs.models import Execution, PlanAction
from evigate.studio.kits.runs.packages import unpacked
from evigate.studio.kits.runs.service import KitRunService, RunPage
from evigate.studio.kits.runs.views import KitView, kit_view, page_view, run_view

MARKS: Mapping[PlanAction, str] = {"create": "+", "update": "~", "delete": "-", "no-op": " "}
LOOK_EVERY_S = 0.2
FAILED_EXIT = 6
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
ProjectId = Annotated[UUID, typer.Argument(metavar="PROJECT", help="The project's id.")]
RunId = Annotated[UUID, typer.Argument(metavar="RUN", help="The run's id.")]
Desk = Console[KitRunService]


def add_run_commands(app: typer.Typer, console: Desk) -> None:
    """Add what keeps kits and runs in the house to `evigate kits`."""
    _catalog_commands(app, console)
    _start_commands(app, console)
    _look_commands(app, console)


def _catalog_commands(app: typer.Typer, console: Desk) -> None:
    @app.command("import")
    def import_(
        source: Annotated[Path, typer.Argument(help="The kit's folder, or a zip of it.")],
        activate: Annotated[bool, typer.Option(help="Make it active at once.")] = False,
        as_json: Json = False,
    ) -> None:
        """Bring a kit; its files are checked and its fixtures run before it is kept."""
        files = unpacked(source.read_bytes()) if source.is_file() else read_folder(source)

        async def work(session: Session[KitRunService]) -> KitView:
            catalog = session.service.catalog
            head = await catalog.bring(session.subject, files)
            if activate and head.id is not None:
                head = await catalog.move(session.subject, head.id, "active")
            return kit_view(head)

        _print_kits([console.run(work)], as_json=as_json)

    @app.command()
    def own(as_json: Json = False) -> None:
        """List the kits that were imported here, with how they stand."""
        found = console.run(lambda s: s.service.catalog.list(s.subject))
        views = [kit_view(each) for each in found if each.origin == "imported"]
        _print_kits(views, as_json=as_json)

    @app.command()
    def activate(
        kit: Annotated[UUID, typer.Argument(help="The kit's own id, as `own` lists it.")],
        as_json: Json = False,
    ) -> None:
        """Let a draft be started for more than a dry run."""
        moved = console.run(lambda s: s.service.catalog.move(s.subject, kit, "active"))
        _print_kits([kit_view(moved)], as_json=as_json)

    @app.command()
    def deprecate(
        kit: Annotated[UUID, typer.Argument(help="The kit's own id, as `own` lists it.")],
        as_json: Json = False,
    ) -> None:
        """Let a kit be started no longer; its runs stay."""
        moved = console.run(lambda s: s.service.catalog.move(s.subject, kit, "deprecated"))
        _print_kits([kit_view(moved)], as_json=as_json)


def _start_commands(app: typer.Typer, console: Desk) -> None:
    @app.command()
    def start(
        project: ProjectId,
        kit: Annotated[str, typer.Argument(metavar="KIT", help="The kit's id.")],
        dry: Annotated[bool, typer.Option("--dry", help="End with the plan shown.")] = False,
        version: Annotated[str | None, typer.Option(help="Of an imported kit.")] = None,
        specification: Annotated[
            str | None, typer.Option(help="A version; the newest that is approved, dry the newest.")
        ] = None,
        as_json: Json = False,
    ) -> None:
        """Begin a run, and follow it to its plan."""

        async def work(session: Session[KitRunService]) -> RunPage:
            run = await session.service.start(
                session.subject,
                project,
                kit,
                kit_version=version,
                specification=specification,
                is_dry=dry,
            )
            return await _followed(session, run)

        _print_page(console.run(work), as_json=as_json)

    @app.command()
    def approve(
        project: ProjectId,
        run: RunId,
        plan: Annotated[str, typer.Option(help="The digest of the plan that you looked at.")],
        as_json: Json = False,
    ) -> None:
        """Let a run apply exactly this plan, and follow it to its end."""

        async def work(session: Session[KitRunService]) -> RunPage:
            found = await session.service.approve(session.subject, project, run, plan)
            return await _followed(session, found)

        _print_page(console.run(work), as_json=as_json)

    @app.command()
    def cancel(project: ProjectId, run: RunId, as_json: Json = False) -> None:
        """Stop a run: at once where it waits, else at its next chance."""
        found = run_view(console.run(lambda s: s.service.cancel(s.subject, project, run)))
        print_json(asdict(found)) if as_json else print(f"{found.id} {found.status}")


def _look_commands(app: typer.Typer, console: Desk) -> None:
    @app.command()
    def runs(project: ProjectId, as_json: Json = False) -> None:
        """List a project's runs of kits, newest first."""
        found = [run_view(e) for e in console.run(lambda s: s.service.runs(s.subject, project))]
        if as_json:
            print_json([asdict(each) for each in found])
            return
        for each in found:
            what = "dry " if each.is_dry else ""
            where = "waits for an approval" if each.waits_for else each.phase
            kit = f"{each.kit_id} {each.kit_version}"
            print(f"{each.id}  {kit}  {what}{each.status} {where}")
        if not found:
            note("No kit was run yet.")

    @app.command()
    def plan(project: ProjectId, run: RunId, as_json: Json = False) -> None:
        """Show what a run would change, and the digest by which it is approved."""
        _print_page(console.run(lambda s: s.service.show(s.subject, project, run)), as_json=as_json)

    @app.command()
    def diff(project: ProjectId, run: RunId, as_json: Json = False) -> None:
        """Show the lines that a run's plan changes in the bundle before it."""
        found = console.run(lambda s: s.service.difference(s.subject, project, run))
        if as_json:
            rows = [{"path": path, "action": action, "lines": ls} for path, action, ls in found]
            print_json(rows)
            return
        for path, action, lines in found:
            print(f"{action} {path}")
            for line in lines:
                print(f"  {line}")

    @app.command()
    def outputs(project: ProjectId, run: RunId, as_json: Json = False) -> None:
        """List how each file of a run checked, with what is wrong."""
        view = page_view(console.run(lambda s: s.service.show(s.subject, project, run)))
        if as_json:
            print_json([asdict(each) for each in view.outputs])
            return
        for each in view.outputs:
            print(f"{each.status:8} {each.path}")
            for problem in each.problems:
                line = "" if problem["line"] is None else f":{problem['line']}"
                print(f"         {each.path}{line}: {problem['message']}")
        if not view.outputs:
            note("No file was checked yet.")

    @app.command()
    def log(project: ProjectId, run: RunId, as_json: Json = False) -> None:
        """Show what the kit's own commands said in the sandbox."""
        page = console.run(lambda s: s.service.show(s.subject, project, run))
        print_json({"log": page.execution.log}) if as_json else print(page.execution.log)

    @app.command()
    def bundle(
        project: ProjectId,
        run: RunId,
        into: Annotated[Path, typer.Option(help="The folder that the zip goes to.")] = Path(),
        as_json: Json = False,
    ) -> None:
        """Write what a run made as a zip."""
        name, data = console.run(lambda s: s.service.bundle(s.subject, project, run))
        if not into.is_dir():
            raise EvigateError(E_KIT_TARGET, f"{str(into)!r} is no folder.")
        (into / name).write_bytes(data)
        told = {"path": str(into / name), "bytes": len(data)}
        print_json(told) if as_json else print(told["path"])


async def _followed(session: Session[KitRunService], run: Execution) -> RunPage:
    """Work on a run until it waits for a person or ends, telling each phase once."""
    told = ""
    async with session.working():
        while True:
            page = await session.service.show(session.subject, run.project_id, run.run_id)
            now = page.execution
            if now.phase != told:
                note(now.phase)
                told = now.phase
            is_newly_waiting = now.is_waiting and not (page.plan and page.plan.approved_by)
            if now.is_end or is_newly_waiting:
                return page
            await asyncio.sleep(LOOK_EVERY_S)


def _print_kits(views: list[KitView], *, as_json: bool) -> None:
    if as_json:
        print_json([asdict(each) for each in views])
        return
    for each in views:
        print(f"{each.id}  {each.kit_id} {each.version}  {each.status}  {each.name}")
    if not views:
        note("No kit was imported here.")


def _print_page(page: RunPage, *, as_json: bool) -> None:
    view, run = page_view(page), page.execution
    if as_json:
        print_json(asdict(view))
    else:
        for item in page.plan.items if page.plan else ():
            if item.action != "no-op":
                print(f"{MARKS[item.action]} {item.path}")
        if view.plan is not None:
            several = view.plan.counts.items()
            counts = ", ".join(f"{count} {name}" for name, count in several if count)
            note(f"{counts or 'no files'}; plan {view.plan.digest}")
        for each in page.unmade:
            note(f"cannot be made: {each}")
        note(f"run {run.run_id}: {run.status} in {run.phase}")
        if run.is_waiting and page.plan is not None:
            approve = f"evigate kits approve {run.project_id} {run.run_id}"
            note(f"nothing was written; to apply it: {approve} --plan {page.plan.digest}")
        if run.error_code is not None:
            note(f"{run.error_code}: {run.error_message}")
    if run.status in ("failed", "partial"):
        raise typer.Exit(FAILED_EXIT)
