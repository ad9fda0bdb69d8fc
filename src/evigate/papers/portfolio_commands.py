"""Commands over several papers or runs, added to `evigate papers` and `evigate runs`."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from evigate.base.errors import E_INVALID, EvigateError
from evigate.kernel.console import Console, Session, note, print_json
from evigate.papers.api_portfolio import change_json
from evigate.papers.intake import Source
from evigate.papers.portfolio import PortfolioFilter
from evigate.papers.portfolio.export import EXPORTS, export_portfolio
from evigate.papers.portfolio.models import GROUPS
from evigate.papers.portfolio.shown import leaderboard_json, newest_report
from evigate.papers.portfolio.verbs import Leaderboard
from evigate.papers.service import PapersService

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
PaperId = Annotated[UUID, typer.Argument(help="The paper's id.")]


def add_portfolio_commands(app: typer.Typer, console: Console[PapersService]) -> None:
    """Add portfolio, leaderboard, rank, version and retention to `evigate papers`."""
    _portfolio(app, console)
    _leaderboard(app, console)
    _version(app, console)
    _retention(app, console)


def _portfolio(app: typer.Typer, console: Console[PapersService]) -> None:
    @app.command()
    def portfolio(
        metric: Annotated[str | None, typer.Option(help="This metric alone.")] = None,
        dataset: Annotated[str | None, typer.Option(help="This data set alone.")] = None,
        year: Annotated[int | None, typer.Option(help="Papers of this year alone.")] = None,
        verdict: Annotated[str | None, typer.Option(help="This verdict alone.")] = None,
        own_only: Annotated[
            bool, typer.Option("--own-only", help="The papers' own methods alone.")
        ] = False,
        output: Annotated[
            Path | None,
            typer.Option("--output", "-o", help="A .csv, .json, .html, or .zip (RO-Crate) file."),
        ] = None,
        as_json: Json = False,
    ) -> None:
        """Show which numbers of all papers held up, by metric, data set and year."""
        chosen = PortfolioFilter(metric, dataset, year, verdict, own_only)
        found = console.run(lambda s: s.service.portfolio(s.subject, chosen))
        if output is not None:
            form = output.suffix.lstrip(".")
            if form not in EXPORTS:
                message = f"{output.name!r} ends in none of {', '.join(EXPORTS)}."
                raise EvigateError(E_INVALID, message)
            output.write_bytes(export_portfolio(found, form))
            note(f"portfolio written to {output}")
        if as_json:
            return print_json(found.to_json())
        whole = found.whole
        print(
            f"{len(found.rows)} claims of {found.paper_count} papers: {whole.reproduced} of "
            f"{whole.compared} compared were reproduced"
        )
        for name in GROUPS:
            print(f"by {name}")
            for rate in found.by(name):
                print(f"  {rate.reproduced:4}/{rate.compared:<4} {rate.name}")
        return None


def _leaderboard(app: typer.Typer, console: Console[PapersService]) -> None:
    @app.command()
    def leaderboard(paper_id: PaperId, as_json: Json = False) -> None:
        """Show which claims and rankings of a paper held in its newest report."""

        async def work(session: Session[PapersService]) -> Leaderboard:
            report = await newest_report(session.service, session.subject, paper_id)
            return await session.service.leaderboard(session.subject, report)

        board = console.run(work)
        if as_json:
            return print_json(leaderboard_json(board))
        for each in board.boards:
            print(f"{each.dataset or '?'}, {each.metric}")
            for claimed, observed, row in each.rows:
                draft = row.claim.draft
                print(f"  {claimed:3} -> {observed or '-':>3}  {draft.method}  {row.gap.verdict}")
        for found in board.rankings:
            better, worse = found.ranking.better.draft, found.ranking.worse.draft
            print(f"{better.method} beats {worse.method}: {found.verdict.value}; {found.reason}")
        return None

    @app.command()
    def rank(
        paper_id: PaperId,
        better_id: Annotated[UUID, typer.Argument(help="The claim said to be better.")],
        worse_id: Annotated[UUID, typer.Argument(help="The claim said to be worse.")],
        note_: Annotated[
            str | None, typer.Option("--note", help="Where the paper says so.")
        ] = None,
        as_json: Json = False,
    ) -> None:
        """Say that a paper claims one of its numbers to beat another."""
        found = console.run(
            lambda s: s.service.add_ranking(s.subject, paper_id, better_id, worse_id, note_)
        )
        if as_json:
            print_json({"ranking_id": str(found)})
        else:
            note(f"ranking {found}; `evigate papers leaderboard {paper_id}` tests it")

    @app.command()
    def unrank(
        paper_id: PaperId,
        ranking_id: Annotated[UUID, typer.Argument(help="The ranking's id.")],
        as_json: Json = False,
    ) -> None:
        """Take a typed ranking back."""
        console.run(lambda s: s.service.remove_ranking(s.subject, paper_id, ranking_id))
        if as_json:
            print_json({"ranking_id": str(ranking_id), "removed": True})


def _version(app: typer.Typer, console: Console[PapersService]) -> None:
    @app.command()
    def version(
        paper_id: PaperId,
        file: Annotated[Path, typer.Argument(help="The newer version, a PDF.")],
        as_json: Json = False,
    ) -> None:
        """Take in a newer version of a paper and show what became of its claims."""
        try:
            data = file.read_bytes()
        except OSError as error:
            message = f"The file {str(file)!r} cannot be read: {error.strerror}."
            raise EvigateError(E_INVALID, message) from error
        paper, changes = console.run(
            lambda s: s.service.take_version(s.subject, paper_id, data, Source(file.name))
        )
        if as_json:
            found = [change_json(each) for each in changes]
            return print_json({"paper_id": str(paper.id), "changes": found})
        print(f"paper {paper.id} follows {paper_id}")
        for each in changes:
            shown = (each.after or each.before).draft
            print(f"  {each.kind:8} {shown.method or '?'}, {shown.metric} {', '.join(each.what)}")
        return None


def _retention(app: typer.Typer, console: Console[PapersService]) -> None:
    @app.command()
    def retention(
        run_days: Annotated[
            int | None, typer.Option(help="Keep runs so many days; 0 keeps them for ever.")
        ] = None,
        paper_days: Annotated[
            int | None, typer.Option(help="Keep papers so many days; 0 keeps them for ever.")
        ] = None,
        sweep: Annotated[
            bool, typer.Option("--sweep", help="Remove now what is older than that.")
        ] = False,
        as_json: Json = False,
    ) -> None:
        """Show or set for how long runs and papers are kept, and remove what is older."""

        async def work(session: Session[PapersService]) -> dict[str, int | None]:
            service, subject = session.service, session.subject
            kept = await service.retention(subject)
            if run_days is not None or paper_days is not None:
                kept = await service.set_retention(
                    subject,
                    run_days=kept.run_days if run_days is None else run_days or None,
                    paper_days=kept.paper_days if paper_days is None else paper_days or None,
                )
            found: dict[str, int | None] = {
                "run_days": kept.run_days,
                "paper_days": kept.paper_days,
            }
            if sweep:
                swept = await service.sweep_old(subject)
                found |= {"runs_removed": swept.runs, "papers_removed": swept.papers}
            return found

        found = console.run(work)
        if as_json:
            return print_json(found)
        for name, value in found.items():
            print(f"{name}: {'for ever' if value is None else value}")
        return None


def add_run_commands(app: typer.Typer, console: Console[PapersService]) -> None:
    """Add compare and seeds to `evigate runs`."""

    @app.command()
    def compare(
        run_id: Annotated[UUID, typer.Argument(help="The first run's id.")],
        other_id: Annotated[UUID, typer.Argument(help="The second run's id.")],
        as_json: Json = False,
    ) -> None:
        """Set two runs beside each other: metrics, series, environment, plan."""
        found = console.run(lambda s: s.service.compare_runs(s.subject, run_id, other_id))
        if as_json:
            return print_json(found.to_json())
        for title, changes in (
            ("facts", found.facts),
            ("metrics", found.metrics),
            ("packages", found.packages),
            ("plan", found.plan),
        ):
            for each in changes:
                if not each.is_equal:
                    print(f"{title}: {each.name}: {each.before} -> {each.after}")
        print(f"{found.differing_metrics} of {len(found.metrics)} final metrics differ")
        return None

    @app.command()
    def seeds(
        plan_id: Annotated[UUID, typer.Argument(help="The plan's id.")],
        seed: Annotated[list[int], typer.Argument(help="The seeds.")],
        as_json: Json = False,
    ) -> None:
        """Run an approved plan once for each seed."""
        batch_id, started = console.run(lambda s: s.service.fan_out(s.subject, plan_id, seed))
        if as_json:
            runs = [
                {
                    "seed": each.seed,
                    "run_id": str(each.run_id),
                    "reproduction_id": str(each.reproduction_id),
                }
                for each in started
            ]
            return print_json({"batch_id": str(batch_id), "runs": runs})
        for each in started:
            print(f"seed {each.seed}: run {each.reproduction_id}")
        return None
