"""`evigate papers claim …` and `evigate papers linker …`: editing claims, and learning from it."""

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any
from uuid import UUID

import typer

from evigate.base.errors import E_INVALID, EvigateError
from evigate.kernel.console import Console, note, print_json
from evigate.papers.editing import LinkerRecord, NewClaim
from evigate.papers.models import Claim
from evigate.papers.schemas import ClaimOut
from evigate.papers.schemas_claims import EditOut, LinkerOut
from evigate.papers.service import PapersService

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
PaperId = Annotated[UUID, typer.Argument(help="The paper's id.")]
ClaimId = Annotated[UUID, typer.Argument(help="The claim's id.")]
Reason = Annotated[str, typer.Option(help="Why; kept with the edit.")]
Text = Annotated[str | None, typer.Option(help="As the paper says it; empty for none.")]
Value = Annotated[str | None, typer.Option(help="The number as printed.")]
Page = Annotated[int | None, typer.Option(min=1, help="The page that prints it, from 1.")]
Own = Annotated[bool | None, typer.Option("--own/--not-own", help="Whether the method is theirs.")]


def claim_app(console: Console[PapersService]) -> typer.Typer:
    """Return `evigate papers claim`."""
    app = typer.Typer(no_args_is_help=True, help="Correct, add and reject claims.")
    _correct_command(app, console)
    _add_command(app, console)
    _reject_commands(app, console)
    _list_commands(app, console)
    return app


def _correct_command(app: typer.Typer, console: Console[PapersService]) -> None:
    @app.command()
    def correct(
        paper_id: PaperId,
        claim_id: ClaimId,
        dataset: Text = None,
        split: Text = None,
        metric: Text = None,
        value: Value = None,
        units: Text = None,
        method: Text = None,
        own: Own = None,
        page: Page = None,
        quote: Text = None,
        reason: Reason = "",
        as_json: Json = False,
    ) -> None:
        """Change what is given of a claim; an empty text empties the field."""
        said = {
            "dataset": dataset, "split": split, "metric": metric, "units": units,
            "method": method, "quote": quote,
        }  # fmt: skip
        changes = _changes(said, value, own=own, page=page)
        claim = console.run(
            lambda s: s.service.correct_claim(s.subject, paper_id, claim_id, changes, reason)
        )
        _print(claim, "corrected", as_json=as_json)


def _add_command(app: typer.Typer, console: Console[PapersService]) -> None:
    @app.command()
    def add(
        paper_id: PaperId,
        metric: Annotated[str, typer.Option(help="The metric's name.")],
        value: Annotated[str, typer.Option(help="The number as printed.")],
        page: Annotated[int, typer.Option(min=1, help="The page that prints it, from 1.")],
        quote: Annotated[str, typer.Option(help="Words of the page that hold the number.")],
        dataset: Text = None,
        split: Text = None,
        units: Text = None,
        method: Text = None,
        own: Own = None,
        reason: Reason = "",
        as_json: Json = False,
    ) -> None:
        """Add a claim that the paper prints."""
        new = NewClaim(
            metric, _number(value), page, quote, dataset or None, split or None, units or None,
            method or None, bool(own),
        )  # fmt: skip
        claim = console.run(lambda s: s.service.add_claim(s.subject, paper_id, new, reason))
        _print(claim, "added", as_json=as_json)


def _reject_commands(app: typer.Typer, console: Console[PapersService]) -> None:
    @app.command()
    def reject(
        paper_id: PaperId, claim_id: ClaimId, reason: Reason = "", as_json: Json = False
    ) -> None:
        """Take a claim out of lists, plans and reports; its history stays."""
        console.run(lambda s: s.service.reject_claim(s.subject, paper_id, claim_id, reason))
        if as_json:
            return print_json({"claim_id": str(claim_id), "rejected": True})
        return note(f"rejected {claim_id}")

    @app.command()
    def restore(
        paper_id: PaperId, claim_id: ClaimId, reason: Reason = "", as_json: Json = False
    ) -> None:
        """Take a rejection back; plans that name the claim need an approval again."""
        claim = console.run(
            lambda s: s.service.restore_claim(s.subject, paper_id, claim_id, reason)
        )
        _print(claim, "restored", as_json=as_json)


def _list_commands(app: typer.Typer, console: Console[PapersService]) -> None:
    @app.command()
    def rejected(paper_id: PaperId, as_json: Json = False) -> None:
        """List a paper's rejected claims."""
        found = console.run(lambda s: s.service.list_rejected(s.subject, paper_id))
        if as_json:
            return print_json([ClaimOut.of(claim).model_dump(mode="json") for claim in found])
        for claim in found:
            draft = claim.draft
            print(f"{claim.id}\t{draft.value}{draft.units or ''}\t{draft.metric}\t{draft.method}")
        if not found:
            note("no claim of this paper is rejected")
        return None

    @app.command()
    def history(paper_id: PaperId, as_json: Json = False) -> None:
        """List what people did to a paper's claims, newest first."""
        found = console.run(lambda s: s.service.list_edits(s.subject, paper_id))
        if as_json:
            return print_json([EditOut.of(edit).model_dump(mode="json") for edit in found])
        for edit in found:
            print(f"{edit.created_at:%Y-%m-%d %H:%M}\t{edit.kind}\t{edit.claim_id}\t{edit.reason}")
        return None


def linker_app(console: Console[PapersService]) -> typer.Typer:
    """Return `evigate papers linker`."""
    app = typer.Typer(no_args_is_help=True, help="What is learnt from edits of claims.")

    @app.command()
    def retrain(as_json: Json = False) -> None:
        """Learn anew from all edits; papers taken in from now on use it."""
        _print_linker(console.run(lambda s: s.service.retrain_linker(s.subject)), as_json=as_json)

    @app.command()
    def show(as_json: Json = False) -> None:
        """Show what was learnt last."""
        _print_linker(console.run(lambda s: s.service.current_linker(s.subject)), as_json=as_json)

    return app


def _changes(
    said: dict[str, str | None], value: str | None, *, own: bool | None, page: int | None
) -> dict[str, Any]:
    """Return the fields that are given, None for a text to empty; raises E_INVALID."""
    changes: dict[str, Any] = {
        name: text or None for name, text in said.items() if text is not None
    }
    for name in ("metric", "quote"):
        if name in changes and changes[name] is None:
            raise EvigateError(E_INVALID, f"A claim has a {name} always.")
    number = None if value is None else _number(value)
    rest = {"value": number, "is_own_method": own, "page": page}
    return changes | {name: given for name, given in rest.items() if given is not None}


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise EvigateError(E_INVALID, f"{text!r} is not a number.") from None
    if not number.is_finite():
        raise EvigateError(E_INVALID, f"{text!r} is not a number.")
    return number


def _print(claim: Claim, done: str, *, as_json: bool) -> None:
    if as_json:
        print_json(ClaimOut.of(claim).model_dump(mode="json"))
    else:
        note(f"{done} {claim.id}")


def _print_linker(record: LinkerRecord | None, *, as_json: bool) -> None:
    found = LinkerOut.of(record)
    if as_json:
        return print_json(found.model_dump(mode="json"))
    print(f"{found.edit_count} edits")
    for kind, known in (("data set", found.datasets), ("metric", found.metrics)):
        for label, meaning in known.items():
            print(f"  {label}: {kind} {meaning}")
    for label in found.none:
        print(f"  {label}: no result")
    return None
