"""Write cedar/derived.json: each Cedar file of policies as the JSON that Cedar's own parser makes,
and which action stands in which by the schemas. Needs cedarpy; run from the repository's root."""

import json
import re
from pathlib import Path
from typing import Any

import cedarpy

FOLDER = Path(__file__).parent / "cedar"
ACTION = re.compile(r"\baction\s+([^;{]*?)\s+in\s+\[([^\]]*)\]")


def names(text: str) -> list[str]:
    return [each.strip().strip('"') for each in text.split(",") if each.strip()]


def derive() -> dict[str, Any]:
    """Return the policies by file, and the parents of actions by schema."""
    policies = {
        str(path.relative_to(FOLDER)): json.loads(cedarpy.policies_to_json_str(path.read_text()))
        for path in sorted(FOLDER.rglob("*.cedar"))
    }
    actions: dict[str, dict[str, list[str]]] = {}
    for path in sorted(FOLDER.rglob("*.cedarschema")):
        found: dict[str, list[str]] = {}
        text = re.sub(r"//.*", "", path.read_text())
        for children, parents in ACTION.findall(text):
            found |= {child: names(parents) for child in names(children)}
        actions[str(path.relative_to(FOLDER))] = found
    return {"policies": policies, "actions": actions}


if __name__ == "__main__":
    (FOLDER / "derived.json").write_text(json.dumps(derive(), indent=1, sort_keys=True) + "\n")
