"""Types of an OpenAPI document in words."""

from typing import Any

import pytest

from evigate.web.reference import schema_name, type_words


@pytest.mark.parametrize(
    ("schema", "words", "name"),
    [
        ({"type": "string", "format": "uuid"}, "string (uuid)", None),
        ({"$ref": "#/components/schemas/Paper"}, "Paper", "Paper"),
        ({"type": "array", "items": {"$ref": "#/x/Paper"}}, "list of Paper", "Paper"),
        ({"anyOf": [{"$ref": "#/x/Paper"}, {"type": "null"}]}, "Paper or null", "Paper"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "integer or null", None),
        ({"enum": ["plan", "notebook"], "type": "string"}, "plan | notebook", None),
        ({}, "any", None),
    ],
)
def test_a_type_is_said_in_words(schema: dict[str, Any], words: str, name: str | None) -> None:
    assert type_words(schema) == words
    assert schema_name(schema) == name
