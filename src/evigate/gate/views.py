"""What the gate's pages show, made of what the verbs return; no database and no request here."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from markupsafe import Markup

from evigate.gate.artifacts import Content
from evigate.gate.evals import FAULT_LISTS
from evigate.gate.kinds import Kinds
from evigate.gate.models import Artifact, CitationRow, EvalRun, Result, ReviewTask
from evigate.kernel.pages import render_prose

TITLE_CHARACTERS = 140
# Written in capitals where a code becomes words.
INITIALS = {"qa": "QA", "pii": "PII"}
CONTEXT_CHARACTERS = 700
DETAILS_CHARACTERS = 6_000
# The house's words for what the gate's statuses come to; see the badges.
STATUS_WORDS = {
    "PENDING_GENERATION": "queued",
    "PENDING_EVAL": "waiting",
    "APPROVED": "approved",
    "REJECTED": "rejected",
    "RETIRED": "retired",
    "NEEDS_REVISION": "stale",
}
# Under these names groundedness lists the spans of a claim that nothing supports.
SPAN_LISTS = ("numbers", "names", "negations", "words")
EVENT_WORDS = {
    "artifact_created": "drafted",
    "artifact_moved": "moved",
    "artifact_evaluated": "judged",
    "artifact_reviewed": "reviewed",
    "evidence_moved": "evidence moved",
    "evidence_changed": "evidence changed or went",
    "evidence_replaced": "new evidence",
    "fail_waived": "a miss was waived",
    "comment_added": "a comment",
}


def words_of(code: str) -> str:
    """Return a code such as "dead_distractor" or "QA_ALIGNMENT" as words."""
    first, *rest = (INITIALS.get(each, each) for each in code.lower().split("_"))
    return " ".join([first[:1].upper() + first[1:], *rest])


def status_word(status: str) -> str:
    """Return a status as badges know it."""
    return STATUS_WORDS.get(status, status.lower())


def kind_title(kinds: Kinds, name: str) -> str:
    """Return a kind's title, or its name where no room registered it."""
    kind = kinds.find(name)
    return kind.title if kind else name


def title_of(kinds: Kinds, kind_name: str, content: Content | None) -> str:
    """Return a draft in a line: its question, else its first text, else its key."""
    kind = kinds.find(kind_name)
    if content is None:
        return "A draft that is gone"
    if kind is None or content.payload is None:
        return content.key
    reading = kind.read(content.payload)
    text = reading.question or next(iter(reading.texts.values()), content.key)
    return text if len(text) <= TITLE_CHARACTERS else f"{text[: TITLE_CHARACTERS - 1]}…"


def body_of(kinds: Kinds, artifact: Artifact) -> dict[str, Any]:
    """Return a draft's content as its kind renders it; as plain values where that cannot be."""
    payload = artifact.artifact_payload
    if payload is None:
        return {"html": None, "plain": None, "blob": artifact.blob_sha256}
    kind = kinds.find(artifact.kind)
    html: Markup | None = None
    if kind is not None:
        try:
            html = render_prose(kind.render(payload))
        except ValueError:
            # It breaks its schema, which the checks say; a person sees what there is.
            html = None
    plain = None if html else json.dumps(payload, ensure_ascii=False, indent=2)
    return {"html": html, "plain": plain, "blob": None}


def citation_row(each: CitationRow) -> dict[str, Any]:
    """Return a quote within its passage, and where a person sees it on its page."""
    return {
        "quote": each.quote,
        "parts": _around(each),
        "document": each.document or "a document that is gone",
        "place": " › ".join([*each.heading_path, f"page {each.page}"]),
        "state": {"fresh": "ok", "stale": "missing"}.get(each.state, each.state),
        "href": _page_href(each),
    }


def _around(each: CitationRow) -> list[dict[str, Any]]:
    """Return the passage in pieces, the quote marked; the quote alone where its passage is gone."""
    if each.context is None:
        return [{"text": each.quote, "is_marked": True}]
    end = each.start_char + len(each.quote)
    spare = max(0, CONTEXT_CHARACTERS - len(each.quote)) // 2
    first, last = max(0, each.start_char - spare), min(len(each.context), end + spare)
    pieces = (
        (("…" if first else "") + each.context[first : each.start_char], False),
        (each.context[each.start_char : end], True),
        (each.context[end:last] + ("…" if last < len(each.context) else ""), False),
    )
    return [{"text": text, "is_marked": marked} for text, marked in pieces if text]


def _page_href(each: CitationRow) -> str | None:
    if each.store_id is None:
        return None
    place: dict[str, int] = {"page": each.page}
    if each.context_start is not None:
        start = each.context_start + each.start_char
        place |= {"start": start, "end": start + len(each.quote)}
    return f"/stores/{each.store_id}/documents/{each.document_id}?{urlencode(place)}#marked"


def result_row(each: Result) -> dict[str, Any]:
    """Return a check's result with its bounds in words, and what it complains of."""
    outcome = {True: "passed", False: "missed", None: "not measured"}[each.passed]
    if each.passed is None and each.score is not None:
        outcome = "advice"
    return {
        "check": words_of(each.eval_type),
        "kind": "hard" if each.hard_fail else "advice" if each.is_advisory else "soft",
        "score": each.score,
        "bounds": _bounds(each),
        "outcome": outcome,
        "judge": f"{each.judge} {each.judge_version}",
        "may_gate": each.may_gate,
        "reason": each.details.get("reason"),
        "complaints": list(_complaints(each.details)) if each.passed is not True else [],
        "details": _details(each.details),
    }


def _bounds(each: Result) -> str:
    low = "" if each.min_score is None else f"≥ {each.min_score.normalize():f}"
    high = "" if each.max_score is None else f"≤ {each.max_score.normalize():f}"
    return ", ".join(filter(None, [low, high])) or "any"


def _complaints(details: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a check holds against the draft: faults with their spans, words not borne out."""
    for name in FAULT_LISTS:
        for each in details.get(name, ()):
            yield _fault(each) if isinstance(each, Mapping) else str(each)
    for claim in details.get("claims", ()):
        for name in SPAN_LISTS if isinstance(claim, Mapping) else ():
            if claim.get(name):
                yield f"{name} that the passage does not bear out: {_spans(claim[name])}"
    nearest = details.get("nearest")
    if isinstance(nearest, Mapping):
        yield f"the nearest: “{nearest.get('text', '')}”"


def _fault(each: Mapping[str, Any]) -> str:
    place = each.get("path") or each.get("option") or ""
    said = each.get("message") or each.get("rule") or each.get("kind") or ""
    span = _spans(each["spans"]) if each.get("spans") else each.get("text") or ""
    return ": ".join(str(part) for part in (place, said, span) if part)


def _spans(spans: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(f"“{each['text']}”" for each in spans)


def _details(details: Mapping[str, Any]) -> str | None:
    rest = {name: value for name, value in details.items() if name != "reason"}
    if not rest:
        return None
    text = json.dumps(rest, ensure_ascii=False, indent=1, default=str)
    return text if len(text) <= DETAILS_CHARACTERS else f"{text[:DETAILS_CHARACTERS]}…"


def eval_row(each: EvalRun, names: Mapping[str, str]) -> dict[str, Any]:
    """Return a judgement in a line; a person's verdict names the person."""
    said = {True: "passed", False: "failed", None: each.status.lower()}[each.overall_pass]
    judge = each.judge_model
    if judge.startswith("human:"):
        judge = who(judge.removeprefix("human:"), names)
    return {
        "id": each.id,
        "suite": f"{each.suite_name}@{each.suite_version}",
        "judge": judge,
        "said": said,
        "is_doubtful": bool(each.needs_review),
        "is_trial": each.is_trial,
        "score": each.overall_score,
        "error": (each.error or {}).get("message"),
        "at": each.finished_at or each.started_at,
    }


def task_row(
    task: ReviewTask, kinds: Kinds, content: Content | None, names: Mapping[str, str], now: datetime
) -> dict[str, Any]:
    """Return a line of the queue."""
    return {
        "id": task.id,
        "title": title_of(kinds, task.kind, content),
        "kind": kind_title(kinds, task.kind),
        "reason": task.reason,
        "who": who(task.assigned_to, names) if task.assigned_to else None,
        "given": task.given,
        "wanted": task.wanted,
        "is_blind": task.is_blind,
        "is_audit": task.is_audit,
        "age": age(now, task.created_at),
        "created_at": task.created_at,
        "outcome": status_word(task.outcome) if task.outcome else None,
    }


def age(now: datetime, then: datetime) -> str:
    """Return how long ago, in the largest unit that is full; "now" below a minute."""
    seconds = max(0, int((now - then).total_seconds()))
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        count = seconds // size
        if count:
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "now"


def who(actor: str, names: Mapping[str, str]) -> str:
    """Return an actor as people know them."""
    return names.get(actor, actor.replace("_", " "))


def neighbours(
    tasks: Sequence[ReviewTask], task_id: UUID
) -> tuple[ReviewTask | None, ReviewTask | None]:
    """Return the tasks before and after one in the queue; None and the first if it is not there."""
    places = [number for number, each in enumerate(tasks) if each.id == task_id]
    if not places:
        return None, tasks[0] if tasks else None
    place = places[0]
    return (
        tasks[place - 1] if place else None,
        tasks[place + 1] if place + 1 < len(tasks) else None,
    )


def edit_href(kinds: Kinds, kind: str, artifact_id: UUID) -> str | None:
    """Return where a draft of this kind is edited, if anywhere."""
    found = kinds.find(kind)
    if found is None or not found.edit_href:
        return None
    return found.edit_href.format(artifact_id=artifact_id)


def event_row(event: Any, names: Mapping[str, str]) -> dict[str, Any]:
    """Return a line of an artifact's history."""
    payload = event.payload
    told = ""
    if event.type == "artifact_moved":
        told = f"{status_word(payload['from'])} → {status_word(payload['to'])}: {payload['reason']}"
    elif event.type in ("evidence_changed", "evidence_moved"):
        told = f"“{payload.get('quote', '')}”"
    elif event.type == "artifact_reviewed":
        told = str(payload.get("verdict") or "a blind verdict").lower().replace("_", " ")
    elif event.type == "artifact_created":
        told = f"version {payload.get('version')} by {payload.get('producer')}"
    elif event.type == "fail_waived":
        told = f"{payload.get('eval_type')}: {payload.get('reason')}"
    elif event.type == "artifact_evaluated":
        said = {True: "passed", False: "failed", None: "not measured"}[payload.get("pass")]
        parts = (said, payload.get("score"), "a trial" if payload.get("is_trial") else None)
        told = ", ".join(str(part) for part in parts if part is not None)
    return {
        "what": EVENT_WORDS.get(event.type, event.type.replace("_", " ")),
        "told": told,
        "who": who(event.actor, names),
        "at": event.recorded_at,
    }
