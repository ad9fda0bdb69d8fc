"""One turn of a conversation: what was said goes in, events come out, nothing else is touched.

A turn is pure but for the ids it is handed. Everything that follows from what was said is decided
here: which claims it makes, what they replace or contradict (`claiming`), how each need stands,
which task that leaves to someone, and what is asked next (`ending`).
"""

from collections.abc import Callable, Sequence
from uuid import UUID

from evigate.base.canonical import sha256_hex
from evigate.base.errors import EvigateError
from evigate.studio.errors import (
    E_DISCOVERY_CLOSED,
    E_DISCOVERY_INCOMPLETE,
    E_EDIT_STALE,
    E_INDUSTRY_NOT_FOUND,
    E_NEED_NOT_FOUND,
    E_NEED_REQUIRED,
)
from evigate.studio.extraction import Found
from evigate.studio.library import Library, industries
from evigate.studio.library.trades import LibraryReading, domains_of_industry, industry_json
from evigate.studio.objective import Objective
from evigate.studio.session import answers, questions
from evigate.studio.session.claiming import (
    contest,
    last_card,
    negotiate,
    settle_orphans,
    take_in,
)
from evigate.studio.session.conflicts import shown
from evigate.studio.session.draft import MESSAGE_CHARACTERS_MAX as MESSAGE_CHARACTERS_MAX
from evigate.studio.session.draft import Draft
from evigate.studio.session.ending import defer_need, end_turn, summarise
from evigate.studio.session.feeding import take_facts
from evigate.studio.session.levels import level_of
from evigate.studio.session.models import Session
from evigate.studio.session.replies import Reply, Verdict, kind_of, verdict_of
from evigate.studio.session.summaries import missing_of, summary_text
from evigate.studio.standing import NeedStatus, Standing


class Turn(Draft):
    """The verbs of a conversation; each is one turn."""

    def __init__(
        self,
        session: Session,
        objective: Objective,
        new_id: Callable[[], UUID],
        library: Library | None = None,
        *,
        may_be_closed: bool = False,
    ) -> None:
        if session.phase == "closed" and not may_be_closed:
            raise EvigateError(E_DISCOVERY_CLOSED, "The discovery is closed.")
        super().__init__(session, objective, new_id, library)

    def say(
        self,
        text: str,
        found: Sequence[Found],
        *,
        source: str,
        domain: str = "general",
        reading: LibraryReading | None = None,
        key: str | None = None,
        idempotency_key: str | None = None,
    ) -> None:
        """
        Take in what a person said, as the answer to `key`, else to what was asked last.

        `reading` is what the library made of it.

        Raises:
            EvigateError[E_MESSAGE_INVALID]: nothing was said, or too much.
            EvigateError[E_NEED_NOT_FOUND]: `key` is no need of the session.
        """
        asked = key or self.session.asked_key
        self.need(asked)
        read_back = self._read_back()
        message = self.add_message(text, asked, idempotency_key=idempotency_key)
        self._level()
        reply = kind_of(text)
        verdict = verdict_of(text) if asked is None and read_back else None
        if asked is not None and self.session.needs[asked].negotiation is not None:
            negotiate(self, asked, message)
        elif verdict is Verdict.RIGHT:
            self._accept(read_back)
        elif verdict is None and (reply is Reply.ANSWER or self._is_offered(asked, text)):
            take_in(self, message, asked, found, source)
        elif asked is not None and reply not in {Reply.QUESTION, Reply.IDLE}:
            defer_need(self, asked, is_chosen=reply is not Reply.UNKNOWN)
        if reading is not None:
            take_facts(self, reading)
        if domain != "general" and self.session.domain == "general":
            self.emit("domain_changed", domain=domain)
        end_turn(self, explained=asked if reply is Reply.QUESTION else None, verdict=verdict)

    def revise(
        self,
        original: UUID,
        text: str,
        found: Sequence[Found],
        *,
        source: str,
        idempotency_key: str | None = None,
    ) -> None:
        """
        Take back an earlier message for other words; what rested on it gives way to the new.

        Raises:
            EvigateError[E_EDIT_STALE]: it was revised already; the detail has both texts.
        """
        known = self.session.message(original)
        assert known is not None
        later = [each for each in self.session.messages if each.revises == original]
        if later:
            raise stale(text, later[-1].content, self.session.version)
        message = self.add_message(
            text, known.need_key, revises=original, idempotency_key=idempotency_key
        )
        before = [each for each in self.live() if each.message_id == original]
        take_in(self, message, known.need_key, found, source, replaced=before)
        for claim in before:
            if self.session.claims[claim.id].status in {"accepted", "disputed"}:
                self.emit("claim_rejected", id=str(claim.id))
        settle_orphans(self)
        end_turn(self)

    def correct(self, claim_id: UUID, text: str, *, idempotency_key: str | None = None) -> None:
        """
        Put another value in a claim's place, decided by a person.

        Raises:
            EvigateError[E_EDIT_STALE]: the claim no longer stands; the detail has both values.
        """
        claim = self.session.claims[claim_id]
        if claim.status not in {"accepted", "disputed"}:
            present = self.session.claims_of(claim.field_path)
            now = shown(present[-1].value) if present else ""
            raise stale(text, now, self.session.version)
        message = self.add_message(text, claim.field_path, idempotency_key=idempotency_key)
        own = answers.answer_claims(claim.field_path, text, (), is_meant=True)
        made = [self.add_claim(message, each, "user", kind="decision") for each in own]
        if made:
            self.emit("claim_superseded", id=str(claim_id), by=str(made[0].id))
        settle_orphans(self)
        end_turn(self)

    def dispute(
        self, claim_id: UUID, objection: str, *, idempotency_key: str | None = None
    ) -> None:
        """Say no to a claim; the objection stands against it until someone chooses."""
        claim = self.session.claims[claim_id]
        if claim.status != "accepted":
            present = self.session.claims_of(claim.field_path)
            raise stale(
                objection, shown(present[-1].value) if present else "", self.session.version
            )
        if claim.field_path not in self.session.needs:
            raise EvigateError(E_NEED_NOT_FOUND, f"{claim.field_path!r} is not negotiated.")
        message = self.add_message(objection, claim.field_path, idempotency_key=idempotency_key)
        other = answers.answer_claims(claim.field_path, objection, (), is_meant=True)[0]
        contest(self, claim, self.add_claim(message, other, "user"), claim.field_path)
        end_turn(self)

    def defer(self, key: str) -> None:
        """Put a need off; whoever can answer it finds a task."""
        self.need(key)
        defer_need(self, key, is_chosen=True)
        end_turn(self)

    def confirm(self, key: str) -> None:
        """Say that what is known of a need is right: it is as sure as can be from then on."""
        self.need(key)
        self._confirm([key])
        end_turn(self)

    def skip(self, key: str, reason: str) -> None:
        """
        Leave a need out; one that is required only with a reason.

        Raises:
            EvigateError[E_NEED_REQUIRED]: it is required and no reason is given.
        """
        self.need(key)
        if self.objective.obligation(key).is_required and not reason.strip():
            raise EvigateError(E_NEED_REQUIRED, f"{key!r} is required; waiving it wants a reason.")
        self.set_need(
            key,
            Standing(NeedStatus.SKIPPED, self.session.needs[key].confidence),
            reason=reason.strip(),
        )
        self.cancel_task(key)
        end_turn(self)

    def reopen(self, key: str) -> None:
        """Ask for a need again that was left out or put off."""
        self.need(key)
        self.set_need(key, self.by_claims(key), reason="")
        self.cancel_task(key)
        end_turn(self)

    def choose_industry(self, code: str) -> None:
        """
        Say which industry it is; its trades add their questions.

        Raises:
            EvigateError[E_INDUSTRY_NOT_FOUND]: NAICS 2022 has no such code.
        """
        if industries().get(code) is None:
            raise EvigateError(E_INDUSTRY_NOT_FOUND, f"NAICS 2022 has no code {code!r}.")
        self.emit("industry_changed", **industry_json((), chosen=code))
        if self.library is not None:
            known = self.session.facts.get("domain", {})
            found = domains_of_industry(code, self.library)
            new = {key: fact for key, fact in found.items() if key not in known}
            if new:
                self.emit("facts_found", domain=new)
        end_turn(self)

    def approve(self, by: str) -> None:
        """
        Approve what came of it, and end the conversation.

        Raises:
            EvigateError[E_DISCOVERY_INCOMPLETE]: something required is open, or too little is
                known; the detail lists it.
        """
        missing = missing_of(self.session, self.objective)
        if missing or self.completeness() < self.objective.threshold:
            raise EvigateError(
                E_DISCOVERY_INCOMPLETE,
                f"{self.completeness():.0%} is known of {self.objective.threshold:.0%}"
                + (f"; open: {', '.join(missing)}." if missing else "."),
                detail={"completeness": self.completeness(), "missing": missing},
            )
        text = summary_text(self.session, self.objective)
        self.emit("output_approved", by=by, turn=self.number, sha256=sha256_hex(text.encode()))
        self.close()

    def close(self) -> None:
        """End the conversation, with a summary of what was not summed up yet."""
        summarise(self)
        self.emit("phase_changed", phase="closed")
        self.emit("turn_ended", turn=self.number, completeness=self.completeness(), asked_key=None)

    def take_up(self, by: str) -> None:
        """Go on with a conversation that was ended; what came of it is to be approved anew."""
        if self.session.phase != "closed":
            return
        self.emit("discovery_reopened", by=by)
        end_turn(self)

    def _confirm(self, keys: Sequence[str]) -> None:
        self._accept([each.id for key in keys for each in self.session.claims_of(key)])

    def _accept(self, claim_ids: Sequence[UUID]) -> None:
        for claim_id in claim_ids:
            claim = self.session.claims[claim_id]
            if claim.status == "accepted" and claim.confidence < 1:
                self.emit("claim_accepted", id=str(claim_id), confidence=1.0)

    def _is_offered(self, asked: str | None, text: str) -> bool:
        card = last_card(self, asked) if asked is not None else None
        return text.strip().casefold() in {each.casefold() for each in questions.offered(card)}

    def _read_back(self) -> list[UUID]:
        """Return the claims that the last question read back; none where it asked otherwise."""
        cards = [each.card for each in self.session.messages if each.role == "agent"]
        return [UUID(each) for each in (cards[-1] or {}).get("confirms", ())] if cards else []

    def _level(self) -> None:
        level = level_of(self.session)
        if level != self.session.level:
            self.emit("level_changed", level=level)


def stale(yours: str, present: str, version: int) -> EvigateError:
    """Return the refusal of an edit that came too late, with both values."""
    return EvigateError(
        E_EDIT_STALE,
        f"Someone was faster: it says {present!r} now.",
        detail={"yours": yours, "present": present, "version": version},
    )
