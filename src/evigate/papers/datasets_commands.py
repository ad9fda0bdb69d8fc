"""The commands of data sets, `evigate papers datasets …`, and of claims typed by hand."""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

import typer

from evigate.base.errors import E_INVALID, EvigateError
from evigate.kernel.console import Console, Session, note, print_json
from evigate.kernel.runs import RunStatus
from evigate.papers.api_datasets import DatasetOut, read_options
from evigate.papers.datasets import DatasetEntry
from evigate.papers.datasets.adding import DatasetSpec
from evigate.papers.datasets.reading import READERS
from evigate.papers.errors import E_STATEMENT_INVALID
from evigate.papers.follow import follow_run
from evigate.papers.options import ReproduceOptions
from evigate.papers.report import build_report
from evigate.papers.service import PapersService
from evigate.papers.statements import Statement, TypedClaim
from evigate.papers.verbs_datasets import DATASET_BYTES_MAX

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
Name = Annotated[str, typer.Argument(help="The data set's name, or an alias.")]
CLAIM_FORM = "DATASET|METHOD|METRIC|VALUE|UNITS"


def datasets_app(console: Console[PapersService]) -> typer.Typer:
    """Return `evigate papers datasets`."""
    app = typer.Typer(no_args_is_help=True, help="Data sets: which there are, and which may run.")
    _reading_commands(app, console)
    _changing_commands(app, console)
    return app


def _line(entry: DatasetEntry) -> str:
    where = "offline" if entry.is_offline else "not here"
    if entry.blocked_reason:
        where = "blocked"
    licence = entry.licence or ("allowed" if entry.licence_reason else "licence not known")
    head = f"{entry.name:<22}{entry.kind.value:<9}{entry.rows:>9}  {where:<9}"
    return f"{head}{licence:<20}{entry.title}"


def _json(entry: DatasetEntry) -> dict[str, Any]:
    return DatasetOut.of(entry).model_dump(mode="json")


def _reading_commands(app: typer.Typer, console: Console[PapersService]) -> None:
    @app.command("list")
    def list_(
        offline: Annotated[
            bool, typer.Option("--offline", help="Only those that a run can load now.")
        ] = False,
        as_json: Json = False,
    ) -> None:
        """List the data sets that can be named."""
        entries = console.run(lambda s: s.service.catalog(s.subject)).entries
        chosen = [entry for entry in entries if entry.is_offline or not offline]
        if as_json:
            return print_json([_json(entry) for entry in chosen])
        for entry in chosen:
            print(_line(entry))
        return None

    @app.command()
    def show(name: Name, as_json: Json = False) -> None:
        """Show one data set: where it is from, its licence, its digest."""
        entry = console.run(lambda s: s.service.get_dataset(s.subject, name))
        if as_json:
            return print_json(_json(entry))
        for key, value in _json(entry).items():
            if value not in (None, "", []):
                print(
                    f"{key:<22}{', '.join(map(str, value)) if isinstance(value, list) else value}"
                )
        return None

    @app.command("file")
    def file_(
        name: Name,
        output: Annotated[
            Path, typer.Option("--output", "-o", help="Folder to write into.")
        ] = Path("data"),
        as_json: Json = False,
    ) -> None:
        """Write the file that a notebook reads, to run the notebook by hand."""
        entry, content = console.run(lambda s: s.service.dataset_file(s.subject, name))
        output.mkdir(parents=True, exist_ok=True)
        path = output / f"{entry.name}.npz"
        path.write_bytes(content)
        if as_json:
            print_json({"name": entry.name, "path": str(path), "size_bytes": len(content)})
        else:
            note(f"wrote {path}")


def _changing_commands(app: typer.Typer, console: Console[PapersService]) -> None:
    @app.command()
    def add(
        name: Annotated[str, typer.Argument(help="The name to keep it under.")],
        files: Annotated[list[Path], typer.Argument(help="Its files, in the reader's order.")],
        reader: Annotated[
            str, typer.Option(help=f"How to read them: {', '.join(sorted(READERS))}.")
        ] = "csv",
        title: Annotated[str, typer.Option(help="What to call it.")] = "",
        licence: Annotated[str | None, typer.Option(help="Its licence, as SPDX names it.")] = None,
        alias: Annotated[list[str] | None, typer.Option(help="Another name of it.")] = None,
        option: Annotated[
            list[str] | None, typer.Option(help="An option of the reader, as name=value.")
        ] = None,
        as_json: Json = False,
    ) -> None:
        """Add a data set from files; one of your own of that name is replaced."""
        spec = DatasetSpec(
            name=name,
            reader=reader,
            title=title,
            aliases=tuple(alias or ()),
            licence=licence,
            options=read_options(option or []),
        )
        contents = [_read(path) for path in files]
        _told(console.run(lambda s: s.service.add_dataset(s.subject, spec, contents)), as_json)

    @app.command()
    def fetch(
        reference: Annotated[
            str, typer.Argument(help="openml:ID, uci:ID or huggingface:OWNER/SET.")
        ],
        name: Annotated[str, typer.Argument(help="The name to keep it under.")],
        as_json: Json = False,
    ) -> None:
        """Fetch a data set of OpenML, UCI or Hugging Face and keep it."""
        note(f"fetching {reference}")
        _told(console.run(lambda s: s.service.fetch_dataset(s.subject, reference, name)), as_json)

    @app.command()
    def allow(
        name: Name,
        reason: Annotated[str, typer.Option(help="Why it may be used.")],
        as_json: Json = False,
    ) -> None:
        """Let a set be used whose licence is not known, as the owner, with a reason."""
        _told(console.run(lambda s: s.service.allow_dataset(s.subject, name, reason)), as_json)

    @app.command()
    def remove(name: Name, as_json: Json = False) -> None:
        """Remove what you added of a set, or allowed."""
        console.run(lambda s: s.service.remove_dataset(s.subject, name))
        if as_json:
            print_json({"name": name, "removed": True})
        else:
            note(f"removed {name}")


def _told(entry: DatasetEntry, as_json: bool) -> None:
    if as_json:
        print_json(_json(entry))
    else:
        print(_line(entry))


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > DATASET_BYTES_MAX:
            raise EvigateError(E_INVALID, f"{str(path)!r} is over {DATASET_BYTES_MAX >> 20} MiB.")
        return path.read_bytes()
    except OSError as error:
        message = f"The file {str(path)!r} cannot be read: {error.strerror}."
        raise EvigateError(E_INVALID, message) from error


def read_claim(text: str) -> TypedClaim:
    """
    Read "wine|LDA|accuracy|98.9|%"; the units, and the data set, may be left empty.

    Raises:
        EvigateError[E_STATEMENT_INVALID]: it is not of that form.
    """
    parts = [part.strip() for part in text.split("|")]
    if len(parts) not in (4, 5) or not all(parts[1:4]):
        raise EvigateError(E_STATEMENT_INVALID, f"{text!r} is not of the form {CLAIM_FORM}.")
    try:
        value = Decimal(parts[3])
    except InvalidOperation as error:
        raise EvigateError(E_STATEMENT_INVALID, f"{parts[3]!r} is not a number.") from error
    units = parts[4] if len(parts) == 5 else None
    return TypedClaim(parts[2], value, parts[1], parts[0] or None, units or None)


def statement_command(app: typer.Typer, console: Console[PapersService]) -> None:
    """Add `evigate papers state`."""

    @app.command()
    def state(
        claims: Annotated[list[str], typer.Argument(help=f"Numbers, each {CLAIM_FORM}.")],
        title: Annotated[str, typer.Option(help="What the numbers are of.")],
        source: Annotated[str, typer.Option(help="Where they are published.")],
        text: Annotated[str, typer.Option(help="How they were taken: protocol, settings.")] = "",
        run: Annotated[bool, typer.Option("--run", help="Reproduce them at once.")] = False,
        seeds: Annotated[int, typer.Option(min=1, max=20, help="Seeds, with --run.")] = 3,
        yes: Annotated[
            bool, typer.Option("--yes", "-y", help="Approve plan and notebook as the owner.")
        ] = False,
        as_json: Json = False,
    ) -> None:
        """Type in published numbers of a paper that is not here."""
        statement = Statement(title, source, tuple(read_claim(each) for each in claims), text)

        async def work(session: Session[PapersService]) -> dict[str, Any]:
            service, subject = session.service, session.subject
            paper = await service.type_claims(subject, statement)
            found: dict[str, Any] = {"paper_id": str(paper.id), "claims": len(statement.claims)}
            if not run:
                return found
            options = ReproduceOptions(seeds=seeds, is_preapproved=yes)
            run_id = await service.reproduce(subject, options, paper_id=paper.id)
            async with session.working():
                ended = await follow_run(service, subject, run_id, note)
            found |= {"run_id": str(run_id), "status": ended.status.value}
            if ended.status is RunStatus.SUCCEEDED:
                found |= (await build_report(service, subject, run_id)).to_json()
            return found

        found = console.run(work)
        if as_json:
            print_json(found)
        else:
            note(f"paper {found['paper_id']}, {found['claims']} claims")
            if "headline" in found:
                print(found["headline"])
