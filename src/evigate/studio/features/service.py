"""The verbs of features: find candidates, choose, drop, change, add one's own, decide of a seed.

A project's board changes one change at a time (the project's row is locked), and each change of a
feature is compared with the version that was seen. What a choice brings with it is chosen in the
same transaction and told in the board's notices.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal
from uuid import UUID

from evigate.base.canonical import content_hash
from evigate.base.errors import EvigateError
from evigate.base.ids import new_uuid
from evigate.base.subject import Subject
from evigate.kernel.db import Tx
from evigate.kernel.events import NewEvent, append_events
from evigate.kernel.policies import Guard
from evigate.studio.features.board import Draft, changed, slug
from evigate.studio.features.candidates import VERSION, candidates_of
from evigate.studio.features.errors import (
    E_BOARD_NOT_FOUND,
    E_FEATURE_INVALID,
    E_SEED_NOT_FOUND,
)
from evigate.studio.features.models import Board, Chosen, Decision, Importance
from evigate.studio.features.reading import change_of, known_of
from evigate.studio.features.seeds import seeds_of
from evigate.studio.features.store import (
    follow_selection,
    get_candidates,
    get_curation,
    insert_candidates,
    list_decisions,
    list_features,
    list_seeds,
    put_curation,
    put_decision,
    put_feature,
    replace_seeds,
    touch_curation,
)
from evigate.studio.library.service import LibraryService
from evigate.studio.permissions import READ, WRITE, on_project
from evigate.studio.phases.store import get_project, lock_project

STREAM = "studio_project"
Act = Callable[[Draft], None]
TEXT_CHARACTERS = 2000
TITLE_CHARACTERS = 200


class FeatureService:
    """Boards of every tenant's projects."""

    def __init__(self, guard: Guard, library: LibraryService) -> None:
        self.guard = guard
        self._library = library

    async def find(self, subject: Subject, project_id: UUID) -> Board:
        """
        Look for candidates in what is known now, and let the board rest on them.

        The seeds before are superseded, what was chosen and decided stays. Where nothing changed
        since the last time, nothing is added.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND]: this tenant has none such.
        """
        library = await self._library.library(subject)
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            await get_project(tx, project_id)
            known = await known_of(tx, project_id)
        seeds = seeds_of(known.claims)
        found = await asyncio.to_thread(candidates_of, known.text, seeds, library)
        made_of = {
            "library_version": library.version,
            "agent": "built-in scorer",
            "agent_version": VERSION,
            "inputs_hash": content_hash([known.text, [each.key for each in seeds]]),
        }
        digest = content_hash([[c.key, c.score, c.reason] for c in found])
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            await lock_project(tx, project_id)
            curation = await get_curation(tx, project_id)
            if curation is not None and curation.stale_reason is None:
                row, _ = await get_candidates(tx, curation.candidate_set_id)
                if row["discovery_version"] == known.version and row["content_hash"] == digest:
                    return await board_in(tx, project_id)
            set_id = await insert_candidates(
                tx,
                project_id,
                found,
                metadata=made_of,
                content_hash=digest,
                discovery_version=known.version,
            )
            await replace_seeds(tx, project_id, seeds, known.version)
            await put_curation(
                tx, project_id, set_id, discovery_version=known.version, cached=known.cached
            )
            told = {"candidates": len(found), "seeds": len(seeds), "version": known.version}
            await _tell(tx, project_id, "candidates_generated", **told)
            return await board_in(tx, project_id)

    async def board(self, subject: Subject, project_id: UUID) -> Board:
        """
        Return the board.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND]
            EvigateError[E_BOARD_NOT_FOUND]: nobody looked for candidates yet.
        """
        async with on_project(self.guard, subject, READ, project_id, is_snapshot=True) as tx:
            return await board_in(tx, project_id)

    async def select(
        self,
        subject: Subject,
        project_id: UUID,
        key: str,
        *,
        importance: Importance | None = None,
        version_seen: int | None = None,
    ) -> Board:
        """
        Choose a feature, with all that it needs; the notices say what came along and why.

        Args:
            importance: must, should or could; the candidate's own where it is left out.
            version_seen: the feature's version, so that another's change since is not lost.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_BOARD_NOT_FOUND | E_FEATURE_NOT_FOUND]
            EvigateError[E_FEATURE_EXCLUDED]: two would exclude each other; both are named.
            EvigateError[E_FEATURE_STALE]: somebody changed the feature; both values are told.
        """
        library = await self._library.library(subject)

        def act(draft: Draft) -> None:
            draft.select(key, library, importance=importance, version_seen=version_seen)

        return await self._change(subject, project_id, act, "feature_selected", key=key)

    async def deselect(
        self, subject: Subject, project_id: UUID, key: str, *, version_seen: int | None = None
    ) -> Board:
        """
        Drop a feature; what came along only for it goes too, and their questions are withdrawn.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_BOARD_NOT_FOUND | E_FEATURE_NOT_FOUND]
            EvigateError[E_FEATURE_NEEDED]: other chosen features need it; they are named.
            EvigateError[E_FEATURE_STALE]: as `select`.
        """
        library = await self._library.library(subject)

        def act(draft: Draft) -> None:
            draft.deselect(key, library, version_seen=version_seen)

        return await self._change(subject, project_id, act, "feature_deselected", key=key)

    async def change(
        self,
        subject: Subject,
        project_id: UUID,
        key: str,
        *,
        importance: Importance | None = None,
        notes: str | None = None,
        move: Literal["up", "down"] | None = None,
        version_seen: int | None = None,
    ) -> Board:
        """
        Change a chosen feature's importance, notes or place; what is left out stays.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_BOARD_NOT_FOUND | E_FEATURE_NOT_FOUND]
            EvigateError[E_FEATURE_STALE]: as `select`.
            EvigateError[E_FEATURE_INVALID]: the notes are too long.
        """
        _check_text(notes or "", TEXT_CHARACTERS, "The notes")

        def act(draft: Draft) -> None:
            draft.change(key, importance=importance, notes=notes, version_seen=version_seen)
            if move is not None:
                draft.move(key, -1 if move == "up" else 1)

        return await self._change(subject, project_id, act, "feature_changed", key=key)

    async def add_custom(
        self,
        subject: Subject,
        project_id: UUID,
        title: str,
        *,
        summary: str = "",
        importance: Importance = "should",
        effort: int = 5,
        depends: tuple[str, ...] = (),
        covers: tuple[str, ...] = (),
    ) -> Board:
        """
        Choose a feature of one's own; of the same title again it changes nothing.

        Args:
            depends: keys of features that it needs, which come along.
            covers: keys of seeds that it answers.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_BOARD_NOT_FOUND | E_SEED_NOT_FOUND]
            EvigateError[E_FEATURE_INVALID]: no title, or the library has a feature of that key.
            EvigateError[E_FEATURE_NOT_FOUND | E_FEATURE_EXCLUDED]: of what it depends on.
        """
        _check_text(title, TITLE_CHARACTERS, "The title", least=1)
        _check_text(summary, TEXT_CHARACTERS, "The summary")
        key = slug(title)
        if not key or not 1 <= effort <= 13:
            message = f"{title!r} has no letter to make a key of, or the effort is not 1 to 13."
            raise EvigateError(E_FEATURE_INVALID, message)
        library = await self._library.library(subject)
        feature = Chosen(
            id=new_uuid(),
            key=key,
            title=title.strip(),
            summary=summary.strip(),
            category="custom",
            effort=effort,
            origin="custom",
            needed_by=(),
            depends=depends,
            excludes=(),
            accept=(),
            seed_keys=covers,
            score=None,
            is_selected=True,
            importance=importance,
            position=0,
            notes="",
            version=1,
        )

        def act(draft: Draft) -> None:
            draft.add(feature, library)

        return await self._change(subject, project_id, act, "feature_selected", key=key)

    async def decide_seed(
        self,
        subject: Subject,
        project_id: UUID,
        seed_key: str,
        decision: Decision | None,
        reason: str = "",
    ) -> Board:
        """
        Say that a seed is met otherwise, dropped or left for later, and why; None takes it back.

        What is left is an open question of the specification.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_BOARD_NOT_FOUND | E_SEED_NOT_FOUND]
            EvigateError[E_FEATURE_INVALID]: there is no reason.
        """
        _check_text(reason, TEXT_CHARACTERS, "The reason", least=1 if decision else 0)
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            await lock_project(tx, project_id)
            board = await board_in(tx, project_id)
            if seed_key not in {each.key for each in board.seeds}:
                raise EvigateError(E_SEED_NOT_FOUND, f"The project has no seed {seed_key!r}.")
            await put_decision(tx, project_id, seed_key, decision, reason.strip())
            await _tell(tx, project_id, "seed_decided", seed=seed_key, decision=decision)
            return await board_in(tx, project_id)

    async def _change(
        self, subject: Subject, project_id: UUID, act: Act, type_: str, *, key: str
    ) -> Board:
        async with on_project(self.guard, subject, WRITE, project_id) as tx:
            await lock_project(tx, project_id)
            board = await board_in(tx, project_id)
            draft = Draft(board)
            act(draft)
            written = changed(board.features, draft.features)
            for feature in written:
                await put_feature(tx, project_id, draft.set_of(feature), feature)
            if written:
                await touch_curation(tx, project_id, source_hash_of(draft.features))
                selected = [each.key for each in draft.features if each.is_selected]
                await follow_selection(tx, project_id, selected)
                await _tell(tx, project_id, type_, key=key, notices=draft.notices)
            return replace(await board_in(tx, project_id), notices=tuple(draft.notices))


async def board_in(tx: Tx, project_id: UUID) -> Board:
    """Return the board as the transaction sees it; raises as `FeatureService.board`."""
    project = await get_project(tx, project_id)
    curation = await get_curation(tx, project_id)
    if curation is None:
        message = f"Nobody looked for the candidates of {project['name']!r} yet."
        raise EvigateError(E_BOARD_NOT_FOUND, message)
    seeds = await list_seeds(tx, project_id)
    _, candidates = await get_candidates(tx, curation.candidate_set_id)
    known = await known_of(tx, project_id)
    return Board(
        project_id=project_id,
        name=project["name"],
        curation=curation,
        seeds=seeds,
        decisions=await list_decisions(tx, project_id),
        candidates=candidates,
        features=await list_features(tx, project_id),
        change=change_of(known, curation.discovery_version, seeds),
    )


def source_hash_of(features: Sequence[Chosen]) -> str:
    """Return a hash of what is chosen, for whatever is made from it; order is left out."""
    chosen = sorted((each for each in features if each.is_selected), key=lambda each: each.key)
    return content_hash([[f.key, f.title, f.summary, sorted(f.depends)] for f in chosen])


def _check_text(text: str, most: int, what: str, *, least: int = 0) -> None:
    if not least <= len(text.strip()) <= most or "\x00" in text:
        message = f"{what} has {len(text.strip()):,} characters; {least} to {most:,} are allowed."
        raise EvigateError(E_FEATURE_INVALID, message)


async def _tell(tx: Tx, project_id: UUID, type_: str, **payload: object) -> None:
    await append_events(tx, STREAM, project_id, [NewEvent(type_, payload)])
