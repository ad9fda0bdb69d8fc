"""The room's commands: `evigate stores …` and `evigate search STORE "question"`."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console as Screen
from rich.markup import escape
from rich.progress import Progress
from rich.text import Text

from evigate.base.errors import E_INVALID, EvigateError
from evigate.evidence.imports import add_file, add_folder, add_url
from evigate.evidence.models import Answer, Document, Store
from evigate.evidence.pages import marked_parts, reasons
from evigate.evidence.schemas import AnswerOut, DocumentOut, StoreOut
from evigate.evidence.stores import StoreService
from evigate.kernel.console import Console, Session, note, print_json

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
StoreName = Annotated[str, typer.Argument(help="The store's title, id or name.")]


def search_command(app: typer.Typer, console: Console[StoreService]) -> None:
    """Add `evigate search`."""

    @app.command()
    def search(
        store: StoreName,
        question: Annotated[str, typer.Argument(help="What to find.")],
        k: Annotated[
            int, typer.Option("--k", "-k", min=1, max=100, help="At most so many passages.")
        ] = 5,
        mode: Annotated[str | None, typer.Option(help="vector, lexical or hybrid.")] = None,
        as_json: Json = False,
    ) -> None:
        """Find the passages of a store that answer a question."""

        async def work(session: Session[StoreService]) -> Answer:
            found = await session.service.get(session.subject, store)
            if not found.is_indexed:
                note("Some documents are not searchable yet; indexing them first.")
                await _index(session, found)
                found = await session.service.get(session.subject, store)
            return await session.service.search(session.subject, found, question, k=k, mode=mode)

        answer = console.run(work)
        if as_json:
            print_json(AnswerOut.of(answer).model_dump(mode="json"))
        else:
            _show(answer)


def stores_app(console: Console[StoreService]) -> typer.Typer:
    """Return `evigate stores`."""
    app = typer.Typer(no_args_is_help=True, help="Stores: documents that can be searched.")
    _reading_commands(app, console)
    _filling_commands(app, console)
    return app


def _reading_commands(app: typer.Typer, console: Console[StoreService]) -> None:
    @app.command("list")
    def list_stores(as_json: Json = False) -> None:
        """List the stores, newest first."""
        stores = console.run(lambda session: session.service.list_stores(session.subject))
        if as_json:
            print_json([StoreOut.of(store).model_dump(mode="json") for store in stores])
            return
        for store in stores:
            note(f"{store.id}  {store.indexed}/{store.documents} documents  {store.title}")
        if not stores:
            note("No stores yet: evigate stores add TITLE FILE...")

    @app.command()
    def documents(store: StoreName, as_json: Json = False) -> None:
        """List a store's documents."""

        async def work(session: Session[StoreService]) -> Any:
            found = await session.service.get(session.subject, store)
            return await session.service.documents(session.subject, found)

        listed = console.run(work)
        if as_json:
            print_json([DocumentOut.of(each).model_dump(mode="json") for each in listed])
            return
        for each in listed:
            state = "searchable" if each.indexed_at else "not yet"
            note(f"{each.id}  {state}  {each.kind}, {each.page_count or '?'} pages  {each.label}")
            for warning in each.warnings:
                note(f"    {warning}")


def _filling_commands(app: typer.Typer, console: Console[StoreService]) -> None:
    @app.command()
    def add(
        store: Annotated[str, typer.Argument(help="A store's title or id; made if there is none.")],
        sources: Annotated[
            list[str],
            typer.Argument(
                metavar="FILE...",
                help="PDF, DOCX, PPTX, EPUB, HTML, Markdown or text files, folders of them, or "
                "web addresses.",
            ),
        ],
        as_json: Json = False,
    ) -> None:
        """Add documents to a store and make them searchable."""
        for source in sources:
            if not _is_url(source) and not Path(source).exists():
                raise EvigateError(E_INVALID, f"There is no file {source!r}.")

        async def work(session: Session[StoreService]) -> Store:
            found = await _ensured(session, store)
            await add_all(session, found, sources)
            await _index(session, found)
            return await session.service.get(session.subject, str(found.id))

        _tell(console.run(work), as_json=as_json)

    @app.command()
    def index(store: StoreName, as_json: Json = False) -> None:
        """Make every document of a store searchable."""

        async def work(session: Session[StoreService]) -> Store:
            found = await session.service.get(session.subject, store)
            await _index(session, found)
            return await session.service.get(session.subject, str(found.id))

        _tell(console.run(work), as_json=as_json)


def _is_url(source: str) -> bool:
    return source.startswith(("http://", "https://"))


async def add_all(session: Session[StoreService], store: Store, sources: list[str]) -> None:
    """Add files, folders and addresses; a file of a folder that cannot be read is told of."""
    added, problem = 0, None
    folders = _folders(sources)
    with Progress(console=Screen(stderr=True), transient=True) as progress:
        task = progress.add_task("Reading documents", total=None)

        def show(done: int, total: int | None) -> None:
            progress.update(task, completed=done, total=total)

        for source in sources:
            path = Path(source)
            if _is_url(source):
                progress.update(task, description=f"Fetching {escape(source)}")
                found = await add_url(session.service, session.subject, store, source)
                added += _taken(found)
            elif path in folders:
                async for each in add_folder(session.service, session.subject, store, path):
                    show(each.number, each.total)
                    if each.document is not None:
                        added += _taken(each.document)
                    elif each.problem is not None:
                        problem = each.problem
                        note(f"{each.name}: {each.problem.message}")
            else:
                progress.update(task, description=f"Reading {escape(path.name)}")
                found = await add_file(
                    session.service, session.subject, store, path, on_progress=show
                )
                added += _taken(found)
    if not added and problem is not None:
        raise problem


def _folders(sources: list[str]) -> set[Path]:
    return {Path(each) for each in sources if not _is_url(each) and Path(each).is_dir()}


def _taken(document: Document) -> int:
    for warning in document.warnings:
        note(f"{document.label}: {warning}")
    return 1


async def _ensured(session: Session[StoreService], name: str) -> Store:
    stores = await session.service.list_stores(session.subject)
    if any(name.casefold() in (str(s.id), s.store_name, s.title.casefold()) for s in stores):
        return await session.service.get(session.subject, name)
    return await session.service.create(session.subject, name)


async def _index(session: Session[StoreService], store: Store) -> None:
    with Progress(console=Screen(stderr=True), transient=True) as progress:
        task = progress.add_task("Embedding passages", total=None)
        await session.service.index(
            session.subject,
            store,
            on_progress=lambda done, total: progress.update(task, completed=done, total=total),
        )


def _tell(store: Store, *, as_json: bool) -> None:
    if as_json:
        print_json(StoreOut.of(store).model_dump(mode="json"))
    else:
        note(f"{store.title}: {store.indexed} of {store.documents} documents can be searched.")


def _show(answer: Answer) -> None:
    screen = Screen()
    for rank, hit in enumerate(answer.hits, start=1):
        under = " › ".join(hit.heading_path)
        screen.print(f"[bold]{rank}. {escape(hit.document)}[/bold], page {hit.page}")
        if under:
            screen.print(f"   {escape(under)}", style="dim")
        text = Text()
        for part in marked_parts(hit.text, hit.words):
            text.append(part["text"], style="bold" if part["is_marked"] else "")
        screen.print(text)
        for reason in reasons(hit):
            screen.print(f"   {escape(reason)}", style="dim")
    if not answer.hits:
        screen.print("Nothing answers that.")
    for each in answer.notes:
        note(each)
