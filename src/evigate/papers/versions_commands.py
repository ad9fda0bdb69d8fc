"""The commands of versions of plans: edit, compare, vary an assumption."""

import json
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from evigate.base.errors import E_INVALID, EvigateError
from evigate.kernel.console import Console, Session, note, print_json
from evigate.papers.api_versions import SensitivityOut, VersionOut
from evigate.papers.follow import follow_run
from evigate.papers.plan.editing import Sensitivity, read_variation
from evigate.papers.service import PapersService

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
PlanId = Annotated[UUID, typer.Argument(help="The plan's id.")]


def version_commands(app: typer.Typer, console: Console[PapersService]) -> None:
    """Add `plan-edit`, `plan-versions`, `plan-diff`, `vary` and `sensitivity`."""
    _editing_commands(app, console)
    _varying_commands(app, console)


def _editing_commands(app: typer.Typer, console: Console[PapersService]) -> None:
    @app.command("plan-edit")
    def plan_edit(
        plan_id: PlanId,
        file: Annotated[Path, typer.Argument(help="The changed plan, as JSON.")],
        expected: Annotated[
            str | None, typer.Option(help="The hash of the version that was changed.")
        ] = None,
        as_json: Json = False,
    ) -> None:
        """Make a new version of a plan from a file; it waits for an approval of its own."""
        try:
            document = json.loads(file.read_text())
        except (OSError, ValueError) as error:
            raise EvigateError(E_INVALID, f"{str(file)!r} is no JSON file: {error}.") from error
        made = console.run(
            lambda s: s.service.edit_plan(s.subject, plan_id, document, expected=expected)
        )
        if as_json:
            print_json(VersionOut.of(made).model_dump(mode="json"))
        else:
            note(f"plan {made.id}, version {made.revision}")

    @app.command("plan-versions")
    def plan_versions(plan_id: PlanId, as_json: Json = False) -> None:
        """List a plan's versions, newest first."""
        plans = console.run(lambda s: s.service.plan_versions(s.subject, plan_id))
        found = [VersionOut.of(plan).model_dump(mode="json") for plan in plans]
        if as_json:
            return print_json(found)
        for each in found:
            print(
                f"{each['revision']:>3}  {each['plan_id']}  {each['status']}  {each['plan_hash']}"
            )
        return None

    @app.command("plan-diff")
    def plan_diff(
        plan_id: PlanId,
        against: Annotated[
            UUID | None, typer.Option(help="The other plan; else the version before.")
        ] = None,
        as_json: Json = False,
    ) -> None:
        """Show where a plan differs from another, or from the version before it."""
        changes = console.run(lambda s: s.service.diff_plan(s.subject, plan_id, against))
        if as_json:
            rows = [{"place": c.place, "before": c.before, "after": c.after} for c in changes]
            return print_json(rows)
        for change in changes:
            print(f"{change.place}: {_short(change.before)} -> {_short(change.after)}")
        if not changes:
            note("no differences")
        return None


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 120 else text[:119] + "…"


def _varying_commands(app: typer.Typer, console: Console[PapersService]) -> None:
    @app.command()
    def vary(
        plan_id: PlanId,
        assumption: Annotated[str, typer.Argument(help="FIELD=V1,V2, as protocol.test_size=.2,.3")],
        as_json: Json = False,
    ) -> None:
        """Run a plan once for each value of an assumption, and show what that does."""
        field, values = read_variation(assumption)

        async def work(session: Session[PapersService]) -> list[Sensitivity]:
            service, subject = session.service, session.subject
            started = await service.vary_plan(subject, plan_id, field, values)
            async with session.working():
                for run_id in started:
                    await follow_run(service, subject, run_id, note)
            return await service.sensitivity(subject, plan_id)

        _print(console.run(work), as_json=as_json)

    @app.command()
    def sensitivity(plan_id: PlanId, as_json: Json = False) -> None:
        """Show what each value of each varied assumption did to the verdicts."""
        found = console.run(lambda s: s.service.sensitivity(s.subject, plan_id))
        _print(found, as_json=as_json)


async def vary_reproduction(
    session: Session[PapersService], run_id: UUID, field: str, values: list[str]
) -> list[Sensitivity]:
    """Vary the plan of a journey that has ended; nothing if it had no plan."""
    service, subject = session.service, session.subject
    view = await service.get_run(subject, run_id)
    plan_id = view.reproduction.plan_id if view.reproduction else None
    if plan_id is None:
        return []
    started = await service.vary_plan(subject, plan_id, field, values)
    async with session.working():
        for each in started:
            await follow_run(service, subject, each, note)
    return await service.sensitivity(subject, plan_id)


def sensitivity_json(found: list[Sensitivity]) -> list[dict[str, Any]]:
    """Return a sensitivity as JSON values."""
    return [SensitivityOut.of(each).model_dump(mode="json") for each in found]


def _print(found: list[Sensitivity], *, as_json: bool) -> None:
    if as_json:
        return print_json(sensitivity_json(found))
    print_sensitivity(found)
    if not found:
        note("nothing was varied yet: `evigate papers vary PLAN_ID FIELD=V1,V2`")
    return None


def print_sensitivity(found: list[Sensitivity]) -> None:
    """Print a line a value: how many claims got which verdict."""
    for each in found:
        print(each.field + (": the verdict depends on it" if each.is_decisive else ""))
        for tried in each.tried:
            counts: dict[str, int] = {}
            for verdict in tried.verdicts.values():
                counts[verdict] = counts.get(verdict, 0) + 1
            said = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
            print(f"  {tried.value:<14}{said or tried.status or 'not run'}")
