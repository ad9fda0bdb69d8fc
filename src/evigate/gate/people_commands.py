"""`evigate reviews …`, `artifacts …` and `prompts …`: what people look at and decide."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, TypeVar
from uuid import UUID

import typer

from evigate.base.errors import E_INVALID, EvigateError
from evigate.base.subject import Subject
from evigate.gate.artifacts import (
    get_artifact,
    list_artifacts,
    list_citations,
    list_versions,
    retire,
    why_not_approved,
)
from evigate.gate.desk import Gate
from evigate.gate.errors import E_PROMPT_NOT_FOUND
from evigate.gate.evals import list_eval_runs, list_findings, list_results
from evigate.gate.judges.prompts import read_prompt
from evigate.gate.lineage import lineage
from evigate.gate.models import ArtifactStatus, Verdict
from evigate.gate.prompts import activate_prompt, active_prompt, add_prompt, list_prompts
from evigate.gate.reviews import (
    assign_review,
    get_review_task,
    give_verdict,
    list_comments,
    list_review_tasks,
    list_reviews,
    open_review,
)
from evigate.gate.sampling import SAMPLE_MAX, reviewers_agreement, sample_reviews
from evigate.kernel.console import Console, Session, note, print_json
from evigate.kernel.db import Tx

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
TaskId = Annotated[UUID, typer.Argument(help="The review's id.")]
ArtifactArgument = Annotated[UUID, typer.Argument(help="The artifact's id.")]
ModuleOption = Annotated[UUID | None, typer.Option("--module", help="Only of this module.")]
Limit = Annotated[int, typer.Option(min=1, max=500, help="At most so many.")]

VERDICTS = {
    "approve": Verdict.APPROVED,
    "reject": Verdict.REJECTED,
    "revise": Verdict.NEEDS_REVISION,
}
Result = TypeVar("Result")


def _in_tx(console: Console[Gate], verb: Callable[[Tx, Subject], Awaitable[Result]]) -> Result:
    """Return what a verb does in one transaction of the operator's."""

    async def work(session: Session[Gate]) -> Result:
        async with session.service.database.tx(session.subject) as tx:
            return await verb(tx, session.subject)

    return console.run(work)


def reviews_app(console: Console[Gate]) -> typer.Typer:
    """Return `evigate reviews`."""
    app = typer.Typer(no_args_is_help=True, help="Reviews: what waits for a person's verdict.")
    _looking_at_reviews(app, console)
    _second_looks(app, console)
    _giving_reviews(app, console)
    return app


def _looking_at_reviews(app: typer.Typer, console: Console[Gate]) -> None:
    @app.command("list")
    def list_(
        module: ModuleOption = None,
        mine: Annotated[
            bool, typer.Option("--mine", help="Leave out another's and those I answered.")
        ] = False,
        closed: Annotated[bool, typer.Option("--closed", help="Those that are decided.")] = False,
        limit: Limit = 100,
        as_json: Json = False,
    ) -> None:
        """List reviews, the oldest first."""
        status = "closed" if closed else "open"
        found = _in_tx(
            console,
            lambda tx, _: list_review_tasks(
                tx, module_id=module, status=status, is_mine=mine, limit=limit
            ),
        )
        if as_json:
            return print_json([asdict(each) for each in found])
        if not found:
            note("Nothing waits for a verdict.")
        for each in found:
            who = each.assigned_to or "anybody"
            state = each.outcome or f"{each.given} of {each.wanted}"
            print(f"{each.id}\t{each.kind}\t{state}\t{who}\t{each.reason}")
        return None

    @app.command()
    def show(task_id: TaskId, as_json: Json = False) -> None:
        """Show a review: the draft, what it rests on, what was found wrong, verdicts, comments."""

        async def work(tx: Tx, _: Subject) -> dict[str, Any]:
            task = await get_review_task(tx, task_id)
            facts = await _artifact_facts(tx, task.artifact_id)
            reviews = await list_reviews(tx, task.artifact_id)
            return {"review": asdict(task), **facts, "reviews": list(map(asdict, reviews))}

        found = _in_tx(console, work)
        if as_json:
            return print_json(found)
        print(f"{found['review']['reason']} ({found['review']['status']})")
        _show_artifact(found)
        for each in found["reviews"]:
            print(f"verdict\t{each['verdict']}\t{each['reviewer']}\t{each['comment']}")
        return None


def _second_looks(app: typer.Typer, console: Console[Gate]) -> None:
    @app.command()
    def sample(
        count: Annotated[int, typer.Argument(min=1, max=SAMPLE_MAX, help="At most so many.")],
        module: ModuleOption = None,
        kind: Annotated[str | None, typer.Option(help="Only of this kind.")] = None,
        to: Annotated[str | None, typer.Option(help="Who should answer, as user:ID.")] = None,
        as_json: Json = False,
    ) -> None:
        """Ask two people, blind, about some of what is in use and nobody has looked at."""
        found = _in_tx(
            console,
            lambda tx, _: sample_reviews(tx, count, module_id=module, kind=kind, assigned_to=to),
        )
        if as_json:
            return print_json({"task_ids": [str(each) for each in found]})
        note(f"{len(found)} reviews opened" if found else "Nothing in use is without a review.")
        return None

    @app.command()
    def agreement(
        module: ModuleOption = None,
        kind: Annotated[str | None, typer.Option(help="Only of this kind.")] = None,
        as_json: Json = False,
    ) -> None:
        """Say how well people agree, over drafts that two or more gave a verdict on."""
        found = _in_tx(console, lambda tx, _: reviewers_agreement(tx, module_id=module, kind=kind))
        if as_json:
            return print_json(asdict(found))
        print(f"drafts {found.drafts}, verdicts {found.verdicts}")
        for name in ("share", "kappa", "alpha"):
            value = getattr(found, name)
            print(f"{name}\t{'not known' if value is None else f'{value:.3f}'}")
        return None


def _giving_reviews(app: typer.Typer, console: Console[Gate]) -> None:
    @app.command("open")
    def open_(
        artifact_id: ArtifactArgument,
        reason: Annotated[str, typer.Option(help="Why people are asked.")] = "asked for",
        wanted: Annotated[int, typer.Option(min=1, max=3, help="How many verdicts.")] = 1,
        blind: Annotated[
            bool, typer.Option("--blind", help="Reviewers do not see each other's verdicts.")
        ] = False,
        audit: Annotated[
            bool, typer.Option("--audit", help="The artifact stays in use meanwhile.")
        ] = False,
        to: Annotated[str | None, typer.Option(help="Who should answer, as user:ID.")] = None,
        as_json: Json = False,
    ) -> None:
        """Ask people about an artifact, or widen the question that is open."""
        task_id = _in_tx(
            console,
            lambda tx, _: open_review(
                tx,
                artifact_id,
                reason,
                wanted=wanted,
                is_blind=blind,
                is_audit=audit,
                assigned_to=to,
            ),
        )
        if as_json:
            print_json({"id": str(task_id)})
        else:
            print(task_id)

    @app.command()
    def assign(
        task_id: TaskId,
        to: Annotated[
            str | None, typer.Argument(help="An address; nobody means whoever comes first.")
        ] = None,
        as_json: Json = False,
    ) -> None:
        """Give a review to somebody, or to whoever comes first."""
        _in_tx(console, lambda tx, _: assign_review(tx, task_id, to))
        if as_json:
            print_json({"id": str(task_id), "assigned_to": to})
        else:
            note(f"assigned to {to or 'whoever comes first'}")

    @app.command()
    def give(
        task_id: TaskId,
        verdict: Annotated[str, typer.Argument(help=f"One of: {', '.join(VERDICTS)}.")],
        comment: Annotated[str, typer.Option(help="Why.")] = "",
        as_json: Json = False,
    ) -> None:
        """Give one's verdict; when enough are in, the gate decides."""
        if verdict not in VERDICTS:
            known = ", ".join(VERDICTS)
            raise EvigateError(E_INVALID, f"There is no verdict {verdict!r}; there are: {known}.")
        found = _in_tx(
            console, lambda tx, _: give_verdict(tx, task_id, VERDICTS[verdict], comment=comment)
        )
        if as_json:
            return print_json(asdict(found))
        note(f"the review is {found.task_status}; the artifact is {found.artifact_status}")
        if found.why_not:
            note(f"not in use, since {found.why_not}")
        return None


def artifacts_app(console: Console[Gate]) -> typer.Typer:
    """Return `evigate artifacts`."""
    app = typer.Typer(no_args_is_help=True, help="Artifacts: drafts, and what was decided.")

    @app.command("list")
    def list_(
        module: ModuleOption = None,
        kind: Annotated[str | None, typer.Option(help="Only of this kind.")] = None,
        status: Annotated[ArtifactStatus | None, typer.Option(help="Only of this status.")] = None,
        limit: Limit = 50,
        as_json: Json = False,
    ) -> None:
        """List artifacts, newest first."""
        found = _in_tx(
            console,
            lambda tx, _: list_artifacts(
                tx, module_id=module, status=status, kind=kind, limit=limit
            ),
        )
        if as_json:
            return print_json([asdict(each) for each in found])
        if not found:
            note("No artifacts.")
        for each in found:
            print(f"{each.id}\t{each.kind}\tv{each.version}\t{each.status}\t{each.key}")
        return None

    @app.command()
    def show(artifact_id: ArtifactArgument, as_json: Json = False) -> None:
        """Show an artifact: content, quotes, judgements, findings, and what it lacks."""
        found = _in_tx(console, lambda tx, _: _artifact_facts(tx, artifact_id))
        if as_json:
            print_json(found)
        else:
            _show_artifact(found)

    @app.command("lineage")
    def lineage_command(artifact_id: ArtifactArgument, as_json: Json = False) -> None:
        """Show where an artifact comes from and what became of it."""
        found = _in_tx(console, lambda tx, _: lineage(tx, artifact_id))
        if as_json:
            return print_json(asdict(found))
        labels = {node.id: f"{node.kind} {node.label}" for node in found.nodes}
        for edge in found.edges:
            print(f"{labels[edge.source]}\t{edge.label}\t{labels[edge.target]}")
        return None

    @app.command("retire")
    def retire_command(
        artifact_id: ArtifactArgument,
        reason: Annotated[str, typer.Option(help="Why.")],
        as_json: Json = False,
    ) -> None:
        """Take an artifact out of use for good."""
        _in_tx(console, lambda tx, _: retire(tx, artifact_id, reason))
        if as_json:
            print_json({"id": str(artifact_id), "status": ArtifactStatus.RETIRED.value})
        else:
            note("retired")

    return app


def prompts_app(console: Console[Gate]) -> typer.Typer:
    """Return `evigate prompts`."""
    app = typer.Typer(no_args_is_help=True, help="Prompts: versioned text, one version in use.")

    @app.command("list")
    def list_(as_json: Json = False) -> None:
        """List the prompts by name, the newest version first."""
        found = _in_tx(console, lambda tx, _: list_prompts(tx))
        if as_json:
            return print_json([asdict(each) for each in found])
        for each in found:
            use = "in use" if each.is_active else ""
            owner = "library" if each.is_library else "own"
            print(f"{each.name}\t{each.version}\t{owner}\t{use}")
        return None

    @app.command()
    def show(
        name: Annotated[str, typer.Argument(help="A prompt's name.")], as_json: Json = False
    ) -> None:
        """Show the version of a prompt that is in use."""
        found = _in_tx(console, lambda tx, _: active_prompt(tx, name))
        if as_json:
            print_json(asdict(found))
        else:
            note(f"{found.name} {found.version}, inputs: {', '.join(found.inputs)}")
            print(found.content)

    @app.command()
    def add(
        file: Annotated[
            Path, typer.Argument(help="Lines of name:, version:, inputs:, a blank one, the text.")
        ],
        as_json: Json = False,
    ) -> None:
        """Write a version of a prompt; put it in use afterwards."""
        try:
            given = read_prompt(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise EvigateError(E_INVALID, f"The file {str(file)!r} cannot be read.") from error
        made = _in_tx(console, lambda tx, _: add_prompt(tx, given.name, given.version, given.text))
        if as_json:
            print_json(asdict(made))
        else:
            print(made.id)

    @app.command()
    def activate(
        name: Annotated[str, typer.Argument(help="A prompt's name.")],
        version: Annotated[str, typer.Argument(help="Its version; an older one rolls back.")],
        as_json: Json = False,
    ) -> None:
        """Put a version in use."""

        async def work(tx: Tx, _: Subject) -> UUID:
            wanted = [e for e in await list_prompts(tx) if (e.name, e.version) == (name, version)]
            if not wanted:
                message = f"There is no prompt {name!r} of version {version!r}."
                raise EvigateError(E_PROMPT_NOT_FOUND, message)
            # One's own stands before the library's of the same version.
            chosen = min(wanted, key=lambda each: each.is_library)
            await activate_prompt(tx, chosen.id)
            return chosen.id

        prompt_id = _in_tx(console, work)
        if as_json:
            print_json({"id": str(prompt_id), "name": name, "version": version})
        else:
            note(f"{name} {version} is in use")

    return app


async def _artifact_facts(tx: Tx, artifact_id: UUID) -> dict[str, Any]:
    artifact = await get_artifact(tx, artifact_id)
    runs = await list_eval_runs(tx, artifact_id)
    results = await list_results(tx, runs[0].id) if runs else []
    parts: dict[str, Sequence[Any]] = {
        "citations": (await list_citations(tx, [artifact_id]))[artifact_id],
        "evals": runs,
        "results": results,
        "findings": await list_findings(tx, artifact_id=artifact_id),
        "versions": await list_versions(tx, artifact_id),
        "comments": await list_comments(tx, artifact_id),
    }
    return {
        "artifact": asdict(artifact),
        "why_not": await why_not_approved(tx, artifact_id),
        **{name: [asdict(each) for each in rows] for name, rows in parts.items()},
    }


def _show_artifact(found: dict[str, Any]) -> None:
    artifact = found["artifact"]
    print(f"{artifact['kind']} v{artifact['version']} {artifact['status']}  {artifact['key']}")
    if artifact["artifact_payload"] is not None:
        print_json(artifact["artifact_payload"])
    for each in found["citations"]:
        place = each["document"] or each["document_id"]
        print(f"quote\t{each['state']}\t{place}, page {each['page']}\t{each['quote']}")
    for each in found["results"]:
        mark = {True: "pass", False: "miss", None: "–"}[each["passed"]]
        print(f"check\t{mark}\t{each['eval_type']}\t{each['score']}\t{each['judge']}")
    for each in found["findings"]:
        print(f"finding\t{each['severity']}\t{each['rule']}\t{each['message']}")
    if found["why_not"] is not None and artifact["status"] == ArtifactStatus.PENDING_EVAL:
        note(f"not approved: {found['why_not']}")
