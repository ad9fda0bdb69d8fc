"""The API's reference as a page: the OpenAPI document's operations, parameters, bodies, answers."""

from collections.abc import Iterator, Mapping
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete")


def reference_context(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the reference page's context: operations by tag, and the schemas they name."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, item in document["paths"].items():
        for method in METHODS:
            if operation := item.get(method):
                tag = next(iter(operation.get("tags", ())), "other")
                groups.setdefault(tag, []).append(_operation(path, method, operation))
    schemas = document.get("components", {}).get("schemas", {})
    return {
        "version": document["info"]["version"],
        "openapi_href": "/api/v1/openapi.json",
        "groups": [{"name": name, "operations": found} for name, found in groups.items()],
        "schemas": [_schema(name, schema) for name, schema in sorted(schemas.items())],
    }


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> dict[str, Any]:
    answers = operation.get("responses", {})
    return {
        "id": operation.get("operationId", f"{method}-{path}"),
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary", ""),
        "description": operation.get("description", ""),
        "parameters": [
            {
                "name": each["name"],
                "place": each["in"],
                "type": type_words(each.get("schema", {})),
                "is_required": each.get("required", False),
            }
            for each in operation.get("parameters", ())
        ],
        "body": [*_contents(operation.get("requestBody", {}))],
        "answers": [
            {
                "status": status,
                "description": answer.get("description", ""),
                "contents": [*_contents(answer)],
            }
            for status, answer in sorted(answers.items())
        ],
    }


def _contents(holder: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for media_type, content in holder.get("content", {}).items():
        schema = content.get("schema", {})
        yield {"media_type": media_type, "schema": schema_name(schema), "type": type_words(schema)}


def _schema(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    required = set(schema.get("required", ()))
    return {
        "name": name,
        "description": schema.get("description", ""),
        "fields": [
            {
                "name": field,
                "type": type_words(found),
                "schema": schema_name(found),
                "is_required": field in required,
                "example": next(iter(found.get("examples", ())), None),
            }
            for field, found in schema.get("properties", {}).items()
        ],
    }


def schema_name(schema: Mapping[str, Any]) -> str | None:
    """Return the name of the schema that this one is, or is a list of; None for plain values."""
    if reference := schema.get("$ref"):
        return str(reference).rsplit("/", 1)[-1]
    if "items" in schema:
        return schema_name(schema["items"])
    named = (schema_name(each) for each in schema.get("anyOf", ()))
    return next(filter(None, named), None)


def type_words(schema: Mapping[str, Any]) -> str:
    """Return a type in words, as in "list of string" or "integer or null"."""
    if reference := schema.get("$ref"):
        return str(reference).rsplit("/", 1)[-1]
    if options := schema.get("anyOf"):
        return " or ".join(type_words(each) for each in options)
    if "enum" in schema:
        return " | ".join(str(each) for each in schema["enum"])
    kind = schema.get("type", "any")
    if kind == "array":
        return f"list of {type_words(schema.get('items', {}))}"
    form = schema.get("format") or schema.get("contentMediaType")
    return f"{kind} ({form})" if form else str(kind)
