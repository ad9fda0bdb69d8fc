"""The contracts of a specification: a JSON Schema for each thing, and the calls that there are.

Pure. Each thing has a collection, its records, and one address for each state that it can move to;
nothing is deleted where a thing has states, for its life ends in one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evigate.studio.specification.models import Field, Snapshot, Thing
from evigate.studio.specification.roles import Right
from evigate.studio.specification.wording import plural, spoken

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TEXT_MAX, LONG_MAX = 400, 20_000
Json = dict[str, Any]

_TYPES: Mapping[str, Json] = {
    "text": {"type": "string", "minLength": 1, "maxLength": TEXT_MAX},
    "longtext": {"type": "string", "maxLength": LONG_MAX},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "money": {"type": "integer", "description": "In the smallest unit of the currency."},
    "percent": {"type": "number", "minimum": 0, "maximum": 100},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "time": {"type": "string", "format": "time"},
    "datetime": {"type": "string", "format": "date-time"},
    "duration": {"type": "integer", "minimum": 0, "description": "In minutes."},
    "email": {"type": "string", "format": "email", "maxLength": 320},
    "phone": {"type": "string", "pattern": "^[+0-9 ()/-]{3,40}$"},
    "url": {"type": "string", "format": "uri", "maxLength": 2000},
    "address": {"type": "string", "maxLength": TEXT_MAX},
    "place": {"type": "string", "maxLength": TEXT_MAX},
    "colour": {"type": "string", "pattern": "^#[0-9a-fA-F]{6}$"},
    "file": {"type": "string", "format": "uuid", "description": "The id of a stored file."},
    "image": {"type": "string", "format": "uuid", "description": "The id of a stored picture."},
}
ID: Json = {"type": "string", "format": "uuid"}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One call: `action` is create, read, list, update, delete, or to_STATE."""

    id: str
    method: str
    path: str
    thing: str
    action: str
    roles: tuple[str, ...]


def schema_name(key: str) -> str:
    """Return the name that a thing's schema has."""
    return "".join(part.capitalize() for part in key.split("-"))


def endpoints_of(snapshot: Snapshot, rights: Sequence[Right]) -> tuple[Endpoint, ...]:
    """Return the calls, thing by thing in their order; what the system does by itself is none."""
    found = []
    for thing in snapshot.things:
        base = f"/{plural(thing.key)}"
        one = f"{base}/{{{parameter(thing)}}}"
        name, several = thing.key.replace("-", "_"), plural(thing.key).replace("-", "_")
        calls = [
            (f"list_{several}", "get", base, "read"),
            (f"create_{name}", "post", base, "create"),
            (f"get_{name}", "get", one, "read"),
            (f"update_{name}", "patch", one, "update"),
        ]
        if not thing.states:
            calls.append((f"delete_{name}", "delete", one, "update"))
        calls += [
            (f"move_{name}_to_{state}", "post", f"{one}/{state.replace('_', '-')}", f"to_{state}")
            for state in thing.states
            if any(step.end == state for step in thing.steps)
        ]
        for operation, method, path, action in calls:
            who = tuple(r.role for r in rights if r.thing == thing.key and action in r.actions)
            if action.startswith("to_") and not who:
                # The system takes this step by itself, so there is no call for it.
                continue
            found.append(Endpoint(operation, method, path, thing.key, action, who))
    return tuple(found)


def thing_schema(thing: Thing, known: Mapping[str, Thing]) -> Json:
    """Return a thing's JSON Schema by itself, as a record is read."""
    properties: Json = {"id": {**ID, "readOnly": True}}
    required = ["id"]
    for each in thing.fields:
        name, schema = _property(each, known)
        properties[name] = {
            **schema,
            **({"x-sensitive": True} if each.name in thing.sensitive else {}),
        }
        if each.is_required:
            required.append(name)
    if thing.states:
        state = {"type": "string", "enum": list(thing.states), "readOnly": True}
        properties["state"] = {**state, "default": thing.initial}
        required.append("state")
    title = {"title": thing.title, **({"description": thing.summary} if thing.summary else {})}
    return {
        "$schema": DIALECT,
        **title,
        "type": "object",
        "properties": properties,
        "required": sorted(set(required)),
        "additionalProperties": False,
    }


def parameter(thing: Thing) -> str:
    """Return the name that a record's id has in an address."""
    return f"{thing.key.replace('-', '_')}_id"


def _property(each: Field, known: Mapping[str, Thing]) -> tuple[str, Json]:
    if each.type == "ref":
        return f"{each.name}_id", {**ID, "description": f"A {spoken(each.of[0])}."}
    if each.type == "user":
        return f"{each.name}_id", {**ID, "description": "The user whose it is."}
    if each.type == "enum":
        return each.name, {"type": "string", "enum": list(each.of)}
    if each.type == "list":
        target = each.of[0]
        if target in known:
            ids = {"type": "array", "items": dict(ID), "uniqueItems": True}
            return f"{each.name}_ids", {**ids, "description": f"Of {plural(spoken(target))}."}
        return each.name, {"type": "array", "items": dict(_TYPES.get(target, _TYPES["text"]))}
    return each.name, dict(_TYPES[each.type])
