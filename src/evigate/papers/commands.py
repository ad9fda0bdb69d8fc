"""The room's commands: `evigate papers …` and `evigate runs …`."""

import asyncio
import json
import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console as Screen
from rich.markup import escape
from rich.table import Table as ScreenTable

from evigate.base.errors import E_INVALID, EvigateError
from evigate.base.ids import RunId
from evigate.evidence import read_pdf
from evigate.kernel.console import Console, Session, note, print_json
from evigate.kernel.runs import Run, RunStatus
from evigate.papers.bench import bench_app
from evigate.papers.claims import claims_jsonl, extract_claims
from evigate.papers.datasets_commands import datasets_app, statement_command
from evigate.papers.editing.commands import claim_app, linker_app
from evigate.papers.environments_commands import add_environment_commands
from evigate.papers.facts import resource_facts
from evigate.papers.follow import follow_run
from evigate.papers.intake import Source, check_size
from evigate.papers.models import Claim
from evigate.papers.options import (
    BUDGET_MINUTES_DEFAULT,
    SEEDS_DEFAULT,
    ReproduceOptions,
)
from evigate.papers.plan.editing import Sensitivity, read_variation
from evigate.papers.portfolio_commands import add_portfolio_commands, add_run_commands
from evigate.papers.report import Report, build_report, report_html
from evigate.papers.schemas import ClaimOut, NotebookRunOut, PaperOut, PlanOut, RunOut
from evigate.papers.service import PapersService
from evigate.papers.versions_commands import (
    print_sensitivity,
    sensitivity_json,
    vary_reproduction,
    version_commands,
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
PaperId = Annotated[UUID, typer.Argument(help="The paper's id.")]
PlanId = Annotated[UUID, typer.Argument(help="The plan's id.")]
RunIdArgument = Annotated[UUID, typer.Argument(help="The run's id.")]
Limit = Annotated[int, typer.Option(min=1, max=200, help="At most so many.")]

REASONS_SHOWN = 5


class Decided(StrEnum):
    """What an owner decides on."""

    PLAN = "plan"
    NOTEBOOK = "notebook"


What = Annotated[Decided, typer.Argument(help="`plan` or `notebook`.")]
MARKS = {"reproduced": "✔", "partly": "◐", "not reproduced": "✘", "not comparable": "–"}


def papers_app(console: Console[PapersService], upload_max_bytes: int) -> typer.Typer:
    """Return `evigate papers`."""
    app = typer.Typer(no_args_is_help=True, help="Papers: from a PDF to which numbers held up.")
    _reproduce_command(app, console)
    _extract_command(app, upload_max_bytes)
    app.add_typer(bench_app(), name="bench")
    app.add_typer(claim_app(console), name="claim")
    app.add_typer(linker_app(console), name="linker")
    _reading_commands(app, console)
    _deciding_commands(app, console)
    add_portfolio_commands(app, console)
    statement_command(app, console)
    version_commands(app, console)
    app.add_typer(datasets_app(console), name="datasets")
    return app


def _reproduce_command(app: typer.Typer, console: Console[PapersService]) -> None:
    @app.command()
    def reproduce(
        source: Annotated[str, typer.Argument(help="A PDF's path, or its http(s) address.")],
        seeds: Annotated[
            int, typer.Option(min=1, max=20, help="How many seeds each method runs with.")
        ] = SEEDS_DEFAULT,
        budget_minutes: Annotated[
            int, typer.Option(min=1, max=20, help="Minutes the notebook may take.")
        ] = BUDGET_MINUTES_DEFAULT,
        base_seed: Annotated[int, typer.Option(min=0, help="The first seed.")] = 42,
        yes: Annotated[
            bool, typer.Option("--yes", "-y", help="Approve plan and notebook as the owner.")
        ] = False,
        vary: Annotated[
            str | None,
            typer.Option(help="Afterwards vary an assumption of the plan: FIELD=V1,V2."),
        ] = None,
        cached: Annotated[
            bool, typer.Option("--cached", help="Show or go on with an equal reproduction, if any.")
        ] = False,
        output: Annotated[
            Path | None, typer.Option("--output", "-o", help="Folder for the report's files.")
        ] = None,
        as_json: Json = False,
    ) -> None:
        """Reproduce a paper: find its claims, plan, run, and tell which numbers held up."""
        variation = read_variation(vary) if vary else None
        approved = yes or _asks_at_terminal(as_json)
        options = ReproduceOptions(
            seeds=seeds,
            budget_minutes=budget_minutes,
            base_seed=base_seed,
            is_preapproved=approved,
        )

        async def work(session: Session[PapersService]) -> tuple[Run, Report | None]:
            data, origin = await _read_source(source, session.service.upload_max_bytes)
            service, subject = session.service, session.subject
            run_id = None
            if cached and data is not None:
                run_id = await service.find_reproduction(subject, data, options)
            if run_id is None:
                run_id = await service.reproduce(subject, options, data=data, source=origin)
            note(f"run {run_id}")
            async with session.working():
                run = await follow_run(service, subject, run_id, note)
            report = None
            if run.status is RunStatus.SUCCEEDED:
                report = await build_report(service, subject, run_id)
                if output is not None:
                    await _write_report(session, report, output)
                if variation is not None:
                    varied.extend(await vary_reproduction(session, run_id, *variation))
            return run, report

        varied: list[Sensitivity] = []
        run, report = console.run(work)
        _print_outcome(run, report, varied, as_json=as_json)
        if run.status is not RunStatus.SUCCEEDED:
            raise typer.Exit(0 if run.status is RunStatus.QUEUED else 1)


def _asks_at_terminal(as_json: bool) -> bool:
    """Ask for approval beforehand where a person can answer; elsewhere the run waits for it."""
    if as_json or not sys.stdin.isatty():
        return False
    question = "Approve the plan and the notebook as the owner when they are ready?"
    return typer.confirm(question, default=True, err=True)


async def _read_source(source: str, limit_bytes: int) -> tuple[bytes | None, Source]:
    if source.startswith(("http://", "https://")):
        return None, Source(url=source)
    path = Path(source)
    try:
        return await asyncio.to_thread(_read_bounded, path, limit_bytes), Source(path.name)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise EvigateError(E_INVALID, f"The file {source!r} cannot be read: {reason}.") from error


def _read_bounded(path: Path, limit_bytes: int) -> bytes:
    """Read a file, one byte over the limit at most."""
    with path.open("rb") as file:
        data = file.read(limit_bytes + 1)
    check_size(len(data), limit_bytes)
    return data


async def _write_report(session: Session[PapersService], report: Report, folder: Path) -> None:
    html = await report_html(session.service, session.subject, report)
    files = {
        "report.html": html.encode(),
        "report.csv": report.to_csv().encode(),
        "report.json": json.dumps(report.to_json(), ensure_ascii=False, indent=2).encode(),
    }
    if report.run is not None:
        assets = await session.service.assets_of_run(session.subject, report.run.id)
        if "notebook" in assets:
            data = await session.service.blob(session.subject, assets["notebook"].checksum)
            files["notebook.ipynb"] = data
    await asyncio.to_thread(_write_files, folder, files)
    note(f"report written to {folder / 'report.html'}")


def _write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)


def _print_outcome(
    run: Run, report: Report | None, varied: list[Sensitivity], *, as_json: bool
) -> None:
    if as_json:
        facts: dict[str, Any] = {
            "run_id": str(run.id),
            "status": run.status.value,
            "error_code": run.error_code,
            "error_message": run.error_message,
        }
        if varied:
            facts["sensitivity"] = sensitivity_json(varied)
        print_json({**facts, **(report.to_json() if report else {})})
    elif report is not None:
        print_report(report)
        print_sensitivity(varied)
    elif run.status is RunStatus.QUEUED:
        note("The run waits for an owner: `evigate papers approve PLAN_ID plan|notebook`.")
    else:
        note(f"{run.error_code}: {run.error_message}")


def print_report(report: Report) -> None:
    """Print a report on the terminal: a line a claim, then why some did not hold up."""
    screen = Screen(highlight=False)
    screen.print(f"\n[bold]{escape(report.paper.title)}[/bold]\n")
    table = ScreenTable(box=None, pad_edge=False, header_style="bold")
    for name in ("", "method", "data set", "metric", "claimed", "observed", "where"):
        table.add_column(name, justify="right" if name in ("claimed", "observed") else "left")
    for row in report.rows:
        draft, gap = row.claim.draft, row.gap
        units = gap.units or draft.units or ""
        seen = "" if gap.observed is None else f"{float(gap.observed):.4g}{units}"
        claimed = f"{float(draft.value):.6g}{draft.units or ''}"
        named = (draft.method or "?", draft.dataset or "?", draft.metric)
        cells = (*named, claimed, seen, draft.source_citation)
        table.add_row(MARKS[gap.verdict], *map(escape, cells))
    screen.print(table)
    _print_reasons(screen, report)
    screen.print(f"\n[bold]{escape(report.headline)}[/bold]")


def _print_reasons(screen: Screen, report: Report) -> None:
    """Print each reason once, the one of most numbers first, with what it is said of."""
    said: dict[str, list[str]] = {}
    for row in report.rows:
        if row.gap.verdict in ("not reproduced", "not comparable"):
            name = f"{row.claim.draft.method or '?'}, {row.claim.draft.metric}"
            said.setdefault(row.gap.reason, []).append(name)
    reasons = sorted(said.items(), key=lambda item: -len(item[1]))
    for reason, names in reasons[:REASONS_SHOWN]:
        first, *others = dict.fromkeys(names)
        of = f"{first}, and {len(others)} like it" if others else first
        screen.print(f"\n{len(names)} × {escape(reason)} ({escape(of)})", style="dim")
    if len(reasons) > REASONS_SHOWN:
        more = len(reasons) - REASONS_SHOWN
        screen.print(f"\nThe report has {more} more reasons.", style="dim")


def _extract_command(app: typer.Typer, upload_max_bytes: int) -> None:
    @app.command()
    def extract(
        files: Annotated[list[Path], typer.Argument(help="PDF files.")],
        jsonl: Annotated[
            bool, typer.Option("--jsonl", "--json", help="One claim a line, as JSON.")
        ] = False,
    ) -> None:
        """Find the claims of PDF files; needs no database and keeps nothing."""
        failed = False
        for path in files:
            try:
                check_size(path.stat().st_size, upload_max_bytes)
                claims = extract_claims(read_pdf(path.read_bytes()))
            except (EvigateError, OSError) as error:
                note(f"{path}: {error}")
                failed = True
                continue
            if jsonl:
                for line in claims_jsonl(path.stem, claims):
                    print(line)
            else:
                note(f"{path.name}: {len(claims)} claims")
                for claim in claims:
                    place, name = claim.source_citation, claim.method or "?"
                    print(f"{claim.value}{claim.units or ''}\t{claim.metric}\t{name}\t{place}")
        if failed:
            raise typer.Exit(2)


def _reading_commands(app: typer.Typer, console: Console[PapersService]) -> None:
    @app.command("list")
    def list_(limit: Limit = 50, as_json: Json = False) -> None:
        """List papers, newest first."""
        lines = console.run(lambda s: s.service.list_papers(s.subject, limit=limit))
        if as_json:
            found = [PaperOut.of(line.paper, line).model_dump(mode="json") for line in lines]
            return print_json(found)
        if not lines:
            note("No papers yet: `evigate papers reproduce FILE.pdf`.")
        for line in lines:
            headline = (line.summary or {}).get("headline", line.reproduction_status or "")
            print(f"{line.paper.id}  {line.paper.title}  {headline}")
        return None

    @app.command()
    def claims(
        paper_id: PaperId,
        min_confidence: Annotated[
            float | None, typer.Option(min=0, max=1, help="Only claims as sure as this.")
        ] = None,
        as_json: Json = False,
    ) -> None:
        """List a paper's claims."""

        async def sure(session: Session[PapersService]) -> list[Claim]:
            least = session.service.claim_confidence_min
            least = least if min_confidence is None else min_confidence
            every = await session.service.list_claims(session.subject, paper_id)
            return [claim for claim in every if claim.draft.confidence >= least]

        found = console.run(sure)
        if as_json:
            return print_json([ClaimOut.of(claim).model_dump(mode="json") for claim in found])
        for claim in found:
            draft = claim.draft
            print(
                f"{draft.value}{draft.units or ''}\t{draft.metric}\t{draft.method or '?'}"
                f"\t{draft.dataset or '?'}\t{draft.source_citation}"
            )
        return None

    @app.command()
    def plan(paper_id: PaperId, as_json: Json = False) -> None:
        """Show a paper's newest plan."""
        plans = console.run(lambda s: s.service.list_plans(s.subject, paper_id))
        if as_json:
            return print_json([_plan_json(each) for each in plans[:1]])
        for each in plans[:1]:
            print(f"plan {each.id} ({each.status}, {each.budget_minutes} minutes)")
            for model in each.plan_json.get("models", []):
                reason = f": {model['reason']}" if model.get("reason") else ""
                print(f"  {model['method']}: {model['recipe'] or '-'} {model['status']}{reason}")
        return None

    @app.command()
    def report(
        run_id: RunIdArgument,
        output: Annotated[
            Path | None, typer.Option("--output", "-o", help="Folder for the report's files.")
        ] = None,
        as_json: Json = False,
    ) -> None:
        """Show the report of a run."""

        async def work(session: Session[PapersService]) -> Report:
            found = await build_report(session.service, session.subject, run_id)
            if output is not None:
                await _write_report(session, found, output)
            return found

        found = console.run(work)
        if as_json:
            print_json(found.to_json())
        else:
            print_report(found)


def _plan_json(plan: Any) -> dict[str, Any]:
    return PlanOut.of(plan).model_dump(mode="json")


def _deciding_commands(app: typer.Typer, console: Console[PapersService]) -> None:
    @app.command()
    def approve(
        plan_id: PlanId,
        what: What,
        reason: Annotated[str, typer.Option(help="Why.")] = "looked at and found right",
        as_json: Json = False,
    ) -> None:
        """Approve a plan or its notebook, as the owner."""
        console.run(lambda s: s.service.approve(s.subject, plan_id, what.value, reason))
        if as_json:
            print_json({"plan_id": str(plan_id), "approved": what.value})
        else:
            note(f"approved the {what.value}; a worker goes on with what waited for it")

    @app.command()
    def reject(
        plan_id: PlanId,
        what: What,
        reason: Annotated[str, typer.Option(help="Why.")],
        as_json: Json = False,
    ) -> None:
        """Reject a plan or its notebook, as the owner; runs that waited for it end."""
        console.run(lambda s: s.service.reject(s.subject, plan_id, what.value, reason))
        if as_json:
            print_json({"plan_id": str(plan_id), "rejected": what.value})
        else:
            note(f"rejected the {what.value}")

    @app.command()
    def delete(
        paper_id: PaperId,
        yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
        as_json: Json = False,
    ) -> None:
        """Remove a paper with its claims, plans, runs and reports."""
        if not yes:
            typer.confirm(f"Remove the paper {paper_id} and all that hangs off it?", abort=True)
        console.run(lambda s: s.service.delete_paper(s.subject, paper_id))
        if as_json:
            print_json({"paper_id": str(paper_id), "deleted": True})


def runs_app(console: Console[PapersService]) -> typer.Typer:
    """Return `evigate runs`."""
    app = typer.Typer(no_args_is_help=True, help="Runs: look at, follow, cancel, run again.")

    @app.command("list")
    def list_(limit: Limit = 50, as_json: Json = False) -> None:
        """List notebook runs, newest first."""
        runs = console.run(lambda s: s.service.list_notebook_runs(s.subject, limit=limit))
        if as_json:
            return print_json([NotebookRunOut.of(run).model_dump(mode="json") for run in runs])
        for run in runs:
            print(f"{run.id}  {run.status}  {run.duration_sec or '-'} s  {run.error_code or ''}")
        return None

    @app.command()
    def show(run_id: RunIdArgument, as_json: Json = False) -> None:
        """Show a run and its steps."""
        view = console.run(lambda s: s.service.get_run(s.subject, run_id))
        if as_json:
            return print_json(RunOut.of(view).model_dump(mode="json"))
        print(f"{view.run.kind} {view.run.status.value} {view.run.error_message or ''}")
        for step in view.steps:
            print(f"  {step.name}: {step.status} (attempt {step.attempts})")
        for name, value in resource_facts(view.notebook) if view.notebook else ():
            print(f"  {name}: {'-' if value is None else value}")
        return None

    @app.command()
    def follow(run_id: RunIdArgument, as_json: Json = False) -> None:
        """Follow a run until it ends or waits for an owner; works on it if nobody else does."""

        async def work(session: Session[PapersService]) -> Run:
            async with session.working():
                return await follow_run(session.service, session.subject, RunId(run_id), note)

        run = console.run(work)
        if as_json:
            print_json({"run_id": str(run.id), "status": run.status.value})

    @app.command()
    def cancel(run_id: RunIdArgument, as_json: Json = False) -> None:
        """Ask a run to stop."""
        run = console.run(lambda s: s.service.cancel(s.subject, run_id))
        if as_json:
            print_json({"run_id": str(run.id), "status": run.status.value})
        else:
            note(f"asked to stop; it is {run.status.value}")

    add_environment_commands(app, console)
    add_run_commands(app, console)
    return app
