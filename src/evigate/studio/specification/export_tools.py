"""A specification in the folders that two other tools read: spec-kit's and OpenSpec's."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from evigate.studio.specification.export_markdown import (
    OVERVIEW,
    criteria_lines,
    data_model,
    pretty,
    runbook_lines,
    task_lines,
)
from evigate.studio.specification.kinds import quotes_of
from evigate.studio.specification.wording import slug

Payload = Mapping[str, Any]
# Where a requirement of no feature stands in OpenSpec.
CAPABILITIES = {
    "functional": ("wishes", "What people want to do"),
    "rule": ("rules", "Rules that hold throughout"),
    "access": ("access", "Who may see and do what"),
    "data": ("records", "What records are kept, and how they go through their lives"),
    "quality": ("qualities", "How well it works, and under which conditions"),
    "integration": ("connections", "Which systems of others it works with"),
    "decision": ("decisions", "What was decided"),
}
PRIORITIES = {"must": "P1", "should": "P2", "could": "P3"}


def spec_kit_folder(payload: Payload, standing: str) -> dict[str, str]:
    """Return the files of a spec-kit feature folder by their names."""
    at = f"specs/001-{slug(payload['name'])}"
    return {
        f"{at}/spec.md": "\n".join(_spec_kit(payload, standing)).rstrip() + "\n",
        f"{at}/plan.md": "\n".join(_plan(payload, standing)).rstrip() + "\n",
        f"{at}/data-model.md": data_model(payload),
        f"{at}/tasks.md": "\n".join(["# Tasks", "", *task_lines(payload)]) + "\n",
        f"{at}/quickstart.md": "\n".join(runbook_lines(payload)) + "\n",
        f"{at}/contracts/openapi.json": pretty(payload["openapi"]),
        f"{at}/contracts/asyncapi.json": pretty(payload["asyncapi"]),
    }


def openspec_folder(payload: Payload, standing: str) -> dict[str, str]:
    """Return the files of an OpenSpec folder by their names: one capability a feature."""
    titles = {each["key"]: (each["title"], each["summary"]) for each in payload["features"]}
    grouped: dict[str, list[Payload]] = {}
    purposes: dict[str, tuple[str, str]] = {}
    for each in payload["requirements"]:
        feature = (
            next(iter(each["traces"]["features"]), None) if each["kind"] == "functional" else None
        )
        key, purpose = CAPABILITIES[each["kind"]] if feature is None else (feature, "")
        grouped.setdefault(key, []).append(each)
        purposes[key] = titles[feature] if feature else (key.capitalize(), f"{purpose}.")
    files = {
        f"openspec/specs/{key}/spec.md": "\n".join(_capability(*purposes[key], of)) + "\n"
        for key, of in grouped.items()
    }
    files["openspec/project.md"] = "\n".join(_project(payload, standing)).rstrip() + "\n"
    return files


def _capability(title: str, purpose: str, requirements: Sequence[Payload]) -> Iterator[str]:
    yield from (f"# {title} Specification", "", "## Purpose", "", purpose or f"{title}.", "")
    yield "## Requirements"
    for each in requirements:
        text = re.sub(r"\bshall\b", "SHALL", each["text"])
        if "SHALL" not in text:
            # A scenario states no obligation by itself, and OpenSpec wants one stated.
            text = f"The system SHALL behave as in this scenario.\n\n{text}"
        yield from ("", f"### Requirement: {each['id']} {each['title']}", "", text)
        for number, criterion in enumerate(each["criteria"], start=1):
            yield from ("", f"#### Scenario: {each['id']}-{number}", "")
            if criterion["given"]:
                yield f"- **GIVEN** {criterion['given']}"
            yield f"- **WHEN** {criterion['when'] or 'this is so'}"
            yield f"- **THEN** {criterion['then']}"


def _project(payload: Payload, standing: str) -> Iterator[str]:
    yield from (f"# {payload['name']}", "", standing, "")
    for name, title in OVERVIEW.items():
        if payload["overview"][name]:
            yield from (f"## {title}", "")
            yield from (f"- {each['text']}" for each in payload["overview"][name])
            yield ""


def _spec_kit(payload: Payload, standing: str) -> Iterator[str]:
    yield from (f"# Feature Specification: {payload['name']}", "", f"**Status**: {standing}", "")
    yield from ("## User Scenarios & Testing", "")
    for number, feature in enumerate(payload["features"], start=1):
        rank = PRIORITIES[feature["importance"]]
        yield from (f"### User Story {number} - {feature['title']} (Priority: {rank})", "")
        quotes = "; ".join(f"“{s['quote']}”" for s in feature["sources"]) or "nobody said"
        yield from (
            feature["summary"] or feature["title"],
            "",
            f"**Why this priority**: {quotes}",
            "",
        )
        yield from ("**Acceptance Scenarios**:", "")
        scenarios = [
            line
            for each in payload["requirements"]
            if each["id"] in feature["requirements"] and each["kind"] == "functional"
            for line in criteria_lines(each)
        ]
        yield from (f"{at}. {line}" for at, line in enumerate(scenarios, start=1))
        yield ""
    yield from ("## Requirements", "", "### Functional Requirements", "")
    for number, each in enumerate(payload["requirements"], start=1):
        text = re.sub(r"\bshall\b", "MUST", each["text"]).replace("\n", "; ")
        yield f"- **FR-{number:03}**: {text} [{each['id']}; said: {quotes_of(each)}]"
    yield from ("", "### Key Entities", "")
    for each in payload["entities"]:
        yield f"- **{each['title']}**: {each['summary'] or 'named, and not described'}"
    yield from ("", "## Success Criteria", "", "### Measurable Outcomes", "")
    for number, each in enumerate(payload["overview"]["measures"], start=1):
        yield f"- **SC-{number:03}**: {each['text']}"
    yield from ("", "## Assumptions", "")
    yield from (f"- {each['text']}" for each in payload["assumptions"])
    for each in payload["open_questions"]:
        yield f"- [NEEDS CLARIFICATION: {each['text']}]"


def _plan(payload: Payload, standing: str) -> Iterator[str]:
    yield from (f"# Implementation Plan: {payload['name']}", "", standing, "", "## Limits", "")
    yield from (f"- {each['text']}" for each in payload["overview"]["limits"])
    yield from ("", "## Connections", "")
    yield from (
        f"- {each['title']}: {each['auth']} {each['limits']}" for each in payload["integrations"]
    )
    yield from ("", "## Practices", "")
    for each in payload["practices"]:
        yield from (f"- {each['title']}: {step}" for step in each["steps"])
    yield from ("", "## Order", "", *task_lines(payload))
