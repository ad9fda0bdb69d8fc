"""A new kit to begin from: small, whole, and passing its own fixture."""

from collections.abc import Mapping

from evigate.studio.yamlfiles import dump_yaml

_TEMPLATE = """# {{ entity.title }}

{{ entity.summary }}

| field | type |
|---|---|
{% for field in entity.fields -%}
| {{ field.name }} | {{ field.type }} |
{% endfor %}"""
_README = """# {name}

`kit.yaml` says what is written. `evigate kits test .` checks the kit and runs its fixtures;
`evigate kits run . --spec SPEC.json --into FOLDER` shows what it would write, and `--apply PLAN`
writes it.
"""


def new_kit(kit_id: str, name: str) -> Mapping[str, str]:
    """Return the files of a kit that writes a page for each entity of a specification."""
    manifest = {
        "id": kit_id,
        "name": name,
        "version": "0.1.0",
        "type": "file",
        "phases": ["SPEC", "CHECK", "PLAN", "VALIDATE", "APPLY", "VERIFY"],
        "engine": "liquid",
        "inputs": {"schema": "validation/input.schema.json"},
        "outputs": [
            {
                "id": "pages",
                "path": "entities/{{ entity.key | kebab }}.md",
                "for_each": "spec.entities",
                "template": "templates/entity.liquid",
                "type": "markdown",
                "validate": ["validation/page.yaml"],
            }
        ],
        "tests": ["tests/one-entity.yaml"],
    }
    schema = (
        '{\n  "type": "object",\n  "required": ["entities"],\n  "properties": {\n    "entities": '
        '{"type": "array", "minItems": 1}\n  }\n}\n'
    )
    rules = [
        {
            "rule": "has-a-heading",
            "must": {"file.text": {"$regex": "^# "}},
            "message": "a page begins with a heading",
        }
    ]
    entity = {
        "key": "visit",
        "title": "Visit",
        "summary": "A customer's visit.",
        "fields": [{"name": "starts_at", "type": "datetime"}],
    }
    fixture = {
        "name": "one entity becomes one page",
        "spec": {"entities": [entity]},
        "expect": {
            "files": ["entities/visit.md"],
            "contains": {"entities/visit.md": ["# Visit", "| starts_at | datetime |"]},
        },
    }
    return {
        "kit.yaml": dump_yaml(manifest),
        "README.md": _README.format(name=name),
        "templates/entity.liquid": _TEMPLATE,
        "tests/one-entity.yaml": dump_yaml(fixture),
        "validation/input.schema.json": schema,
        "validation/page.yaml": dump_yaml(rules),
    }
