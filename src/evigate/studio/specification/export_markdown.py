"""A specification as Markdown files with its contracts, and the file that agents read."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from evigate.studio.specification.kinds import quotes_of
from evigate.studio.specification.wording import listed, spoken

Payload = Mapping[str, Any]
TITLES = {
    "functional": "What it does",
    "rule": "Rules",
    "access": "Who may see and do what",
    "data": "Records and data",
    "quality": "Qualities",
    "integration": "Connections",
    "decision": "Decisions",
}
OVERVIEW = {
    "problem": "The problem",
    "today": "How it is done today",
    "why_now": "Why now",
    "cost_of_it": "What it costs",
    "measures": "How success is measured",
    "limits": "Limits",
    "out_of_scope": "Not part of it",
}


def markdown_folder(payload: Payload, standing: str) -> dict[str, str]:
    """Return the files by their names."""
    files = {
        "README.md": _text(readme(payload, standing)),
        "requirements.md": _text(["# Requirements", "", standing, *requirement_lines(payload)]),
        "data-model.md": data_model(payload),
        "permissions.md": _text(permission_lines(payload)),
        "traceability.md": _text(trace_lines(payload)),
        "test-plan.md": _text(test_lines(payload)),
        "tasks.md": _text(["# Tasks", "", *task_lines(payload)]),
        "runbook.md": _text(runbook_lines(payload)),
        "assumptions.md": _text(_assumption_lines(payload)),
        "contracts/openapi.json": pretty(payload["openapi"]),
        "contracts/asyncapi.json": pretty(payload["asyncapi"]),
        "specification.json": pretty(payload),
    }
    if payload["design"]:
        files["design/tokens.json"] = pretty(payload["design"]["tokens"])
        files["design/variables.css"] = payload["design"]["css"]
    for name, schema in payload["schemas"].items():
        files[f"contracts/schemas/{name}.json"] = pretty(schema)
    return files


def agents_file(payload: Payload, standing: str, layout: str) -> str:
    """Return what a coding agent is to read first."""
    place = {
        "markdown": "`requirements.md`",
        "spec-kit": "`specs/001-*/spec.md`",
        "openspec": "`openspec/specs/*/spec.md`",
    }[layout]
    lines = [
        f"# {payload['name']}",
        "",
        standing,
        "",
        f"The requirements are in {place}; each has an id, criteria and the words that ask for it.",
        "",
        "- Name the requirement's id in each test and each commit.",
        "- Build only what a requirement asks for; what is listed as not part of it stays out.",
        "- A step of an entity's life that is not listed is refused with 409.",
        "- What somebody may not see does not exist for them: 404, in lists and by id.",
        "- An assumption is nobody's word: ask before relying on it.",
        "- Where the contracts and the text differ, ask; do not choose.",
        "",
        "## Words",
        "",
        *(f"- {each['term']}: {each['meaning']}" for each in payload["glossary"]),
        "",
        "## Order of work",
        "",
        *task_lines(payload),
    ]
    return _text(lines)


def readme(payload: Payload, standing: str) -> Iterator[str]:
    """Yield the first page: what it is about, for whom, what of it is built."""
    yield from (f"# {payload['name']}", "", standing, "")
    for name, title in OVERVIEW.items():
        stated = payload["overview"][name]
        if stated:
            yield from (f"## {title}", "", *(f"- {each['text']}" for each in stated), "")
    yield from ("## Who uses it", "")
    for each in payload["personas"]:
        by = "" if each["basis"] == "said" else " (assumed)"
        yield f"- **{each['title']}**{by}: {each['summary'] or 'as named'}"
    yield from ("", "## Features", "")
    for each in payload["features"]:
        yield f"- **{each['title']}** ({each['importance']}): {each['summary']}"
    yield from ("", "## Words", "")
    for each in payload["glossary"]:
        also = f" Also: {listed(each['also'])}." if each["also"] else ""
        yield f"- **{each['term']}**: {each['meaning']}{also}"


def requirement_lines(payload: Payload) -> Iterator[str]:
    """Yield the requirements by kind, each with its criteria, quotes and traces."""
    for kind, title in TITLES.items():
        of_kind = [each for each in payload["requirements"] if each["kind"] == kind]
        if of_kind:
            yield from ("", f"## {title}")
        for each in of_kind:
            yield from ("", f"### {each['id']}: {each['title']}", "", each["text"], "")
            yield f"Priority: {each['priority']}. Said: {quotes_of(each)}."
            if each["criteria"]:
                yield from ("", *(f"- {line}" for line in criteria_lines(each)))


def criteria_lines(requirement: Payload) -> list[str]:
    """Return each criterion in a line."""
    words = (("Given", "given"), ("when", "when"), ("then", "then"))
    lines = []
    for each in requirement["criteria"]:
        parts = [f"{word} {each[name]}" for word, name in words if each[name]]
        text = ", ".join(parts)
        lines.append(f"{text[:1].upper()}{text[1:]}.")
    return lines


def data_model(payload: Payload) -> str:
    """Return the entities with what is kept of each, and its life."""
    lines = ["# Records", ""]
    for each in payload["entities"]:
        lines += [f"## {each['title']}", "", *([each["summary"], ""] if each["summary"] else [])]
        lines += ["| Attribute | Type | Required |", "|---|---|---|"]
        for field in each["fields"]:
            of = f" ({', '.join(field['of'])})" if field["of"] else ""
            private = ", private" if field["name"] in each["sensitive"] else ""
            kind = f"{field['type']}{of}{private}"
            lines.append(
                f"| {field['name']} | {kind} | {'yes' if field['is_required'] else 'no'} |"
            )
        machine = each["machine"]
        if machine:
            lines += ["", f"Begins as {spoken(machine['initial'])}.", ""]
            lines += ["| From | To | When | By |", "|---|---|---|---|"]
            lines += [
                f"| {spoken(s['start'])} | {spoken(s['end'])} | {s['trigger']}"
                f" | {spoken(s['actor'])} |"
                for s in machine["steps"]
            ]
        lines.append("")
    return _text(lines)


def permission_lines(payload: Payload) -> Iterator[str]:
    """Yield the matrix as a table."""
    titles = {each["key"]: each["title"] for each in payload["personas"]}
    things = {each["key"]: each["title"] for each in payload["entities"]}
    yield from ("# Permissions", "", "What is not listed is refused.", "")
    yield from ("| Role | Record | May | Only where |", "|---|---|---|---|")
    for each in payload["permissions"]:
        may = ", ".join(spoken(action) for action in each["actions"])
        where = (
            f"`{json.dumps(each['condition'], sort_keys=True)}`"
            if each["condition"]
            else "everywhere"
        )
        yield f"| {titles[each['role']]} | {things[each['entity']]} | {may} | {where} |"


def trace_lines(payload: Payload) -> Iterator[str]:
    """Yield the matrix from words to requirement to what it is met by."""
    yield from ("# Traceability", "")
    yield from (
        "| Requirement | Said | Features | Entities | Calls | Tests |",
        "|---|---|---|---|---|---|",
    )
    for each in payload["requirements"]:
        traces = each["traces"]
        cells = [", ".join(traces[name]) for name in ("features", "entities", "endpoints", "tests")]
        yield f"| {each['id']} | {quotes_of(each).replace('|', '/')} | {' | '.join(cells)} |"


def test_lines(payload: Payload) -> Iterator[str]:
    """Yield the test plan."""
    yield "# Test plan"
    for each in payload["tests"]:
        of = f" ({each['requirement']})" if each["requirement"] else ""
        yield from ("", f"## {each['id']}{of}", "", "```gherkin", each["steps"], "```")


def task_lines(payload: Payload) -> Iterator[str]:
    """Yield the tasks in their order, each after what it needs."""
    for each in payload["tasks"]:
        after = f", after {', '.join(each['needs'])}" if each["needs"] else ""
        yield f"- [ ] {each['id']}: {each['title']} (effort {each['effort']}{after})"


def runbook_lines(payload: Payload) -> Iterator[str]:
    """Yield the runbook."""
    yield "# Runbook"
    for section in payload["runbook"]:
        yield from ("", f"## {section['title']}", "", *(f"- {step}" for step in section["steps"]))


def pretty(value: Any) -> str:
    """Return JSON that people read, in an order that nothing moves."""
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _assumption_lines(payload: Payload) -> Iterator[str]:
    yield from ("# Assumptions", "", "Nobody said these; each is to be confirmed.", "")
    yield from (f"- {each['text']} {each['why']}" for each in payload["assumptions"])
    yield from ("", "# Open", "")
    for each in payload["open_questions"]:
        yield f"- {'**Blocks.** ' if each['is_blocking'] else ''}{each['text']}"


def _text(lines: Iterator[str] | Sequence[str]) -> str:
    return "\n".join(lines).rstrip() + "\n"
