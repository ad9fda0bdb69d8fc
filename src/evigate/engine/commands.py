"""`evigate engine …`: a command for each verb, made from the list of verbs.

What a verb takes becomes arguments and options, what it answers a table for people or JSON for
programs. Rows come in as JSON lines; Ctrl-C ends a verb as its caller would.
"""

import asyncio
import inspect
import json
import sys
import threading
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import pyarrow as pa
import typer
from rich.console import Console as Screen
from rich.progress import Progress
from rich.table import Table as ScreenTable

from evigate.base.errors import E_INVALID, EvigateError
from evigate.engine.core import Core
from evigate.engine.engine import Engine
from evigate.engine.results import Result
from evigate.engine.server.arguments import Parameter, bind, hooks, parameters, verbs, wire_type
from evigate.engine.server.codec import encode
from evigate.engine.verbs import Answer, Verb, call
from evigate.kernel.console import Console, Session, note, print_json

# Arguments that are rows: "-" reads JSON lines from standard input, else a file is named.
ROWS = ("rows", "vectors")
QUIET_S = 2.0
LOOK_S = 0.2
CELL_CHARACTERS = 60
COLUMNS_SHOWN = 8
HELP = {
    "sources": "Where data lives.",
    "models": "What makes vectors, labels and scores.",
    "tables": "Result tables, their versions and their state.",
    "topics": "Streams with a schema.",
    "audit": "Who searched for what.",
    "channels": "Evidence beside the rows.",
    "derive": "Tables made from tables.",
    "mutable": "Tables whose rows change in place.",
    "evals": "How good an answer is.",
    "train": "Models made from data.",
    "jobs": "Work that goes on by itself.",
}
WORDS = {
    "name": "Its name.",
    "source": "The source's name.",
    "columns": "A column; may be given again.",
    "model": "A model's name.",
    "version": "A version's number.",
    "group": "The consumer group's name.",
    "rows": "A file of JSON lines, Parquet or Arrow, or - for JSON lines from standard input.",
    "vectors": "A file of JSON lines, Parquet or Arrow, or - for JSON lines from standard input.",
}
PLAIN = (str, int, float, bool)


def engine_app(console: Console[Core]) -> typer.Typer:
    """Return `evigate engine`."""
    app = typer.Typer(
        no_args_is_help=True, help="The engine: sources, SQL, search, tables, topics."
    )
    groups: dict[str, typer.Typer] = {}
    for verb in verbs().values():
        if verb.answer is Answer.LOCAL:
            continue
        namespace, _, name = verb.name.rpartition(".")
        if namespace and namespace not in groups:
            text = HELP.get(namespace, f"The verbs on {namespace}.")
            groups[namespace] = typer.Typer(no_args_is_help=True, help=text)
            app.add_typer(groups[namespace], name=namespace.replace("_", "-"))
        owner = groups[namespace] if namespace else app
        owner.command(name.replace("_", "-"), help=verb.summary)(_command(console, verb))
    return app


def _command(console: Console[Core], verb: Verb) -> Callable[..., None]:
    """Return a verb as a function of the kind that the command line is made from."""
    taken = parameters(verb.name)

    def command(**given: Any) -> None:
        as_json = given.pop("as_json")
        arguments = {
            name: _read(taken[name], value)
            for name, value in given.items()
            if value != taken[name].default and value not in (None, [], ())
        }
        bound = bind(verb.name, arguments)
        console.run(lambda session: _work(session, verb, bound, as_json=as_json))

    as_json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
    shown = [_parameter(each, verb) for each in taken.values()]
    shown.sort(key=lambda each: each.default is not inspect.Parameter.empty)
    kind = inspect.Parameter.KEYWORD_ONLY
    last = inspect.Parameter("as_json", kind, default=False, annotation=as_json)
    command.__signature__ = inspect.Signature([*shown, last])  # type: ignore[attr-defined]
    command.__name__ = verb.name.rpartition(".")[2]
    return command


# What is typed, as arguments --------------------------------------------------------------------


def _parameter(each: Parameter, verb: Verb) -> inspect.Parameter:
    """Return a verb's argument as the command line's: by place if it is given so in Python."""
    text = each.help or WORDS.get(each.name) or f"The {each.name.replace('_', ' ')}."
    kind, is_list = _typed(each.annotation)
    text = text[:1].upper() + text[1:]
    is_placed = not (is_list or each.is_keyword) and (each.is_required or _is_text(each))
    flag = f"--{each.name.replace('_', '-')}"
    default: Any = inspect.Parameter.empty
    if not each.is_required:
        default = each.default if kind in PLAIN and isinstance(each.default, PLAIN) else None
        kind = kind if default is not None or is_list else kind | None
    names = (f"{flag}/--no-{flag[2:]}",) if kind in (bool, bool | None) else (flag,)
    shown = typer.Argument(help=text) if is_placed else typer.Option(*names, help=text)
    return inspect.Parameter(
        each.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=default,
        annotation=Annotated[kind, shown],
    )


def _is_text(each: Parameter) -> bool:
    """Tell whether an argument may be a text."""
    wanted = wire_type(each.annotation)
    return str in (typing.get_args(wanted) or (wanted,))


def _typed(annotation: Any) -> tuple[Any, bool]:
    """Return the command line's type of an argument, and whether it may be given again.

    What has no other form (mappings, nested lists) is typed as JSON.
    """
    wanted = wire_type(annotation)
    origin = typing.get_origin(wanted)
    if origin in (typing.Union, types.UnionType):
        inner = [each for each in typing.get_args(wanted) if each is not type(None)]
        if len(inner) > 1:
            return str, False
        wanted, origin = inner[0], typing.get_origin(inner[0])
    if wanted in PLAIN:
        return wanted, False
    if isinstance(origin, type) and issubclass(origin, Sequence):
        (inner_type,) = typing.get_args(wanted)[:1] or (str,)
        if inner_type in PLAIN:
            return list[inner_type], True  # type: ignore[valid-type]
    return str, False


def _read(parameter: Parameter, value: Any) -> Any:
    """Return what was typed as what the verb takes."""
    if parameter.name in ROWS and parameter.is_required:
        return _rows(str(value))
    if not isinstance(value, str) or _typed(parameter.annotation)[0] is not str:
        return value
    wanted = wire_type(parameter.annotation)
    options = typing.get_args(wanted) or (wanted,)
    if str not in options and wanted is not Any:
        return _json(parameter.name, value)
    # What may be a text is one, unless it is JSON of the other things that it may be.
    is_other = wanted is Any or (value[:1] in ("{", "[") and len(options) > 1)
    with suppress(ValueError):
        return json.loads(value) if is_other else value
    return value


def _json(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise EvigateError(E_INVALID, f"{name!r} is not JSON: {error}.") from error


def _rows(place: str) -> Any:
    if place == "-":
        return _parsed(sys.stdin)
    path = Path(place)
    if not path.is_file():
        raise EvigateError(E_INVALID, f"There is no file {place!r}; - reads standard input.")
    if path.suffix in (".parquet", ".pq"):
        from pyarrow import parquet

        return parquet.read_table(path)
    if path.suffix in (".arrow", ".feather", ".ipc"):
        from pyarrow import feather

        return feather.read_table(path)
    with path.open() as lines:
        return _parsed(lines)


def _parsed(lines: Iterable[str]) -> list[Any]:
    rows = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            rows.append(_json(f"line {number}", line))
    return rows


# The work ---------------------------------------------------------------------------------------


async def _work(
    session: Session[Core], verb: Verb, arguments: dict[str, Any], *, as_json: bool
) -> None:
    engine = Engine(session.service, session.subject)
    if verb.answer is Answer.STREAM:
        return await _follow(engine, verb, arguments, as_json=as_json)
    stop, steps = threading.Event(), _Steps()
    taken = hooks(verb.name)
    if "is_cancelled" in taken:
        arguments["is_cancelled"] = stop.is_set
    if "on_progress" in taken:
        arguments["on_progress"] = steps.took
    if "query_id" in parameters(verb.name) and verb.name == "sql":
        arguments.setdefault("query_id", uuid4().hex)
    task = asyncio.ensure_future(asyncio.to_thread(call, engine, verb.name, arguments))
    try:
        with _shown(steps) as look:
            while not (await asyncio.wait({task}, timeout=LOOK_S))[0]:
                look()
    except asyncio.CancelledError:
        stop.set()
        if verb.name == "sql":
            engine.cancel(arguments["query_id"])
        with suppress(EvigateError):
            await task
        raise
    answer = task.result()
    if verb.name == "search" and not as_json:
        answer = await asyncio.to_thread(_in_short, engine, arguments["source"], answer)
    _show(answer, as_json=as_json)
    return None


def _in_short(engine: Engine, source: str, hits: Result) -> Result:
    """Return hits for people: key, score, by which channels, and the source's own columns."""
    own = engine.sources.describe(source).columns
    names = [
        name
        for place, name in enumerate(hits.column_names)
        if place == 0 or name in ("score", "retrieved_by") or name in own
    ]
    return Result(hits.to_arrow().select(names), gone=hits.gone, notes=hits.notes)


class _Steps:
    """How far a verb says it is; written by its thread."""

    def __init__(self) -> None:
        self.done, self.total = 0, None

    def took(self, done: int, total: int | None) -> None:
        self.done, self.total = done, total  # type: ignore[assignment]


@contextmanager
def _shown(steps: _Steps) -> Iterator[Callable[[], None]]:
    """Show a bar on standard error, once it has taken long enough to be wanted."""
    screen = Screen(stderr=True)
    bar = Progress(console=screen, transient=True, disable=not screen.is_terminal)
    task = bar.add_task("working", total=None)
    waited = 0.0

    def look() -> None:
        nonlocal waited
        waited += LOOK_S
        if waited >= QUIET_S and not bar.live.is_started:
            bar.start()
        bar.update(task, completed=steps.done, total=steps.total)

    try:
        yield look
    finally:
        bar.stop()


async def _follow(engine: Engine, verb: Verb, arguments: dict[str, Any], *, as_json: bool) -> None:
    """Print a stream's rows as they come, a JSON object a line, until it ends or Ctrl-C."""
    stream = await asyncio.to_thread(call, engine, verb.name, arguments)

    def read() -> None:
        for batch in stream:
            for row in encode(batch.to_pylist(), None, is_marked=False):
                print(json.dumps(row, ensure_ascii=False, default=str), flush=True)

    try:
        await asyncio.to_thread(read)
    except asyncio.CancelledError:
        end = getattr(stream, "cancel", None) or getattr(stream, "close", None)
        if end is not None:
            end()
        raise


# What is answered -------------------------------------------------------------------------------


def _show(answer: Any, *, as_json: bool) -> None:
    if as_json:
        return print_json(encode(answer, None, is_marked=False))
    if isinstance(answer, pa.Table):
        return _show_table(answer)
    if isinstance(answer, list | tuple):
        return _show_rows([_fields(each) for each in answer])
    if is_dataclass(answer) or isinstance(answer, Mapping):
        return _show_rows([{"what": k, "is": v} for k, v in _fields(answer).items()], is_head=False)
    print("done" if answer is None else answer)
    return None


def _show_table(table: pa.Table) -> None:
    _show_rows(table.to_pylist(), table.column_names)
    if isinstance(table, Result):
        for each in table.notes:
            note(each)
        if table.gone:
            note(f"{len(table.gone)} matching rows are gone from the source.")
    note(f"{table.num_rows} rows")


def _show_rows(
    rows: Sequence[Mapping[str, Any]], names: Sequence[str] | None = None, *, is_head: bool = True
) -> None:
    if not rows:
        note("nothing")
        return
    names = list(names or rows[0])
    shown = names[:COLUMNS_SHOWN]
    table = ScreenTable(*shown, show_header=is_head)
    for row in rows:
        table.add_row(*(_cell(row.get(name)) for name in shown))
    Screen().print(table)
    if len(names) > len(shown):
        note(f"not shown: {', '.join(names[COLUMNS_SHOWN:])}; --json has all")


def _fields(value: Any) -> dict[str, Any]:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return dict(value) if isinstance(value, Mapping) else {"value": value}


def _cell(value: Any) -> str:
    from rich.markup import escape

    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        value = ", ".join(value)
    text = str(encode(value, None, is_marked=False))
    short = text if len(text) <= CELL_CHARACTERS else text[: CELL_CHARACTERS - 1] + "…"
    return escape(short)
