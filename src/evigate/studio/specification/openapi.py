"""The OpenAPI document of a specification: its calls, who may make them, what they serve.

Pure. Every call says which roles may make it, and which requirements it serves (`x-roles`,
`x-requirements`); `x-conditions` names for a role what of a record equals what of the user.
"""

from collections.abc import Mapping, Sequence

from evigate.studio.specification.contracts import (
    ID,
    Endpoint,
    Json,
    parameter,
    schema_name,
    thing_schema,
)
from evigate.studio.specification.models import Snapshot, Thing
from evigate.studio.specification.roles import Right
from evigate.studio.specification.wording import lower_first, one_of, spoken

OPENAPI = "3.1.0"
PAGE_MAX = 200


def openapi_of(
    snapshot: Snapshot,
    endpoints: Sequence[Endpoint],
    rights: Sequence[Right],
    served: Mapping[str, Sequence[str]],
) -> Json:
    """Return the OpenAPI document; `served` are the requirements' ids by the calls' ids."""
    known = {each.key: each for each in snapshot.things}
    schemas: Json = {"Problem": _PROBLEM}
    for thing in snapshot.things:
        plain = {k: v for k, v in thing_schema(thing, known).items() if k != "$schema"}
        schemas[schema_name(thing.key)] = plain
        schemas[f"{schema_name(thing.key)}Draft"] = _draft_of(plain)
        schemas[f"{schema_name(thing.key)}Change"] = {
            **_draft_of(plain),
            "required": [],
            "minProperties": 1,
        }
    paths: Json = {}
    for each in endpoints:
        thing = known[each.thing]
        at = paths.setdefault(each.path, {})
        at[each.method] = _operation(each, thing, rights, served.get(each.id, ()))
        if "{" in each.path:
            at["parameters"] = [_path_parameter(thing)]
    return {
        "openapi": OPENAPI,
        "info": {
            "title": snapshot.name,
            "version": "1",
            "description": f"The calls of {snapshot.name}.",
        },
        "servers": [{"url": "/api"}],
        "tags": [{"name": t.key, "description": t.summary or t.title} for t in snapshot.things],
        "security": [{"session": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": _RESPONSES,
            "securitySchemes": {"session": {"type": "http", "scheme": "bearer"}},
        },
    }


def _draft_of(schema: Json) -> Json:
    properties = {k: v for k, v in schema["properties"].items() if not v.get("readOnly")}
    required = [name for name in schema["required"] if name in properties]
    return {
        **schema,
        "title": f"{schema['title']}, as it is written",
        "properties": properties,
        "required": required,
    }


def _operation(
    each: Endpoint, thing: Thing, rights: Sequence[Right], served: Sequence[str]
) -> Json:
    ref = {"$ref": f"#/components/schemas/{schema_name(thing.key)}"}
    conditions = {
        right.role: {path: wanted["$eq"]["$ref"] for path, wanted in right.condition.items()}
        for right in rights
        if right.thing == thing.key and right.role in each.roles and right.condition
    }
    return {
        "operationId": each.id,
        "summary": _summary(each, thing),
        "tags": [thing.key],
        **_body(each, thing),
        "responses": _answers(each, thing, ref),
        "x-roles": list(each.roles),
        "x-conditions": conditions,
        "x-requirements": list(served),
        **({"parameters": _PAGE} if each.id.startswith("list_") else {}),
    }


def _summary(each: Endpoint, thing: Thing) -> str:
    title, one = lower_first(thing.title), one_of(lower_first(thing.title))
    if each.action.startswith("to_"):
        return f"Let {one} become {spoken(each.action.removeprefix('to_'))}"
    if each.id.startswith("list_"):
        return f"List what there is of: {title}"
    verb = {"create": "Add", "read": "Get", "update": "Change"}[each.action]
    return f"{'Delete' if each.method == 'delete' else verb} {one}"


def _body(each: Endpoint, thing: Thing) -> Json:
    kind = {"create": "Draft", "update": "Change"}.get(each.action)
    if kind is None or each.method == "delete":
        return {}
    schema = {"$ref": f"#/components/schemas/{schema_name(thing.key)}{kind}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _answers(each: Endpoint, thing: Thing, ref: Json) -> Json:
    refused = {code: {"$ref": f"#/components/responses/{name}"} for code, name in _REFUSALS.items()}
    if each.action not in ("create", "update") or each.method == "delete":
        del refused["422"]
    if not each.action.startswith("to_"):
        del refused["409"]
    if "{" not in each.path:
        del refused["404"]
    if each.method == "delete":
        return {"204": {"description": "It is gone."}, **refused}
    schema: Json = ref
    if each.id.startswith("list_"):
        schema = {
            "type": "object",
            "properties": {
                "items": {"type": "array", "items": ref},
                "next": {"type": ["string", "null"]},
            },
            "required": ["items", "next"],
        }
    code = "201" if each.action == "create" else "200"
    told = {"description": thing.title, "content": {"application/json": {"schema": schema}}}
    return {code: told, **refused}


def _path_parameter(thing: Thing) -> Json:
    return {"name": parameter(thing), "in": "path", "required": True, "schema": dict(ID)}


_REFUSALS = {
    "401": "SignIn",
    "403": "NotAllowed",
    "404": "NotThere",
    "409": "NotNow",
    "422": "Malformed",
}
_PROBLEM: Json = {
    "title": "Problem",
    "type": "object",
    "properties": {
        "code": {"type": "string"},
        "title": {"type": "string"},
        "detail": {"type": "string"},
    },
    "required": ["code", "title"],
}
_WORDS = {
    "SignIn": "Nobody is signed in.",
    "NotAllowed": "The role may not do this.",
    "NotThere": "There is none such, or not for the one who asks.",
    "NotNow": "The step is none of this state.",
    "Malformed": "The request is not of the stated form.",
}
_RESPONSES: Json = {
    name: {
        "description": words,
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        },
    }
    for name, words in _WORDS.items()
}
_PAGE: list[Json] = [
    {
        "name": "limit",
        "in": "query",
        "schema": {"type": "integer", "minimum": 1, "maximum": PAGE_MAX},
    },
    {"name": "after", "in": "query", "schema": {"type": "string"}},
]
