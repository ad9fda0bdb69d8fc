"""What stands against a specification: looked for in the document alone, without the project.

Pure. Errors block: the database approves nothing while one is open. A source that no longer holds
is found by the service, which knows the project; everything else is here.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

import orjson

from evigate.gate.found import Found
from evigate.gate.shapes import schema_fault, shape_errors

Payload = Mapping[str, Any]
META = "openapi-3.1.json"
ERRORS_TOLD = 10
# What the rules of reviewers begin with among the findings of a specification.
OPINION = "REVIEW."


def findings_of(payload: Payload) -> list[Found]:
    """Return what stands against a specification, each fault once, errors first."""
    found = [
        *_sources(payload),
        *_traces(payload),
        *_machines(payload),
        *_permissions(payload),
        *_contracts(payload),
        *_open(payload),
        *_doubts(payload),
    ]
    unique = {(each.rule, each.element): each for each in found}
    return sorted(unique.values(), key=lambda each: (each.severity, each.rule, each.element))


def openapi_faults(document: Payload) -> list[str]:
    """Return what the OpenAPI 3.1 schema and its own references hold against a document."""
    found = [f"{path}: {message}" for path, message in shape_errors(document, _meta())]
    found += [
        f"{ref}: there is no such part" for ref in _refs(document) if not _resolves(document, ref)
    ]
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        if (fault := schema_fault(schema)) is not None:
            found.append(f"components.schemas.{name}: {fault}")
    ids = [each["operationId"] for each in _operations(document)]
    found += [
        f"{each}: two calls have this id" for each in sorted({i for i in ids if ids.count(i) > 1})
    ]
    return found[:ERRORS_TOLD]


def _sources(payload: Payload) -> Iterator[Found]:
    texts = payload["evidence"]
    for each in payload["requirements"]:
        if not each["sources"]:
            message = f"{each['id']} rests on nothing that somebody said."
            yield _error(
                "UNSOURCED", each["id"], message, "Say it in the conversation, and compile again."
            )
        for source in each["sources"]:
            text = texts.get(source["text"], "")
            quote = source["quote"]
            if not quote.strip() or text[source["start"] : source["end"]] != quote:
                message = f"{each['id']} quotes “{quote}”, which does not stand there."
                yield _error("QUOTE", each["id"], message, "Compile again from what was said.")


def _traces(payload: Payload) -> Iterator[Found]:
    known = {
        "features": {each["key"] for each in payload["features"]},
        "entities": {each["key"] for each in payload["entities"]},
        "endpoints": {each["id"] for each in payload["endpoints"]},
        "tests": {each["id"] for each in payload["tests"]},
        "tasks": {each["id"] for each in payload["tasks"]},
    }
    ids = [each["id"] for each in payload["requirements"]]
    for twice in sorted({each for each in ids if ids.count(each) > 1}):
        yield _error("ID", twice, f"Two requirements are called {twice}.", "Compile again.")
    for each in payload["requirements"]:
        for name, those in known.items():
            for gone in sorted(set(each["traces"][name]) - those):
                message = f"{each['id']} traces to {name} {gone!r}, which is not there."
                yield _error("TRACE", f"{each['id']}/{name}/{gone}", message, "Compile again.")
    for test in payload["tests"]:
        if test["requirement"] not in {*ids, None}:
            message = f"The test {test['id']} is of {test['requirement']}, which is not there."
            yield _error("TRACE", test["id"], message, "Compile again.")


def _machines(payload: Payload) -> Iterator[Found]:
    for entity in payload["entities"]:
        machine = entity["machine"]
        if machine is None:
            continue
        for fault in _machine_faults(machine):
            message = f"The life of {entity['title']}: {fault}"
            yield _error(
                "MACHINE", f"{entity['key']}/{fault}", message, "Mend the library's entry."
            )


def _machine_faults(machine: Payload) -> Iterator[str]:
    states, steps = machine["states"], machine["steps"]
    if machine["initial"] not in states:
        yield f"it begins in {machine['initial']!r}, which is no state."
    for step in steps:
        for name in (step["start"], step["end"]):
            if name not in states:
                yield f"a step names {name!r}, which is no state."
    reached, waiting = {machine["initial"]}, [machine["initial"]]
    while waiting:
        at = waiting.pop()
        new = {step["end"] for step in steps if step["start"] == at} - reached
        reached |= new
        waiting += sorted(new)
    for state in states:
        if state not in reached:
            yield f"nothing leads to {state!r}."
        if state not in machine["ends"] and not any(step["start"] == state for step in steps):
            yield f"{state!r} is no end, and nothing leads out of it."


def _permissions(payload: Payload) -> Iterator[Found]:
    roles = {each["key"] for each in payload["personas"]}
    entities = {each["key"] for each in payload["entities"]}
    rights = payload["permissions"]
    for each in rights:
        if each["role"] not in roles or each["entity"] not in entities:
            message = (
                f"The matrix names {each['role']} and {each['entity']}, of which one is not there."
            )
            yield _error("MATRIX", f"{each['role']}/{each['entity']}", message, "Compile again.")
    for call in payload["endpoints"]:
        if set(call["roles"]) - roles:
            message = f"{call['id']} may be made by a role that is not there."
            yield _error("GUARD", call["id"], message, "Compile again.")
        if not call["roles"]:
            message = f"Nobody may make the call {call['id']}."
            yield _warning("NOBODY", call["id"], message, "Say who does it, if somebody should.")
    for role in payload["personas"]:
        if not any(each["role"] == role["key"] for each in rights):
            message = f"“{role['title']}” may do nothing."
            yield _warning("ROLE", role["key"], message, "Say what they may see and do.")


def _contracts(payload: Payload) -> Iterator[Found]:
    for told in openapi_faults(payload["openapi"]):
        message = f"The OpenAPI document is not valid. {told}"
        yield _error("OPENAPI", told, message, "Mend what it is made of, and compile again.")
    for name, schema in payload["schemas"].items():
        if (fault := schema_fault(schema)) is not None:
            message = f"The schema of {name} is not valid. {fault}"
            yield _error("SCHEMA", name, message, "Mend the library's entry, and compile again.")


def _open(payload: Payload) -> Iterator[Found]:
    for each in payload["open_questions"]:
        if each["is_blocking"]:
            yield _error("OPEN", each["key"], f"This is open: {each['text']}", "Answer it first.")
    if not payload["requirements"]:
        yield _error(
            "EMPTY", "", "There is no requirement.", "Choose features, and say what is wanted."
        )


def _doubts(payload: Payload) -> Iterator[Found]:
    said: dict[str, str] = {}
    for each in payload["requirements"]:
        if not each["criteria"]:
            message = f"{each['id']} does not say how one sees that it is met."
            yield _warning("CRITERIA", each["id"], message, "Say what is there when it is done.")
        if each["kind"] == "quality" and each["metric"] is None:
            message = f"{each['id']} has no number to be measured by."
            yield _warning("NUMBER", each["id"], message, "Say how many, how fast or how much.")
        if each["text"].casefold() in said:
            message = f"{each['id']} says the same as {said[each['text'].casefold()]}."
            yield _warning("TWICE", each["id"], message, "Take one of them back.")
        said.setdefault(each["text"].casefold(), each["id"])
    for feature in payload["features"]:
        if not feature["sources"]:
            message = f"“{feature['title']}” is chosen, and nothing that was said asks for it."
            yield _warning(
                "FEATURE", feature["key"], message, "Write on the board why it is wanted."
            )


def _error(rule: str, element: str, message: str, fix: str) -> Found:
    return Found(f"SPECIFICATION.{rule}", "error", element, message, fix)


def _warning(rule: str, element: str, message: str, fix: str) -> Found:
    return Found(f"SPECIFICATION.{rule}", "warning", element, message, fix)


@lru_cache(maxsize=1)
def _meta() -> Any:
    return orjson.loads((files(__package__) / "schemas" / META).read_bytes())


def _operations(document: Payload) -> Iterator[Payload]:
    for item in document.get("paths", {}).values():
        for method in ("get", "put", "post", "delete", "patch"):
            if method in item:
                yield item[method]


def _refs(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            if name == "$ref" and isinstance(each, str):
                yield each
            else:
                yield from _refs(each)
    elif isinstance(value, list):
        for each in value:
            yield from _refs(each)


def _resolves(document: Payload, ref: str) -> bool:
    if not ref.startswith("#/"):
        return False
    at: Any = document
    for part in ref[2:].split("/"):
        name = part.replace("~1", "/").replace("~0", "~")
        if not isinstance(at, Mapping) or name not in at:
            return False
        at = at[name]
    return True
