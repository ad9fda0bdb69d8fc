"""The specification as a kind of artifact: its schema, and how people see it as one text."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from evigate.gate.checks import EvalType, Reading
from evigate.gate.kinds import ArtifactKind
from evigate.studio.specification.diffing import gate_changes
from evigate.studio.specification.wording import listed, spoken

SPECIFICATION = "studio.specification"
Payload = Mapping[str, Any]
TEXT: Payload = {"type": "string", "minLength": 1}
ANY: Payload = {"type": "string"}
OBJECT: Payload = {"type": "object"}
RANKS = ("must", "should", "could")
KINDS_OF = ("functional", "rule", "access", "data", "quality", "integration", "decision")


def _object(properties: Payload, *, since: Payload | None = None) -> dict[str, Any]:
    """Return a closed object's schema; what is there `since` later, older ones are without."""
    return {
        "type": "object",
        "properties": {**properties, **(since or {})},
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: Payload, *, least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": dict(items), "minItems": least}


_PLACE = {"type": "integer", "minimum": 0}
RULE_SCHEMA = _object({"text": TEXT, "must": {"type": ["object", "null"]}, "apart": _list(TEXT)})
LAW_SCHEMA = {
    "type": "object",
    "properties": {"requirement": TEXT, "kind": TEXT},
    "required": ["requirement", "kind"],
}
SOURCE_SCHEMA = _object(
    {
        "kind": {"enum": ["claim", "message", "answer", "board"]},
        "id": TEXT,
        "text": TEXT,
        "quote": TEXT,
        "start": _PLACE,
        "end": _PLACE,
        "via": ANY,
    }
)
_SOURCES = _list(SOURCE_SCHEMA)
REQUIREMENT_SCHEMA = _object(
    {
        "id": {"type": "string", "pattern": "^[A-Z]{2}-[A-Z0-9-]+$"},
        "key": TEXT,
        "family": TEXT,
        "kind": {"enum": list(KINDS_OF)},
        "title": TEXT,
        "text": TEXT,
        "criteria": _list(_object({"given": ANY, "when": ANY, "then": TEXT})),
        "priority": {"enum": list(RANKS)},
        "basis": {"enum": ["said", "library"]},
        "metric": {"type": ["string", "null"]},
        "sources": _list(SOURCE_SCHEMA, least=1),
        "roots": _list(TEXT),
        "traces": _object(
            {n: _list(TEXT) for n in ("features", "entities", "endpoints", "tests", "tasks")}
        ),
    }
)
_STATED = _object({"field": TEXT, "text": TEXT, "source": SOURCE_SCHEMA})
_MACHINE = _object(
    {
        "states": _list(TEXT, least=1),
        "initial": TEXT,
        "ends": _list(TEXT),
        "steps": _list(_object({"start": TEXT, "end": TEXT, "trigger": TEXT, "actor": ANY})),
    }
)
DESIGN_SCHEMA = _object(
    {"board": TEXT, "accent": {"type": ["string", "null"]}, "tokens": OBJECT, "css": TEXT}
)
_NULLABLE: Payload = {"anyOf": [_MACHINE, {"type": "null"}]}
SPECIFICATION_SCHEMA = _object(
    {
        "format": {"const": "1"},
        "name": TEXT,
        "style": {"enum": ["ears", "gherkin"]},
        "overview": {"type": "object", "additionalProperties": _list(_STATED)},
        "personas": _list(
            _object(
                {
                    "key": TEXT,
                    "title": TEXT,
                    "summary": ANY,
                    "basis": {"enum": ["said", "library"]},
                    "is_primary": {"type": "boolean"},
                    "technical_level": {"type": ["string", "null"]},
                    "wants": _list(TEXT),
                    "sources": _SOURCES,
                }
            )
        ),
        "glossary": _list(
            _object({"term": TEXT, "meaning": TEXT, "also": _list(TEXT), "entity": TEXT})
        ),
        "features": _list(
            _object(
                {
                    "key": TEXT,
                    "title": TEXT,
                    "summary": ANY,
                    "importance": {"enum": list(RANKS)},
                    "effort": {"type": "integer", "minimum": 1},
                    "origin": TEXT,
                    "notes": ANY,
                    "needs": _list(TEXT),
                    "sources": _SOURCES,
                    "requirements": _list(TEXT),
                }
            )
        ),
        "requirements": _list(REQUIREMENT_SCHEMA),
        "entities": _list(
            _object(
                {
                    "key": TEXT,
                    "title": TEXT,
                    "schema": TEXT,
                    "summary": ANY,
                    "basis": {"enum": ["said", "library"]},
                    "fields": _list(
                        _object(
                            {
                                "name": TEXT,
                                "type": TEXT,
                                "of": _list(TEXT),
                                "is_required": {"type": "boolean"},
                            }
                        )
                    ),
                    "sensitive": _list(TEXT),
                    "machine": _NULLABLE,
                    "sources": _SOURCES,
                    "came_with": ANY,
                },
                since={"rules": _list(RULE_SCHEMA)},
            )
        ),
        "permissions": _list(
            _object(
                {
                    "role": TEXT,
                    "entity": TEXT,
                    "actions": _list(TEXT, least=1),
                    "condition": {"type": ["object", "null"]},
                    "because": _list(TEXT),
                }
            )
        ),
        "endpoints": _list(
            _object(
                {
                    "id": TEXT,
                    "method": {"enum": ["get", "post", "patch", "delete"]},
                    "path": TEXT,
                    "thing": TEXT,
                    "action": TEXT,
                    "roles": _list(TEXT),
                    "requirements": _list(TEXT),
                }
            )
        ),
        "openapi": OBJECT,
        "asyncapi": OBJECT,
        "schemas": {"type": "object", "additionalProperties": OBJECT},
        "integrations": _list(OBJECT),
        "design": {"anyOf": [DESIGN_SCHEMA, {"type": "null"}]},
        "tests": _list(
            _object(
                {
                    "id": TEXT,
                    "kind": {"enum": ["acceptance", "access", "life"]},
                    "requirement": {"type": ["string", "null"]},
                    "endpoint": {"type": ["string", "null"]},
                    "steps": TEXT,
                }
            )
        ),
        "tasks": _list(
            _object(
                {
                    "id": TEXT,
                    "title": TEXT,
                    "feature": {"type": ["string", "null"]},
                    "effort": {"type": "integer", "minimum": 1},
                    "needs": _list(TEXT),
                    "requirements": _list(TEXT),
                }
            )
        ),
        "runbook": _list(_object({"title": TEXT, "steps": _list(TEXT)})),
        "practices": _list(_object({"key": TEXT, "title": TEXT, "steps": _list(TEXT)})),
        "assumptions": _list(_object({"key": TEXT, "text": TEXT, "why": ANY})),
        "open_questions": _list(
            _object({"key": TEXT, "text": TEXT, "is_blocking": {"type": "boolean"}})
        ),
        "evidence": {"type": "object", "additionalProperties": ANY},
    },
    since={"laws": _list(LAW_SCHEMA)},
)


def render_specification(payload: Payload) -> str:
    """Return a specification as Markdown; ValueError for one that does not hold to its schema."""
    try:
        return "\n".join([f"**{payload['name']}**", *_overview(payload), *_requirements(payload),
                          *_entities(payload), *_rest(payload)])  # fmt: skip
    except (KeyError, TypeError) as error:
        raise ValueError(f"the payload lacks a part: {error}") from error


def quotes_of(requirement: Payload) -> str:
    """Return a requirement's quotes in a line, each once."""
    quotes = dict.fromkeys(each["quote"] for each in requirement["sources"])
    return "; ".join(f"“{each}”" for each in quotes)


def _overview(payload: Payload) -> Iterator[str]:
    for name, stated in payload["overview"].items():
        if stated:
            yield from ("", f"### {spoken(name).capitalize()}", "")
            yield from (f"- {each['text']}" for each in stated)


def _requirements(payload: Payload) -> Iterator[str]:
    yield from ("", "### Requirements", "")
    for each in payload["requirements"]:
        text = each["text"].replace("\n", " / ")
        yield f"- **{each['id']}** ({each['priority']}) {text} {quotes_of(each)}"
        yield from (f"  - {' / '.join(_steps(c))}" for c in each["criteria"])


def _entities(payload: Payload) -> Iterator[str]:
    yield from ("", "### Entities", "")
    for each in payload["entities"]:
        kept = listed([spoken(f["name"]) for f in each["fields"]])
        yield f"- **{each['title']}**: {kept}"
        if each["machine"]:
            yield f"  - goes through {listed([spoken(s) for s in each['machine']['states']])}"


def _rest(payload: Payload) -> Iterator[str]:
    for title, lines in (
        ("Assumptions", [f"{a['text']} {a['why']}" for a in payload["assumptions"]]),
        ("Open", [o["text"] for o in payload["open_questions"]]),
    ):
        if lines:
            yield from ("", f"### {title}", "", *(f"- {line}" for line in lines))


def _steps(criterion: Payload) -> Sequence[str]:
    words = (("Given", "given"), ("When", "when"), ("Then", "then"))
    return [f"{word} {criterion[name]}" for word, name in words if criterion[name]]


def _read(payload: Payload) -> Reading:
    return Reading(kind="specification", texts={"": render_specification(payload)})


KINDS = (
    ArtifactKind(
        SPECIFICATION,
        "Specification",
        SPECIFICATION_SCHEMA,
        frozenset({EvalType.SCHEMA_VALIDATION, EvalType.SAFETY_PII}),
        _read,
        render_specification,
        gate_changes,
    ),
)
