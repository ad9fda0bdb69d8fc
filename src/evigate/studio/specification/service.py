"""The verbs of the specification: compile, look, compare, foresee, submit, decide, comment.

A specification is an artifact of the gate. Compiling reads the project in one transaction, computes
in a thread and writes in another, which looks again whether the project is still the same. What was
approved stays; a later compile is a version after it.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from evigate.base.canonical import content_hash
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.gate import (
    GenerationRun,
    NewArtifact,
    approve,
    create_artifact,
    record_generation,
    reject,
)
from evigate.gate.evaluate import Evaluator
from evigate.gate.found import Found, keep_found, open_found
from evigate.gate.reviews import Comment, add_comment, list_comments
from evigate.kernel.db import Tx
from evigate.kernel.events import NewEvent, append_events
from evigate.kernel.policies import Guard
from evigate.kernel.runs import RunStatus, create_run, finish_run, start_run
from evigate.studio.design.service import list_designs
from evigate.studio.errors import E_PROJECT_NOT_FOUND
from evigate.studio.features.service import STREAM, board_in
from evigate.studio.library import Library
from evigate.studio.library.service import LibraryService
from evigate.studio.permissions import READ, WRITE, on_project
from evigate.studio.phases.store import get_project, lock_project
from evigate.studio.planning.store import load_plan
from evigate.studio.specification.checks import findings_of
from evigate.studio.specification.collecting import snapshot_of
from evigate.studio.specification.compiler import compile_specification
from evigate.studio.specification.diffing import (
    Difference,
    diff_specifications,
    impact_of,
    next_version,
    with_statement,
    without_statement,
)
from evigate.studio.specification.errors import (
    E_SPECIFICATION_BLOCKED,
    E_SPECIFICATION_INVALID,
    E_SPECIFICATION_NOT_FOUND,
)
from evigate.studio.specification.kinds import SPECIFICATION
from evigate.studio.specification.models import Known, Snapshot, Style
from evigate.studio.specification.store import (
    Version,
    get_payload,
    insert_specification,
    list_versions,
    list_waiting,
)
from evigate.studio.store import load_session

KEY = "specification"
SCHEMA_VERSION = "1"
SCOPES = ("SPECIFICATION.",)
AGENT, AGENT_VERSION = "specification compiler", "1"
COMMENT_CHARACTERS = 4000
CHANGE_CHARACTERS = 4000


@dataclass(frozen=True, slots=True)
class Specification:
    """A version with its document and what stands against it."""

    head: Version
    name: str
    payload: dict[str, Any]
    findings: tuple[Found, ...]

    @property
    def blockers(self) -> tuple[Found, ...]:
        """Return what keeps it from being approved."""
        return tuple(each for each in self.findings if each.severity == "error")


@dataclass(frozen=True, slots=True)
class _Read:
    """A project as one transaction saw it."""

    snapshot: Snapshot
    module_id: UUID
    plan_id: UUID
    newest: Version | None


class SpecificationService:
    """Specifications of every tenant's projects."""

    def __init__(self, guard: Guard, library: LibraryService, evaluator: Evaluator) -> None:
        self.guard = guard
        self._library = library
        self._evaluator = evaluator

    async def compile(
        self, subject: Subject, project_id: UUID, *, style: Style | None = None
    ) -> Specification:
        """
        Compile the project as it is now.

        Where nothing changed since the newest version that still counts, that one is returned.

        Args:
            style: how requirements are worded; the newest version's, else EARS.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_BOARD_NOT_FOUND | E_QUESTION_PLAN_NOT_FOUND]
        """
        library = await self._library.library(subject)
        async with on_project(self.guard, subject, WRITE, project_id, is_snapshot=True) as tx:
            read = await _read(tx, project_id, library, style)
        payload = await asyncio.to_thread(compile_specification, read.snapshot)
        findings = await asyncio.to_thread(findings_of, payload)
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            await lock_project(tx, project_id)
            versions = await list_versions(tx, project_id)
            newest = versions[0] if versions else None
            if newest is not None and _still_counts(newest, payload):
                await keep_found(tx, newest.id, findings, scopes=SCOPES)
                return await _load(tx, project_id, newest.id)
            before = await get_payload(tx, newest.id) if newest else None
            difference = diff_specifications(before, payload) if before else None
            version = next_version(newest.version if newest else None, difference)
            artifact_id = await _create(tx, project_id, read, payload, newest, version)
            await keep_found(tx, artifact_id, findings, scopes=SCOPES)
            told = {"version": version, "requirements": len(payload["requirements"])}
            event = NewEvent("specification_compiled", told)
            await append_events(tx, STREAM, project_id, [event])
            return await _load(tx, project_id, artifact_id)

    async def show(
        self, subject: Subject, project_id: UUID, version: str | None = None
    ) -> Specification:
        """
        Return a version, the newest where none is named.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_SPECIFICATION_NOT_FOUND]
        """
        async with on_project(self.guard, subject, READ, project_id, is_snapshot=True) as tx:
            return await _load(tx, project_id, (await _pick(tx, project_id, version)).id)

    async def versions(self, subject: Subject, project_id: UUID) -> list[Version]:
        """Return the versions, newest first; empty where nothing was compiled.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND]
        """
        async with on_project(self.guard, subject, READ, project_id) as tx:
            await get_project(tx, project_id)
            return await list_versions(tx, project_id)

    async def diff(
        self, subject: Subject, project_id: UUID, before: str | None, after: str | None
    ) -> tuple[Version | None, Version, Difference]:
        """
        Compare two versions; the one before `after`, and the newest, where none is named.

        The first version is compared with nothing: all of it is added. Raises as `show`.
        """
        async with on_project(self.guard, subject, READ, project_id, is_snapshot=True) as tx:
            new = await _pick(tx, project_id, after)
            old = (
                await _pick(tx, project_id, before)
                if before
                else await _before(tx, project_id, new)
            )
            payload = await get_payload(tx, new.id)
            earlier = await get_payload(tx, old.id) if old else _nothing(payload)
        return old, new, diff_specifications(earlier, payload)

    async def impact(
        self, subject: Subject, project_id: UUID, claim_id: UUID, *, text: str | None
    ) -> Difference:
        """
        Return what of the newest version would differ if a claim read otherwise, or were gone.

        Nothing is changed by asking. What was read from the same words goes or changes with it.

        Args:
            text: what the claim would say; None for as if it had not been made.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_SPECIFICATION_NOT_FOUND]
            EvigateError[E_SPECIFICATION_INVALID]: no such claim holds, or the text is too long.
        """
        library = await self._library.library(subject)
        async with on_project(self.guard, subject, READ, project_id, is_snapshot=True) as tx:
            newest = await _pick(tx, project_id, None)
            payload = await get_payload(tx, newest.id)
            read = await _read(tx, project_id, library, newest.style)
        if str(claim_id) not in {each.id for each in read.snapshot.claims}:
            message = f"No claim {str(claim_id)!r} holds in this project."
            raise EvigateError(E_SPECIFICATION_INVALID, message)
        if text is not None and not 0 < len(text.strip()) <= CHANGE_CHARACTERS:
            message = f"A claim has 1 to {CHANGE_CHARACTERS:,} characters; this has {len(text)}."
            raise EvigateError(E_SPECIFICATION_INVALID, message)
        changed = (
            without_statement(read.snapshot, str(claim_id))
            if text is None
            else with_statement(read.snapshot, str(claim_id), text.strip())
        )
        return await asyncio.to_thread(impact_of, payload, changed)

    async def submit(self, subject: Subject, project_id: UUID) -> Specification:
        """
        Give the newest version to whoever decides; in review already, it changes nothing.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_SPECIFICATION_NOT_FOUND]
            EvigateError[E_SPECIFICATION_BLOCKED]: something blocks it; the detail names it.
        """
        found = await self._checked(subject, project_id)
        if found.head.status == "draft":
            await self._evaluator.evaluate(subject, [found.head.id])
        return await self.show(subject, project_id)

    async def approve(self, subject: Subject, project_id: UUID, reason: str) -> Specification:
        """
        Approve the newest version; its content hash is pinned. Raises as `submit`.

        Raises:
            EvigateError[E_DENIED]: only an owner decides.
            EvigateError[E_ARTIFACT_STATE]: it was not submitted, or the gate refuses.
        """
        found = await self._checked(subject, project_id)
        return await self._decide(subject, project_id, found, reason, "approved")

    async def reject(self, subject: Subject, project_id: UUID, reason: str) -> Specification:
        """Reject the newest version; another compile begins anew. Raises as `approve`."""
        found = await self.show(subject, project_id)
        return await self._decide(subject, project_id, found, reason, "rejected")

    async def comment(
        self, subject: Subject, project_id: UUID, body: str, *, about: str = ""
    ) -> Comment:
        """
        Say something about the newest version, or about one of its requirements.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_SPECIFICATION_NOT_FOUND | E_DENIED]
            EvigateError[E_SPECIFICATION_INVALID]: nothing is said, or of a requirement not there.
        """
        if not 0 < len(body.strip()) <= COMMENT_CHARACTERS:
            message = f"A comment has 1 to {COMMENT_CHARACTERS:,} characters; this has {len(body)}."
            raise EvigateError(E_SPECIFICATION_INVALID, message)
        found = await self.show(subject, project_id)
        if about and about not in {each["id"] for each in found.payload["requirements"]}:
            raise EvigateError(E_SPECIFICATION_INVALID, f"There is no requirement {about!r}.")
        async with on_project(self.guard, subject, READ, project_id) as tx:
            said = f"{about}: {body.strip()}" if about else body.strip()
            return await add_comment(tx, found.head.id, said)

    async def comments(
        self, subject: Subject, project_id: UUID, version: str | None = None
    ) -> list[Comment]:
        """Return what was said about a version, oldest first; raises as `show`."""
        async with on_project(self.guard, subject, READ, project_id) as tx:
            return await list_comments(tx, (await _pick(tx, project_id, version)).id)

    async def _checked(self, subject: Subject, project_id: UUID) -> Specification:
        """Look anew at what stands against the newest version, and refuse it where that blocks."""
        library = await self._library.library(subject)
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            await lock_project(tx, project_id)
            head = await _pick(tx, project_id, None)
            payload = await get_payload(tx, head.id)
            read = await _read(tx, project_id, library, head.style)
            findings = [*findings_of(payload), *_outdated(head, read.snapshot)]
            await keep_found(tx, head.id, findings, scopes=SCOPES)
            found = await _load(tx, project_id, head.id)
        if found.blockers:
            named = " ".join(each.message for each in found.blockers[:5])
            raise EvigateError(
                E_SPECIFICATION_BLOCKED,
                f"{len(found.blockers)} findings block it: {named}",
                detail={"blockers": [each.message for each in found.blockers]},
            )
        return found

    async def _decide(
        self,
        subject: Subject,
        project_id: UUID,
        found: Specification,
        reason: str,
        decision: Literal["approved", "rejected"],
    ) -> Specification:
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            await lock_project(tx, project_id)
            await (approve if decision == "approved" else reject)(tx, found.head.id, reason)
            told = {"version": found.head.version, "decision": decision}
            event = NewEvent("specification_decided", told)
            await append_events(tx, STREAM, project_id, [event])
        return await self.show(subject, project_id)


async def _read(tx: Tx, project_id: UUID, library: Library, style: Style | None) -> _Read:
    project = await get_project(tx, project_id)
    session = await load_session(tx, project_id)
    if session is None:
        raise EvigateError(E_PROJECT_NOT_FOUND, f"There is no project {str(project_id)!r}.")
    board = await board_in(tx, project_id)
    plan = await load_plan(tx, project_id)
    versions = await list_versions(tx, project_id)
    newest = versions[0] if versions else None
    snapshot = await asyncio.to_thread(
        snapshot_of,
        session,
        board,
        plan,
        library,
        style=style or (newest.style if newest else "ears"),
        known=_known(await get_payload(tx, newest.id)) if newest else (),
        waiting=await list_waiting(tx, project_id),
        looks=await _looks(tx, project_id),
    )
    return _Read(snapshot, project["module_id"], plan.head.id, newest)


async def _looks(tx: Tx, project_id: UUID) -> Mapping[str, Any] | None:
    """Return the looks that were chosen last; None where none were."""
    chosen = await list_designs(tx, project_id)
    if not chosen:
        return None
    newest = chosen[0]
    return {
        "board": newest.board,
        "accent": newest.accent,
        "tokens": newest.tokens,
        "css": newest.css,
    }


def _known(payload: Mapping[str, Any]) -> Sequence[Known]:
    return [
        Known(each["key"], each["id"], each["family"], each["text"], tuple(each["roots"]))
        for each in payload["requirements"]
    ]


async def _create(
    tx: Tx,
    project_id: UUID,
    read: _Read,
    payload: dict[str, Any],
    newest: Version | None,
    version: str,
) -> UUID:
    run_id = await create_run(tx, SPECIFICATION, {"project_id": str(project_id)})
    await start_run(tx, run_id)
    author = GenerationRun(AGENT, AGENT_VERSION, "built-in", "")
    await record_generation(tx, run_id, read.module_id, author)
    cited = cited_claims(payload)
    artifact_id = await create_artifact(
        tx,
        NewArtifact(
            module_id=read.module_id,
            kind=SPECIFICATION,
            key=KEY,
            schema_version=SCHEMA_VERSION,
            content_hash=content_hash(payload),
            evidence_version=read.snapshot.source_hash,
            run_id=run_id,
            payload=payload,
            grounding={"version": version, "claims": list(cited)},
            supersedes=newest.id if newest else None,
        ),
    )
    await insert_specification(
        tx,
        artifact_id,
        project_id,
        read.snapshot,
        version=version,
        cited=cited,
        plan_id=read.plan_id,
    )
    await finish_run(tx, run_id, RunStatus.SUCCEEDED, output={"artifact": str(artifact_id)})
    return artifact_id


def cited_claims(payload: Mapping[str, Any]) -> list[str]:
    """Return the ids of the claims that a specification's requirements quote, sorted."""
    return sorted(
        {
            source["id"]
            for each in payload["requirements"]
            for source in each["sources"]
            if source["kind"] == "claim"
        }
    )


async def _pick(tx: Tx, project_id: UUID, version: str | None) -> Version:
    await get_project(tx, project_id)
    versions = await list_versions(tx, project_id)
    found = next((each for each in versions if version in (None, each.version)), None)
    if found is None:
        what = f"version {version} of the specification" if version else "specification yet"
        raise EvigateError(E_SPECIFICATION_NOT_FOUND, f"There is no {what}.")
    return found


async def _before(tx: Tx, project_id: UUID, after: Version) -> Version | None:
    versions = await list_versions(tx, project_id)
    return next((each for each in versions if each.number < after.number), None)


async def _load(tx: Tx, project_id: UUID, artifact_id: UUID) -> Specification:
    project = await get_project(tx, project_id)
    versions = await list_versions(tx, project_id)
    head = next(each for each in versions if each.id == artifact_id)
    payload = await get_payload(tx, artifact_id)
    return Specification(head, project["name"], payload, await open_found(tx, artifact_id))


def _nothing(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {**payload, "requirements": [], "endpoints": [], "entities": []}


def _still_counts(found: Version, payload: Mapping[str, Any]) -> bool:
    is_same = found.content_hash == content_hash(payload)
    return is_same and found.is_current and found.status not in ("rejected", "retired")


def _outdated(head: Version, snapshot: Snapshot) -> list[Found]:
    if head.source_hash == snapshot.source_hash and head.is_current:
        return []
    message = "Something that it was compiled from changed since."
    return [Found("SPECIFICATION.OUTDATED", "error", "", message, "Compile it again.")]
