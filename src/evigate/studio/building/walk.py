"""The journey unattended, a step at a time; each step looks what is there and does what is missing.

So a build that was stopped goes on where it was. Every step is a verb of the room that it belongs
to, with that verb's permissions, events and refusals; nothing here writes by itself.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from evigate.base.canonical import sha256_hex
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.studio.building.choosing import left_of, likely, title_of, uncovered
from evigate.studio.building.models import UNATTENDED, Built, Outcome, Proof, Step, Tell
from evigate.studio.building.proving import Stop, never, prove
from evigate.studio.design.boards import BOARDS
from evigate.studio.design.service import DesignService
from evigate.studio.errors import E_DISCOVERY_INCOMPLETE
from evigate.studio.features.errors import E_BOARD_NOT_FOUND, E_FEATURE_EXCLUDED
from evigate.studio.features.models import Board
from evigate.studio.features.service import FeatureService
from evigate.studio.kits.folder import Kit
from evigate.studio.kits.planning import apply_plan, make_plan
from evigate.studio.kits.rendering import Bundle, render_kit
from evigate.studio.kits.runs.service import KitRunService
from evigate.studio.kits.scoring import convergence
from evigate.studio.phases.models import Phase
from evigate.studio.phases.service import PhaseService
from evigate.studio.planning.artifacts import PlanningArtifacts
from evigate.studio.planning.errors import E_QUESTION_PLAN_NOT_FOUND
from evigate.studio.planning.models import HIGH, Plan
from evigate.studio.planning.service import PlanService
from evigate.studio.service import Discovery, StudioService
from evigate.studio.specification.service import Specification, SpecificationService
from evigate.studio.standing import NeedStatus

KEY_CHARACTERS = 40
TOLD_MAX = 8
APPROVED = "approved by the person who ran the build"
OPEN_NEEDS = (NeedStatus.PENDING, NeedStatus.PARTIAL)


@dataclass(frozen=True, slots=True)
class Rooms:
    """The verbs that a build goes through."""

    studio: StudioService
    phases: PhaseService
    features: FeatureService
    plans: PlanService
    artifacts: PlanningArtifacts
    designs: DesignService
    specifications: SpecificationService
    kits: KitRunService


@dataclass(frozen=True, slots=True)
class Made:
    """A bundle that was made and tried: its score, its proofs, and what of it failed."""

    bundle: Bundle
    score: int
    proofs: tuple[Proof, ...]
    failed: tuple[str, ...]


class Walk:
    """One walk over a project, with what its steps told so far."""

    def __init__(
        self,
        rooms: Rooms,
        subject: Subject,
        tell: Tell,
        *,
        is_approving: bool = False,
        project: UUID | None = None,
    ) -> None:
        self._rooms = rooms
        self._subject = subject
        self._is_approving = is_approving
        self._tell = tell
        self._steps: list[Step] = []
        self.project = project or UUID(int=0)

    async def begin(self, text: str, name: str | None) -> None:
        """Find the project of the paragraph, or begin it."""
        studio, subject = self._rooms.studio, self._subject
        key = f"build:{sha256_hex(text.strip().encode())[:KEY_CHARACTERS]}"
        begun = await studio.begun(subject, key)
        if begun is not None:
            self.project = begun
            self._told("begin", "Project", "nothing to do", f"went on with {begun}")
            return
        found = await studio.create(subject, text, name=name, idempotency_key=key)
        self.project = found.project.id
        claims = len(found.session.claims)
        said = f"{found.project.name}: {claims} things read, {found.session.domain}"
        self._told("begin", "Project", "done", said)

    async def discover(self) -> None:
        """Leave what is required and nobody said; with an approval, confirm what was read."""
        studio, subject, project = self._rooms.studio, self._subject, self.project
        found = await studio.show(subject, project)
        if found.session.phase == "closed":
            self._told("discovery", "Discovery", "nothing to do", "approved before")
            await self._advance(Phase.FEATURE_SELECTION)
            return
        missing = [
            each
            for each in found.objective.obligations
            if each.is_counted and found.session.needs[each.key].status in OPEN_NEEDS
        ]
        for each in missing:
            if self._is_approving:
                found = await studio.skip(subject, project, each.key, UNATTENDED)
            elif each.is_required:
                found = await studio.defer(subject, project, each.key)
        left = tuple(each.title for each in missing if each.is_required)
        if self._is_approving:
            found, told = await self._confirm(found)
        else:
            told = f"{found.session.completeness:.0%} known; not confirmed by anybody"
        self._told("discovery", "Discovery", "left" if left else "done", told, left)
        await self._advance(Phase.FEATURE_SELECTION)

    async def _confirm(self, found: Discovery) -> tuple[Discovery, str]:
        studio, subject = self._rooms.studio, self._subject
        for key, need in found.session.needs.items():
            if need.status is NeedStatus.SATISFIED and need.confidence < 1:
                found = await studio.confirm(subject, self.project, key)
        try:
            found = await studio.approve(subject, self.project)
        except EvigateError as error:
            if error.code is not E_DISCOVERY_INCOMPLETE:
                raise
            return found, error.message
        known = found.session.completeness
        return found, f"{known:.0%} of what was not left out is known; approved"

    async def choose_features(self) -> None:
        """Choose what is likely with all that it needs; leave what is a person's to decide."""
        features, subject, project = self._rooms.features, self._subject, self.project
        board = await self._board()
        if board is not None and board.selected and not board.undecided() and board.change is None:
            said = f"{len(board.selected)} chosen before"
            self._told("features", "Features", "nothing to do", said)
            await self._advance(Phase.PLAN_GENERATION)
            return
        board = await features.find(subject, project)
        excluded = []
        for each in likely(board):
            try:
                board = await features.select(subject, project, each.key)
            except EvigateError as error:
                if error.code is not E_FEATURE_EXCLUDED:
                    raise
                excluded.append(f"{each.title}: {error.message}")
        for seed in uncovered(board):
            board = await features.add_custom(
                subject, project, title_of(seed), covers=(seed.key,), importance="should"
            )
        left = board.undecided()
        for seed in left:
            board = await features.decide_seed(subject, project, seed.key, "left", UNATTENDED)
        offered = len(board.candidates)
        said = f"{len(board.selected)} chosen, with what they need; {offered} were offered"
        self._told("features", "Features", "done", said, (*left_of(left), *excluded))
        await self._advance(Phase.PLAN_GENERATION)

    async def _board(self) -> Board | None:
        try:
            return await self._rooms.features.board(self._subject, self.project)
        except EvigateError as error:
            if error.code is not E_BOARD_NOT_FOUND:
                raise
            return None

    async def plan(self) -> None:
        """Have the plan made and take what is filled in surely; who approves waives the rest."""
        plans, subject, project = self._rooms.plans, self._subject, self.project
        plan = await self._plan()
        if plan is None or not plan.is_current:
            run = await plans.generate(subject, project)
            # Made here, for a worker that builds cannot wait for another that plans.
            await plans.walk(subject, {"run_id": str(run)})
            plan = await plans.show(subject, project)
        await self._advance(Phase.PLANNING)
        plan, taken = await plans.accept_all(subject, project, least=HIGH, is_seen=False)
        left = [each for each in plan.questions if each.is_required and each.is_open]
        if self._is_approving:
            for each in left:
                plan = await plans.skip(subject, project, each.key, UNATTENDED)
        open_ = sum(each.is_open for each in plan.questions)
        said = (
            f"{len(plan.questions)} questions, {len(taken)} taken from what was said, {open_} open"
        )
        self._told("plan", "Plan", "left" if left else "done", said, tuple(q.ask for q in left))

    async def _plan(self) -> Plan | None:
        try:
            return await self._rooms.plans.show(self._subject, self.project)
        except EvigateError as error:
            if error.code is not E_QUESTION_PLAN_NOT_FOUND:
                raise
            return None

    async def blueprint(self) -> None:
        """Draft the blueprint and the plan of work; with an approval, approve them."""
        desk, subject, project = self._rooms.artifacts, self._subject, self.project
        made = await desk.draft(subject, project, "blueprint")
        blockers = tuple(each.message for each in made.blockers)
        if self._is_approving and not blockers and made.status != "approved":
            await desk.submit(subject, project, "blueprint")
            made = await desk.approve(subject, project, "blueprint", APPROVED)
        work = await desk.draft(subject, project, "implementation_plan")
        said = f"blueprint {made.status}, plan of work {work.status}"
        self._told("blueprint", "Blueprint", "left" if blockers else "done", said, blockers)
        await self._advance(Phase.VISUAL_DISCOVERY)

    async def look(self) -> None:
        """Choose the first board where nobody chose looks; a person may choose others later."""
        designs, subject, project = self._rooms.designs, self._subject, self.project
        chosen = await designs.show(subject, project)
        if chosen:
            self._told("looks", "Looks", "nothing to do", f"{chosen[0].board} is chosen")
        else:
            design = await designs.choose(subject, project, BOARDS[0].key)
            self._told("looks", "Looks", "done", f"{design.board}, the first of the boards")
        await self._advance(Phase.SPECIFICATION)

    async def specify(self) -> Specification:
        """Compile the specification; with an approval, approve it unless something blocks it."""
        desk, subject, project = self._rooms.specifications, self._subject, self.project
        found = await desk.compile(subject, project)
        if self._is_approving and not found.blockers and found.head.status != "approved":
            await desk.submit(subject, project)
            found = await desk.approve(subject, project, APPROVED)
        payload, head = found.payload, found.head
        said = (
            f"{head.version} {head.status}: {len(payload['requirements'])} requirements,"
            f" {len(payload['entities'])} records, {len(payload['endpoints'])} calls,"
            f" {len(payload['open_questions'])} open questions"
        )
        left = tuple(each.message for each in found.blockers)
        self._told("specification", "Specification", "left" if left else "done", said, left)
        return found

    async def make(self, found: Specification, kit: Kit, stop: Stop = never) -> Made:
        """Make the bundle in memory, run its tests and score it; nothing is written."""
        bundle = await asyncio.to_thread(render_kit, kit, found.payload)
        failed = tuple(_faults(bundle))
        said = f"{kit.manifest.id} {kit.manifest.version}: {len(bundle.files)} files"
        self._told("bundle", "Bundle", "failed" if failed else "done", said, failed)
        proofs = await prove(bundle, kit.manifest.verify, stop)
        self._told_proofs(proofs)
        scored = await asyncio.to_thread(convergence, found.payload, bundle.files)
        missing = tuple(f"{each.key}: {each.told}" for each in scored.missing)
        said = f"{scored.score} of 100, {len(missing)} parts missing"
        self._told("score", "Convergence", "done", said, missing[:TOLD_MAX])
        return Made(bundle, scored.score, proofs, failed)

    async def write(self, found: Specification, made: Made, into: Path) -> Built:
        """Write the files where the specification is approved, and return what came of it all."""
        written = None
        if found.head.status == "approved":
            written = await asyncio.to_thread(_write, made.bundle, into)
            self._told("write", "Files", "done", f"{written} files changed in {into}")
        else:
            said = f"nothing is written from a specification that is {found.head.status}"
            self._told("write", "Files", "left", said, ("Approve it: --approve says you do.",))
        return self.built(found, made, written)

    async def hand_over(self, found: Specification, made: Made, kit_id: str) -> Built:
        """Begin the kit's own run, dry for a draft: there the files are looked at and approved."""
        is_dry = found.head.status != "approved"
        run = await self._rooms.kits.start(
            self._subject, self.project, kit_id, specification=found.head.version, is_dry=is_dry
        )
        said = "dry, for the specification is a draft" if is_dry else "an owner approves its plan"
        self._told("kit", "Run of the kit", "done", f"{run.run_id}: {said}")
        return self.built(found, made, None)

    def built(self, found: Specification, made: Made, written: int | None) -> Built:
        """Return the walk as it ended."""
        return Built(
            project_id=self.project,
            name=found.name,
            steps=tuple(self._steps),
            specification=found.head.version,
            status=found.head.status,
            bundle=made.bundle.digest,
            files=len(made.bundle.files),
            score=made.score,
            proofs=made.proofs,
            failed_parts=made.failed,
            written=written,
        )

    def _told_proofs(self, proofs: tuple[Proof, ...]) -> None:
        failed = tuple(f"{each.command}: {each.told}" for each in proofs if not each.is_passed)
        if not proofs:
            self._told("tests", "Tests", "nothing to do", "the kit names no tests")
            return
        last = proofs[-1].told.splitlines()[-1:] or [""]
        self._told("tests", "Tests", "failed" if failed else "done", last[0], failed)

    async def _advance(self, wanted: Phase) -> None:
        """Go on to a phase where every gate before it is open; a closed one is told, not forced."""
        phases, subject, project = self._rooms.phases, self._subject, self.project
        standing = await phases.show(subject, project)
        while standing.phase.place < wanted.place:
            if not standing.gate.is_open:
                closed = tuple(each.title for each in standing.gate.items if not each.is_met)
                said = f"the project stays in {standing.phase}"
                step = Step(f"gate-{standing.phase.lower()}", "Gate", "left", said, closed)
                if step not in self._steps:
                    self._steps.append(step)
                    self._tell(step)
                return
            standing = await phases.advance(subject, project, version_seen=standing.version)

    def _told(
        self, key: str, title: str, outcome: Outcome, said: str, left: tuple[str, ...] = ()
    ) -> None:
        step = Step(key, title, outcome, said, left)
        self._steps.append(step)
        self._tell(step)


def _faults(bundle: Bundle) -> list[str]:
    found = []
    for each in bundle.made:
        for problem in each.problems:
            if problem.is_error:
                at = "" if problem.line is None else f":{problem.line}"
                found.append(f"{each.path}{at}: {problem.message}")
    return found


def _write(bundle: Bundle, into: Path) -> int:
    return apply_plan(make_plan(bundle, into), bundle, into)
