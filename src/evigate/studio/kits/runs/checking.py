"""Before a run works: what must be there; and how what it made is put on record."""

from collections.abc import Iterator, Sequence

from evigate.base.errors import EvigateError
from evigate.kernel.db import Tx
from evigate.studio.kits.errors import E_KIT_CREDENTIAL, E_KIT_NEEDS
from evigate.studio.kits.folder import Kit
from evigate.studio.kits.manifest import Manifest
from evigate.studio.kits.rendering import Bundle, Made
from evigate.studio.kits.runs.models import Execution, OutputRow
from evigate.studio.kits.runs.store import active_credential, kits_done


async def check_needs(tx: Tx, execution: Execution, manifest: Manifest) -> None:
    """
    Hold a kit's requirements against what there is.

    Raises:
        EvigateError[E_KIT_NEEDS]: the specification is too old, or another kit did not run yet.
        EvigateError[E_KIT_CREDENTIAL]: a credential is not there, or no longer.
    """
    least = _numbers(manifest.requires.spec.removeprefix(">="))
    if _numbers(execution.specification_version)[: len(least)] < least:
        message = f"The kit needs a specification {manifest.requires.spec}; it is"
        raise EvigateError(E_KIT_NEEDS, f"{message} {execution.specification_version}.")
    done = await kits_done(tx, execution.project_id)
    own = {child.kit for child in manifest.children}
    if lacking := [each for each in manifest.requires.kits if each not in done | own]:
        message = f"These kits must have been completed before: {', '.join(lacking)}."
        raise EvigateError(E_KIT_NEEDS, message)
    await check_credentials(tx, execution, manifest)


async def check_credentials(tx: Tx, execution: Execution, manifest: Manifest) -> None:
    """Refuse unless each credential of the kit holds; raises E_KIT_CREDENTIAL."""
    for name in sorted(manifest.credentials):
        found = await active_credential(tx, execution.project_id, execution.kit_id, name)
        if found is None:
            raise no_credential(name)


def no_credential(name: str) -> EvigateError:
    """Return the error of a credential that does not hold."""
    message = f"The credential {name!r} of the kit was not given, has expired or was revoked."
    return EvigateError(E_KIT_CREDENTIAL, message)


def outputs_of(kit: Kit, bundle: Bundle) -> Sequence[OutputRow]:
    """Return how each output checked, in the bundle's order."""
    types = dict(_types(kit))
    return [
        _row(position, each, types[each.output_id]) for position, each in enumerate(bundle.made)
    ]


def _types(kit: Kit) -> Iterator[tuple[str, str]]:
    """Yield the type of each output, of a composite's children under the child's name."""
    for child in kit.manifest.children:
        own = kit.children[child.kit]
        yield from ((f"{child.kit}.{name}", kind) for name, kind in _types(own))
    yield from ((each.id, each.type) for each in kit.manifest.outputs)


def _row(position: int, made: Made, file_type: str) -> OutputRow:
    is_failed = made.status == "failed"
    errors = sum(each.is_error for each in made.problems)
    return OutputRow(
        position=position,
        output_id=made.output_id,
        path=made.path,
        file_type=file_type,
        status=made.status,
        errors=errors,
        warnings=len(made.problems) - errors,
        auto_fixed=0 if is_failed else len(made.repairs),
        repair_attempts=len(made.repairs),
        problems=[
            {"message": each.message, "line": each.line, "is_error": each.is_error}
            for each in made.problems
        ],
        size_bytes=None if is_failed else len(made.text.encode()),
        sha256=None if is_failed else made.digest,
    )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
