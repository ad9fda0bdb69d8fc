"""The studio's verbs: start a project, say something, answer, change, decide, look.

A turn is one transaction: its events, the rows they leave and the reply commit together, so a
process that dies in the middle of a turn has not begun it. Reading a message takes no transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from evigate.agents import AgentService
from evigate.base.errors import EvigateError
from evigate.base.ids import new_uuid
from evigate.base.subject import Subject
from evigate.evidence import add_store
from evigate.kernel.access import Permission, require
from evigate.kernel.db import Database, Tx
from evigate.kernel.events import NewEvent, append_events, audit, read_events
from evigate.kernel.policies import Entry, Guard
from evigate.studio.errors import (
    E_DISCOVERY_OBJECTIVE_NOT_FOUND,
    E_MESSAGE_INVALID,
    E_REPLY_REUSED,
    E_SAID_NOT_FOUND,
    E_TASK_DONE,
    E_TASK_NOT_FOUND,
)
from evigate.studio.library import Library
from evigate.studio.library.service import LibraryService
from evigate.studio.objective import Objective
from evigate.studio.objectives.packaged import PACKAGED
from evigate.studio.objectives.service import ObjectiveService
from evigate.studio.permissions import (
    ANSWER,
    PERMISSIONS,
    PROJECT,
    READ,
    WRITE,
    no_project,
)
from evigate.studio.project_discovery import PROJECT_DISCOVERY
from evigate.studio.reader import Reader, ReadText
from evigate.studio.research.service import ResearchService
from evigate.studio.session.evolve import STREAM, agenda, begin, replay
from evigate.studio.session.models import Claim, Level, Session
from evigate.studio.session.turns import MESSAGE_CHARACTERS_MAX, Turn, stale
from evigate.studio.store import (
    Project,
    ensure_objective,
    find_begun,
    find_said,
    get_objective,
    insert_project,
    list_projects,
    load_session,
    lock_session,
    save_session,
)

NAME_CHARACTERS = 80
PROJECTS_MAX = 200


@dataclass(frozen=True, slots=True)
class Discovery:
    """A project, its conversation, what that is to learn, and what the one who asks may do."""

    project: Project
    session: Session
    objective: Objective
    may: frozenset[Permission]


class StudioService:
    """Projects of every tenant."""

    def __init__(
        self,
        database: Database,
        agents: AgentService,
        guard: Guard,
        library: LibraryService,
        research: ResearchService,
    ) -> None:
        self.database = database
        self.guard = guard
        self.library = library
        self.research = research
        self.objectives = ObjectiveService(database, library)
        self.reader = Reader(agents)

    async def create(
        self,
        subject: Subject,
        text: str,
        *,
        name: str | None = None,
        level: Level = "novice",
        context_type: str = PROJECT_DISCOVERY.context_type,
        idempotency_key: str | None = None,
    ) -> Discovery:
        """
        Make a project out of what someone wrote of it, and read that.

        Args:
            context_type: the kind of objective; its active version is pinned.
            idempotency_key: what `begun` finds the project by.

        Raises:
            EvigateError[E_MESSAGE_INVALID]: nothing was written, or too much.
            EvigateError[E_DISCOVERY_OBJECTIVE_NOT_FOUND]: there is no such kind.
        """
        require(subject, WRITE)
        _check_text(text)
        if context_type not in PACKAGED:
            message = f"There is no kind of objective {context_type!r}."
            raise EvigateError(E_DISCOVERY_OBJECTIVE_NOT_FOUND, message)
        library = await self._known(subject)
        read = await self.reader.read(subject, text, library)
        project_id = new_uuid()
        async with self.database.tx(subject) as tx:
            title = (name or _name_of(text))[:200]
            module_id, _ = await add_store(tx, title, "project")
            objective_id, objective = await ensure_objective(tx, PACKAGED[context_type])
            started = {
                "id": str(new_uuid()),
                "project_id": str(project_id),
                "objective_id": str(objective_id),
                "level": level,
                "needs": [each.key for each in objective.obligations],
            }
            session = begin(started)
            await insert_project(
                tx, project_id=project_id, module_id=module_id, name=title, session=session
            )
            await audit(tx, "studio_project_created", project_id=str(project_id))
            await append_events(tx, STREAM, session.id, [NewEvent("session_started", started)])
            turn = Turn(session, objective, new_uuid, library)
            _say(turn, text, read, idempotency_key=idempotency_key)
            # Nothing of it is in the database yet, so all needs are written, not only changed ones.
            nothing = Session(session.id, project_id, objective_id)
            await self._write(tx, nothing, turn)
            await self.research.follow(tx, nothing, turn.session, library)
            (project,) = await list_projects(tx, project_id=project_id)
            entry = await self.guard.look(tx, PROJECT, project_id)
            return Discovery(project, turn.session, turn.objective, _may(entry))

    async def begun(self, subject: Subject, idempotency_key: str) -> UUID | None:
        """Return the newest project that was begun under a key; None where none was, or is seen."""
        async with self.database.tx(subject) as tx:
            seen = await self.guard.seen(tx, READ, PROJECT)
            return await find_begun(tx, idempotency_key, seen=seen)

    async def say(
        self,
        subject: Subject,
        project_id: UUID,
        text: str,
        *,
        key: str | None = None,
        turn_seen: int | None = None,
        idempotency_key: str | None = None,
    ) -> Discovery:
        """
        Say something, as the answer to what was asked last unless `key` names another need.

        Args:
            turn_seen: the turn that the writer saw last; another one since is refused.
            idempotency_key: said again under the same key, it is said once.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_MESSAGE_INVALID | E_NEED_NOT_FOUND]
            EvigateError[E_EDIT_STALE]: the conversation went on meanwhile; both texts are told.
            EvigateError[E_REPLY_REUSED]: the key stands for other words.
        """
        await self._ask(subject, ANSWER, project_id)
        _check_text(text)
        library = await self._known(subject)
        read = await self.reader.read(subject, text, library, project_id=project_id)

        def act(turn: Turn) -> None:
            if turn_seen is not None and turn_seen != turn.session.turn:
                said = [each.content for each in turn.session.messages if each.role == "user"]
                raise stale(text, said[-1], turn.session.version)
            _say(turn, text, read, key=key, idempotency_key=idempotency_key)

        return await self._turn(
            subject,
            project_id,
            act,
            text=text,
            idempotency_key=idempotency_key,
            library=library,
            permission=ANSWER,
        )

    async def revise(
        self,
        subject: Subject,
        project_id: UUID,
        message_id: UUID,
        text: str,
        *,
        idempotency_key: str | None = None,
    ) -> Discovery:
        """
        Put other words in place of what was said; what rested on it gives way.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_SAID_NOT_FOUND | E_MESSAGE_INVALID]
            EvigateError[E_EDIT_STALE]: someone revised it already; both texts are told.
        """
        await self._ask(subject, WRITE, project_id)
        _check_text(text)
        library = await self._known(subject)
        read = await self.reader.read(subject, text, library, project_id=project_id)

        def act(turn: Turn) -> None:
            message = turn.session.message(message_id)
            if message is None or message.role != "user":
                raise EvigateError(E_SAID_NOT_FOUND, f"Nobody said {str(message_id)!r}.")
            turn.revise(
                message_id, text, read.found, source=read.source, idempotency_key=idempotency_key
            )

        return await self._turn(
            subject,
            project_id,
            act,
            text=text,
            idempotency_key=idempotency_key,
            library=library,
        )

    async def correct(
        self,
        subject: Subject,
        project_id: UUID,
        claim_id: UUID,
        text: str,
        *,
        idempotency_key: str | None = None,
    ) -> Discovery:
        """Put another value in a claim's place; raises as `revise`."""
        _check_text(text)

        def act(turn: Turn) -> None:
            _claim(turn.session, claim_id)
            turn.correct(claim_id, text, idempotency_key=idempotency_key)

        return await self._turn(
            subject, project_id, act, text=text, idempotency_key=idempotency_key
        )

    async def dispute(
        self,
        subject: Subject,
        project_id: UUID,
        claim_id: UUID,
        objection: str,
        *,
        idempotency_key: str | None = None,
    ) -> Discovery:
        """Say no to a claim; which of the two holds is asked next. Raises as `correct`."""
        _check_text(objection)

        def act(turn: Turn) -> None:
            _claim(turn.session, claim_id)
            turn.dispute(claim_id, objection, idempotency_key=idempotency_key)

        return await self._turn(
            subject, project_id, act, text=objection, idempotency_key=idempotency_key
        )

    async def confirm(self, subject: Subject, project_id: UUID, key: str) -> Discovery:
        """Say that what is known of a need is right."""
        return await self._turn(subject, project_id, lambda turn: turn.confirm(key))

    async def defer(self, subject: Subject, project_id: UUID, key: str) -> Discovery:
        """Put a need off; a task waits for whoever can answer it."""
        return await self._turn(subject, project_id, lambda turn: turn.defer(key))

    async def skip(self, subject: Subject, project_id: UUID, key: str, reason: str) -> Discovery:
        """Leave a need out; a required one wants a reason (E_NEED_REQUIRED)."""
        return await self._turn(subject, project_id, lambda turn: turn.skip(key, reason))

    async def reopen(self, subject: Subject, project_id: UUID, key: str) -> Discovery:
        """Ask for a need again."""
        return await self._turn(subject, project_id, lambda turn: turn.reopen(key))

    async def close(self, subject: Subject, project_id: UUID) -> Discovery:
        """End the conversation."""
        return await self._turn(subject, project_id, lambda turn: turn.close())

    async def take_up(self, subject: Subject, project_id: UUID) -> Discovery:
        """Go on with a conversation that was ended; one that goes on is left as it is."""
        return await self._turn(
            subject, project_id, lambda turn: turn.take_up(subject.actor), may_be_closed=True
        )

    async def choose_industry(self, subject: Subject, project_id: UUID, code: str) -> Discovery:
        """Say which industry it is, by its NAICS code; raises E_INDUSTRY_NOT_FOUND."""
        return await self._turn(subject, project_id, lambda turn: turn.choose_industry(code))

    async def approve(self, subject: Subject, project_id: UUID) -> Discovery:
        """
        Approve what came of a discovery, which ends it.

        Raises:
            EvigateError[E_DISCOVERY_INCOMPLETE]: too little is known; the detail says what.
        """
        return await self._turn(subject, project_id, lambda turn: turn.approve(subject.actor))

    async def submit_task(
        self,
        subject: Subject,
        project_id: UUID,
        task_id: UUID,
        text: str,
        *,
        idempotency_key: str | None = None,
    ) -> Discovery:
        """
        Give what a task asks for.

        Raises:
            EvigateError[E_TASK_NOT_FOUND | E_TASK_DONE | E_REPLY_REUSED | E_MESSAGE_INVALID]
        """
        await self._ask(subject, ANSWER, project_id)
        _check_text(text)
        library = await self._known(subject)
        read = await self.reader.read(subject, text, library, project_id=project_id)

        def act(turn: Turn) -> None:
            task = turn.session.tasks.get(task_id)
            if task is None:
                raise EvigateError(E_TASK_NOT_FOUND, f"There is no task {str(task_id)!r}.")
            if task.status != "pending":
                raise EvigateError(E_TASK_DONE, f"The task {task.title!r} is {task.status}.")
            _say(turn, text, read, key=task.need_key, idempotency_key=idempotency_key)

        return await self._turn(
            subject,
            project_id,
            act,
            text=text,
            idempotency_key=idempotency_key,
            library=library,
            permission=ANSWER,
            may_be_closed=True,
        )

    async def show(self, subject: Subject, project_id: UUID) -> Discovery:
        """Return a project with its conversation.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND]: this tenant has none such.
        """
        async with self.guard.enter(subject, READ, PROJECT, project_id, is_snapshot=True) as entry:
            projects = await list_projects(entry.tx, project_id=project_id)
            session = await load_session(entry.tx, project_id)
            if not projects or session is None:
                raise no_project(project_id)
            objective = await get_objective(entry.tx, session.objective_id)
            return Discovery(projects[0], session, agenda(session, objective), _may(entry))

    async def list_projects(
        self, subject: Subject, *, before: UUID | None = None, limit: int = 50
    ) -> list[Project]:
        """Return the projects that the subject may see, newest first."""
        async with self.database.tx(subject) as tx:
            seen = await self.guard.seen(tx, READ, PROJECT)
            return await list_projects(tx, seen=seen, before=before, limit=min(limit, PROJECTS_MAX))

    async def replayed(self, subject: Subject, project_id: UUID) -> Session:
        """Return the session as its events alone rebuild it; raises as `show`."""
        session = (await self.show(subject, project_id)).session
        async with self.guard.enter(subject, READ, PROJECT, project_id) as entry:
            events: list[NewEvent] = []
            while page := await read_events(entry.tx, STREAM, session.id, after=len(events)):
                events.extend(NewEvent(each.type, each.payload) for each in page)
        return replay(events)

    async def _ask(self, subject: Subject, permission: Permission, project_id: UUID) -> None:
        """Ask before a text is read: reading may take long, and so holds no transaction."""
        async with self.guard.enter(subject, permission, PROJECT, project_id):
            pass

    async def _known(self, subject: Subject) -> Library:
        """Return what the tenant's library knows: looking there is the house's work, not theirs."""
        return await self.library.library(replace(subject, role="worker"))

    async def _turn(
        self,
        subject: Subject,
        project_id: UUID,
        act: Callable[[Turn], None],
        *,
        text: str | None = None,
        idempotency_key: str | None = None,
        library: Library | None = None,
        permission: Permission = WRITE,
        may_be_closed: bool = False,
    ) -> Discovery:
        library = library or await self._known(subject)
        async with self.guard.enter(subject, permission, PROJECT, project_id) as entry:
            tx = entry.tx
            if not await lock_session(tx, project_id):
                raise no_project(project_id)
            session = await load_session(tx, project_id)
            assert session is not None
            if idempotency_key is not None:
                said = await find_said(tx, session.id, idempotency_key)
                if said is not None and said != text:
                    raise EvigateError(E_REPLY_REUSED, "That key stands for other words.")
                if said is not None:
                    act = _nothing
            objective = await get_objective(tx, session.objective_id)
            if act is not _nothing:
                turn = Turn(session, objective, new_uuid, library, may_be_closed=may_be_closed)
                act(turn)
                await self._write(tx, session, turn)
                await self.research.follow(tx, session, turn.session, library)
                session = turn.session
            (project,) = await list_projects(tx, project_id=project_id)
            return Discovery(project, session, agenda(session, objective), _may(entry))

    async def _write(self, tx: Tx, before: Session, turn: Turn) -> None:
        await append_events(tx, STREAM, turn.session.id, turn.events)
        await save_session(tx, before, turn.session)


def _say(
    turn: Turn,
    text: str,
    read: ReadText,
    *,
    key: str | None = None,
    idempotency_key: str | None = None,
) -> None:
    turn.say(
        text,
        read.found,
        source=read.source,
        domain=read.reading.domain,
        reading=read.reading,
        key=key,
        idempotency_key=idempotency_key,
    )


def _nothing(_turn: Turn) -> None:
    """Do nothing: it was done before."""


def _claim(session: Session, claim_id: UUID) -> Claim:
    claim = session.claims.get(claim_id)
    if claim is None:
        raise EvigateError(E_SAID_NOT_FOUND, f"There is no claim {str(claim_id)!r}.")
    return claim


def _check_text(text: str) -> None:
    if not text.strip() or len(text) > MESSAGE_CHARACTERS_MAX or "\x00" in text:
        message = f"The message has {len(text):,} characters, or none that say anything."
        raise EvigateError(E_MESSAGE_INVALID, message)


def _may(entry: Entry) -> frozenset[Permission]:
    return frozenset(each for each in PERMISSIONS if entry.may(each))


def _name_of(text: str) -> str:
    """Return the beginning of what was written, as a name until someone gives another."""
    words = " ".join(text.split())
    if len(words) <= NAME_CHARACTERS:
        return words
    return words[:NAME_CHARACTERS].rpartition(" ")[0] + " …"
