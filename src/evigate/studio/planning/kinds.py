"""The kinds of artifact that planning makes: their schemas, and how people see them."""

from collections.abc import Mapping, Sequence
from typing import Any

from evigate.gate.checks import EvalType, Reading
from evigate.gate.kinds import ArtifactKind
from evigate.studio.planning.blueprint import BLUEPRINT, IMPLEMENTATION, RANKS
from evigate.studio.planning.models import plain_value

TEXT: Mapping[str, Any] = {"type": "string", "minLength": 1}
ANY_TEXT: Mapping[str, Any] = {"type": "string"}
SAID: Mapping[str, Any] = {"value": TEXT, "said": TEXT}


def _object(properties: Mapping[str, Any], *optional: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def _list(items: Mapping[str, Any], *, least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": dict(items), "minItems": least}


_FEATURE = _object(
    {
        "key": TEXT,
        "title": TEXT,
        "importance": {"enum": list(RANKS)},
        "summary": ANY_TEXT,
        "notes": ANY_TEXT,
        "acceptance": _list(TEXT),
        "because": _list(_object({"said": TEXT, "seed": TEXT})),
    }
)
BLUEPRINT_SCHEMA = _object(
    {
        "title": TEXT,
        "problem": _list(_object(SAID)),
        "people": _list(_object(SAID)),
        "measures": _list(_object(SAID)),
        "constraints": _list(_object(SAID)),
        "out_of_scope": _list(_object(SAID)),
        "features": _list(_FEATURE, least=1),
        "decisions": _list(
            _object(
                {
                    "key": TEXT,
                    "question": TEXT,
                    "source": {"enum": ["user", "prefill_accepted", "agent", "pattern"]},
                    "answer": {},
                }
            )
        ),
        "patterns": _list(_object({"key": TEXT, "title": TEXT, "adds": _list(TEXT)})),
        "assumptions": _list(_object({"question": TEXT, "assumed": {}, "why": TEXT})),
        "open_questions": _list(TEXT),
    }
)
_STEP = _object(
    {
        "number": {"type": "integer", "minimum": 1},
        "feature": TEXT,
        "title": TEXT,
        "importance": {"enum": list(RANKS)},
        "effort": {"type": "integer", "minimum": 1},
        "needs": _list(TEXT),
        "decided": _list(TEXT),
        "done_when": _list(TEXT),
    }
)
IMPLEMENTATION_SCHEMA = _object(
    {
        "title": TEXT,
        "effort": {"type": "integer", "minimum": 1},
        "steps": _list(_STEP, least=1),
        "milestones": _list(
            _object(
                {
                    "importance": {"enum": list(RANKS)},
                    "features": _list(TEXT, least=1),
                    "effort": {"type": "integer", "minimum": 1},
                }
            ),
            least=1,
        ),
        "practices": _list(_object({"title": TEXT, "steps": _list(TEXT)})),
    }
)


def _reader(name: str) -> Any:
    def read(payload: Mapping[str, Any]) -> Reading:
        return Reading(kind=name, texts={"": _render(payload)})

    return read


def _render(payload: Mapping[str, Any]) -> str:
    """Return a payload as Markdown; ValueError for one that does not hold to its schema."""
    try:
        lines = [f"**{payload['title']}**"]
        return "\n".join([*lines, *(_steps(payload) if "steps" in payload else _parts(payload))])
    except (KeyError, TypeError) as error:
        raise ValueError(f"the payload lacks a part: {error}") from error


def _parts(payload: Mapping[str, Any]) -> Sequence[str]:
    lines: list[str] = []
    for name in ("problem", "people", "measures", "constraints", "out_of_scope"):
        if payload[name]:
            lines += ["", f"### {name.replace('_', ' ').capitalize()}", ""]
            lines += [f"- {each['value']} (“{each['said']}”)" for each in payload[name]]
    lines += ["", "### Features", ""]
    for each in payload["features"]:
        lines += [f"- **{each['title']}** ({each['importance']}): {each['summary']}"]
        lines += [f"  - {done}" for done in each["acceptance"]]
    if payload["decisions"]:
        lines += ["", "### Decisions", ""]
        lines += [f"- {d['question']} {plain_value(d['answer'])}" for d in payload["decisions"]]
    for name, key in (("Assumptions", "assumptions"), ("Open", "open_questions")):
        if payload[key]:
            lines += ["", f"### {name}", ""]
            lines += [
                f"- {each if isinstance(each, str) else _assumed(each)}" for each in payload[key]
            ]
    return lines


def _assumed(each: Mapping[str, Any]) -> str:
    return f"{each['question']} {plain_value(each['assumed'])}"


def _steps(payload: Mapping[str, Any]) -> Sequence[str]:
    lines = ["", f"Effort {payload['effort']}.", ""]
    for each in payload["steps"]:
        lines.append(f"{each['number']}. **{each['title']}** ({each['importance']})")
        if each["needs"]:
            lines.append(f"   - after {', '.join(each['needs'])}")
        lines += [f"   - {told}" for told in (*each["decided"], *each["done_when"])]
    return lines


CHECKS = frozenset({EvalType.SCHEMA_VALIDATION, EvalType.SAFETY_PII})
KINDS = (
    ArtifactKind(BLUEPRINT, "Blueprint", BLUEPRINT_SCHEMA, CHECKS, _reader(BLUEPRINT), _render),
    ArtifactKind(
        IMPLEMENTATION,
        "Implementation plan",
        IMPLEMENTATION_SCHEMA,
        CHECKS,
        _reader(IMPLEMENTATION),
        _render,
    ),
)
