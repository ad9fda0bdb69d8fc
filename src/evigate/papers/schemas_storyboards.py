"""The wire types of storyboards."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from evigate.papers.storyboards import StoryboardView
from evigate.papers.storyboards.models import Page, Scoreboard, TermOut


class ExplainIn(BaseModel):
    """Which paper to tell."""

    model_config = ConfigDict(extra="forbid")

    paper_id: UUID


class ExplainedOut(BaseModel):
    """A told paper; the link to the JSON document is good for an hour."""

    storyboard_id: UUID
    paper_id: UUID
    pages_count: int
    status: str = Field(description="What the gate says; learners see it when APPROVED.")
    signed_url: str
    expires_at: datetime


class RefreshedOut(BaseModel):
    """A storyboard after a run."""

    storyboard_id: UUID
    run_id: UUID | None
    scoreboard: Scoreboard
    status: str
    signed_url: str


class StoryboardLineOut(BaseModel):
    """A storyboard in a list."""

    id: UUID
    paper_id: UUID
    run_id: UUID | None
    title: str
    pages_count: int
    reading_grade: float = Field(description="The highest of its pages, Flesch-Kincaid.")
    status: str
    has_newer_draft: bool
    producer: str
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, view: StoryboardView) -> "StoryboardLineOut":
        """Make the wire form."""
        return cls(**_line(view))


class StoryboardOut(StoryboardLineOut):
    """A storyboard with its pages."""

    pages: list[Page]
    glossary: list[TermOut]
    scoreboard: Scoreboard
    artifact_id: UUID
    draft_artifact_id: UUID | None
    storage_path: str
    fallback_reason: str | None

    @classmethod
    def of(cls, view: StoryboardView) -> "StoryboardOut":
        """Make the wire form."""
        row, story = view.row, view.story
        return cls(
            **_line(view),
            pages=story.pages,
            glossary=story.glossary,
            scoreboard=story.scoreboard,
            artifact_id=row.artifact_id,
            draft_artifact_id=row.draft_artifact_id,
            storage_path=row.storage_path,
            fallback_reason=row.grounding.get("fallback"),
        )


def _line(view: StoryboardView) -> dict[str, Any]:
    row, story = view.row, view.story
    return {
        "id": row.id,
        "paper_id": row.paper_id,
        "run_id": row.run_id,
        "title": story.title,
        "pages_count": len(story.pages),
        "reading_grade": max(page.reading_grade for page in story.pages),
        "status": row.status,
        "has_newer_draft": row.draft_artifact_id is not None,
        "producer": row.producer,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }
