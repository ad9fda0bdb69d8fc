"""What the studio's routes take; what they send are the room's own values."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from evigate.studio.research.models import QUERY_CHARACTERS_MAX
from evigate.studio.research.models import Kind as ResearchKind
from evigate.studio.session.turns import MESSAGE_CHARACTERS_MAX

Text = Annotated[str, Field(min_length=1, max_length=MESSAGE_CHARACTERS_MAX)]
Key = Annotated[str, Field(min_length=1, max_length=200)]


class _Wire(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ProjectIn(_Wire):
    """A project, by what someone wrote of it."""

    text: Text = Field(examples=["Customers phone to book; we lose appointments."])
    name: str | None = Field(default=None, min_length=1, max_length=200)
    level: Literal["novice", "expert"] = "novice"
    context_type: Literal["project_discovery", "business_profile", "idea_discovery"] = (
        "project_discovery"
    )


class MessageIn(_Wire):
    """Something to say; `turn_seen` refuses it when the conversation went on meanwhile."""

    text: Text
    key: Key | None = Field(default=None, description="The need it answers, if not the one asked.")
    turn_seen: int | None = Field(default=None, ge=0)
    idempotency_key: Key | None = None


class WordsIn(_Wire):
    """Other words, another value, an objection, or what a task asks for."""

    text: Text
    idempotency_key: Key | None = None


class NeedIn(_Wire):
    """What to do with a need."""

    key: Key
    action: Literal["confirm", "defer", "skip", "reopen"]
    reason: str = Field(default="", max_length=2000)


class IndustryIn(_Wire):
    """The industry that it is, by its NAICS 2022 code."""

    code: str = Field(pattern="^[0-9]{2,6}$", examples=["812910"])


class ResearchIn(_Wire):
    """Something to look up."""

    task_type: ResearchKind
    query: str = Field(min_length=1, max_length=QUERY_CHARACTERS_MAX, pattern=r"\S")


class TextIn(_Wire):
    """A text to read, without keeping it."""

    text: str = Field(max_length=MESSAGE_CHARACTERS_MAX)


class ClaimOut(_Wire):
    """A value that a text gives, with the words that say it."""

    field_path: str
    value: Any
    kind: str
    confidence: float
    quote: str
    start: int
    end: int


class ExtractionOut(_Wire):
    """What a text says of a project."""

    domain: str
    completeness: float
    claims: list[ClaimOut]


class ProjectOut(_Wire):
    """A project in a list."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    id: UUID
    name: str
    status: str
    phase: str
    domain: str
    completeness: float
    session_phase: str
    turn: int
    open_tasks: int
