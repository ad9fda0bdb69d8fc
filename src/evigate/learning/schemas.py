"""What the room's routes take; what they send are the room's own values."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from evigate.learning.building.options import ITEMS_MAX
from evigate.learning.items.payloads import Difficulty

EXAMPLE_ID = "0193b1f2-7d3e-7c1a-9f00-5a3c6f1e2d4b"
Title = Annotated[str, Field(min_length=1, max_length=500)]


class _Wire(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewModule(_Wire):
    """A module to make."""

    title: Title = Field(examples=["Biopsychology"])
    description: str = Field(default="", max_length=5_000)
    subject: str = Field(default="", max_length=200, examples=["Psychology"])


class ModuleChange(_Wire):
    """What to change of a module; what is left out stays."""

    title: Title | None = None
    description: str | None = Field(default=None, max_length=5_000)
    subject: str | None = Field(default=None, max_length=200)
    position: int | None = Field(default=None, ge=0)
    grades: tuple[int, int] | None = None
    requires: list[UUID] | None = None
    is_archived: bool | None = None


class NewObjectives(_Wire):
    """Objectives to add."""

    texts: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=500)]],
        Field(min_length=1, max_length=200),
    ]


class BuildIn(_Wire):
    """What a build is told."""

    items: int = Field(default=120, ge=1, le=ITEMS_MAX)
    kinds: list[str] = Field(default_factory=list, examples=[["learning.mcq_item"]])
    objectives: list[str] = Field(default_factory=list, max_length=200)


class CitationIn(_Wire):
    """A quote that an item rests on; it has to stand literally in the document."""

    document_id: UUID = Field(examples=[EXAMPLE_ID])
    quote: Annotated[str, Field(min_length=1, max_length=4_000)]
    page: int = Field(default=1, ge=1)


class ItemIn(_Wire):
    """An item that a person writes."""

    kind: str = Field(examples=["learning.mcq_item"])
    payload: dict[str, Any]
    citations: list[CitationIn] = Field(default_factory=list, max_length=50)
    tags: list[str] = Field(default_factory=list, max_length=50)
    difficulty: Difficulty = "intermediate"


class ItemChange(_Wire):
    """A new version of an item."""

    payload: dict[str, Any]
    citations: list[CitationIn] | None = None
    tags: list[str] | None = None
    difficulty: Difficulty | None = None


class ReasonIn(_Wire):
    """Why."""

    reason: Annotated[str, Field(min_length=1, max_length=1_000)]


class SessionIn(_Wire):
    """A session to open."""

    module_id: UUID = Field(examples=[EXAMPLE_ID])
    mode: Literal["adaptive", "review", "in_order"] = "adaptive"
    item_limit: int = Field(default=20, ge=1, le=500)
    kinds: list[str] = Field(default_factory=list)


class AnswerIn(_Wire):
    """An answer; `value` is an option's id, true or false, text, ids in order, or pairs of ids."""

    artifact_id: UUID = Field(examples=[EXAMPLE_ID])
    value: Any = Field(examples=["B"])
    key: Annotated[str, Field(min_length=1, max_length=100)] = Field(examples=["tab-1:7"])
    latency_ms: int | None = Field(default=None, ge=0, le=86_400_000)
    hint_used: bool = False


class RatingIn(_Wire):
    """How an answer went: 1 again, 2 hard, 3 good, 4 easy."""

    rating: int = Field(ge=1, le=4)


class StartedOut(_Wire):
    """A run that was started."""

    run_id: UUID = Field(examples=[EXAMPLE_ID])


class JudgedOut(_Wire):
    """An item that was put before the gate, and what that came to."""

    id: UUID = Field(examples=[EXAMPLE_ID])
    status: str = Field(examples=["APPROVED"])
    overall_pass: bool | None
    overall_score: float | None
    needs_review: bool | None
