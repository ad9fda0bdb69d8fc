"""Which routes are tools, and each tool's description and arguments, read from the API's own.

A tool is a route under a name: it takes what the route takes and gives what the route gives, so
there is one description, one validation and one set of permissions. Only the names are written
here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

STUDIO = "/api/v1/studio"
PROJECT = f"{STUDIO}/projects/{{project_id}}"
TASK = f"{STUDIO}/tasks/{{task_id}}"
KIT_RUN = f"{PROJECT}/kits/runs/{{run_id}}"

# What an agent that builds or reviews a project asks for, in the order of a project's life.
ROUTES: Mapping[str, tuple[str, str]] = {
    "list_projects": ("GET", f"{STUDIO}/projects"),
    "create_project": ("POST", f"{STUDIO}/projects"),
    "show_project": ("GET", PROJECT),
    "read_idea": ("POST", f"{STUDIO}/extract"),
    "say": ("POST", f"{PROJECT}/messages"),
    "change_need": ("POST", f"{PROJECT}/needs"),
    "correct_claim": ("POST", f"{PROJECT}/claims/{{claim_id}}/correct"),
    "dispute_claim": ("POST", f"{PROJECT}/claims/{{claim_id}}/dispute"),
    "list_research": ("GET", f"{PROJECT}/research"),
    "ask_research": ("POST", f"{PROJECT}/research"),
    "show_phase": ("GET", f"{PROJECT}/phase"),
    "show_gates": ("GET", f"{PROJECT}/gates"),
    "advance_phase": ("POST", f"{PROJECT}/phase/advance"),
    "list_features": ("GET", f"{PROJECT}/features"),
    "select_feature": ("POST", f"{PROJECT}/features/{{key}}/select"),
    "deselect_feature": ("POST", f"{PROJECT}/features/{{key}}/deselect"),
    "add_feature": ("POST", f"{PROJECT}/features/custom"),
    "show_plan": ("GET", f"{PROJECT}/plan"),
    "answer_plan_question": ("POST", f"{PROJECT}/plan/questions/{{key}}/answer"),
    "show_planning_artifact": ("GET", f"{PROJECT}/planning/{{name}}"),
    "list_requirements": ("GET", f"{PROJECT}/spec/requirements"),
    "show_requirement": ("GET", f"{PROJECT}/spec/requirements/{{requirement_id}}"),
    "compare_specifications": ("GET", f"{PROJECT}/spec/diff"),
    "foresee_change": ("POST", f"{PROJECT}/spec/impact"),
    "list_context": ("GET", f"{PROJECT}/context"),
    "assemble_context": ("POST", f"{PROJECT}/context"),
    "show_context_piece": ("GET", f"{PROJECT}/context/piece"),
    "foresee_context_change": ("GET", f"{PROJECT}/context/impact"),
    "list_reviews": ("GET", f"{PROJECT}/reviews"),
    "start_review": ("POST", f"{PROJECT}/reviews"),
    "show_review": ("GET", f"{PROJECT}/reviews/{{review_id}}"),
    "list_builds": ("GET", f"{PROJECT}/builds"),
    "start_build": ("POST", f"{PROJECT}/builds"),
    "show_build": ("GET", f"{PROJECT}/builds/{{build_id}}"),
    "cancel_build": ("POST", f"{PROJECT}/builds/{{build_id}}/cancel"),
    "list_kits": ("GET", f"{STUDIO}/kits"),
    "list_kit_runs": ("GET", f"{PROJECT}/kits/runs"),
    "start_kit_run": ("POST", f"{PROJECT}/kits/runs"),
    "show_kit_run": ("GET", KIT_RUN),
    "compare_kit_run": ("GET", f"{KIT_RUN}/diff"),
    "approve_kit_plan": ("POST", f"{KIT_RUN}/approve"),
    "cancel_kit_run": ("POST", f"{KIT_RUN}/cancel"),
    "show_convergence": ("GET", f"{PROJECT}/convergence"),
    "list_tasks": ("GET", f"{STUDIO}/tasks"),
    "create_task": ("POST", f"{PROJECT}/tasks"),
    "show_task": ("GET", TASK),
    "start_task": ("POST", f"{TASK}/start"),
    "submit_task": ("POST", f"{TASK}/submissions"),
    "cancel_task": ("POST", f"{TASK}/cancel"),
    "list_artifacts": ("GET", "/api/v1/artifacts"),
    "show_artifact": ("GET", "/api/v1/artifacts/{artifact_id}"),
    "list_findings": ("GET", "/api/v1/artifacts/{artifact_id}/findings"),
}
_REF = "#/components/schemas/"
_PLACES = frozenset({"path", "query", "header"})


@dataclass(frozen=True, slots=True)
class Argument:
    """Where one of a tool's arguments goes: `place` is path, query, header or body."""

    name: str
    place: str
    sent_as: str


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """One tool: the route behind it, its JSON Schema, and where each argument goes.

    `is_whole_body` says that the argument "body" is the body itself, which is no plain object.
    """

    name: str
    method: str
    path: str
    description: str
    schema: Mapping[str, Any]
    arguments: Mapping[str, Argument]
    is_whole_body: bool

    @property
    def is_read_only(self) -> bool:
        """Whether a call changes nothing."""
        return self.method == "GET"


def tools_of(openapi: Mapping[str, Any]) -> dict[str, ToolSpec]:
    """
    Return the tools by name, in the order of `ROUTES`.

    Args:
        openapi: the API's description (OpenAPI 3.1).

    Raises:
        KeyError: a route that `ROUTES` names is not in the description.
    """
    schemas = openapi["components"]["schemas"]
    return {
        name: _tool(name, method, path, openapi["paths"][path][method.lower()], schemas)
        for name, (method, path) in ROUTES.items()
    }


def _tool(
    name: str,
    method: str,
    path: str,
    operation: Mapping[str, Any],
    schemas: Mapping[str, Any],
) -> ToolSpec:
    properties: dict[str, Any] = {}
    required: list[str] = []
    arguments: dict[str, Argument] = {}
    for given in operation.get("parameters", ()):
        if given["in"] not in _PLACES:
            continue
        own = given["name"].lower().replace("-", "_")
        about = {"description": given["description"]} if "description" in given else {}
        properties[own] = {**given.get("schema", {}), **about}
        arguments[own] = Argument(own, given["in"], given["name"])
        if given.get("required"):
            required.append(own)
    body = _body_schema(operation)
    is_whole_body = False
    if body is not None:
        fields = _plain_object(body, schemas)
        is_whole_body = fields is None or bool(set(fields["properties"]) & set(properties))
        if is_whole_body or fields is None:
            fields = {"properties": {"body": body}, "required": ["body"]}
        properties |= fields["properties"]
        required += fields.get("required", [])
        arguments |= {each: Argument(each, "body", each) for each in fields["properties"]}
    schema = {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }
    text = operation.get("description") or operation.get("summary", "")
    return ToolSpec(
        name, method, path, text, _standing_alone(schema, schemas), arguments, is_whole_body
    )


def _body_schema(operation: Mapping[str, Any]) -> Mapping[str, Any] | None:
    content = operation.get("requestBody", {}).get("content", {})
    found: Mapping[str, Any] | None = content.get("application/json", {}).get("schema")
    return found


def _plain_object(
    schema: Mapping[str, Any], schemas: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    """Return the schema of an object with named fields; None for anything else."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].removeprefix(_REF)]
    return schema if schema.get("type") == "object" and "properties" in schema else None


def _standing_alone(schema: dict[str, Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema whose references point into its own `$defs`."""
    waiting, needed = list(_names(schema)), dict[str, Any]()
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed[name] = schemas[name]
            waiting.extend(_names(schemas[name]))
    whole: dict[str, Any] = _moved(schema)
    if needed:
        whole["$defs"] = {name: _moved(each) for name, each in sorted(needed.items())}
    return whole


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            if key == "$ref" and isinstance(each, str):
                yield each.removeprefix(_REF)
            else:
                yield from _names(each)
    elif isinstance(value, list):
        for each in value:
            yield from _names(each)


def _moved(value: Any) -> Any:
    """Copy a schema, its references turned towards `$defs`; mappings of variants included."""
    if isinstance(value, Mapping):
        return {key: _moved(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_moved(each) for each in value]
    if isinstance(value, str) and value.startswith(_REF):
        return f"#/$defs/{value.removeprefix(_REF)}"
    return value
