"""JSON Schema, 2020-12: the only file of the room that knows jsonschema."""

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

MESSAGE_CHARACTERS_MAX = 300


def schema_fault(schema: Mapping[str, Any]) -> str | None:
    """Return why this is no JSON Schema; None when it is one."""
    try:
        Draft202012Validator.check_schema(dict(schema))
    except SchemaError as error:
        return str(error.message)[:MESSAGE_CHARACTERS_MAX]
    return None


def shape_errors(value: Any, schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield where a value breaks a schema and how, in order of the path, then the message."""
    errors = Draft202012Validator(dict(schema)).iter_errors(value)
    for error in sorted(errors, key=lambda one: (one.json_path, one.message)):
        yield error.json_path, error.message[:MESSAGE_CHARACTERS_MAX]
