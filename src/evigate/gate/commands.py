"""The room's commands: `evigate evals …`."""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from evigate.base.errors import E_INVALID, EvigateError
from evigate.gate.checks.models import BuiltinCheck, Check
from evigate.gate.desk import Gate
from evigate.gate.errors import E_JUDGE_LINES
from evigate.gate.evals_commands import add_suite_commands, add_trial_commands
from evigate.gate.judges.chosen import judge_of
from evigate.gate.judging import Tally, find_check, judge_lines, judge_lines_asking, summarise
from evigate.gate.recalibrate import REVIEWS, record_calibration
from evigate.kernel.console import Console, Session, note, print_json

# A line on standard error after so many, so that a long set shows that it moves.
PROGRESS_LINES = 250


def evals_app(console: Console[Gate]) -> typer.Typer:
    """Return `evigate evals`."""
    app = typer.Typer(no_args_is_help=True, help="Judge drafts, and judge the judges.")
    _add_judge(app, console)
    add_suite_commands(app, console)
    add_trial_commands(app, console)
    return app


@dataclass(frozen=True, slots=True)
class _Lines:
    """What is to be judged, and where the scores go."""

    source: str
    target: str
    min_score: float | None
    is_resumed: bool

    @property
    def done(self) -> frozenset[str]:
        """The ids that need no judging any more."""
        return _done(self.target) if self.is_resumed else frozenset()


def _add_judge(app: typer.Typer, console: Console[Gate]) -> None:
    @app.command()
    def judge(
        check: Annotated[str, typer.Argument(help="A check, such as groundedness.")],
        source: Annotated[str, typer.Option("--in", help="JSON lines to judge, or -.")],
        target: Annotated[str, typer.Option("--out", help="Where the scores go, or -.")],
        min_score: Annotated[
            float | None, typer.Option(min=0.0, max=1.0, help="From which score on a line passes.")
        ] = None,
        resume: Annotated[
            bool, typer.Option("--resume", help="Keep what --out holds; judge the other ids.")
        ] = False,
        model: Annotated[
            str | None,
            typer.Option(help="Judge by a model: PROVIDER:MODEL, or chosen for the tenant's."),
        ] = None,
        prompt: Annotated[
            str | None, typer.Option(help="With --model: the version of its prompt to ask with.")
        ] = None,
        store: Annotated[
            str | None,
            typer.Option(metavar="DATASET", help="Keep the measures as of a set of this name."),
        ] = None,
        own_kind: Annotated[
            bool,
            typer.Option("--own-kind", help="With --store: the set decides if the judge may gate."),
        ] = False,
        as_json: Annotated[
            bool, typer.Option("--json", help="Print the summary as JSON for a program to read.")
        ] = False,
    ) -> None:
        """Score lines {id, evidence, claim, …}; only --store and --model need the database."""
        _refuse_part(store, is_resumed=resume)
        found = find_check(check)
        lines = _Lines(source, target, min_score, resume)
        if model is None:
            used: Check = found
            tally = _score(found, lines)
        else:
            used, tally = console.run(
                lambda session: _score_by_model(session, found, lines, model, prompt)
            )
        summary = summarise(used, tally, min_score=min_score)
        _show(summary, as_json=as_json, is_taken=target == "-")
        if store is not None:
            _keep(console, used, tally, store, min_score=min_score, is_own_kind=own_kind)
        if tally.bad:
            raise EvigateError(E_JUDGE_LINES, f"{tally.bad} lines could not be read")


def _refuse_part(store: str | None, *, is_resumed: bool) -> None:
    if store is None or not (is_resumed or store == REVIEWS):
        return
    why = "--resume judges a part" if is_resumed else f"{REVIEWS!r} is what people's verdicts are"
    raise EvigateError(E_INVALID, f"The measures cannot be kept: {why}.")


def _score(check: BuiltinCheck, lines: _Lines) -> Tally:
    tally, done = Tally(), lines.done
    with _reading(lines.source) as given, _writing(lines.target, is_kept=lines.is_resumed) as out:
        judged = judge_lines(check, given, tally, min_score=lines.min_score, done=done)
        for number, line in enumerate(judged, start=1):
            _write(out, number, line)
    return tally


async def _score_by_model(
    session: Session[Gate], check: BuiltinCheck, lines: _Lines, model: str, prompt: str | None
) -> tuple[Check, Tally]:
    gate, tally, done = session.service, Tally(), lines.done
    used = await judge_of(
        gate.database,
        gate.agents,
        session.subject,
        check.eval_type,
        model=model,
        prompt_version=prompt,
    )
    with _reading(lines.source) as given, _writing(lines.target, is_kept=lines.is_resumed) as out:
        judged = judge_lines_asking(used, given, tally, min_score=lines.min_score, done=done)
        number = 0
        async for line in judged:
            number += 1
            _write(out, number, line)
    return used, tally


def _write(out: IO[str], number: int, line: Mapping[str, Any]) -> None:
    out.write(json.dumps(line, ensure_ascii=False) + "\n")
    out.flush()
    if "error" in line:
        note(f"line {line['line']}: {line['error']}")
    if number % PROGRESS_LINES == 0:
        note(f"{number} lines judged")


def _keep(
    console: Console[Gate],
    check: Check,
    tally: Tally,
    dataset: str,
    *,
    min_score: float | None,
    is_own_kind: bool,
) -> None:
    """Have the database measure the judge on the labelled lines, and keep that."""
    if not tally.pairs:
        raise EvigateError(E_INVALID, "No line has a label, so there is nothing to keep.")
    floor = summarise(check, tally, min_score=min_score)["min_score"]

    async def work(session: Session[Gate]) -> None:
        async with session.service.database.tx(session.subject) as tx:
            await record_calibration(
                tx,
                check.name,
                check.version,
                check.eval_type,
                dataset,
                [score for _, score in tally.pairs],
                [label for label, _ in tally.pairs],
                threshold=floor,
                is_own_kind=is_own_kind,
            )

    console.run(work)
    note(f"kept the measures of {check.name} on {dataset!r}")


def _done(target: str) -> frozenset[str]:
    """Return the ids that the output holds a score for; a line cut short by a crash is not one."""
    path = Path(target)
    if target == "-" or not path.exists():
        return frozenset()
    found = set()
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            values = json.loads(line)
        except ValueError:
            continue
        if isinstance(values, dict) and "error" not in values and "id" in values:
            found.add(str(values["id"]))
    return frozenset(found)


@contextmanager
def _reading(source: str) -> Iterator[IO[str]]:
    if source == "-":
        yield sys.stdin
        return
    try:
        with Path(source).open(encoding="utf-8", errors="replace") as lines:
            yield lines
    except OSError as error:
        raise EvigateError(E_INVALID, f"cannot read {source!r}: {error.strerror}") from error


@contextmanager
def _writing(target: str, *, is_kept: bool) -> Iterator[IO[str]]:
    if target == "-":
        yield sys.stdout
        return
    path = Path(target)
    try:
        if is_kept and path.exists():
            text = path.read_text(encoding="utf-8")
            if text and not text.endswith("\n"):
                path.write_text(text + "\n", encoding="utf-8")
        with path.open("a" if is_kept else "w", encoding="utf-8") as out:
            yield out
    except OSError as error:
        raise EvigateError(E_INVALID, f"cannot write {target!r}: {error.strerror}") from error


def _show(summary: dict[str, Any], *, as_json: bool, is_taken: bool) -> None:
    """Print the summary; to standard error when standard output holds the scores."""
    if as_json and not is_taken:
        print_json(summary)
        return
    for name, value in summary.items():
        if value is not None:
            text = f"{value:.4f}" if isinstance(value, float) else str(value)
            note(f"{name.replace('_', ' ')}: {text}")
