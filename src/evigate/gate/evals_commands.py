"""`evigate evals` where it needs the database: suites, judges, trials and their comparison.

A trial moves no artifact, so a regression gate may run it at any time; its scores can be saved, and
a later one held against them.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from evigate.base.errors import E_INVALID, EvigateError
from evigate.gate.compare import Comparison, RuleDifference, Scores, compare_scores
from evigate.gate.desk import Gate
from evigate.gate.judges.chosen import judges_of
from evigate.gate.models import ArtifactStatus, Suite
from evigate.gate.recalibrate import (
    CalibrationView,
    JudgeView,
    list_calibrations,
    list_judges,
    recalibrate,
)
from evigate.gate.suites import charges, list_suites
from evigate.gate.trials import (
    KeptTrial,
    Trial,
    compare_kept,
    list_trials,
    run_trial,
    saved_scores,
)
from evigate.kernel.console import Console, Session, note, print_json

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
TrialFile = Annotated[Path, typer.Argument(help="A trial that `evigate evals run --save` wrote.")]

# A line on standard error after so many artifacts.
PROGRESS_ARTIFACTS = 50


def add_suite_commands(app: typer.Typer, console: Console[Gate]) -> None:
    """Add `suites`, `judges` and `recalibrate`."""

    @app.command()
    def suites(as_json: Json = False) -> None:
        """List the suites with their rules, and which kinds each is in charge of."""

        async def work(session: Session[Gate]) -> tuple[list[Suite], dict[str, UUID]]:
            async with session.service.database.tx(session.subject) as tx:
                return await list_suites(tx), await charges(tx)

        found, in_charge = console.run(work)
        kinds = {
            each.id: [k for k, suite in in_charge.items() if suite == each.id] for each in found
        }
        if as_json:
            return print_json([{**asdict(each), "kinds": kinds[each.id]} for each in found])
        for each in found:
            judges = ", ".join(kinds[each.id]) or "no kind"
            print(f"{each.name}@{each.version}\tpass {each.pass_score}\t{judges}")
            for rule in each.rules:
                weight = "hard" if rule.hard_fail else "advice" if rule.is_advisory else "soft"
                print(f"  {weight}\t{rule.eval_type}\t{_bounds(rule.min_score, rule.max_score)}")
        return None

    @app.command()
    def judges(as_json: Json = False) -> None:
        """List the judges, whether each may gate today, and how they did on labelled sets."""

        async def work(session: Session[Gate]) -> tuple[list[JudgeView], list[CalibrationView]]:
            async with session.service.database.tx(session.subject) as tx:
                return await list_judges(tx), await list_calibrations(tx)

        found, measured = console.run(work)
        if as_json:
            calibrations = [asdict(each) for each in measured]
            judged = [asdict(each) for each in found]
            return print_json({"judges": judged, "calibrations": calibrations})
        for each in found:
            may = "may gate" if each.may_gate else "advises"
            print(f"{each.eval_type}\t{each.name} {each.version}\t{each.nature}\t{may}")
            for row in measured:
                if (row.judge, row.version, row.eval_type) == (
                    each.name,
                    each.version,
                    each.eval_type,
                ):
                    print(f"  {row.dataset}\tn {row.n}\t{_measures(row)}")
        return None

    @app.command("recalibrate")
    def recalibrate_command(as_json: Json = False) -> None:
        """Measure each judge on the verdicts that people gave."""

        async def work(session: Session[Gate]) -> dict[str, int]:
            async with session.service.database.tx(session.subject) as tx:
                return await recalibrate(tx)

        counts = console.run(work)
        if as_json:
            return print_json(counts)
        if not counts:
            note("Nothing to measure on: no review of a judged draft is closed.")
        for name, count in counts.items():
            print(f"{name}\t{count} verdicts")
        return None


def add_trial_commands(app: typer.Typer, console: Console[Gate]) -> None:
    """Add `run` and `compare`."""

    @app.command()
    def run(
        suite: Annotated[str, typer.Argument(help="A suite's name.")],
        module: Annotated[UUID | None, typer.Option(help="Only artifacts of this module.")] = None,
        kind: Annotated[
            str | None, typer.Option(help="Only artifacts of this kind; else of the suite's own.")
        ] = None,
        status: Annotated[
            ArtifactStatus | None, typer.Option(help="Only artifacts of this status.")
        ] = None,
        judge: Annotated[
            list[str] | None,
            typer.Option(
                metavar="CHECK=MODEL[@PROMPT]",
                help="Who judges a check: built-in, chosen or PROVIDER:MODEL, with its prompt.",
            ),
        ] = None,
        fail_under: Annotated[
            float, typer.Option(min=0.0, max=1.0, help="Fail if a smaller share passes.")
        ] = 0.0,
        baseline: Annotated[
            Path | None, typer.Option(help="A saved trial; fail if a rule is worse, not by luck.")
        ] = None,
        save: Annotated[Path | None, typer.Option(help="Where to keep this trial.")] = None,
        as_json: Json = False,
    ) -> None:
        """Judge artifacts by a suite without moving any; the exit code is 1 if they fall short."""
        before = None if baseline is None else read_trial(baseline)

        async def work(session: Session[Gate]) -> Trial:
            gate = session.service
            return await run_trial(
                gate.database,
                gate.evaluator,
                session.subject,
                suite,
                module_id=module,
                kind=kind,
                status=status,
                judges=await judges_of(gate.database, gate.agents, session.subject, judge or ()),
                progress=_tell_progress,
            )

        trial = console.run(work)
        comparison = None if before is None else compare_scores(before, trial.scores)
        if save is not None:
            _write(save, trial)
        failures = shortfalls(trial, comparison, fail_under)
        if as_json:
            compared = None if comparison is None else asdict(comparison)
            print_json({"trial": trial.to_json(), "comparison": compared, "failures": failures})
        else:
            _show_trial(trial)
            if comparison is not None:
                _show_comparison(comparison)
        for failure in failures:
            note(failure)
        if failures:
            raise typer.Exit(1)

    @app.command()
    def compare(first: TrialFile, second: TrialFile, as_json: Json = False) -> None:
        """Compare two saved trials rule by rule, paired by artifact; no database is needed."""
        found = compare_scores(read_trial(first), read_trial(second))
        if as_json:
            print_json(asdict(found))
        else:
            _show_comparison(found)

    _add_kept(app, console)


def _add_kept(app: typer.Typer, console: Console[Gate]) -> None:
    @app.command()
    def trials(
        first: Annotated[UUID | None, typer.Argument(help="A trial to compare.")] = None,
        second: Annotated[UUID | None, typer.Argument(help="The trial to hold it against.")] = None,
        as_json: Json = False,
    ) -> None:
        """List the trials that are kept, or compare two of them rule by rule."""

        async def work(session: Session[Gate]) -> list[KeptTrial] | Comparison:
            async with session.service.database.tx(session.subject) as tx:
                if first is None or second is None:
                    return await list_trials(tx)
                return await compare_kept(tx, first, second)

        found = console.run(work)
        if isinstance(found, Comparison):
            return print_json(asdict(found)) if as_json else _show_comparison(found)
        if as_json:
            return print_json([asdict(each) for each in found])
        for each in found:
            mean = "–" if each.mean is None else f"{each.mean:.4f}"
            print(f"{each.id}\t{each.suite}\t{each.judge}\t{each.passed}/{each.artifacts}\t{mean}")
        return None


def shortfalls(trial: Trial, comparison: Comparison | None, fail_under: float) -> list[str]:
    """Return why a trial does not do: too few pass, or a rule is worse than before; else empty.

    A share of no artifacts is 0, so an empty trial fails wherever something is asked for.
    """
    found = []
    if trial.share < fail_under:
        passing = trial.passed + trial.doubtful
        share = f"{passing} of {trial.artifacts} pass ({trial.share:.1%})"
        found.append(f"{share}; {fail_under:.1%} are asked for.")
    for each in comparison.worse if comparison else ():
        change = f"{each.first:.3f} to {each.second:.3f} over {each.pairs} pairs"
        found.append(f"{each.rule} fell from {change} (p {each.p_value:.4f}).")
    return found


def read_trial(path: Path) -> Scores:
    """Return the scores of a saved trial.

    Raises:
        EvigateError[E_INVALID]: the file cannot be read, or holds none.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EvigateError(E_INVALID, f"There is no saved trial in {str(path)!r}.") from error
    # What `run --json` prints holds the trial as well as what was made of it.
    inner = values.get("trial", values) if isinstance(values, Mapping) else {}
    return saved_scores(inner)


def _write(path: Path, trial: Trial) -> None:
    try:
        path.write_text(json.dumps(trial.to_json(), indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise EvigateError(E_INVALID, f"Cannot write {str(path)!r}: {error.strerror}.") from error


def _tell_progress(done: int, total: int) -> None:
    if done % PROGRESS_ARTIFACTS == 0 or done == total:
        note(f"{done} of {total} judged")


def _show_trial(trial: Trial) -> None:
    mean = "–" if trial.mean is None else f"{trial.mean:.4f}"
    print(f"{trial.suite} by {trial.judge}: {trial.artifacts} artifacts, mean {mean}")
    print(f"passed {trial.passed}, doubtful {trial.doubtful}, not measured {trial.not_measured}")
    for check, count in trial.fell_back.items():
        print(f"{check}: the built-in judge answered for the model on {count} of {trial.artifacts}")


def _show_comparison(found: Comparison) -> None:
    print(f"{found.shared} artifacts in both, of {found.first_count} and {found.second_count}")
    for each in found.rules:
        print(f"{each.rule}\t{each.first:.4f}\t{each.second:.4f}\t{_change(each)}")


def _change(each: RuleDifference) -> str:
    mark = "*" if each.is_significant else ""
    span = f"[{each.low:+.4f}, {each.high:+.4f}]"
    return f"{each.difference:+.4f} {span}\tp {each.p_value:.4f}{mark}"


def _bounds(low: Any, high: Any) -> str:
    parts = [f"from {low}" if low is not None else "", f"to {high}" if high is not None else ""]
    return " ".join(filter(None, parts)) or "any score"


def _measures(row: CalibrationView) -> str:
    names = ("auc", "accuracy", "kappa", "alpha", "veto_precision")
    values = ((name, getattr(row, name)) for name in names)
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in values if value)
