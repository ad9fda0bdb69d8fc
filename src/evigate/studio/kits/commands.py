"""`evigate kits`: begin one, test it, and run it over a specification, dry unless told."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import orjson
import typer

from evigate.base.errors import EvigateError
from evigate.kernel.console import Console, note, print_json
from evigate.studio.kits.errors import E_KIT_INPUT, E_KIT_TARGET
from evigate.studio.kits.folder import Kit, find_kit, load_kit, read_folder, shipped_kits
from evigate.studio.kits.planning import Action, Plan, apply_plan, make_plan
from evigate.studio.kits.rendering import Bundle, render_kit
from evigate.studio.kits.runs.commands import add_run_commands
from evigate.studio.kits.runs.credential_commands import add_platform_commands
from evigate.studio.kits.runs.service import KitRunService
from evigate.studio.kits.scaffold import new_kit
from evigate.studio.kits.scoring import convergence, plain_convergence
from evigate.studio.kits.trying import try_kit
from evigate.studio.specification.service import SpecificationService

FAILED_EXIT = 6
MARKS: Mapping[Action, str] = {
    "create": "+",
    "update": "~",
    "delete": "-",
    "no-op": " ",
    "conflict": "!",
}
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
Named = Annotated[str, typer.Argument(help="The kit's folder, or the id of a shipped one.")]


def kits_app(console: Console[SpecificationService], runs: Console[KitRunService]) -> typer.Typer:
    """Return `evigate kits`; a kit is files, so only what is about projects needs the house."""
    app = typer.Typer(no_args_is_help=True, help="Kits: code and documents out of a specification.")
    _making_commands(app)
    _running_commands(app, console)
    add_run_commands(app, runs)
    add_platform_commands(app, runs)
    _scoring_commands(app, console)
    return app


def _making_commands(app: typer.Typer) -> None:
    @app.command("list")
    def list_(as_json: Json = False) -> None:
        """List the kits that come with Evigate."""
        kits = [load_kit(read_folder(find_kit(name))) for name in shipped_kits()]
        if as_json:
            rows = [
                {"id": each.manifest.id, "version": each.manifest.version, "digest": each.digest}
                for each in kits
            ]
            return print_json(rows)
        for each in kits:
            count = len(each.manifest.outputs)
            print(
                f"{each.manifest.id} {each.manifest.version}  {each.manifest.name}, {count} outputs"
            )
        return None

    @app.command()
    def new(
        folder: Annotated[Path, typer.Argument(help="A folder that is not there yet.")],
        name: Annotated[str | None, typer.Option(help="What people call it.")] = None,
        as_json: Json = False,
    ) -> None:
        """Begin a kit: small, whole, and passing its own fixture."""
        if folder.exists():
            raise EvigateError(E_KIT_TARGET, f"{folder.name!r} is there already.")
        files = new_kit(folder.resolve().name, name or folder.name.replace("-", " ").capitalize())
        load_kit(files)
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
        if as_json:
            print_json({"files": sorted(files)})
        else:
            note(f"{len(files)} files in {folder}; next: evigate kits test {folder}")

    @app.command()
    def test(kit_name: Named, as_json: Json = False) -> None:
        """Check a kit's files and run its fixtures."""
        kit = load_kit(read_folder(find_kit(kit_name)))
        tried = try_kit(kit)
        failed = [each for each in tried if each.faults]
        if as_json:
            rows = [{"path": t.path, "name": t.name, "faults": list(t.faults)} for t in tried]
            print_json({"kit": kit.manifest.id, "digest": kit.digest, "fixtures": rows})
        else:
            for each in tried:
                print(f"{'✘' if each.faults else '✔'} {each.name} ({each.path})")
                for fault in each.faults:
                    print(f"    {fault}")
            note(f"{kit.manifest.id} {kit.manifest.version}: {len(tried) - len(failed)} passed, "
                 f"{len(failed)} failed")  # fmt: skip
        if failed:
            raise typer.Exit(FAILED_EXIT)


def _running_commands(app: typer.Typer, console: Console[SpecificationService]) -> None:
    @app.command()
    def run(
        kit_name: Named,
        into: Annotated[Path, typer.Option(help="Where the files go.")],
        spec: Annotated[Path | None, typer.Option(help="The specification, as JSON.")] = None,
        project: Annotated[
            UUID | None, typer.Option(help="The project whose newest specification is taken.")
        ] = None,
        apply: Annotated[
            str | None, typer.Option(help="Write, if this is still the plan: its digest.")
        ] = None,
        archive: Annotated[Path | None, typer.Option(help="Write the bundle as a zip too.")] = None,
        as_json: Json = False,
    ) -> None:
        """Make a kit's files and show what they would change; with --apply change it.

        A project's specification is applied once it is approved; what a draft would give is shown.
        """
        kit = load_kit(read_folder(find_kit(kit_name)))
        given = _given(console, spec, project, is_applied=apply is not None)
        bundle = render_kit(kit, given)
        plan = make_plan(bundle, into)
        changed = None
        if apply is not None:
            if plan.digest != apply:
                message = f"The plan is now {plan.digest}, not {apply}; look at it again."
                raise EvigateError(E_KIT_TARGET, message)
            changed = apply_plan(plan, bundle, into)
        if archive is not None:
            archive.write_bytes(bundle.zipped())
        if as_json:
            print_json(_report(kit, bundle, plan, changed))
        else:
            _print_run(bundle, plan, changed)
        if any(each.status == "failed" for each in bundle.made):
            raise typer.Exit(FAILED_EXIT)


def _scoring_commands(app: typer.Typer, console: Console[SpecificationService]) -> None:
    @app.command()
    def score(
        kit_name: Named,
        spec: Annotated[Path | None, typer.Option(help="The specification, as JSON.")] = None,
        project: Annotated[
            UUID | None, typer.Option(help="The project whose newest specification is taken.")
        ] = None,
        bundle: Annotated[
            Path | None, typer.Option(help="A folder of files that are there; else the kit's own.")
        ] = None,
        as_json: Json = False,
    ) -> None:
        """Tell how far the files are what the specification says, 0 to 100, and what is missing.

        The files are read; what stands in prose alone counts for nothing.
        """
        given = _given(console, spec, project, is_applied=False)
        if bundle is not None:
            files = _files_in(bundle)
        else:
            files = dict(render_kit(load_kit(read_folder(find_kit(kit_name))), given).files)
        found = plain_convergence(convergence(given, files))
        if as_json:
            print_json(found)
            return
        for each in found["missing"]:
            print(f"{each['kind']:12} {each['share']:4.0%}  {each['key']}: {each['told']}")
        for each in found["kinds"]:
            note(f"{each['title']}: {each['found']} of {each['total']}")
        print(f"{found['score']} of 100")


def _files_in(folder: Path) -> dict[str, bytes]:
    if not folder.is_dir():
        raise EvigateError(E_KIT_TARGET, f"{folder.name!r} is no folder.")
    return {path: text.encode() for path, text in read_folder(folder).items()}


def _given(
    console: Console[SpecificationService],
    spec: Path | None,
    project: UUID | None,
    *,
    is_applied: bool,
) -> Mapping[str, Any]:
    if project is not None and spec is None:
        return _of_project(console, project, is_applied=is_applied)
    if spec is not None and project is None:
        return _of_file(spec)
    raise EvigateError(E_KIT_INPUT, "Name a file by --spec or a project by --project.")


def _of_project(
    console: Console[SpecificationService], project: UUID, *, is_applied: bool
) -> Mapping[str, Any]:
    found = console.run(lambda s: s.service.show(s.subject, project))
    if is_applied and found.head.status != "approved":
        raise EvigateError(
            E_KIT_INPUT,
            f"Version {found.head.version} of the specification is {found.head.status}.",
            remediation="Approve it first: evigate studio spec approve PROJECT.",
        )
    payload: Mapping[str, Any] = found.payload
    return payload


def _of_file(path: Path) -> Mapping[str, Any]:
    try:
        found = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise EvigateError(E_KIT_INPUT, f"{path.name}: it cannot be read: {error}.") from error
    if not isinstance(found, dict):
        raise EvigateError(E_KIT_INPUT, f"{path.name}: it is no object.")
    return found


def _report(kit: Kit, bundle: Bundle, plan: Plan, changed: int | None) -> dict[str, Any]:
    return {
        "kit": kit.manifest.id,
        "version": kit.manifest.version,
        "bundle": bundle.digest,
        "plan": plan.digest,
        "changed": changed,
        "items": [
            {"path": each.path, "action": each.action, "why": each.why} for each in plan.items
        ],
        "outputs": [
            {
                "id": each.output_id,
                "path": each.path,
                "status": each.status,
                "bytes": len(each.text.encode()),
                "digest": each.digest,
                "repairs": list(each.repairs),
                "problems": [
                    {"message": one.message, "line": one.line, "is_error": one.is_error}
                    for one in each.problems
                ],
            }
            for each in bundle.made
        ],
    }


def _print_run(bundle: Bundle, plan: Plan, changed: int | None) -> None:
    for item in plan.items:
        if item.action != "no-op":
            print(f"{MARKS[item.action]} {item.path}{f'  ({item.why})' if item.why else ''}")
    for each in bundle.made:
        for problem in each.problems:
            line = "" if problem.line is None else f":{problem.line}"
            print(f"{'✘' if problem.is_error else '!'} {each.path}{line}: {problem.message}")
    counts = ", ".join(f"{plan.count(action)} {action}" for action in MARKS if plan.count(action))
    note(f"{counts or 'no files'}; bundle {bundle.digest[:12]}")
    if changed is None:
        note(f"nothing was written; to write it: --apply {plan.digest}")
    else:
        note(f"{changed} files changed")
