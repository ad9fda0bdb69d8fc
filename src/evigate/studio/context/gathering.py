"""What a project has for an agent to read, as pieces: said, known, chosen, answered, specified.

Pure. Each piece names those that it rests on, so that what is given is whole, and a change is seen
wherever it reaches. A piece is as small as somebody would ask for it: a message, a feature, a
requirement with its tests, a record.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evigate.studio.context.models import Dependency, Piece, Section
from evigate.studio.features.models import Board, Chosen
from evigate.studio.objective import Objective
from evigate.studio.planning.models import Plan, PlanQuestion
from evigate.studio.session.conflicts import shown
from evigate.studio.session.models import Session
from evigate.studio.session.summaries import summary_text
from evigate.studio.specification.collecting import live_messages

Payload = Mapping[str, Any]
Links = dict[str, Dependency]
OUTPUT = "known/output"
# A requirement's id, and where code comes apart: two empty lines stand between its parts.
_ID = re.compile(r"\b[A-Z]{2,5}(?:-[A-Z0-9]+)+\b")
_PARTS = re.compile(r"\n\n\n+")


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was uploaded to a project, by its chunks: heading and text."""

    id: str
    title: str
    chunks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a kit made of an approved plan: texts by path; current where its specification is."""

    kit_id: str
    texts: Mapping[str, str]
    is_current: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """Research that came to something."""

    id: str
    query: str
    result: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Made:
    """Something that was compiled of the project, and whether it still follows from it."""

    name: str
    payload: Mapping[str, Any]
    is_current: bool


@dataclass(frozen=True, slots=True)
class Material:
    """A project as one transaction saw it; None and empty for what is not there yet."""

    session: Session
    objective: Objective
    board: Board | None = None
    plan: Plan | None = None
    planned: tuple[Made, ...] = ()
    specification: Made | None = None
    design: Mapping[str, Any] | None = None
    documents: tuple[Document, ...] = ()
    research: tuple[Looked, ...] = ()
    bundles: tuple[Bundle, ...] = ()


def pieces_of(found: Material) -> list[Piece]:
    """Return a project's pieces; keys differ. What names one that is not there, names nothing."""
    pieces = [
        *_said(found.session),
        *_known(found.session, found.objective),
        *_features(found.board),
        *_decisions(found.plan),
        *(_planned(each) for each in found.planned),
        *_specified(found.specification),
        *_looks(found.design),
        *(_document(each) for each in found.documents),
        *(_looked(each) for each in found.research),
        *(piece for each in found.bundles for piece in _bundled(each)),
    ]
    keys = {each.key for each in pieces}
    return [_linked(each, keys) for each in pieces]


def _linked(piece: Piece, keys: Iterable[str]) -> Piece:
    known = set(keys)
    links = {key: how for key, how in sorted(piece.links.items()) if key in known - {piece.key}}
    return Piece(piece.kind, piece.key, piece.title, piece.sections, links,
                 piece.is_derived, piece.is_current)  # fmt: skip


def _said(session: Session) -> Iterator[Piece]:
    for number, text in enumerate(live_messages(session).values(), start=1):
        yield Piece("doc", _message(number), f"What was said, {number}", (Section("", text),))


def _message(number: int) -> str:
    return f"said/{number:03}"


def _known(session: Session, objective: Objective) -> Iterator[Piece]:
    """Yield what the conversation came to: its summary, and the claims by the part of the whole."""
    places = {each: _message(at) for at, each in enumerate(live_messages(session), start=1)}
    parts: dict[str, list[Any]] = defaultdict(list)
    for claim in session.claims.values():
        if claim.status == "accepted":
            parts[claim.field_path.partition(".")[0]].append(claim)
    for part, claims in sorted(parts.items()):
        claims.sort(key=lambda each: (each.field_path, each.position))
        sections = [
            Section(each.field_path.partition(".")[2], f"{shown(each.value)} (“{each.quote}”)")
            for each in claims
        ]
        links: Links = {
            places[str(each.message_id)]: "references"
            for each in claims
            if str(each.message_id) in places
        }
        yield Piece("research", f"known/{part}", _spoken(part), tuple(sections), links)
    if text := summary_text(session, objective):
        on: Links = {f"known/{part}": "references" for part in parts}
        yield Piece("research", OUTPUT, "What the discovery came to", (Section("", text),), on)


def _features(board: Board | None) -> Iterator[Piece]:
    if board is not None:
        yield from (_feature(each, board) for each in board.selected)


def _feature(each: Chosen, board: Board) -> Piece:
    seeds = [seed for seed in board.seeds if seed.key in each.seed_keys]
    sections = [Section("", f"{each.summary} Importance: {each.importance}.")]
    if each.accept:
        sections.append(Section("Accepted when", _lines(each.accept)))
    if seeds:
        said = (f"“{seed.quote}” {seed.rationale}" for seed in seeds)
        sections.append(Section("Because somebody said", _lines(said)))
    if each.notes.strip():
        sections.append(Section("Notes", each.notes.strip()))
    links: Links = {f"known/{s.source_field.partition('.')[0]}": "references" for s in seeds}
    links |= {f"feature/{key}": "imports" for key in each.depends}
    return Piece("plan", f"feature/{each.key}", each.title, tuple(sections), links)


def _decisions(plan: Plan | None) -> Iterator[Piece]:
    groups: dict[str, list[PlanQuestion]] = defaultdict(list)
    for each in plan.questions if plan else ():
        if each.answer is not None and each.status not in ("withdrawn", "skipped"):
            groups[each.group_key].append(each)
    for group, questions in sorted(groups.items()):
        sections = tuple(
            Section(each.ask, each.answer.formatted) for each in questions if each.answer
        )
        links: Links = {
            f"feature/{key}": "references" for each in questions for key in each.feature_keys
        }
        yield Piece("plan", f"decided/{group}", f"Decided: {_spoken(group)}", sections, links)


def _planned(made: Made) -> Piece:
    sections = tuple(Section(_spoken(k), _text(each)) for k, each in made.payload.items())
    links: Links = {f"feature/{key}": "references" for key in _keys_of(made.payload)}
    return Piece("plan", f"planning/{made.name}", _spoken(made.name).capitalize(), sections,
                 links, True, made.is_current)  # fmt: skip


def _keys_of(payload: Payload) -> Iterator[str]:
    """Yield what a planning artifact names as features, wherever it does."""
    for name, value in payload.items():
        entries = value if isinstance(value, list) else [value]
        if name in ("feature", "features", "feature_keys"):
            yield from (e if isinstance(e, str) else str(e.get("key")) for e in entries if e)
        for each in entries:
            if isinstance(each, Mapping):
                yield from _keys_of(each)


def _specified(made: Made | None) -> Iterator[Piece]:
    if made is None:
        return
    spec, current = made.payload, made.is_current
    tests: dict[str, list[Payload]] = defaultdict(list)
    for test in spec["tests"]:
        tests[test["requirement"] or ""].append(test)
    for each in spec["requirements"]:
        yield _requirement(each, current)
        if own := tests.get(each["id"]):
            sections = tuple(Section(test["id"], test["steps"]) for test in own)
            links: Links = {f"requirement/{each['id']}": "extends"}
            title = f"Tests of {each['id']}"
            yield Piece("test", f"tests/{each['id']}", title, sections, links, True, current)
    for each in spec["entities"]:
        yield from _record(each, spec, current)
    yield from _spec_rest(spec, current)


def _requirement(each: Payload, current: bool) -> Piece:
    sections = [Section("", each["text"])]
    if each["criteria"]:
        told = (_sentence(criterion) for criterion in each["criteria"])
        sections.append(Section("Accepted when", _lines(told)))
    quotes = _lines(f"“{source['quote']}”" for source in each["sources"])
    sections.append(Section("Because somebody said", quotes))
    links: Links = {f"feature/{key}": "references" for key in each["traces"]["features"]}
    links |= {f"record/{key}": "includes" for key in each["traces"]["entities"]}
    title = f"{each['id']} {each['title']}"
    return Piece("spec", f"requirement/{each['id']}", title, tuple(sections), links, True, current)


def _sentence(criterion: Payload) -> str:
    told = ((word, criterion[word]) for word in ("given", "when", "then"))
    return ", ".join(f"{word} {text}" for word, text in told if text)


def _record(each: Payload, spec: Payload, current: bool) -> Iterator[Piece]:
    kept = [
        f"{f['name']}: {f['type']}{' ' + ', '.join(f['of']) if f['of'] else ''}"
        f"{', required' if f['is_required'] else ''}"
        f"{', private' if f['name'] in each['sensitive'] else ''}"
        for f in each["fields"]
    ]
    sections = [Section("", each["summary"] or each["title"]), Section("Fields", _lines(kept))]
    if each["machine"]:
        steps = (
            f"{s['start']} to {s['end']}: {s['trigger']}{' by ' + s['actor'] if s['actor'] else ''}"
            for s in each["machine"]["steps"]
        )
        sections.append(Section("Steps", _lines(steps)))
    rights = (
        f"{p['role']}: {', '.join(p['actions'])}{' (their own)' if p['condition'] else ''}"
        for p in spec["permissions"]
        if p["entity"] == each["key"]
    )
    if text := _lines(rights):
        sections.append(Section("Who may", text))
    key = f"record/{each['key']}"
    refers: Links = {
        f"record/{other}": "references"
        for f in each["fields"] if f["type"] in ("reference", "ref", "list") for other in f["of"]
    }  # fmt: skip
    yield Piece("schema", key, each["title"], tuple(sections), refers, True, current)
    calls = [
        Section(
            e["id"], f"{e['method'].upper()} {e['path']}, for {', '.join(e['roles']) or 'nobody'}"
        )
        for e in spec["endpoints"]
        if e["thing"] == each["key"]
    ]
    if calls:
        title = f"Calls of {each['title']}"
        yield Piece("schema", f"calls/{each['key']}", title, tuple(calls), {key: "imports"},
                    True, current)  # fmt: skip


def _spec_rest(spec: Payload, current: bool) -> Iterator[Piece]:
    parts = {
        "assumptions": [Section("", f"{e['text']} {e['why']}") for e in spec["assumptions"]],
        "open": [Section("", e["text"]) for e in spec["open_questions"]],
        "runbook": [Section(e["title"], _lines(e["steps"])) for e in spec["runbook"]],
        "words": [Section(e["term"], e["meaning"]) for e in spec["glossary"]],
        "practices": [Section(e["title"], _lines(e["steps"])) for e in spec["practices"]],
    }
    titles = {"open": "Open questions", "words": "Words and what they mean"}
    for name, sections in parts.items():
        if sections:
            title = titles.get(name, name.capitalize())
            yield Piece("spec", f"spec/{name}", title, tuple(sections), {}, True, current)


def _looks(design: Mapping[str, Any] | None) -> Iterator[Piece]:
    if design is not None:
        sections = [Section(key, _text(value)) for key, value in design["tokens"].items()]
        sections.append(Section("CSS variables", design["css"]))
        yield Piece("code", "looks/tokens", f"The looks: {design['board']}", tuple(sections))


def _document(each: Document) -> Piece:
    sections = tuple(Section(heading, text) for heading, text in each.chunks)
    return Piece("doc", f"document/{each.id}", each.title, sections)


def _looked(each: Looked) -> Piece:
    points = tuple(Section(p["title"], p["text"]) for p in each.result.get("points", ()))
    decide = each.result.get("decide") or []
    sections = (*points, Section("To decide", _lines(decide))) if decide else points
    sections = sections or (Section("", "Nothing was found."),)
    return Piece("research", f"research/{each.id}", f"Looked up: {each.query}", sections)


def _bundled(bundle: Bundle) -> Iterator[Piece]:
    """Yield the files of a bundle, each resting on the requirements and the record it names."""
    for path, text in bundle.texts.items():
        stem = path.rpartition("/")[2].partition(".")[0]
        links: Links = {f"requirement/{each}": "references" for each in _ID.findall(text)}
        links |= {f"record/{stem}": "references", f"calls/{stem}": "references"}
        sections = tuple(
            Section("", part.strip("\n")) for part in _PARTS.split(text) if part.strip()
        )
        key = f"bundle/{bundle.kit_id}/{path}"
        title = f"{path} of {bundle.kit_id}"
        yield Piece("code", key, title, sections, links, True, bundle.is_current)


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(f"- {each}" for each in texts)


def _spoken(key: str) -> str:
    return key.replace("_", " ").replace("-", " ")


def _text(value: Any) -> str:
    """Return a value of a document as lines; what is nested deeper stays JSON."""
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, Sequence):
        return _lines(_text(e) if isinstance(e, str | int | float) else _json(e) for e in value)
    return _json(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
