"""The verbs of the context: assemble one, look at the pieces, foresee a change, set budgets.

What a project has is read when somebody asks for it: the pieces are compared with those that are
kept, and what differs is written, with all that it reaches. So nothing has to be told of a change,
and nothing can be missed; where nothing changed, nothing is written.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from uuid import UUID

from evigate.agents import estimate_tokens
from evigate.base.canonical import content_hash
from evigate.base.errors import EvigateError
from evigate.base.ids import new_uuid
from evigate.base.subject import Subject
from evigate.kernel.access import require
from evigate.kernel.db import Database, Tx
from evigate.kernel.events import NewEvent, append_events, audit
from evigate.kernel.policies import Guard
from evigate.kernel.storage import Storage
from evigate.studio.context import store
from evigate.studio.context.cascade import dependents
from evigate.studio.context.errors import E_CONTEXT_BUDGET, E_CONTEXT_NOT_FOUND
from evigate.studio.context.gathering import Bundle, Made, Material, pieces_of
from evigate.studio.context.models import (
    KINDS,
    Assembled,
    Change,
    Held,
    Piece,
    Profile,
    Request,
    TargetType,
)
from evigate.studio.context.profiles import SHIPPED, resolved
from evigate.studio.context.selecting import select
from evigate.studio.context.store import Asked, Kept
from evigate.studio.design.service import list_designs
from evigate.studio.features.errors import E_BOARD_NOT_FOUND
from evigate.studio.features.models import Board
from evigate.studio.features.service import STREAM, board_in
from evigate.studio.permissions import CONTEXT_WRITE, READ, no_project, on_project
from evigate.studio.phases.store import get_project, lock_project
from evigate.studio.planning.artifacts import KIND_OF, PlanningArtifacts
from evigate.studio.planning.errors import E_QUESTION_PLAN_NOT_FOUND
from evigate.studio.planning.models import Plan
from evigate.studio.planning.store import load_plan
from evigate.studio.session.evolve import agenda
from evigate.studio.specification.store import Version, get_payload, list_versions
from evigate.studio.store import get_objective, load_session

# What is selected otherwise by a newer program is not what an older one kept.
SELECTION_VERSION = "1"
LIFETIME_S = 3600.0
QUERY_CHARACTERS, KEYS_MAX = 4000, 100
TOKENS_MAX = 1_000_000
# Of a bundle; what is larger or beyond is no reading for an agent.
FILES_MAX, FILE_BYTES_MAX = 300, 100_000


class ContextService:
    """Contexts of every tenant's projects."""

    def __init__(
        self, database: Database, guard: Guard, planning: PlanningArtifacts, storage: Storage
    ) -> None:
        self.database = database
        self._storage = storage
        self.guard = guard
        self._planning = planning

    async def assemble(self, subject: Subject, project_id: UUID, asked: Request) -> Assembled:
        """
        Return what an agent is to read of a project, within its budget.

        The same request over the same material is answered from the cache for an hour.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND]
            EvigateError[E_CONTEXT_BUDGET]: the request is too long, or names no amount of tokens.
        """
        _check(asked)
        held = await self.pieces(subject, project_id)
        async with on_project(self.guard, subject, READ, project_id) as tx:
            profile = await _profile(tx, asked)
            key = _cache_key(asked, held, profile)
            found = await store.cached(tx, project_id, key)
        room = profile.room if asked.max_tokens is None else min(profile.room, asked.max_tokens)
        if found is not None:
            made = Assembled(found[0], found[1], room, key, True, found[2])
        else:
            selected = await asyncio.to_thread(
                select,
                [each for each in held if profile.kinds.get(each.piece.kind) != 0],
                room=room,
                query=asked.query,
                wanted=asked.keys,
                kinds=profile.kinds,
            )
            made = Assembled(selected.text, selected.tokens, room, key, False, selected.lines)
        async with on_project(self.guard, subject, READ, project_id) as tx:
            if not made.is_hit:
                await store.put_cache(tx, project_id, made, lifetime_s=LIFETIME_S)
            request_id = await store.add_request(tx, project_id, asked, made)
        return replace(made, request_id=request_id)

    async def pieces(self, subject: Subject, project_id: UUID) -> list[Held]:
        """Return a project's pieces as they are now, by key.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND]
        """
        async with on_project(self.guard, subject, READ, project_id, is_snapshot=True) as tx:
            material = await self._read(tx, project_id)
            kits = await store.list_bundles(tx, project_id)
            newest = await list_versions(tx, project_id)
        bundles = [await self._bundle(subject, each, newest) for each in kits]
        material = replace(material, bundles=tuple(bundles))
        pieces = await asyncio.to_thread(pieces_of, material)
        sized = await asyncio.to_thread(_sized, pieces)
        async with on_project(self.guard, subject, READ, project_id) as tx:
            await lock_project(tx, project_id)
            kept = await store.list_kept(tx, project_id)
            if await _follow(tx, project_id, sized, kept):
                kept = await store.list_kept(tx, project_id)
        current = {each.key: each for each in pieces}
        return [
            replace(each.held, piece=replace(each.held.piece, is_current=current[key].is_current))
            for key, each in sorted(kept.items())
            if not each.is_gone and key in current
        ]

    async def impact(self, subject: Subject, project_id: UUID, key: str) -> list[Held]:
        """
        Return what a change of a piece would reach, each after what it rests on.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_CONTEXT_NOT_FOUND]
        """
        held = {each.piece.key: each for each in await self.pieces(subject, project_id)}
        if key not in held:
            raise EvigateError(E_CONTEXT_NOT_FOUND, f"The project has no piece {key!r}.")
        links = {name: tuple(each.piece.links) for name, each in held.items()}
        return [held[each] for each in dependents({key}, links)]

    async def changes(self, subject: Subject, project_id: UUID) -> list[Change]:
        """Return a project's newest changes, newest first; raises E_PROJECT_NOT_FOUND."""
        async with on_project(self.guard, subject, READ, project_id) as tx:
            await get_project(tx, project_id)
            return await store.list_changes(tx, project_id)

    async def requests(self, subject: Subject, project_id: UUID) -> list[Asked]:
        """Return what was asked for lately, newest first; raises E_PROJECT_NOT_FOUND."""
        async with on_project(self.guard, subject, READ, project_id) as tx:
            await get_project(tx, project_id)
            return await store.list_requests(tx, project_id)

    async def request(self, subject: Subject, project_id: UUID, request_id: UUID) -> Asked:
        """Return one request with what became of each piece.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_CONTEXT_NOT_FOUND]
        """
        async with on_project(self.guard, subject, READ, project_id) as tx:
            await get_project(tx, project_id)
            found = await store.list_requests(tx, project_id, id_=request_id)
        if not found:
            message = f"The project has no request {str(request_id)!r}."
            raise EvigateError(E_CONTEXT_NOT_FOUND, message)
        return found[0]

    async def budgets(self, subject: Subject) -> list[Profile]:
        """Return the budgets that hold, shipped or the tenant's own, the weightiest first."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            own = await store.list_profiles(tx)
        found = {(each.target_type, each.target): each for each in SHIPPED} | own
        return sorted(found.values(), key=lambda p: (-p.priority, p.target_type, p.target))

    async def set_budget(self, subject: Subject, profile: Profile) -> Profile:
        """
        Set how much is given for something; what was kept under the old budget is not used again.

        Raises:
            EvigateError[E_CONTEXT_BUDGET]: nothing would be left, or a kind is unknown.
        """
        require(subject, CONTEXT_WRITE)
        _check_profile(profile)
        async with self.database.tx(subject) as tx:
            await store.put_profile(tx, profile)
            await audit(tx, "studio_context_budget_set", target=profile.target)
            own = await store.list_profiles(tx)
        return own[profile.target_type, profile.target]

    async def reset_budget(self, subject: Subject, target_type: TargetType, target: str) -> Profile:
        """Go back to the shipped budget, or the default, and return it; again changes nothing."""
        require(subject, CONTEXT_WRITE)
        async with self.database.tx(subject) as tx:
            if await store.delete_profile(tx, target_type, target):
                await audit(tx, "studio_context_budget_set", target=target)
            return resolved(await store.list_profiles(tx), target_type, target)

    async def _read(self, tx: Tx, project_id: UUID) -> Material:
        project = await get_project(tx, project_id)
        session = await load_session(tx, project_id)
        if session is None:
            raise no_project(project_id)
        objective = agenda(session, await get_objective(tx, session.objective_id))
        plan = await _plan(tx, project_id)
        designs = await list_designs(tx, project_id)
        chosen = designs[0] if designs else None
        return Material(
            session=session,
            objective=objective,
            board=await _board(tx, project_id),
            plan=plan,
            planned=await self._planned(tx, project_id, plan),
            specification=await _specification(tx, project_id),
            design={"board": chosen.board, "tokens": chosen.tokens, "css": chosen.css}
            if chosen
            else None,
            documents=await store.list_documents(tx, project["module_id"]),
            research=await store.list_research(tx, project_id),
        )

    async def _bundle(
        self, subject: Subject, kit: store.Kit, versions: Sequence[Version]
    ) -> Bundle:
        """Return a bundle with its texts; it is current while the newest specification is its."""
        assert subject.tenant_id is not None
        texts = {}
        for path, digest in list(kit.files.items())[:FILES_MAX]:
            data = await self._storage.get(subject.tenant_id, digest)
            if len(data) <= FILE_BYTES_MAX and (text := _text_of(data)) is not None:
                texts[path] = text
        newest = versions[0] if versions else None
        is_current = newest is not None and newest.id == kit.artifact_id and newest.is_current
        return Bundle(kit.kit_id, texts, is_current)

    async def _planned(self, tx: Tx, project_id: UUID, plan: Plan | None) -> tuple[Made, ...]:
        if plan is None:
            return ()
        found = [(name, await self._planning.find(tx, project_id, name, plan)) for name in KIND_OF]  # type: ignore[arg-type]
        return tuple(Made(name, each.payload, each.is_current) for name, each in found if each)


async def _board(tx: Tx, project_id: UUID) -> Board | None:
    try:
        return await board_in(tx, project_id)
    except EvigateError as error:
        if error.code is not E_BOARD_NOT_FOUND:
            raise
        return None


async def _plan(tx: Tx, project_id: UUID) -> Plan | None:
    try:
        return await load_plan(tx, project_id)
    except EvigateError as error:
        if error.code is not E_QUESTION_PLAN_NOT_FOUND:
            raise
        return None


async def _specification(tx: Tx, project_id: UUID) -> Made | None:
    versions = await list_versions(tx, project_id)
    if not versions:
        return None
    newest = versions[0]
    return Made(newest.version, await get_payload(tx, newest.id), newest.is_current)


def _text_of(data: bytes) -> str | None:
    """Return a file's text; None of what is no text."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _sized(pieces: Sequence[Piece]) -> dict[str, tuple[Piece, str, int]]:
    """Return the pieces by key, each with the hash of what it says and its tokens."""
    return {
        each.key: (
            each,
            content_hash([each.kind, each.title, each.plain(), dict(each.links)]),
            estimate_tokens(each.content),
        )
        for each in pieces
    }


async def _follow(
    tx: Tx,
    project_id: UUID,
    now: Mapping[str, tuple[Piece, str, int]],
    kept: Mapping[str, Kept],
) -> bool:
    """Write what differs from what is kept, with all that it reaches; False where nothing does."""
    before = {key: None if each.is_gone else each.held.content_hash for key, each in kept.items()}
    changed = [key for key, (_, digest, _) in now.items() if before.get(key) != digest]
    gone = [key for key, digest in before.items() if digest is not None and key not in now]
    ids = {key: each.held.id for key, each in kept.items()}
    ids |= {key: new_uuid() for key in now if key not in ids}
    if changed or gone:
        await store.put_pieces(tx, project_id, [(ids[key], *now[key]) for key in changed])
        await store.remove_pieces(tx, [ids[key] for key in gone])
        await store.put_links(tx, project_id, [now[key][0] for key in changed], ids)
    touched = {*changed, *gone}
    links = {key: tuple(each.held.piece.links) for key, each in kept.items()}
    links |= {key: tuple(piece.links) for key, (piece, _, _) in now.items()}
    reached = [key for key in dependents(touched, links) if key in now]
    marked = await _mark(tx, now, kept, ids, reached, {*changed})
    if not touched:
        return marked
    rows = []
    for key in sorted(touched):
        affected = [ids[each] for each in dependents({key}, links) if each in now]
        after = now[key][1] if key in now else None
        rows.append((ids[key], before.get(key), after, affected))
    await store.add_changes(tx, project_id, rows)
    told = {"changed": len(changed), "gone": len(gone), "reached": reached[:KEYS_MAX]}
    await append_events(tx, STREAM, project_id, [NewEvent("context_changed", told)])
    return True


async def _mark(
    tx: Tx,
    now: Mapping[str, tuple[Piece, str, int]],
    kept: Mapping[str, Kept],
    ids: Mapping[str, UUID],
    reached: Sequence[str],
    changed: set[str],
) -> bool:
    """Mark what was made of something that is another now; what its own room calls current is."""
    stale = [
        key
        for key, (piece, _, _) in now.items()
        if piece.is_derived
        and piece.is_current is not True
        and (piece.is_current is False or key in reached)
    ]
    was = {key for key, each in kept.items() if each.held.stale_since is not None} - changed
    fresh = [key for key in was if key in now and now[key][0].is_current is True]
    new = [key for key in stale if key not in was]
    if new or fresh:
        await store.mark(tx, stale=[ids[key] for key in new], fresh=[ids[key] for key in fresh])
    return bool(new or fresh)


async def _profile(tx: Tx, asked: Request) -> Profile:
    own = await store.list_profiles(tx)
    kind: TargetType = "workflow" if asked.target_type == "ad_hoc" else asked.target_type
    return resolved(own, kind, asked.target)


def _cache_key(asked: Request, held: Sequence[Held], profile: Profile) -> str:
    material = [
        [each.piece.key, each.content_hash, each.version, each.stale_since is not None]
        for each in held
    ]
    return content_hash([SELECTION_VERSION, asked.plain(), material, asdict(profile)])


def _check(asked: Request) -> None:
    if len(asked.query) > QUERY_CHARACTERS or len(asked.keys) > KEYS_MAX:
        message = f"A request has {QUERY_CHARACTERS:,} characters and {KEYS_MAX} keys at most."
        raise EvigateError(E_CONTEXT_BUDGET, message)
    if asked.max_tokens is not None and not 0 < asked.max_tokens <= TOKENS_MAX:
        message = f"A context takes 1 to {TOKENS_MAX:,} tokens, not {asked.max_tokens:,}."
        raise EvigateError(E_CONTEXT_BUDGET, message)


def _check_profile(profile: Profile) -> None:
    if not 0 <= profile.reserved_tokens < profile.max_tokens <= TOKENS_MAX:
        message = (
            f"Of {profile.max_tokens:,} tokens {profile.reserved_tokens:,} would be kept back:"
            " keep back fewer than there are."
        )
        raise EvigateError(E_CONTEXT_BUDGET, message)
    if not 1 <= profile.priority <= 10:
        raise EvigateError(E_CONTEXT_BUDGET, f"A priority is 1 to 10, not {profile.priority}.")
    wrong = [k for k, rank in profile.kinds.items() if k not in KINDS or not 0 <= rank <= 10]
    if wrong:
        message = f"{wrong[0]!r} is no kind ranked 0 to 10; kinds are {', '.join(KINDS)}."
        raise EvigateError(E_CONTEXT_BUDGET, message)
