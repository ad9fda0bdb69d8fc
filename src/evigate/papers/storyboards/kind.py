"""The kind of artifact that a storyboard is: how checks read it and how people see it."""

from collections.abc import Mapping
from typing import Any, cast

from evigate.gate.checks import EvalType, Reading
from evigate.gate.kinds import ArtifactKind
from evigate.papers.storyboards.models import Storyboard, page_text

NAME = "paper.storyboard"


def read(payload: Mapping[str, Any]) -> Reading:
    """Return each page and each picture's text as a text of its own, for each is read by itself."""
    texts: dict[str, str] = {}
    for number, page in enumerate(payload.get("pages") or ()):
        title, body = str(page.get("title", "")), str(page.get("body", ""))
        texts[f"pages[{number}]"] = page_text(title, body)
        texts[f"pages[{number}].alt_text"] = str(page.get("alt_text", ""))
    return Reading(kind=NAME, texts=texts)


def render(payload: Mapping[str, Any]) -> str:
    """Return a storyboard as Markdown, pictures by their texts."""
    story = Storyboard.model_validate(payload)
    lines = [f"**{story.title}**"]
    for page in story.pages:
        lines += ["", f"### {page.page_number}. {page.title}", "", page.body]
        lines += ["", f"*Picture: {page.alt_text}* (grade {page.reading_grade:g})"]
    lines += ["", "### Words", ""]
    lines += [f"- **{each.term}**: {each.definition}" for each in story.glossary]
    board = story.scoreboard
    lines += ["", f"{board.metric_name}: claimed {board.claimed_value:g}"]
    if board.observed_value is not None:
        lines[-1] += f", observed {board.observed_value:g} ({board.verdict})"
    return "\n".join(lines)


KIND = ArtifactKind(
    NAME,
    "Storyboard",
    cast("Mapping[str, Any]", Storyboard.model_json_schema()),
    frozenset({EvalType.SCHEMA_VALIDATION, EvalType.READABILITY, EvalType.SAFETY_PII}),
    read,
    render,
)
