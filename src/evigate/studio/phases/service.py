"""The verbs of phases: look, advance, go back, skip.

Every move is compared and set on the phase's version in one statement, so of two who move at once
one does and the other is told what the first did. A failure leaves the phase as it was.
"""

from uuid import UUID

from evigate.base.clock import utc_now
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.kernel.db import Tx
from evigate.kernel.events import NewEvent, append_events, audit
from evigate.kernel.policies import Guard
from evigate.studio.permissions import READ, WRITE, on_project
from evigate.studio.phases.errors import E_GATE_CLOSED, E_PHASE_INVALID, E_PHASE_STALE
from evigate.studio.phases.gates import gates_of
from evigate.studio.phases.models import SKIPPABLE, GateItem, Phase, StaleThing, Standing
from evigate.studio.phases.store import (
    get_project,
    list_passes,
    mark_stale,
    move_project,
    project_facts,
)

STREAM = "studio_project"
REASON_CHARACTERS = 2000


class PhaseService:
    """Phases of every tenant's projects."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard

    async def show(self, subject: Subject, project_id: UUID) -> Standing:
        """Return where a project stands, with every gate.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND]: this tenant has none such.
        """
        async with on_project(self.guard, subject, READ, project_id, is_snapshot=True) as tx:
            return await _standing(tx, project_id)

    async def advance(self, subject: Subject, project_id: UUID, *, version_seen: int) -> Standing:
        """
        Go on to the next phase.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND]
            EvigateError[E_GATE_CLOSED]: something of the checklist is not met; the detail names it.
            EvigateError[E_PHASE_STALE]: someone moved the project meanwhile; both are told.
        """
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            standing = await _standing(tx, project_id)
            following = standing.phase.next
            _check_version(standing, version_seen, following)
            _check_gate(standing)
            if following is None:
                raise EvigateError(E_PHASE_INVALID, f"{standing.phase} is the last phase.")
            await self._move(tx, standing, following, outcome="completed")
            await _tell(tx, standing, "phase_advanced", following)
            return await _standing(tx, project_id)

    async def back(
        self,
        subject: Subject,
        project_id: UUID,
        phase: Phase,
        reason: str,
        *,
        version_seen: int,
    ) -> tuple[Standing, list[StaleThing]]:
        """
        Go back to an earlier phase; return where the project stands, and what is stale now.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_PHASE_STALE]
            EvigateError[E_PHASE_INVALID]: the phase is no earlier one, or there is no reason.
        """
        _check_reason(reason)
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            standing = await _standing(tx, project_id)
            _check_version(standing, version_seen, phase)
            if not Phase.CREATED.place < phase.place < standing.phase.place:
                message = f"From {standing.phase} there is no way back to {phase}."
                raise EvigateError(E_PHASE_INVALID, message)
            await self._move(tx, standing, phase, outcome="left", reason=reason)
            why = f"The project went back to {phase}: {reason}"
            stale = await mark_stale(tx, project_id, phase, why)
            named = [each.title for each in stale]
            await _tell(tx, standing, "phase_returned", phase, reason=reason, stale=named)
            return await _standing(tx, project_id), stale

    async def skip(
        self, subject: Subject, project_id: UUID, reason: str, *, version_seen: int
    ) -> Standing:
        """
        Leave the present phase out, where it may be: for a project that has nothing to look at.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_PHASE_STALE]
            EvigateError[E_PHASE_INVALID]: the phase cannot be skipped, or there is no reason.
        """
        _check_reason(reason)
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            standing = await _standing(tx, project_id)
            following = standing.phase.next
            _check_version(standing, version_seen, following)
            if standing.phase not in SKIPPABLE or following is None:
                message = f"{standing.phase} cannot be skipped; only {Phase.VISUAL_DISCOVERY} can."
                raise EvigateError(E_PHASE_INVALID, message)
            await self._move(tx, standing, following, outcome="skipped", reason=reason)
            await _tell(tx, standing, "phase_skipped", following, reason=reason)
            return await _standing(tx, project_id)

    async def _move(
        self, tx: Tx, standing: Standing, phase: Phase, *, outcome: str, reason: str = ""
    ) -> None:
        done = await move_project(
            tx,
            standing.project_id,
            phase,
            version=standing.version,
            outcome=outcome,
            reason=reason.strip(),
        )
        if not done:
            raise _stale(await _standing(tx, standing.project_id), standing.version, phase)


async def _standing(tx: Tx, project_id: UUID) -> Standing:
    project = await get_project(tx, project_id)
    facts = await project_facts(tx, project_id)
    return Standing(
        project_id=project_id,
        name=project["name"],
        phase=Phase(project["phase"]),
        version=project["phase_version"],
        module_id=project["module_id"],
        passes=await list_passes(tx, project_id),
        gates=gates_of(facts, now=utc_now()),
        facts=facts,
    )


def _check_version(standing: Standing, seen: int, wanted: Phase | None) -> None:
    if standing.version != seen:
        raise _stale(standing, seen, wanted)


def _stale(standing: Standing, seen: int, wanted: Phase | None) -> EvigateError:
    return EvigateError(
        E_PHASE_STALE,
        f"The project is in {standing.phase}, version {standing.version};"
        f" you decided on version {seen}.",
        detail={
            "yours": str(wanted or standing.phase),
            "present": str(standing.phase),
            "version": standing.version,
        },
    )


def _check_gate(standing: Standing) -> None:
    unmet = [each for each in standing.gate.items if not each.is_met]
    if unmet:
        named = "; ".join(each.title for each in unmet)
        raise EvigateError(
            E_GATE_CLOSED,
            f"{standing.phase} is not done, for it is not so that: {named}.",
            detail={"phase": str(standing.phase), "unmet": [_plain(each) for each in unmet]},
        )


def _plain(item: GateItem) -> dict[str, object]:
    return {
        "key": item.key,
        "title": item.title,
        "remedy": item.remedy,
        "found": list(item.found),
    }


def _check_reason(reason: str) -> None:
    if not reason.strip() or len(reason) > REASON_CHARACTERS:
        message = f"A reason has 1 to {REASON_CHARACTERS:,} characters; this one has {len(reason)}."
        raise EvigateError(E_PHASE_INVALID, message)


async def _tell(tx: Tx, standing: Standing, type_: str, phase: Phase, **more: object) -> None:
    payload = {"from": str(standing.phase), "to": str(phase), **more}
    await append_events(tx, STREAM, standing.project_id, [NewEvent(type_, payload)])
    await audit(tx, "studio_phase_changed", project_id=str(standing.project_id), **payload)
