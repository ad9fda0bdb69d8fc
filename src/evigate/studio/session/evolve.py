"""What each event does to a session: the one place where a conversation changes.

Pure, and the same live and in replay: the rows in the database are a picture of what comes out
here. An event of an unknown type is our mistake and says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from evigate.kernel.events import NewEvent
from evigate.studio.objective import Objective, obligation_of
from evigate.studio.session.models import Claim, Message, Need, Session, Summary, Task
from evigate.studio.standing import NeedStatus

STREAM = "studio_session"
_SESSION_PARTS = {"needs", "messages", "claims", "tasks", "summaries"}


def begin(payload: Mapping[str, Any]) -> Session:
    """Return the session that a `session_started` event tells of."""
    needs = {key: Need(key=key, position=position) for position, key in enumerate(payload["needs"])}
    return Session(
        id=UUID(payload["id"]),
        project_id=UUID(payload["project_id"]),
        objective_id=UUID(payload["objective_id"]),
        level=payload["level"],
        needs=needs,
    )


def replay(events: Iterable[NewEvent]) -> Session:
    """Return the session that its events alone rebuild; they begin with `session_started`."""
    session: Session | None = None
    for event in events:
        if session is None:
            assert event.type == "session_started", f"a session begins with {event.type!r}"
            session = begin(event.payload)
        else:
            session = evolve(session, event.type, event.payload)
    assert session is not None, "no events"
    return session


def evolve(session: Session, type_: str, payload: Mapping[str, Any]) -> Session:
    """Return a session after one more event."""
    match type_:
        case "message_added":
            message = message_of(payload)
            return replace(session, messages=(*session.messages, message))
        case "claim_added":
            claim = claim_of(payload)
            return replace(session, claims={**session.claims, claim.id: claim})
        case "claim_superseded" | "claim_disputed" | "claim_accepted" | "claim_rejected":
            return _with_claim(session, type_, payload)
        case "need_changed" | "need_asked" | "need_negotiated":
            return _with_need(session, type_, payload)
        case "need_added":
            return _with_new_need(session, payload)
        case "need_merged":
            need = session.needs[payload["key"]]
            origins = (*need.origins, payload["origin"])
            changed = replace(need, origins=origins, version=need.version + 1)
            return replace(session, needs={**session.needs, need.key: changed})
        case "facts_found":
            facts = {root: {**session.facts.get(root, {}), **new} for root, new in payload.items()}
            return replace(session, facts={**session.facts, **facts})
        case "industry_changed":
            return replace(session, industry=payload)
        case "output_approved":
            return replace(session, approval=payload)
        case "discovery_reopened":
            return replace(session, phase="validation", approval=None)
        case "task_added" | "task_completed" | "task_cancelled":
            return _with_task(session, type_, payload)
        case "summary_added":
            return replace(session, summaries=(*session.summaries, Summary(**payload)))
        case "phase_changed" | "level_changed" | "domain_changed":
            part = type_.removesuffix("_changed")
            return replace(session, **{part: payload[part]})
        case "turn_ended":
            return replace(
                session,
                turn=payload["turn"],
                completeness=payload["completeness"],
                asked_key=payload["asked_key"],
                version=session.version + 1,
            )
    raise AssertionError(f"no session knows the event {type_!r}")


def agenda(session: Session, objective: Objective) -> Objective:
    """Return an objective with the obligations that came up in a conversation after its own."""
    added = [obligation_of(n.obligation) for n in session.needs.values() if n.obligation]
    return replace(objective, obligations=(*objective.obligations, *added)) if added else objective


def message_of(value: Mapping[str, Any]) -> Message:
    """Return a message from its stored form."""
    revises = value.get("revises")
    return Message(
        **{**_known(Message, value), "id": _uuid(value["id"]), "revises": _uuid(revises)}
    )


def claim_of(value: Mapping[str, Any]) -> Claim:
    """Return a claim from its stored form."""
    return Claim(
        **{
            **_known(Claim, value),
            "id": _uuid(value["id"]),
            "message_id": _uuid(value["message_id"]),
            "superseded_by": _uuid(value.get("superseded_by")),
            "confidence": float(value["confidence"]),
        }
    )


def task_of(value: Mapping[str, Any]) -> Task:
    """Return a task from its stored form."""
    options = tuple(value.get("options") or ())
    return Task(**{**_known(Task, value), "id": _uuid(value["id"]), "options": options})


def summary_of(value: Mapping[str, Any]) -> Summary:
    """Return a summary from its stored form."""
    return Summary(**_known(Summary, value))


def need_of(value: Mapping[str, Any]) -> Need:
    """Return a need from its stored form."""
    return Need(
        **{
            **_known(Need, value),
            "status": NeedStatus(value["status"]),
            "confidence": float(value["confidence"]),
            "origins": tuple(value.get("origins") or ()),
        }
    )


def _with_claim(session: Session, type_: str, payload: Mapping[str, Any]) -> Session:
    claim = session.claims[UUID(payload["id"])]
    status = type_.removeprefix("claim_")
    by = _uuid(payload.get("by")) if status == "superseded" else None
    confidence = payload.get("confidence", claim.confidence)
    changed = replace(claim, status=status, superseded_by=by, confidence=confidence)  # type: ignore[arg-type]
    return replace(session, claims={**session.claims, claim.id: changed})


def _with_need(session: Session, type_: str, payload: Mapping[str, Any]) -> Session:
    need = session.needs[payload["key"]]
    if type_ == "need_asked":
        changed = replace(need, attempts=need.attempts + 1, last_attempt_turn=payload["turn"])
    elif type_ == "need_negotiated":
        changed = replace(need, negotiation=payload["negotiation"])
    else:
        status = NeedStatus(payload["status"])
        is_first = status is NeedStatus.SATISFIED and need.status is not NeedStatus.SATISFIED
        changed = replace(
            need,
            status=status,
            confidence=payload["confidence"],
            reason=payload.get("reason", need.reason),
            satisfied_at_turn=payload["turn"] if is_first else need.satisfied_at_turn,
        )
    changed = replace(changed, version=need.version + 1)
    return replace(session, needs={**session.needs, need.key: changed})


def _with_new_need(session: Session, payload: Mapping[str, Any]) -> Session:
    need = Need(
        key=payload["key"],
        position=len(session.needs),
        obligation=payload["obligation"],
        origins=(payload["origin"],),
    )
    return replace(session, needs={**session.needs, need.key: need})


def _with_task(session: Session, type_: str, payload: Mapping[str, Any]) -> Session:
    if type_ == "task_added":
        task = task_of(payload)
    else:
        known = session.tasks[UUID(payload["id"])]
        status = type_.removeprefix("task_")
        task = replace(known, status=status, result=payload.get("result"))  # type: ignore[arg-type]
    return replace(session, tasks={**session.tasks, task.id: task})


def _known(kind: type[Any], value: Mapping[str, Any]) -> dict[str, Any]:
    names = kind.__dataclass_fields__
    return {name: part for name, part in value.items() if name in names}


def _uuid(value: Any) -> Any:
    return UUID(value) if isinstance(value, str) else value
