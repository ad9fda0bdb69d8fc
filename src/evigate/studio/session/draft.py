"""A turn in the making: the session as the events so far leave it, and how events are added.

Everything that a turn decides is decided elsewhere; here is only what all of it does: tell an
event, add a message, a claim or a task, and let a need stand as its claims say.
"""

from collections.abc import Callable, Sequence
from dataclasses import fields as fields_of
from dataclasses import replace
from typing import Any
from uuid import UUID

from evigate.base.errors import EvigateError
from evigate.kernel.events import NewEvent
from evigate.studio.errors import E_MESSAGE_INVALID, E_NEED_NOT_FOUND
from evigate.studio.extraction import Found
from evigate.studio.library import Library
from evigate.studio.objective import Objective, obligation_of
from evigate.studio.session.evolve import agenda, evolve
from evigate.studio.session.models import Claim, Message, Session
from evigate.studio.standing import NeedStatus, Said, Standing, completeness, standing_of

MESSAGE_CHARACTERS_MAX = 20_000


class Draft:
    """The events of one turn so far; `session` is always as they leave it."""

    def __init__(
        self,
        session: Session,
        objective: Objective,
        new_id: Callable[[], UUID],
        library: Library | None = None,
    ) -> None:
        self.session = session
        self.objective = agenda(session, objective)
        self.library = library
        self.events: list[NewEvent] = []
        self.new_id = new_id
        self.number = session.turn + 1
        # Needs whose claims or negotiation changed: only these can stand otherwise than before.
        self.touched: set[str] = set()

    def emit(self, type_: str, **payload: Any) -> None:
        """Let something happen: it is told, and the session changes by it."""
        self.events.append(NewEvent(type_, payload))
        self.session = evolve(self.session, type_, payload)
        if type_.startswith("claim_"):
            self.touched.add(self.session.claims[UUID(payload["id"])].field_path)
        elif type_ == "need_negotiated":
            self.touched.add(payload["key"])
        elif type_ == "need_added":
            added = obligation_of(payload["obligation"])
            obligations = (*self.objective.obligations, added)
            self.objective = replace(self.objective, obligations=obligations)

    def add_message(
        self,
        text: str,
        key: str | None,
        *,
        revises: UUID | None = None,
        idempotency_key: str | None = None,
    ) -> Message:
        """Add what a person said; too much or nothing is refused."""
        if not text.strip() or len(text) > MESSAGE_CHARACTERS_MAX or "\x00" in text:
            raise EvigateError(
                E_MESSAGE_INVALID,
                f"The message has {len(text):,} characters, or none that say anything.",
            )
        message = Message(
            id=self.new_id(),
            position=len(self.session.messages),
            turn=self.number,
            role="user",
            content=text,
            need_key=key,
            revises=revises,
            idempotency_key=idempotency_key,
        )
        self.emit("message_added", **plain(message))
        return message

    def add_claim(
        self, message: Message, found: Found, source: str, *, kind: str | None = None
    ) -> Claim:
        """Add a claim that rests on a message."""
        claim = Claim(
            id=self.new_id(),
            position=len(self.session.claims),
            message_id=message.id,
            field_path=found.field_path,
            value=found.value,
            kind=kind or found.kind,  # type: ignore[arg-type]
            source=source,
            confidence=round(found.confidence, 2),
            quote=found.quote,
            quote_start=found.start,
            quote_end=found.end,
        )
        self.emit("claim_added", **plain(claim))
        return claim

    def by_claims(self, key: str) -> Standing:
        """Return how a need stands by its claims alone."""
        obligation = self.objective.obligation(key)
        accepted = [_said(each) for each in self.session.claims_of(key)]
        disputed = [_said(each) for each in self.session.claims_of(key, "disputed")]
        standing = standing_of(obligation, accepted or disputed)
        # What is contested is known in part at most, until someone chooses.
        if disputed and (not accepted or self.session.needs[key].negotiation is not None):
            return Standing(NeedStatus.PARTIAL, standing.confidence)
        return standing

    def set_need(self, key: str, standing: Standing, *, reason: str | None = None) -> None:
        """Let a need stand so; the same standing is no event."""
        need = self.session.needs[key]
        if need.standing == standing and (reason is None or reason == need.reason):
            return
        told = {
            "key": key,
            "status": str(standing.status),
            "confidence": standing.confidence,
            "turn": self.number,
        }
        self.emit("need_changed", **told, **({} if reason is None else {"reason": reason}))

    def add_task(self, kind: str, key: str, options: Sequence[str]) -> None:
        """Leave a task for a need, if none is open."""
        if self.session.open_task(key) is not None:
            return
        title = self.objective.obligation(key).title
        verb = "Decide" if kind == "DECIDE" else "Provide"
        self.emit(
            "task_added",
            id=str(self.new_id()),
            position=len(self.session.tasks),
            kind=kind,
            need_key=key,
            title=f"{verb}: {title}",
            options=list(options),
        )

    def cancel_task(self, key: str) -> None:
        """Take back the need's open task, if it has one."""
        task = self.session.open_task(key)
        if task is not None:
            self.emit("task_cancelled", id=str(task.id))

    def completeness(self) -> float:
        """Return how much is known, 0..1."""
        return completeness(
            self.objective, {key: each.standing for key, each in self.session.needs.items()}
        )

    def live(self) -> list[Claim]:
        """Return the claims that hold or are contested."""
        return [
            each for each in self.session.claims.values() if each.status in {"accepted", "disputed"}
        ]

    def need(self, key: str | None) -> None:
        """Refuse a key that is no need's; None is none."""
        if key is not None and key not in self.session.needs:
            raise EvigateError(E_NEED_NOT_FOUND, f"There is no need {key!r}.")


def _said(claim: Claim) -> Said:
    return Said(claim.value, claim.kind, claim.confidence)


def plain(value: Message | Claim) -> dict[str, Any]:
    """Return a value as an event's payload."""
    return {
        each.name: str(part) if isinstance(part := getattr(value, each.name), UUID) else part
        for each in fields_of(value)
    }
