"""From the rows of a project to a snapshot: what was said, chosen, answered, and is still open.

Pure but for its arguments, which the service reads in one transaction: a session, a board, a plan,
the tenant's library, the tasks that wait for somebody.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from evigate.studio import fields
from evigate.studio.features.closure import dependency_order
from evigate.studio.features.models import Board, Chosen
from evigate.studio.library import Library, match_features
from evigate.studio.planning.models import MEDIUM, OPEN, Plan, PlanQuestion, plain_value
from evigate.studio.project_discovery import PROJECT_DISCOVERY
from evigate.studio.session.conflicts import shown
from evigate.studio.session.models import Claim, Message, Session
from evigate.studio.specification.models import (
    Assumed,
    ChosenFeature,
    Decided,
    Known,
    Open,
    Practice,
    Said,
    Snapshot,
    Source,
    Style,
)
from evigate.studio.specification.systems import systems_of
from evigate.studio.specification.things import source_of, things_of
from evigate.studio.standing import NeedStatus

SOURCES_MAX = 6
TITLES: Mapping[str, str] = {each.key: each.title for each in PROJECT_DISCOVERY.obligations}
DOMAINS_MAX = 2


def snapshot_of(
    session: Session,
    board: Board,
    plan: Plan,
    library: Library,
    *,
    style: Style,
    known: Sequence[Known] = (),
    waiting: Sequence[Open] = (),
    looks: Mapping[str, Any] | None = None,
) -> Snapshot:
    """Return all that a specification is compiled from, in orders that nothing else moves."""
    messages = live_messages(session)
    claims = _accepted(session, list(messages))
    domains = tuple(_domains(session))
    features = _features(board, claims, messages, library)
    return Snapshot(
        name=board.name,
        style=style,
        domains=domains,
        evidence={**messages, **_written(board, plan)},
        claims=claims,
        features=features,
        seeds={
            each.key: _holding(str(each.claim_id), each.quote, claims, session)
            for each in board.seeds
        },
        asks=_asks(session),
        decisions=tuple(_decided(each) for each in plan.questions if _is_decided(each)),
        assumed=(*_assumed(plan), *_left_out(session, plan)),
        open=(*_open(session, board, plan), *waiting),
        things=things_of(library, domains, claims, messages),
        roles={key: text for d in domains for key, text in _roles(library, d).items()},
        systems=tuple(systems_of(claims, messages, library)),
        practices=tuple(
            Practice(each.pattern_key, each.pattern_name, each.spec_additions)
            for each in sorted(plan.patterns, key=lambda p: p.pattern_key)
            if each.status == "applied"
        ),
        looks=looks,
        library_version=library.version,
        known=tuple(known),
    )


def live_messages(session: Session) -> dict[str, str]:
    """Return what people said and hold to, by id; a revision stands where the first did."""
    revised = {each.revises for each in session.messages if each.revises is not None}
    by_id = {each.id: each for each in session.messages}

    def place(message: Message) -> int:
        while message.revises is not None and message.revises in by_id:
            message = by_id[message.revises]
        return message.position

    live = [each for each in session.messages if each.role == "user" and each.id not in revised]
    return {str(each.id): each.content for each in sorted(live, key=place)}


def _accepted(session: Session, messages: Sequence[str]) -> tuple[Said, ...]:
    """Return the claims that hold, by where their words stand: a revision keeps the order."""
    held = [_said(each, session) for each in session.claims.values() if each.status == "accepted"]
    places = {message: at for at, message in enumerate(messages)}

    def place(claim: Said) -> tuple[int, int, int, str, str]:
        return (
            places.get(claim.message, len(places)),
            claim.start,
            claim.end,
            claim.field,
            claim.shown,
        )

    return tuple(sorted(held, key=place))


def _said(claim: Claim, session: Session) -> Said:
    return Said(
        id=str(claim.id),
        root=_root(claim, session),
        field=claim.field_path,
        value=claim.value,
        shown=shown(claim.value),
        message=str(claim.message_id),
        quote=claim.quote,
        start=claim.quote_start,
        end=claim.quote_end,
    )


def _root(claim: Claim, session: Session) -> str:
    """Return the first of the claims that a claim stands in the place of."""
    before = {
        each.superseded_by: each
        for each in session.claims.values()
        if each.superseded_by is not None
    }
    seen = {claim.id}
    while (old := before.get(claim.id)) is not None and old.id not in seen:
        seen.add(old.id)
        claim = old
    return str(claim.id)


def _domains(session: Session) -> Iterator[str]:
    found = session.facts.get("domain", {})
    ranked = sorted(found, key=lambda key: (-float(found[key].get("score", 0)), key))
    yield from ranked[:DOMAINS_MAX]


def _roles(library: Library, domain: str) -> Mapping[str, str]:
    found = library.domain(domain)
    return found.roles if found else {}


def _features(
    board: Board, claims: Sequence[Said], messages: Mapping[str, str], library: Library
) -> tuple[ChosenFeature, ...]:
    by_key = {each.key: each for each in board.selected}
    order = [by_key[key] for key in dependency_order(board.selected)[0]]
    hits = _hits(messages, library)
    own = {each.key: _own_sources(each, board, claims, hits) for each in order}
    return tuple(
        ChosenFeature(
            key=each.key,
            title=each.title,
            summary=each.summary,
            importance=each.importance,
            effort=each.effort,
            origin=each.origin,
            notes=each.notes,
            depends=tuple(key for key in each.depends if key in by_key),
            needed_by=tuple(key for key in each.needed_by if key in by_key),
            accept=each.accept,
            seed_keys=each.seed_keys,
            sources=_sources(each, order, own),
            laws=_laws(each, library),
        )
        for each in order
    )


def _laws(feature: Chosen, library: Library) -> tuple[str, ...]:
    """Return the laws of a feature's criteria that still read as the library has them."""
    entry = next((each for each in library.features if each.key == feature.key), None)
    known = dict(zip(entry.accept, entry.laws, strict=False)) if entry is not None else {}
    return tuple(known.get(text) or "" for text in feature.accept)


def _hits(messages: Mapping[str, str], library: Library) -> dict[str, list[Source]]:
    found: dict[str, list[Source]] = {}
    for message, text in messages.items():
        for match in match_features(text, library):
            for hit in match.hits:
                source = Source("message", message, message, hit.quote, hit.start, hit.end)
                found.setdefault(match.key, []).append(source)
    return found


def _own_sources(
    feature: Chosen, board: Board, claims: Sequence[Said], hits: Mapping[str, Sequence[Source]]
) -> tuple[Source, ...]:
    """Return the words that ask for a feature: claims first, then other words, then the board's."""
    by_id = {each.id: each for each in claims}
    seeds = [each for each in board.seeds if each.key in feature.seed_keys]
    found: list[Source] = []
    for seed in seeds:
        claim = by_id.get(str(seed.claim_id)) or next(
            (c for c in claims if c.field == seed.source_field and c.quote == seed.quote), None
        )
        if claim is not None:
            found.append(source_of(claim))
    for hit in hits.get(feature.key, ()):
        over = [
            c for c in claims if c.message == hit.text and c.start < hit.end and hit.start < c.end
        ]
        found.append(source_of(min(over, key=lambda c: (c.end - c.start, c.id))) if over else hit)
    if feature.origin == "custom":
        found.append(_on_board(feature.key, "title", feature.title))
    if feature.notes.strip():
        found.append(_on_board(feature.key, "notes", feature.notes))
    # The same words may be claims of several fields; a requirement quotes them once.
    places = {(each.text, each.start, each.end): each for each in reversed(found)}
    return tuple(e for e in found if places[e.text, e.start, e.end] is e)[:SOURCES_MAX]


def _on_board(key: str, part: str, text: str) -> Source:
    return Source("board", key, f"board:{key}:{part}", text, 0, len(text))


def _sources(
    feature: Chosen, order: Sequence[Chosen], own: Mapping[str, tuple[Source, ...]]
) -> tuple[Source, ...]:
    """Return a feature's own sources, else those of what needs it, step by step."""
    seen, waiting = {feature.key}, [feature.key]
    while waiting:
        key = waiting.pop(0)
        if own[key]:
            if key == feature.key:
                return own[key]
            return tuple(
                Source(s.kind, s.id, s.text, s.quote, s.start, s.end, key) for s in own[key]
            )
        for each in order:
            if key in each.depends and each.key not in seen:
                seen.add(each.key)
                waiting.append(each.key)
    return ()


def _holding(claim_id: str, quote: str, claims: Sequence[Said], session: Session) -> str:
    """Return the claim that a seed rests on now: its own, or one that took its place."""
    own = next((each for each in claims if each.id == claim_id), None)
    if own is not None:
        return own.id
    known = {str(each.id): each for each in session.claims.values()}
    seen: set[str] = set()
    while claim_id in known and claim_id not in seen:
        seen.add(claim_id)
        following = known[claim_id].superseded_by
        if following is None:
            break
        claim_id = str(following)
    return claim_id


def _written(board: Board, plan: Plan) -> dict[str, str]:
    texts = {}
    for each in board.selected:
        if each.origin == "custom":
            texts[f"board:{each.key}:title"] = each.title
        if each.notes.strip():
            texts[f"board:{each.key}:notes"] = each.notes
    for question in plan.questions:
        if question.answer is not None:
            texts[f"answer:{question.key}"] = question.answer.formatted
    return texts


def _asks(session: Session) -> dict[str, str]:
    return {
        key: str(need.obligation["title"])
        for key, need in sorted(session.needs.items())
        if key.startswith(fields.DETAILS) and need.obligation is not None
    }


def _is_decided(question: PlanQuestion) -> bool:
    return question.answer is not None and question.status not in ("withdrawn", "skipped")


def _decided(question: PlanQuestion) -> Decided:
    assert question.answer is not None
    return Decided(
        question.key,
        question.ask,
        question.kind,
        question.answer.raw,
        question.answer.formatted,
        question.answer.version,
        question.answer.source,
        question.feature_keys,
    )


def _assumed(plan: Plan) -> Iterator[Assumed]:
    for each in plan.questions:
        prefill = each.prefill
        if prefill is None:
            continue
        text = f"{each.ask} {plain_value(prefill.value)}"
        if each.status == "suppressed":
            yield Assumed(
                each.key, text, f"A pattern that was applied settles it. {prefill.explanation}"
            )
        elif each.status == "prefilled" and prefill.confidence >= MEDIUM:
            yield Assumed(each.key, text, prefill.explanation)


def _left_out(session: Session, plan: Plan) -> Iterator[Assumed]:
    """Yield what was left out with a reason: whoever reads on must know that nobody said it."""
    for need in sorted(session.needs.values(), key=lambda each: each.key):
        if need.status is NeedStatus.SKIPPED and need.reason:
            title = TITLES.get(need.key) or str((need.obligation or {}).get("title", need.key))
            yield Assumed(f"need/{need.key}", f"It is built without knowing: {title}.", need.reason)
    for each in plan.questions:
        if each.status == "skipped" and each.reason:
            yield Assumed(each.key, f"It is built without an answer: {each.ask}", each.reason)


def _open(session: Session, board: Board, plan: Plan) -> Iterator[Open]:
    for each in plan.questions:
        if each.has_conflict:
            yield Open(
                f"question/{each.key}", f"Two answers stand against each other: {each.ask}", True
            )
        elif each.status in OPEN:
            yield Open(f"question/{each.key}", each.ask, each.is_required)
    for seed in board.undecided():
        yield Open(f"seed/{seed.key}", f"Is this met, and by what? {seed.feature_name}", True)
    for seed in board.seeds:
        decided = board.decisions.get(seed.key)
        if decided is not None and decided.decision == "left":
            text = f"Is this met, and by what? {seed.feature_name} Left: {decided.reason}"
            yield Open(f"seed/{seed.key}", text, False)
    disputed = [each for each in session.claims.values() if each.status == "disputed"]
    for claim in disputed:
        yield Open(f"claim/{claim.id}", f"Does this hold? “{shown(claim.value)}”", True)
    for task in session.tasks.values():
        if task.status == "pending":
            yield Open(f"task/{task.id}", task.title, task.kind == "DECIDE")
