"""Running a bundle's own tests in the sandbox that kits' runs use, nothing of ours around them."""

from collections.abc import Awaitable, Callable, Iterator, Sequence

from evigate.studio.building.models import Proof
from evigate.studio.kits.manifest import Verify
from evigate.studio.kits.rendering import Bundle
from evigate.studio.kits.runs.verifying import Ended, verify_bundle

TOLD_CHARACTERS = 3000


Stop = Callable[[], Awaitable[bool]]


async def never() -> bool:
    """Say that nobody asked to stop."""
    return False


async def prove(bundle: Bundle, verify: Verify, stop: Stop = never) -> tuple[Proof, ...]:
    """
    Run a kit's `verify` commands over a bundle, in order, up to the first that fails.

    Args:
        stop: asked now and then; what runs is killed once it says so.

    Returns:
        One proof for each command that was run; empty where the kit names none.

    Raises:
        EvigateError[E_SANDBOX_UNAVAILABLE]: nothing on this machine keeps code in.
    """
    if not verify.run:
        return ()
    return tuple(_proofs(await verify_bundle(bundle.files, verify.run, verify.timeout_s, stop)))


def _proofs(done: Sequence[Ended]) -> Iterator[Proof]:
    for each in done:
        told = "\n".join(part for part in (each.what, each.log.strip()) if part)
        yield Proof(each.command, is_passed=each.code is None, told=told[-TOLD_CHARACTERS:])
