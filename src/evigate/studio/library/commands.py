"""The library's commands: `evigate studio library …`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from evigate.base.errors import E_INVALID, EvigateError
from evigate.kernel.console import Console, Session, note, print_json
from evigate.studio.library.bundles import entries_of, pack_entries
from evigate.studio.library.industries import industries
from evigate.studio.library.models import Library
from evigate.studio.library.reading import domains_of, read_idea
from evigate.studio.library.schemas import (
    EntryOut,
    ImportedOut,
    IndustryOut,
    ItemOut,
    MatchOut,
    QuestionOut,
)
from evigate.studio.library.service import LibraryEntry, LibraryService

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
Kind = Annotated[str, typer.Argument(help="domains, features, patterns, integrations or pools.")]
Key = Annotated[str, typer.Argument(help="The entry's key.")]
OwnOnly = Annotated[bool, typer.Option("--own-only", help="Only what you wrote.")]


def library_app(console: Console[LibraryService]) -> typer.Typer:
    """Return `evigate studio library`."""
    app = typer.Typer(no_args_is_help=True, help="The library: trades and features.")
    _look_commands(app, console)
    _write_commands(app, console)
    _bundle_commands(app, console)
    _reading_commands(app, console)
    return app


def _look_commands(app: typer.Typer, console: Console[LibraryService]) -> None:
    @app.command("list")
    def list_(
        kind: Annotated[str | None, typer.Option(help="This kind alone.")] = None,
        words: Annotated[str, typer.Option(help="With these words in key or title.")] = "",
        own_only: OwnOnly = False,
        as_json: Json = False,
    ) -> None:
        """List the entries that hold for you."""
        found = console.run(
            lambda s: s.service.list_items(s.subject, kind=kind, words=words, own_only=own_only)
        )
        if as_json:
            return print_json([ItemOut.of(each).model_dump() for each in found])
        for each in found:
            mark = "" if each.origin == "packaged" else f"  [{each.origin} {each.version}]"
            print(f"{each.kind}/{each.key}  {each.title}{mark}")
        if not found:
            note("no entries; drop a filter")
        return None

    @app.command()
    def show(kind: Kind, key: Key, as_json: Json = False) -> None:
        """Print an entry as YAML."""
        found = console.run(lambda s: s.service.show(s.subject, kind, key))
        if as_json:
            return print_json(EntryOut.of_entry(found).model_dump(mode="json"))
        note(f"{found.item.origin}, version {found.item.version}")
        print(found.text, end="")
        return None

    @app.command()
    def check(as_json: Json = False) -> None:
        """Check all entries against each other; what is wrong ends with exit code 2."""
        note("checking the library ...")
        found = console.run(lambda s: s.service.check(s.subject))
        if as_json:
            print_json([{"where": each.where, "problem": each.problem} for each in found])
        else:
            for each in found:
                print(f"{each.where}: {each.problem}")
            note(f"{len(found)} findings" if found else "nothing is wrong")
        if found:
            raise typer.Exit(2)


def _write_commands(app: typer.Typer, console: Console[LibraryService]) -> None:
    @app.command()
    def edit(
        kind: Kind,
        key: Key,
        file: Annotated[
            Path, typer.Option("--file", "-f", help="The YAML; - reads standard input.")
        ],
        version_seen: Annotated[
            int | None, typer.Option("--version", help="The version you edited; else the present.")
        ] = None,
        as_json: Json = False,
    ) -> None:
        """Write your own entry from a file, such as one that `show` printed."""
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")

        async def write(session: Session[LibraryService]) -> LibraryEntry:
            service, subject = session.service, session.subject
            seen = version_seen
            if seen is None:
                seen = await service.version(subject, kind, key)
            return await service.write(subject, kind, key, text, version_seen=seen)

        found = console.run(write)
        if as_json:
            return print_json(EntryOut.of_entry(found).model_dump(mode="json"))
        note(f"{kind}/{key} is at version {found.item.version}")
        return None

    @app.command()
    def withdraw(
        kind: Kind,
        key: Key,
        version_seen: Annotated[int, typer.Option("--version", help="Its present version.")],
        as_json: Json = False,
    ) -> None:
        """Take your own entry back; the packaged one holds again."""
        console.run(lambda s: s.service.withdraw(s.subject, kind, key, version_seen=version_seen))
        if as_json:
            print_json({"withdrawn": f"{kind}/{key}"})
        else:
            note(f"{kind}/{key} was withdrawn")


def _bundle_commands(app: typer.Typer, console: Console[LibraryService]) -> None:
    @app.command()
    def export(
        target: Annotated[Path, typer.Argument(help="The .zip to write.")],
        own_only: OwnOnly = False,
        as_json: Json = False,
    ) -> None:
        """Write the library to a zip of YAML."""
        content = console.run(lambda s: s.service.export(s.subject, own_only=own_only))
        target.write_bytes(content)
        if as_json:
            print_json({"file": str(target), "size_bytes": len(content)})
        else:
            note(f"{len(content)} bytes written to {target}")

    @app.command("import")
    def import_(
        source: Annotated[Path, typer.Argument(help="A .zip, or a folder of YAML.")],
        rehearse: Annotated[
            bool, typer.Option("--rehearse", help="Check and tell, and write nothing.")
        ] = False,
        as_json: Json = False,
    ) -> None:
        """Bring in entries that differ from what holds; all of them or none."""
        content = _bundle(source)
        found = console.run(lambda s: s.service.bring_in(s.subject, content, is_rehearsal=rehearse))
        if as_json:
            return print_json(ImportedOut.of(found).model_dump())
        for how in ("created", "changed"):
            for each in getattr(found, how):
                print(f"{how} {each}")
        note(f"{len(found.unchanged)} unchanged" + (", nothing was written" if rehearse else ""))
        return None


def _reading_commands(app: typer.Typer, console: Console[LibraryService]) -> None:
    @app.command("industries")
    def search(
        query: Annotated[str, typer.Argument(help="Words, a trade's name or a code's digits.")],
        as_json: Json = False,
    ) -> None:
        """Search NAICS 2022 by words, trade words or digits."""
        library = _library(console)
        found = [
            IndustryOut.of(each, domains_of(each.code, library))
            for each in industries().search(query)
        ]
        if as_json:
            return print_json([each.model_dump() for each in found])
        for each in found:
            print(f"{each.code:6}  {each.title}  {', '.join(each.domains)}")
        if not found:
            note("no industry has these words; try the trade's plain name")
        return None

    @app.command()
    def read(
        text: Annotated[str, typer.Argument(help="A few sentences; nothing is kept.")],
        as_json: Json = False,
    ) -> None:
        """Say what the library makes of a text, and what it would ask and why."""
        found = read_idea(text, _library(console))
        kinds = ("domains", "features", "patterns", "integrations")
        if as_json:
            matches = {
                kind: [MatchOut.of(each).model_dump() for each in getattr(found, kind)]
                for kind in kinds
            }
            asked = [QuestionOut.of(each).model_dump() for each in found.questions]
            return print_json({**matches, "questions": asked})
        for kind in kinds:
            for each in getattr(found, kind):
                words = ", ".join(dict.fromkeys(hit.quote for hit in each.hits))
                out = ", ".join(dict.fromkeys(hit.quote for hit in each.excluded))
                print(
                    f"{each.score:.2f}  {kind}/{each.key}  {words}{f'  not: {out}' if out else ''}"
                )
        for asked_now in found.questions:
            print(
                f"{asked_now.question.weight:4}  {asked_now.question.ask}\n      {asked_now.why()}"
            )
        return None


def _library(console: Console[LibraryService]) -> Library:
    async def work(session: Session[LibraryService]) -> Library:
        return await session.service.library(session.subject)

    return console.run(work)


def _bundle(source: Path) -> bytes:
    if source.is_dir():
        files = sorted(source.glob("*/*.yaml"))
        return pack_entries(
            entries_of({f"{each.parent.name}/{each.name}": each.read_bytes() for each in files})
        )
    if not source.exists():
        raise EvigateError(E_INVALID, f"There is no file or folder {str(source)!r}.")
    return source.read_bytes()
