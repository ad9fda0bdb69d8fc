"""The JSON Schema of an objective's configuration, and reading one by it."""

from typing import Any

from evigate.base.errors import EvigateError
from evigate.gate.shapes import shape_errors
from evigate.studio.errors import E_OBJECTIVE_INVALID
from evigate.studio.objective import OBLIGATIONS_MAX, WIDGETS, Objective, objective_of

FAULTS_TOLD = 5
_LINE = {"type": "string", "minLength": 1, "maxLength": 500}
_LINES = {"type": "array", "items": _LINE, "maxItems": 50, "uniqueItems": True}
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "required": ["threshold", "obligations"],
    "properties": {
        "threshold": {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
        "obligations": {
            "type": "array",
            "minItems": 1,
            "maxItems": OBLIGATIONS_MAX,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["key", "title", "weight", "is_required", "widget", "novice"],
                "properties": {
                    "key": {
                        "type": "string",
                        "pattern": r"^[a-z][A-Za-z0-9_]*(\.[a-z][A-Za-z0-9_]*)*(\[\])?$",
                        "maxLength": 200,
                    },
                    "title": _LINE,
                    "weight": {"type": "integer", "minimum": 1, "maximum": 100},
                    "is_required": {"type": "boolean"},
                    "widget": {"enum": list(WIDGETS)},
                    "novice": _LINE,
                    "expert": _LINE,
                    "again": _LINE,
                    "choices": _LINES,
                    "after": _LINES,
                    "satisfied_when": {"type": "object"},
                    "why": {"type": "string", "maxLength": 500},
                    "is_counted": {"type": "boolean"},
                    "about": {"type": "string", "maxLength": 100},
                },
            },
        },
    },
}


def read_objective(context_type: str, version: str, display_name: str, config: Any) -> Objective:
    """
    Return an objective from what someone wrote.

    A question that is worded once is put in the same words to experts and again.

    Raises:
        EvigateError[E_OBJECTIVE_INVALID]: it breaks the schema, or cannot be asked; the message
            says where.
    """
    faults = [f"{place}: {fault}" for place, fault in shape_errors(config, SCHEMA)]
    if faults:
        told = "; ".join(faults[:FAULTS_TOLD])
        raise EvigateError(E_OBJECTIVE_INVALID, f"The objective breaks its schema: {told}.")
    worded = [
        {"expert": each["novice"], "again": f"In other words: {each['novice']}", **each}
        for each in config["obligations"]
    ]
    return objective_of(context_type, version, display_name, {**config, "obligations": worded})
