"""The room's commands: `evigate learning …`."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console as Screen
from rich.progress import Progress

from evigate.base.errors import E_INVALID, EvigateError
from evigate.base.ids import RunId
from evigate.evidence.commands import add_all
from evigate.kernel.console import Console, Session, note, print_json
from evigate.kernel.events import read_events
from evigate.kernel.events.telling import RUN_STREAM
from evigate.kernel.runs import Run, RunStatus, get_run
from evigate.learning.bank.models import FullItem, ItemFilter
from evigate.learning.building.options import BuildOptions
from evigate.learning.items.kinds import answer_of, parse
from evigate.learning.items.payloads import QUESTION_KINDS
from evigate.learning.modules import Module
from evigate.learning.service import LearningService

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
ModuleName = Annotated[str, typer.Argument(metavar="MODULE", help="A module's title or id.")]
ItemId = Annotated[UUID, typer.Argument(help="The item's id.")]
Session_ = Session[LearningService]

POLL_S = 0.25
LISTED_MAX = 500
SHORT_KINDS = tuple(each.removeprefix("learning.") for each in QUESTION_KINDS)


class ExportFormat(StrEnum):
    """Files that a bank leaves as."""

    QTI = "qti"
    GIFT = "gift"
    MOODLE = "moodle"
    ANKI = "anki"
    CSV = "csv"
    JSON = "json"


class ImportFormat(StrEnum):
    """Files that items enter from."""

    QTI = "qti"
    GIFT = "gift"
    JSON = "json"


def learning_app(console: Console[LearningService]) -> typer.Typer:
    """Return `evigate learning`."""
    app = typer.Typer(no_args_is_help=True, help="Learning: from a chapter to items one can trust.")
    _build_command(app, console)
    _module_commands(app, console)
    _item_commands(app, console)
    _practice_commands(app, console)
    _file_commands(app, console)
    _measure_commands(app, console)
    return app


def _build_command(app: typer.Typer, console: Console[LearningService]) -> None:
    @app.command()
    def build(
        sources: Annotated[
            list[str],
            typer.Argument(metavar="FILE...", help="Documents, folders of them, web addresses."),
        ],
        module: Annotated[
            str | None, typer.Option(help="A module's title or id; else the first file's name.")
        ] = None,
        items: Annotated[int, typer.Option(min=1, help="At most so many items are drafted.")] = 120,
        kind: Annotated[
            list[str] | None, typer.Option(help=f"Only these kinds: {', '.join(SHORT_KINDS)}.")
        ] = None,
        objective: Annotated[
            list[str] | None, typer.Option(help="What learners should be able to do.")
        ] = None,
        as_json: Json = False,
    ) -> None:
        """Draft items from documents, judge each, and put what passes into the bank."""
        _refuse_missing(sources)
        options = BuildOptions(
            items=items,
            kinds=tuple(_full_kind(each) for each in kind or ()),
            objectives=tuple(objective or ()),
        )
        title = module or Path(sources[0]).stem or "Module"

        async def work(session: Session_) -> dict[str, Any]:
            found = await _filled(session, title, sources)
            await _tell_cost(session, found, options)
            run_id = await session.service.builds.start(session.subject, found.id, options)
            async with session.working():
                run = await _followed(session, run_id)
            return await _report(session, found, run)

        _end(console.run(work), as_json=as_json)

    @app.command()
    def resume(
        run: Annotated[UUID, typer.Argument(help="A build that waits.")], as_json: Json = False
    ) -> None:
        """Carry on with a build that waited for a limit; no model is asked twice."""

        async def work(session: Session_) -> dict[str, Any]:
            builds = session.service.builds
            before = await builds.get(session.subject, run)
            await builds.resume(session.subject, run)
            module = await session.service.modules.get(
                session.subject, str(before.input["module_id"])
            )
            async with session.working():
                done = await _followed(session, before.id, attempts=before.attempts)
            return await _report(session, module, done)

        _end(console.run(work), as_json=as_json)


def _end(report: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(report)
    else:
        _tell(report)
    if report["status"] != "succeeded":
        raise typer.Exit(1)


def _refuse_missing(sources: Sequence[str]) -> None:
    for source in sources:
        if not source.startswith(("http://", "https://")) and not Path(source).exists():
            raise EvigateError(E_INVALID, f"There is no file {source!r}.")


def _full_kind(name: str) -> str:
    return name if name.startswith("learning.") else f"learning.{name}"


async def _filled(session: Session_, title: str, sources: list[str]) -> Module:
    service = session.service
    module = await service.modules.ensure(session.subject, title)
    store = await service.stores.get(session.subject, str(module.store_id))
    stores = Session(service.stores, session.subject, session.working)
    await add_all(stores, store, sources)
    return await service.modules.get(session.subject, str(module.id))


async def _tell_cost(session: Session_, module: Module, options: BuildOptions) -> None:
    """Say what the build will ask models for; nothing where it asks none."""
    found = await session.service.builds.estimate(session.subject, module.id, options)
    if found.calls:
        models = ", ".join(sorted(set(found.models.values())))
        price = "no price set" if found.micros is None else f"${found.micros / 1e6:.2f} at most"
        note(f"  asks {models} up to {found.calls} times ({price})")


async def _followed(session: Session_, run_id: RunId, *, attempts: int = 0) -> Run:
    """Show a build's progress until it ends or waits; whoever stops waiting cancels it."""
    try:
        return await _shown(session, run_id, attempts)
    except asyncio.CancelledError:
        note(f"Cancelling the build {run_id}; what was judged stays.")
        await session.service.builds.cancel(session.subject, run_id)
        raise


async def _shown(session: Session_, run_id: RunId, attempts: int) -> Run:
    """Show progress until the build ends or waits; `attempts` were made before."""
    seen = 0
    with Progress(console=Screen(stderr=True), transient=True) as progress:
        task = progress.add_task("Waiting for a worker", total=100)
        while True:
            async with session.service.database.tx(session.subject) as tx:
                run = await get_run(tx, run_id)
                events = await read_events(tx, RUN_STREAM, run_id, after=seen)
            for event in events:
                seen = event.seq
                text = event.payload.get("message")
                percent = event.payload.get("percent")
                if text:
                    progress.update(task, description=str(text))
                if percent is not None:
                    progress.update(task, completed=percent)
            assert run is not None
            is_paused = run.status is RunStatus.QUEUED and run.attempts > attempts
            if run.status.is_end or is_paused:
                return run
            await asyncio.sleep(POLL_S)


async def _report(session: Session_, module: Module, run: Run) -> dict[str, Any]:
    bank = session.service.bank
    summary = await bank.summary(session.subject, module.id)
    chosen = ItemFilter(module_id=module.id, status="APPROVED")
    approved = await bank.list_items(session.subject, chosen, limit=LISTED_MAX)
    full = [await bank.get(session.subject, each.id) for each in approved]
    return {
        "module": {"id": str(module.id), "title": module.title},
        "run_id": str(run.id),
        "status": "paused" if run.status is RunStatus.QUEUED else run.status.value,
        "error": {"code": run.error_code, "message": run.error_message} if run.error_code else None,
        "cost": (run.output or {}).get("cost"),
        "drafts": (run.output or {}).get("drafts", 0),
        "approved": summary.total("APPROVED"),
        "waiting": summary.total("PENDING_EVAL"),
        "rejected": summary.total("REJECTED"),
        "kinds": summary.counts,
        "missed_checks": summary.missed,
        "refused_sentences": (run.output or {}).get("refused", {}),
        "without_items": (run.output or {}).get("without_items", []),
        "items": [_item_json(each) for each in full],
    }


def _item_json(full: FullItem) -> dict[str, Any]:
    return {
        "id": str(full.item.id),
        "kind": full.item.kind,
        "status": full.item.status,
        "question": full.item.question,
        "answer": answer_of(parse(full.item.kind, full.payload)),
        "difficulty": full.item.difficulty,
        "tags": full.item.tags,
        "section": full.item.section,
        "payload": full.payload,
        "citations": [
            {
                "quote": each.quote,
                "page": each.page,
                "document": each.document,
                "document_id": str(each.document_id),
                "section": each.heading_path,
                "state": each.state,
            }
            for each in full.citations
        ],
    }


def _tell(report: dict[str, Any]) -> None:
    if report["error"]:
        note(f"✘ {report['error']['code']}: {report['error']['message']}")
        return
    if report["status"] == "paused":
        note("The build waits: a model's run met a limit (`evigate agents runs`).")
        note(f"Raise the limit, then: evigate learning resume {report['run_id']}")
        return
    note(f"✔ {report['approved']} items approved in {report['module']['title']!r}")
    note(f"  {report['waiting']} wait for a person, {report['rejected']} were rejected")
    for check, count in report["missed_checks"].items():
        note(f"    {count} missed {check}")
    for each in report["without_items"]:
        note(f"  Nothing from {each['document'] or 'a document'!r}: {each['reason']}")
    for kind, counts in report["kinds"].items():
        note(f"  {counts.get('APPROVED', 0):4}  {kind.removeprefix('learning.')}")


def _module_commands(app: typer.Typer, console: Console[LearningService]) -> None:
    @app.command()
    def modules(as_json: Json = False) -> None:
        """List the modules in their order."""
        listed = console.run(lambda s: s.service.modules.list_modules(s.subject))
        if as_json:
            print_json([asdict(each) for each in listed])
            return
        for each in listed:
            note(f"{each.id}  {each.approved:4} approved  {each.pending:4} wait  {each.title}")
        if not listed:
            note("No modules yet: evigate learning build FILE...")

    @app.command()
    def coverage(module: ModuleName, as_json: Json = False) -> None:
        """Show which passages of the module's documents have items."""

        async def work(session: Session_) -> Any:
            found = await session.service.modules.get(session.subject, module)
            return await session.service.bank.coverage(session.subject, found.id)

        covered = console.run(work)
        if as_json:
            print_json([asdict(each) for each in covered])
            return
        for each in covered:
            if each.kind == "prose":
                bar = "█" * min(each.approved, 20) or "·"
                note(f"p. {each.page:4}  {bar:20}  {' › '.join(each.heading_path)[-60:]}")


def _item_commands(app: typer.Typer, console: Console[LearningService]) -> None:
    @app.command("items")
    def list_items(
        module: ModuleName,
        text: Annotated[str, typer.Option("--search", help="Words that must all occur.")] = "",
        status: Annotated[
            str | None, typer.Option(help="APPROVED, PENDING_EVAL, REJECTED or RETIRED.")
        ] = None,
        kind: Annotated[str | None, typer.Option(help=f"One of {', '.join(SHORT_KINDS)}.")] = None,
        tag: Annotated[str | None, typer.Option(help="A tag.")] = None,
        limit: Annotated[int, typer.Option(min=1, max=LISTED_MAX, help="At most so many.")] = 50,
        as_json: Json = False,
    ) -> None:
        """List and search a module's items, newest first."""

        async def work(session: Session_) -> Any:
            found = await session.service.modules.get(session.subject, module)
            chosen = ItemFilter(
                module_id=found.id,
                status=status,
                kind=_full_kind(kind) if kind else None,
                tag=tag,
                text=text,
            )
            return await session.service.bank.list_items(session.subject, chosen, limit=limit)

        listed = console.run(work)
        if as_json:
            print_json([asdict(each) for each in listed])
            return
        for each in listed:
            note(f"{each.id}  {each.status:12}  {each.kind[9:]:18}  {each.question[:90]}")

    @app.command("item")
    def show_item(item_id: ItemId, as_json: Json = False) -> None:
        """Show an item with its key and the sentences it rests on."""
        full = console.run(lambda s: s.service.bank.get(s.subject, item_id))
        if as_json:
            print_json(_item_json(full))
            return
        note(f"{full.item.status}  {full.item.kind}\n{full.item.question}")
        note(f"✔ {answer_of(parse(full.item.kind, full.payload))}")
        for each in full.citations:
            note(f"  “{each.quote}”\n    {each.document}, p. {each.page} ({each.state})")

    @app.command("retire")
    def retire_item(
        item_id: ItemId, reason: Annotated[str, typer.Option(help="Why.")], as_json: Json = False
    ) -> None:
        """Take an item out of the bank for good."""
        console.run(lambda s: s.service.bank.retire(s.subject, item_id, reason))
        if as_json:
            print_json({"id": str(item_id), "status": "RETIRED"})
        else:
            note("✔ Retired")


def _practice_commands(app: typer.Typer, console: Console[LearningService]) -> None:
    @app.command()
    def session(
        module: ModuleName,
        items: Annotated[int, typer.Option(min=1, max=500, help="So many questions.")] = 10,
        as_json: Json = False,
    ) -> None:
        """Make a practice session of one's own ready; an open one is taken up again."""

        async def work(session: Session_) -> Any:
            practice = session.service.practice
            found = await session.service.modules.get(session.subject, module)
            mine = await practice.list_sessions(session.subject, module_id=found.id)
            for each in mine:
                if each.status == "ACTIVE" and each.user_id == session.subject.user_id:
                    return each
            return await practice.start(session.subject, found.id, item_limit=items)

        ready = console.run(work)
        if as_json:
            print_json(asdict(ready))
        else:
            note(f"✔ {ready.item_limit - ready.answered} questions wait at /practice/{ready.id}")


def _file_commands(app: typer.Typer, console: Console[LearningService]) -> None:
    @app.command("export")
    def export_items(
        module: ModuleName,
        out: Annotated[Path, typer.Option(help="The file to write.")],
        format_: Annotated[
            ExportFormat, typer.Option("--format", help="What to write it as.")
        ] = ExportFormat.JSON,
        as_json: Json = False,
    ) -> None:
        """Write the module's approved items to a file."""

        async def work(session: Session_) -> Any:
            found = await session.service.modules.get(session.subject, module)
            return await session.service.exchange.export(session.subject, found.id, format_.value)

        written = console.run(work)
        out.write_bytes(written.data)
        left = [asdict(each) for each in written.left_out]
        if as_json:
            print_json({"file": str(out), "bytes": len(written.data), "left_out": left})
            return
        note(f"✔ {out}")
        for each in written.left_out:
            note(f"  left out: {each.count} {each.kind}, {each.reason}")

    @app.command("import")
    def import_items(
        module: ModuleName,
        file: Annotated[Path, typer.Argument(help="The file to read.", exists=True)],
        format_: Annotated[ImportFormat, typer.Option("--format", help="What the file is.")],
        as_json: Json = False,
    ) -> None:
        """Put a file's items before the gate."""

        async def work(session: Session_) -> Any:
            found = await session.service.modules.get(session.subject, module)
            return await session.service.exchange.import_(
                session.subject, found.id, format_.value, file.read_bytes()
            )

        done = console.run(work)
        if as_json:
            print_json(asdict(done))
            return
        note(f"✔ {done.items} items: {done.approved} approved, {done.waiting} wait")
        note(f"  {done.without_evidence} without evidence in the module's documents")
        for each in done.problems:
            note(f"  {each.place}: {each.message}")


def _measure_commands(app: typer.Typer, console: Console[LearningService]) -> None:
    @app.command()
    def statistics(module: ModuleName, as_json: Json = False) -> None:
        """Measure the module's items from its learners' first answers, and list them."""

        async def work(session: Session_) -> Any:
            found = await session.service.modules.get(session.subject, module)
            await session.service.measure(session.subject, found.id)
            return await session.service.measured(session.subject, found.id)

        listed = console.run(work)
        if as_json:
            print_json([asdict(each) for each in listed])
            return
        for each in listed:
            share = "  –  " if each.p is None else f"{100 * each.p:3.0f} %"
            note(f"{share}  n={each.n:<5} {', '.join(each.flags) or 'ok':20}  {each.question[:70]}")
        if not listed:
            note("Nobody has answered yet.")

    @app.command()
    def statements(
        is_sending: Annotated[
            bool, typer.Option("--send", help="Send what waits to the record store.")
        ] = False,
        as_json: Json = False,
    ) -> None:
        """List xAPI statements, or send those that wait."""

        async def work(session: Session_) -> Any:
            if is_sending:
                return {"sent": await session.service.records.send(session.subject)}
            found = await session.service.records.list_statements(session.subject)
            return [asdict(each) for each in found]

        found = console.run(work)
        if as_json or is_sending:
            print_json(found)
            return
        for each in found:
            note(_statement_line(each))


def _statement_line(each: dict[str, Any]) -> str:
    """Return when a statement was made, whether it was sent, what it says, and what kept it."""
    said = each["statement"]
    verb = said["verb"]["display"]["en"]
    name = said["object"]["definition"].get("name", {}).get("en", "")
    state = "sent" if each["sent_at"] else "waits"
    problem = f"  ({each['error']})" if each["error"] else ""
    return f"{each['created_at']:%Y-%m-%d %H:%M}  {state:5}  {verb:11}  {name[:60]}{problem}"
